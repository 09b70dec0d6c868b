"""The log: events of the catalogue with the ids of their work, and nothing personal or secret."""

from __future__ import annotations

import ast
import io
import json
import logging
import threading
from pathlib import Path
from typing import Any

import pytest

from core import Workbench
from core.actor import Actor
from core.errors import MarqueeError
from core.observe import catalogue, context, faults, logs, metrics, scrub
from core.observe.writing import Writing
from core.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
log = logs.get("jobs")


def written(settings: Settings, work: Any, **more: Any) -> list[dict[str, Any]]:
    """The lines that `work()` writes, as JSON."""
    out = io.StringIO()
    writing = Writing(settings.model_copy(update={"log_format": "json", **more}), out)
    writing.begin()
    try:
        work()
    finally:
        writing.end()
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_an_event_with_its_ids(settings: Settings) -> None:
    def work() -> None:
        with context.bound(request="r-1", job="j-1"):
            log.say("job.done", kind="import", rows=3, seconds=0.5)

    [line] = written(settings, work)
    assert line["event"] == "job.done" and line["level"] == "info"
    assert (line["request"], line["job"], line["rows"]) == ("r-1", "j-1", 3)


def test_ids_go_into_threads_and_end_with_their_work(settings: Settings) -> None:
    def work() -> None:
        with context.bound(upload="u-1"):
            thread = threading.Thread(target=context.carried(lambda: log.say("job.resume_waits")))
        thread.start()
        thread.join()
        log.say("job.resume_waits")

    first, second = written(settings, work)
    assert first["upload"] == "u-1" and "upload" not in second


def test_a_child_process_gets_the_ids(monkeypatch: pytest.MonkeyPatch) -> None:
    with context.bound(upload="u-7", door="api"):
        given = context.for_child("00-" + "1" * 32 + "-" + "2" * 16 + "-01")
    monkeypatch.setenv(context.VARIABLE, given[context.VARIABLE])

    def child() -> None:
        context.from_parent()
        found.update(context.ids())

    found: dict[str, str] = {}
    thread = threading.Thread(target=child)
    thread.start()
    thread.join()
    assert found["upload"] == "u-7" and found["traceparent"].startswith("00-1")


def test_only_what_the_catalogue_names() -> None:
    with pytest.raises(KeyError):
        log.say("job.paints")
    with pytest.raises(KeyError):
        log.say("job.done", filename="ada.csv")


def test_every_event_that_is_said_is_in_the_catalogue_and_the_other_way_round() -> None:
    said = set()
    for folder in ("core", "api", "pages"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "say":
                    first = node.args[0] if node.args else None
                    if isinstance(first, ast.Constant) and "." in str(first.value):
                        said.add(first.value)
    assert said - catalogue.EVENTS.keys() == set()
    assert catalogue.EVENTS.keys() - said == set()


def test_levels_by_setting_and_by_room(settings: Settings) -> None:
    def work() -> None:
        log.say("job.done", kind="import")
        logs.get("search").say("search.news_not_counted", code="x")

    assert written(settings, work, log_level="error") == []
    lines = written(settings, work, log_level="error", log_levels={"search": "warning"})
    assert [line["event"] for line in lines] == ["search.news_not_counted"]


def test_what_the_probe_does_is_not_told(settings: Settings) -> None:
    def work() -> None:
        with context.quiet():
            log.say("job.done", kind="import")
            metrics.count("marquee.import.rows", 5)

    assert written(settings, work) == []
    assert metrics.value("marquee.import.rows") is None


def test_an_error_without_its_text(settings: Settings) -> None:
    def work() -> None:
        try:
            raise ValueError("Ada Lovelace, born 1815")
        except ValueError as error:
            log.say("job.failed", error, kind="import")

    [line] = written(settings, work)
    assert line["error"] == "ValueError" and "Lovelace" not in json.dumps(line)
    assert any("test_logs.py" in frame for frame in line["frames"])
    [seen] = faults.recent()
    assert (seen.kind, seen.event, seen.times) == ("ValueError", "job.failed", 1)
    assert metrics.value("marquee.errors", event="job.failed") == 1


def test_lines_of_libraries_are_scrubbed(settings: Settings) -> None:
    def work() -> None:
        other = logging.getLogger("somebody")
        other.warning("GET /find?q=Ada+Lovelace with Bearer abcdef123456 by ada@example.org")
        other.warning("cannot convert 'Ada Lovelace' for postgres://user:pw@host/db")

    text = json.dumps(written(settings, work))
    for secret in ("Lovelace", "abcdef123456", "example.org", "pw@"):
        assert secret not in text


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2::77", "2001:db8:1::/48"),
        ("[2001:db8:1:2::77]", "2001:db8:1::/48"),
        ("fe80::1%eth0", "fe80::/48"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("eva's laptop", "unknown"),
        ("", "unknown"),
    ],
)
def test_a_network_stands_for_the_address_of_a_client(address: str, network: str) -> None:
    assert scrub.network(address) == network


