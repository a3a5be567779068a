"""Fixtures for all tests: nothing outside the test's own folder is read or written."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from leakhunt import patience
from leakhunt.model import Signature
from leakhunt.signatures import builtin_folder, load, read, signature_files

# On a busy machine nothing takes as long as it did; what a test says must not depend on it.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def session_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One cache for the whole session: compiling all signatures costs a second."""
    return tmp_path_factory.getbasetemp().parent / "leakhunt-cache"


patience.way = patience.HERE  # what a test puts in the place of something has to be seen by all


@pytest.fixture(autouse=True)
def _isolated(monkeypatch: pytest.MonkeyPatch, session_cache: Path, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.startswith(("GIT_", "PRE_COMMIT", "GITHUB_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("LEAKHUNT_CACHE", str(session_cache))
    monkeypatch.setenv("LEAKHUNT_STORE", str(tmp_path / "of-the-user/store.sqlite"))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    monkeypatch.setenv("CI", "true")  # a test leaves no process behind


@pytest.fixture(scope="session")
def builtin() -> tuple[Signature, ...]:
    """The signatures that come with leakhunt."""
    return load(read(signature_files([builtin_folder()])))
