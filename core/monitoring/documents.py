"""The documents and files that are made of the registries: docs, Prometheus' rules, Grafana's dashboards.

`python -m api.docs` writes them, and CI fails when one is stale.
"""

from __future__ import annotations

from pathlib import Path

from core.monitoring import grafana
from core.monitoring.alerts import ALERTS, Alert
from core.monitoring.slos import BURNS, DAYS, OBJECTIVES
from core.observe import catalogue, meters

_LOGGING = """# What Marquee logs

Generated from `core/observe/catalogue.py` by `python -m api.docs`.

A server writes one line for each event: JSON, or readable text on a terminal (`MARQUEE_LOG_FORMAT`: `auto`, `json`,
`pretty`), on the standard output, and with `MARQUEE_LOG_FILE` also into a file of `MARQUEE_LOG_FILE_MB` megabytes, of which
`MARQUEE_LOG_KEEP` older ones stay. `MARQUEE_LOG_LEVEL` is `debug`, `info` (default), `warning` or `error`;
`MARQUEE_LOG_LEVELS='{"search": "debug"}'` sets it for a room. With `MARQUEE_OTLP_URL` the lines also go to a collector.

Each line has `timestamp` (UTC), `level`, `logger`, `event`, a `message`, the fields below, and the ids that were bound where
it happened: `request`, `upload`, `job`, `door`, `trace`, `span`. Of an error it has the type (`error`) and the places in the
code (`frames`), and never its text. No line holds a value of a record, a file's name, a search, a name of a person, an
address of a client (its network stands for it: /24, of IPv6 /48) or a secret: a field that is not in this table cannot be logged, and lines of libraries (`log.foreign`) lose quoted texts, addresses,
tokens and queries. A line that finds no room (a full disk, a pipe that nobody reads) is dropped and counted
(`marquee_telemetry_dropped_total`); nobody waits for it.

"""
_METRICS = """# Metrics

Generated from `core/observe/meters.py` by `python -m api.docs`.

`GET /metrics` gives all of them as Prometheus reads them; where a key is set it needs the key. With `MARQUEE_METRICS_PORT` a
port of 127.0.0.1 alone gives them without one. Names follow OpenTelemetry: dots are underscores, the unit and `_total` are
appended. A label has a fixed list of values, or so many different ones as the number says; all further ones are `other`, and no
metric has more than 500 series: of what would be more, labels without a fixed list become `other`, and the others, such as the class
of a status, are still told apart.
Values are those of the process that answers; growth that the app keeps for its own pages is added up over processes.

"""
_ALERTS = f"""# Alerts and objectives

Generated from `core/monitoring/alerts.py` and `slos.py` by `python -m api.docs`; Prometheus' rules in
`deploy/observability/prometheus/rules.yaml` are made of the same entries.

The app evaluates them itself, every 15 seconds. An alert is `ok`, `pending` (it holds, but not for long enough), `firing`, `unknown`
(it cannot be measured) or `unused` (this installation does not have that part: nothing was measured since the start, and no measure
fails). `MARQUEE_ALERT_TO='["ops"]'` names the targets of `MARQUEE_ALERT_TARGETS` that are told: one message for all that changed,
again after four hours while it fires and nobody has acknowledged it, and one when it is over. What is unknown for more than five
minutes is told the same way; that an alert is over is told only when it was measured. A silence keeps quiet and changes no state.

Where the whole is 0 there is no share, in the app and in Prometheus: without a schedule no backup is too old, and with
`MARQUEE_MIN_FREE_MB=0` no disk is too full.

## Objectives

The error budget is that of {DAYS} days.

"""


def documents(root: Path) -> dict[Path, str]:
    """Every generated file with the text that it should have."""
    deploy = root / "deploy" / "observability"
    found = {
        root / "docs" / "logging.md": _LOGGING + catalogue.as_markdown(),
        root / "docs" / "metrics.md": _METRICS + meters.as_markdown(),
        root / "docs" / "alerts.md": alerts(),
        deploy / "prometheus" / "rules.yaml": rules(),
    }
    for name, text in grafana.dashboards().items():
        found[deploy / "grafana" / f"{name}.json"] = text
    return found


def alerts() -> str:
    """docs/alerts.md"""
    lines = ["| Objective | Promise | What counts as good |", "|---|---|---|"]
    lines += [
        f"| {slo.title} (`{slo.name}`) | {100 * slo.target:g} % | {slo.good} |"
        for slo in OBJECTIVES
    ]
    lines += [
        "",
        "Burn-rate alerts, each over a long and a short window, with three bad events at least:",
        "",
    ]
    lines += ["| Name | Budget is used up | Long window | Short window |", "|---|---|---|---|"]
    lines += [
        f"| `slo_*_{n}` | {f:g} times too fast | {_time(a)} | {_time(b)} |" for n, f, a, b in BURNS
    ]
    lines += ["", "## Alerts", "", "| Alert | Severity | Holds for | What is wrong | Runbook |"]
    lines += ["|---|---|---|---|---|", *(_row(alert) for alert in ALERTS.values())]
    return _ALERTS + "\n".join(lines) + "\n"


def _row(alert: Alert) -> str:
    runbook = f"[{alert.runbook}](runbooks/{alert.runbook}.md)"
    after = _time(alert.after) if alert.after else "at once"
    return f"| `{alert.name}` | {alert.severity} | {after} | {alert.summary} | {runbook} |"


def rules() -> str:
    """Prometheus' rules of all alerts."""
    lines = [
        "# Generated from core/monitoring/alerts.py by `python -m api.docs`.",
        "groups:",
        "  - name: marquee",
        "    rules:",
    ]
    for alert in ALERTS.values():
        lines += [
            f"      - alert: {alert.name}",
            f"        expr: {_quoted(alert.when.promql())}",
            f"        for: {alert.after}s",
            f"        labels: {{severity: {alert.severity}}}",
            "        annotations:",
            f"          summary: {_quoted(alert.summary)}",
            f"          runbook: docs/runbooks/{alert.runbook}.md",
        ]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _time(seconds: int) -> str:
    for size, name in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds % size == 0:
            return f"{seconds // size} {name}"
    return f"{seconds} s"
