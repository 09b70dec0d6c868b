"""The registry of alerts, and the state of an alert from look to look."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from core.alerts import sending
from core.errors import AlertNotSent
from core.monitoring import evaluating, kept, monitor as monitor_
from core.monitoring.alerts import ALERTS
from core.monitoring.monitor import Monitor
from core.monitoring.series import History
from core.observe import metrics
from core.observe.meters import METERS
from tests.monitoring.conftest import Clock

RUNBOOKS = Path(__file__).resolve().parents[2] / "docs" / "runbooks"
SECTIONS = ("## Meaning", "## Impact", "## Diagnosis", "## Mitigation")


@pytest.mark.parametrize("alert", sorted({a.runbook for a in ALERTS.values()}))
def test_every_alert_has_a_runbook(alert: str) -> None:
    text = (RUNBOOKS / f"{alert}.md").read_text("utf-8")
    for section in SECTIONS:
        assert section in text and len(text.split(section)[1].split("##")[0].strip()) > 25, section


def test_no_runbook_is_left_over() -> None:
    named = {a.runbook for a in ALERTS.values()}
    assert {path.stem for path in RUNBOOKS.glob("*.md")} == named


def test_every_alert_can_be_written_for_prometheus() -> None:
    for alert in ALERTS.values():
        text = alert.when.promql()
        assert text.count("(") == text.count(")") and any(
            m.exposed in text for m in METERS.values()
        )


def looked(clock: Clock, seconds: float, before: dict[str, kept.State]) -> dict[str, kept.State]:
    history, at = History(clock), datetime(2026, 1, 1) + timedelta(seconds=seconds)
    history.take()
    return evaluating.look(history, before, at).states


def test_pending_firing_and_over(clock: Clock) -> None:
    metrics.forget()
    metrics.gauge("marquee.jobs.queue.age", 700)
    states = looked(clock, 0, {})
    assert states["queue_old"].state == "pending"
    states = looked(clock, 30, states)
    assert states["queue_old"].state == "pending"
    states = looked(clock, 61, states)
    assert states["queue_old"].state == "firing" and states["queue_old"].value == 700
    metrics.gauge("marquee.jobs.queue.age", 3)
    assert looked(clock, 75, states)["queue_old"].state == "ok"


def test_what_cannot_be_measured_is_a_state_of_its_own(clock: Clock) -> None:
    metrics.forget()
    states = looked(clock, 0, {})
    assert states["queue_old"].state == "unknown"
    assert states["certificate_ending"].state == "unused"
    assert states["imports_failing"].state == "ok"  # nothing was counted, and that is known


NOON = datetime(2026, 1, 1, 12)


def one(alert: str, clock: Clock, at: datetime, *before: kept.State, **more: Any) -> kept.State:
    """Where an alert stands after a look at what the metrics are now."""
    history = History(clock)
    history.take()
    states = {state.alert: state for state in before}
    return evaluating.look(history, states, at, [alert], **more).states[alert]


def test_what_was_measured_never_becomes_unused(clock: Clock) -> None:
    metrics.forget()
    name = "certificate_ending"
    unused = one(name, clock, NOON)
    assert unused.state == "unused" and one(name, clock, NOON, unused).state == "unused"
    failing = one(name, clock, NOON, unused, failing={"tls.certificate.remaining"})
    assert failing.state == "unknown"  # it is set, and cannot be read
    metrics.gauge("tls.certificate.remaining", 60.0, certificate="site")
    firing = replace(one(name, clock, NOON, unused), told_at=NOON)
    assert firing.state == "firing"
    metrics.gauges("tls.certificate.remaining", {})
    unknown = one(name, clock, NOON + timedelta(hours=1), firing)
    assert unknown.state == "unknown"
    assert evaluating.to_tell({name: unknown}, [], NOON + timedelta(hours=1)) == ([], [])
    assert evaluating.after_start(firing) == firing  # it is not over because somebody started
    assert evaluating.after_start(unknown).state == "unused"  # the setting may be gone


def test_what_is_unknown_for_five_minutes_is_told(clock: Clock) -> None:
    metrics.forget()
    name, later = "audit_broken", NOON + timedelta(hours=1)
    fired = kept.State(name, "firing", NOON, 1.0, told_at=NOON)
    unknown = one(name, clock, later, fired)
    assert (unknown.state, unknown.since) == ("unknown", later)

    def due(state: kept.State, minutes: float) -> bool:
        told, over = evaluating.to_tell({name: state}, [], later + timedelta(minutes=minutes))
        assert over == []
        return told == [state]

    assert not due(unknown, 4) and due(unknown, 5)
    title, text = evaluating.message([unknown], [])
    assert title == "Marquee: audit_broken cannot be measured"
    assert text.startswith(
        "UNKNOWN audit_broken: It cannot be measured. (since 2026-01-01 13:00 UTC)"
    )
    told = replace(unknown, told_at=later + timedelta(minutes=5))
    assert not due(told, 60) and due(told, 5 + 240)
    seen = replace(told, acknowledged_at=later, acknowledged_by="eva")
    assert not due(seen, 5 + 240)
    metrics.gauge("marquee.audit.broken", 1)
    again = one(name, clock, later + timedelta(minutes=30), seen)  # that it fires is news
    assert again.state == "firing" and again.acknowledged_by is None and due(again, 30)
    metrics.gauge("marquee.audit.broken", 0)
    well = one(name, clock, later + timedelta(minutes=30), told)
    assert evaluating.to_tell({name: well}, [], later) == ([], [well])


def test_that_it_is_over_is_told_though_it_ended_while_the_message_was_on_its_way(
    monitor: Monitor,
) -> None:
    monitor.states["audit_broken"] = kept.State("audit_broken", "ok", kept.now())
    monitor._told = {"audit_broken": True}
    monitor._note_told()
    state = monitor.states["audit_broken"]
    assert evaluating.to_tell({"audit_broken": state}, [], kept.now()) == ([], [state])
    monitor._told = {"audit_broken": False}
    monitor._note_told()
    state = monitor.states["audit_broken"]
    assert evaluating.to_tell({"audit_broken": state}, [], kept.now()) == ([], [])


@pytest.mark.parametrize(
    ("alert", "part", "whole", "labels"),
    [
        ("backup_old", "marquee.backup.age", "marquee.backup.expected", {}),
        ("disk_filling", "system.filesystem.free", "marquee.disk.floor", {"place": "database"}),
    ],
)
def test_a_share_of_nothing_is_no_number(
    clock: Clock, alert: str, part: str, whole: str, labels: dict[str, str]
) -> None:
    """Without a schedule no backup is late, and where nothing is kept free no disk is nearly full."""
    metrics.forget()
    metrics.gauge(part, 30.0, **labels)
    metrics.gauge(whole, 0)
    history = History(clock)
    history.take()
    assert ALERTS[alert].when.found(history) == (None, None)
    exposed = METERS[whole].exposed
    assert f"/ (max({exposed}) > 0))" in ALERTS[alert].when.promql()
    metrics.gauge(whole, 10)
    history.take()
    assert ALERTS[alert].when.found(history) == (True, 3.0)


def test_a_burn_needs_both_windows_and_some_events(clock: Clock) -> None:
    metrics.forget()
    history = History(clock)

    def events(good: int, bad: int) -> None:
        metrics.count("marquee.slo.events", good, slo="imports", outcome="good")
        metrics.count("marquee.slo.events", bad, slo="imports", outcome="bad")
        history.take()

    fast = ALERTS["slo_imports_fast"].when
    events(8, 2)
    assert fast.found(history)[0] is False  # two bad ones are too few to judge by
    clock.now += 60
    events(8, 2)
    assert fast.found(history)[0] is True
    clock.now += 400  # the short window is clean again
    events(60, 0)
    assert fast.found(history)[0] is False


@pytest.fixture
def told(monitor: Monitor, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What a target gets."""
    sent: list[tuple[str, str]] = []
    monitor.settings = monitor.settings.model_copy(
        update={"alert_targets": {"ops": SecretStr("json://x")}, "alert_to": ["ops"]}
    )
    monkeypatch.setattr(
        monitor_, "send", lambda _targets, _name, title, text: sent.append((title, text))
    )
    return sent


