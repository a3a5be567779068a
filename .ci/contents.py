"""Compares what lies in a wheel and a source archive with what should.

python contents.py dist
"""

from __future__ import annotations

import sys
import tarfile
import zipfile
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
EXTENSIONS = (
    *("leakhunt/chat/_said", "leakhunt/engine/decode/_images"),
    *("leakhunt/git/packs/_delta", "leakhunt/git/packs/_trees"),
)
PREPARED = {f"leakhunt/signature_data/{name}.bin" for name in ("prepared", "databases")}
"""Made when the package is built, see `setup.py`."""


def wanted() -> set[str]:
    """Return what the wheel holds beside its metadata, the suffix of extensions left out."""
    package = {
        str(file.relative_to(ROOT))
        for file in (ROOT / "leakhunt").rglob("*")
        if file.is_file() and (file.suffix in {".py", ".typed"} or file.parent.name == "page")
    }
    data = {
        f"leakhunt/signature_data/{file.relative_to(ROOT / 'signatures')}"
        for file in (ROOT / "signatures").rglob("*")
        if file.suffix in {".toml", ".scm", ".py"}
    }
    return package | data | PREPARED | set(EXTENSIONS)


def wheel_faults(names: list[str]) -> Iterator[str]:
    """Yield what is wrong with a wheel."""
    found = set()
    for name in names:
        path = PurePosixPath(name)
        if not path.parts[0].endswith(".dist-info"):
            found.add(name.partition(".")[0] if path.suffix in {".so", ".pyd"} else name)
    yield from (f"the wheel lacks {name}" for name in sorted(wanted() - found))
    yield from (f"the wheel should not hold {name}" for name in sorted(found - wanted()))


def archive_faults(names: list[str]) -> Iterator[str]:
    """Yield what is wrong with a source archive: it has to build the same wheel."""
    inner = {name.partition("/")[2] for name in names}
    sources = {str(one.relative_to(ROOT)) for one in (ROOT / "leakhunt").rglob("*.[ch]")}
    sources |= {str(one.relative_to(ROOT)) for one in (ROOT / "signatures").rglob("*.toml")}
    needed = {"pyproject.toml", "setup.py", "README.md", "LICENSE", *sources}
    yield from (f"the source archive lacks {name}" for name in sorted(needed - inner))
    odd = {name for name in inner if "__pycache__" in name or name.endswith((".so", ".pyc"))}
    yield from (f"the source archive should not hold {name}" for name in sorted(odd))


def main(folder: Path) -> int:
    """Check the one wheel and the one source archive in a folder."""
    (wheel,), (archive,) = folder.glob("*.whl"), folder.glob("*.tar.gz")
    with zipfile.ZipFile(wheel) as packed:
        faults = list(wheel_faults(packed.namelist()))
    with tarfile.open(archive) as packed_source:
        faults += archive_faults([one.name for one in packed_source if one.isfile()])
    sys.stderr.writelines(f"{fault}\n" for fault in faults)
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
