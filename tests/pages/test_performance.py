"""The Performance page: figures of a real database, a plan on a click, a benchmark that can be stopped."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from core import Workbench
from tests.pages.helpers import Open, button, fine, labels, said
from tests.telemetry.suite import SUITE_RESULT, suite


def charts(at: object) -> int:
    """How many charts are drawn."""
    return len(at.get("plotly_chart"))  # type: ignore[attr-defined]


def many(tmp_path: Path, rows: int = 1_200) -> Path:
    path = tmp_path / "many.csv"
    path.write_text("name\n" + "".join(f"Person {i}\n" for i in range(rows)), "utf-8")
    return path


def test_an_empty_database_has_figures_and_says_what_will_come(open_page: Open) -> None:
    at = fine(open_page("performance"))
    assert {"DuckDB's memory", "Whole program", "Database", "Spilled to disk"} <= set(
        labels(at, "metric")
    )
    assert "show here how long each of their stages took" in said(at) and charts(at) == 0


def test_imports_stand_in_a_chart_and_tables_have_sizes(
    wb: Workbench, open_page: Open, tmp_path: Path
) -> None:
    wb.import_file(many(tmp_path))
    at = fine(open_page("performance"))
    assert charts(at) == 1
    assert "1,200 rows in" in said(at) and "main.celebrities" in said(at)


def test_a_slow_statement_is_explained_on_a_click(sample: Workbench, open_page: Open) -> None:
    list(
        sample.sql(
            "SELECT count(*) FROM range(4000000) r(i) WHERE sqrt(i)::VARCHAR <> 'secret'"
        ).rows()
    )
    at = fine(open_page("performance", view="operations"))
    assert "Import" in said(at) and "p95" in said(at)
    at = fine(button(at, "Explain").click().run())
    assert "This run took" in said(at) and "Filter" in said(at)
    assert "secret" not in said(at) + str([c.value for c in at.code])


@pytest.fixture
def fake_suite(wb: Workbench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workbench:
    """A probe that takes its time."""
    monkeypatch.setattr(wb.engine.benchmarks, "_command", suite(tmp_path / "program"))
    return wb


def test_a_benchmark_runs_to_its_result(fake_suite: Workbench, open_page: Open) -> None:
    benchmarks = fake_suite.engine.benchmarks
    at = fine(open_page("performance", view="benchmark"))
    button(at, "Run benchmark").click().run()
    until(lambda: benchmarks.now().state == "running" and benchmarks.now().step > 0)
    at = fine(open_page("performance", view="benchmark"))
    assert "Cancel" in [b.label for b in at.button]
    (benchmarks.folder / ".running" / "go").touch()
    until(lambda: benchmarks.now().state == "done")
    at = fine(open_page("performance", view="benchmark"))
    assert "The benchmark is done" in said(at)
    assert SUITE_RESULT["machine"]["cpu"] in said(at) and charts(at) >= 1


def test_a_benchmark_is_cancelled_by_a_click(fake_suite: Workbench, open_page: Open) -> None:
    benchmarks = fake_suite.engine.benchmarks
    benchmarks.start(10_000)
    at = fine(open_page("performance", view="benchmark"))
    at = fine(button(at, "Cancel").click().run())
    assert benchmarks.now().state == "cancelled"
    at = fine(open_page("performance", view="benchmark"))
    assert "was cancelled" in said(at) and "Run benchmark" in [b.label for b in at.button]


def until(true: Callable[[], bool], seconds: float = 20.0) -> None:
    """Wait for it."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.05)
