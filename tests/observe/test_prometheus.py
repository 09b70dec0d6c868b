"""A real Prometheus: every panel of Grafana finds data in a scrape, and our rules fire and clear."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.monitoring import grafana
from core.monitoring.alerts import ALERTS
from core.observe import exposition, metrics
from core.observe.meters import ALL, Meter
from tests.servers.prometheus import Prometheus, Unavailable


def give_all(meter: Meter) -> None:
    """A value for one series of a metric."""
    labels = {n: v[0] if isinstance(v, tuple) else "one" for n, v in meter.labels.items()}
    if meter.kind == "counter":
        metrics.count(meter.name, **labels)
    elif meter.kind == "gauge":
        metrics.gauge(meter.name, 1, **labels)
    else:
        metrics.observe(meter.name, 0.2, **labels)


@pytest.fixture
def prometheus(tmp_path: Path) -> Iterator[Prometheus]:
    for meter in ALL:
        give_all(meter)
    for outcome in ("good", "bad"):
        for slo in ("actions", "imports", "pages", "search", "restore"):
            metrics.count("marquee.slo.events", slo=slo, outcome=outcome)
    port = exposition.Port(0)
    try:
        with Prometheus(tmp_path, f"127.0.0.1:{port.port}") as found:
            yield found
    except Unavailable as reason:
        pytest.skip(str(reason))
    finally:
        port.close()


def wait(condition: Callable[[], object], seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.5)


@pytest.mark.integration
def test_every_panel_finds_data_and_alerts_fire_and_clear(prometheus: Prometheus) -> None:
    wait(lambda: prometheus.query("count_over_time(marquee_jobs_queued[1m]) >= 3"))
    empty = [query for _, query in grafana.queries() if not prometheus.query(query)]
    assert empty == []
    metrics.gauge("marquee.audit.broken", 1)
    wait(lambda: prometheus.alerts().get("audit_broken") == "firing")
    metrics.gauge("marquee.audit.broken", 0)
    wait(lambda: "audit_broken" not in prometheus.alerts())
    old = ALERTS["backup_old"].when.promql()
    metrics.gauge("marquee.backup.age", 30)
    metrics.gauge("marquee.backup.expected", 10)
    wait(lambda: prometheus.query(old))
    metrics.gauge("marquee.backup.expected", 0)  # only by hand: no backup is ever too old
    wait(lambda: not prometheus.query(old))
