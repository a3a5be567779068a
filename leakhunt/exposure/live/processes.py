"""Who holds a socket: from its inode to processes, where they may be looked at."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from leakhunt.exposure.live.model import Process

if TYPE_CHECKING:
    from collections.abc import Collection

OWNERS = 4
"""How many processes of one socket are named; a server has as many as it has workers."""


def owners(
    inodes: Collection[int], root: Path = Path("/proc")
) -> tuple[dict[int, tuple[Process, ...]], int]:
    """Find the processes that hold some sockets.

    Args:
        inodes: those of the sockets.
        root: where the kernel shows itself.

    Returns:
        The processes of each inode, oldest first, and how many processes kept their files to
        themselves.
    """
    wanted = {f"socket:[{inode}]": inode for inode in inodes if inode}
    holders: defaultdict[int, list[int]] = defaultdict(list)
    refused = 0
    try:
        pids = sorted(int(entry.name) for entry in root.iterdir() if entry.name.isdecimal())
    except OSError:
        return {}, 0
    for pid in pids if wanted else ():
        try:
            links = _links(root / str(pid) / "fd")
        except PermissionError:
            refused += 1
            continue
        except OSError:  # it has ended
            continue
        for inode in sorted({wanted[link] for link in links if link in wanted}):
            holders[inode].append(pid)
    seen: dict[int, Process] = {}
    for pid in {pid for found in holders.values() for pid in found[:OWNERS]}:
        if (process := _process(root / str(pid), pid)) is not None:
            seen[pid] = process
    return {
        inode: tuple(seen[pid] for pid in found[:OWNERS] if pid in seen)
        for inode, found in holders.items()
    }, refused


def _links(folder: Path) -> list[str]:
    found = []
    for entry in folder.iterdir():
        try:
            found.append(str(entry.readlink()))
        except PermissionError:
            raise
        except OSError:  # it was closed meanwhile
            continue
    return found


def _process(folder: Path, pid: int) -> Process | None:
    try:
        name = (folder / "comm").read_text("utf-8", "replace").rstrip("\n")
    except OSError:
        return None
    try:
        line = (folder / "cmdline").read_text("utf-8", "replace")
    except OSError:
        line = ""
    arguments = tuple(part for part in line.split("\0") if part)
    exe = _link(folder / "exe").removesuffix(" (deleted)")
    return Process(pid, name, exe, _link(folder / "cwd"), arguments)


def _link(path: Path) -> str:
    try:
        return str(path.readlink())
    except OSError:
        return ""
