"""The Quality page: scores, and the rows behind them."""

from __future__ import annotations

from core import Workbench
from tests.pages.helpers import Open, fine, labels, said


def test_an_empty_dataset_is_not_measured(open_page: Open) -> None:
    at = fine(open_page("quality"))
    assert "Nothing is measured" in said(at)


def test_scores_and_the_rows_behind_them(sample: Workbench, open_page: Open) -> None:
    at = fine(open_page("quality"))
    assert {"Total", "Completeness", "Freshness"} <= set(labels(at, "metric"))
    assert len(at.get("plotly_chart")) >= 1
    at = fine(open_page("quality", check="completeness:mbti"))
    assert "MBTI is missing" in said(at) and len(at.dataframe[0].value) == 139
