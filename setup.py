"""Adds to what `pyproject.toml` says what is made of the signatures when the package is built."""

from __future__ import annotations

import sys
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).resolve().parent


class Build(build_py):
    """Builds modules and data, and prepares the signatures; it works without, only slower."""

    def run(self) -> None:
        """Build all."""
        super().run()
        inside = Path(self.build_lib, "leakhunt", "signature_data")
        data = ROOT / "signatures" if self.editable_mode else inside
        sys.path.insert(0, str(ROOT))
        try:
            from leakhunt.commands.prepare import compile_databases, prepare

            prepare(str(data))
            if not self.editable_mode:  # whoever works on the signatures has the cache
                compile_databases(str(data))
        except Exception as error:
            self.warn(f"the signatures are not prepared: {type(error).__name__}: {error}")
        finally:
            sys.path.remove(str(ROOT))


setup(cmdclass={"build_py": Build})
