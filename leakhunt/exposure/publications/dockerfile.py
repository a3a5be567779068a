"""Dockerfiles: what runs inside, which ports it names."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.exposure import shell
from leakhunt.exposure.containers import DOCKERFILE
from leakhunt.exposure.model import Found, Mention

if TYPE_CHECKING:
    from leakhunt.exposure.places import Places
    from leakhunt.facts.model import Facts

_EXPOSE = lazy.pattern(rb"(?mi)^[ \t]*EXPOSE[ \t]+([^\n#]+)")


def read(places: Places, facts: Facts) -> Found:
    """Read a Dockerfile.

    Args:
        places: the places of the file, with its content.
        facts: what its reader says.
    """
    where = places.at(0, 0)
    mentions = [Mention(DOCKERFILE, "", "", None, where)]
    for match in _EXPOSE.finditer(places.content):
        for word in re.finditer(rb"(\d{1,5})(?:/\w+)?", match[1]):
            start = match.start(1) + word.start()
            at = places.at(start, start + len(word[0]))
            mentions.append(Mention("expose", "", "", int(word[1]), at))
    found = (dataclasses.replace(item, contained=True) for item in shell.listeners(places, facts))
    return Found(places.path, tuple(found), (), tuple(mentions))
