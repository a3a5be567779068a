"""Which packs of a repository we read ourselves, and what is left to git."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from leakhunt.git.objects import ObjectInfo, Unreadable, describe_objects, list_objects
from leakhunt.git.packs.table import OddPack, Pack
from leakhunt.records import record

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from leakhunt.git.repository import Repository

_HARMLESS = (".keep", ".promisor", ".bitmap", ".rev", ".mtimes")
"""Beside a pack they change nothing of what it holds."""


@record(frozen=True, slots=True)
class Packs:
    """The packs that are as they should be, the smallest first."""

    packs: tuple[Pack, ...]
    plain: bool
    """There is nothing beside them in the folder that git might know more about."""
    names: tuple[str, ...] = ()
    """All that lay in the folder when they were opened, those left out too."""


def id_width(repo: Repository) -> int:
    """Return the bytes of an object id."""
    return 32 if repo.object_format == "sha256" else 20


def pack_files(repo: Repository) -> tuple[list[Path], bool]:
    """List the packs of a repository's own object database.

    Returns:
        The `.pack` files, and whether nothing else lies there that git might know more about.
    """
    folder = _folder(repo)
    try:
        names = sorted(os.listdir(folder))  # noqa: PTH208 (names, not paths)
    except OSError:
        return [], not folder.exists()
    paths = []
    plain = True
    for name in names:
        stem, suffix = os.path.splitext(name)  # noqa: PTH122
        if suffix == ".pack":
            paths.append(folder / name)
        elif suffix == ".idx":
            plain = plain and f"{stem}.pack" in names
        elif suffix not in _HARMLESS and not name.startswith(("tmp_", ".tmp-")):
            plain = False
    return paths, plain


def open_packs(repo: Repository) -> Packs:
    """Open every pack of a repository's own object database.

    Alternates are not followed.
    """
    paths, plain = pack_files(repo)
    packs = []
    for path in paths:
        try:
            packs.append(Pack(path, id_width(repo)))
        except OddPack:
            plain = False
    # The ids of all but the largest are held for a moment.
    packs.sort(key=lambda pack: (pack.count, pack.path.name))
    seen: set[bytes] = set()
    for number, pack in enumerate(packs):
        if number:
            pack.leave_out(seen)
        if number + 1 < len(packs):
            seen |= pack.oids()
    return Packs(tuple(packs), plain, tuple(path.name for path in paths))


def _changed(repo: Repository, found: Packs) -> bool:
    """Say whether packs came or went: objects may have moved into them, unseen by us."""
    try:
        names = os.listdir(_folder(repo))  # noqa: PTH208 (names, not paths)
    except OSError:
        names = []
    return {name for name in names if name.endswith(".pack")} != set(found.names)


def _folder(repo: Repository) -> Path:
    return repo.common_dir / "objects/pack"


@record(frozen=True, slots=True)
class Outside:
    """The objects that are not read from the packs."""

    objects: list[ObjectInfo]
    trees: list[str] | None
    """The ids of trees; None where they are not known."""
    unreadable: list[Unreadable]


def outside(repo: Repository, found: Packs) -> Outside:
    """List the objects that are not read from the packs.

    Raises:
        GitError: git failed.
    """
    loose = _loose(repo, found) if found.plain else set()
    if found.plain and not _changed(repo, found):
        oids = {oid for pack in found.packs for oid in pack.lost()} | loose
        described, absent = describe_objects(repo, sorted(oids))
        told = {info.oid for info in described} | {item.oid for item in absent}
        return Outside(described, sorted(oids - told), absent)
    # Something odd lies there: git says what there is, and we read what we know of it.
    objects, unreadable = list_objects(repo)
    inside = {oid for pack in found.packs for oid in pack.readable()}
    return Outside(
        [info for info in objects if info.oid not in inside],
        None,
        [item for item in unreadable if item.oid not in inside],
    )


def _loose(repo: Repository, found: Packs) -> set[str]:
    """Return the loose objects that no pack has."""
    oids = (oid for oid, _ in loose_files(repo))
    return {oid for oid in oids if not any(pack.has(oid) for pack in found.packs)}


def loose_files(repo: Repository) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Yield the id and the file of each loose object.

    Source: Documentation/gitrepository-layout in git's sources ("objects/[0-9a-f][0-9a-f]").
    """
    name = re.compile(rf"[0-9a-f]{{{2 * id_width(repo) - 2}}}")
    for high in range(256):
        folder = f"{high:02x}"
        try:
            entries = os.scandir(repo.common_dir / "objects" / folder)
        except OSError:
            continue
        with entries:
            for entry in entries:
                if name.fullmatch(entry.name):
                    yield folder + entry.name, entry
