"""Restoring a backup, and rebuilding from raw files and history alone."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from core import Workbench
from core.backups import acts, swapping
from core.backups.manifest import Format
from core.errors import (
    BackupBroken,
    Conflict,
    DatabaseLocked,
    NotFound,
    RestoreInterrupted,
    Unsound,
)
from core.ingest.uploads import Upload
from core.settings import Settings
from core.storage.duckfile.paths import restoring_note
from tests.backups.test_backups import FORMATS
from tests.contents import everything

Kept = tuple[str, dict[str, list[object]]]


@pytest.fixture
def kept(settings: Settings, busy: dict[str, Upload]) -> Iterator[Kept]:
    """The name of a backup of the installation that lived, and what was in it."""
    with Workbench.open(settings=settings) as workbench:
        before = everything(settings.database, workbench)
        name = workbench.backups.create().name
    yield name, before


@pytest.mark.parametrize("format", FORMATS)
def test_a_damaged_database_is_put_right(
    settings: Settings, busy: dict[str, Upload], format: Format
) -> None:
    with Workbench.open(settings=settings) as workbench:
        before = everything(settings.database, workbench)
        name = workbench.backups.create(format).name
        workbench.original(busy["first"].id).unlink()
    settings.database.write_bytes(b"no database at all")
    done = acts.restore(settings, name)
    assert done.kept and done.kept.read_bytes() == b"no database at all"
    assert done.files == 1 and done.report.findings == ()
    assert everything(settings.database) == before
    with Workbench.open(settings=settings) as workbench:
        assert workbench.check(deep=True).findings == ()
        assert workbench.original(busy["first"].id).is_file()


def test_into_another_file(settings: Settings, kept: Kept, tmp_path: Path) -> None:
    name, before = kept
    present = settings.database.read_bytes()
    done = acts.restore(settings, name, to=tmp_path / "other.duckdb")
    assert done.kept is None and everything(tmp_path / "other.duckdb") == before
    assert settings.database.read_bytes() == present
    with pytest.raises(Conflict):
        acts.restore(settings, name, to=tmp_path / "other.duckdb")


def test_never_while_somebody_has_it_open(settings: Settings, kept: Kept) -> None:
    name, _ = kept
    present = everything(settings.database)
    with Workbench.open(settings=settings) as workbench:
        with pytest.raises(DatabaseLocked, match="in use"):
            acts.restore(settings, name)
        assert workbench.count() > 0
    script = f"import duckdb; c = duckdb.connect({str(settings.database)!r}); print(1, flush=True); input()"
    other = subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        assert other.stdout and other.stdout.readline()
        with pytest.raises(DatabaseLocked, match="in use"):
            acts.restore(settings, name)
    finally:
        other.communicate(b"\n", timeout=20)
    assert everything(settings.database) == present
    assert [p.name for p in settings.database.parent.iterdir()] == [settings.database.name]


def test_what_is_unsound_is_not_put_in_place(settings: Settings, busy: dict[str, Upload]) -> None:
    with Workbench.open(settings=settings) as workbench:
        workbench.database.write(lambda c: c.execute("DELETE FROM ops.ledger"))
        with pytest.raises(BackupBroken, match="without their line in the ledger"):
            workbench.backups.create()
        name = workbench.backups.all()[0].name
    present = settings.database.read_bytes()
    with pytest.raises(Unsound, match="without their line in the ledger"):
        acts.restore(settings, name)
    assert settings.database.read_bytes() == present
    assert [p.name for p in settings.database.parent.iterdir()] == [settings.database.name]


def test_a_log_of_the_old_file_is_kept_beside_it(settings: Settings, kept: Kept) -> None:
    name, before = kept
    wal = settings.database.with_name(settings.database.name + ".wal")
    wal.write_bytes(b"changes of the old file")
    done = acts.restore(settings, name)
    assert done.kept and not wal.exists()
    assert done.kept.with_name(done.kept.name + ".wal").read_bytes() == b"changes of the old file"
    assert everything(settings.database) == before


def test_a_restore_that_was_interrupted_is_noticed_and_done_again(
    settings: Settings, kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, before = kept
    replace = os.replace

    def stop(source: Path, target: Path) -> None:
        if Path(target) == settings.database:
            raise KeyboardInterrupt
        replace(source, target)

    monkeypatch.setattr(swapping.os, "replace", stop)
    with pytest.raises(KeyboardInterrupt):
        acts.restore(settings, name)
    monkeypatch.undo()
    assert restoring_note(settings.database).exists()
    with pytest.raises(RestoreInterrupted) as caught:
        Workbench.open(settings=settings)
    assert "restore --backup" in caught.value.hint
    acts.restore(settings, name)
    assert everything(settings.database) == before


OPEN = """
import sys
from core import Workbench
from core.settings import Settings
home = sys.argv[1]
settings = Settings(_env_file=None, database=home + "/db/m.duckdb", data_dir=home + "/data_uploads")
with Workbench.open(settings=settings) as wb:
    wb.import_file(sys.argv[2])
