"""One target under atheris, which is libFuzzer for Python; its arguments are libFuzzer's.

python -m tests.fuzz.one TARGET [OPTION ...] [CORPUS]
"""

from __future__ import annotations

import sys

import atheris

from tests.fuzz.targets import TARGETS


def main() -> None:
    """Fuzz until something is found or the time is over."""
    name, *arguments = sys.argv[1:]
    with atheris.instrument_imports(include=["leakhunt"], enable_loader_override=False):
        run = TARGETS[name].load(name)
    atheris.Setup([sys.argv[0], *arguments], run)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
