"""A file that Marquee exported: its rows are matched by id, and every id has one clear outcome."""

from __future__ import annotations

import csv
import io
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest

from core import Workbench
from core.records.export import columns
from core.records.lines import csv_records

Rows = list[dict[str, str]]
Brought = Callable[[Rows], Path]
PEOPLE = "name,birth_date,mbti,note\nAnn,1990,INTJ,x\nBo,1980,,\nBo,1981,,\n-M-,1971-12-21,,=1\n"


@pytest.fixture
def rows(wb: Workbench, tmp_path: Path) -> Rows:
    """Four records, exported."""
    (tmp_path / "people.csv").write_text(PEOPLE, "utf-8")
    wb.import_file(tmp_path / "people.csv")
    return exported(wb)


def exported(wb: Workbench) -> Rows:
    names = columns(wb.dataset("celebrities"))
    text = b"".join(csv_records(wb.records(fields=names), names)).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.fixture
def brought(tmp_path: Path) -> Brought:
    """Writes rows as a file."""

    def write(rows: Rows) -> Path:
        path = tmp_path / f"{uuid.uuid4()}.csv"
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        return path

    return write


def told(wb: Workbench, path: Path, **options: object) -> tuple[dict[str, int], dict[str, int]]:
    preview = wb.preview(path, **options)  # type: ignore[arg-type]
    counts = preview.counts.model_dump(exclude_defaults=True)
    return counts, {p.rule: p.count for p in preview.problems}


@pytest.mark.usefixtures("few")
def test_a_corrected_name_changes_the_record(wb: Workbench, rows: Rows, brought: Brought) -> None:
    assert told(wb, brought(rows)) == ({"rows": 4, "unchanged": 4}, {})
    rows[0]["name"], rows[1]["birth_date"] = "Anna", "1982"
    upload = wb.import_file(brought(rows))
    assert (upload.counts.changed, upload.counts.unchanged) == (2, 2)
    names = [r["name"] for r in wb.records().rows()]
    assert names == ["Anna", "Bo", "Bo", "-M-"]
    # The key went with the name: she is found by the new one, and no more by the old one.
    assert told(wb, brought([{"name": "anna", "birth_date": "1990"}]))[0] == {
        "rows": 1,
        "unchanged": 1,
    }
    assert told(wb, brought([{"name": "Ann", "birth_date": "1990"}]))[0] == {"rows": 1, "new": 1}
    assert wb.check(deep=True).findings == ()
    wb.rollback(upload.id)
    assert told(wb, brought([{"name": "Ann", "birth_date": "1990"}]))[0] == {
        "rows": 1,
        "unchanged": 1,
    }
    assert wb.check(deep=True).findings == ()


def test_an_id_of_a_record_that_is_gone(wb: Workbench, rows: Rows, brought: Brought) -> None:
    wb.delete("celebrities", rows[0]["record_id"])
    expected = {"rows": 4, "unchanged": 3, "conflicting": 1}
    assert told(wb, brought(rows)) == (expected, {"gone": 1})
    wb.restore("celebrities", rows[0]["record_id"])
    assert told(wb, brought(rows)) == ({"rows": 4, "unchanged": 4}, {})


def test_an_id_that_never_was_here(wb: Workbench, rows: Rows, brought: Brought) -> None:
    rows[0]["record_id"] = str(uuid.uuid4())
    rows[1] |= {"record_id": str(uuid.uuid4()), "name": "Cy"}
    counts, problems = told(wb, brought(rows))
    assert counts == {"rows": 4, "new": 1, "unchanged": 3}
    assert problems == {"unknown_id": 2}


def test_an_id_and_a_key_of_two_records(wb: Workbench, rows: Rows, brought: Brought) -> None:
    rows[1][
        "birth_date"
    ] = "1981"  # Bo of 1980 is said to be the Bo of 1981, who is in the file, too
    counts, problems = told(wb, brought(rows))
    assert (counts, problems) == (
        {"rows": 4, "unchanged": 3, "conflicting": 1},
        {"two_records": 1},
    )
    assert told(wb, brought(rows[:2])) == (
        {"rows": 2, "unchanged": 1, "conflicting": 1},
        {"two_records": 1},
    )


