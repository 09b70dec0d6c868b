"""Folders and files that the system refuses are told as such, wherever they are met: a real process without the right."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Who is root may read everything, but for these capabilities.
WITHOUT = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
SCRIPT = """
import sys
from pathlib import Path
from core import Workbench
from core.errors import MarqueeError
from core.files.store import raw_path
from core.settings import Settings

home = Path(sys.argv[1])
(home / "a.csv").write_text("name,mbti\\nAda,INTJ\\n")
(home / "b.csv").write_bytes("name,mbti\\nZoë,INTJ\\n".encode("cp1252"))
settings = Settings(
    database=home / "m.duckdb", data_dir=home / "data", backup_dir=home / "kept"
)
with Workbench.open(settings=settings) as wb:
    first = wb.receive(home / "a.csv")
    second = wb.receive(home / "b.csv")
    cache, raw = wb.settings.data_dir / ".cache", raw_path(wb.settings.data_dir, first.sha256)
    cache.mkdir(exist_ok=True)
    for place, mode, act in (
        (cache, 0o555, lambda: wb.preview(second.id)),
        (raw, 0o000, lambda: wb.commit(first.id)),
    ):
        before = place.stat().st_mode
        place.chmod(mode)
        try:
            act()
        except MarqueeError as error:
            print(error.code, place.name in error.detail, bool(error.hint), wb.count())
        print(wb.check().findings)
        place.chmod(before)
        act()
        print(wb.check().ok, wb.count())
    wb.backups.create()
    for place, mode in ((wb.settings.backup_dir / ".lock", 0o000), (wb.settings.backup_dir, 0o555)):
        before = place.stat().st_mode
        place.chmod(mode)
        for act in (wb.backups.create, lambda: wb.backups.prune(1)):
            try:
                act()
            except MarqueeError as error:
                print(error.code, place.name in error.detail)
        place.chmod(before)
    print(wb.backups.create().test.ok, [b.test.ok for b in wb.backups.all()])
"""


@pytest.mark.skipif(sys.platform != "linux", reason="capabilities of Linux")
def test_what_the_system_refuses_is_one_clear_error(tmp_path: Path) -> None:
    if os.geteuid() == 0 and not shutil.which("setpriv"):
        pytest.skip("no setpriv here, and root may read everything")
    prefix = WITHOUT if os.geteuid() == 0 else []
    done = subprocess.run(
        [*prefix, sys.executable, "-c", SCRIPT, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    cache, nothing, well, raw, unreadable, again, *backups = done.stdout.splitlines()
    # A new backup needs the folder; there is nothing to delete in it yet.
    assert backups == ["no_access True"] * 3 + ["True [True, True]"]
    assert (cache, nothing, well) == ("no_access True True 0", "()", "True 0")
    assert (raw, again) == ("no_access True True 0", "True 1")
    assert "file_unreadable" in unreadable and "file_altered" not in unreadable
