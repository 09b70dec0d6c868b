"""Scores over time: each change has the act that caused it, and goes back with its rollback."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars
import pytest
from hypothesis import HealthCheck, given, settings as profile, strategies as st

from core import Workbench
from core.datasets import tables
from core.datasets.model import from_dict
from core.errors import InputError
from core.history import feed
from core.history.events import now
from core.quality import delta, drift, kept, kept_checks, measures, past, score, sketches, trend
from core.quality.drift import stability, z_score

Csv = Callable[..., Path]
SET = "celebrities"


def test_a_change_of_a_score_has_its_act_and_goes_back_with_it(
    wb: Workbench, csv_file: Csv
) -> None:
    good = [f"P{i},19{i:02},female,Japan" for i in range(20)]
    wb.import_file(csv_file("name,birth_date,gender,nationality", *good))
    poor = [f"Q{i},,male,Japan" for i in range(12)]
    bad = wb.import_file(csv_file("name,birth_date,gender,nationality", *poor, name="poor.csv"))
    first, second = wb.quality.trend()
    assert (first.points, first.records, second.records) == (None, 20, 32)
    assert second.points is not None and second.points < 0
    [worst, *_] = second.causes
    assert (worst.check, worst.bad) == ("completeness:birth_date", 12)
    assert second.upload_id == bad.id and not second.taken_back
    assert second.words.startswith(
        f"{second.points:+.1f} points: upload poor.csv, +12 x Birth date"
    )
    wb.rollback(bad.id)
    *_, second, third = wb.quality.trend()
    assert third.kind == "rollback" and second.taken_back and third.filename == "poor.csv"
    assert third.total == pytest.approx(first.total)
    assert third.points == pytest.approx(-second.points)


def test_acts_that_are_counted_late_are_counted_as_they_were(wb: Workbench, csv_file: Csv) -> None:
    """Counting after every act, and counting all of them in the end, gives the same."""
    wb.import_file(csv_file("name,birth_date,aliases", "Ann,1950,A;B", "Bo,,", "Cy,1970,"))
    now_and_then = {1: wb.quality.trend()[-1]}
    ann, bo, cy = (r["record_id"] for r in wb.records(order_by="name").rows())
    acts: list[Callable[[], Any]] = [
        lambda: wb.edit(SET, bo, {"birth_date": "1960"}),
        lambda: wb.records.delete(SET, ann),
        lambda: wb.edit(SET, bo, {"birth_date": None, "name": "Bob"}),
        lambda: wb.records.restore(SET, ann),
        lambda: wb.import_file(csv_file("name,gender", "Ann,female", "Di,male", name="b.csv")),
    ]
    for number, act in enumerate(acts, 2):
        act()
        now_and_then[number] = wb.quality.trend()[-1]
    with wb.database.reader() as cursor:
        for table in ("ops.quality_acts", "ops.quality_counts"):
            cursor.execute(f"DELETE FROM {table}")
        cursor.execute("DELETE FROM history.positions WHERE consumer = 'quality'")
    late = {s.act: s for s in wb.quality.trend()}
    assert late.keys() == now_and_then.keys()
    for act, step in late.items():
        assert (step.records, step.dimensions) == (
            now_and_then[act].records,
            now_and_then[act].dimensions,
        )


@profile(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.sampled_from("edit empty delete restore".split()), st.integers(0, 3)),
        max_size=8,
    )
)
def test_the_past_is_what_was_there(wb: Workbench, acts: list[tuple[str, int]]) -> None:
    """After any acts, the records as they were after each of them are those that were there then."""
    dataset = wb.datasets.get(SET)
    if not wb.count():
        people = [{"name": f"P{i}", "gender": "male", "tags": ["a", str(i)]} for i in range(4)]
        wb.import_file(polars.DataFrame(people))
    ids = [
        str(i)
        for (i,) in wb.sql("SELECT DISTINCT record_id FROM history.changes ORDER BY 1").fetchall()
    ]
    names = ", ".join(f'"{n}"' for n in tables.columns(dataset) if n[0] != "_" or n == "_key")
    seen = {}

    def state(source: str) -> list[Any]:
        with wb.database.reader() as cursor:
            return cursor.execute(f"SELECT {names} FROM {source} ORDER BY record_id").fetchall()

    start = wb.database.read(lambda c: feed.last(c, SET))
    seen[start] = state("main.celebrities")
    for kind, place in acts:
        there = {r["record_id"] for r in wb.records().rows()}
        one = ids[place]
        if (kind == "restore") == (one in there):
            continue
        if kind == "restore":
            wb.records.restore(SET, one)
        elif kind == "delete":
            wb.records.delete(SET, one)
        elif kind == "empty":
            wb.edit(SET, one, {"gender": None, "tags": None})
        else:
            wb.edit(SET, one, {"name": f"R{place}{len(seen)}{start}", "tags": ["b"]})
        seen[wb.database.read(lambda c: feed.last(c, SET))] = state("main.celebrities")
    _counted_alike(wb)
    for act, rows in seen.items():
        with wb.database.reader() as cursor, past.records(cursor, dataset, act) as records:
            found = cursor.execute(f"SELECT {names} FROM {records} r ORDER BY record_id").fetchall()
        assert found == rows


def _counted_alike(wb: Workbench) -> None:
    """From the records that an act touched, or from all of them: the counts are the same."""
    dataset = wb.corridor.dataset(SET)
    kept.catch_up(wb.corridor, SET)
    with wb.database.reader() as cursor:
        for step in trend.steps(cursor, dataset):
            records, counts = delta.kept(cursor, dataset, step.act) or (0, {})
            many, checks = kept._count(cursor, dataset, step.act)
            assert records == many
            assert counts == {c.id: (c.counted, c.bad) for c in checks if c.scored}


def test_a_small_act_is_counted_by_what_it_touched(wb: Workbench, csv_file: Csv) -> None:
    """Also where it makes two records the same, or two that were the same different."""
    fields = [{"name": "name"}, {"name": "born", "type": "date"}, {"name": "code", "unique": True}]
    key = {"fields": ["name"], "when_both": "born"}
    wb.datasets.save(from_dict({"name": "people", "fields": fields, "key": key}))
    wb.import_file(csv_file("name,born,code", "Ann,1950,x", "Ann,1960,y", "Bo,1970,z"), "people")
    wb.quality.trend("people")
    people = {r["code"]: r["record_id"] for r in wb.records("people").rows()}
    wb.edit("people", people["z"], {"code": "x"})
    one, two = wb.quality.trend("people")
    assert [c.bad for c in two.causes if c.check == "uniqueness:code"] == [2]
    wb.edit("people", people["z"], {"code": "w"})
    assert wb.quality.trend("people")[-1].total == pytest.approx(one.total)
    wb.records.delete("people", people["y"])
    wb.import_file(csv_file("name,born,code", "Cy,1980,v", name="b.csv"), "people")
    wb.quality.trend("people")
    dataset = wb.datasets.get("people")
    with wb.database.reader() as cursor:
        for act in (2, 3, 4, 5):
            known = delta.kept(cursor, dataset, act)
            many, checks = kept._count(cursor, dataset, act)
            assert known == (many, {c.id: (c.counted, c.bad) for c in checks if c.scored})
    fields[1]["max"] = "1900"  # other rules: what was kept says nothing of them
    wb.datasets.save(from_dict({"name": "people", "fields": fields, "key": key}), replace=True)
    wb.edit("people", people["z"], {"code": "t"})
    wb.quality.trend("people")
    dataset = wb.datasets.get("people")
    _, counts = wb.database.read(lambda c: delta.kept(c, dataset, 6)) or (0, {})
    assert counts["validity:born:max"][1] == 3


def test_a_long_backlog_is_counted_together(
    wb: Workbench, csv_file: Csv, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "MOST", 2)
    wb.import_file(csv_file("name", "Ann"))
    one = next(wb.records().rows())["record_id"]
    for year in range(1950, 1955):
        wb.edit(SET, one, {"birth_date": str(year)})
    steps = wb.quality.trend()
    assert [(s.kind, s.acts) for s in steps] == [("several", 4), ("edit", 1), ("edit", 1)]
    assert "4 acts, counted together" in steps[0].words
    wb.edit(SET, one, {"birth_date": None})
    assert [s.act for s in wb.quality.trend()] == [4, 5, 6, 7]


def test_counts_are_written_once(wb: Workbench, csv_file: Csv) -> None:
    wb.import_file(csv_file("name", "Ann"))
    assert (kept.catch_up(wb.corridor, SET), kept.catch_up(wb.corridor, SET)) == (1, 0)
    kept_checks.run_all(wb.corridor)
    assert len(wb.quality.trend()) == 1


def test_two_imports_of_one_source_are_compared(wb: Workbench, csv_file: Csv) -> None:
    a = [f"P{i},19{i:02},female,{'x' * (i % 4 + 2)}" for i in range(60)]
    b = [f"Q{i},{'' if i % 2 else 1810},{'female' if i % 3 else 'male'},xx" for i in range(60)]
    head = "name,birth_date,gender,description"
    one = wb.import_file(csv_file(head, *a), source_name="wiki")
    two = wb.import_file(csv_file(head, *b, name="b.csv"), source_name="wiki")
    found = wb.quality.drift(two.id)
    assert (found.before, found.after) == (one.id, two.id)
    fields = {f.field: f for f in found.fields}
    assert fields["birth_date"].verdict == "changed" and fields["birth_date"].empty_after == 0.5
    assert fields["gender"].appeared == ("male",) and fields["gender"].vanished == ()
    assert fields["nationality"].verdict == "steady"  # empty in both
    with pytest.raises(InputError, match="no earlier import"):
        wb.quality.drift(one.id)
    assert {f.verdict for f in wb.quality.drift(one.id, one.id).fields} == {"steady"}


def test_a_sketch_is_small(wb: Workbench, csv_file: Csv) -> None:
    rows = [f"{'周' * 90}{i},{1000 + i},{'long text ' * 90}{i}" for i in range(300)]
    wb.import_file(csv_file("name,birth_date,description", *rows))
    wb.quality.trend()
    largest = wb.sql("SELECT max(strlen(sketch)) FROM ops.quality_sketches").fetchall()[0][0]
    assert 0 < largest < 20_000


def test_few_rows_are_no_drift_by_chance() -> None:
    one = sketches.Sketch("u", "s", "born", 5, 0, 5, {}, {"1950": 3, "1960": 1, "1970": 1})
    two = sketches.Sketch("v", "s", "born", 5, 0, 5, {}, {"1950": 2, "1960": 2, "1970": 1})
    found = drift._drift(one, two)
    assert found.verdict == "steady" and (found.index or 0) > drift.MOVED


def test_out_of_line() -> None:
    assert z_score([1.0] * 6, 50.0) is None  # too few to say anything
    assert z_score([90.0, 91.0, 89.0, 90.0, 91.0, 89.0, 90.0], 60.0) < -3  # type: ignore[operator]
    assert abs(z_score([90.0, 91.0, 89.0, 90.0, 91.0, 89.0, 90.0], 91.0) or 9) < 3
    assert stability({"a": 1, "b": 1}, {"a": 10, "b": 10}) == 0
    assert stability({"a": 1}, {}) is None
    assert (stability({"a": 9, "b": 1}, {"a": 1, "b": 9}) or 0) > drift.CHANGED


def test_an_import_that_is_out_of_line_is_found(wb: Workbench, csv_file: Csv) -> None:
    for day in range(8):
        year = "" if day == 7 else "1950"
        rows = [f"P{day}-{i},{year},male" for i in range(5)]
        last = wb.import_file(
            csv_file("name,birth_date,gender", *rows, name=f"{day}.csv"), source_name="daily"
        )
    found = wb.quality.anomalies()
    empty = next(a for a in found if a.what == "empty Birth date in daily")
    assert (empty.upload_id, empty.value, empty.points) == (last.id, 100.0, 7)
    assert any(a.what == "completeness" and a.upload_id == last.id for a in found)


def test_only_what_acts_change_is_kept(wb: Workbench, csv_file: Csv) -> None:
    wb.import_file(csv_file("name", "Ann"))
    wb.quality.trend()
    ids = {r[0] for r in wb.sql("SELECT check_id FROM ops.quality_counts").fetchall()}
    every = measures.build(wb.datasets.get(SET), "x", now())
    assert {i for i in ids if not i.startswith("basis:")} == {
        m.id for m in every if m.by_act and m.scored
    }
    assert "freshness:record" not in ids and score.ratio(0, 0) is None
