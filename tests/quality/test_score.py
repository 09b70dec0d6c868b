"""Scores: each dimension by its formula, None for what was not measured, and the rows behind every number."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from core import Dataset, Workbench
from core.datasets.model import from_dict, from_text
from core.errors import BadDataset, NotFound

Csv = Callable[..., Path]
PEOPLE = {
    "name": "people",
    "fields": [
        {"name": "name", "required": True},
        {"name": "born", "type": "date"},
        {"name": "died", "type": "date"},
        {"name": "kind", "choices": ["a", "b"], "severity": {"choices": "warning"}},
        {"name": "mail", "format": "email", "max_length": 10, "unique": True}
        | {"severity": {"format": "warning", "max_length": "warning", "unique": "warning"}},
        {"name": "tags", "type": "list", "on_update": "union"},
    ],
    "key": {"fields": ["name"], "when_both": "born"},
    "rules": [{"kind": "order", "fields": ["born", "died"], "severity": "warning"}],
}


@pytest.fixture
def people(wb: Workbench) -> Dataset:
    dataset = from_dict(PEOPLE)
    wb.datasets.save(dataset)
    return dataset


@pytest.fixture
def filled(wb: Workbench, people: Dataset, csv_file: Csv) -> Workbench:
    wb.import_file(
        csv_file(
            "name,born,died,kind,mail,tags",
            "Ada,1815,1852,a,a@b.cd,x",
            "Ben,1900,1850,z,not a mail at all,",
            "Di,1950,,b,,",
        ),
        "people",
    )
    wb.import_file(csv_file("name,mail,tags", "Cy,a@b.cd,x;y", name="people.csv"), "people")
    return wb


COUNTS = [
    ("completeness:name", 4, 0),
    ("completeness:born", 4, 1),
    ("completeness:died", 4, 2),
    ("completeness:tags", 4, 2),
    ("validity:kind:choices", 3, 1),
    ("validity:mail", 3, 1),  # one value that breaks two rules is bad once
    ("validity:mail:format", 3, 1),
    ("validity:mail:max_length", 3, 1),
    ("uniqueness:mail", 3, 2),
    ("uniqueness:key", 4, 0),
    ("consistency:order:1", 2, 1),
    ("consistency:sources", 0, 0),
    ("provenance:source", 4, 0),
]


def test_a_check_counts_its_units_and_opens_its_rows(filled: Workbench) -> None:
    score = filled.quality.score("people")
    for check, counted, bad in COUNTS:
        found = score.check(check)
        assert (found.counted, found.bad) == (counted, bad), check
        assert found.score == (100 * (1 - bad / counted) if counted else None)
        assert len(filled.quality.rows(found).fetchall()) == bad


def test_exactly_these_rows(filled: Workbench) -> None:
    score = filled.quality.score("people")
    names = {r["name"] for r in score.rows("validity:kind:choices").rows()}
    assert names == {"Ben"}
    assert {r["name"] for r in score.rows("uniqueness:mail").rows()} == {"Ada", "Cy"}


def test_a_dimension_puts_units_together_and_the_total_weighs_dimensions(
    filled: Workbench, people: Dataset
) -> None:
    score = filled.quality.score("people")
    assert score.dimensions["completeness"] == pytest.approx(100 * (1 - 7 / 24))
    assert score.dimensions["validity"] == pytest.approx(100 * (1 - 2 / 6))
    assert score.dimensions["freshness"] is None  # no fresh_days: not measured, and not 100
    known = [s for s in score.dimensions.values() if s is not None]
    assert score.total == pytest.approx(sum(known) / len(known))
    heavy = {**PEOPLE, "quality": {"weights": {"validity": 0}, "fields": {"born": 5, "name": 0}}}
    filled.datasets.save(from_dict(heavy), replace=True)
    score = filled.quality.score("people")
    # name 0, born 5 x (1 of 4), died 2, kind 1, mail 1, tags 2 of 4 each
    assert score.dimensions["completeness"] == pytest.approx(100 * (1 - (5 + 2 + 1 + 1 + 2) / 36))
    known = [s for d, s in score.dimensions.items() if s is not None and d != "validity"]
    assert score.total == pytest.approx(sum(known) / len(known))


def test_nothing_is_measured_without_records(wb: Workbench, people: Dataset) -> None:
    score = wb.quality.score("people")
    assert (score.total, score.records) == (None, 0)
    assert set(score.dimensions.values()) == {None}
    assert all(f.total is None for f in score.fields.values())


def test_records_that_may_be_the_same(filled: Workbench, csv_file: Csv) -> None:
    """An edit takes the birth date away that told two people of one name apart."""
    filled.import_file(csv_file("name,born", "Di,1970", name="more.csv"), "people")
    assert filled.quality.score("people").check("uniqueness:key").bad == 0
    with filled.database.reader() as cursor:
        cursor.execute("UPDATE main.people SET born = NULL WHERE born = '1970'")
    found = filled.quality.score("people").check("uniqueness:key")
    assert found.bad == 2
    assert {r["name"] for r in filled.quality.rows(found).rows()} == {"Di"}


def test_every_record_the_same(filled: Workbench) -> None:
    with filled.database.reader() as cursor:
        cursor.execute(
            "INSERT INTO main.people SELECT p.* FROM main.people p, range(50) WHERE p.name = 'Di'"
        )
        cursor.execute("DELETE FROM main.people WHERE name <> 'Di'")
    score = filled.quality.score("people")
    assert (score.records, score.dimensions["uniqueness"]) == (51, 0.0)
    assert filled.quality.profile("people").column("Name").top == (("Di", 51),)


def test_a_file_that_says_otherwise_is_inconsistent(filled: Workbench, csv_file: Csv) -> None:
    definition = {**PEOPLE, "fields": [dict(f) for f in PEOPLE["fields"]]}  # type: ignore[union-attr]
    definition["fields"][3]["on_update"] = "keep"
    filled.datasets.save(from_dict(definition), replace=True)
    filled.import_file(csv_file("name,kind", "Ada,b", "Di,b", name="more.csv"), "people")
    found = filled.quality.score("people").check("consistency:sources")
    assert (found.counted, found.bad) == (2, 1)
    assert [r["name"] for r in filled.quality.rows(found).rows()] == ["Ada"]


def test_freshness_and_provenance(filled: Workbench, csv_file: Csv) -> None:
    filled.datasets.save(from_dict({**PEOPLE, "quality": {"fresh_days": 30}}), replace=True)
    with filled.database.reader() as cursor:
        cursor.execute("UPDATE main.people SET _updated_at = '2001-01-01', _source = NULL")
    score = filled.quality.score("people")
    assert score.dimensions["freshness"] == 0 and score.dimensions["provenance"] == 0
    # A file that only says the same again confirms the record.
    filled.import_file(csv_file("name,born", "Di,1950", name="again.csv"), "people")
    found = filled.quality.score("people").check("freshness:record")
    assert (found.counted, found.bad) == (4, 3)


def test_scores_of_a_record_an_upload_and_a_source(filled: Workbench, csv_file: Csv) -> None:
    more = filled.import_file(
        csv_file("name,kind", "Eve,a", name="more.csv"), "people", source_name="wiki"
    )
    score = filled.quality.score("people")
    [eve] = filled.records("people", where={"name": "Eve"}).rows()
    assert score.record(eve["record_id"]).dimensions["completeness"] == pytest.approx(100 * 2 / 6)
    assert score.upload(more.id).records == 1
    assert filled.quality.source("people", "wiki").records == 1
    worst_first = [(name, s.records) for name, s in filled.quality.sources("people")]
    assert worst_first == [("people.csv", 4), ("wiki", 1)]
    with pytest.raises(NotFound):
        score.record("00000000-0000-7000-8000-000000000000")
    with pytest.raises(NotFound, match="no check 'completeness:nothing'"):
        filled.quality.rows("completeness:nothing", dataset="people")


@pytest.mark.parametrize(
    "table, word",
    [
        ("[quality.weights]\nvalidity = -1", "the weight of validity is -1; a weight is 0 or more"),
        ("[quality.fields]\nname = nan", "a weight is 0 or more"),
        ("[quality.fields]\nnme = 1", "unknown field 'nme'"),
        ("[quality.weights]\nbeauty = 1", "quality.weights"),
        ("[quality]\nfresh_days = 0", "greater than or equal to 1"),
    ],
)
def test_weights_that_are_none(table: str, word: str) -> None:
    with pytest.raises(BadDataset) as error:
        from_text(f'name = "people"\n[[fields]]\nname = "name"\n{table}')
    assert word in str(error.value)


def test_weights_do_not_make_a_file_stale(people: Dataset) -> None:
    assert from_dict({**PEOPLE, "quality": {"fresh_days": 3}}).meaning == people.meaning
