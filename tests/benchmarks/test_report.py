"""Results are kept, compared, and written into the page."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks import report, results, show
from benchmarks.cases import doors, records
from benchmarks.peers.measure import PEERS
from benchmarks.suite import INGEST, LARGE, BenchmarkError
from benchmarks.targets import TARGETS, verdicts

RESULT: dict[str, Any] = {
    "benchmark": "ingest",
    "at": "2026-11-24T10:00:00+00:00",
    "machine": {"system": "Linux", "cpu": "a processor", "cores": 2, "memory_gb": 8.0},
    "versions": {"python": "3.11.7"},
    "commit": "abc",
    "people": 2,
    "rows": 1_000_000,
    "columns": 12,
    "bytes": 178_000_000,
    "runs": 5,
    "cases": [
        {"name": "floor", "title": "The floor", "seconds": 2.0, "ratio": 1.0, "peak_mb": 500},
        {
            "name": "import",
            "title": "Import",
            "seconds": 5.0,
            "ratio": 2.5,
            "cpu_ratio": 2.6,
            "rows_per_s": 200_000,
            "peak_mb": 700,
            "stages": {"reading": 1.0, "writing": 4.0},
            "history_share": 0.1,
        },
        {"name": "page, first", "title": "A page", "seconds": 0.01, "p95": 0.02, "calls": 20},
    ],
}


def later(**ratios: float) -> dict[str, Any]:
    found = copy.deepcopy(RESULT) | {"at": "2026-11-25T10:00:00+00:00", "commit": "def"}
    for case in found["cases"]:
        case["ratio"] = ratios.get(case["name"], case.get("ratio", 0))
        if not case["ratio"]:
            del case["ratio"]
    return found


def test_a_run_is_compared_with_the_one_before_on_the_same_machine(tmp_path: Path) -> None:
    elsewhere = copy.deepcopy(RESULT) | {"machine": {**RESULT["machine"], "cores": 64}}
    other_files = copy.deepcopy(RESULT) | {"people": 1}
    for stamp, result in enumerate((RESULT, elsewhere, other_files)):
        results.write(tmp_path / f"ingest-1000000-{stamp}.json", result)
    (tmp_path / "ingest-1-broken.json").write_text("{")
    now = later(**{"import": 2.0})
    assert results.before(now, tmp_path) == RESULT
    lines = results.compare(now, RESULT)
    assert lines[0] == ("Import", "2.5 x floor", "2 x floor", "0.80 x the last run")
    assert lines[1][0] == "A page" and len(lines) == 2
    assert results.before(RESULT, tmp_path) is None


def test_runs_are_kept_apart_from_those_that_are_saved(tmp_path: Path) -> None:
    kept = results.keep(RESULT, save=False, saved=tmp_path)
    assert kept and kept.parent.name == "local"
    assert results.newest("ingest", saved=tmp_path) is None
    saved = results.keep(later(), save=True, saved=tmp_path)
    assert saved and json.loads(saved.read_text("utf-8"))["commit"] == "def"
    assert [r["commit"] for r in results.kept("ingest", tmp_path)] == ["abc", "def"]


def test_targets_are_met_missed_or_not_measured() -> None:
    found = {row[0]: row for row in verdicts([RESULT])}
    assert found["Whole import of CSV into an empty dataset"][1:] == (
        "≤ 2 x raw",
        "2.5 x raw",
        "missed",
    )
    assert found["History kept for it all"][3] == "met"
    assert found["Against dlt"][3] == "not measured"
    smaller = RESULT | {"rows": 1_000}
    assert {word for *_, word in verdicts([smaller])} == {"not measured"}


def test_the_page_gets_its_figures_and_plots(tmp_path: Path) -> None:
    page, saved = tmp_path / "performance.md", tmp_path / "results"
    page.write_text(f"before\n{show.BEGIN}\nyesterday\n{show.END}\nafter\n", "utf-8")
    with pytest.raises(BenchmarkError, match="nothing was saved"):
        report.write(page, saved)
    for result in (RESULT, later(**{"import": 2.0})):
        results.keep(result, save=True, saved=saved)
    written = report.write(page, saved)
    text = page.read_text("utf-8")
    assert text.startswith("before\n") and text.endswith("after\n") and "yesterday" not in text
    assert "| Import | 5.00 s | 2.00 | 2.60 |" in text and "reading 1.0 s, writing 4.0 s" in text
    for path in written[1:]:
        assert path.read_text("utf-8").startswith("<svg") and f"(images/{path.name})" in text
    assert {path.stem for path in written[1:]} == {"ingest-ratios", "ingest-stages", "ingest-runs"}
    page.write_text("no markers", "utf-8")
    with pytest.raises(ValueError, match="figures: begin"):
        report.write(page, saved)


def test_every_target_has_a_case_that_gives_its_figure() -> None:
    calls = {"pages": records.CALLS, "edit": records.CALLS, "api read": doors.CALLS}
    for name, rounds in (("ingest", INGEST), ("large", LARGE)):
        cases = [case for each in rounds for case in each.cases]
        given = {*cases, *(call for case in cases for call in calls.get(case, ()))}
        for target in TARGETS:
            assert target.benchmark != name or target.case in given, target.what
    peers = {target.case for target in TARGETS if target.benchmark == "peers"}
    assert peers <= set(PEERS)
