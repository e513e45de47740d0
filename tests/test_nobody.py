"""A test may change its process, and the change is undone."""

import contextlib
import os
from pathlib import Path

import pytest

from tests.nobody import as_nobody


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_the_user_and_the_folder_come_back_though_a_test_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = tmp_path / "closed" / "clone"
    closed.mkdir(parents=True)
    closed.parent.chmod(0o700)
    monkeypatch.chdir(closed)

    with contextlib.suppress(ZeroDivisionError), as_nobody():
        os.chdir("/")
        1 / 0  # noqa: B018

    assert os.geteuid() == 0
    assert Path.cwd() == closed
