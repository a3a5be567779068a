"""Times as exports write them, as ISO 8601."""

from __future__ import annotations

import datetime as dt
import re
from email.utils import parsedate_to_datetime

_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?\s?(?:Z|[+-]\d\d:?\d\d)?)?$")


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
    try:
        return parsedate_to_datetime(text).isoformat()
    except (ValueError, TypeError, IndexError):
        return ""
