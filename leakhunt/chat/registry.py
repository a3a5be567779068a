"""All formats, and which one a file is of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunt.chat import assistants, logs, pages, transcripts
from leakhunt.chat.aider import AIDER
from leakhunt.chat.bson import BSON
from leakhunt.chat.compliance import COMPLIANCE
from leakhunt.chat.copilot import COPILOT
from leakhunt.chat.discord import DISCORD
from leakhunt.chat.discord_package import PACKAGE
from leakhunt.chat.discord_text import TEXT
from leakhunt.chat.googlechat import GOOGLE_CHAT, HANGOUTS
from leakhunt.chat.mail import MAIL
from leakhunt.chat.matrix import MATRIX
from leakhunt.chat.mattermost import MATTERMOST
from leakhunt.chat.messenger import MESSENGER
from leakhunt.chat.rocketchat import ROCKETCHAT, WHOLE
from leakhunt.chat.rows import CURSOR, SLACKDUMP
from leakhunt.chat.signal import SIGNAL
from leakhunt.chat.slack import SLACK
from leakhunt.chat.tables import TABLES
from leakhunt.chat.talks import TALKS
from leakhunt.chat.teams import TEAMS
from leakhunt.chat.telegram import TELEGRAM
from leakhunt.chat.tickets import TICKETS
from leakhunt.chat.whatsapp import WHATSAPP
from leakhunt.chat.zulip import ZULIP

if TYPE_CHECKING:
    from leakhunt.chat.base import Format

FORMATS: tuple[Format, ...] = (
    BSON,
    SLACKDUMP,
    CURSOR,
    DISCORD,
    PACKAGE,
    ZULIP,
    MATTERMOST,
    HANGOUTS,
    GOOGLE_CHAT,
    TELEGRAM,
    TEAMS,
    MESSENGER,
    COPILOT,
    transcripts.CODEX,
    transcripts.COPILOT,
    transcripts.CURSOR,
    transcripts.CLAUDE_CODE,
    assistants.CHATGPT,
    assistants.CLAUDE,
    assistants.GEMINI,
    assistants.CONTINUE,
    SIGNAL,
    SLACK,
    WHOLE,
    ROCKETCHAT,
    MATRIX,
    assistants.CLINE,
    TALKS,
    *pages.FORMATS,
    TICKETS,
    COMPLIANCE,
    TEXT,
    AIDER,
    MAIL,
    WHATSAPP,
    *logs.FORMATS,
    TABLES,
)
"""In the order in which they are asked: the surest first."""


def recognised(head: str, path: str) -> Format | None:
    """Return the format of a file, or None.

    Args:
        head: the first 8 KiB of it.
        path: its name, with the folders of the export.
    """
    head = head.removeprefix("\ufeff")
    for one in FORMATS:
        if one.claims(head, path):
            return one
    return None
