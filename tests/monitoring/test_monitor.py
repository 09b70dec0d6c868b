"""The look at everything on a real database, the probe, health, objectives, errors, processes."""

from __future__ import annotations

import json
import time
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from core import Workbench
from core.errors import NotFound
from core.monitoring import bundle, kept, measuring
from core.monitoring.health import Check, Checks, Unused, Unwell
from core.monitoring.monitor import Monitor
from core.monitoring.series import STALE
from core.observe import faults, metrics
from tests.monitoring.conftest import Clock

Csv = Callable[..., Path]


def test_everything_can_be_measured(monitor: Monitor, wb: Workbench, csv_file: Csv) -> None:
    wb.import_file(csv_file("name", "Ada", "Bob"))
    monitor.look()
    assert monitor.measures.problems == {}
    assert metrics.value("marquee.records", dataset="celebrities") == 2
    assert metrics.value("marquee.imports", outcome="imported") == 1
    assert metrics.value("system.filesystem.free", place="database")
    assert metrics.value("marquee.audit.broken") == 0
    assert metrics.value("marquee.health", check="database") == 1
    assert metrics.value("marquee.quality.incidents", dataset="celebrities") == 0


def test_each_measure_names_every_gauge_that_it_sets(
    monitor: Monitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: set[str] = set()
    port = SimpleNamespace(
        gauge=lambda name, *_, **__: found.add(name), gauges=lambda name, *_: found.add(name)
    )
    monkeypatch.setattr(measuring, "metrics", port)
    for one in monitor.measures.all():
        found.clear()
        one.run()
        missing = set(one.gauges) - found - {"process.open_file_descriptor.count"}  # not on Windows
        assert (found - set(one.gauges), missing) == (set(), set()), one.name


def test_one_measure_that_fails_takes_no_other_along(
    monitor: Monitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(monitor.measures, "_machine", lambda: 1 / 0)
    monitor.measures.take()
    assert monitor.measures.problems == {"machine": "ZeroDivisionError"}
    assert metrics.value("marquee.jobs.queued") == 0


def test_what_a_measure_that_fails_found_before_does_not_stay(
    monitor: Monitor, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(monitor, "_running", True)
    monitor.look()
    assert monitor.states["queue_old"].state == "ok"
    monitor._looks()
    monkeypatch.setattr(monitor.measures, "_jobs", lambda: 1 / 0)
    clock.now += 15
    monitor.look()
    assert metrics.value("marquee.jobs.queue.age") is None
    assert monitor.measures.failing() >= {"marquee.jobs.queue.age", "marquee.jobs.queued"}
    assert monitor.states["queue_old"].state == "ok"  # what was found last is not old yet
    with pytest.raises(Unwell, match=r"measured: jobs \(ZeroDivisionError\)"):
        monitor._looks()
    clock.now += STALE
    monitor.look()
    assert monitor.states["queue_old"].state == "unknown"
    monkeypatch.setattr(monitor, "_running", False)


def test_the_probe_goes_through_and_no_user_sees_it(monitor: Monitor, wb: Workbench) -> None:
    before = [wb.count("celebrities"), len(wb.uploads()), len(wb.history.events())]
    assert monitor.canary.run().ok
    assert monitor.canary.run().ok
    assert [wb.count("celebrities"), len(wb.uploads()), len(wb.history.events())] == before
    assert metrics.value("marquee.canary.runs", outcome="passed") == 2
    assert metrics.value("marquee.imports", outcome="imported") is None
    assert metrics.value("marquee.import.rows") is None
    folder = monitor.canary.folder
    assert folder.exists()
    monitor.canary.close()
    assert not folder.exists()


def test_a_probe_that_fails_is_known_and_recovers(
    monitor: Monitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    from core.monitoring import canary

    with monkeypatch.context() as broken:
        broken.setattr(canary.importing, "commit", lambda *_: 1 / 0)
        for _ in range(2):
            run = monitor.canary.run()
        assert (run.ok, run.step, run.code) == (False, "importing", "ZeroDivisionError")
        found = {one.name: one for one in monitor.checks.look(fresh=True).found}["canary"]
        assert not found.ok and "importing" in found.cause
    assert monitor.canary.run().ok
    monitor.canary.close()


def test_health_by_part() -> None:
    def unwell() -> None:
        raise Unwell("the disk is full", "Free some space.")

    def unused() -> None:
        raise Unused

    def bug() -> None:
        raise ValueError("Ada")

    checks = Checks(
        Check("database", lambda: None),
        Check("disk", unwell),
        Check("cache", unused, needed=False),
        Check("search", bug, needed=False),
    )
    found = checks.look()
    assert not found.ready and [one.name for one in found.worries] == ["disk", "search"]
    by_name = {one.name: one for one in found.found}
    assert by_name["disk"].hint == "Free some space." and not by_name["cache"].used
    assert by_name["search"].cause == "an unexpected error: ValueError"
    checks.close()


def test_a_check_that_hangs_hangs_nobody() -> None:
    checks = Checks(Check("database", lambda: time.sleep(8)), Check("disk", lambda: None))
    began = time.monotonic()
    found = checks.look()
    assert time.monotonic() - began < 6
    assert not found.ready and found.found[0].cause == "it does not answer" and found.found[1].ok
    checks.close()


def test_samples_come_back_after_a_restart(monitor: Monitor, clock: Clock) -> None:
    metrics.count("marquee.slo.events", 97, slo="imports", outcome="good")
    metrics.count("marquee.slo.events", 3, slo="imports", outcome="bad")
    monitor.history.take()
    monitor._step = dict(monitor.history.take(metrics.collect())) or {
        ("marquee.slo.events", ("imports", "good"), ""): 97.0,
        ("marquee.slo.events", ("imports", "bad"), ""): 3.0,
    }
    monitor._write()
    again = Monitor(monitor.settings, monitor.store, monitor.checks, monitor.measures, "1")
    again.history.clock = clock
    clock.now += 60
    again._load()
    assert again.history.growth("marquee.slo.events", 600, slo="imports", outcome="bad") == 3


def test_objectives_and_their_budget(monitor: Monitor, wb: Workbench) -> None:
    key = ("marquee.slo.events", ("imports", "good"), "")
    bad = ("marquee.slo.events", ("imports", "bad"), "")

    def two(connection: kept.Connection) -> None:  # rows of two processes add up
        kept.write_samples(connection, "a", kept.now(), {key: 600.0, bad: 2.0})
        kept.write_samples(connection, "b", kept.now(), {key: 395.0, bad: 3.0})

    monitor.store.write(two)
    [found] = [one for one in wb.monitoring.objectives() if one.name == "imports"]
    assert (found.good, found.bad, found.share) == (995, 5, 0.995)
    assert found.held and found.left == pytest.approx(0.5)
    month = f"{kept.now():%Y-%m}"
    assert "Uploaded to imported,0.99,995,5,0.995000,0.5000,True" in wb.monitoring.month(month)


def test_unexpected_errors_are_kept_without_their_text(monitor: Monitor, wb: Workbench) -> None:
    for _ in range(3):
        try:
            raise ValueError("Ada Lovelace")
        except ValueError as error:
            faults.note(error, "job.failed")
    monitor._write()
    monitor._write()
    [found] = wb.monitoring.errors()
    assert (found.kind, found.event, found.times) == ("ValueError", "job.failed", 3)
    assert "Lovelace" not in repr(found) and "test_monitor.py" in found.frames[-1]


def test_an_error_is_found_by_the_id_that_a_page_showed(monitor: Monitor, wb: Workbench) -> None:
    def fail(number: str | None) -> None:
        try:
            raise ValueError("Ada Lovelace")
        except ValueError as error:
            faults.note(error, "page.failed", {"number": number} if number else {})

    for number in ("ab12cd34", "99ff0011", None):
        fail(number)
    monitor._write()
    [found] = wb.monitoring.errors()
    assert (found.times, found.ids["page_errors"]) == (3, "ab12cd34 99ff0011")
    faults.forget()
    monitor._written = {}
    for number in ("99ff0011", *(f"{n:08x}" for n in range(19))):  # as in another process
        fail(number)
    monitor._write()
    [found] = wb.monitoring.errors()
    shown = found.ids["page_errors"].split()
    assert len(shown) == 20 and shown[0] == "99ff0011" and "ab12cd34" not in shown


def test_a_process_that_was_lost(monitor: Monitor) -> None:
    store = monitor.store
    assert store.write(lambda c: kept.seen(c, "one", "1")) == (1, 0)
    past = kept.now() - timedelta(minutes=5)
    store.write(lambda c: c.execute("UPDATE ops.instances SET seen_at = ?", [past]) and None)
    assert store.write(lambda c: kept.seen(c, "two", "1")) == (1, 1)
    store.write(lambda c: kept.ended(c, "one"))
    assert store.write(lambda c: kept.seen(c, "two", "1")) == (1, 0)


def test_old_samples_go(monitor: Monitor) -> None:
    key, gauge = ("marquee.import.rows", (), ""), ("marquee.jobs.queued", (), "")
    for days in (0, 10, 50):
        at = kept.now() - timedelta(days=days)
        monitor.store.write(lambda c, at=at: kept.write_samples(c, "p", at, {key: 1.0, gauge: 1.0}))
    monitor.store.write(kept.expire)
    left = monitor.store.read(lambda c: kept.samples(c, kept.now() - timedelta(days=99)))
    assert sorted(found[0] for _, found, _ in left) == [
        "marquee.import.rows",
        "marquee.import.rows",
        "marquee.jobs.queued",
    ]


def test_the_bundle_tells_no_secret(
    monitor: Monitor, wb: Workbench, tmp_path: Path, csv_file: Csv
) -> None:
    from pydantic import SecretStr

    wb.import_file(csv_file("name", "Ada Lovelace", name="geheim.csv"))
    monitor.states["audit_broken"] = kept.State("audit_broken", "firing", kept.now(), 1.0)
    monitor.change("audit_broken", acknowledged_by="eva.smith", note="Mr Holmes looks at it")
    settings = wb.settings.model_copy(update={"api_token": SecretStr("wonderful-token")})
    place = tmp_path / "b.zip"
    names = bundle.write(place, settings, bundle.parts(monitor))
    assert {"settings.json", "health.json", "errors.json", "system.json"} <= set(names)
    with zipfile.ZipFile(place) as archive:
        text = "".join(archive.read(name).decode() for name in names)
        assert json.loads(archive.read("settings.json"))["api_token"] == "set"
        [alert] = json.loads(archive.read("alerts.json"))
    assert (alert["alert"], alert["state"]) == ("audit_broken", "firing")
    for secret in ("wonderful-token", "Lovelace", "geheim", str(tmp_path), "eva.smith", "Holmes"):
        assert secret not in text


def test_the_bundle_of_a_running_app_tells_who_sees_to_an_alert_neither() -> None:
    alert = {"alert": "disk_full", "state": "firing", "acknowledged_by": "eva", "note": "Holmes"}
    answers = {
        "/performance": dict.fromkeys(("operations", "tables", "files", "memory"), []),
        "/monitoring/alerts": {"alerts": [alert], "changes": [1]},
    }
    found = bundle.asked(lambda path: answers.get(path, {}))
    assert found["alerts"] == {
        "alerts": [{"alert": "disk_full", "state": "firing"}],
        "changes": [1],
    }


def test_nouns_that_are_not_there(wb: Workbench) -> None:
    with pytest.raises(NotFound):
        wb.monitoring.silence("nonsense", 1)
    with pytest.raises(NotFound):
        wb.monitoring.lines(["nonsense"])
    with pytest.raises(NotFound):
        wb.monitoring.trace("0" * 32)


def test_a_look_that_hangs_is_noticed_by_the_thread_of_the_probe(
    monitor: Monitor, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    began = kept.now()
    monkeypatch.setattr(kept, "now", lambda: began + timedelta(seconds=clock.now))
    monkeypatch.setattr(monitor, "_running", True)
    monitor.look()
    monitor._watch_the_look()
    assert monitor.states["not_watching"].state == "ok" and monitor.late() == 0
    for _ in range(2):
        clock.now += 200
        monitor._watch_the_look()
    assert monitor.states["not_watching"].state == "firing"
    with pytest.raises(Unwell, match="the last look was 385 s ago"):
        monitor._looks()
    monitor.look()  # it still sees how late it is
    clock.now += 15
    monitor.look()
    assert monitor.states["not_watching"].state == "ok"
    monkeypatch.setattr(monitor, "_running", False)


def test_a_probe_that_hangs_is_a_part_that_does_not_work(monitor: Monitor) -> None:
    monitor.canary._began = time.monotonic() - 500
    with pytest.raises(Unwell, match="does not come to an end"):
        monitor.canary.check()
    monitor.canary._began = None
