"""Pieces of values, each at its own place in the file."""

from __future__ import annotations

from leakhunt.facts.model import Value


def head(value: Value) -> str:
    """Return the text with which a value surely begins."""
    if value.kind == "template":
        before = []
        for part in value.parts:
            if part.kind != "literal":
                break
            before.append(part.text or "")
        return "".join(before)
    return value.text or "" if value.kind in {"literal", "number"} else ""


def behind(content: bytes, value: Value, prefix: str) -> Value:
    """Return a value without the text that it begins with.

    Args:
        content: the file.
        value: a literal, or a template that begins with one.
        prefix: how it begins.

    Returns:
        The rest; an empty literal if there is none.
    """
    if value.kind == "template":
        start, parts = value.start, list(value.parts)
        while parts and prefix:
            text = parts[0].text or ""
            if len(text) > len(prefix):
                parts[0] = behind(content, parts[0], prefix)
                start = parts[0].start
                break
            prefix = prefix[len(text) :]
            start = parts.pop(0).end
        return joined(tuple(parts), parts[0].start if parts else start, value.end)
    start = value.start
    source = content[start : value.end]
    if source.startswith(prefix.encode()):
        start += len(prefix.encode())
    elif prefix and (at := source.find(prefix[-1].encode(), len(prefix) - 1)) >= 0:
        start += at + len(prefix[-1].encode())
    return Value("literal", (value.text or "")[len(prefix) :], start, value.end)


def split(content: bytes, value: Value, sign: str) -> tuple[Value, Value] | None:
    """Cut a value at the first occurrence of a sign.

    Args:
        content: the file.
        value: a literal or a template.
        sign: one or more characters that need no escape.

    Returns:
        What is before and behind it, or None if the sign does not occur.
    """
    if value.kind == "literal":
        before, found, _ = (value.text or "").partition(sign)
        if not found:
            return None
        rest = behind(content, value, before + sign)
        end = max(value.start, rest.start - len(sign.encode()))
        return Value("literal", before, value.start, end), rest
    if value.kind != "template":
        return None
    for count, part in enumerate(value.parts):
        halves = split(content, part, sign) if part.kind == "literal" else None
        if halves:
            left = value.parts[:count] + ((halves[0],) if halves[0].text else ())
            right = ((halves[1],) if halves[1].text else ()) + value.parts[count + 1 :]
            return (
                joined(left, value.start, halves[0].end),
                joined(right, halves[1].start, value.end),
            )
    return None


def joined(parts: tuple[Value, ...], start: int, end: int) -> Value:
    """Return parts as one value: itself if it is one, else a template."""
    if not parts:
        return Value("literal", "", start, end)
    if len(parts) == 1:
        return parts[0]
    text = "".join(
        (part.text or "") if part.kind == "literal" else f"${{{part.text or ''}}}" for part in parts
    )
    return Value("template", text, start, end, parts)
