"""Search: the address has the question, hits say why, choices filter, searches are kept, figures are shown."""

from __future__ import annotations

import json
import time
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from streamlit.testing.v1 import AppTest

from core import Workbench
from pages._search.box import initials
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


def test_kept_searches_keep_order_columns_and_conditions(
    sample: Workbench, open_page: Open
) -> None:
    indexed(sample)
    tree = {"not": {"any": [{"field": "gender", "op": "eq", "value": "male"}]}}
    where = {"all": [{"any": [{"field": "mbti", "value": "INFP"}]}, tree]}
    sample.search.save("Mine", "singer", filters=where, fields=["name", "mbti"], sort="-name")
    at = fine(open_page("search", view="Kept searches"))
    [link] = _opening(at)
    at = fine(open_page("search", **parse_qs(link)))
    names = ("q", "f", "sort", "column", "where")
    found = [at.query_params[name] for name in names]
    q, f, sort, column, left = ([v] if isinstance(v, str) else list(v) for v in found)
    assert (q, f, sort, column) == (["singer"], ["mbti:INFP"], ["-name"], ["name", "mbti"])
    assert json.loads(left[0]) == tree
    total = sample.search("singer", filters=where).total
    assert f"{total} record" in said(at)


def test_the_rest_of_the_site_is_reached(
    sample: Workbench, open_page: Open, tmp_path: Path
) -> None:
    path = tmp_path / "planets.csv"
    path.write_text("title,size\nAdele Nebula,3\nVenus,4\n")
    sample.datasets.infer(path, "planets", save=True)
    sample.import_file(path, dataset="planets")
    indexed(sample)
    until = time.monotonic() + 30
    while sample.search.status("planets").behind:
        assert time.monotonic() < until
        time.sleep(0.05)
    links = [str(e.label) for e in fine(open_page("search", q="adele")).get("page_link")]
    assert "Adele Nebula: a record of Planets" in links
    links = [str(e.label) for e in fine(open_page("search", q="planets")).get("page_link")]
    assert {"planets.csv: an upload", "Planets: a dataset"} <= {t.replace("\\", "") for t in links}


def _opening(at: AppTest) -> list[str]:
    """The addresses of the links that open kept searches."""
    links = [each.proto for each in at.get("page_link")]
    return [str(link.query_string) for link in links if link.label == "Open"]


def test_searches_of_before_are_links_until_they_are_forgotten(
    sample: Workbench, open_page: Open
) -> None:
    indexed(sample).search.asked("celebrities", "adele", sample.search("adele"))
    at = fine(open_page("search"))
    assert "adele" in [str(each.label) for each in at.get("page_link")]
    fine(button(at, "Forget my searches").click().run())
    assert sample.search.history() == []
    assert "Searched before" not in said(fine(open_page("search")))


def test_many_kept_searches_are_found_by_name(sample: Workbench, open_page: Open) -> None:
    indexed(sample)
    for n in range(60):
        sample.search.save(f"Search {n}", f"word{n}")
    at = fine(open_page("search", view="Kept searches"))
    assert len(_opening(at)) == 50
    at.text_input[0].set_value("word59").run()
    assert "1 kept search" in said(at) and len(_opening(at)) == 1


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Ada Lovelace", "AL"),
        ("J.K. Rowling", "JR"),
        ("周杰伦", "周"),
        ("beyoncé", "B"),
        ("!!", ""),
    ],
)
def test_initials_stand_where_there_is_no_picture(name: str, letters: str) -> None:
    assert initials(name) == letters
