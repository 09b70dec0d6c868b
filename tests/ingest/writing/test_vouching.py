"""Whoever brought a record or a value as well vouches for it: it stays when another import is taken back."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings as hypothesis_settings, strategies as st

from core import Dataset, Workbench
from core.errors import Conflict, DuplicateUpload, WrongState

Csv = Callable[..., Path]


def one(wb: Workbench, dataset: str = "celebrities") -> dict[str, Any]:
    (record,) = wb.records(dataset).rows()
    return record


def test_a_later_upload_that_brought_the_same_people_keeps_them(
    wb: Workbench, csv_file: Csv
) -> None:
    first = wb.import_file(csv_file("name,mbti", "Ann,INTJ", "Bo,ENFP", name="a.csv"))
    second = wb.import_file(csv_file("name,mbti", "Ann,INTJ", "Bo,ENFP", "", name="b.csv"))
    assert second.counts.unchanged == 2
    shown = wb.rollback(first.id, dry_run=True)
    assert shown.counts == {"reversed": 0, "kept": 2, "failed": 0}
    assert all("b.csv" in o.reason and "b.csv" in (o.by or "") for o in shown.kept)
    wb.rollback(first.id)
    assert wb.count() == 2
    with pytest.raises(WrongState):  # nothing is left that could be taken
        wb.rollback(first.id)
    assert wb.rollback(second.id).counts == {"reversed": 2, "kept": 0, "failed": 0}
    assert wb.count() == 0
    assert wb.check(deep=True).findings == ()


def test_a_value_that_only_one_gave_goes_and_is_told(wb: Workbench, csv_file: Csv) -> None:
    first = wb.import_file(csv_file("name,mbti,gender,Town", "Ann,INTJ,female,Rome", name="a.csv"))
    wb.import_file(csv_file("name,gender", "Ann,female", name="b.csv"))
    (kept,) = wb.rollback(first.id).kept
    assert set(kept.fields) == {"mbti", "_extra"} and set(kept.kept_fields) == {"name", "gender"}
    record = one(wb)
    assert (record["mbti"], record["gender"], record["_extra"]) == (None, "female", None)


def test_what_was_hidden_comes_out(wb: Workbench, csv_file: Csv) -> None:
    """The second file was more vague, and its list was added to: without the first its own words count."""
    first = wb.import_file(
        csv_file("name,birth_date,tags", "Ann,1990-01-05,a;b", "Bo,1990,x", name="a.csv")
    )
    wb.import_file(csv_file("name,birth_date,tags", "Ann,1990,b;c", name="b.csv"))
    assert one_named(wb, "Ann")["tags"] == ["a", "b", "c"]
    wb.rollback(first.id)
    record = one(wb)
    assert (record["birth_date"], record["tags"]) == ("1990", ["b", "c"])
    assert wb.check(deep=True).findings == ()


def one_named(wb: Workbench, name: str) -> dict[str, Any]:
    return next(r for r in wb.records().rows() if r["name"] == name)


def test_an_edit_keeps_who_it_is_and_nothing_else(wb: Workbench, csv_file: Csv) -> None:
    first = wb.import_file(csv_file("name,birth_date,mbti", "Ann,1990,INTJ"))
    wb.through("page", "anna").edit("celebrities", one(wb)["record_id"], {"gender": "female"})
    (kept,) = wb.rollback(first.id).kept
    assert "anna through the page" in kept.reason and kept.fields == ("mbti",)
    record = one(wb)
    assert [record[n] for n in ("name", "birth_date", "gender", "mbti")] == [
        *("Ann", "1990", "female", None)
    ]


def test_a_file_of_which_nothing_is_left_may_come_again(wb: Workbench, csv_file: Csv) -> None:
    path = csv_file("name", "Ann", "Bo")
    wb.import_file(path)
    ids = [r["record_id"] for r in wb.records().rows()]
    wb.delete("celebrities", ids[0])
    with pytest.raises(DuplicateUpload):
        wb.import_file(path)
    wb.delete("celebrities", ids[1])
    assert wb.import_file(path).counts.new == 2


@pytest.mark.parametrize(
    "reading", [{"encoding": "utf-8"}, {"delimiter": ","}, {"header": 1}, {"repair": False}]
)
def test_the_same_bytes_are_the_same_file_however_they_are_read(
    wb: Workbench, csv_file: Csv, reading: dict[str, Any]
) -> None:
    path = csv_file("name,mbti", "Ann,INTJ")
    wb.import_file(path)
    with pytest.raises(DuplicateUpload):
        wb.import_file(path, reading=reading)


def test_two_sheets_are_two_uploads(wb: Workbench, tmp_path: Path) -> None:
    import xlsxwriter

    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for sheet, people in (("One", ("Ann", "Bo", "Cy")), ("Two", ("Dora",))):
            page = book.add_worksheet(sheet)
            page.write_column(0, 0, ("name", *people))
    assert wb.import_file(path, reading={"sheet": "One"}).counts.new == 3
    assert wb.import_file(path, reading={"sheet": "Two"}).counts.new == 1
    for reading in ({"sheet": "One"}, {"sheet": 2}, {}, {"sheet": "Two", "header": 1}):
        with pytest.raises(DuplicateUpload):
            wb.import_file(path, reading=reading)
    assert wb.count() == 4


def test_extra_fields_in_another_order_are_no_change(wb: Workbench, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps([{"name": "Ann", "town": "Rome", "nick": "A"}]), "utf-8")
    wb.import_file(path)
    path.write_text(json.dumps([{"nick": "A", "name": "Ann", "town": "Rome"}]), "utf-8")
    assert wb.import_file(path).counts.unchanged == 1
    path.write_text(json.dumps([{"nick": "A", "name": "Ann", "town": "Oslo"}]), "utf-8")
    assert wb.import_file(path).counts.changed == 1


# ---------------------------------------------------------------- who gave it, not what is equal


def imported(wb: Workbench, folder: Path, number: int, value: str) -> str:
    path = folder / f"{number}.csv"
    path.write_text(f"name,description\nAnn,{value}\n" + "\n" * number, "utf-8")
    return wb.import_file(path).id


@pytest.mark.parametrize("order", list(permutations([0, 1, 2])))
def test_values_that_recur_belong_to_who_gave_them(
    wb: Workbench, tmp_path: Path, order: tuple[int, ...]
) -> None:
    """Before them 0; then 1, 2 and 1 again."""
    imported(wb, tmp_path, 9, "v0")
    said = ("v1", "v2", "v1")
    ids = [imported(wb, tmp_path, n, value) for n, value in enumerate(said)]
    left = [0, 1, 2]
    for number in order:
        wb.rollback(ids[number])
        left.remove(number)
        assert one(wb)["description"] == (said[left[-1]] if left else "v0")
    assert wb.check(deep=True).findings == ()


VALUES = st.sampled_from(["", "v0", "v1"])
LISTS = st.sampled_from(["", "a", "b", "a;b"])
SAID = st.fixed_dictionaries(
    {
        "note": VALUES,
        "first": VALUES,
        "kept": VALUES,
        "tags": LISTS,
        "born": st.sampled_from(["", "1990", "1990-05"]),
    }
)
THINGS = {
    "name": "things",
    "fields": [
        {"name": "name", "required": True},
        {"name": "note"},
        {"name": "first", "on_update": "fill"},
        {"name": "kept", "on_update": "keep"},
        {"name": "tags", "type": "list", "on_update": "union"},
        {"name": "born", "type": "date"},
    ],
    "key": {"fields": ["name"]},
}


def merged(rows: list[dict[str, str]]) -> dict[str, Any] | None:
    """What importing the rows one after the other gives, in plain words."""
    if not rows:
        return None
    found: dict[str, Any] = dict.fromkeys(("note", "first", "kept", "tags", "born"))
    for number, row in enumerate(rows):
        if row["note"]:
            found["note"] = row["note"]
        if row["first"] and found["first"] is None:
            found["first"] = row["first"]
        if row["kept"] and number == 0:
            found["kept"] = row["kept"]
        if row["tags"]:
            had = found["tags"] or []
            found["tags"] = had + [t for t in row["tags"].split(";") if t not in had]
        if row["born"] and not (found["born"] or "").startswith(row["born"]):
            found["born"] = row["born"]
    return found


@hypothesis_settings(max_examples=4, deadline=None)
@given(rows=st.lists(SAID, min_size=2, max_size=5), data=st.data())
def test_the_order_of_taking_back_means_nothing(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, str]], data: st.DataObject
) -> None:
    """After each act the record is what the imports that stand say, as if the others had never come."""
    folder = tmp_path_factory.mktemp("order")
    with Workbench.open(folder / "m.duckdb", data_dir=folder / "data") as wb:
        wb.registry.folder = folder / "datasets"
        wb.save_dataset(Dataset.model_validate(THINGS))
        ids = []
        for number, row in enumerate(rows):
            path = folder / f"{number}.csv"
            cells = ["Ann", *row.values()]
            path.write_text(f"name,{','.join(row)}\n{','.join(cells)}\n" + "\n" * number, "utf-8")
            ids.append(wb.import_file(path, "things").id)
        targets = {
            i: [i] for i in ids
        }  # what was taken back last comes first: an import, or a rollback
        off: set[str] = set()
        for _ in range(data.draw(st.integers(1, 7))):
            upload = ids[data.draw(st.integers(0, len(ids) - 1))]
            back = wb.rollback(targets[upload][-1]).id
            if upload in off:
                targets[upload].pop()
            else:
                targets[upload].append(str(back))
            off ^= {upload}
            expected = merged([r for i, r in zip(ids, rows) if i not in off])
            found = [{f: r[f] for f in rows[0]} for r in wb.records("things").rows()]
            assert found == ([expected] if expected else [])
        assert wb.check(deep=True).ok


# ---------------------------------------------------------------- any depth


def test_rollbacks_of_rollbacks_at_any_depth(wb: Workbench, csv_file: Csv) -> None:
    path = csv_file("name", "Ann", "Bo")
    first = wb.import_file(path)
    chain = [first.id]
    for depth in range(1, 7):
        chain.append(str(wb.rollback(chain[-1]).id))
        there = depth % 2 == 0
        assert wb.count() == (2 if there else 0)
        for number, upload in enumerate(chain):
            stands = (len(chain) - 1 - number) % 2 == 0
            assert wb.upload(upload).status == ("imported" if stands else "rolled_back")
        if there:
            with pytest.raises(DuplicateUpload):
                wb.receive(path)
        else:
            wb.cancel(wb.receive(path).id)
    assert wb.check(deep=True).findings == ()


def test_a_record_in_the_middle_of_a_chain_can_be_taken_back(wb: Workbench, csv_file: Csv) -> None:
    first = wb.import_file(csv_file("name", "Ann"))
    one_ = str(wb.rollback(first.id).id)
    two = str(wb.rollback(one_).id)
    assert wb.count() == 1
    wb.rollback(first.id)  # not the newest of the chain: the import itself once more
    assert wb.count() == 0 and wb.upload(first.id).status == "rolled_back"
    assert [wb.upload(u).status for u in (one_, two)] == ["rolled_back", "imported"]
    assert wb.check(deep=True).findings == ()


# ---------------------------------------------------------------- keys


def test_the_key_is_made_anew_when_a_field_of_it_goes(
    wb: Workbench, csv_file: Csv, settings: Any
) -> None:
    definition: dict[str, Any] = {
        "name": "things",
        "fields": [{"name": "name", "required": True}, {"name": "town"}, {"name": "note"}],
        "key": {"fields": ["name"]},
    }
    wb.save_dataset(Dataset.model_validate(definition))
    wb.import_file(csv_file("name,town", "Ann,Rome", name="a.csv"), "things")
    second = wb.import_file(csv_file("name,town", "Ann,Oslo", name="b.csv"), "things")
    definition["key"] = {"fields": ["name", "town"]}
    wb.save_dataset(Dataset.model_validate(definition), replace=True)
    wb.rollback(second.id)
    assert one(wb, "things")["town"] == "Rome"
    assert (
        wb.import_file(csv_file("name,town", "Ann,Rome", "", name="c.csv"), "things").counts.new
        == 0
    )
    assert wb.check(deep=True).findings == ()


def test_fields_may_be_called_as_the_tables_of_the_house(wb: Workbench, csv_file: Csv) -> None:
    """Edits, deletions, rollbacks and the deep check have columns of their own beside the fields."""
    names = [
        *("name", "kind", "kept", "after", "before", "version", "began", "ended", "value", "title"),
        *(
            "place",
            "rules",
            "hard",
            "told",
            "said",
            "alive",
            "made",
            "first",
            "upload",
            "row",
            "who",
        ),
    ]
    fields = [{"name": n} for n in names]
    key = {"fields": ["title"], "when_both": "value"}
    wb.save_dataset(Dataset.model_validate({"name": "things", "fields": fields, "key": key}))

    def file(name: str, *marks: str) -> Path:
        lines = [",".join(f"{m}{n}" if n != "title" else "T" for n in names) for m in marks]
        lines = [line.replace("1value", "v").replace("2value", "v") for line in lines]
        return csv_file(",".join(names), *lines, name=name)

    first = wb.import_file(file("a.csv", "1"), "things")
    second = wb.import_file(file("b.csv", "2"), "things")
    assert second.counts.changed == 1
    back = wb.rollback(first.id)
    wb.edit("things", one(wb, "things")["record_id"], {"kind": "x"})
    wb.rollback(str(back.id))
    wb.rollback(second.id)
    assert one(wb, "things")["kept"] == "1kept"
    wb.delete("things", one(wb, "things")["record_id"])
    assert wb.check(deep=True).findings == ()


def test_no_act_by_hand_gives_a_record_the_key_of_another(wb: Workbench, csv_file: Csv) -> None:
    wb.import_file(csv_file("name,birth_date", "Ann,1990", "Bo,1980", "Ann,1970"))
    ids = {(r["name"], r["birth_date"]): r["record_id"] for r in wb.records().rows()}
    ann, bo = ids["Ann", "1990"], ids["Bo", "1980"]
    with pytest.raises(Conflict, match="Ann") as caught:
        wb.edit("celebrities", bo, {"name": " ANN", "birth_date": "1990-05"})
    assert caught.value.extra["record_id"] == ann and wb.record("celebrities", bo)["name"] == "Bo"
    with pytest.raises(Conflict):
        wb.edit("celebrities", ann, {"birth_date": None})
    wb.edit("celebrities", bo, {"name": "Ann"})  # born in another year: somebody else
    wb.delete("celebrities", ann)
    wb.import_file(csv_file("name,birth_date", "Ann,1990-07-01", name="b.csv"))
    with pytest.raises(Conflict, match="Bringing back"):
        wb.restore("celebrities", ann)
    assert wb.count() == 3 and wb.check().findings == ()


def test_a_record_that_would_get_the_key_of_another_stays_and_is_told(
    wb: Workbench, csv_file: Csv
) -> None:
    wb.import_file(csv_file("name", "Ann", "Bo", name="a.csv"), source_name="x")
    replaced = wb.import_file(csv_file("name", "Bo", name="b.csv"), source_name="x", mode="replace")
    wb.import_file(csv_file("name", "Ann", "Cy", name="c.csv"))
    (other,) = [r["record_id"] for r in wb.records().rows() if r["name"] == "Ann"]
    back = wb.rollback(replaced.id, dry_run=True)
    assert back.counts == {"reversed": 0, "kept": 0, "failed": 1}
    assert other in back.failed[0].reason and "Ann" in back.failed[0].reason
    with pytest.raises(Conflict, match=other):
        wb.rollback(replaced.id)
    assert wb.upload(replaced.id).status == "imported", "nothing of it was taken back"
    assert wb.count() == 3 and wb.check(deep=True).findings == ()
    wb.edit("celebrities", other, {"name": "Anna"})
    assert wb.rollback(replaced.id).counts["reversed"] == 1, "it is free now"
    assert wb.count() == 4 and wb.check(deep=True).findings == ()
