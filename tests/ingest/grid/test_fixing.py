"""Cells typed anew in a grid: what is checked alone says what the whole file would say."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core import Workbench
from core.errors import NotFound, StalePreview, TooManyRows, WrongState
from core.ingest.grid import acting
from core.ingest.grid.models import GridPage, Mark, Only
from core.ingest.grid.view import View
from core.ingest.uploads import Upload

Csv = Callable[..., Path]
LINES = (
    "name,birth_date,mbti,gender,occupations,note",
    "Ann,1990,INTJ,female,actor,a",  # 1
    "Bob,31/02/1991,bad,male,actor; singer,b",  # 2
    "Cid,1992,INTX,m,,c",  # 3
    "Dan,1993,ENTP,male,Actor,d",  # 4
    ",1994,ISFP,female,writer,e",  # 5
    "Eve,1995,,female,painter,f",  # 6
    "José Díaz,1996,INFP,male,actress,g",  # 7
    "Diaz Jose,1997,INFP,male,act ress,h",  # 8
)
TEXTS: dict[str, tuple[str | None, ...]] = {
    "name": ("Zoe", "", "unknown", "ann"),
    "birth_date": ("1980-05-06", "2/3/1981", "never", None, "2090"),
    "mbti": ("intj", "NONE", "INTX", None),
    "gender": ("f", "x", ""),
    "occupations": ("a; b", "actor", None),
    "note": ("n", None),
}


@pytest.fixture
def upload(wb: Workbench, csv_file: Csv) -> Upload:
    found = wb.receive(csv_file(*LINES))
    return wb.uploads.plan(found.id, choices={"note": "extra"})


def marks(page: GridPage, row: int) -> list[tuple[str | None, str]]:
    (found,) = [r for r in page.rows if r.row == row]
    return [(m.field, m.rule) for m in found.marks]


def mark(page: GridPage, row: int, rule: str) -> Mark:
    (found,) = [r for r in page.rows if r.row == row]
    return next(m for m in found.marks if m.rule == rule)


def rows(wb: Workbench, upload: Upload) -> list[tuple[Any, ...]]:
    """What the grid has of every row, values, bits and key."""
    base = acting.standing(wb.corridor, upload.id)
    names = ", ".join((*base.staged.compiled.fields, "_error", "_p0", "_key", "_extra"))
    return wb.database.read(
        lambda c: c.execute(
            f'SELECT {names} FROM {View.of(c, base).rows} s ORDER BY s."row"'
        ).fetchall()
    )


def test_only_the_rows_with_problems_are_shown_with_their_cause(
    wb: Workbench, upload: Upload
) -> None:
    page = wb.uploads.grid(upload.id, Only(severity="error"))
    assert [r.row for r in page.rows] == [2, 3, 5] and (page.total, page.all, page.errors) == (
        3,
        8,
        3,
    )
    assert marks(page, 2) == [("birth_date", "type"), ("mbti", "choices")]
    assert page.rows[0].cells[1] == "31/02/1991" and page.rows[0].cells[3] == "male"
    one = wb.uploads.grid(upload.id, Only(field="mbti", rule="choices"))
    assert [r.row for r in one.rows] == [2, 3]
    assert {(c.field, c.rule): c.count for c in page.causes}[("mbti", "choices")] == 2
    assert [r.row for r in wb.uploads.grid(upload.id, Only(search="díaz")).rows] == [7]
    assert len(wb.uploads.grid(upload.id, limit=3, offset=6).rows) == 2


def test_a_guess_between_equals_is_not_offered(wb: Workbench, upload: Upload) -> None:
    page = wb.uploads.grid(upload.id, Only(rule="choices"))
    assert mark(page, 3, "choices").repair is None  # as near to INTJ as to INTP


def test_a_fixed_cell_is_checked_alone_and_imported(wb: Workbench, upload: Upload) -> None:
    done = wb.uploads.fix(upload.id, {2: {"birth_date": "1991-02-28"}})
    assert (done.cells, done.rows, done.errors) == (1, (2,), 3)
    done = wb.uploads.fix(upload.id, {2: {"mbti": " intp "}, 5: {"name": "Fay"}})
    assert (done.cells, done.errors) == (2, 1)
    page = wb.uploads.grid(upload.id, Only(fixed=True))
    assert [(r.row, r.cells[2], r.fixed) for r in page.rows] == [
        (2, "INTP", (1, 2)),
        (5, "ISFP", (0,)),
    ]
    with pytest.raises(StalePreview):  # what was previewed last lacks the fixes
        wb.commit(upload.id)
    assert wb.preview(upload.id).counts.new == 7
    imported = wb.commit(upload.id)
    assert (imported.counts.new, imported.counts.rejected) == (7, 1)
    (bob,) = wb.records(where={"name": "Bob"}).rows()
    assert (bob["birth_date"], bob["mbti"], bob["_extra"]) == ("1991-02-28", "INTP", '{"note":"b"}')
    assert wb.check(deep=True).findings == ()


def test_undo_and_redo_go_act_by_act(wb: Workbench, upload: Upload) -> None:
    before = rows(wb, upload)
    wb.uploads.fix(upload.id, {3: {"mbti": "INTJ"}})
    once = rows(wb, upload)
    wb.uploads.fix(upload.id, {3: {"mbti": "ENFJ", "gender": "f"}, 1: {"name": "Anna"}})
    twice = rows(wb, upload)
    assert wb.uploads.undo_fix(upload.id).rows == (1, 3) and rows(wb, upload) == once
    assert wb.uploads.redo_fix(upload.id).standing.redo is False and rows(wb, upload) == twice
    wb.uploads.undo_fix(upload.id)
    assert wb.uploads.undo_fix(upload.id).standing.act == 0 and rows(wb, upload) == before
    wb.uploads.fix(upload.id, {6: {"mbti": "ISTJ"}})
    assert wb.uploads.redo_fix(upload.id).rows == ()  # something else was fixed since
    assert wb.uploads.undo_fix(upload.id).standing.undo is False
    assert wb.uploads.undo_fix(upload.id).rows == ()


def test_alone_says_what_the_whole_file_would_say(wb: Workbench, upload: Upload) -> None:
    chance = random.Random(7)
    for turn in range(7):
        given = {
            row: {name: chance.choice(TEXTS[name]) for name in chance.sample(list(TEXTS), 2)}
            for row in chance.sample(range(1, 9), 2)
        }
        wb.uploads.fix(upload.id, given)
        if turn % 5 == 4:
            wb.uploads.undo_fix(upload.id)
    alone = rows(wb, upload)
    wb.corridor.shelf.forget(upload.id)
    # A row for which another one stands is completed by it; that is decided over the whole file.
    other = {int(r[0]) for r in _apart(wb, upload)}
    anew = rows(wb, upload)
    assert [r for i, r in enumerate(anew) if i not in other] == [
        r for i, r in enumerate(alone) if i not in other
    ]
    wb.uploads.undo_fix(upload.id)
    wb.uploads.redo_fix(upload.id)
    assert rows(wb, upload) == anew


def _apart(wb: Workbench, upload: Upload) -> list[Any]:
    base = acting.standing(wb.corridor, upload.id)
    return wb.database.read(
        lambda c: c.execute(
            f'SELECT unnest(["row", other]) FROM {base.staged.duplicates} WHERE other IS NOT NULL'
        ).fetchall()
    )


def test_all_like_this_is_counted_before_it_is_done(wb: Workbench, upload: Upload) -> None:
    seen = wb.uploads.fix_all(upload.id, "gender", ["male"], "female", dry_run=True)
    assert (seen.cells, seen.rows, seen.dry_run) == (5, (2, 3, 4, 7, 8), True)
    assert wb.uploads.grid(upload.id).standing.act == 0
    assert wb.uploads.fix_all(upload.id, "gender", ["male"], "female").cells == 5
    facet = wb.uploads.facet(upload.id, "gender")
    assert [(t.text, t.count) for t in facet.texts] == [("female", 8)]
    wb.uploads.undo_fix(upload.id)
    assert wb.uploads.find_and_replace(upload.id, "Díaz", "Diaz", dry_run=True).cells == 1
    wb.uploads.find_and_replace(upload.id, "Díaz", "Diaz")
    assert wb.uploads.grid(upload.id, Only(search="José Diaz")).total == 1


def test_facets_and_clusters_of_a_column(wb: Workbench, upload: Upload) -> None:
    facet = wb.uploads.facet(upload.id, "mbti", limit=2)
    assert (facet.distinct, facet.blank, facet.errors, len(facet.texts)) == (6, 1, 2, 2)
    assert [(t.text, t.count) for t in facet.texts][0] == ("INFP", 2)
    (names,) = wb.uploads.clusters(upload.id, "name", "fingerprint")
    assert [t.text for t in names.texts] == ["Diaz Jose", "José Díaz"]
    (jobs,) = wb.uploads.clusters(upload.id, "occupations", "ngram")
    assert {t.text for t in jobs.texts} == {"actress", "act ress"}
    assert any(
        {t.text for t in c.texts} == {"actress", "act ress"}
        for c in wb.uploads.clusters(upload.id, "occupations", "nearest")
    )


def test_what_stands_elsewhere_is_fixed_no_more(wb: Workbench, upload: Upload) -> None:
    wb.uploads.fix(upload.id, {2: {"mbti": "INTP"}})
    wb.uploads.plan(upload.id, reading={"header": 0}, choices={0: "name"})
    assert wb.preview(upload.id).counts.rows  # other rows, other columns: nothing breaks


def test_what_is_not_there_is_refused(
    wb: Workbench, upload: Upload, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(NotFound, match="no column 'colour'"):
        wb.uploads.fix(upload.id, {1: {"colour": "red"}})
    with pytest.raises(NotFound, match="no row 99"):
        wb.uploads.fix(upload.id, {99: {"mbti": "INTJ"}})
    monkeypatch.setattr(acting, "MOST", 2)
    with pytest.raises(TooManyRows, match="3 rows, and 2"):
        wb.uploads.fix(upload.id, {n: {"mbti": "INTJ"} for n in (1, 2, 3)})
    monkeypatch.undo()
    wb.preview(upload.id)
    wb.commit(upload.id)
    with pytest.raises(WrongState):
        wb.uploads.fix(upload.id, {2: {"mbti": "INTP"}})
    with pytest.raises(WrongState):
        wb.uploads.grid(upload.id)


def test_a_step_that_is_off_stays_off_where_a_cell_was_fixed(wb: Workbench, csv_file: Csv) -> None:
    upload = wb.receive(csv_file("name,mbti", "Ann,intj", "Bob,intp"))
    steps = [s.model_copy(update={"off": s.op == "upper"}) for s in wb.preview(upload.id).recipe]
    wb.uploads.plan(upload.id, steps=steps)
    wb.preview(upload.id)
    wb.uploads.fix(upload.id, {1: {"name": "Anne"}})
    assert [marks(wb.uploads.grid(upload.id), row) for row in (1, 2)] == [[("mbti", "choices")]] * 2
    wb.preview(upload.id)
    done = wb.commit(upload.id)
    assert done.counts.rejected == 2 and not list(wb.records(limit=5).rows())


def test_what_was_filled_from_above_stays_where_a_cell_was_fixed(
    wb: Workbench, csv_file: Csv
) -> None:
    lines = ("UK,Ann Lee,INTJ", ",Bo Hall,INTP", "US,Dee Fox,INFJ", ",Ed Kay,INTJ", ",Flo May,INTJ")
    upload = wb.receive(csv_file("country,name,mbti", *lines))
    down = {"op": "fill_down", "field": "nationality", "value": "down"}
    wb.preview(upload.id, recipe=[*wb.preview(upload.id).recipe, down])
    wb.uploads.fix(upload.id, {1: {"name": "Anne Lee"}, 4: {"name": "Ed Key"}, 5: {"country": ""}})
    wb.preview(upload.id)
    wb.commit(upload.id)
    found = {r["name"]: r["nationality"] for r in wb.records().rows()}
    assert found == {
        **dict.fromkeys(("Anne Lee", "Bo Hall"), "United Kingdom"),
        **dict.fromkeys(("Dee Fox", "Ed Key"), "United States"),
        "Flo May": None,
    }
    assert not [f for f in wb.check(deep=True).findings if f.severity == "error"]
