"""What a preview says of rows that are probably somebody who is there, and what follows an import."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from core import Workbench
from core.matching import running

Csv = Callable[..., Path]
Named = Callable[[str], str]


def _told(wb: Workbench, file: Path) -> list[str]:
    found = wb.preview(file).problems
    return [
        e.found or ""
        for p in found
        if p.title.startswith("Possible duplicate: prob")
        for e in p.examples
    ]


def test_rows_that_are_probably_somebody_are_told(
    people: Workbench, csv_file: Csv, named: Named
) -> None:
    file = csv_file(
        "name,birth_date,gender,nationality",
        "Alan Turin,1912-06-23,male,United Kingdom",
        "Marie Curie,1867-11-07,female,Poland",
        "Marie Curye,1867-11-07,female,Poland",
        name="more.csv",
    )
    assert _told(people, file) == []  # nothing was compared yet
    people.matching.run()
    said = _told(people, file)
    assert len(said) == 2
    assert any("Alan Turin (as Alan Turing, record" in s for s in said)
    assert any("Marie Cur" in s and "row " in s for s in said)
    assert people.preview(file).counts.new == 3


def test_who_was_told_apart_is_not_told_again(people: Workbench, csv_file: Csv) -> None:
    file = csv_file("name,birth_date,gender", "Alan Turin,1912-06-23,male", name="more.csv")
    people.matching.run()
    assert _told(people, file)
    upload = people.import_file(file)
    people.matching.run(whole=False)
    pair = people.matching.pairs(limit=50)
    twin = next(p for p in pair if {r["name"] for r in p.records} == {"Alan Turin", "Alan Turing"})
    people.matching.decide(twin.left, twin.right, "different")
    people.rollback(upload.id)
    assert _told(people, file) == []


def test_what_an_import_changed_is_compared_by_the_clock(people: Workbench, csv_file: Csv) -> None:
    datasets = people.registry.all()
    running.follow(people.database, datasets)
    assert people.matching.last() is None  # who never asked for it is left alone
    people.matching.run()
    people.import_file(csv_file("name,birth_date", "Alan Turin,1912-06-23", name="more.csv"))
    last = people.matching.last()
    assert last and last.since == 1
    running.follow(people.database, datasets)
    last = people.matching.last()
    assert last and last.since == 0 and last.summary["incremental"]


def test_a_record_between_two_persons_goes_to_the_review(wb: Workbench, csv_file: Csv) -> None:
    wb.import_file(
        csv_file(
            "name,birth_date,gender,nationality,mbti",
            "Johann Maria Farbenkiel,,male,Germany,INTJ",
            "Johann Maria Farbenkiel Zumbroich,1871-03-04,male,Germany,INTJ",
            name="a.csv",
        )
    )
    wb.matching.run()
    before = wb.matching.clusters()
    wb.import_file(
        csv_file(
            "name,birth_date,gender,nationality,mbti",
            "Johann Zumbroich,1871-03-04,male,Germany,INTJ",
            name="b.csv",
        )
    )
    wb.matching.run(whole=False)
    bridges = [p for p in wb.matching.pairs() if p.bridge]
    assert len(wb.matching.clusters()) >= len(before)
    for pair in bridges:
        assert not any({pair.left, pair.right} <= set(c.records) for c in wb.matching.clusters())