def once(monitor: Monitor, clock: Clock) -> None:
    monitor.measures._due = dict.fromkeys(("audit", "backups", "certificates"), 1e18)
    clock.now += 15
    monitor.look()
    monitor._messages.flush(5)
    monitor._note_told()


def test_one_message_for_all_and_one_when_it_is_over(
    monitor: Monitor, clock: Clock, told: list[tuple[str, str]]
) -> None:
    metrics.gauge("marquee.audit.broken", 1)
    metrics.gauge("marquee.backup.test.failed", 1)
    monitor.measures._due = dict.fromkeys(("audit", "backups", "certificates"), 1e18)
    once(monitor, clock)
    [(title, text)] = told
    assert "and 1 more" in title and "audit_broken" in text and "restore_test_failed" in text
    assert "docs/runbooks/audit_broken.md" in text
    once(monitor, clock)
    assert len(told) == 1
    metrics.gauge("marquee.audit.broken", 0)
    once(monitor, clock)
    assert len(told) == 2 and told[1][1].startswith("OVER audit_broken")


def test_a_silence_and_an_acknowledgement(
    monitor: Monitor, clock: Clock, told: list[tuple[str, str]]
) -> None:
    store = monitor.store
    until = kept.now() + timedelta(hours=1)
    made = store.write(lambda c: kept.silence(c, "audit_broken", until, "eva", "I know"))
    metrics.gauge("marquee.audit.broken", 1)
    once(monitor, clock)
    assert monitor.states["audit_broken"].state == "firing" and told == []
    store.write(lambda c: kept.end_silence(c, made.id))
    once(monitor, clock)
    assert len(told) == 1
    monitor.change("audit_broken", acknowledged_by="eva", acknowledged_at=kept.now())
    assert store.read(kept.states)["audit_broken"].acknowledged_by == "eva"


def test_a_message_that_nobody_takes_is_tried_again(
    monitor: Monitor, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise AlertNotSent("no")

    monitor.settings = monitor.settings.model_copy(update={"alert_to": ["ops"]})
    monkeypatch.setattr(monitor_, "send", refuse)
    metrics.gauge("marquee.audit.broken", 1)
    once(monitor, clock)
    assert monitor.states["audit_broken"].told_at is None
    assert metrics.value("marquee.alert.messages", outcome="failed") == 1
    assert sending.send is not refuse


def test_states_outlive_a_restart(monitor: Monitor, clock: Clock) -> None:
    metrics.gauge("marquee.audit.broken", 1)
    once(monitor, clock)
    again = Monitor(monitor.settings, monitor.store, monitor.checks, monitor.measures, "1")
    again._load()
    assert again.states["audit_broken"].state == "firing"
    [change] = [
        c
        for c in monitor.store.read(lambda c: kept.changes(c, datetime(2000, 1, 1)))
        if c.alert == "audit_broken"
    ]
    assert (change.before, change.after) == ("ok", "firing")
