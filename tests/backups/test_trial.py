"""A backup is older than the definitions of now: it passes its test, and comes back, all the same."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from core import Workbench
from core.backups import acts
from core.backups.folder import Folder
from core.backups.manifest import Format
from core.datasets.model import Dataset
from core.errors import BackupBroken, Unsound
from core.ingest.uploads import Upload
from core.settings import Settings
from tests.backups.test_backups import FORMATS

Csv = Callable[..., Path]
ROWS = (
    "name,birth_date,town",
    "Ada,1815-12-10,London",
    "Ada,1912-06-23,Wilmslow",
    "Lise,1878,Wien",
)


def people(*key: str, more: tuple[str, ...] = ()) -> Dataset:
    fields = [{"name": n, "type": "text"} for n in ("name", "town", *more)]
    fields.append({"name": "birth_date", "type": "date"})
    return Dataset.model_validate({"name": "people", "key": {"fields": key}, "fields": fields})


def _saved(wb: Workbench, *key: str, more: tuple[str, ...] = ()) -> None:
    wb.save_dataset(people(*key, more=more), replace=True)


def _field(settings: Settings) -> None:
    with Workbench.open(settings=settings) as wb:
        _saved(wb, "name", "town", more=("nick",))


def _key(settings: Settings) -> None:
    with Workbench.open(settings=settings) as wb:
        _saved(wb, "name", "birth_date")


def _broken(settings: Settings) -> None:
    (settings.datasets_dir / "other.toml").write_text("name = ", "utf-8")


def _key_of_two(settings: Settings) -> None:
    """By hand, so that nothing refused it: of the two Adas it makes one, and cannot be used."""
    with Workbench.open(settings=settings) as wb:
        _saved(wb, "town")
    path = settings.datasets_dir / "people.toml"
    path.write_text(path.read_text("utf-8").replace('    "town",\n', '    "name",\n', 1), "utf-8")


def _type(settings: Settings) -> None:
    path = settings.datasets_dir / "people.toml"
    old, new = '{ name = "town" }', '{ name = "town", type = "integer" }'
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


SINCE = {
    "a field more": (_field, ()),
    "another key": (_key, ()),
    "a broken definition beside it": (_broken, ("dataset_broken",)),
    "a key that makes two one": (_key_of_two, ("key_differs",)),
    "another type": (_type, ("table_differs",)),
}


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("change,told", SINCE.values(), ids=SINCE)
def test_what_the_definitions_became_since_keeps_no_backup_back(
    settings: Settings,
    csv_file: Csv,
    format: Format,
    change: Callable[[Settings], None],
    told: tuple[str, ...],
) -> None:
    with Workbench.open(settings=settings) as wb:
        _saved(wb, "name", "town")
        wb.import_file(csv_file(*ROWS), dataset="people")
        before = wb.database.read(lambda c: c.execute("FROM people ORDER BY record_id").fetchall())
        name = wb.backups.create(format).name
    change(settings)

    acts.test(settings, name)
    with Workbench.open(settings=settings) as wb:
        assert wb.backups.restore_test(name).ok
    done = acts.restore(settings, name)
    assert done.kept and {f.code for f in done.report.findings} == set(told)
    with Workbench.open(settings=settings) as wb:
        after = wb.database.read(lambda c: c.execute("FROM people ORDER BY record_id").fetchall())
        assert [row[:4] for row in after] == [row[:4] for row in before]
        if not told:
            assert wb.count("people") == 3 and wb.check(deep=True).findings == ()


def test_a_backup_that_a_restore_would_refuse_does_not_pass_its_test(
    settings: Settings, busy: dict[str, Upload]
) -> None:
    with Workbench.open(settings=settings) as wb:
        wb.database.write(
            lambda c: c.execute("DELETE FROM celebrities WHERE name = 'Ada Lovelace'")
        )
        with pytest.raises(BackupBroken, match="never deleted and are gone") as caught:
            wb.backups.create()
        assert "core check" in caught.value.hint
        (backup,) = wb.backups.all()
        assert backup.test and not backup.ok
        assert not wb.backups.restore_test(backup.name).ok
    with pytest.raises(Unsound, match="never deleted"):
        acts.test(settings, backup.name)
    with pytest.raises(Unsound, match="never deleted") as refused:
        acts.restore(settings, backup.name)
    assert "--to FILE" in refused.value.hint  # the file itself went again


def test_a_test_leaves_nothing_and_is_kept(settings: Settings, busy: dict[str, Upload]) -> None:
    with Workbench.open(settings=settings) as wb:
        name = wb.backups.create().name
    folder = Folder(settings.backup_dir)
    (folder.of(name) / "tested.json").unlink()
    acts.test(settings, name)
    kept = folder.test(name)
    assert kept and kept.ok and "came back the same" in kept.detail
    assert [p.name for p in folder.path.glob(".*")] == [".lock"]
