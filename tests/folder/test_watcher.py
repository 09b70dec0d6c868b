"""The watched folder: what is dropped into `pending/` ends in `processed/` or `failed/`, with its report."""

from __future__ import annotations

import json
import os
import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from core import Workbench
from core.errors import StorageError
from core.folder import claims, watcher as folder
from core.folder.watcher import Watcher, being_written, printable, summary
from core.ingest import staging
from core.ingest.rows import duplicates, promise
from core.ingest.uploads import Counts
from core.server import Server
from core.settings import Settings

linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux can tell who writes a file")
links = pytest.mark.skipif(sys.platform == "win32", reason="Windows has other links and names")


def wait(condition: Callable[[], Any], seconds: float = 15) -> Any:
    until = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.02)
    return found


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "POLL", 0.02)
    monkeypatch.setattr(folder, "STILL", 0.1)


@pytest.fixture
def server(settings: Settings, quick: None) -> Iterator[Server]:
    with Server(settings) as opened:
        opened.start()
        yield opened


@pytest.fixture
def watched(server: Server) -> Workbench:
    return server.workbench


@pytest.fixture
def taker(wb: Workbench) -> Watcher:
    """A watcher whose thread is not started: the test says when it looks."""
    for name in ("processed", "failed"):
        (wb.settings.data_dir / name).mkdir(parents=True)
    watcher = Watcher(wb)
    watcher.claims.open()
    return watcher


def drop(wb: Workbench, name: str, text: str = "name\nA\n") -> Path:
    path = wb.settings.data_dir / "pending" / name
    path.write_text(text, "utf-8")
    return path


def files(wb: Workbench, where: str) -> list[str]:
    folder = wb.settings.data_dir / where
    if where == "claimed":
        (folder,) = (wb.settings.data_dir / "pending" / ".claimed").glob("*-*[!k]")
    return sorted(set(os.listdir(folder)) - {".claimed", ".owner"})


def processed(wb: Workbench) -> Path:
    return wb.settings.data_dir / "processed"


def report(wb: Workbench, where: str, name: str) -> dict[str, Any]:
    path = wb.settings.data_dir / where / f"{name}.report.json"
    found = json.loads(
        wait(lambda: path.exists() and path.read_text("utf-8").endswith("}\n") and path).read_text(
            "utf-8"
        )
    )
    assert isinstance(found, dict)
    return found


def finish(taker: Watcher, path: Path) -> None:
    """Take one file in this thread, as `look` does once it is complete."""
    taker.take(path)


# ---------------------------------------------------------------- the usual way


def test_what_is_doubtful_is_in_the_report(watched: Workbench) -> None:
    drop(watched, "asked.csv", "name,nationality,birth_date\nA B,Korea,1980\nC D,Chile,1990\n")
    told = report(watched, "processed", "asked.csv")
    assert [(d["about"], d["question"]) for d in told["doubts"]] == [("nationality", True)]
    assert told["summary"].endswith(", 1 to look at")


def test_a_file_is_imported_and_reported(watched: Workbench) -> None:
    started = time.monotonic()
    drop(watched, "people.csv", "name,mbti\nA,INTJ\nB,bad\n")
    told = report(watched, "processed", "people.csv")
    assert time.monotonic() - started < 10
    assert told["status"] == "imported" and told["counts"]["new"] == 1
    assert told["summary"] == ("people.csv: 2 rows, 1 new, 0 changed, 0 unchanged, 1 in quarantine")
    assert told["problems"][0]["field"] == "mbti" and told["finished_at"] and told["dataset"]
    upload = watched.upload(told["upload_id"])
    assert (upload.door, upload.filename, upload.status) == ("folder", "people.csv", "imported")
    wait(lambda: files(watched, "processed") == ["people.csv", "people.csv.report.json"])
    assert files(watched, "pending") == files(watched, "claimed") == files(watched, "failed") == []


def test_the_folder_is_watched_until_the_end(settings: Settings, quick: None) -> None:
    with Server(settings) as server:
        assert not server.folder.alive
        server.start()
        assert server.folder.alive
    assert not server.folder.alive


def test_it_can_be_switched_off(settings: Settings) -> None:
    with Server(settings.model_copy(update={"watch_folder": False})) as server:
        server.start()
        assert not server.folder.alive


