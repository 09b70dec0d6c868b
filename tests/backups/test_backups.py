"""Making backups, and what is found when one is damaged."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from core import Workbench
from core.backups import making
from core.backups.folder import Folder, write
from core.backups.manifest import FILE, Format
from core.backups.restoring import build
from core.errors import BackupBroken, BackupBusy, Conflict, DiskFull, MarqueeError, NotFound
from core.jobs.progress import Progress
from tests.contents import everything

FORMATS: tuple[Format, ...] = ("parquet", "duckdb")


@pytest.mark.parametrize("format", FORMATS)
def test_a_backup_comes_back_the_same(wb: Workbench, tmp_path: Path, format: Format) -> None:
    before = everything(wb.settings.database, wb)
    made = wb.backups.create(format)
    assert made.ok and made.test and "came back the same" in made.test.detail
    manifest = wb.backups.get(made.name)
    assert manifest.records == wb.count() and len(manifest.raw) == 5 and manifest.missing == ()
    target = tmp_path / "again.duckdb"
    build(wb.backups.folder, manifest, target, wb.settings, Progress())
    assert everything(target) == before
    assert wb.events(limit=1)[0].kind == "backup.made"
    assert wb.check().findings == ()


def test_the_second_one_copies_what_is_new(wb: Workbench, csv_file: Callable[..., Path]) -> None:
    first = wb.backups.get(wb.backups.create().name)
    upload = wb.import_file(csv_file("name", "Somebody New"))
    second = wb.backups.get(wb.backups.create().name)
    parts = {t.label: t.parts for t in second.tables}
    old = {t.label: t.parts for t in first.tables}
    assert parts["history.changes"][:-1] == old["history.changes"]
    assert parts["history.changes"][-1].rows == 1  # the one insert
    assert parts["ops.quarantine"] == old["ops.quarantine"]
    assert {r.sha256 for r in second.raw} - {r.sha256 for r in first.raw} == {upload.sha256}
    assert second.written < first.written
    assert all(b.ok for b in wb.backups.all())


def test_history_that_was_changed_is_copied_anew(wb: Workbench) -> None:
    wb.backups.create()
    wb.database.write(lambda c: c.execute("UPDATE history.changes SET actor = 'x'"))
    second = wb.backups.get(wb.backups.create().name)
    (changes,) = [t for t in second.tables if t.label == "history.changes"]
    assert len(changes.parts) == 1 and changes.parts[0].rows == changes.rows


def _part(folder: Folder, name: str, label: str) -> Path:
    (table,) = [t for t in folder.manifest(name).tables if t.label == label]
    return folder.part(table.parts[0])


def _cut(folder: Folder, name: str) -> None:
    path = _part(folder, name, "main.celebrities")
    path.write_bytes(path.read_bytes()[:-20])


def _flip(folder: Folder, name: str) -> None:
    path = _part(folder, name, "history.changes")
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))


def _lose(folder: Folder, name: str) -> None:
    _part(folder, name, "ops.ledger").unlink()


def _swap(folder: Folder, name: str) -> None:
    path = _part(folder, name, "main.celebrities")
    path.write_bytes(_part(folder, name, "history.changes").read_bytes())


def _cut_manifest(folder: Folder, name: str) -> None:
    path = folder.of(name) / FILE
    path.write_text(path.read_text("utf-8")[:-40], "utf-8")


def _edit_manifest(folder: Folder, name: str) -> None:
    path = folder.of(name) / FILE
    write(path, path.read_text("utf-8").replace('"rows": 2', '"rows": 3', 1))


def _raw(folder: Folder, name: str) -> None:
    folder.raw(folder.manifest(name).raw[0].sha256).write_bytes(b"something else")


DAMAGE = {
    "a Parquet file cut off": _cut,
    "one bit": _flip,
    "a part gone": _lose,
    "one part in the place of another": _swap,
    "a manifest cut off": _cut_manifest,
    "a manifest edited": _edit_manifest,
    "a raw file altered": _raw,
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_verify_finds_every_damage(
    wb: Workbench, tmp_path: Path, damage: Callable[[Folder, str], None]
) -> None:
    name = wb.backups.create().name
    assert wb.backups.verify(name).ok
    damage(wb.backups.folder, name)
    try:
        found = wb.backups.verify(name)
        assert not found.ok and len(found.wrong) == 1
    except BackupBroken as error:
        assert damage in (_cut_manifest, _edit_manifest), error
        assert wb.backups.all()[0].error
    if damage is _raw:
        return  # the database itself comes back all the same
    # By its hash, before it is opened: what DuckDB would say of it comes too late.
    with pytest.raises(BackupBroken, match="altered or cut off|is missing|manifest"):
        manifest = wb.backups.get(name)
        build(wb.backups.folder, manifest, tmp_path / "x.duckdb", wb.settings, Progress())
    assert not (tmp_path / "x.duckdb").exists()


def test_a_damaged_part_is_not_used_again(wb: Workbench) -> None:
    name = wb.backups.create().name
    _cut(wb.backups.folder, name)
    again = wb.backups.create()
    assert again.ok and wb.backups.verify(again.name).ok


def test_only_names_of_backups_are_looked_at(wb: Workbench, tmp_path: Path) -> None:
    wb.backups.create()
    for name in ("../db", "x", "", "20260101T000000Z", "parts", "..", "/etc"):
        with pytest.raises(NotFound):
            wb.backups.get(name)


def test_a_raw_file_that_is_gone_is_named_and_the_rest_is_kept(wb: Workbench) -> None:
    first = wb.uploads(limit=100)[-1]
    wb.original(first.id).unlink()
    manifest = wb.backups.get(wb.backups.create().name)
    assert manifest.missing == (f"{first.sha256} first.csv",) and len(manifest.raw) == 4


def test_a_full_disk_is_refused_beforehand(wb: Workbench) -> None:
    wb.settings.min_free_mb = 10**9
    try:
        with pytest.raises(DiskFull, match="this needs about") as caught:
            wb.backups.create()
    finally:
        wb.settings.min_free_mb = 200
    assert "MARQUEE_BACKUP_DIR" in caught.value.hint
    assert wb.backups.all() == []


def test_one_at_a_time(wb: Workbench) -> None:
    with wb.backups.folder.held(), pytest.raises(BackupBusy):
        wb.backups.create()
    wb.backups.submit()
    with pytest.raises(Conflict):
        wb.backups.submit()


def test_old_ones_go_with_what_only_they_needed(
    wb: Workbench, csv_file: Callable[..., Path]
) -> None:
    names = [wb.backups.create().name]
    for n in range(3):
        wb.import_file(csv_file("name", f"Somebody {n}", name=f"{n}.csv"))
        names.append(wb.backups.create().name)
    parts = set(wb.backups.folder.path.glob("parts/*/*"))
    gone = wb.backups.prune(2)
    assert sorted(gone) == sorted(names[:2])
    assert [b.name for b in wb.backups.all()] == names[:1:-1]
    assert set(wb.backups.folder.path.glob("parts/*/*")) < parts
    assert all(wb.backups.verify(n).ok for n in names[2:])


def test_the_last_one_that_passed_stays(wb: Workbench) -> None:
    good = wb.backups.create().name
    later = wb.backups.create("duckdb").name
    copy = wb.backups.folder.of(later) / "marquee.duckdb"
    copy.write_bytes(copy.read_bytes()[:-1])
    assert not wb.backups.restore_test(later).ok
    wb.backups.prune(1)
    assert [b.name for b in wb.backups.all()] == [later, good]


KILLED = """
import os, signal, sys
from pathlib import Path
from core import Workbench
from core.backups import {module}
from core.settings import Settings
home = Path(sys.argv[1])
def stop(*a, **k):
    os.kill(os.getpid(), signal.SIGKILL)
{module}.{name} = stop
settings = Settings(_env_file=None, database=home / "db" / "m.duckdb", data_dir=home / "data_uploads",
                    datasets_dir=home / "datasets", backup_dir=home / "backups")
