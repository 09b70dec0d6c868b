"""Search: the address has the question, hits say why, choices filter, searches are kept, figures are shown."""

from __future__ import annotations

import time

from core import Workbench
from tests.pages.helpers import Open, button, fine, said


def indexed(wb: Workbench) -> Workbench:
    until = time.monotonic() + 30
    while wb.search.status().behind or wb.search.status().state != "ready":
        assert time.monotonic() < until
        time.sleep(0.05)
    return wb


def test_without_records_it_says_what_to_do(open_page: Open) -> None:
    at = fine(open_page("search"))
    assert "has no records yet" in said(at) and "Nothing was found" not in said(at)


def test_hits_with_their_reasons(sample: Workbench, open_page: Open) -> None:
    indexed(sample)
    at = fine(open_page("search", q="adelle"))
    assert "1 record in" in said(at) and "one letter differs" in said(at)
    assert "searched for “Adele” instead" in " ".join(i.value for i in at.info)


def test_choices_are_filters_in_the_address(sample: Workbench, open_page: Open) -> None:
    indexed(sample)
    at = fine(open_page("search", q="singer"))
    everyone = sample.search("singer").total
    box = next(c for c in at.checkbox if c.label.startswith("female"))
    fine(box.check().run())
    assert at.query_params["f"] in ("gender:female", ["gender:female"])
    women = sample.search("singer", filters={"gender": "female"}).total
    assert f"{women} records in" in said(at) and 0 < women < everyone


def test_nothing_found_says_what_to_do(sample: Workbench, open_page: Open) -> None:
    indexed(sample)
    at = fine(open_page("search", q="qqqqqqqqqq"))
    assert "Nothing was found" in said(at)


def test_a_search_is_kept_and_its_news_are_told(sample: Workbench, open_page: Open) -> None:
    indexed(sample)
    at = fine(open_page("search", q="singer", f="gender:female"))
    next(t for t in at.text_input if t.label == "Name").set_value("Women who sing")
    fine(button(at, "Keep this search").click().run())
    (kept,) = sample.search.saved()
    assert kept.name == "Women who sing" and kept.query == "singer"
    gone = sample.search("singer", filters={"gender": "female"}).hits[0]
    sample.records.delete("celebrities", gone.record_id)
    indexed(sample)
    at = fine(open_page("search", view="Kept searches"))
    fine(button(at, "News").click().run())
    assert "1 record found no more" in said(at)
    fine(button(at, "I have seen these").click().run())
    assert not sample.search.news(kept.id).total
    fine(button(at, "Remove").click().run())
    assert sample.search.saved() == []


def test_a_hit_that_is_opened_is_counted(sample: Workbench, open_page: Open) -> None:
    indexed(sample)
    found = sample.search("adele")
    query_id = sample.search.asked("celebrities", "adele", found)
    where = {"record": found.hits[0].record_id, "from": query_id, "at": "1"}
    at = fine(open_page("records", **where))
    assert "from" not in at.query_params and at.title[0].value == "Adele"
    assert sample.search.analytics().opened == 1.0


def test_figures(sample: Workbench, open_page: Open) -> None:
    at = fine(open_page("search", view="Analytics"))
    assert "Nothing was searched" in said(at) and not at.metric
    indexed(sample).search.asked("celebrities", "adele", sample.search("adele"))
    at = fine(open_page("search", view="Analytics"))
    assert {m.label: m.value for m in at.metric}["Without a hit"] == "0%"
    assert "Searched most" in said(at)
