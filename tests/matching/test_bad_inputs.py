"""What could explode, lie or collide: bounded, said, and nothing lost."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from core import Workbench
from core.actor import Actor
from core.datasets.model import from_dict
from core.errors import Conflict, MarqueeError, WrongState
from core.matching.clustering import Link, cluster

D = "celebrities"
Csv = Callable[..., Path]
Named = Callable[[str], str]


def _plain(wb: Workbench, csv_file: Csv, lines: list[str]) -> None:
    fields = [{"name": "name"}, {"name": "birth_date", "type": "date"}, {"name": "n"}]
    wb.datasets.save(from_dict({"name": "plain", "fields": fields, "key": {"fields": ["n"]}}))
    wb.import_file(csv_file("name,birth_date,n", *lines), "plain")


def test_fifty_thousand_of_the_same_are_said_to_tell_nothing(wb: Workbench, csv_file: Csv) -> None:
    _plain(wb, csv_file, [f"Ann Lee,1990-01-02,{n}" for n in range(50_000)])
    run = wb.matching.run("plain")
    assert (
        run.records == 50_000 and run.pairs == 49_999
    )  # each with the first, and not all with all
    assert run.links == 0 and not run.trusted and "No two records are likely" in run.verdict
    assert wb.matching.clusters("plain") == []  # what everybody has says nothing of two


def test_a_cluster_of_fifty_thousand_is_made_in_time() -> None:
    links = [Link(n, n + 1, 9.0) for n in range(50_000)]
    [found] = cluster([Link(0, n, 12.0, twin=True) for n in range(1, 50_000)], 3.0)
    assert len(found) == 50_000
    assert sum(len(c) for c in cluster(links, 3.0)) <= 50_001


def test_a_key_that_explodes_the_blocking_is_bounded_and_said(wb: Workbench, csv_file: Csv) -> None:
    letters = "bdfghklmnprstvz"
    rows = [
        f"John {letters[n % 15]}o{letters[n // 15 % 15]}a{letters[n // 225 % 15]}e Smith,,{n}"
        for n in range(6_000)
    ]
    _plain(wb, csv_file, rows)
    run = wb.matching.run("plain")
    assert run.pairs < 3_100_000 and run.blocks_left_out >= 1
    assert run.left_out[0].records == 3_375 and "names with" in run.left_out[0].what
    assert "were not compared as a whole" in run.verdict


def test_codes_with_letters_of_several_bytes_are_compared(wb: Workbench, csv_file: Csv) -> None:
    """Texts of as many signs and other bytes are no error of the whole run."""
    fields = [{"name": "name"}, {"name": "address"}, {"name": "n"}]
    wb.datasets.save(from_dict({"name": "codes", "fields": fields, "key": {"fields": ["n"]}}))
    lines = ("Ann Lee,Rue Bébé 12,1", "Ann Lee,Rue Bebe 12,2", "Ann Lee,Rue Bébé 13,3")
    wb.import_file(csv_file("name,address,n", *lines), "codes")
    wb.matching.run("codes")
    levels = {p.why[1].level for p in wb.matching.pairs("codes", min_weight=-99)}
    assert levels == {"same beginning", "one sign"}


def test_two_people_who_decide_a_pair_at_once_do_not_overwrite_one_another(
    people: Workbench, named: Named
) -> None:
    people.matching.run(D)
    a, b = named("Ada Lovelace"), named("Ada Lovelase")

    def decide(who: int) -> str:
        mine = people.acting_as(Actor(f"person {who}", "page")).matching
        try:
            return mine.decide(a, b, "same" if who % 2 else "different", expect="").actor
        except WrongState as error:
            assert "meanwhile" in error.detail
            return ""

    with ThreadPoolExecutor(8) as pool:
        said = [who for who in pool.map(decide, range(8)) if who]
    assert len(said) == 1
    assert [d.actor for d in people.matching.decisions(D)] == said


def test_a_merge_while_an_import_of_its_records_runs(
    people: Workbench, named: Named, csv_file: Csv
) -> None:
    """Whichever comes first: all is there, and both can be taken back."""
    a, b = named("Ada Lovelace"), named("Ada Lovelase")
    path = csv_file("name,birth_date,mbti_reason", "Ada Lovelase,1815-12-10,new", name="b.csv")

    def bring() -> str | None:
        try:
            return people.import_file(path).id
        except Conflict:  # the preview was made before the merge
            return None

    with ThreadPoolExecutor(2) as pool:
        upload, merge = pool.submit(bring), pool.submit(people.matching.merge, [a, b])
        done, brought = merge.result(), upload.result()
    assert people.check(deep=True).ok
    try:
        people.matching.unmerge(str(done.id))
    except Conflict as error:  # the import brought her anew, and two of one key cannot be there
        assert brought and "the same as" in error.detail
        people.rollback(brought)
        people.matching.unmerge(str(done.id))
    else:
        if brought:
            people.rollback(brought)
    assert people.check(deep=True).ok
    assert people.records.count(D) == 9 and people.record(D, b)["name"] == "Ada Lovelase"


def test_a_merge_cannot_be_taken_apart_after_its_import_was_taken_back(
    wb: Workbench, csv_file: Csv
) -> None:
    one = wb.import_file(csv_file("name,birth_date", "Ann Lee,1990-01-02", name="a.csv"))
    two = wb.import_file(csv_file("name,birth_date", "Anne Lee,1990-01-02", name="b.csv"))
    a, b = sorted(str(r["record_id"]) for r in wb.records(D).rows())
    merge = wb.matching.merge([a, b])
    wb.rollback(two.id)
    with pytest.raises(WrongState, match="taken apart already"):
        wb.matching.unmerge(str(merge.id))
    assert wb.records.count(D) == 1
    wb.rollback(one.id)
    assert wb.records.count(D) == 0 and wb.check(deep=True).ok


def test_a_record_between_two_persons_goes_to_review(wb: Workbench, csv_file: Csv) -> None:
    """The new one is linked to both; these are known to be two. Nobody is joined, and a rule links none of it."""
    wb.import_file(
        csv_file(
            "name,birth_date,gender,occupations",
            *(
                "Zanderlin Quostrom,1951-03-04,male,poet",
                "Zanderlin Quostrom,1978-11-29,female,chemist",
            ),
            *(f"Other Person{c},19{n}-02-03,male,actor" for n, c in enumerate("abcdefgh", 40)),
        )
    )
    wb.matching.set_rules(D, link=0.9)
    wb.matching.run(D)
    first = {str(r["record_id"]) for r in wb.records(D).rows() if str(r["name"])[0] == "Z"}
    old = {str(r["record_id"]) for r in wb.records(D).rows()}
    wb.import_file(
        csv_file("name,birth_date", "Zanderlin Quostrom,", "Quostrom Zanderlin,", name="more.csv")
    )
    run = wb.matching.run(D, whole=False)
    new = {str(r["record_id"]) for r in wb.records(D).rows()} - old
    assert len(new) >= 1 and run.incremental
    links = [p for p in wb.matching.pairs(D, min_weight=-9) if new & {p.left, p.right}]
    if sum(p.probability >= 0.9 and {p.left, p.right} & first != set() for p in links) >= 2:
        assert any(p.bridge for p in links)
    for found in wb.matching.clusters(D):
        assert len(first & set(found.records)) < 2
    assert not [
        d for d in wb.matching.decisions(D) if new & {d.left, d.right} and first & {d.left, d.right}
    ]


def test_a_merged_id_answers_everywhere(people: Workbench, named: Named) -> None:
    a, b = named("Ada Lovelace"), named("Ada Lovelase")
    people.matching.merge([a, b])
    assert people.record(D, b)["record_id"] == a
    assert people.history(D, b)[0].merge
    with pytest.raises(MarqueeError) as error:
        people.matching.decide(b, named("Alan Turing"), "same")
    assert error.value.detail


def test_a_record_between_two_persons_goes_to_review_in_a_whole_run_too(
    wb: Workbench, csv_file: Csv
) -> None:
    """B may be A or C, which contradict each other: it joins neither, whatever the rules link, until somebody said so."""
    wb.import_file(
        csv_file(
            "name,birth_date,gender,nationality,occupations",
            "Zanderlin Quostrom,1951-03-04,male,Chile,poet",  # A
            "Quostrom Zanderlin,,,,",  # B
            "Zanderlin Quostrom,1978-11-29,female,Norway,chemist",  # C
            "Ada Lovelace,1815-12-10,female,United Kingdom,mathematician",
            "Ada Lovelase,1815-12-10,female,United Kingdom,mathematician",
        )
    )
    wb.matching.set_rules(D, link=0.9)
    wb.matching.run(D)
    rows = [r for r in wb.records(D).rows() if "Zanderlin" in str(r["name"])]
    by_date = {str(r["birth_date"] or ""): str(r["record_id"]) for r in rows}
    a, b, c = by_date["1951-03-04"], by_date[""], by_date["1978-11-29"]
    asked = {frozenset((p.left, p.right)): p for p in wb.matching.pairs(D, min_weight=-9)}
    assert asked[frozenset((a, b))].probability > 0.9 < asked[frozenset((b, c))].probability
    assert asked[frozenset((a, b))].bridge and asked[frozenset((b, c))].bridge
    clusters = wb.matching.clusters(D)
    assert [len(found.records) for found in clusters] == [2]  # Ada, who is no bridge
    assert not {a, b, c} & set(clusters[0].records)
    linked = wb.matching.decisions(D)
    assert len(linked) == 1 and not {a, b, c} & {linked[0].left, linked[0].right}
    first = wb.matching.next(D)
    assert first and first.bridge and b in (first.left, first.right)
    wb.matching.decide(a, b, "same", dataset=D)
    [persons] = [found for found in wb.matching.clusters(D) if a in found.records]
    assert set(persons.records) == {a, b}
