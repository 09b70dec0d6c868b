"""Schedules on a real workbench: folder, address and bucket, missed runs, failures, pauses."""

from __future__ import annotations

import http.server
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from core import Workbench
from core.errors import BadSchedule, Conflict, FetchFailed, NotFound
from core.observe import metrics
from core.schedules import kept, running, sources
from core.schedules.model import Run
from tests.servers import versity

ONE = "name,mbti\nAda Lovelace,INTJ\n"
TWO = "name,mbti\nBob Marley,ISFP\nCid Wrong,XXXX\n"


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


def define(folder: Path, **more: Any) -> dict[str, Any]:
    place = {"kind": "folder", "folder": str(folder), "pattern": "*.csv"}
    return {"name": "Nightly", "dataset": "celebrities", "place": place, **more}


def ran(wb: Workbench, name: str = "Nightly") -> Run:
    """The newest run, done here as the worker does it."""
    run = wb.schedules.runs(name, limit=1)[0]
    end = time.monotonic() + 60
    while run.status in ("waiting", "running"):
        assert time.monotonic() < end
        time.sleep(0.02)
        run = wb.schedules.runs(name, limit=1)[0]
    return run


@pytest.fixture
def working(wb: Workbench) -> Iterator[Workbench]:
    wb.worker.start()
    yield wb


def test_new_files_of_a_folder_are_imported_once(working: Workbench, inbox: Path) -> None:
    wb = working
    (inbox / "one.csv").write_text(ONE, "utf-8")
    (inbox / "notes.txt").write_text("no table", "utf-8")
    (inbox / "link.csv").symlink_to("/etc/passwd")
    assert wb.schedules.try_out(define(inbox)).files == ("one.csv",)
    made = wb.schedules.save(define(inbox))
    assert made.next_at and made.next_at > made.created_at
    wb.schedules.run("Nightly")
    run = ran(wb)
    assert (run.status, run.why, run.files, run.rows) == ("done", "asked", 1, 1)
    assert wb.count() == 1 and wb.uploads.get(run.uploads[0]).door == "schedule"
    wb.schedules.run("Nightly")
    assert ran(wb).status == "nothing"
    (inbox / "two.csv").write_text(TWO, "utf-8")
    wb.schedules.run("Nightly")
    assert ran(wb).files == 1 and wb.count() == 2
    assert sum(wb.uploads.all_waiting().values()) == 1
    wb.schedules.remove("Nightly")
    assert wb.schedules() == [] and wb.count() == 2


