"""Records become one and two again: nothing is lost, whatever came in between, in any order."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings as hypothesis_settings, strategies as st

from core import Workbench
from core.errors import Conflict, InputError, NotFound, WrongState

Named = Callable[[str], str]
Csv = Callable[..., Path]
D = "celebrities"


def state(wb: Workbench) -> dict[str, dict[str, Any]]:
    """All records, but for what counts their changes."""
    changing = ("_version", "_updated_at")
    return {
        str(r["record_id"]): {k: v for k, v in r.items() if k not in changing}
        for r in wb.sql(f"SELECT * FROM {D}").rows()
    }


def sound(wb: Workbench) -> None:
    assert wb.check(deep=True).findings == ()


def test_two_become_one_and_two_again(people: Workbench, named: Named) -> None:
    a, b = named("Ada Lovelace"), named("Ada Lovelase")
    before = state(people)
    shown = people.matching.merge([a, b], dry_run=True)
    assert shown.id is None and state(people) == before
    done = people.matching.merge([a, b])
    assert done.fields == shown.fields and done.survivor == a
    record = people.record(D, b)  # its old id answers
    assert record["record_id"] == a
    assert record["occupations"] == ["mathematician", "writer"]
    assert record["aliases"] == ["Ada Lovelase"]
    assert people.records.count(D) == len(before) - 1
    sound(people)
    assert done.id is not None
    apart = people.matching.unmerge(done.id)
    assert apart.kept == () and set(apart.records) == {a, b}
    assert state(people) == before
    sound(people)
    with pytest.raises(WrongState, match="taken apart already"):
        people.matching.unmerge(done.id)


@pytest.mark.parametrize(
    ("keep", "expected"),
    [
        ({"gender": "newest"}, "female"),
        ({"nationality": "longest"}, "United Kingdom of Great Britain"),
        ({"nationality": {"value": "France"}}, "France"),
        ({"*": "newest"}, "United Kingdom of Great Britain"),
        ({"*": "oldest"}, "United Kingdom"),
    ],
)
def test_survivorship(people: Workbench, named: Named, keep: dict[str, Any], expected: str) -> None:
    a, b = named("Ada Lovelace"), named("Ada Lovelase")
    people.edit(D, b, {"nationality": "United Kingdom of Great Britain"})
    field = next(n for n in (*keep, "nationality") if n != "*")
    done = people.matching.merge([a, b], keep=keep)
    assert people.record(D, a)[field] == expected
    losing = {c.field: c.others for c in done.losing}
    assert "name" in losing and (field == "gender" or field in losing)
    sound(people)


def test_by_hand_means_the_value_of_one_record(people: Workbench, named: Named) -> None:
    a, b = named("Ada Lovelace"), named("Ada Lovelase")
    people.matching.merge([a, b], keep={"name": b})
    assert people.record(D, a)["name"] == "Ada Lovelase"
    assert people.record(D, a)["aliases"] == ["Ada Lovelace"]
    sound(people)


def test_what_makes_no_sense_is_refused(people: Workbench, named: Named) -> None:
    a, b = named("Ada Lovelace"), named("Ada Lovelase")
    for keep in ({"name": "prettiest"}, {"*": a}, {"name": named("Grace Kelly")}):
        with pytest.raises(InputError):
            people.matching.merge([a, b], keep=keep)
    with pytest.raises(InputError):
        people.matching.merge([a, a])
    with pytest.raises(NotFound):
        people.matching.merge([a, "01a229c6-179e-7be2-9637-b571a9e4b9db"])
    with pytest.raises(WrongState, match="you saw 7"):
        people.matching.merge([a, b], versions={b: 7})
    with pytest.raises(NotFound):
        people.matching.unmerge("01a229c6-179e-7be2-9637-b571a9e4b9db")
    sound(people)


def test_a_later_edit_stays_and_is_told(people: Workbench, named: Named) -> None:
    a, b = named("Ada Lovelace"), named("Ada Lovelase")
    done = people.matching.merge([a, b])
    people.edit(D, a, {"occupations": ["poet"], "description": "x"})
    apart = people.matching.unmerge(str(done.id))
    assert [(k.field, k.before, k.now) for k in apart.kept] == [
        ("occupations", ["mathematician"], ["poet"])
    ]
    record = people.record(D, a)
    assert record["occupations"] == ["poet"] and record["description"] == "x"
    assert people.record(D, b)["occupations"] == ["mathematician", "writer"]
    sound(people)


def test_a_later_import_stays_without_what_the_other_gave(
    people: Workbench, named: Named, csv_file: Csv
) -> None:
    a, b = named("Ada Lovelace"), named("Ada Lovelase")
    done = people.matching.merge([a, b])
    people.import_file(
        csv_file("name,birth_date,tags", "Ada Lovelace,1815-12-10,pioneer", name="c.csv")
    )
    people.matching.unmerge(str(done.id))
    record = people.record(D, a)
    assert record["tags"] == ["pioneer"] and record["occupations"] == ["mathematician"]
    sound(people)


def test_an_import_that_took_part_is_rolled_back(wb: Workbench, csv_file: Csv) -> None:
    first = wb.import_file(csv_file("name,birth_date,tags", "Ann Lee,1990-01-02,x", name="a.csv"))
    second = wb.import_file(
        csv_file("name,birth_date,tags", "Anne Lee,1990-01-02,y", "Bo,1980-01-01,z", name="b.csv")
    )
    before = state(wb)
    a, b, _ = sorted(before)
    done = wb.matching.merge([a, b])
    sound(wb)
    shown = wb.rollback(second.id, dry_run=True)
    assert shown.counts["reversed"] == 2 and wb.records.count(D) == 2
    sound(wb)
    wb.rollback(second.id)
    assert state(wb) == {a: before[a]}  # nothing of the other is left
    with pytest.raises(WrongState):
        wb.matching.unmerge(str(done.id))
    sound(wb)
    third = wb.import_file(
        csv_file("name,birth_date,gender", "Ann Lee,1990-01-02,female", name="d.csv")
    )
    wb.rollback(third.id)
    assert state(wb)[a]["tags"] == ["x"]
    wb.rollback(first.id)
    assert state(wb) == {}
    sound(wb)


def test_a_merge_stands_when_another_import_of_its_records_goes(
    wb: Workbench, csv_file: Csv
) -> None:
    wb.import_file(
        csv_file("name,birth_date", "Ann Lee,1990-01-02", "Anne Lee,1990-01-02", name="a.csv")
    )
    second = wb.import_file(csv_file("name,birth_date,tags", "Anne Lee,1990-01-02,y", name="b.csv"))
    a, b = sorted(state(wb))
    wb.matching.merge([a, b])
    assert wb.record(D, a)["tags"] == ["y"]
    wb.rollback(second.id)
    assert wb.record(D, b)["record_id"] == a and wb.record(D, a)["tags"] is None
    assert [m.survivor for m in wb.matching.merges()] == [a]
    sound(wb)


def test_a_merged_record_cannot_be_restored_or_edited_by_its_old_id(
    people: Workbench, named: Named
) -> None:
    a, b = named("Ada Lovelace"), named("Ada Lovelase")
    people.matching.merge([a, b])
    with pytest.raises(WrongState, match="by a merge"):
        people.records.restore(D, b)
    with pytest.raises(NotFound) as error:
        people.edit(D, b, {"description": "x"})
    assert error.value.extra["survivor"] == a
    assert b not in {c.record_id for c in people.records.deleted(D)}
    assert people.history(D, b)[0].kind == "delete" and people.history(D, b)[0].merge


def test_a_merge_whose_key_is_somebody_elses_is_refused_as_a_whole(
    people: Workbench, named: Named
) -> None:
    before = state(people)
    with pytest.raises(Conflict):
        people.matching.merge(
            [named("Ada Lovelace"), named("Ada Lovelase")],
            keep={"name": {"value": "Alan Turing"}, "birth_date": {"value": "1912-06-23"}},
        )
    assert state(people) == before
    sound(people)


FIVE = [
    f"P{n} Lee,199{n}-01-02,{'male' if n % 2 else 'female'},t{n};t{(n + 1) % 5}" for n in range(5)
]
PLANS = st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, 4)).filter(lambda p: p[0] != p[1]),
    min_size=1,
    max_size=5,
)


@hypothesis_settings(
    max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(PLANS, st.randoms(use_true_random=False))
def test_merges_taken_apart_in_any_order_leave_what_was(
    wb: Workbench, csv_file: Csv, plan: list[tuple[int, int]], random: Any
) -> None:
    if not wb.records.count(D):
        wb.import_file(csv_file("name,birth_date,gender,tags", *FIVE))
    before = state(wb)
    ids = sorted(before)
    done: list[str] = []
    for x, y in plan:
        a, b = ids[x], ids[y]
        if a in state(wb) and b in state(wb):
            done.append(str(wb.matching.merge([a, b]).id))
    random.shuffle(done)
    for n, merge in enumerate(done):
        wb.matching.unmerge(merge)
        assert len(wb.matching.merges()) == len(done) - n - 1
        assert wb.check().findings == ()
    assert state(wb) == before
    sound(wb)
