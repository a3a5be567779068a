"""Times as exports write them, as ISO 8601."""

from __future__ import annotations

import datetime as dt
from email.utils import parsedate_to_datetime

from leakhunt import lazy

_ISO = lazy.pattern(
    r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?\s?(?:Z|[+-]\d\d:?\d\d)?)?$"
)
_HALF = lazy.pattern(r"\d\s?[AaPp]\.?\s?[Mm]\b")


def of_seconds(value: object, scale: float = 1) -> str:
    """Return the time so many seconds after 1970, or nothing.

    Args:
        value: a number, or a text with one.
        scale: units in a second: 1000 for milliseconds.
    """
    try:
        seconds = float(str(value)) / scale
        moment = dt.datetime.fromtimestamp(seconds, dt.UTC)
    except (ValueError, OverflowError, OSError):
        return ""
    return moment.isoformat(timespec="seconds")


def of_text(value: object) -> str:
    """Return a time that is written as ISO 8601 or as in mail, or nothing."""
    text = str(value).strip()
    if _ISO.match(text):
        try:
            return dt.datetime.fromisoformat(text).isoformat()
        except ValueError:
            return ""
    if _HALF.search(text):
        return _worded(text)  # mail has no halves of a day, and would take 10 PM for 10 AM
    try:
        return parsedate_to_datetime(text).isoformat()
    except (ValueError, TypeError, IndexError):
        return ""


_WORDS = lazy.pattern(
    r"(?:[A-Za-z]+, )?(?P<month>[A-Z][a-z]+) (?P<day>\d\d?), (?P<year>\d{4}),?(?: at)? "
    r"(?P<hour>\d\d?):(?P<minute>\d\d)(?::(?P<second>\d\d))?\s?(?P<half>[AaPp][Mm])?"
)
_DASHED = lazy.pattern(
    r"(?P<day>\d\d?)-(?P<month>[A-Z][a-z]{2})-(?P<year>\d\d(?:\d\d)?) "
    r"(?P<hour>\d\d?):(?P<minute>\d\d)(?::(?P<second>\d\d))?\s?(?P<half>[AaPp][Mm])?"
)
"""So DiscordChatExporter wrote times until 2021."""
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()  # noqa: SIM905 (shorter)


def of_words(value: object) -> str:
    """Return a time such as `Thursday, November 3, 2016 at 11:59:50 AM UTC`, or nothing."""
    return _worded(" ".join(str(value).replace("\u202f", " ").split())) or of_text(value)


def _worded(text: str) -> str:
    found = _WORDS.search(text) or _DASHED.match(text)
    if found is None or found["month"][:3].lower() not in _MONTHS:
        return ""
    hour = int(found["hour"])
    if found["half"]:
        hour = hour % 12 + 12 * (found["half"].upper() == "PM")
    zone = dt.UTC if text.endswith(("UTC", "GMT")) else None
    try:
        return dt.datetime(
            int(found["year"]) + 2000 * (len(found["year"]) == 2),
            _MONTHS.index(found["month"][:3].lower()) + 1,
            int(found["day"]),
            hour,
            int(found["minute"]),
            int(found["second"] or 0),
            tzinfo=zone,
        ).isoformat()
    except ValueError:
        return ""


_DAYS = lazy.pattern(
    r"(?P<day>\d\d)[./](?P<month>\d\d)[./](?P<year>\d{4})[ ,]+(?P<clock>\d\d:\d\d(?::\d\d)?)"
    r"(?:\s?UTC(?P<zone>[+-]\d\d:\d\d))?$"
)


def of_days(value: object) -> str:
    """Return a time such as `31.12.2023 10:14:33 UTC+01:00`, or nothing where it is not clear."""
    found = _DAYS.match(str(value).strip())
    if found is None or ("/" in str(value) and int(found["day"]) <= 12):
        return ""
    day = f"{found['year']}-{found['month']}-{found['day']}"
    return of_text(f"{day}T{found['clock']}{found['zone'] or ''}")