def test_broken_files_fail_and_the_next_is_taken(server: Server, watched: Workbench) -> None:
    drop(watched, "a.json", '{"celebrities": [')
    drop(watched, "b.csv", "")
    drop(watched, "c.csv", "color,taste\nred,sweet\n")
    drop(watched, "d.csv")
    for name, code in (
        ("a.json", "broken_file"),
        ("b.csv", "empty_file"),
        ("c.csv", "bad_mapping"),
    ):
        told = report(watched, "failed", name)
        assert told["status"] == "failed" and told["error"]["code"] == code
        assert told["summary"].startswith(f"{name}: {told['error']['title']}")
    assert report(watched, "processed", "d.csv")["status"] == "imported"
    wait(lambda: files(watched, "claimed") == [])
    assert server.folder.alive
    assert (watched.settings.data_dir / "failed" / "a.json").read_text() == '{"celebrities": ['


def test_a_vanished_folder_does_not_end_the_watching(
    watched: Workbench, caplog: pytest.LogCaptureFixture
) -> None:
    pending = watched.settings.data_dir / "pending"
    shutil.rmtree(pending)
    wait(lambda: "could not be looked at" in caplog.text)
    pending.mkdir()
    drop(watched, "a.csv")
    assert report(watched, "processed", "a.csv")["status"] == "imported"


# ---------------------------------------------------------------- complete or not


def test_a_growing_file_is_left_alone(watched: Workbench) -> None:
    path = watched.settings.data_dir / "pending" / "grows.csv"
    for number in range(12):
        with path.open("a") as file:
            file.write("name\n" if not number else f"P{number}\n")
        time.sleep(0.04)
        assert path.exists()
    assert report(watched, "processed", "grows.csv")["counts"]["rows"] == 11


@linux
def test_a_file_that_is_open_for_writing_is_left_alone(watched: Workbench) -> None:
    path = watched.settings.data_dir / "pending" / "open.csv"
    with path.open("w") as file:
        file.write("name\nA\n")
        file.flush()
        assert being_written(path)
        time.sleep(0.6)  # still for long enough, but not complete
        assert path.exists() and watched.uploads() == []
        file.write("B\n")
    assert report(watched, "processed", "open.csv")["counts"]["rows"] == 2


