"""Grafana's dashboards, made of the registry of metrics: every metric has a panel, with a query that fits its kind."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from core.monitoring.slos import OBJECTIVES
from core.observe.meters import ALL, Meter

SOURCE = {"type": "prometheus", "uid": "${source}"}
BOARDS = {
    "traffic": (
        "Marquee: traffic and errors",
        (
            "http.",
            "marquee.page",
            "marquee.errors",
            "marquee.security",
            "marquee.limits",
            "marquee.sessions",
            "marquee.search.duration",
            "marquee.search.index",
        ),
    ),
    "work": (
        "Marquee: jobs and imports",
        (
            "marquee.job",
            "marquee.import",
            "marquee.uploads",
            "marquee.quarantine",
            "marquee.folder",
            "marquee.backup",
        ),
    ),
    "machine": (
        "Marquee: machine and database",
        (
            "process.",
            "system.",
            "db.",
            "marquee.database",
            "marquee.memory",
            "marquee.disk",
            "marquee.instances",
            "tls.",
        ),
    ),
    "itself": ("Marquee: objectives and itself", ()),
}
_UNITS = {"s": "s", "By": "bytes", "1": "percentunit", "": "short"}


def dashboards() -> dict[str, str]:
    """File name to JSON."""
    return {name: json.dumps(_board(name), indent=1) + "\n" for name in BOARDS}


def board_of(meter: Meter) -> str:
    """On which dashboard a metric stands."""
    for name, (_, begins) in BOARDS.items():
        if begins and meter.name.startswith(begins):
            return name
    return "itself"


def queries() -> Iterator[tuple[Meter, str]]:
    """Every metric with the queries of its panel."""
    for meter in ALL:
        for query, _ in _queries(meter):
            yield meter, query


def _board(name: str) -> dict[str, Any]:
    meters = [meter for meter in ALL if board_of(meter) == name]
    panels = [
        _panel(meter.help.rstrip("."), _UNITS[meter.unit], _queries(meter)) for meter in meters
    ]
    if name == "itself":
        panels = [*_objectives(), *panels]
    for place, panel in enumerate(panels):
        panel |= {
            "id": place + 1,
            "gridPos": {"h": 8, "w": 12, "x": 12 * (place % 2), "y": 8 * (place // 2)},
        }
    return {
        "uid": f"marquee-{name}",
        "title": BOARDS[name][0],
        "tags": ["marquee"],
        "schemaVersion": 39,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "templating": {"list": [{"name": "source", "type": "datasource", "query": "prometheus"}]},
        "panels": panels,
    }


def _queries(meter: Meter) -> list[tuple[str, str]]:
    """Queries with their legends."""
    by = ", ".join(meter.labels)
    legend = " ".join(f"{{{{{label}}}}}" for label in meter.labels) or meter.exposed
    if meter.kind == "gauge":
        how = "max" if meter.name.endswith((".age", ".failed", ".broken")) else "sum"
        return [(f"{how} by ({by}) ({meter.exposed})" if by else f"{how}({meter.exposed})", legend)]
    if meter.kind == "counter":
        rate = f"rate({meter.exposed}[5m])"
        return [(f"sum by ({by}) ({rate})" if by else f"sum({rate})", legend)]
    name = meter.exposed
    slow = f"histogram_quantile(0.95, sum by (le) (rate({name}_bucket[5m])))"
    half = f"histogram_quantile(0.5, sum by (le) (rate({name}_bucket[5m])))"
    return [(slow, "p95"), (half, "median")]


def _objectives() -> Iterator[dict[str, Any]]:
    for slo in OBJECTIVES:
        events = "marquee_slo_events_total"
        bad = f'(sum(increase({events}{{slo="{slo.name}",outcome="bad"}}[30d])) or vector(0))'
        total = f'sum(increase({events}{{slo="{slo.name}"}}[30d]))'
        left = f"1 - {bad} / {total} / {slo.budget:.4f}"
        yield _panel(f"Error budget left: {slo.title}", "percentunit", [(left, slo.name)])


def _panel(title: str, unit: str, queries: list[tuple[str, str]]) -> dict[str, Any]:
    return {
        "type": "timeseries",
        "title": title,
        "datasource": SOURCE,
        "fieldConfig": {"defaults": {"unit": unit, "min": 0}, "overrides": []},
        "targets": [
            {"refId": chr(65 + n), "datasource": SOURCE, "expr": query, "legendFormat": legend}
            for n, (query, legend) in enumerate(queries)
        ],
    }
