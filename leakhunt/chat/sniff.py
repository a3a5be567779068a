"""Whether a file is worth a closer look: asked of every file, so it imports nothing else."""

from __future__ import annotations

from leakhunt import lazy

HEAD = 8192
"""Bytes that decide."""

_JSON = lazy.pattern(
    rb'"(?:ts|guild|channel_id|slackdump_thread_replies|ID|personal_information|left_chats|messages|'
    rb"[mM]essageType|MessageHistory|originalarrivaltime|MessageList|channelIdentity|msg|"
    rb"zerver_usermessage|zerver_message|created_date|conversations|room_name|origin_server_ts|"
    rb"sender_name|senderName|sent_at|sentAt|dateSent|mapping|chat_messages|requesterUsername|"
    rb"responderUsername|projectHash|sessionId|workspaceDirectory|parentUuid|leafUuid|session_id|"
    rb"instructions|loglines|payload|sender"
    rb')"\s*:'
    rb'|"type"\s*:\s*"(?:version|post|direct_post|summary|file-history-snapshot|queue-operation|'
    rb'user|assistant|tool|(?:user|assistant|session|tool)\.[a-z_]+)"'
    rb'|"role"\s*:\s*"(?:user|assistant|system|developer|tool)"'
    rb'|"kind"\s*:\s*0\s*,\s*"v"|\{"display"\s*:|"history"\s*:\s*\[|"timestamp"\s*:\s*"[^"]*"\s*,\s*"type"'
)
_MARKUP = lazy.pattern(
    rb"chatlog|page_wrap|mx_|hibernate-generic|entity-engine-xml|<rss|<FileDump|[tT]eams|[sS]kype"
    rb"|\b_a6-[a-z]\b|\b_a70[a-z0-9]\b|</strong> \([^()\n]{0,60}\):<br/>"
)
_TEXT = lazy.pattern(
    rb"(?:\xe2\x80[\x8e\x8f]|\xef\xbb\xbf)*(?:"
    rb"\[?\d{1,4}[-/.:, ]{1,3}\d"  # WhatsApp, IRC, Zoom, Signal
    rb"|[A-Z][a-z]{2} \d\d \d\d:|\[[A-Z][a-z]{2} [A-Z][a-z]{2} "
    rb"|--- (?:Log|Day)|\*\*\*\* BEGIN|={40}|# aider chat|# \d{4}-"
    rb"|From |from .{1,80} to |key: |[A-Z_]+: "
    rb"|[A-Z][A-Za-z-]{1,40}: [^\n]+\n(?:[ \t][^\n]*\n)*[A-Z][A-Za-z-]{1,40}: "
    rb"|\[[^\]\n]{6,40}\] "
    rb")"
)
_NAMED = (".eml", ".aider.chat.history.md")
_SHORTEST = 20
"""Bytes of the shortest message with its time and a password; files with a version have fewer."""
_TABLE = lazy.pattern(rb"[^\n]{0,2000}?(?i:message|text|content|body|comment|description|issue)")


_JSONS = lazy.pattern(rb'(?:\xef\xbb\xbf)?\s*[\[{]\s*(?:["\[{\]}\d-]|true\b|false\b|null\b)')
_START = 256


def is_json(head: bytes) -> bool:
    """Say whether a file may be JSON.

    Args:
        head: its first bytes.
    """
    if b"\0" in head:
        head = head.replace(b"\0", b"").lstrip(b"\xff\xfe")
    return _JSONS.match(head) is not None


def escaped_json(content: bytes | memoryview, *, found: bool) -> bool:
    """Say whether a file may be JSON of which something is worth telling.

    Args:
        content: all of it.
        found: whether something was found in it; else only what is escaped matters.
    """
    return is_json(bytes(content[:_START])) and (found or b"\\" in bytes(content))


def promising(head: bytes, path: str) -> bool:
    """Say whether a file may be a chat export.

    Args:
        head: its first bytes, `HEAD` or all.
        path: its name.
    """
    if b"\0" in head:
        if dump(head):
            return True
        head = head.replace(b"\0", b"").lstrip(b"\xff\xfe")
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if len(start) < _SHORTEST:
        return False
    first = start[:1]
    if first in (b"{", b"["):
        return _JSON.search(start) is not None or _TEXT.match(start) is not None
    if first == b"<":
        return _MARKUP.search(start) is not None or path.endswith("entities.xml")
    if path[-4:].lower() in (".csv", ".tsv"):
        return _TABLE.match(start) is not None
    return _TEXT.match(start) is not None or path.lower().endswith(_NAMED)


def dump(head: bytes) -> bool:
    """Say whether bytes start a dump of a database whose documents have ids."""
    return head[5:9] == b"_id\0" and head[2:4] in (b"\0\0", b"\1\0")
