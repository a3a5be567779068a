"""Files that are called like secrets, wherever they lie."""

from __future__ import annotations

import pytest

from leakhunt.engine.by_name import is_called, is_telling


@pytest.mark.parametrize(
    ("path", "tells"),
    [
        ("db_password.txt", True),
        ("secrets/API-KEY", True),
        (r"secrets\API-KEY", True),
        ("a.zip!ppp/chap-secrets", True),
        ("a.zip!.passwd-s3fs", True),
        ("password.txt/readme", False),
        ("tokenizer.py", False),
        ("my token", False),
    ],
)
def test_the_name_counts_and_not_the_folder(path: str, tells: bool) -> None:
    assert is_telling(path, 20) is tells
    assert is_called(path.encode()) is tells
    assert not is_telling(path, 3)