@linux
def test_being_written(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_text("x")
    assert not being_written(path)
    with path.open("a"):
        assert being_written(path)
    with path.open():  # reading does no harm
        assert not being_written(path)
    assert not being_written(tmp_path) and not being_written(tmp_path / "nosuch")


def test_a_file_must_be_still_for_a_moment(taker: Watcher, wb: Workbench) -> None:
    path = drop(wb, "a.csv")
    assert taker.look() == 0  # seen for the first time
    assert taker.look() == 0
    seen = taker._seen[path]
    taker._seen[path] = (seen[0], seen[1] - folder.STILL)
    assert taker.look() == 1 and wb.count() == 1
    assert taker._seen == {}


# ---------------------------------------------------------------- the same again


def test_the_same_name_twice(taker: Watcher, wb: Workbench) -> None:
    for names in ("A", "B", "C"):
        finish(taker, drop(wb, "people.csv", f"name\n{names}\n"))
    found = [name for name in files(wb, "processed") if not name.endswith(".report.json")]
    assert len(found) == 3 and found[-1] == "people.csv"
    texts = {(wb.settings.data_dir / "processed" / name).read_text() for name in found}
    assert texts == {"name\nA\n", "name\nB\n", "name\nC\n"}
    assert all(report(wb, "processed", name)["counts"]["new"] == 1 for name in found)
    assert wb.count() == 3


def test_the_same_bytes_twice(taker: Watcher, wb: Workbench) -> None:
    finish(taker, drop(wb, "one.csv"))
    finish(taker, drop(wb, "two.csv"))
    told = report(wb, "processed", "two.csv")
    assert told["status"] == "already imported"
    assert told["upload_id"] == report(wb, "processed", "one.csv")["upload_id"]
    assert "two.csv" in told["summary"] and "force" in told["summary"]
    assert len(wb.uploads()) == 1


def back_to_pending(wb: Workbench, name: str) -> Path:
    """What somebody does with `mv`: the file is the same, its inode, size and time too."""
    data = wb.settings.data_dir
    return (data / "processed" / name).rename(data / "pending" / name)


def test_a_file_that_comes_back_after_a_rollback_is_imported(taker: Watcher, wb: Workbench) -> None:
    """As by every other door: what was taken back may come in again, as an upload of its own."""
    finish(taker, drop(wb, "a.csv"))
    first = report(wb, "processed", "a.csv")["upload_id"]
    wb.rollback(first)
    finish(taker, back_to_pending(wb, "a.csv"))
    told = [json.loads(p.read_text("utf-8")) for p in processed(wb).glob("*.report.json")]
    assert [one["status"] for one in told] == ["imported"] * 2 and wb.count() == 1
    assert len({one["upload_id"] for one in told}) == len(wb.uploads(kind="import")) == 2
    assert wb.upload(first).status == "rolled_back" and wb.verify_events()


def test_a_file_that_comes_back_and_is_still_imported_says_so(
    taker: Watcher, wb: Workbench
) -> None:
    finish(taker, drop(wb, "a.csv"))
    finish(taker, back_to_pending(wb, "a.csv"))
    told = [json.loads(p.read_text("utf-8")) for p in processed(wb).glob("*.report.json")]
    assert sorted(one["status"] for one in told) == ["already imported", "imported"]
    assert wb.count() == len(wb.uploads()) == 1


@pytest.mark.parametrize("moment", ["claim", "receive_once", "commit", "deliver"])
def test_a_crash_while_a_file_comes_back_imports_it_once(
    taker: Watcher, wb: Workbench, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    finish(taker, drop(wb, "a.csv"))
    wb.rollback(report(wb, "processed", "a.csv")["upload_id"])
    path = back_to_pending(wb, "a.csv")
    places = {"commit": taker.workbench, "receive_once": taker.workbench.uploads}
    place = places.get(moment, taker.claims)
    plain = getattr(place, moment)

    def crash(*given: Any, **more: Any) -> None:
        if moment != "deliver":
            plain(*given, **more)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(place, moment, crash)
        with pytest.raises(KeyboardInterrupt):
            finish(taker, path)
    (left,) = taker.claims.mine()
    taker.take(left, claimed=True)
    assert wb.count() == 1 and len(wb.uploads(kind="import")) == 2
    assert taker.claims.mine() == []


def test_what_was_taken_back_before_its_file_was_put_away_stays_so(
    taker: Watcher, wb: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A crash behind the commit, and a rollback before the folder goes on: it is no new file."""

    def crash(*given: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(taker.claims, "deliver", crash)
        with pytest.raises(KeyboardInterrupt):
            finish(taker, drop(wb, "a.csv"))
    (upload,) = wb.uploads()
    wb.rollback(upload.id)
    taker.take(taker.claims.own / "a.csv", claimed=True)
    told = report(wb, "processed", "a.csv")
    assert told["status"] == "taken back" and "taken back" in told["summary"]
    assert wb.count() == 0 and len(wb.uploads(kind="import")) == 1


def test_another_watcher_was_faster(taker: Watcher, wb: Workbench) -> None:
    path = drop(wb, "a.csv")
    path.unlink()
    finish(taker, path)
    assert wb.uploads() == [] and files(wb, "failed") == []


def test_a_file_that_was_mended_and_fails_again_gets_a_report_of_its_own(
    taker: Watcher, wb: Workbench
) -> None:
    failed = wb.settings.data_dir / "failed"
    finish(taker, drop(wb, "a.csv", ""))
    assert report(wb, "failed", "a.csv")["error"]["code"] == "empty_file"
    (failed / "a.csv").rename(wb.settings.data_dir / "pending" / "a.csv")
    finish(taker, drop(wb, "a.csv", "color,taste\nred,sweet\n"))
    told = [json.loads(path.read_text("utf-8")) for path in failed.glob("*.report.json")]
    assert {one["error"]["code"] for one in told} == {"empty_file", "bad_mapping"}
    (delivered,) = (path for path in failed.glob("*.csv"))
    assert report(wb, "failed", delivered.name)["error"]["code"] == "bad_mapping"


@pytest.mark.parametrize("text", ["", "name\nA\n"])
def test_a_crash_before_the_file_moved_reserves_no_second_name(
    taker: Watcher, wb: Workbench, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    def crash(*given: Any) -> None:
        raise KeyboardInterrupt

    path = drop(wb, "a.csv", text)
    with monkeypatch.context() as patch:
        patch.setattr(claims, "move", crash)
        with pytest.raises(KeyboardInterrupt):
            finish(taker, path)
    where = "processed" if text else "failed"
    assert files(wb, where) == ["a.csv.report.json"] and files(wb, "claimed") == ["a.csv"]
    taker.take(taker.claims.own / "a.csv", claimed=True)
    assert files(wb, where) == ["a.csv", "a.csv.report.json"] and files(wb, "claimed") == []
    assert len(wb.uploads()) == 1


# ---------------------------------------------------------------- odd things


def test_a_directory_fails(taker: Watcher, wb: Workbench) -> None:
    path = wb.settings.data_dir / "pending" / "folder.csv"
    path.mkdir()
    (path / "inside.csv").write_text("name\nA\n")
    finish(taker, path)
    assert report(wb, "failed", "folder.csv")["error"]["code"] == "unsafe_path"
    assert (wb.settings.data_dir / "failed" / "folder.csv" / "inside.csv").exists()


@links
def test_symlinks_fail_and_what_they_name_is_untouched(
    taker: Watcher, wb: Workbench, tmp_path: Path
) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("name\nA\n")
    pending = wb.settings.data_dir / "pending"
    for name, target in (("link.csv", secret), ("none.csv", tmp_path / "nosuch"), ("up", tmp_path)):
        (pending / name).symlink_to(target)
        finish(taker, pending / name)
        told = report(wb, "failed", name)
        assert told["error"]["code"] == "unsafe_path" and "plain file" in told["summary"]
        assert (wb.settings.data_dir / "failed" / name).is_symlink()
    assert secret.read_text() == "name\nA\n" and wb.uploads() == []


@links
def test_a_dangling_symlink_takes_its_name(taker: Watcher, wb: Workbench, tmp_path: Path) -> None:
    pending = wb.settings.data_dir / "pending"
    for _ in range(2):
        (pending / "none.csv").symlink_to(tmp_path / "nosuch")
        finish(taker, pending / "none.csv")
    assert len(files(wb, "failed")) == 4


@links
def test_a_claimed_symlink_is_not_replaced(taker: Watcher, wb: Workbench, tmp_path: Path) -> None:
    left = taker.claims.own / "a.csv"
    left.symlink_to(tmp_path / "nosuch")
    finish(taker, drop(wb, "a.csv"))
    assert left.is_symlink() and wb.count() == 1


@links
def test_a_pipe_fails(taker: Watcher, wb: Workbench) -> None:
    path = wb.settings.data_dir / "pending" / "pipe.csv"
    os.mkfifo(path)
    finish(taker, path)
    assert report(wb, "failed", "pipe.csv")["error"]["code"] == "unsafe_path"


@pytest.mark.parametrize(
    "name",
    [
        ".hidden.csv",
        ".DS_Store",
        "~$people.xlsx",
        "a.csv.part",
        "a.crdownload",
        "README.md",
        "x.TMP",
    ],
)
def test_what_is_not_meant_is_left(taker: Watcher, wb: Workbench, name: str) -> None:
    path = drop(wb, name)
    assert taker.look() == 0 and taker._seen == {} and path.exists()


NAMES = [
    "周杰伦 名单.csv",
    "имена.csv",
    "أسماء.csv",
    "naïve é.csv",
    "👩‍👩‍👧.csv",
    "a'b\"c;d.csv",
    "=cmd().csv",
    "-rf",
]


@links
@pytest.mark.parametrize("name", [*NAMES, "two\nlines.csv", "tab\there.csv", "bell\x07\u2028.csv"])
def test_names_of_every_script(taker: Watcher, wb: Workbench, name: str) -> None:
    finish(taker, drop(wb, name))
    told = report(wb, "processed", name)
    assert told["status"] == "imported" and told["file"] == printable(name)
    assert told["summary"].splitlines() == [told["summary"]]
    assert len(wb.upload(told["upload_id"]).filename.splitlines()) == 1
    assert wb.verify_events() == 2


@linux
def test_a_name_that_is_no_text(taker: Watcher, wb: Workbench) -> None:
    name = os.fsdecode(b"\xff\xfe.csv")
    finish(taker, drop(wb, name))
    (found,) = [f for f in files(wb, "processed") if f.endswith(".report.json")]
    assert report(wb, "processed", found.removesuffix(".report.json"))["status"] == "imported"
    assert files(wb, "claimed") == []


@links
@pytest.mark.parametrize("stem", ["x" * 251, "周" * 83])
def test_the_longest_names_leave_room_for_the_report(
    taker: Watcher, wb: Workbench, stem: str
) -> None:
    for names in ("A", "B"):
        finish(taker, drop(wb, stem + ".csv", f"name\n{names}\n"))
    found = files(wb, "processed")
    assert len(found) == 4 and files(wb, "claimed") == []
    assert sum(name.endswith(".csv") for name in found) == 2


def test_a_bug_fails_the_file_and_says_so(
    taker: Watcher, wb: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def bug(*given: Any, **more: Any) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(staging, "stage", bug)
    finish(taker, drop(wb, "a.csv"))
    assert "a bug" in report(wb, "failed", "a.csv")["error"]["detail"]


# ---------------------------------------------------------------- after a crash


def test_a_claimed_leftover_is_taken_up_at_the_start(settings: Settings, quick: None) -> None:
    claimed = settings.data_dir / ".claimed"  # where earlier versions had it
    claimed.mkdir(parents=True)
    (claimed / "left.csv").write_text("name\nA\n")
    with Server(settings) as server:
        wb = server.workbench
        server.start()
        assert report(wb, "processed", "left.csv")["status"] == "imported"
        wait(lambda: files(wb, "claimed") == [])
        assert wb.count() == 1


def test_a_leftover_that_was_imported_is_not_imported_again(
    settings: Settings, quick: None
) -> None:
    claimed = settings.data_dir / ".claimed"  # where earlier versions had it
    claimed.mkdir(parents=True)
    (claimed / "left.csv").write_text("name\nA\n")
    with Server(settings) as server:
        wb = server.workbench
        wb.import_file(claimed / "left.csv")  # killed before the file was moved
        server.start()
        assert report(wb, "processed", "left.csv")["status"] == "already imported"
        assert len(wb.uploads()) == 1


def test_stopping_leaves_the_file_for_the_next_start(
    settings: Settings, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached = threading.Event()

    def slow(cursor: Any, *more: Any) -> None:
        reached.set()
        cursor.execute("SELECT count(*) FROM range(100000000000) a WHERE hash(a.range) % 7 = 8")

    with monkeypatch.context() as patch, Server(settings) as server:
        wb = server.workbench
        patch.setattr(duplicates, "find", slow)
        server.start()
        drop(wb, "a.csv")
        assert reached.wait(15)
        time.sleep(0.1)
    assert files(wb, "claimed") == ["a.csv"]
    assert os.listdir(settings.data_dir / "failed") == []
    with Server(settings) as server:
        wb = server.workbench
        server.start()
        assert report(wb, "processed", "a.csv")["status"] == "imported"
        assert wb.count() == 1
        assert len(wb.uploads()) == 1  # the one that was begun, and no other beside it


def test_summaries_are_one_line() -> None:
    counts = Counts(rows=3, new=1, changed=1, unchanged=1).model_dump()
    told = {"file": "a.csv", "status": "imported", "counts": counts}
    assert summary(told) == "a.csv: 3 rows, 1 new, 1 changed, 1 unchanged"
    told["counts"] |= {"rows": 6, "repeated": 1, "rejected": 1, "conflicting": 1}
    assert summary(told).endswith("1 unchanged, 1 repeated, 2 in quarantine")
    told["counts"] |= {"rows": 1}
    assert summary(told).startswith("a.csv: 1 row, ")
    failed = {"file": "a.csv", "status": "failed", "error": {"title": "It broke"}}
    assert summary(failed) == "a.csv: It broke:"


def test_a_database_that_is_opened_anew_meanwhile_is_not_the_fault_of_the_file(
    taker: Watcher, wb: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was staged went with the lost instance, whoever lost it: the file is tried again."""
    plain = promise.check

    def lost(*given: Any) -> None:
        wb.database.recovery.renew("a test takes it away")
        wait(lambda: wb.database.recovery.reason is None)
        plain(*given)

    path = drop(wb, "a.csv")
    with monkeypatch.context() as patch:
        patch.setattr(promise, "check", lost)
        with pytest.raises(StorageError):
            finish(taker, path)
    assert files(wb, "claimed") == ["a.csv"] and files(wb, "failed") == []
    taker.take(taker.claims.own / "a.csv", claimed=True)
    assert report(wb, "processed", "a.csv")["status"] == "imported" and wb.count() == 1
    assert len(wb.uploads()) == 1