def test_what_is_due_runs_by_itself_and_one_missed_run_is_made_up_for(
    working: Workbench, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wb = working
    (inbox / "one.csv").write_text(ONE, "utf-8")
    rhythm = {"every": 1, "unit": "hours"}
    made = wb.schedules.save(define(inbox, rhythm=rhythm))
    assert running.tick(wb.corridor) == 0
    missed = datetime.fromisoformat(str(made.next_at)) - timedelta(hours=30)
    wb.database.write(lambda c: kept.move(c, made.id, missed))
    assert [running.tick(wb.corridor), running.tick(wb.corridor)] == [1, 0]
    wb.worker.wake()
    assert (ran(wb).why, wb.count()) == ("missed", 1)
    after = wb.schedules.get("Nightly")
    assert after.next_at and after.next_at > missed + timedelta(hours=29)
    wb.schedules.save(define(inbox, rhythm=rhythm, catch_up=False), replace="Nightly")
    wb.database.write(lambda c: kept.move(c, made.id, missed))
    assert running.tick(wb.corridor) == 0  # it is left out, and told
    assert "schedule.missed" in [e.kind for e in wb.history.events(limit=5)]
    wb.schedules.pause("Nightly")
    wb.database.write(lambda c: kept.move(c, made.id, missed))
    assert running.tick(wb.corridor) == 0


def test_a_failing_one_backs_off_and_tells(working: Workbench, inbox: Path) -> None:
    wb = working
    wb.schedules.save(define(inbox / "gone"))
    for failures in (1, 2):
        wb.schedules.run("Nightly")
        run = ran(wb)
        assert run.status == "failed" and run.error and run.error["code"] == "not_found"
        found = wb.schedules.get("Nightly")
        assert found.failures == failures and found.next_at
        wait = found.next_at - found.last_at if found.last_at else timedelta(0)
        assert wait == timedelta(minutes=2 * failures)
    assert [e.kind for e in wb.history.events(limit=9)].count("schedule.failed") == 2
    running.tick(wb.corridor)
    assert (
        metrics.value("marquee.schedules.failing") == 1
    )  # what the alert schedule_failing looks at
    (inbox / "gone").mkdir()
    wb.schedules.run("Nightly")
    assert ran(wb).status == "nothing" and wb.schedules.get("Nightly").failures == 0
    running.tick(wb.corridor)
    assert metrics.value("marquee.schedules.failing") == 0


def test_a_file_with_too_many_errors_waits(working: Workbench, inbox: Path) -> None:
    wb = working
    (inbox / "two.csv").write_text(TWO, "utf-8")
    wb.schedules.save(define(inbox, most_rejected=10))
    wb.schedules.run("Nightly")
    run = ran(wb)
    assert run.status == "failed" and run.error and "50.0 %" in run.error["detail"]
    assert wb.count() == 0 and wb.uploads.get(run.uploads[0]).status == "previewed"
    wb.commit(run.uploads[0])
    assert wb.count() == 1


def test_a_saved_recipe_and_the_mode_are_used(working: Workbench, inbox: Path) -> None:
    wb = working
    first = inbox.parent / "first.csv"
    first.write_text("who;typ\nAda Lovelace;INTJ\n", "utf-8")
    upload = wb.receive(first)
    wb.preview(upload.id, mapping={"who": "name", "typ": "mbti"})
    wb.commit(upload.id)
    wb.recipes.save(upload.id, "Who and type")
    with pytest.raises(NotFound):
        wb.schedules.save(define(inbox, recipe="Nothing"))
    wb.schedules.save(define(inbox, recipe="Who and type", act="preview"))
    (inbox / "second.csv").write_text("who;typ\nBob Marley;ISFP\n", "utf-8")
    wb.schedules.run("Nightly")
    it = ran(wb).uploads[0]
    assert wb.uploads.get(it).status == "previewed"
    assert wb.commit(it).counts.new == 1


class _Web(http.server.BaseHTTPRequestHandler):
    text, asked = ONE, 0

    def do_GET(self) -> None:
        type(self).asked += 1
        tag = f'"{len(self.text)}"'
        if self.headers.get("If-None-Match") == tag:
            self.send_response(304)
            self.end_headers()
            return
        self.send_response(200)
        self.send_header("ETag", tag)
        self.send_header("Content-Disposition", 'attachment; filename="people.csv"')
        self.end_headers()
        self.wfile.write(self.text.encode())

    def log_message(self, *_: object) -> None:
        pass


def test_an_address_is_asked_whether_it_changed(settings: Any) -> None:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Web)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/people?key=secret"
    place = {"kind": "address", "url": url}
    settings.database.parent.mkdir(parents=True)
    open_ = settings.model_copy(update={"fetch_hosts": ("127.0.0.1",)})
    with Workbench.open(settings=open_) as wb:
        wb.worker.start()
        wb.schedules.save({"name": "Web", "dataset": "celebrities", "place": place})
        wb.schedules.run("Web")
        assert ran(wb, "Web").files == 1 and wb.uploads()[0].filename == "people.csv"
        wb.schedules.run("Web")
        assert ran(wb, "Web").status == "nothing" and _Web.asked == 2
        _Web.text = TWO
        wb.schedules.run("Web")
        assert ran(wb, "Web").files == 1 and wb.count() == 2
        assert "secret" not in wb.schedules.get("Web").definition.place.sentence()
    server.shutdown()
    server.server_close()


