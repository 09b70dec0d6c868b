"""What a run does without a person: off unless the rules say so, refused when it is not safe, and taken back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from core import Workbench
from core.datasets.model import from_dict
from core.errors import BadDataset, InputError, WrongState

D = "celebrities"
Named = Callable[[str], str]


def test_nothing_is_linked_unless_the_rules_say_so(people: Workbench) -> None:
    run = people.matching.run(D)
    assert (run.linked, run.refused, people.matching.decisions(D)) == (0, None, [])
    with pytest.raises(WrongState, match="link nothing"):
        people.matching.link(D)


def test_links_by_the_rules_are_decisions_that_are_superseded(
    people: Workbench, named: Named
) -> None:
    people.matching.set_rules(D, link=0.97)
    run = people.matching.run(D)
    assert run.trusted and run.linked >= 2 and run.merged == 0
    said = people.matching.decisions(D)
    assert {(d.verdict, d.door) for d in said} == {("same", "rule")} and len(said) == run.linked
    assert all("0.97" in (d.note or "") for d in said)
    assert people.matching.run(D).linked == 0  # once is enough
    a, b = said[0].left, said[0].right
    people.matching.decide(a, b, "different")
    people.matching.undo(said[1].id)
    assert people.matching.run(D).linked == 0  # neither what was decided nor what was taken back
    assert all({a, b} - set(c.records) for c in people.matching.clusters(D))
    assert people.check(deep=True).ok


def test_what_is_linked_is_merged_when_the_rules_say_so_and_taken_apart(people: Workbench) -> None:
    before = {str(r["record_id"]): r for r in people.records(D).rows()}
    people.matching.set_rules(D, link=0.9, merge=True)
    run = people.matching.run(D)
    assert run.merged == 2 and people.records.count(D) < len(before)
    for merge in people.matching.merges(D):
        people.matching.unmerge(merge.id)
    after = {str(r["record_id"]): r for r in people.records(D).rows()}
    fields = people.datasets.get(D).field_names
    assert {i: [r[f] for f in fields] for i, r in after.items()} == {
        i: [r[f] for f in fields] for i, r in before.items()
    }
    assert people.matching.run(D).merged == 0  # what people took apart is left to people
    assert people.check(deep=True).ok


def test_a_poor_estimate_links_nothing_and_says_why(
    wb: Workbench, csv_file: Callable[..., Path]
) -> None:
    fields = [{"name": "name"}, {"name": "n"}]
    wb.datasets.save(
        from_dict(
            {"name": "plain", "fields": fields, "key": {"fields": ["n"]}, "matching": {"link": 0.9}}
        )
    )
    wb.import_file(csv_file("name,n", *(f"Ann Lee{i // 2},{i}" for i in range(80))), "plain")
    run = wb.matching.run("plain")
    assert run.linked == 0 and run.refused and not run.trusted
    with pytest.raises(WrongState, match="not trusted"):
        wb.matching.link("plain")
    assert wb.matching.decisions("plain") == []


def test_people_who_say_otherwise_stop_the_links(
    wb: Workbench, csv_file: Callable[..., Path]
) -> None:
    rows = [
        f"{n} {f},19{y}-0{m}-1{m},male,poet"
        for m, (n, y) in enumerate(
            zip("Abel Bram Carl Dirk Egon Finn".split(), range(30, 90, 10)), 1
        )
        for f in ("Zanderlin", "Quostrom", "Zanderlim", "Quostron")
    ]
    wb.import_file(csv_file("name,birth_date,gender,occupations", *rows))
    wb.matching.run(D)
    pairs = [p for p in wb.matching.pairs(D, limit=100) if p.probability >= 0.9]
    assert len(pairs) >= 10
    for pair in pairs[:10]:
        wb.matching.decide(pair.left, pair.right, "different")
    wb.matching.set_rules(D, link=0.9)
    run = wb.matching.run(D)
    assert run.linked == 0 and "that people decided" in (run.refused or "")


def test_rules_are_set_checked_and_given_back(wb: Workbench) -> None:
    assert wb.matching.rules(D).link is None and wb.matching.rules(D).ask == 0.11
    found = wb.matching.set_rules(D, link=0.99, ask=0.5)
    assert (found.link, found.ask, found.preview, found.said_by) == (0.99, 0.5, 0.5, "local")
    for wrong in ({"link": 1.0}, {"link": 0.6, "ask": 0.7}, {"merge": True}, {"least": 1}):
        with pytest.raises(InputError):
            wb.matching.set_rules(D, **wrong)
    assert wb.matching.rules(D).link == 0.99
    assert wb.matching.set_rules(D).link is None
    with pytest.raises(BadDataset):
        from_dict({"name": "x", "fields": [{"name": "a"}], "matching": {"link": 7}})


def test_what_is_below_the_rule_is_not_asked_about(people: Workbench) -> None:
    people.matching.run(D)
    before = people.matching.figures(D).open
    shares = sorted({p.probability for p in people.matching.pairs(D, min_weight=-3)})
    people.matching.set_rules(D, ask=(shares[0] + shares[1]) / 2)
    assert 0 < people.matching.figures(D).open < before