with Workbench.open(settings=settings) as wb:
    wb.backups.create("{format}")
"""


@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL here")
@pytest.mark.parametrize(
    "module,name,format",
    [
        ("copying", "_export", "parquet"),
        ("copying", "move_in", "parquet"),
        ("making", "_raw", "duckdb"),
        ("making", "write", "parquet"),
    ],
)
def test_a_crash_in_the_middle_leaves_no_backup(
    wb: Workbench, module: str, name: str, format: Format
) -> None:
    assert hasattr(making if module == "making" else making.copying, name)
    home = wb.settings.database.parent.parent
    wb.close()
    script = KILLED.format(module=module, name=name, format=format)
    done = subprocess.run(
        [sys.executable, "-c", script, str(home)],
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        timeout=60,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    with Workbench.open(settings=wb.settings) as again:
        assert again.backups.all() == []
        assert again.check().findings == ()
        assert again.backups.create().ok
        left = [p.name for p in again.backups.folder.path.iterdir() if p.name[0] == "."]
        assert left == [".lock"]


def test_a_cancelled_one_leaves_nothing(wb: Workbench) -> None:
    progress = Progress()
    progress.cancel()
    with pytest.raises(MarqueeError):
        wb.backups.create(progress=progress)
    assert wb.backups.all() == []