def test_who_gave_a_wrong_key_is_in_the_audit_trail_and_not_in_the_log(
    wb: Workbench, settings: Settings
) -> None:
    def work() -> None:
        wb.services.access.tell_failed(Actor("unknown", "api", "none"), "192.0.2.77")

    [line] = written(settings, work)
    assert line["network"] == "192.0.2.0/24" and "192.0.2.77" not in json.dumps(line)
    wb.database.write(lambda _: None)  # what was queued before is written
    [event] = [e for e in wb.history.events() if e.kind == "access.login_failed"]
    assert event.details["address"] == "192.0.2.77"


def test_a_file_is_rotated(settings: Settings, tmp_path: Path) -> None:
    place = tmp_path / "log" / "marquee.log"
    one = settings.model_copy(update={"log_file": place, "log_keep": 2})
    writing = Writing(one, io.StringIO())
    assert writing._file is not None
    writing._file.maxBytes = 2_000
    writing.begin()
    for _ in range(100):
        log.say("job.done", kind="import", rows=1)
    writing.end()
    assert sorted(p.name for p in place.parent.iterdir()) == [
        "marquee.log",
        "marquee.log.1",
        "marquee.log.2",
    ]


class Full(io.StringIO):
    """A disk without room."""

    def write(self, text: str) -> int:
        raise OSError(28, "No space left on device")


def test_a_full_log_disk_stops_nothing_and_is_counted(settings: Settings) -> None:
    writing = Writing(settings, Full())
    writing.begin()
    log.say("job.done", kind="import", rows=1)
    writing.end()
    assert metrics.value("marquee.telemetry.dropped", what="log") == 1


CORPUS = (
    *("Ada Lovelace", "周杰伦", "lovelace@example.org", "Wonderful-Secret-Token", "geheim-datei"),
    *("1815-12-10", "mathematician of Ockham"),
)


def test_a_corpus_leaves_nothing_in_the_log(settings: Settings, tmp_path: Path) -> None:
    """Everything that a person brings or asks, at the finest level; then the log is searched."""
    from pydantic import SecretStr

    from core.server import Server

    told = settings.model_copy(
        update={
            "api_token": SecretStr("Wonderful-Secret-Token"),
            "log_level": "debug",
            "log_format": "json",
            "log_file": tmp_path / "all.log",
            "canary_seconds": 0,
            "watch_folder": False,
        }
    )
    path = tmp_path / "geheim-datei Ada Lovelace.csv"
    path.write_text(
        "name,birth_date,description\nAda Lovelace,1815-12-10,mathematician of Ockham\n"
        "周杰伦,31.02.1990,lovelace@example.org\n",
        "utf-8",
    )
    with Server(told) as server:
        server.start()
        wb = server.workbench
        with pytest.raises(MarqueeError):
            wb.import_file(tmp_path / "geheim-datei none.csv")
        upload = wb.import_file(path)
        use(wb)
        wb.rollback(upload.id)
        logging.getLogger("somebody").error("the token is Wonderful-Secret-Token")
        server.workbench.services.monitor.look()
    text = (tmp_path / "all.log").read_text("utf-8")
    assert "upload.imported" in text and "upload.rolled_back" in text
    found = [one for one in CORPUS if one.encode("ascii", "ignore").decode() and one in text]
    assert found == [] and json.dumps("周杰伦")[1:-1] not in text


def use(wb: Workbench) -> None:
    """Ask and change, with names in it."""
    list(wb.records("celebrities", where={"name": "Ada Lovelace"}).rows())
    one = next(iter(wb.records("celebrities").rows()))
    wb.edit("celebrities", one["record_id"], {"description": "mathematician of Ockham"})
    with pytest.raises(MarqueeError):
        list(wb.sql("SELECT 'Ada Lovelace' FROM nowhere").rows())
