"""Who is who in an export of Slack: workspace, channels, people, and links to messages."""

from __future__ import annotations

import functools
import json
from typing import TYPE_CHECKING, Any

from leakhunt import lazy
from leakhunt.chat import times
from leakhunt.model import Mention

if TYPE_CHECKING:
    from leakhunt.chat.base import Beside, Export
    from leakhunt.chat.text import Window


class Workspace:
    """Names of channels and people, as the files of an export tell them."""

    def __init__(self, beside: Beside, levels: int) -> None:
        self.channels: dict[str, dict[str, Any]] = {}
        self.people: dict[str, str] = {}
        self.site = ""
        for up in ["../" * level for level in range(levels + 1)]:
            for name in ("channels", "groups", "dms", "mpims"):
                for channel in _listed(beside.read(f"{up}{name}.json")):
                    channel["kind"] = name
                    for key in ("id", "name"):
                        if isinstance(channel.get(key), str):
                            self.channels.setdefault(channel[key], channel)
            for name in ("users", "org_users"):
                for person in _listed(beside.read(f"{up}{name}.json")):
                    self.people.setdefault(str(person.get("id")), name_of(person))
            for name in _HINTS:
                if not self.site:
                    self.site = site_of((beside.read(f"{up}{name}.json") or b"").decode("latin-1"))


def _listed(content: bytes | None) -> list[dict[str, Any]]:
    try:
        value = json.loads(content or b"[]")
    except (ValueError, RecursionError):
        return []
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def name_of(person: dict[str, Any]) -> str:
    """Return what a person is called."""
    profile = person.get("profile")
    for source, key in ((profile, "display_name"), (person, "real_name"), (person, "name")):
        if isinstance(source, dict) and isinstance(source.get(key), str) and source[key]:
            return str(source[key])
    return ""


_GRID = lazy.pattern(r"(?:^|/)teams/([^/]+)/[^/]+/[^/]+$")
_SITE = lazy.pattern(
    r"https?:\\?/\\?/(?!(?:files|slack-files|app|api|avatars|status|my|www|hooks)\.)"
    r"([a-z0-9-]+(?:\.enterprise)?\.slack\.com)\\?/"
)
_HINTS = ("canvases", "lists", "file_conversations", "channels", "integration_logs", "team_info")
"""Files beside that may tell the address of the workspace."""


def site_of(text: str) -> str:
    """Return the address of a workspace that a text names, or nothing."""
    found = _SITE.search(text)
    return found[1] if found else ""


@functools.lru_cache(maxsize=1)
def _site_near(window: Window) -> str:
    """Where one message names no site, none of thousands around it is asked again."""
    return site_of(window.text)


def mention(
    export: Export,
    message: dict[str, Any],
    channel_id: str = "",
    channel_name: str = "",
    *,
    near: Window | None = None,
) -> Mention:
    """Say who wrote a message, when and where.

    Args:
        export: the file.
        message: as it is written.
        channel_id: where the file says it.
        channel_name: likewise.
        near: what it stands in.
    """
    folder = export.folder
    workspace = export.beside.memo(
        f"slack {export.name.rpartition('/')[0]}",
        lambda: Workspace(export.beside, min(export.name.count("/"), 3)),
    )
    channel = workspace.channels.get(channel_id or folder, {})
    kind = channel.get("kind", "")
    ident = channel.get("id") or channel_id
    name = channel.get("name") or channel_name or channel_id or folder
    direct = kind in ("dms", "mpims") or str(ident or folder).startswith("D")
    if direct and (members := channel.get("members")):
        name = ", ".join(workspace.people.get(str(one), str(one)) for one in members)
    stamp = str(message.get("ts") or "")
    thread = message.get("thread_ts")
    site = site_of(json.dumps(message)) or workspace.site or (_site_near(near) if near else "")
    link = None
    if site and ident and stamp:
        link = f"https://{site}/archives/{ident}/p{stamp.replace('.', '')}"
        if thread and thread != stamp:
            link += f"?thread_ts={thread}&cid={ident}"
    members = channel.get("members")
    grid = _GRID.search(export.name)
    return Mention(
        format="slack",
        workspace=grid[1] if grid else site.partition(".")[0] or None,
        channel=f"{'@' if direct else '#'}{name}" if name else None,
        thread=str(thread) if thread and thread != stamp else None,
        author=_author(message, workspace) or None,
        time=times.of_seconds(stamp) or None,
        stamp=stamp or None,
        message=stamp or None,
        permalink=link,
        people=len(members) if isinstance(members, list) else None,
    )


def _author(message: dict[str, Any], workspace: Workspace) -> str:
    user = message.get("user")
    if isinstance(user, str) and user:
        if workspace.people.get(user):
            return workspace.people[user]
        profile = message.get("user_profile")
        return (
            name_of({"profile": profile, **profile}) if isinstance(profile, dict) else ""
        ) or user
    profile = message.get("bot_profile")
    if isinstance(profile, dict) and profile.get("name"):
        return str(profile["name"])
    return str(message.get("username") or message.get("bot_id") or "")
