"""Who may read the files of an installation."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from core.settings import Settings
from core.storage.duckfile.connecting import connect


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps other rights")
def test_a_new_database_is_read_by_its_owner_alone(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "new.duckdb"
    connect(path, settings).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o640)
    connect(path, settings).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o640, "whoever lets others in meant it"
