"""Upload: the six steps, each reachable by its address, each change kept in the database."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core import Workbench
from core.cleaning.step import Step
from core.datasets.registry import BUILT_IN
from core.errors import DiskFull
from core.workbench import ImportRequest
from core.workbench.queue import Queue
from pages import _cached
from tests.matching.conftest import PEOPLE
from tests.pages.helpers import SAMPLES, Open, button, fine, labels, said

MESSY = SAMPLES / "people_messy.csv"


@pytest.fixture
def upload(sample: Workbench) -> str:
    return sample.receive(MESSY).id


def choose(at: AppTest, way: str) -> AppTest:
    return at.button_group(key="way").set_value(way).run()


def wait_for(at: AppTest, words: str) -> AppTest:
    end = time.monotonic() + 30
    while words not in said(at) and time.monotonic() < end:
        time.sleep(0.1)
        at.run()
    assert words in said(at)
    return at


# ------------------------------------------------------------------ choose


def test_at_first_there_is_nothing_to_continue_with(open_page: Open) -> None:
    at = fine(open_page("upload"))
    assert at.title[0].value == "Upload"
    assert button(at, "Continue").disabled
    assert at.radio[0].options == ["Add and update", "Only add", "Replace this source"]


def test_a_chosen_file_becomes_an_upload_and_the_address_names_it(
    wb: Workbench, open_page: Open
) -> None:
    at = open_page("upload")
    at.file_uploader[0].set_value(("people.csv", b"name,mbti\nAda,INTP\n", "text/csv")).run()
    fine(button(at, "Continue").click().run())
    [found] = wb.uploads()
    assert found.filename == "people.csv" and found.door == "page"
    assert at.query_params == {"upload": found.id, "step": "read"}


def test_pasted_text_is_a_file_too(wb: Workbench, open_page: Open) -> None:
    at = choose(open_page("upload"), "Pasted text")
    at.text_area[0].set_value('[{"name": "Ada"}]').run()
    fine(button(at, "Continue").click().run())
    assert wb.uploads()[0].filename == "pasted.json"


def test_the_same_bytes_twice_are_told_with_a_link_and_can_be_forced(
    sample: Workbench, open_page: Open
) -> None:
    earlier = sample.import_file(MESSY)
    at = choose(open_page("upload"), "A messy example")
    button(at, "Continue").click().run()
    fine(at)
    assert "already imported" in said(at)
    assert "See the earlier import" in labels(at, "page_link")
    button(at, "Import again anyway").click().run()
    assert sample.uploads()[0].id != earlier.id
    assert at.query_params["upload"] == sample.uploads()[0].id


def test_the_mode_goes_with_the_upload(wb: Workbench, open_page: Open) -> None:
    at = choose(open_page("upload"), "A messy example")
    at.radio[0].set_value("replace").run()
    at.text_input[0].set_value("the list").run()
    button(at, "Continue").click().run()
    assert (wb.uploads()[0].plan.mode, wb.uploads()[0].plan.source) == ("replace", "the list")


# ------------------------------------------------------------------ read


def test_how_it_was_read_is_said_with_evidence(upload: str, open_page: Open) -> None:
    at = fine(open_page("upload", upload=upload, step="read"))
    assert "semicolon" in said(at) and "31 of 31 rows have 12 cells" in said(at)
    assert list(at.dataframe[0].value.columns)[:3] == [" ", "Full Name", "English name"]
    assert len(at.dataframe[0].value) == 30


def _large(wb: Workbench, monkeypatch: pytest.MonkeyPatch, end: str = "") -> str:
    monkeypatch.setattr("core.files.beginning.LARGE", 64 << 10)
    monkeypatch.setattr("core.files.beginning.HEAD", 16 << 10)
    people = "".join(f'{{"name": "P{n}", "mbti": "INTJ", "note": "x"}}\n' for n in range(3_000))
    return wb.receive([(people + end).encode()], filename="people.jsonl").id


def test_of_a_large_file_all_of_it_is_shown_in_the_end(
    wb: Workbench, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = fine(open_page("upload", upload=_large(wb, monkeypatch), step="read"))
    assert "The first 100 rows" in said(at) and "being looked through" in said(at)
    fine(at.run())
    assert "100 of 3,000 rows" in said(at)
    assert "being looked through" not in said(at)


def test_the_beginning_of_a_large_file_stands_although_the_rest_is_broken(
    wb: Workbench, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = fine(open_page("upload", upload=_large(wb, monkeypatch, "{oops}\n"), step="read")).run()
    assert "The first 100 rows" in said(at) and list(at.dataframe[0].value["name"])[:2] == [
        "P0",
        "P1",
    ]
    assert "line 3,001" in at.error[0].value
    assert button(at, "Continue")


def test_what_is_not_the_fault_of_a_large_file_is_not_kept(
    wb: Workbench, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = _large(wb, monkeypatch)

    def full(*_given: object, **_more: object) -> None:
        raise DiskFull("the disk is full", hint="Make room.")

    with monkeypatch.context() as patch:
        patch.setattr(_cached, "draft", full)
        at = open_page("upload", upload=upload, step="read").run()
        assert "the disk is full" in at.error[0].value and button(at, "Continue")
    fine(at.run()).run()  # there is room again
    assert "100 of 3,000 rows" in said(fine(at))


def test_raw_lines_stand_beside_the_table_with_what_became_of_them(
    wb: Workbench, open_page: Open
) -> None:
    people = "name,birth_date,mbti\nAda,1815-12-10,INTJ\nAlan,1912-06-23,INTP\n"
    text = "People of note\n\n" + people + "\nfilm;year\nAlien;1979\nHeat;1995\n"
    upload = wb.receive([text.encode()], filename="people.csv")
    at = fine(open_page("upload", upload=upload.id, step="read"))
    assert "2 lines</b> above the table are kept aside" in said(at)
    lines = [e.proto.json for e in at.get("bidi_component") if "row 1" in e.proto.json]
    for fate in ("above", "names", "row 1", "row 2", "blank"):
        assert f'"{fate}"' in lines[0]


def test_another_table_of_the_file_can_be_picked(wb: Workbench, open_page: Open) -> None:
    people = "name,birth_date,mbti\n" + "".join(f"P{i},1815-12-1{i},INTJ\n" for i in range(6))
    films = "film,year\nAlien,1979\nHeat,1995\nSolaris,1972\n"
    upload = wb.receive([(people + "\n" + films).encode()], filename="both.csv")
    at = fine(open_page("upload", upload=upload.id, step="read"))
    picker = next(s for s in at.selectbox if s.label == "Table")
    assert "Table 1</b> of 2 is read" in said(at)
    fine(picker.set_value(2).run())
    assert wb.upload(upload.id).plan.reading == {"table": 2}
    assert list(at.dataframe[0].value.columns) == [" ", "film", "year"]


def test_wrongly_decoded_text_is_mended_when_asked(wb: Workbench, open_page: Open) -> None:
    rows = "".join(f"François {i},1979-01-1{i}\n" for i in range(5))
    text = "name,birth_date\n" + rows.encode().decode("cp1252")
    upload = wb.receive([text.encode()], filename="a.csv")
    at = fine(open_page("upload", upload=upload.id, step="read"))
    assert "decoded wrongly" in said(at)
    picker = next(s for s in at.selectbox if s.label == "Text decoded wrongly")
    fine(picker.set_value(True).run())
    assert at.dataframe[0].value["name"][0] == "François 0"


def test_another_way_of_reading_redraws_at_once(
    sample: Workbench, upload: str, open_page: Open
) -> None:
    at = open_page("upload", upload=upload, step="read")
    mark = next(s for s in at.selectbox if s.label == "Delimiter")
    fine(mark.set_value("|").run())
    assert sample.upload(upload).plan.reading == {"delimiter": "|"}
    assert len(at.dataframe[0].value.columns) != 13
    button(at, "Back to what was found").click().run()
    assert sample.upload(upload).plan.reading == {}
    assert len(at.dataframe[0].value.columns) == 13


def test_a_choice_that_does_not_fit_is_told_and_can_be_taken_back(
    sample: Workbench, upload: str, open_page: Open
) -> None:
    at = open_page("upload", upload=upload, step="read")
    header = next(n for n in at.number_input if n.label == "Column names in line")
    header.set_value(500).run()
    assert len(at.error) == 1 and "does not fit" in at.error[0].value
    button(at, "Back to what was found").click().run()
    fine(at)


@pytest.mark.parametrize(
    "name, data, code",
    [
        ("empty.csv", b"", "empty"),
        ("header.csv", b"name,mbti\n", "header"),
        ("half.json", b'[{"name": "Ada"}, {"na', "broken"),
        ("noise.xlsx", bytes(range(256)) * 40, ""),
    ],
)
def test_a_file_that_cannot_be_read_gives_one_clear_error(
    wb: Workbench, open_page: Open, name: str, data: bytes, code: str
) -> None:
    upload = wb.receive([data], filename=name)
    for step in ("read", "map", "check", "preview"):
        at = open_page("upload", upload=upload.id, step=step)
        assert not at.exception
        shown = said(at)
        assert len(at.error) == 1, shown
        assert code in at.error[0].value.replace("\\", "")
        assert "fault of Marquee" not in shown


# ------------------------------------------------------------------ map


def test_columns_are_guessed_with_reasons_and_corrected_one_to_one(
    sample: Workbench, upload: str, open_page: Open
) -> None:
    at = fine(open_page("upload", upload=upload, step="map"))
    assert "Known synonym of Birth date; 30 of 30 values are dates" in said(at)
    full, english = at.selectbox[0], at.selectbox[1]
    assert (full.value, english.value) == ("name", "name_en")
    fine(english.set_value("name").run())
    mapping = sample.upload(upload).plan.mapping
    assert mapping[1].field == "name" and mapping[0].field is None and mapping[0].keep
    assert [s.value for s in at.selectbox[:2]] == ["extra", "name"]
    assert "your choice" in said(at)


def test_a_missing_required_field_is_said_and_stops_the_way(
    sample: Workbench, upload: str, open_page: Open
) -> None:
    at = open_page("upload", upload=upload, step="map")
    at.selectbox[0].set_value("drop").run()
    assert at.warning[0].value.startswith("**Name** must come from a column")
    assert button(at, "Continue").disabled


def test_continue_confirms_the_mapping(sample: Workbench, upload: str, open_page: Open) -> None:
    at = open_page("upload", upload=upload, step="map")
    fine(button(at, "Continue").click().run())
    assert sample.upload(upload).plan.confirmed
    assert at.query_params["step"] == "check"


# ------------------------------------------------------------------ check


def test_problems_are_told_and_a_repair_of_all_can_be_taken_away(
    sample: Workbench, upload: str, open_page: Open
) -> None:
    at = fine(open_page("upload", upload=upload, step="check"))
    assert "**3 rows** of 30 cannot be imported" in said(at)
    causes = next(s for s in at.selectbox if s.label == "Only rows with")
    assert "MBTI is not one of the allowed values · 1" in [plain(o) for o in causes.options]
    fine(causes.set_value("mbti:choices").run())
    assert "Column “Type”. Expected: one of INTJ" in said(at)
    fine(button(at, "Leave these values out").click().run())
    assert "**2 rows** of 30 cannot be imported" in said(at)
    remove = next(b for b in reversed(at.button) if str(b.key).startswith("remove-"))
    fine(remove.click().run())
    assert "**3 rows** of 30 cannot be imported" in said(at)


def test_cells_that_were_fixed_count_at_once(
    sample: Workbench, upload: str, open_page: Open
) -> None:
    at = fine(open_page("upload", upload=upload, step="check"))
    sample.uploads.fix(upload, {11: {"Born": "26/03/1985"}})
    at = fine(at.run())
    assert "**2 rows** of 30 cannot be imported" in said(at) and "1 cell fixed so far" in said(at)
    find = next(t for t in at.text_input if t.label == "Find")
    find.set_value("INTX").run()
    next(t for t in at.text_input if t.label == "Replace with").set_value("INTJ").run()
    fine(button(at, "Replace in 1 cell").click().run())
    assert "**1 row** of 30 cannot be imported" in said(at)
    at = fine(open_page("upload", upload=upload, step="preview"))
    assert ("Rejected", "1") in [(m.label, m.value) for m in at.metric]


def plain(text: str) -> str:
    return text.replace("\\", "")


def test_a_question_about_dates_is_asked_and_answered(wb: Workbench, open_page: Open) -> None:
    data = b"name,born\nAda,03/04/1990\nBen,05/06/1991\n"
    upload = wb.receive([data], filename="open.csv").id
    at = fine(open_page("upload", upload=upload, step="check"))
    assert "Nothing in the file shows which comes first" in said(at)
    fine(button(at, "Month first (12/31/1990)").click().run())
    rows = wb.preview(upload).changes("new")
    assert {f.new for r in rows for f in r.fields if f.field == "birth_date"} == {
        "1990-03-04",
        "1991-05-06",
    }


def test_a_clean_file_says_so(wb: Workbench, open_page: Open) -> None:
    upload = wb.receive([b"name\nAda\n"], filename="clean.csv").id
    at = fine(open_page("upload", upload=upload, step="check"))
    assert at.success[0].value == "Nothing is wrong with 1 row."


# ------------------------------------------------------------------ preview, import


def test_the_preview_shows_old_and_new_and_nothing_is_imported_yet(
    sample: Workbench, upload: str, open_page: Open
) -> None:
    before = sample.count()
    at = fine(open_page("upload", upload=upload, step="preview"))
    assert [(m.label, m.value) for m in at.metric] == [
        ("Rows", "30"),
        ("New", "18"),
        ("Changed", "3"),
        ("Unchanged", "5"),
        ("Repeated", "1"),
        ("Rejected", "3"),
    ]
    assert '<span class="mq-new">academy award</span>' in said(at)
    assert sample.count() == before


def test_which_of_two_rows_counts_is_chosen(wb: Workbench, open_page: Open, tmp_path: Path) -> None:
    path = tmp_path / "twice.csv"
    lines = ("name,birth_date,mbti", "Eva Ek,1990,INTJ", "Eva Ek,1990,INTP", "Bo,,ENTP")
    path.write_text("\n".join(lines), "utf-8")
    it = wb.receive(path).id
    at = fine(open_page("upload", upload=it, step="preview", show="repeated"))
    assert "(row 2 counts)" in said(at)
    turned = next(m for m in at.multiselect if m.label == "Rows that shall count instead")
    turned.set_value([1]).run()
    fine(button(at, "Let 1 row count").click().run())
    assert "(row 1 counts, as it was chosen)" in said(at) and "1 row chosen to count" in said(at)
    at.text_input(key=f"find-repeated-{it}").set_value("nobody").run()
    assert "No such row." in said(at)
    at.text_input(key=f"find-repeated-{it}").set_value("eva").run()
    fine(button(at, "The last row counts, for all").click().run())
    assert wb.decisions(it) == {2: "counts"}
    fine(button(at, "Withdraw all").click().run())
    assert wb.decisions(it) == {}


def test_all_or_nothing_is_a_choice(sample: Workbench, upload: str, open_page: Open) -> None:
    at = open_page("upload", upload=upload, step="preview")
    fine(at.radio[0].set_value("refuse").run())
    assert sample.upload(upload).plan.on_error == "refuse"
    assert button(at, "Import").disabled


def test_the_import_runs_in_the_background_and_ends_with_undo(
    sample: Workbench, upload: str, open_page: Open
) -> None:
    at = open_page("upload", upload=upload, step="preview")
    button(at, "Import").click().run()
    wait_for(at, "Imported just now")
    assert sample.upload(upload).status == "imported"
    assert {"Undo import", "Open the records", "Fix the rows"} <= set(labels(at, "button"))


def test_the_list_of_files_deletes_nothing_that_only_a_preview_asks_about(
    wb: Workbench, open_page: Open
) -> None:
    wb.import_file([b"name\nAda\nBo\nCy\n"], filename="a.csv", source_name="list")
    asked = ImportRequest(
        dataset="celebrities", filename="b.csv", source_name="list", mode="replace"
    )
    it = wb.queue.add([b"name\nAda\n"], asked, dataset="celebrities").upload.id
    at = wait_for(open_page("upload"), "1 ready")
    button(at, "Import").click().run()
    wait_for(at, "many records would be deleted")
    assert "Open it to see these records" in said(at) and wb.count() == 3
    at = open_page("upload", upload=it, step="preview")
    assert button(at, "Import").disabled
    at.checkbox(key=f"delete-{it}-2").check().run()
    button(at, "Import").click().run()
    wait_for(at, "Imported just now")
    assert wb.count() == 1 and not wb.upload(it).plan.confirm_deletions


def test_who_may_not_import_all_at_once_is_told_how_many_wait(
    wb: Workbench, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [
        wb.queue.add([f"name\n{n}\n".encode()], dataset="celebrities").upload.id
        for n in ("Ada", "Bo", "Cy")
    ]
    at, import_ = wait_for(open_page("upload"), "3 ready"), Queue.import_
    monkeypatch.setattr(Queue, "import_", lambda queue: import_(queue, ids[:1]))
    button(at, "Import 3 ready files").click().run()
    assert "1 of 3 were ordered; 2 wait: no more" in at.toast[0].value
    # Somebody else orders both first: nothing waits for anybody.
    monkeypatch.setattr(Queue, "import_", lambda queue: import_(queue) and [])
    button(at, "Import 2 ready files").click().run()
    assert not at.toast


def test_a_preview_that_went_stale_is_renewed_and_the_click_does_nothing(
    sample: Workbench, upload: str, open_page: Open
) -> None:
    at = open_page("upload", upload=upload, step="preview")
    sample.import_file(MESSY, force=True)
    button(at, "Import").click().run()
    fine(at)
    assert "The data changed since you looked" in said(at)
    assert sample.upload(upload).status == "previewed"
    assert at.metric[1].value == "0"


def test_what_was_cancelled_can_be_gone_on_with(
    sample: Workbench, upload: str, open_page: Open
) -> None:
    sample.preview(upload)
    sample.cancel(upload)
    at = fine(open_page("upload", upload=upload, step="preview"))
    assert "was cancelled" in said(at)
    button(at, "Look at every row").click().run()
    button(at, "Import").click().run()
    wait_for(at, "Imported just now")


def test_a_big_file_is_looked_at_in_the_background(
    wb: Workbench, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pages import _progress

    monkeypatch.setattr(_progress, "SMALL", 0)
    upload = wb.receive(MESSY).id
    at = open_page("upload", upload=upload, step="check")
    wait_for(at, "cannot be imported")
    assert [j.kind for j in wb.jobs(upload)] == ["preview"]


def test_what_was_stopped_does_not_begin_again_by_itself(
    wb: Workbench, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pages import _progress

    monkeypatch.setattr(_progress, "SMALL", 0)
    upload = wb.receive(MESSY).id
    wb.cancel(upload)
    at = fine(open_page("upload", upload=upload, step="preview"))
    assert "was cancelled" in said(at) and wb.jobs(upload) == []
    button(at, "Look at every row").click().run()
    wait_for(at, "added")


def test_an_address_that_names_nothing_says_so(open_page: Open) -> None:
    at = open_page("upload", upload="nonsense")
    assert not at.exception and len(at.error) == 1
    at = open_page("upload", upload="01a2061d-434f-7cef-b3f9-917f120909aa")
    assert "Not found" in at.error[0].value


def test_hostile_names_are_text(wb: Workbench, open_page: Open) -> None:
    data = b'name,"<b>x</b> [a](http://b) :red[c]; DROP TABLE"\nAda,<script>alert(1)</script>\n'
    upload = wb.receive([data], filename="a_*b*_<i>.csv").id
    for step in ("read", "map", "check", "preview"):
        at = fine(open_page("upload", upload=upload, step=step))
        assert "<script>" not in "".join(str(h.value) for h in at.get("html"))
    assert (BUILT_IN / "celebrities.toml").exists()


def test_a_repair_outlives_another_mapping_and_new_fields_get_their_cleaning(
    sample: Workbench, upload: str, open_page: Open
) -> None:
    at = open_page("upload", upload=upload, step="map")
    sex = next(s for s in at.selectbox if s.value == "gender")
    sex.set_value("drop").run()
    at = open_page("upload", upload=upload, step="check")
    step = Step(op="replace", field="mbti", value="INTX", to="INTJ")
    sample.uploads.plan(upload, steps=[step, *sample.preview(upload).recipe])
    at = open_page("upload", upload=upload, step="map")
    next(s for s in at.selectbox if s.value == "drop").set_value("gender").run()
    at = fine(open_page("upload", upload=upload, step="check"))
    assert "MBTI: “INTX” becomes “INTJ”" in said(at) and "Gender to one spelling" in said(at)
    assert not [p for p in sample.preview(upload).problems if p.field in ("mbti", "gender")]


def test_an_import_that_ends_while_the_page_is_drawn_leads_to_its_end(
    wb: Workbench, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = wb.receive([b"name,mbti\nAda,INTJ\n"], filename="a.csv")
    preview = Workbench.preview

    def late(self: Workbench, *args: Any, **options: Any) -> Any:
        monkeypatch.setattr(Workbench, "preview", preview)
        wb.commit(upload.id)
        return preview(self, *args, **options)

    monkeypatch.setattr(Workbench, "preview", late)
    at = fine(open_page("upload", upload=upload.id, step="preview"))
    assert "Imported just now" in said(at)


def test_possible_duplicates_are_decided_in_the_preview(
    wb: Workbench, open_page: Open, tmp_path: Path
) -> None:
    (tmp_path / "people.csv").write_text(PEOPLE, "utf-8")
    wb.import_file(tmp_path / "people.csv")
    wb.matching.run()
    (tmp_path / "more.csv").write_text(
        "name,birth_date,gender,mbti\nAlan Turin,1912-06-23,male,INTP\n", "utf-8"
    )
    upload = wb.preview(tmp_path / "more.csv").id
    at = fine(open_page("upload", upload=upload, step="preview"))
    assert "1 to decide, 0 decided" in said(at) and "Alan Turing" in said(at)
    fine(button(at, "Same person").click().run())
    assert "0 to decide, 1 decided" in said(at)
    assert wb.uploads.get(upload).counts.changed == 1
    at = fine(open_page("upload", upload=upload, step="preview"))  # it survives a reload
    assert "0 to decide, 1 decided" in said(at)
    fine(button(at, "Undo").click().run())
    assert "1 to decide, 0 decided" in said(at) and wb.uploads.get(upload).counts.changed == 0


def test_columns_are_told_beside_their_fields(upload: str, open_page: Open) -> None:
    at = fine(open_page("upload", upload=upload, step="map"))
    assert "distinct" in said(at) and "filled" in said(at)


def test_the_score_of_a_file_is_raised_by_steps(wb: Workbench, open_page: Open) -> None:
    upload = wb.receive(b"name,mbti\nAda,INTX\nBen,INTJ\n", filename="x.csv").id
    at = fine(open_page("upload", upload=upload, step="check"))
    assert "Score of the file" in said(at)
    assert "MBTI is not one of" in " ".join(e.label for e in at.expander)