def test_a_new_row_of_the_name_that_another_gets(
    wb: Workbench, rows: Rows, brought: Brought
) -> None:
    rows[0]["name"] = "Anna"
    more = rows + [{**rows[0], "record_id": ""}]
    counts, problems = told(wb, brought(more))
    assert counts == {"rows": 5, "new": 1, "unchanged": 3, "conflicting": 1}
    assert problems == {"two_records": 1}


def test_an_id_twice(wb: Workbench, rows: Rows, brought: Brought) -> None:
    same = rows + [rows[0]]
    counts, problems = told(wb, brought(same))
    assert (counts, problems) == ({"rows": 5, "unchanged": 4, "repeated": 1}, {"repeats": 1})
    copied = rows + [{**rows[0], "name": "Somebody Else", "birth_date": ""}]
    counts, problems = told(wb, brought(copied))
    assert (counts, problems) == (
        {"rows": 5, "unchanged": 3, "conflicting": 2},
        {"shared_record": 2},
    )


def test_what_is_no_id_and_no_object(wb: Workbench, rows: Rows, brought: Brought) -> None:
    more = rows + [{**rows[0], "record_id": "17"}, {**rows[0], "record_id": "", "_extra": "[1]"}]
    preview = wb.preview(brought(more))
    assert preview.counts.rejected == 2
    assert {(p.field, p.rule, p.count) for p in preview.problems} == {
        ("record_id", "type", 1),
        ("_extra", "type", 1),
    }


def test_rows_without_id_go_by_their_key(wb: Workbench, rows: Rows, brought: Brought) -> None:
    more = [{**r, "record_id": r["record_id"] if n else ""} for n, r in enumerate(rows)]
    more.append({**dict.fromkeys(rows[0], ""), "name": "New"})
    assert told(wb, brought(more))[0] == {"rows": 5, "new": 1, "unchanged": 4}


def test_ids_can_be_switched_off(wb: Workbench, rows: Rows, brought: Brought) -> None:
    rows[0]["name"] = "Anna"
    preview = wb.preview(brought(rows), mapping={"record_id": "drop"})
    assert (preview.counts.new, preview.counts.changed) == (1, 1)  # -M- has its apostrophe now
    assert "exported" not in [s.op for s in preview.recipe]


def test_ids_of_another_system_are_an_extra_field(wb: Workbench, brought: Brought) -> None:
    path = brought([{"record_id": str(uuid.uuid4()), "name": "Ann"} for _ in range(1)])
    column, _ = wb.preview(path).mapping
    assert (column.field, column.keep) == (None, True)


def test_replace_keeps_what_the_file_names_by_id(
    wb: Workbench, tmp_path: Path, brought: Brought
) -> None:
    (tmp_path / "people.csv").write_text(PEOPLE, "utf-8")
    wb.import_file(tmp_path / "people.csv", source_name="list")
    rows = exported(wb)
    rows[0]["name"], rows[1]["mbti"] = "Anna", "XXXX"
    upload = wb.import_file(brought(rows[:3]), mode="replace", source_name="list")
    counts = upload.counts
    assert (counts.changed, counts.rejected, counts.deleted) == (1, 1, 1)
    assert [r["name"] for r in wb.records().rows()] == ["Anna", "Bo", "Bo"]


@pytest.mark.parametrize("more", [0, 400])
def test_a_quarantine_comes_back_without_what_was_added(
    wb: Workbench, tmp_path: Path, brought: Brought, more: int
) -> None:
    beside = "".join(f",x{n}" for n in range(more)), "," * more
    rows = "name,mbti,row{0}\n-M-,XXXX,@7{1}\n=x,YYYY,8{1}\n".format(*beside)
    (tmp_path / "bad.csv").write_text(rows, "utf-8")
    upload = wb.import_file(tmp_path / "bad.csv")
    text = b"".join(wb.quarantine_csv(upload.id)).decode("utf-8-sig")
    assert text.startswith("_row,line,problems,name,mbti,row")
    path = tmp_path / "fixed.csv"
    path.write_text(text.replace("XXXX", "INTJ").replace("YYYY", "INTP"), "utf-8", newline="")
    done = wb.import_file(path)
    assert done.counts.new == 2
    found = [(r["name"], r["_extra"]) for r in wb.records().rows()]
    assert found == [("-M-", '{"row":"@7"}'), ("=x", '{"row":"8"}')]
