"""Backups of two databases: apart by default, and in one folder none touches the other's."""

from __future__ import annotations

from pathlib import Path

import pytest

from core import Workbench
from core.backups import acts, ownership
from core.backups.folder import Folder
from core.backups.ownership import Owner
from core.errors import ForeignBackup
from core.settings import Settings


def test_backups_lie_beside_their_database(tmp_path: Path) -> None:
    assert Settings().backup_dir == Path("db/backups")
    assert Settings(database=tmp_path / "marquee.duckdb").backup_dir == tmp_path / "backups"
    other = Settings(database=tmp_path / "other.duckdb")
    assert other.backup_dir == tmp_path / "backups" / "other.duckdb"
    moved = other.model_copy(update={"database": Path("x/third.duckdb")})
    assert moved.backup_dir == Path("x/backups/third.duckdb")
    said = Settings(database=tmp_path / "a.duckdb", backup_dir=tmp_path / "b")
    assert said.model_copy(update={"database": Path("c.duckdb")}).backup_dir == tmp_path / "b"


def test_a_workbench_on_another_file_has_its_own_backups(tmp_path: Path) -> None:
    base = Settings(data_dir=tmp_path / "data", datasets_dir=tmp_path / "sets")
    with Workbench.open(tmp_path / "notebook.duckdb", settings=base) as wb:
        made = wb.backups.create().name
        assert (tmp_path / "backups" / "notebook.duckdb" / made).is_dir()


@pytest.fixture
def second(wb: Workbench, tmp_path: Path) -> Settings:
    """Another installation that was told to keep its backups in the folder of `wb`."""
    settings = wb.settings.model_copy(
        update={"database": tmp_path / "second.duckdb", "data_dir": tmp_path / "second"}
    )
    with Workbench.open(settings=settings) as other:
        other.import_file([b"name\nOnly Here\n"], filename="o.csv")
        other.backups.create()
    return settings


def test_a_foreign_backup_is_told_and_never_deleted(wb: Workbench, second: Settings) -> None:
    (foreign,) = wb.backups.all()
    assert foreign.foreign and foreign.manifest
    assert foreign.manifest.database == str(second.database.resolve())
    assert wb.backups.state().last is None
    mine = [wb.backups.create().name for _ in range(3)]
    assert wb.backups.prune(1) == [mine[1], mine[0]]
    assert [b.name for b in wb.backups.all()] == [mine[2], foreign.name]
    assert wb.backups.verify(foreign.name).ok
    with Workbench.open(settings=second) as other:
        assert other.backups.prune(1) == []
        assert [b.foreign for b in other.backups.all()] == [True, False]


def test_without_its_id_a_database_is_known_by_its_path(wb: Workbench, second: Settings) -> None:
    folder = Folder(wb.settings.backup_dir)
    (name,) = folder.names()
    assert ownership.own(folder, Owner("", second.database)) == [name]
    assert ownership.own(folder, Owner("", wb.settings.database)) == []


def test_the_backup_of_another_database_asks(wb: Workbench, second: Settings) -> None:
    mine, settings = wb.backups.create().name, wb.settings
    wb.close()
    (foreign,) = [n for n in Folder(settings.backup_dir).names() if n != mine]
    with pytest.raises(ForeignBackup) as caught:
        acts.restore(settings, foreign)
    assert "--foreign" in caught.value.hint and "second.duckdb" in caught.value.detail
    before = settings.database.read_bytes()
    assert acts.restore(settings, foreign, to=settings.database.with_name("x.duckdb")).report.ok
    assert settings.database.read_bytes() == before
    assert acts.restore(settings, mine).report.ok
    done = acts.restore(settings, foreign, foreign=True)
    assert done.kept and done.kept.exists()
    with Workbench.open(settings=settings) as opened:
        assert [r["name"] for r in opened.records().rows()] == ["Only Here"]


def test_a_place_without_a_database_takes_any_backup(second: Settings, tmp_path: Path) -> None:
    (name,) = Folder(second.backup_dir).names()
    fresh = second.model_copy(update={"database": tmp_path / "fresh" / "marquee.duckdb"})
    assert acts.restore(fresh, name).report.ok
