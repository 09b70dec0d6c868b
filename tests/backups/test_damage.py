"""Backups share parts and raw files: what is damaged in the folder is made good, or told, never used again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from core import Workbench
from core.backups import acts, copying
from core.backups.folder import Folder
from core.errors import BackupBroken
from core.jobs.progress import Progress
from tests.contents import everything

Csv = Callable[..., Path]


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))


def _parts(folder: Folder, name: str) -> list[Path]:
    (table,) = [t for t in folder.manifest(name).tables if t.label == "history.changes"]
    return [folder.part(part) for part in table.parts]


def _two(wb: Workbench, csv_file: Csv) -> tuple[str, str]:
    """Two backups; the second one has two parts of the history and shares the first of them."""
    first = wb.backups.create().name
    wb.import_file(csv_file("name", "Somebody New", name="new.csv"))
    second = wb.backups.create().name
    assert _parts(wb.backups.folder, second)[:1] == _parts(wb.backups.folder, first)
    return first, second


def test_one_flipped_byte_of_a_shared_part_is_written_anew(wb: Workbench, csv_file: Csv) -> None:
    first, second = _two(wb, csv_file)
    folder = wb.backups.folder
    shared, own = _parts(folder, second)
    _flip(shared)
    third = wb.backups.create()
    assert (
        third.ok and _parts(folder, third.name)[0] == shared
    )  # the same bytes under the same name
    assert _parts(folder, third.name)[1] == own
    for name in (first, second, third.name):
        assert wb.backups.verify(name).ok and wb.backups.restore_test(name).ok
    before = everything(wb.settings.database, wb)
    wb.close()
    acts.restore(wb.settings, third.name)
    with Workbench.open(settings=wb.settings) as again:
        restored = everything(again.settings.database, again)
    assert restored['history."changes"'] == before['history."changes"']


def test_where_other_bytes_come_out_the_older_backups_are_told_damaged(
    wb: Workbench, csv_file: Csv, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = _two(wb, csv_file)
    folder = wb.backups.folder
    shared = _parts(folder, second)[0]
    _flip(shared)
    monkeypatch.setattr(copying, "PARQUET", "FORMAT parquet, COMPRESSION snappy")
    third = wb.backups.create()
    assert third.ok and shared not in _parts(folder, third.name)
    listed = {b.name: b for b in wb.backups.all()}
    assert listed[third.name].ok and not listed[second].ok and not listed[first].ok
    test = listed[first].test
    assert test and "missing or altered when another backup was made" in test.detail
    wb.backups.prune(1)
    assert [b.name for b in wb.backups.all()] == [third.name]
    assert wb.backups.verify(third.name).ok


def test_who_is_found_damaged_is_no_longer_listed_as_passed(wb: Workbench) -> None:
    name = wb.backups.create().name
    _flip(_parts(wb.backups.folder, name)[0])
    assert not wb.backups.verify(name).ok
    (listed,) = wb.backups.all()
    assert listed.test and not listed.ok and "altered or cut off" in listed.test.detail


def test_an_altered_raw_copy_is_copied_anew(wb: Workbench) -> None:
    first = wb.backups.create().name
    folder = wb.backups.folder
    raw = folder.raw(folder.manifest(first).raw[0].sha256)
    whole = raw.read_bytes()
    _flip(raw)  # the size stays
    found = wb.backups.restore_test(first)
    assert not found.ok and "the tables came back the same, but raw file" in found.detail
    with pytest.raises(BackupBroken, match="raw file .* was altered"):
        acts.test(wb.settings, first)
    second = wb.backups.create()
    assert second.ok and second.manifest and second.manifest.missing == ()
    assert second.manifest.written >= len(whole) and raw.read_bytes() == whole
    assert second.test and "raw files as they came: 5" in second.test.detail
    assert wb.backups.restore_test(first).ok


def test_a_raw_file_that_is_nowhere_whole_is_named_and_fails_the_older_backups(
    wb: Workbench,
) -> None:
    first = wb.backups.create().name
    folder = wb.backups.folder
    sha = folder.manifest(first).raw[0].sha256
    _flip(folder.raw(sha))
    wb.original(next(u.id for u in wb.uploads(limit=100) if u.sha256 == sha)).unlink()
    second = wb.backups.get(wb.backups.create().name)
    assert len(second.missing) == 1 and second.missing[0].startswith(sha)
    assert sha not in {r.sha256 for r in second.raw}
    assert [b.ok for b in wb.backups.all()] == [True, False]


def test_a_raw_copy_that_is_gone_fails_the_test(wb: Workbench) -> None:
    name = wb.backups.create().name
    wb.backups.folder.raw(wb.backups.get(name).raw[0].sha256).unlink()
    found = wb.backups.restore_test(name)
    assert not found.ok and "is missing" in found.detail


def test_what_was_just_hashed_is_not_read_again(
    wb: Workbench, csv_file: Csv, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many gigabytes of raw files are read once for each backup, by whoever looks first."""
    wb.backups.create()
    upload = wb.import_file(csv_file("name", "Somebody New", name="new.csv"))
    read: list[str] = []
    for module in ("folder", "restoring"):
        name = "hashed" if module == "folder" else "sha256"
        place = __import__(f"core.backups.{module}", fromlist=[name])
        real = getattr(place, name)
        monkeypatch.setattr(place, name, lambda p, real=real: (read.append(p.name), real(p))[1])
    name = wb.backups.create(progress=Progress()).name
    raw = [r.sha256 for r in wb.backups.get(name).raw]
    assert len(raw) == 6 and upload.sha256 in raw
    assert sorted(n for n in read if n in raw) == sorted(raw)
