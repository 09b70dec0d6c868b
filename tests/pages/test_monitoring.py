"""The Monitoring page: health first, alerts that can be acknowledged, objectives, errors and traces."""

from __future__ import annotations

from datetime import datetime

import pytest

from core import Workbench
from core.monitoring import kept
from core.monitoring.alerts import ALERTS
from core.monitoring.health import Health
from core.monitoring.reporting import Line
from core.observe import faults, logs, metrics
from pages._monitoring import overview
from tests.pages.helpers import Open, button, fine, said


def test_the_overview(sample: Workbench, open_page: Open) -> None:
    sample.services.monitor.look()
    at = fine(open_page("monitoring"))
    assert "database" in said(at) and "Found in" in said(at)


def test_an_alert_is_acknowledged(sample: Workbench, open_page: Open) -> None:
    monitor = sample.services.monitor
    monitor.look()
    metrics.gauge("marquee.audit.broken", 1)
    monitor.measures._due["audit"] = 1e18
    monitor.look()
    at = fine(open_page("monitoring", view="alerts"))
    assert "audit_broken" in said(at) and "docs/runbooks/audit_broken.md" in said(at)
    fine(button(at, "Acknowledge the alert").click().run())
    assert monitor.states["audit_broken"].acknowledged_by == "local"
    metrics.forget()


def test_not_everything_works_while_an_alert_cannot_be_measured(
    sample: Workbench, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.workbench.monitoring.Monitoring.health", lambda _: Health(True, ()))
    monitor = sample.services.monitor
    monitor._stop.set()  # it looks no more
    monitor._threads[0].join(30)
    states = monitor.states = {name: kept.State(name, "ok", kept.now()) for name in ALERTS}
    assert "Everything works" in said(fine(open_page("monitoring")))
    states["audit_broken"] = kept.State("audit_broken", "unknown", kept.now())
    text = said(fine(open_page("monitoring")))
    assert "cannot be measured: 1 (audit_broken)" in text and "Everything works" not in text
    at = fine(open_page("monitoring", view="alerts"))
    assert "cannot be measured: 1" in said(at) and "No alert fires" not in said(at)
    fine(button(at, "Acknowledge the alert").click().run())
    assert states["audit_broken"].acknowledged_by == "local"


@pytest.mark.parametrize("view", ["objectives", "traces"])
def test_the_other_views(sample: Workbench, open_page: Open, view: str) -> None:
    try:
        raise ValueError("Ada Lovelace")
    except ValueError as error:
        faults.note(error, "job.failed")
    sample.services.monitor._write()
    at = fine(open_page("monitoring", view=view))
    words = {"objectives": "Uploaded to imported", "traces": "ValueError"}[view]
    text = said(at) + " ".join(str(e.label) for e in at.expander)
    assert words in text and "Lovelace" not in text
    faults.forget()


def test_an_error_is_found_by_the_id_that_a_page_showed(sample: Workbench, open_page: Open) -> None:
    faults.forget()
    for number, error in (("ab12cd34", ValueError()), ("99ff0011", KeyError())):
        logs.get("pages").say("page.failed", error, number=number)
    sample.services.monitor._write()
    at = fine(open_page("monitoring", view="traces"))
    assert {str(one.label).split()[0] for one in at.expander} == {"ValueError", "KeyError"}
    at = fine(at.text_input(key="shown").set_value("ab12cd34").run())
    [found] = at.expander
    assert str(found.label).startswith("ValueError") and "ab12cd34" in said(at)
    at = fine(at.text_input(key="shown").set_value("00000000").run())
    assert not at.expander and "No error has this id" in said(at)
    faults.forget()


def test_requests_are_told_by_their_outcome(sample: Workbench) -> None:
    at, later = datetime(2026, 11, 1, 12, 0), datetime(2026, 11, 1, 12, 1)
    name = "http.server.request.duration"
    lines = [
        Line(name, ("GET", "/uploads", "2xx"), ((at, 1.0), (later, 2.0))),
        Line(name, ("POST", "/uploads", "2xx"), ((at, 0.5),)),
        Line(name, ("POST", "/uploads", "5xx"), ((later, 0.1),)),
    ]
    found = {line.labels: line.points for line in overview.summed(lines, name)}
    assert found == {("2xx",): ((at, 1.5), (later, 2.0)), ("5xx",): ((later, 0.1),)}


def test_each_empty_chart_says_why(
    wb: Workbench, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As before the first look: the monitor of this process may have measured something already.
    monkeypatch.setattr("core.workbench.monitoring.Monitoring.lines", lambda *_, **__: [])
    monkeypatch.setattr("core.workbench.monitoring.Monitoring.durations", lambda *_, **__: [])
    at = fine(open_page("monitoring", hours="1"))
    text = said(at)
    assert "No program asked the API" in text and "Nothing was imported" in text
    assert overview.UNMEASURED in text
