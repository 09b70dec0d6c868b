"""The Duplicates page: compare, decide, merge, take apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from core import Workbench
from tests.matching.conftest import PEOPLE
from tests.pages.helpers import Open, button, fine, labels, said


@pytest.fixture
def twice(wb: Workbench, tmp_path: Path) -> Workbench:
    (tmp_path / "people.csv").write_text(PEOPLE, "utf-8")
    wb.import_file(tmp_path / "people.csv")
    return wb


def test_an_empty_dataset_says_so(open_page: Open) -> None:
    at = fine(open_page("duplicates"))
    assert "has no records yet" in said(at) and "Upload a file" in labels(at, "button")


def test_compare_decide_and_undo(twice: Workbench, open_page: Open) -> None:
    at = fine(open_page("duplicates"))
    assert "not compared yet" in said(at)
    fine(button(at, "Compare all records").click().run())
    assert "one person" in said(at) and len(at.get("plotly_chart")) == 1
    waiting = twice.matching.figures().open
    fine(button(at, "Same person").click().run())
    assert twice.matching.figures().open == waiting - 1
    fine(button(at, "Undo").click().run())
    assert twice.matching.figures().open == waiting
    at.toggle[0].set_value(True).run()
    assert "opinion is hidden" in said(fine(at)) and not at.get("plotly_chart")


def test_clusters_decisions_and_figures(twice: Workbench, open_page: Open) -> None:
    twice.matching.run()
    at = fine(open_page("duplicates", view="clusters"))
    assert len(at.dataframe[0].value) == 2
    cluster = twice.matching.clusters()[0]
    twice.matching.merge(list(cluster.records))
    at = fine(open_page("duplicates", view="decisions"))
    assert "same" in list(at.dataframe[0].value["Said"])
    fine(button(at, "Take apart").click().run())
    assert twice.matching.merges() == []
    at = fine(open_page("duplicates", view="figures"))
    assert {"Pairs", "Waiting", "Precision"} <= set(labels(at, "metric"))


def test_a_merged_record_leads_to_the_one_it_is_part_of(twice: Workbench, open_page: Open) -> None:
    twice.matching.run()
    a, b, *_ = twice.matching.clusters()[0].records
    twice.matching.merge([a, b])
    at = fine(open_page("records", record=b))
    assert at.query_params["record"] == [a] or at.query_params["record"] == a
