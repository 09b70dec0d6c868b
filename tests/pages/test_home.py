"""Home: kind when empty, a summary later."""

from __future__ import annotations

from core import Workbench
from tests.pages.helpers import SAMPLES, Open, button, fine, labels, said


def test_an_empty_home_offers_the_ways_to_begin(open_page: Open) -> None:
    at = fine(open_page())
    assert "Welcome to Marquee" in said(at) and "Nothing is here yet" in said(at)
    assert [b.label for b in at.button] == ["Load the sample", "Upload a file"]
    assert labels(at, "download_button") == ["Excel", "CSV", "JSON"]


def test_the_sample_is_loaded_and_its_records_are_shown(wb: Workbench, open_page: Open) -> None:
    at = button(open_page(), "Load the sample").click().run()
    fine(at)
    assert wb.count() > 150
    assert at.title[0].value == "Records"
    assert at.query_params["dataset"] == "celebrities"


def test_later_it_shows_counts_uploads_and_what_waits(sample: Workbench, open_page: Open) -> None:
    upload = sample.import_file(SAMPLES / "people_messy.csv")
    begun = sample.receive(SAMPLES / "people_messy.csv", force=True)
    at = fine(open_page())
    assert at.metric[0].value == f"{sample.count():,}"
    links = labels(at, "page_link")
    assert any("3 rows of people" in label for label in links), links
    assert any(label.startswith("Go on with people") for label in links)
    assert upload.counts.rejected == 3 and begun.status == "received"
