"""Records that may be one person are found, weighed, explained and decided, on a real database."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from core import Workbench
from core.datasets.model import from_dict
from core.errors import InputError, NotFound, WrongState
from core.launch.environment import HERE as ROOT
from tests.matching.conftest import PEOPLE

Named = Callable[[str], str]


def _names(wb: Workbench, ids: tuple[str, ...]) -> set[str]:
    return {wb.record("celebrities", i)["name"] for i in ids}


def test_who_is_there_twice_is_found_without_labels(people: Workbench) -> None:
    run = people.matching.run("celebrities")
    assert run.records == 9 and run.links >= 3
    found = [_names(people, c.records) for c in people.matching.clusters("celebrities")]
    assert {"周杰伦", "周杰倫"} in found
    assert {"Ada Lovelace", "Ada Lovelase", "Lovelace Ada"} in found
    assert len(found) == 2


def test_a_pair_says_what_speaks_for_and_against(people: Workbench, named: Named) -> None:
    people.matching.run("celebrities")
    pairs = people.matching.pairs("celebrities", min_weight=-6)
    assert [p.weight for p in pairs] == sorted((p.weight for p in pairs), reverse=True)
    both = {named("Ada Lovelace"), named("Ada Lovelase")}
    pair = next(p for p in pairs if {p.left, p.right} == both)
    assert pair.probability > 0.9 and pair.weight == pytest.approx(
        _total(people, pair.why), abs=0.02
    )
    said = {r.field: r for r in pair.why}
    assert "differ by one letter" in said["Name"].said
    assert said["Birth date"].level == "same" and said["Birth date"].bits > 5
    assert said["Birth date"].field in pair.sentence


def _total(wb: Workbench, why: tuple[object, ...]) -> float:
    prior = wb.matching.model("celebrities")["prior"]
    return float(prior) + sum(r.bits for r in why)  # type: ignore[attr-defined]


def test_the_same_data_give_the_same_answer_on_any_number_of_threads(people: Workbench) -> None:
    def once(threads: int) -> list[tuple[str, str, float]]:
        people.database.read(lambda c: c.execute(f"SET threads = {threads}"))
        people.matching.run("celebrities")
        return [(p.left, p.right, p.weight) for p in people.matching.pairs(min_weight=-9)]

    assert once(1) == once(2) == once(4)


def test_before_the_first_run_a_word_says_so(people: Workbench) -> None:
    with pytest.raises(WrongState, match="not compared yet"):
        people.matching.pairs("celebrities")
    with pytest.raises(WrongState):
        people.matching.clusters("celebrities")


def test_an_empty_dataset_and_one_of_equal_records(
    wb: Workbench, csv_file: Callable[..., Path]
) -> None:
    run = wb.matching.run("celebrities")
    assert (run.records, run.links, run.trusted) == (0, 0, False)
    fields = [{"name": "name"}, {"name": "n"}]
    wb.datasets.save(from_dict({"name": "plain", "fields": fields, "key": {"fields": ["n"]}}))
    wb.import_file(csv_file("name,n", *(f"Ann Lee,{i}" for i in range(300))), "plain")
    run = wb.matching.run("plain")
    assert run.records == 300 and not run.trusted
    assert wb.check().ok


def test_somebody_who_is_described_is_found(people: Workbench) -> None:
    people.matching.run("celebrities")
    found = people.matching.find({"name": "Jay Chou", "birth_date": "1979"}, dataset="celebrities")
    assert {f.record["name"] for f in found[:2]} == {"周杰伦", "周杰倫"}
    assert found[0].probability > 0.5 and found[0].why
    assert people.matching.find({"name": "Nobody Known"}, dataset="celebrities") == []
    with pytest.raises(InputError):
        people.matching.find({}, dataset="celebrities")


def test_decisions_hold_and_are_superseded(people: Workbench, named: Named) -> None:
    people.matching.run("celebrities")
    a, b = named("Ada Lovelace"), named("Ada Lovelase")
    first = people.matching.decide(a, b, "different", note="two cousins")
    assert all({a, b} - set(c.records) for c in people.matching.clusters("celebrities"))
    people.matching.run("celebrities")  # it holds for what is found anew
    assert all({a, b} - set(c.records) for c in people.matching.clusters("celebrities"))
    second = people.matching.decide(b, a, "same")
    assert second.supersedes == first.id
    held = {d.id: d.holds for d in people.matching.decisions("celebrities")}
    assert held == {first.id: False, second.id: True}
    with pytest.raises(WrongState, match="meanwhile"):
        people.matching.decide(a, b, "different", expect=first.id)
    with pytest.raises(InputError):
        people.matching.decide(a, a, "same")
    with pytest.raises(InputError):
        people.matching.decide(a, b, "perhaps")
    with pytest.raises(NotFound):
        people.matching.decide(a, "01a229c6-179e-7be2-9637-b571a9e4b9db", "same")
    assert people.check(deep=True).ok


def test_not_the_same_survives_that_an_import_is_taken_back_and_comes_again(
    wb: Workbench, tmp_path: Path
) -> None:
    path = tmp_path / "people.csv"
    path.write_text(PEOPLE, "utf-8")
    upload = wb.import_file(path)

    def ids() -> list[str]:
        rows = wb.records("celebrities").rows()
        return [str(r["record_id"]) for r in rows if str(r["name"]).startswith("Ada")]

    wb.matching.run("celebrities")
    a, b = ids()
    wb.matching.decide(a, b, "different")
    wb.rollback(upload.id)
    wb.import_file(path, force=True)
    wb.matching.run("celebrities")
    again = set(ids())
    assert not again & {a, b}
    assert all(again - set(c.records) for c in wb.matching.clusters("celebrities"))


def test_only_what_changed_is_compared_anew(
    people: Workbench, csv_file: Callable[..., Path]
) -> None:
    people.matching.run("celebrities")
    before = {(p.left, p.right, p.weight) for p in people.matching.pairs(min_weight=-6)}
    people.import_file(csv_file("name,birth_date", "Grace Hoper,1906-12-09", name="more.csv"))
    run = people.matching.run("celebrities", whole=False)
    assert run.incremental and run.compared == 1
    after = {(p.left, p.right, p.weight) for p in people.matching.pairs(min_weight=-6)}
    assert before <= after
    new = [_names(people, c.records) for c in people.matching.clusters("celebrities")]
    assert {"Grace Hopper", "Grace Hoper"} in new


def test_labels_say_how_right_it_is(people: Workbench, named: Named) -> None:
    people.matching.run("celebrities")
    rows = people.records("celebrities").rows()
    persons = {str(r["record_id"]): str(r["name"])[:3] for r in rows}
    persons[named("周杰倫")] = persons[named("周杰伦")]
    persons[named("Lovelace Ada")] = "Ada"
    persons[named("Grace Kelly")] = "Kelly"
    found = people.matching.evaluate("celebrities", persons)
    assert found.pairwise.f1 == found.b3.f1 == 1.0
    pairs = [(named("Ada Lovelace"), named("Grace Kelly"), True)]
    assert people.matching.evaluate("celebrities", pairs).pairwise.recall == 0.0
    with pytest.raises(InputError):
        people.matching.evaluate("celebrities", 7)


def test_a_weight_of_many_places_is_no_decimal(
    wb: Workbench, csv_file: Callable[..., Path]
) -> None:
    """DuckDB takes 4.4793523127605575 for a DECIMAL(18), and a hundred times that overflows it."""
    wb.import_file(ROOT / "core/datasets/samples/celebrities.json")
    rows = ("Chou Jie-lun,Jay Chow,1979-01-18", "Beyonce Knowles,,1981-09-04")
    more = ("Adele Adkins,,1988-05-05", "Taylor Swft,,1989-12-13")
    wb.import_file(
        csv_file("name,name_en,birth_date,occupations", *(f"{r},singer" for r in rows + more))
    )
    run = wb.matching.run("celebrities")
    assert run.records == wb.count("celebrities") and run.links >= 2


def test_one_sign_with_the_same_reading_says_little(wb: Workbench) -> None:
    """玉 may be read as Chiu, as many signs are: two actors of one city are not one person for it.

    Nor are any others of the sample, who share occupations, tags and countries with one another.
    """
    wb.import_file(ROOT / "core/datasets/samples/celebrities.json")
    assert wb.matching.run("celebrities").links == 0
    pairs = wb.matching.pairs("celebrities", min_weight=-20, limit=1_000)
    found = {frozenset(_names(wb, (p.left, p.right))): p.probability for p in pairs}
    assert found.get(frozenset({"梁朝偉", "張曼玉"}), 0) < 0.2


def test_names_of_one_syllable_are_found_in_another_script(
    wb: Workbench, csv_file: Callable[..., Path]
) -> None:
    """Their consonants are one each, so the whole reading has to agree: Li Na is 李娜, and Liu Ni is not."""
    rows = ("李娜,1982-02-26,female", "Li Na,1982-02-26,female", "Liu Ni,1982-02-26,female")
    others = [f"Other Person{c},19{n}-02-03,male" for n, c in enumerate("abcdefgh", 40)]
    wb.import_file(csv_file("name,birth_date,gender", *rows, *others))
    wb.matching.run("celebrities")
    found = {frozenset(_names(wb, (p.left, p.right))): p for p in wb.matching.pairs(min_weight=-3)}
    pair = found[frozenset({"李娜", "Li Na"})]
    assert pair.probability > 0.5 and "in another script" in pair.sentence
    other = found.get(frozenset({"李娜", "Liu Ni"}))
    assert other is None or other.weight < pair.weight - 5
