"""Importing: modes, mapping, duplicate rows, conflicts, quarantine, refusal, exactly once."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from core import Workbench
from core.errors import (
    BadMapping,
    BadRecipe,
    BrokenFile,
    DuplicateUpload,
    EmptyFile,
    HeaderOnly,
    HeldBack,
    StalePreview,
    UnknownFormat,
    WrongState,
)

pytestmark = pytest.mark.usefixtures("few")
HEADER = ["name", "birth_date", "gender", "mbti", "tags"]
ADA = ["Ada Lovelace", "1815-12-10", "female", "INTP", "maths"]
BOB = ["Bob Marley", "1945-02-06", "male", "", "reggae"]


def table(path: Path, *rows: list[str], header: list[str] | None = None) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header or HEADER, *rows])
    return path


def names(wb: Workbench) -> list[str]:
    return [str(r["name"]) for r in wb.records("celebrities", order_by="name").rows()]


def by_name(wb: Workbench, name: str) -> dict[str, Any]:
    (row,) = wb.records("celebrities", where={"name": name}).rows()
    return row


def test_new_changed_and_unchanged(wb: Workbench, tmp_path: Path) -> None:
    first = wb.import_file(table(tmp_path / "a.csv", ADA, BOB))
    assert (first.status, first.counts.new, first.counts.rows) == ("imported", 2, 2)
    changed = ["Ada Lovelace", "", "", "INTJ", "maths; computing"]
    second = wb.import_file(table(tmp_path / "b.csv", changed, BOB, ["New One", "", "", "", ""]))
    counts = second.counts
    assert (counts.new, counts.changed, counts.unchanged) == (1, 1, 1)
    ada = by_name(wb, "Ada Lovelace")
    assert ada["mbti"] == "INTJ"
    assert ada["birth_date"] == "1815-12-10", "an empty cell never erases"
    assert ada["tags"] == ["maths", "computing"]
    assert (ada["_version"], str(ada["_upload_id"])) == (2, second.id)


def test_the_preview_touches_nothing_and_is_kept(wb: Workbench, tmp_path: Path) -> None:
    wb.import_file(table(tmp_path / "a.csv", ADA))
    version = wb.data_version("celebrities")
    preview = wb.preview(table(tmp_path / "b.csv", [*ADA[:3], "ENFP", ADA[4]], BOB))
    assert (preview.counts.new, preview.counts.changed) == (1, 1)
    (change,) = preview.changes("changed")
    assert [(f.field, f.old, f.new) for f in change.fields] == [("mbti", "INTP", "ENFP")]
    assert wb.data_version("celebrities") == version
    assert names(wb) == ["Ada Lovelace"]
    upload = wb.commit(preview.id)
    assert upload.counts == preview.counts
    assert names(wb) == ["Ada Lovelace", "Bob Marley"]


def test_two_people_of_one_name_stay_two(wb: Workbench, tmp_path: Path) -> None:
    header = ["name", "birth_date"]
    rows = [["Michael Jordan", "1963-02-17"], ["michael  jordan", "1956-02-25"]]
    upload = wb.import_file(table(tmp_path / "a.csv", *rows, header=header))
    assert upload.counts.new == 2
    again = wb.import_file(table(tmp_path / "b.csv", *reversed(rows), header=header))
    assert (again.counts.new, again.counts.conflicting) == (0, 0)
    unclear = wb.import_file(table(tmp_path / "c.csv", ["MICHAEL JORDAN", ""], header=header))
    assert unclear.counts.conflicting == 1
    (row,) = wb.quarantine(unclear.id)
    assert row.rules == ("name:ambiguous_record",)
    assert wb.count("celebrities") == 2


def test_a_date_becomes_more_exact_and_never_less(wb: Workbench, tmp_path: Path) -> None:
    header = ["name", "birth_date"]
    for number, text in enumerate(["1815", "1815-12-10", "1815-12"]):
        wb.import_file(table(tmp_path / f"{number}.csv", ["Ada", text], header=header))
    assert by_name(wb, "Ada")["birth_date"] == "1815-12-10"


def test_insert_rejects_what_is_there(wb: Workbench, tmp_path: Path) -> None:
    wb.import_file(table(tmp_path / "a.csv", ADA))
    upload = wb.import_file(table(tmp_path / "b.csv", ADA, BOB), mode="insert")
    assert (upload.counts.new, upload.counts.rejected) == (1, 1)
    (problem,) = wb.problems(upload.id)
    assert (problem.rule, problem.count) == ("exists", 1)


def test_replace_deletes_what_this_source_no_longer_has(wb: Workbench, tmp_path: Path) -> None:
    wb.import_file(table(tmp_path / "other.csv", ["From Elsewhere", "", "", "", ""]))
    wb.import_file(table(tmp_path / "a.csv", ADA, BOB, ["Eve", "", "", "", ""]), source_name="list")
    bad_bob = ["Bob Marley", "31/02/1945", "", "", ""]
    path = table(tmp_path / "b.csv", ADA, bad_bob)
    preview = wb.preview(path, mode="replace", source_name="list")
    assert preview.counts.deleted == 1
    assert [c.title for c in preview.changes("deleted")] == ["Eve"]
    upload = wb.commit(preview.id)
    # Bob's row is faulty, so it is not imported; but it names him, so he is not deleted either.
    assert names(wb) == ["Ada Lovelace", "Bob Marley", "From Elsewhere"]
    wb.rollback(upload.id)
    assert names(wb) == ["Ada Lovelace", "Bob Marley", "Eve", "From Elsewhere"]


def test_duplicate_rows_in_one_file(wb: Workbench, tmp_path: Path) -> None:
    upload = wb.import_file(
        table(tmp_path / "a.csv", ADA, BOB, ["ADA LOVELACE", "1815", "", "", ""])
    )
    assert (upload.counts.new, upload.counts.rejected, upload.counts.repeated) == (2, 0, 1)
    (problem,) = wb.problems(upload.id)
    assert (problem.rule, problem.severity) == ("repeats", "info")
    assert problem.examples[0].row == 3 and "row 1" in str(problem.examples[0].found)
    assert wb.quarantine(upload.id) == []


def test_all_or_nothing(wb: Workbench, tmp_path: Path) -> None:
    path = table(tmp_path / "a.csv", ADA, ["", "", "", "", ""][:4] + ["x"])
    with pytest.raises(HeldBack) as caught:
        wb.import_file(path, on_error="refuse")
    assert caught.value.extra["rows"] == 1
    assert names(wb) == []
    (upload,) = wb.uploads()
    assert upload.status == "rejected"


def test_the_same_bytes_twice(wb: Workbench, tmp_path: Path) -> None:
    path = table(tmp_path / "a.csv", ADA)
    first = wb.import_file(path)
    with pytest.raises(DuplicateUpload) as caught:
        wb.import_file(path)
    assert caught.value.extra["upload_id"] == first.id
    second = wb.import_file(path, force=True)
    assert second.counts.unchanged == 1
    wb.rollback(first.id)
    assert names(wb) == ["Ada Lovelace"], "the second one vouches for her"
    wb.rollback(second.id)
    assert names(wb) == []


def test_a_committed_upload_is_not_committed_again(wb: Workbench, tmp_path: Path) -> None:
    preview = wb.preview(table(tmp_path / "a.csv", ADA))
    wb.commit(preview.id)
    with pytest.raises(WrongState):
        wb.commit(preview.id)
    assert names(wb) == ["Ada Lovelace"]


def test_a_stale_preview_is_refused_and_renewed(wb: Workbench, tmp_path: Path) -> None:
    preview = wb.preview(table(tmp_path / "a.csv", ADA, BOB))
    wb.import_file(table(tmp_path / "b.csv", ADA))
    with pytest.raises(StalePreview):
        wb.commit(preview.id)
    assert wb.upload(preview.id).status == "previewed"
    renewed = wb.preview(preview.id)
    assert (renewed.counts.new, renewed.counts.unchanged) == (1, 1)
    assert wb.commit(preview.id).status == "imported"


def test_problems_say_where_what_and_how_to_repair(wb: Workbench, tmp_path: Path) -> None:
    bad = ["Carl", "31/02/1985", "robot", "INTX", ""]
    preview = wb.preview(table(tmp_path / "a.csv", ADA, bad, ["Dora", "", "femal", "", ""]))
    found = {(p.field, p.rule): p for p in preview.problems}
    choice = found["mbti", "choices"]
    assert choice.column == "mbti" and choice.severity == "error"
    assert (choice.examples[0].row, choice.examples[0].line) == (2, 3)
    # INTX is as near to INTJ as to INTP, and a guess between equals is none.
    assert choice.found[0].value == "INTX" and choice.found[0].repair is None
    assert found["birth_date", "type"].examples[0].found == "31/02/1985"
    genders = {f.value: f.repair for f in found["gender", "choices"].found}
    assert genders == {"robot": None, "femal": "female"}
    steps = [
        *preview.recipe,
        {"op": "replace", "field": "gender", "value": "femal", "to": "female"},
    ]
    repaired = wb.preview(preview.id, recipe=steps)
    assert repaired.counts.rejected == 1


def test_an_open_date_order_is_asked_and_answered(wb: Workbench, tmp_path: Path) -> None:
    path = table(tmp_path / "a.csv", ["Ann", "03/04/1990"], ["Bo", "05/06/1991"], header=HEADER[:2])
    preview = wb.preview(path)
    assert [q.field for q in preview.questions] == ["birth_date"] and preview.counts.rejected == 2
    steps = [*preview.recipe, {"op": "date_order", "field": "birth_date", "value": "mdy"}]
    answered = wb.preview(preview.id, recipe=steps)
    assert not answered.questions and answered.counts.new == 2
    wb.commit(preview.id)
    assert by_name(wb, "Ann")["birth_date"] == "1990-03-04"


def test_late_evidence_settles_the_order(wb: Workbench, tmp_path: Path) -> None:
    rows = [[f"P{i}", f"{1 + i % 9:02d}/{1 + i % 7:02d}/1990"] for i in range(25_000)]
    preview = wb.preview(
        table(tmp_path / "a.csv", *rows, ["Last", "25/01/1990"], header=HEADER[:2])
    )
    assert preview.counts.rejected == 0 and not preview.questions
    (step,) = [s for s in preview.recipe if s.op == "date_order"]
    assert step.value == "dmy" and "1 of" in step.reason


def test_mapping_by_hand_extra_columns_and_memory(wb: Workbench, tmp_path: Path) -> None:
    header = ["Who", "Zodiac", "Shoe size"]
    path = table(tmp_path / "a.csv", ["Ann", "lion", "38"], header=header)
    choices: dict[str | int, str | None] = {"Who": "name", "Zodiac": "extra", "Shoe size": None}
    preview = wb.preview(path, mapping=choices)
    wb.plan(preview.id, confirmed=True)
    wb.commit(preview.id)
    assert json.loads(by_name(wb, "Ann")["_extra"]) == {"Zodiac": "lion"}
    again = wb.preview(table(tmp_path / "b.csv", ["Bo", "fish", "44"], header=header))
    assert {c.column: c.field for c in again.mapping} == {
        "Who": "name",
        "Zodiac": None,
        "Shoe size": None,
    }
    assert "remembered" in again.mapping[0].reason
    with pytest.raises(BadMapping):
        wb.plan(again.id, choices={"Who": "nom"})
    with pytest.raises(BadMapping):
        wb.plan(again.id, choices={"Zodiac": "name", "Who": "name"})


def test_a_file_without_the_key_column_is_refused_clearly(wb: Workbench, tmp_path: Path) -> None:
    path = table(tmp_path / "cars.csv", ["12", "7.5"], header=["cylinders", "litres"])
    with pytest.raises(BadMapping) as caught:
        wb.import_file(path)
    assert "Name" in caught.value.detail and "cylinders" in caught.value.hint
    assert wb.uploads()[0].status == "failed"


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        ("empty.csv", b"", EmptyFile),
        ("blank.csv", b" \n\n", EmptyFile),
        ("header.csv", b"name,birth_date\n", HeaderOnly),
        ("list.json", b"[]", EmptyFile),
        ("half.json", b'[{"name": "Ann"}, {"name": ', BrokenFile),
        ("noise.csv", bytes(range(256)) * 40, UnknownFormat),
        ("picture.xlsx", b"\x89PNG\r\n\x1a\n" + bytes(500), UnknownFormat),
    ],
)
def test_bad_files_fail_with_one_clear_error_and_are_kept(
    wb: Workbench, tmp_path: Path, name: str, content: bytes, error: type[Exception]
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(error) as caught:
        wb.import_file(path)
    assert caught.value.hint, "it says what to do"  # type: ignore[attr-defined]
    (upload,) = wb.uploads()
    assert upload.status == "failed" and upload.error
    assert wb.original(upload.id).read_bytes() == content
    assert wb.count("celebrities") == 0


def test_hostile_headers_never_reach_sql(wb: Workbench, tmp_path: Path) -> None:
    header = ["name", 'x"; DROP TABLE celebrities;--', "a'b", "name", "日本", ""]
    upload = wb.import_file(
        table(tmp_path / "a.csv", ["Ann", "1", "2", "3", "4", "5"], header=header)
    )
    assert upload.counts.new == 1
    extra = json.loads(by_name(wb, "Ann")["_extra"])
    assert extra['x"; DROP TABLE celebrities;--'] == "1" and extra["日本"] == "4"


def test_formulas_are_data_on_the_way_in(wb: Workbench, tmp_path: Path) -> None:
    wb.import_file(table(tmp_path / "a.csv", ["=cmd()|' /C calc'!A0", "", "", "", "+1+1"]))
    assert names(wb) == ["=cmd()|' /C calc'!A0"]


def test_unknown_steps_are_refused(wb: Workbench, tmp_path: Path) -> None:
    path = table(tmp_path / "a.csv", ADA)
    for step in (
        {"op": "explode"},
        {"op": "upper"},
        {"op": "upper", "field": "nope"},
        {"op": "date_order", "field": "name", "value": "dmy"},
        {"op": "regex", "field": "name", "value": "(", "to": ""},
    ):
        with pytest.raises(BadRecipe):
            wb.import_file(path, recipe=[step])
    assert wb.uploads() == [] or all(u.status != "imported" for u in wb.uploads())


def test_every_value_says_where_it_comes_from(wb: Workbench, tmp_path: Path) -> None:
    wb.import_file(table(tmp_path / "a.csv", BOB, ADA))
    wb.import_file(table(tmp_path / "b.csv", ["Ada Lovelace", "", "", "ENFP", ""]))
    record_id = str(by_name(wb, "Ada Lovelace")["record_id"])
    wb.through("page", "anna").edit("celebrities", record_id, {"gender": "non-binary"})
    found = wb.sources("celebrities", record_id)
    assert (found["birth_date"].change.filename, found["birth_date"].change.row) == ("a.csv", 2)
    assert (found["mbti"].change.filename, found["mbti"].change.row) == ("b.csv", 1)
    assert (found["gender"].change.door, found["gender"].change.actor) == ("page", "anna")


def test_a_user_dataset_made_from_a_sample(wb: Workbench, tmp_path: Path) -> None:
    header = ["Employee ID", "Full name", "Salary", "Start"]
    rows = [
        [f"00{i}", f"Person {i}", str(1000 + i), f"20{i:02d}-01-0{1 + i % 9}"]
        for i in range(10, 60)
    ]
    path = table(tmp_path / "staff.csv", *rows, header=header)
    dataset = wb.infer_dataset(path, "staff", save=True)
    assert dataset.field("employee_id").type == "text", "leading zeros are an id"
    upload = wb.import_file(path, "staff")
    assert upload.counts.new == 50
    assert wb.import_file(path, "staff", force=True).counts.unchanged == 50
    assert sorted(wb.sql("select count(*), min(employee_id) from staff").fetchall()) == [
        (50, "0010")
    ]


def test_json_envelope_and_excel_give_the_same_records(wb: Workbench, tmp_path: Path) -> None:
    import xlsxwriter

    people = [{"name": "Ann", "tags": ["a", "b"], "birth_date": "1990-01-02"}]
    (tmp_path / "p.json").write_text(
        json.dumps({"celebrities": people, "metadata": {"v": 1}}), "utf-8"
    )
    wb.import_file(tmp_path / "p.json")
    book = xlsxwriter.Workbook(tmp_path / "p.xlsx")
    book.add_worksheet().add_table("A1:C2", {"header_row": False})
    sheet = book.worksheets()[0]
    for row, cells in enumerate([["name", "tags", "birth_date"], ["Ann", "a; b", "1990-01-02"]]):
        sheet.write_row(row, 0, cells)
    book.close()
    upload = wb.import_file(tmp_path / "p.xlsx")
    assert upload.counts.unchanged == 1


def test_quarantine_keeps_the_untouched_text(wb: Workbench, tmp_path: Path) -> None:
    raw = io.StringIO()
    csv.writer(raw).writerows([HEADER, ["  Ann ", "31/02/1990", " F ", "intj", "a;b"]])
    (tmp_path / "a.csv").write_text(raw.getvalue(), "utf-8")
    upload = wb.import_file(tmp_path / "a.csv")
    (row,) = wb.quarantine(upload.id)
    assert row.cells["name"] == "  Ann " and row.cells["gender"] == " F "
    assert row.rules == ("birth_date:type",) and row.line == 2
