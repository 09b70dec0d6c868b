"""Home: kind when empty, a summary later."""

from __future__ import annotations

from core import Workbench
from tests.pages.helpers import SAMPLES, Open, button, fine, labels, said


def test_an_empty_home_offers_the_ways_to_begin(open_page: Open) -> None:
    at = fine(open_page())
    assert "Welcome to Marquee" in said(at) and "Nothing is here yet" in said(at)
    assert [b.label for b in at.button] == ["Load the sample", "Upload a file"]
    assert labels(at, "download_button") == ["Excel", "CSV", "JSON", "JSON Schema"]


def test_the_sample_is_loaded_and_its_records_are_shown(wb: Workbench, open_page: Open) -> None:
    at = button(open_page(), "Load the sample").click().run()
    fine(at)
    assert wb.count() > 150
    assert at.title[0].value == "Records"
    assert at.query_params["dataset"] == "celebrities"


def test_later_it_shows_counts_uploads_and_what_waits(
    sample: Workbench, messy: str, open_page: Open
) -> None:
    upload = sample.uploads.get(messy)
    begun = sample.receive(SAMPLES / "people_messy.csv", force=True)
    at = fine(open_page())
    assert at.metric[0].value == f"{sample.count():,}"
    links = labels(at, "page_link")
    assert any("3 rows of people" in label for label in links), links
    assert any(label.startswith("Go on with people") for label in links)
    assert upload.counts.rejected == 3 and begun.status == "received"


def test_what_waits_is_discarded_with_its_reason(
    sample: Workbench, messy: str, open_page: Open
) -> None:
    upload = sample.uploads.get(messy)
    begun = sample.receive(SAMPLES / "people_messy.csv", force=True)
    at = fine(open_page())
    assert "nobody looked at it yet" in said(at)
    at.button(key=f"discard-{begun.id}").click().run()
    assert sample.uploads.get(begun.id).status == "cancelled"
    at.button(key=f"discard-{upload.id}").click().run()
    assert sample.uploads.waiting(upload.id) == 0 and "Nothing." in said(fine(at))


def test_analytics_open_the_uploads_of_a_cause(messy: str, open_page: Open) -> None:
    assert messy
    at = fine(open_page("home", view="analytics", by="source"))
    assert "Wrong most often" in said(at) and at.metric[0].value == "2"
    at.button(key="cause-0").click().run()
    fine(at)
    assert any("people" in label for label in labels(at, "page_link"))
    fine(open_page("home", view="analytics", day="2020-01-01"))
