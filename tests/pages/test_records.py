"""Records: what is asked is in the address bar; one record with its values, form and history."""

from __future__ import annotations

import ctypes
import sys
from typing import Any

import pytest

from core import Workbench
from tests.pages.helpers import Open, button, fine, labels, said


def one(wb: Workbench, name: str) -> dict[str, object]:
    return next(iter(wb.records(where={"name": name}).rows()))


@pytest.fixture
def adele(sample: Workbench, messy: str) -> str:
    assert messy
    return str(one(sample, "Adele")["record_id"])


# ------------------------------------------------------------------ the list


def test_without_records_it_says_what_to_do(open_page: Open) -> None:
    at = fine(open_page("records"))
    assert "has no records yet" in said(at)
    assert {"Upload a file", "Home"} <= set(labels(at, "button"))


def test_the_list_pages_on_the_server(sample: Workbench, open_page: Open) -> None:
    at = fine(open_page("records", size="25", page="2", sort="name"))
    names = list(at.dataframe[0].value["Name"])
    rows = sample.records(order_by="name", limit=25, offset=25, fields=["name"]).fetchall()
    assert names == [r[0] for r in rows] and len(names) == 25
    fine(at.get("pagination")[0].set_value(3).run())
    assert at.query_params["page"] == "3"


def test_search_filters_and_sort_come_from_the_address(sample: Workbench, open_page: Open) -> None:
    at = fine(open_page("records", q="singer", f=["gender:eq:female", "mbti:empty:false"]))
    frame = at.dataframe[0].value
    assert set(frame["Gender"]) == {"female"} and len(frame) > 0
    assert all(frame["MBTI"].notna())
    chips = [b for b in labels(at, "button") if b.startswith(("Gender", "MBTI"))]
    assert chips == ["Gender is “female”", "MBTI is not empty"]
    fine(button(at, "Clear all").click().run())
    assert "f" not in at.query_params and "q" not in at.query_params


def test_a_filter_is_added_and_taken_away(sample: Workbench, open_page: Open) -> None:
    at = open_page("records")
    at.selectbox(key="f-field").set_value("mbti").run()
    at.selectbox(key="f-op-mbti").set_value("eq").run()
    at.selectbox(key="f-value-mbti").set_value("ISFP").run()
    fine(button(at, "Add the filter").click().run())
    assert at.query_params["f"] == "mbti:eq:ISFP"
    assert set(at.dataframe[0].value["MBTI"]) == {"ISFP"}
    fine(next(b for b in at.button if b.label.startswith("MBTI is")).click().run())
    assert "f" not in at.query_params


def test_what_makes_no_sense_in_the_address_is_left_out(sample: Workbench, open_page: Open) -> None:
    at = fine(open_page("records", sort="; drop", size="7", page="-3", f=["nope:eq:1", "x"]))
    assert len(at.dataframe[0].value) == 50
    at = fine(open_page("records", page="999"))
    assert len(at.dataframe[0].value) > 0


def test_nothing_found_says_so(sample: Workbench, open_page: Open) -> None:
    at = fine(open_page("records", q="zzzzzz"))
    assert "No record fits" in at.info[0].value


class _Heap(ctypes.Structure):  # struct mallinfo2 of glibc
    _fields_ = [(name, ctypes.c_size_t) for name in "abcdefghij"]


def taken() -> float:
    """MB that this process has from the C library and did not give back."""
    libc: Any = ctypes.CDLL(None)
    libc.mallinfo2.restype = _Heap
    heap = libc.mallinfo2()
    return (heap.h + heap.e) / 1e6  # in the heap, and mapped beside it


@pytest.mark.skipif(sys.platform != "linux", reason="asks glibc")
def test_many_searches_take_the_room_of_what_they_found(sample: Workbench, open_page: Open) -> None:
    fine(open_page("records", q="z"))
    before = taken()
    for word in "abcdefghijklmno":
        assert list(fine(open_page("records", q=word)).dataframe[0].value["Name"])
    assert taken() - before < 30


def test_an_unknown_dataset_is_told(open_page: Open) -> None:
    at = open_page("records", dataset="nope")
    assert not at.exception and "there is no dataset" in said(at)


# ------------------------------------------------------------------ one record


def test_a_record_shows_where_each_value_comes_from(adele: str, open_page: Open) -> None:
    at = fine(open_page("records", record=adele))
    assert at.title[0].value == "Adele"
    shown = said(at)
    assert "celebrities.json, row " in shown and "people_messy.csv, row 14" in shown
    assert '<span class="mq-new">academy award</span>' in shown


def test_a_change_is_checked_and_kept(sample: Workbench, adele: str, open_page: Open) -> None:
    at = fine(open_page("records", record=adele, edit="1"))
    name = next(t for t in at.text_input if t.label == "Birth date")
    name.set_value("05/13/2090x")
    button(at, "Save").click().run()
    assert not at.exception
    assert "Birth date cannot be understood" in said(at)
    name = next(t for t in at.text_input if t.label == "Birth date")
    assert name.value == "05/13/2090x"
    name.set_value("1988-05-06")
    fine(button(at, "Save").click().run())
    assert sample.record("celebrities", adele)["birth_date"] == "1988-05-06"
    assert sample.history("celebrities", adele)[0].door == "page"
    assert "edit" not in at.query_params
    assert '<span class="mq-old">1988-05-05</span>' in said(at)


