"""Transcripts of coding agents, a line of JSON each: Claude Code, Codex, Copilot, Cursor."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.chat import times
from leakhunt.chat.assistants import dull, pieces_of
from leakhunt.chat.records import Record, Shape, form, text_of
from leakhunt.model import Mention

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from leakhunt.chat.base import Format, Path

_CLAUDE = lazy.pattern(
    r'"sessionId"\s*:\s*"[^"]*".{0,8000}?"(?:uuid|leafUuid|message)"\s*:'
    r'|"parentUuid"\s*:|\{"type"\s*:\s*"(?:summary|file-history-snapshot|queue-operation)"\s*,'
    r'|\{"display"\s*:\s*"'
    r'|\{"type"\s*:\s*"(?:user|assistant|tool)"\s*,\s*(?:"\w+"\s*:\s*(?:"[^"]*"|\d+)\s*,\s*){0,6}'
    r'"message"\s*:\s*\{',
    re.DOTALL,
)
_CODEX = lazy.pattern(
    r'\{"timestamp"\s*:\s*"[^"]*"\s*,\s*"type"\s*:\s*"[a-z_]+"\s*,\s*"payload"\s*:'
    r'|\{"session_id"\s*:\s*"[^"]*"\s*,\s*"ts"\s*:'
    r'|\{"id"\s*:\s*"[0-9a-f-]{36}"\s*,\s*"timestamp"\s*:\s*"[^"]*"\s*,\s*"instructions"'
)
_CODEX_LINE = lazy.pattern(
    r'"type"\s*:\s*"(?:session_meta|response_item|event_msg|turn_context|compacted)"'
)
_COPILOT = lazy.pattern(r'"type"\s*:\s*"(?:user|assistant|session|tool)\.[a-z_]+"')
_CURSOR = lazy.pattern(r'\{"role"\s*:\s*"(?:user|assistant)"\s*,\s*"message"\s*:')


def tell(record: Record) -> Mention:
    """Say in which session something was said, when and by which side."""
    line = record.value
    payload = line.get("payload")
    inner = line.get("message")
    session = text_of(line, "sessionId") or text_of(line, "session_id")
    stem = record.export.name.rpartition("/")[2].partition(".jsonl")[0]
    stamp = line.get("timestamp") or line.get("ts")
    number = isinstance(stamp, int | float)
    milli = number and float(stamp or 0) > 1e11
    return Mention(
        format=record.shape,
        workspace=text_of(line, "cwd") or text_of(line, "project") or record.export.folder or None,
        channel=session or stem or None,
        thread=text_of(line, "parentUuid"),
        author=text_of(inner, "role")
        or text_of(line, "role")
        or text_of(payload, "role")
        or text_of(payload, "type")
        or text_of(line, "type"),
        time=(times.of_seconds(stamp, 1000 if milli else 1) if number else times.of_text(stamp))
        or None,
        stamp=None if stamp is None else str(stamp),
        message=text_of(line, "uuid") or text_of(payload, "id") or text_of(payload, "call_id"),
    )


def _is_lines(head: str, pattern: re.Pattern[str]) -> bool:
    return head[:1] == "{" and pattern.search(head) is not None


def _claude(head: str, path: str) -> bool:
    if path.endswith((".jsonl", "superseded")) and _is_lines(head, _CLAUDE):
        return True
    return re.match(r'\s*\{\s*"loglines"\s*:\s*\[', head) is not None


def _codex(head: str, path: str) -> bool:
    if _is_lines(head, _CODEX):
        return True
    return '"payload"' in head and _is_lines(head, _CODEX_LINE)


def _transcript(
    name: str, claims: Callable[[str, str], bool], opened: Collection[Path] = ()
) -> Format:
    return form(Shape(name, claims, opened, tell, pieces_of, None, dull))


CLAUDE_CODE = _transcript("claude-code", _claude, ((), ("loglines",)))
CODEX = _transcript("codex", _codex)
COPILOT = _transcript("copilot-cli", lambda head, path: _is_lines(head, _COPILOT))
CURSOR = _transcript("cursor", lambda head, path: _is_lines(head, _CURSOR))
