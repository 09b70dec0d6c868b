"""The plots of docs/performance.md: Vega-Lite by way of altair, written as SVG without a browser."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import altair

from benchmarks.targets import TARGETS

INK, LINE = "#4c78a8", "#e45756"
Result = dict[str, Any]
TITLES = {
    "ingest-ratios": "Time of each case, as a multiple of DuckDB's bare load of the same file",
    "ingest-stages": "Where the import's time goes, in seconds",
    "ingest-runs": "The whole import as a multiple of the bare load, over the saved runs",
    "large-pages": "p95 of one question at ten million records, in milliseconds",
    "peers-speed": "Rows per second with the same checks on the same file",
    "load-reruns": "Seconds until a page stands again after a click",
}
RATIOS = (
    "import",
    "import lines",
    "import array",
    "again",
    "changed",
    "known",
    "preview",
    "rollback",
)


def draw(there: dict[str, Result], older: list[Result], folder: Path) -> dict[str, Path]:
    """Every plot that there are figures for; nothing where the renderer is not installed."""
    if find_spec("vl_convert") is None:
        return {}
    makers: dict[str, Callable[[], altair.TopLevelMixin | None]] = {
        "ingest-ratios": lambda: _ratios(there["ingest"]),
        "ingest-stages": lambda: _stages(there["ingest"]),
        "ingest-runs": lambda: _runs(older),
        "large-pages": lambda: _pages(there["large"]),
        "peers-speed": lambda: _peers(there["peers"]),
        "load-reruns": lambda: _reruns(there["load"]),
    }
    folder.mkdir(parents=True, exist_ok=True)
    drawn = {}
    for name, make in makers.items():
        chart = make() if name.partition("-")[0] in there else None
        if chart is not None:
            path = folder / f"{name}.svg"
            chart.save(str(path), format="svg")
            drawn[name] = path
    return drawn


def _framed(chart: Any, title: str) -> Any:
    return (
        chart.properties(title=title, width=560, background="white", padding=10)
        .configure_axis(labelFontSize=12, titleFontSize=12, labelLimit=320, gridColor="#eee")
        .configure_title(fontSize=14, anchor="start")
        .configure_view(stroke=None)
    )


def _bars(rows: list[Result], title: str, *, log: bool = False, form: str = ".2f") -> Any:
    """Bars with their figures, and a mark at what is to be reached. Rows: {what, value, reach}."""
    scale = altair.Scale(type="log") if log else altair.Scale(nice=True)
    data = altair.Data(values=rows)
    names = altair.Y("what:N", sort=None, title=None)
    value = altair.X("value:Q", title=None, scale=scale)
    if log:  # a bar on a logarithmic scale has to begin somewhere
        least = min(min(row["value"], row.get("reach") or row["value"]) for row in rows)
        begin = 10 ** (len(str(int(least))) - 1) if least >= 1 else 0.1
        scale = altair.Scale(type="log", domainMin=begin)
        value = altair.X("value:Q", title=None, scale=scale)
        bars = altair.Chart(data).mark_bar(color=INK, height=16)
        bars = bars.encode(y=names, x=value, x2=altair.value(0))
    else:
        bars = altair.Chart(data).mark_bar(color=INK, height=16).encode(y=names, x=value)
    texts = altair.Chart(data).mark_text(align="left", dx=4, fontSize=12)
    texts = texts.encode(y=names, x=value, text=altair.Text("value:Q", format=form))
    marks = altair.Chart(data).mark_tick(color=LINE, thickness=3, size=22)
    marks = marks.transform_filter("isValid(datum.reach)").encode(y=names, x="reach:Q")
    return _framed(altair.layer(bars, texts, marks), title)


def _reach(benchmark: str, case: str, measure: str) -> float | None:
    found = [
        t.limit for t in TARGETS if (t.benchmark, t.case, t.measure) == (benchmark, case, measure)
    ]
    return found[0] if found else None


def _named(result: Result) -> dict[str, Result]:
    return {case["name"]: case for case in result["cases"]}


def _ratios(result: Result) -> Any:
    cases = _named(result)
    rows = [
        {"what": name, "value": cases[name]["ratio"], "reach": _reach("ingest", name, "ratio")}
        for name in RATIOS
        if "ratio" in cases.get(name, {})
    ]
    return _bars(rows, TITLES["ingest-ratios"]) if rows else None


def _stages(result: Result) -> Any:
    stages = _named(result).get("import", {}).get("stages", {})
    rows = [{"what": name, "value": seconds} for name, seconds in stages.items()]
    return _bars(rows, TITLES["ingest-stages"]) if rows else None


def _runs(older: list[Result]) -> Any:
    rows = [
        {"at": result["at"], "value": case["ratio"]}
        for result in older
        if (case := _named(result).get("import")) and "ratio" in case
    ]
    if len(rows) < 2:
        return None
    chart = altair.Chart(altair.Data(values=rows)).mark_line(point=True, color=INK)
    chart = chart.encode(
        x=altair.X("at:T", title=None, axis=altair.Axis(format="%d %b %H:%M")),
        y=altair.Y("value:Q", title=None, scale=altair.Scale(zero=True)),
    )
    limit = altair.Chart(altair.Data(values=[{"y": _reach("ingest", "import", "ratio")}]))
    rule = limit.mark_rule(color=LINE, strokeDash=[4, 4]).encode(y="y:Q")
    return _framed(altair.layer(chart, rule), TITLES["ingest-runs"])


def _pages(result: Result) -> Any:
    rows = []
    for case in result["cases"]:
        if "p95" in case:
            reach = _reach("large", case["name"], "p95")
            in_ms = None if reach is None else reach * 1000
            rows.append({"what": case["name"], "value": case["p95"] * 1000, "reach": in_ms})
    return _bars(rows, TITLES["large-pages"], log=True, form=",.0f") if rows else None


def _peers(result: Result) -> Any:
    rows = [{"what": case["name"], "value": case["rows_per_s"]} for case in result["cases"]]
    return _bars(rows, TITLES["peers-speed"], log=True, form=",.0f") if rows else None


def _reruns(result: Result) -> Any:
    rows = [
        {"what": case["name"], "value": case["p95"], "reach": _reach("load", case["name"], "p95")}
        for case in result["cases"]
    ]
    return _bars(rows, TITLES["load-reruns"] + " (p95)") if rows else None