def test_somebody_elses_change_meanwhile_is_found_out(
    sample: Workbench, adele: str, open_page: Open
) -> None:
    at = open_page("records", record=adele, edit="1")
    sample.edit("celebrities", adele, {"mbti": "INTP"})
    next(s for s in at.selectbox if s.label == "MBTI").set_value("ENFP")
    button(at, "Save").click().run()
    assert "Somebody changed this record meanwhile" in said(at)
    assert sample.record("celebrities", adele)["mbti"] == "INTP"
    fine(button(at, "Reload the record").click().run())
    assert next(s for s in at.selectbox if s.label == "MBTI").value == "INTP"


def test_lists_are_changed_element_by_element(
    sample: Workbench, adele: str, open_page: Open
) -> None:
    at = open_page("records", record=adele, edit="1")
    tags = next(m for m in at.multiselect if m.label == "Tags")
    tags.set_value(["pop", "soul"])
    fine(button(at, "Save").click().run())
    assert sample.record("celebrities", adele)["tags"] == ["pop", "soul"]


def test_a_deleted_record_can_be_brought_back(
    sample: Workbench, adele: str, open_page: Open
) -> None:
    sample.delete("celebrities", adele)
    at = fine(open_page("records", view="deleted"))
    assert "Adele" in said(at)
    at = fine(open_page("records", record=adele))
    assert "was deleted" in at.warning[0].value
    fine(button(at, "Restore it").click().run())
    assert sample.record("celebrities", adele)["name"] == "Adele"


def test_delete_asks_first(sample: Workbench, adele: str, open_page: Open) -> None:
    at = open_page("records", record=adele)
    assert "leaves Celebrities. Its history stays" in said(at)
    button(at, "Delete it").click().run()
    assert "was deleted" in said(at)
    assert [c.record_id for c in sample.deleted("celebrities")] == [adele]


def test_a_record_that_never_was_is_told(sample: Workbench, open_page: Open) -> None:
    at = open_page("records", record="01a2061d-434f-7cef-b3f9-917f120909aa")
    assert not at.exception and "Not found" in at.error[0].value


# ------------------------------------------------------------------ views, columns, many at once, edits undone


def test_columns_are_chosen_and_remembered(sample: Workbench, open_page: Open) -> None:
    at = open_page("records")
    chosen = next(m for m in at.multiselect if m.label.startswith("Shown"))
    fine(chosen.set_value(["name", "mbti"]).run())
    assert list(at.dataframe[0].value.columns) == ["Name", "MBTI", "Changed"]
    assert list(fine(open_page("records")).dataframe[0].value.columns)[:2] == ["Name", "MBTI"]


def test_a_view_is_kept(sample: Workbench, open_page: Open) -> None:
    at = open_page("records", f="mbti:eq:ISFP")
    at.text_input(key="view-name").set_value("Quiet ones").run()
    fine(button(at, "Keep the view").click().run())
    assert sample.records.views("celebrities")[0].definition == {"f": ["mbti:eq:ISFP"]}
    assert "Quiet ones" in labels(at, "page_link")


def test_all_that_fit_are_changed_and_set_back(sample: Workbench, open_page: Open) -> None:
    at = open_page("records", f="mbti:eq:ISFP")
    many = sample.count(where={"mbti": "ISFP"})
    at.selectbox(key="bulk-field").set_value("mbti").run()
    at.selectbox(key="bulk-mbti").set_value("INTP").run()
    before = sample.count(where={"mbti": "INTP"})
    fine(button(at, f"Change {many} records").click().run())
    assert sample.count(where={"mbti": "INTP"}) == before + many
    fine(at.button(key="bulk-undo").click().run())
    assert sample.count(where={"mbti": "ISFP"}) == many


def test_figures_stand_beside_and_filter(sample: Workbench, open_page: Open) -> None:
    at = fine(open_page("records", figures="1"))
    at.button(key="stat-gender-0").click().run()
    assert fine(at).query_params["f"].startswith("gender:eq:")


def test_an_edit_is_undone_on_the_record(sample: Workbench, adele: str, open_page: Open) -> None:
    sample.edit("celebrities", adele, {"description": "typed by hand"})
    version = sample.record("celebrities", adele)["_version"]
    at = fine(open_page("records", record=adele))
    fine(at.button(key=f"Undo -{version}").click().run())
    assert sample.record("celebrities", adele)["description"] != "typed by hand"


def test_the_grid_shows_the_record_that_is_opened(sample: Workbench, open_page: Open) -> None:
    it = str(one(sample, "Adele")["record_id"]) if sample.count(where={"name": "Adele"}) else ""
    at = fine(open_page("records", look="grid", peek=it or "x"))
    assert "Open the record" in labels(at, "page_link")