"""


@pytest.mark.parametrize("there", [True, False])
def test_an_app_that_starts_in_the_swap_loses_nothing(
    settings: Settings,
    kept: Kept,
    csv_file: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
    there: bool,
) -> None:
    """It saw no note yet, and the lock had been looked at: what it imports would go with the old file."""
    name, before = kept
    if not there:
        settings.database.unlink()
    tried: list[bytes] = []
    write = swapping.write

    def late(note: Path, text: str) -> None:
        home, file = settings.database.parent.parent, csv_file("name", "Late One")
        done = subprocess.run(
            [sys.executable, "-c", OPEN, str(home), str(file)],
            cwd=Path(__file__).resolve().parents[2],
            capture_output=True,
            timeout=60,
        )
        assert done.returncode
        tried.append(done.stderr)
        write(note, text)

    monkeypatch.setattr(swapping, "write", late)
    done = acts.restore(settings, name)
    assert len(tried) == 1 and b"DatabaseLocked" in tried[0]
    assert bool(done.kept) is there and everything(settings.database) == before
    beside = {p.name for p in settings.database.parent.iterdir()}
    assert beside == {settings.database.name, *([done.kept.name] if done.kept else [])}


def test_a_file_system_without_links_keeps_the_old_one_all_the_same(
    settings: Settings, kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, before = kept
    present = settings.database.read_bytes()

    def none(source: Path, target: Path) -> None:
        raise OSError("no links here")

    codes: list[int] = []
    replace = os.replace

    def looked(source: Path, target: Path) -> None:
        if Path(target) == settings.database:  # it was copied, and is still held
            script = f"import duckdb; duckdb.connect({str(target)!r})"
            codes.append(subprocess.call([sys.executable, "-c", script], stderr=subprocess.DEVNULL))
        replace(source, target)

    monkeypatch.setattr(swapping.os, "link", none)
    monkeypatch.setattr(swapping.os, "replace", looked)
    done = acts.restore(settings, name)
    assert codes == [1]
    assert done.kept and done.kept.read_bytes() == present
    assert everything(settings.database) == before


def test_a_note_that_cannot_be_written_leaves_everything_as_it_was(
    settings: Settings, kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, _ = kept
    settings.database.unlink()

    def full(note: Path, text: str) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(swapping, "write", full)
    with pytest.raises(OSError):
        acts.restore(settings, name)
    assert list(settings.database.parent.iterdir()) == []


def test_restores_that_were_interrupted_leave_no_files(
    settings: Settings, kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is a whole database; the note names one, and that is the only one beside it."""
    name, before = kept
    replace = os.replace

    def stop(source: Path, target: Path) -> None:
        if Path(target) == settings.database:
            raise KeyboardInterrupt
        replace(source, target)

    def new() -> list[str]:
        return [p.name for p in settings.database.parent.glob("*.new-*")]

    with monkeypatch.context() as patch:
        patch.setattr(swapping.os, "replace", stop)
        for _ in range(2):
            with pytest.raises(KeyboardInterrupt):
                acts.restore(settings, name)
            noted = swapping.noted(settings.database)
            assert noted and new() == [noted.name]
    with monkeypatch.context() as patch:  # and one that ends before it comes so far
        patch.setattr(acts.restoring, "put_back_files", stop)
        with pytest.raises(TypeError):
            acts.restore(settings, name)
        assert new() == [noted.name]
    acts.restore(settings, name)
    assert new() == [] and everything(settings.database) == before


# ------------------------------------------------------------------ from nothing


@pytest.mark.parametrize("source", ["the database", "a backup"])
def test_raw_files_and_history_make_every_record_again(
    settings: Settings, busy: dict[str, Upload], tmp_path: Path, source: str
) -> None:
    """Same ids, versions, times, values and history, byte for byte; the record tables are never looked at."""
    with Workbench.open(settings=settings) as workbench:
        before = everything(settings.database, workbench)
        name = workbench.backups.create().name if source == "a backup" else None
    if source == "the database":
        with duckdb.connect(str(settings.database)) as connection:
            connection.execute("DROP TABLE celebrities")
    else:
        settings.database.unlink()
        shutil.rmtree(settings.data_dir)
    done = acts.rebuild(settings, tmp_path / "new.duckdb", name=name)
    assert done.records == {"celebrities": len(before['main."celebrities"'][1])}
    assert done.report.findings == ()
    assert everything(tmp_path / "new.duckdb") == before


def test_a_rebuild_says_what_older_rules_had_read(
    settings: Settings, busy: dict[str, Upload], tmp_path: Path
) -> None:
    with duckdb.connect(str(settings.database)) as connection:
        connection.execute(
            "UPDATE ops.uploads SET reading = json_merge_patch(reading, '{\"rules\": 0}')"
        )
    report = acts.rebuild(settings, tmp_path / "new.duckdb").report
    assert report.ok and {f.code for f in report.findings} == {"made_otherwise"}


def test_a_rebuild_needs_every_file(settings: Settings, kept: Kept, tmp_path: Path) -> None:
    for path in settings.data_dir.glob("raw/??/*"):
        path.write_bytes(b"altered")
    with pytest.raises(NotFound, match="raw files are gone or altered") as caught:
        acts.rebuild(settings, tmp_path / "new.duckdb")
    assert "--files" in caught.value.hint
    assert not (tmp_path / "new.duckdb").exists()


def test_values_that_nothing_tells_are_refused(
    settings: Settings, kept: Kept, tmp_path: Path
) -> None:
    with duckdb.connect(str(settings.database)) as connection:
        connection.execute("UPDATE history.changes SET after = NULL")
    with Workbench.open(settings=settings) as workbench:
        assert "edit_untold" in {f.code for f in workbench.check().findings}
    with pytest.raises(Unsound, match="told by no file and no change"):
        acts.rebuild(settings, tmp_path / "new.duckdb")
    assert not (tmp_path / "new.duckdb").exists()