def test_what_cannot_run_is_refused_when_it_is_made(wb: Workbench, inbox: Path) -> None:
    wb.schedules.save(define(inbox))
    with pytest.raises(Conflict):
        wb.schedules.save(define(inbox))
    with pytest.raises(NotFound):
        wb.schedules.save(define(inbox, name="Other", dataset="nothing"))
    with pytest.raises(BadSchedule, match="pattern"):
        wb.schedules.save(
            {**define(inbox), "place": {"kind": "folder", "folder": "x", "pattern": "../*"}}
        )
    locked = wb.settings.model_copy(update={"schedule_folders": (inbox / "allowed",)})
    with pytest.raises(BadSchedule, match="may not be read"):
        sources.check(wb.schedules.get("Nightly").definition.place, locked)


@pytest.fixture
def s3(tmp_path: Path, working: Workbench, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A client of a real S3 server, to which the settings of the workbench lead."""
    boto3 = pytest.importorskip("boto3", reason="boto3 is not installed: requirements-s3.txt")
    if not (program := versity.program()):
        pytest.skip("no S3 server here: see tests/servers/versity")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    (tmp_path / "buckets").mkdir()
    with versity.serving(program, tmp_path / "buckets") as url:
        keys = {"s3_key": SecretStr(versity.KEY), "s3_secret": SecretStr(versity.SECRET)}
        working.settings.__dict__.update(s3_url=url, s3_region="us-east-1", **keys)
        yield boto3.client(
            "s3",
            endpoint_url=url,
            region_name="us-east-1",
            aws_access_key_id=versity.KEY,
            aws_secret_access_key=versity.SECRET,
        )


def test_a_bucket_of_s3(working: Workbench, s3: Any) -> None:
    wb = working
    s3.create_bucket(Bucket="marquee-in")
    for key, text in {"new/one.csv": ONE, "new/deep/two.csv": TWO, "new/notes.txt": "no"}.items():
        s3.put_object(Bucket="marquee-in", Key=key, Body=text.encode())
    place = {"kind": "s3", "url": "s3://marquee-in/new/", "pattern": "*.csv"}
    define_ = {"name": "S3", "dataset": "celebrities", "place": place}
    assert wb.schedules.try_out(define_).files == ("new/one.csv",)
    wb.schedules.save(define_)
    wb.schedules.run("S3")
    assert ran(wb, "S3").files == 1 and wb.count() == 1
    wb.schedules.run("S3")
    assert ran(wb, "S3").status == "nothing"
    s3.put_object(Bucket="marquee-in", Key="new/one.csv", Body=(ONE + "Eve New,INTP\n").encode())
    wb.schedules.run("S3")  # an object with another ETag is another file
    assert ran(wb, "S3").files == 1 and wb.count() == 2
    wb.schedules.save({**define_, "name": "Deep", "place": {**place, "deep": True}})
    wb.schedules.run("Deep")
    assert ran(wb, "Deep").status in ("done", "failed") and wb.count() == 3
    with pytest.raises(FetchFailed, match="NoSuchBucket"):
        wb.schedules.try_out({**define_, "place": {**place, "url": "s3://nothing-here/"}})
    wb.settings.__dict__["s3_secret"] = SecretStr("wrong")
    wb.schedules.run("S3")
    failed = ran(wb, "S3")
    assert failed.status == "failed" and "does not answer" in str(failed.error)


def test_a_file_that_deletes_much_waits_unless_that_is_meant(
    working: Workbench, inbox: Path
) -> None:
    wb = working
    (inbox / "all.csv").write_text(ONE + "Bob Marley,ISFP\n", "utf-8")
    wb.schedules.save(define(inbox, mode="replace"))
    wb.schedules.run("Nightly")
    assert ran(wb).status == "done" and wb.count() == 2
    (inbox / "half.csv").write_text(ONE, "utf-8")
    wb.schedules.run("Nightly")
    run = ran(wb)
    assert run.error and run.error["code"] == "many_deletions" and wb.count() == 2
    assert wb.uploads.get(run.uploads[0]).open  # it waits
    wb.schedules.save(define(inbox, mode="replace", confirm_deletions=True), replace="Nightly")
    (inbox / "half.csv").write_text(ONE + "Cid New,INTP\n", "utf-8")
    wb.schedules.run("Nightly")
    assert ran(wb).status == "done"
    assert wb.sql("SELECT name FROM celebrities ORDER BY name").fetchall() == [
        ("Ada Lovelace",),
        ("Cid New",),
    ]
