"""What somebody decides in the preview: rows left out, who a row is, fields and records that stay."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from core import Workbench
from core.datasets.model import from_dict
from core.errors import InputError, NotFound
from core.ingest.choosing import Sweeping
from core.workbench import ImportRequest

Csv = Callable[..., Path]
OUTCOMES = ("new", "changed", "unchanged", "repeated", "conflicting", "rejected")
THERE = ("name,birth_date,mbti,description", "Ann,1990-01-01,INTJ,one", "Ann,1980-01-01,INTP,two",
         "Bob,1970-01-01,ENTP,three")  # fmt: skip


@pytest.fixture
def there(wb: Workbench, csv_file: Csv) -> dict[str, str]:
    """Description to id of the records that are there."""
    wb.import_file(csv_file(*THERE, name="there.csv"), source_name="s")
    return {r["description"]: str(r["record_id"]) for r in wb.records("celebrities").rows()}


def open_(wb: Workbench, path: Path, **asked: str) -> str:
    asked_ = ImportRequest(dataset="celebrities", **asked)  # type: ignore[arg-type]
    return wb.uploads.receive(path, asked_).id


def state(wb: Workbench) -> list[tuple[str, str | None, str | None]]:
    rows = wb.records("celebrities").rows()
    return sorted(((r["name"], r["birth_date"], r["mbti"]) for r in rows), key=str)


def test_rows_are_left_out_and_said_to_be_somebody(
    wb: Workbench, csv_file: Csv, there: dict[str, str]
) -> None:
    it = open_(wb, csv_file("name,mbti", "Ann,ISFP", "Bob,ISFJ", "Cid,ESTP", "Dan,ESTJ"))
    counts = wb.preview(it).counts
    assert (counts.conflicting, counts.changed, counts.new) == (1, 1, 2)
    (conflict,) = wb.decisions.conflicts(it)
    assert {r.record_id for r in conflict.records} == {there["one"], there["two"]}
    made = wb.decisions.rows(it, {1: there["two"], 2: "leave", 4: "leave"})
    assert (made.counts.changed, made.counts.new, made.counts.rejected) == (1, 1, 2)
    wb.uploads.undo(it)
    assert wb.preview(it).counts == counts and wb.decisions(it) == {}
    wb.uploads.redo(it)
    wb.uploads.plan(it, on_error="refuse")  # what was left out is no reason to refuse
    wb.preview(it)
    done = wb.commit(it)
    assert done.counts.rejected == 2 and wb.uploads.waiting(it) == 2
    assert {r.rules for r in wb.uploads.quarantine(it)} == {("name:refused",)}
    assert state(wb) == [
        *[("Ann", "1980-01-01", "ISFP"), ("Ann", "1990-01-01", "INTJ")],
        *[("Bob", "1970-01-01", "ENTP"), ("Cid", None, "ESTP")],
    ]
    assert wb.check().ok
    back = wb.uploads.requeue(it, {2: {"mbti": "ISFJ"}})  # its number is another one there
    assert back.counts.changed == 1
    wb.rollback(it)
    assert [m for _, _, m in state(wb)] == ["INTP", "INTJ", "ENTP"]


@pytest.mark.parametrize(
    ("choice", "comes"),
    [
        *[("first", ["ISFP"]), ("last", ["ISTP"]), ("leave", ["ENTP"])],
        ("new", ["ISFP", "ISTP", "ENTP"]),
    ],
)
def test_all_conflicts_at_once(
    wb: Workbench, csv_file: Csv, choice: Sweeping, comes: list[str]
) -> None:
    wb.import_file(csv_file("name,mbti", "Eve,ENTP", name="eve.csv"))
    it = open_(wb, csv_file("name,birth_date,mbti", "Eve,1970,ISFP", "Eve,1980,ISTP", "Ann,,ISFJ"))
    assert wb.preview(it).counts.conflicting == 2
    assert wb.decisions.sweep(it, "conflicting", choice).counts.conflicting == 0
    wb.commit(it)
    assert [m for name, _, m in state(wb) if name == "Eve"] == comes


@pytest.mark.parametrize(("choice", "comes"), [("first", ["A", "C"]), ("last", ["B", "D"])])
def test_of_each_record_one_row_counts_where_two_records_have_one_key(
    wb: Workbench, csv_file: Csv, choice: Sweeping, comes: list[str]
) -> None:
    there = csv_file("name,birth_date,mbti", "Eve,1970,ENTP", "Eve,1980,ENTJ", name="eve.csv")
    wb.import_file(there)
    rows = [f"Eve,{year}-0{n}-01,{word}" for n, year, word in
            [(1, 1970, "A"), (2, 1970, "B"), (1, 1980, "C"), (2, 1980, "D")]]  # fmt: skip
    it = open_(wb, csv_file("name,birth_date,description", *rows))
    assert wb.preview(it).counts.conflicting == 4
    made = wb.decisions.sweep(it, "conflicting", choice).counts
    assert (made.conflicting, made.changed, made.new) == (0, 2, 0)
    wb.commit(it)
    assert sorted(r["description"] for r in wb.records("celebrities").rows()) == comes


def test_a_row_that_was_said_to_be_the_record_stays_it_in_a_sweep(
    wb: Workbench, csv_file: Csv
) -> None:
    wb.import_file(csv_file("name,mbti", "Eve,ENTP", name="eve.csv"))
    rows = ["Eve,1970,ISFP", "Eve,1980,ISTP", "Eve,1990,ISFJ"]
    it = open_(wb, csv_file("name,birth_date,mbti", *rows))
    record = wb.decisions.conflicts(it)[0].records[0].record_id
    wb.decisions.rows(it, {2: record})
    made = wb.decisions.sweep(it, "conflicting", "first").counts
    assert (made.conflicting, made.changed) == (0, 1)
    assert wb.decisions(it) == {1: "leave", 2: record, 3: "leave"}


def test_who_is_said_to_be_a_record_has_it_alone(wb: Workbench, csv_file: Csv) -> None:
    wb.import_file(csv_file("name,mbti", "Eve,ENTP", name="eve.csv"))
    it = open_(wb, csv_file("name,birth_date,mbti", "Eve,1970,ISFP", "Eve,1980,ISTP"))
    record = wb.decisions.conflicts(it)[0].records[0].record_id
    made = wb.decisions.rows(it, {1: record}).counts
    assert (made.changed, made.conflicting) == (1, 1)
    assert wb.decisions.rows(it, {2: record}).counts.conflicting == 2


def test_fields_and_deleted_records_stay(
    wb: Workbench, csv_file: Csv, there: dict[str, str]
) -> None:
    path = csv_file("name,birth_date,mbti,description", "Bob,1970-01-01,ISFJ,new", "Cid,,ESTP,c")
    it = open_(wb, path, mode="replace", source_name="s")
    assert wb.preview(it).counts.deleted == 2
    assert wb.decisions.fields(it) == {"mbti": 1, "description": 1}
    made = wb.decisions.keep(it, fields=["mbti"], records=[there["one"]])
    assert made.counts.deleted == 1 and wb.decisions.fields(it) == {"description": 1}
    wb.commit(it)
    rows = {r["name"]: (r["mbti"], r["description"]) for r in wb.records("celebrities").rows()}
    assert rows == {"Ann": ("INTJ", "one"), "Bob": ("ENTP", "new"), "Cid": ("ESTP", "c")}
    assert wb.check().ok


def test_the_record_of_a_row_that_is_left_out_is_not_deleted(
    wb: Workbench, csv_file: Csv, there: dict[str, str]
) -> None:
    del there
    it = open_(wb, csv_file("name,birth_date", "Bob,1970-01-01"), mode="replace", source_name="s")
    assert wb.decisions.rows(it, {1: "leave"}).counts.deleted == 2


def test_what_cannot_be_decided(wb: Workbench, csv_file: Csv) -> None:
    it = open_(wb, csv_file("name,mbti", "Ann,INTJ"))
    with pytest.raises(InputError, match="maybe"):
        wb.decisions.rows(it, {1: "maybe"})
    with pytest.raises(NotFound, match="no row 2"):
        wb.decisions.rows(it, {2: "leave"})
    with pytest.raises(NotFound, match="no field"):
        wb.decisions.keep(it, fields=["colour"])
    with pytest.raises(InputError, match="'leave' is not the id of a record"):
        wb.decisions.keep(it, records=["leave"])
    with pytest.raises(InputError, match="cannot be decided"):
        wb.decisions.sweep(it, "new", "first")


TWICE = ("name,birth_date,mbti,description", "Ann,1990-01-01,INTJ,first", "Cid,,ESTP,c",
         "Ann,1990-01-01,,last", "Ann,1990-01-01,ISFP,", "Bob,,ENTP,b", "Bob,,ENTP,b2")  # fmt: skip


def test_which_of_several_rows_counts_is_chosen(wb: Workbench, csv_file: Csv) -> None:
    it = open_(wb, csv_file(*TWICE))
    repeated = {r.row: r.problems[0] for r in wb.preview(it).changes("repeated")}
    assert set(repeated) == {3, 4, 5}  # the fullest stands, of equally full ones the last
    made = wb.decisions.rows(it, {4: "counts"})
    assert {r.row for r in made.changes("repeated")} == {1, 3, 5}
    assert "(row 4 counts, as it was chosen)" in made.changes("repeated")[0].problems[0]
    assert wb.decisions(it) == {4: "counts"}
    wb.decisions.rows(it, {3: "counts"})  # the same person: the last word holds
    assert wb.decisions(it) == {3: "counts"}
    assert {r.row for r in wb.preview(it).changes("repeated")} == {1, 4, 5}
    wb.uploads.undo(it)
    assert wb.decisions(it) == {4: "counts"}
    wb.preview(it)
    wb.commit(it)
    rows = {r["name"]: (r["mbti"], r["description"]) for r in wb.records("celebrities").rows()}
    # What it lacks is taken from the fuller of the others.
    assert rows == {"Ann": ("ISFP", "first"), "Bob": ("ENTP", "b2"), "Cid": ("ESTP", "c")}
    assert wb.check(deep=True).ok


@pytest.mark.parametrize(
    ("end", "left", "bob"), [("first", {3, 4, 6}, "b"), ("last", {1, 3, 5}, "b2")]
)
def test_the_first_or_last_row_of_each_counts(
    wb: Workbench, csv_file: Csv, end: Sweeping, left: set[int], bob: str
) -> None:
    it = open_(wb, csv_file(*TWICE))
    made = wb.decisions.sweep(it, "repeated", end)
    assert {r.row for r in made.changes("repeated")} == left
    assert {f.new for r in made.changes("new", search="BÓB") for f in r.fields} >= {bob}
    assert {r.row for r in wb.decisions.sweep(it, "repeated", None).changes("repeated")} == {
        *(3, 4, 5),
    }


def test_a_row_that_is_alone_cannot_count_instead(wb: Workbench, csv_file: Csv) -> None:
    it = open_(wb, csv_file(*TWICE))
    with pytest.raises(InputError, match="no other row of the file is the record of row 2"):
        wb.decisions.rows(it, {2: "counts"})
    with pytest.raises(InputError, match="one counts"):
        wb.decisions.rows(it, {3: "counts", 4: "counts"})
    with pytest.raises(InputError, match="repeated"):
        wb.decisions.sweep(it, "repeated", "leave")


def test_rows_of_a_preview_are_found_and_counted(
    wb: Workbench, csv_file: Csv, there: dict[str, str]
) -> None:
    del there
    lines = ("name,birth_date,mbti", "Ann,,ISFP", "Bob,1970-01-01,ISFJ", "Bob,1970-01-01,",
             "Cid,,XXXX", "Dan,,ESTJ", "Bo,1971,ESTP")  # fmt: skip
    it = open_(wb, csv_file(*lines), mode="replace", source_name="s")
    preview = wb.preview(it)
    all_ = [(c.outcome, c.row) for c in preview.changes()]
    assert all_ == [("new", 5), ("new", 6), ("changed", 2), ("conflicting", 1),
                    ("rejected", 4), ("repeated", 3)]  # fmt: skip
    assert preview.number() == len(all_)
    paged = [(c.outcome, c.row) for n in range(len(all_)) for c in preview.changes(None, 1, n)]
    assert paged == all_
    assert [c.row for c in preview.changes(search="bo")] == [6, 2, 3] and preview.number(
        search="bo"
    ) == 3
    assert [c.row for c in preview.changes(field="mbti")] == [2]
    assert preview.number("changed", field="description") == 0
    assert {preview.number(o, field="mbti") for o in OUTCOMES if o != "changed"} == {0}  # type: ignore[arg-type]
    assert {len(preview.changes(o, field="mbti")) for o in OUTCOMES} == {0, 1}  # type: ignore[arg-type]
    assert preview.number(field="mbti") == 1
    for outcome, row in (("rejected", 4), ("conflicting", 1), ("repeated", 3)):
        (found,) = preview.changes(outcome, search=lines[row].split(",")[0])  # type: ignore[arg-type]
        assert found.row == row and preview.changes(outcome, search="nobody") == []  # type: ignore[arg-type]


def test_what_counts_in_a_file_says_nothing_of_its_fixed_rows(wb: Workbench, csv_file: Csv) -> None:
    bob = ("Bob,1970-01-01,bad,b", "Bob,1970-01-01,bad,b2")
    ann = ("Ann,1990-01-01,INTJ,a", "Ann,1990-01-01,INTJ,a2")
    it = open_(wb, csv_file(THERE[0], *ann, *bob))
    wb.decisions.rows(it, {1: "counts"})
    wb.commit(it)
    wb.uploads.requeue(it, {3: {"mbti": "ENTP"}, 4: {"mbti": "ENTP"}})
    rows = {r["name"]: r["description"] for r in wb.records("celebrities").rows()}
    assert rows == {"Ann": "a", "Bob": "b2"}  # of equally full rows the last


def test_what_counts_in_a_sheet_says_nothing_of_another(wb: Workbench, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name in ("Actors", "Singers"):
        sheet = book.create_sheet(name)
        for row in ("name,birth_date,mbti", f"{name},1990-01-01,INTJ", f"{name},1990-01-01,INTP"):
            sheet.append(row.split(","))
    book.save(tmp_path / "cast.xlsx")
    it = wb.queue.add(tmp_path / "cast.xlsx", dataset="celebrities").upload.id
    wb.queue.cancel([it])  # no worker runs
    wb.uploads.reopen(it)
    wb.decisions.rows(it, {1: "counts"})
    both = wb.queue.split(it, ["Actors", "Singers"])
    assert [wb.decisions(e.upload.id) for e in both] == [{}, {}]


def test_what_counts_says_nothing_of_another_dataset(wb: Workbench, csv_file: Csv) -> None:
    fields = {"fields": [{"name": "name"}], "key": {"fields": ["name"]}}
    wb.datasets.save(from_dict({"name": "people", **fields}))
    it = open_(wb, csv_file(*TWICE))
    wb.decisions.rows(it, {4: "counts"})
    wb.uploads.move(it, "people")
    assert wb.decisions(it) == {}
