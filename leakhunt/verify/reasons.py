"""Why somebody is not asked, or does not answer. All their messages may be shown."""

from __future__ import annotations


class Absent(Exception):  # noqa: N818 (half of a credential, not an error)
    """A part that a request needs was not found beside the secret; the message names it."""


class Unfit(ValueError):  # noqa: N818 (what was found, not an error of ours)
    """What was found, or came back, has not the form that it should have.

    Any other `ValueError` may quote what it could not read, which is often a secret.
    """


class Refused(Exception):  # noqa: N818 (a decision, not an error)
    """A host or an address that must not be contacted."""


class Unreachable(Exception):  # noqa: N818 (an answer that did not come)
    """Nobody answered, or not in a way that could be trusted."""
