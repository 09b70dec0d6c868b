"""The benchmarks run, and their report says what was measured. Nothing here is timed."""

from __future__ import annotations

import copy
import csv
from pathlib import Path
from typing import Any

import pytest

from benchmarks import ingest, report
from benchmarks.cases import CASES
from benchmarks.people import COLUMNS, generate


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """One small run of all cases, without a server."""
    folder = tmp_path_factory.mktemp("files")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ingest, "start_seconds", lambda folder: None)
        return ingest.run(2_000, 1, folder)


def test_people_are_the_same_every_time(tmp_path: Path) -> None:
    first, second = (generate(tmp_path / name, 1_000) for name in "ab")
    assert first.people.read_bytes() == second.people.read_bytes()
    with first.people.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert len(rows) == 1_001
    assert {len(row) for row in rows} == {COLUMNS}
    assert first.known.read_text("utf-8").count("\n") == 201


def test_every_case_was_run(result: dict[str, Any]) -> None:
    cases = result["cases"]
    assert set(CASES) - {"pages"} <= set(cases)
    assert cases["floor"]["ratio"] == 1.0
    assert cases["import"]["rows"] == 2_000
    rejected = cases["import"]["counts"]["rejected"]
    assert 0.02 < rejected / 2_000 < 0.04
    assert cases["import"]["counts"]["new"] == 2_000 - rejected
    assert cases["again"]["counts"]["unchanged"] == 2_000 - rejected
    assert cases["known"]["counts"]["changed"] > 100
    assert cases["rollback"]["rows"] == 2_000 - rejected
    assert cases["page, deep"]["seconds"] > 0


def test_the_report_goes_between_the_markers(result: dict[str, Any], tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    page.write_text(f"before\n{report.BEGIN}\nyesterday\n{report.END}\nafter\n", "utf-8")
    report.write_page(result, page)
    text = page.read_text("utf-8")
    assert text.startswith("before\n") and text.endswith("after\n") and "yesterday" not in text
    assert report.TITLES["import"] in text
    page.write_text("no markers", "utf-8")
    with pytest.raises(ValueError):
        report.write_page(result, page)


def test_a_missed_target_is_said(result: dict[str, Any]) -> None:
    slow = copy.deepcopy(result)
    slow["input"]["rows"] = report.TARGET_ROWS
    slow["cases"]["import"] |= {"ratio": 3.5, "rows_per_second": 60_000, "peak_mb": 700}
    verdicts = {row[0]: row[-1] for row in report.lines(slow)}[report.TITLES["import"]]
    assert verdicts.count("missed") == 1 and verdicts.count("met") == 2
