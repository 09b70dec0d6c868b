"""Each alert has a fault that proves it; some are tried here, all of them by `python -m tests.faults alerts`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from core.monitoring.alerts import ALERTS
from tests.faults.alerts import prove
from tests.faults.breaking import FAULTS

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "reliability.md"


def test_every_alert_names_a_fault_and_no_fault_is_left_over() -> None:
    assert {alert.fault for alert in ALERTS.values()} == FAULTS.keys()


def test_the_document_has_every_alert() -> None:
    """The table of the whole run: a new alert is tried before it is there."""
    told = DOCUMENT.read_text("utf-8").split("### Alerts that fire")[1].split("\n### ")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", told, re.M)) == ALERTS.keys()


@pytest.mark.integration
@pytest.mark.parametrize("alert", ["disk_full", "security_events", "not_watching"])
def test_an_alert_fires_and_clears(alert: str) -> None:
    [proof] = prove([alert])
    assert proof.before == "ok" and proof.held, proof
