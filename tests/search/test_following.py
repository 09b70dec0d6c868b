"""The index has what the records are: after imports, edits, rollbacks, restores, and whatever happens to its folder."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from core import Workbench
from core.errors import Cancelled, SearchUnavailable
from core.search import room
from core.search.embedded import index
from core.search.room import folder
from core.search.searching import Question
from core.settings import Settings

Csv = Callable[..., Path]


def found(wb: Workbench, text: str) -> list[str]:
    return [hit.record["name"] for hit in wb.search(text)]


def test_edits_deletions_and_restores_are_found(changing: Workbench) -> None:
    [hit] = changing.search("ben johnson")
    changing.edit("celebrities", hit.record_id, {"name": "Ben Kingsley"})
    assert found(changing, "kingsley") == ["Ben Kingsley"] and found(changing, "johnson") == []
    changing.records.delete("celebrities", hit.record_id)
    assert found(changing, "kingsley") == []
    changing.records.restore("celebrities", hit.record_id)
    assert found(changing, "kingsley") == ["Ben Kingsley"]
    assert changing.search.check().ok


def test_an_import_and_its_rollback_are_found(changing: Workbench, csv_file: Csv) -> None:
    assert changing.search("").total == 8
    upload = changing.import_file(csv_file("name", "Ada Lovelace", "Alan Turing", name="more.csv"))
    assert found(changing, "lovelace") == ["Ada Lovelace"]
    changing.rollback(upload.id)
    assert found(changing, "lovelace") == [] and changing.search("").total == 8


def test_a_hit_whose_record_is_gone_is_left_out(changing: Workbench) -> None:
    searching = changing.services.search.of(changing.datasets.get("celebrities"))
    [hit] = changing.search("rowling")
    changing.records.delete("celebrities", hit.record_id)
    answer = searching.search(Question("rowling"))  # before the index has caught up
    assert answer.hits == () and answer.behind == 1


def test_the_index_gives_way_to_an_import(
    changing: Workbench, csv_file: Csv, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert changing.search("").total == 8  # there is an index
    asked: list[bool] = []
    indexes = changing.services.search
    busy = indexes._busy
    monkeypatch.setattr(indexes, "_busy", lambda: asked.append(busy()) or asked[-1])
    with changing.corridor.shelf.held("another upload"):
        changing.start()
        changing.import_file(csv_file("name", "Ada Lovelace"))
        until = time.monotonic() + 120
        while asked.count(True) < 3:
            assert time.monotonic() < until
            time.sleep(0.02)
        answer = changing.search("lovelace")
        assert answer.total == 0 and answer.behind == 1  # it is said, and nobody waits
    while changing.search("lovelace").total == 0:
        assert time.monotonic() < until
        time.sleep(0.02)
    monkeypatch.setattr(room, "YIELDS", 0.0)
    with changing.corridor.shelf.held("another upload"):  # not for ever
        changing.import_file(csv_file("name", "Alan Turing", name="b.csv"))
        while changing.search("turing").total == 0:
            assert time.monotonic() < until
            time.sleep(0.02)


def test_a_running_server_follows(changing: Workbench, csv_file: Csv) -> None:
    changing.start()
    changing.import_file(csv_file("name", *(f"Newcomer Number{i}" for i in range(1_000))))
    until = time.monotonic() + 60
    while (answer := changing.search("newcomer")).total < 1_000 or answer.engine == "scan":
        assert time.monotonic() < until
        time.sleep(0.02)
    assert changing.search("").behind == 0


@pytest.mark.parametrize("what", ["deleted", "half", "foreign", "newer", "garbage"])
def test_a_bad_folder_is_built_anew(settings: Settings, csv_file: Csv, what: str) -> None:
    with Workbench.open(settings=settings) as wb:
        wb.import_file(csv_file("name", "Ada Lovelace"))
        assert found(wb, "ada") == ["Ada Lovelace"]
    place = folder(settings.database)
    [generation] = [p for p in (place / "celebrities").iterdir() if p.is_dir()]
    about = generation / "about.json"
    text = about.read_text()
    if what == "deleted":
        shutil.rmtree(place)
    elif what == "half":
        about.unlink()
    elif what == "foreign":
        about.write_text(text.replace('"database": "', '"database": "x'))
    elif what == "newer":
        about.write_text(text.replace('"format": 1', '"format": 99'))
    else:
        for path in generation.glob("*.*"):
            if path != about:
                path.write_bytes(b"nothing")
    with Workbench.open(settings=settings) as wb:
        assert found(wb, "ada") == ["Ada Lovelace"]
        assert wb.search.status().state == "ready"


def test_a_restored_database_is_noticed(settings: Settings, csv_file: Csv, tmp_path: Path) -> None:
    with Workbench.open(settings=settings) as wb:
        wb.import_file(csv_file("name", "Ada Lovelace"))
    kept = tmp_path / "kept.duckdb"
    shutil.copyfile(settings.database, kept)
    with Workbench.open(settings=settings) as wb:
        wb.import_file(csv_file("name", "Grace Hopper", name="b.csv"))
        assert found(wb, "grace") == ["Grace Hopper"]
    shutil.copyfile(kept, settings.database)
    with Workbench.open(settings=settings) as wb:
        wb.import_file(csv_file("name", "Alan Turing", name="c.csv"))  # another act of that number
        assert found(wb, "grace") == [] and found(wb, "alan") == ["Alan Turing"]
        assert wb.search.check().ok


def test_an_index_is_changed_by_several_threads(changing: Workbench, csv_file: Csv) -> None:
    """It is built by whoever asks first, and followed by a thread of the server."""
    changing.search.rebuild()
    changing.start()
    changing.import_file(csv_file("name", "Ada Lovelace", name="more.csv"))
    until = time.monotonic() + 60
    while not found(changing, "lovelace"):
        assert time.monotonic() < until
        time.sleep(0.02)


def test_an_index_that_another_process_has_is_asked_and_not_changed(
    settings: Settings, csv_file: Csv
) -> None:
    with Workbench.open(settings=settings) as wb:
        wb.import_file(csv_file("name", "Ada Lovelace"))
        assert found(wb, "ada") == ["Ada Lovelace"]
    with (
        FileLock(folder(settings.database) / "celebrities" / ".lock"),
        Workbench.open(settings=settings) as wb,
    ):
        wb.import_file(csv_file("name", "Alan Turing", name="b.csv"))
        answer = wb.search("ada")
        assert [hit.record["name"] for hit in answer] == ["Ada Lovelace"]
        assert answer.behind == 1 and "another process" in answer.notes[0]
        with pytest.raises(SearchUnavailable, match="another process"):
            wb.search.rebuild()
    with Workbench.open(settings=settings) as wb:
        assert found(wb, "turing") == ["Alan Turing"]


def test_a_rebuild_switches_at_the_end(changing: Workbench) -> None:
    before = changing.search("").total
    seen: list[int] = []
    changing.search.rebuild(told=lambda done, total: seen.append(changing.search("").total))
    assert seen and set(seen) == {before} and changing.search("").total == before


def test_a_folder_that_is_deleted_while_it_is_open_comes_back(changing: Workbench) -> None:
    changing.search.rebuild()
    shutil.rmtree(folder(changing.database.path))
    assert found(changing, "rowling") == ["J. K. Rowling"]
    assert changing.search.status().state == "ready" and changing.search.check().ok


def test_a_rebuild_that_is_stopped_leaves_the_index_before(changing: Workbench) -> None:
    changing.search.rebuild()
    before = changing.search.status()

    def stop(done: int, total: int) -> None:
        raise Cancelled("stopped on request")

    with pytest.raises(Cancelled):
        changing.search.rebuild(told=stop)
    assert changing.search.status() == before and found(changing, "rowling") == ["J. K. Rowling"]
    generations = [p for p in (folder(changing.database.path) / "celebrities").iterdir()]
    assert len([p for p in generations if p.is_dir()]) == 1


def test_a_fault_in_the_middle_of_a_change_changes_nothing(
    changing: Workbench, csv_file: Csv, monkeypatch: pytest.MonkeyPatch
) -> None:
    changing.search.rebuild()
    upload = changing.import_file(csv_file("name", "Ada Lovelace", "Alan Turing", name="b.csv"))
    assert upload.counts.new == 2
    with monkeypatch.context() as patch:
        patch.setattr(index, "_write_mark", lambda *_: (_ for _ in ()).throw(OSError(28, "full")))
        answer = changing.search("lovelace")
        assert answer.total == 0 and answer.behind == 2 and "written" in answer.notes[0]
    assert found(changing, "lovelace") == ["Ada Lovelace"] and changing.search.check().ok


def test_a_rollback_while_a_rebuild_runs_is_taken_in(changing: Workbench, csv_file: Csv) -> None:
    upload = changing.import_file(csv_file("name", "Ada Lovelace", name="b.csv"))
    changing.search.rebuild(
        told=lambda done, total: changing.rollback(upload.id) if done == total else None
    )
    assert found(changing, "lovelace") == [] and changing.search.check().ok


def test_the_check_finds_what_is_missing_too_much_and_old(changing: Workbench) -> None:
    assert changing.search.check().ok
    change = "UPDATE celebrities SET name = 'Ben Kingsley' WHERE name = 'Ben Johnson'"
    for sql in (change, "DELETE FROM celebrities WHERE name = 'Bob Dylan'"):  # past the history
        changing.database.write(lambda c, sql=sql: c.execute(sql))
    found = changing.search.check()
    assert (len(found.missing), len(found.extra), len(found.stale)) == (0, 1, 1) and not found.ok
    changing.search.rebuild()
    assert changing.search.check().ok
