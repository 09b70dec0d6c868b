"""From the rows of a check to their repair, with the new score before it is done."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from core import Workbench
from core.datasets.model import from_dict
from core.errors import BadValue, InputError

Csv = Callable[..., Path]
FIELDS = [
    {"name": "name", "required": True},
    {"name": "kind", "choices": ["singer", "actor"], "severity": {"choices": "warning"}},
    {"name": "born", "type": "date"},
    {"name": "tags", "type": "list"},
]
CHECK = "validity:kind:choices"


@pytest.fixture
def people(wb: Workbench, csv_file: Csv) -> Workbench:
    wb.datasets.save(from_dict({"name": "people", "fields": FIELDS, "key": {"fields": ["name"]}}))
    rows = ["Ada,singr,1950", "Ben,singr,", "Cy,actor,1970", "Di,plumber,1980", "Eve,,1990"]
    wb.import_file(csv_file("name,kind,born", *rows), "people")
    return wb


def test_values_a_projection_and_one_act_that_can_be_taken_back(people: Workbench) -> None:
    quality = people.quality
    found = [(f.value, f.count, f.suggestion) for f in quality.values("people", CHECK)]
    assert found[0] == ("singr", 2, "singer") and found[1][:2] == ("plumber", 1)
    before = people.datasets.version("people")
    seen = quality.project("people", CHECK, {"singr": "singer"})
    assert seen.records == 2 and seen.before.check(CHECK).bad == 3
    assert seen.after.check(CHECK).bad == 1 and (seen.points or 0) > 0
    assert people.datasets.version("people") == before  # nothing was written
    upload = quality.repair("people", CHECK, {"singr": "singer"})
    assert upload is not None and upload.counts.changed == 2
    after = quality.score("people")
    assert after.total == pytest.approx(seen.after.total)
    assert {r["name"] for r in quality.rows(after.check(CHECK)).rows()} == {"Di"}
    assert quality.trend("people")[-1].points == pytest.approx(seen.points)
    people.rollback(upload.id)
    assert quality.score("people").check(CHECK).bad == 3


def test_empty_values_are_filled_and_bad_ones_emptied(people: Workbench) -> None:
    quality = people.quality
    seen = quality.project("people", "completeness:kind", {"": "actor"})
    assert seen.records == 1
    quality.repair("people", "completeness:kind", {"": "actor"})
    assert quality.score("people").check("completeness:kind").bad == 0
    assert quality.repair("people", CHECK, {"plumber": None, "singr": None}) is None
    score = quality.score("people")
    assert (score.check(CHECK).bad, score.check("completeness:kind").bad) == (0, 3)


def test_rows_of_a_check_of_ones_own(people: Workbench) -> None:
    made = people.quality.expect("people", "sql", condition="kind <> 'plumber'")
    found = people.quality.values("people", made.id, field="kind")
    assert [(f.value, f.count) for f in found] == [("plumber", 1)]
    people.quality.repair("people", made.id, {"plumber": "actor"}, field="kind")
    assert people.quality.values("people", made.id, field="kind") == []


def test_what_is_no_repair(people: Workbench) -> None:
    project = people.quality.project
    with pytest.raises(BadValue):
        project("people", "completeness:born", {"": "the day before"})
    with pytest.raises(InputError, match="says what a value should be"):
        project("people", CHECK, {})
    with pytest.raises(InputError, match="no check"):
        project("people", "validity:nothing", {"a": "b"})
    with pytest.raises(InputError, match="is a list"):
        project("people", "completeness:tags", {"": "x"})
    with pytest.raises(InputError, match="several fields"):
        project("people", "provenance:source", {"": "x"})
    with pytest.raises(InputError, match="one after the other"):
        people.quality.repair("people", CHECK, {"singr": "singer", "plumber": None})
    with pytest.raises(InputError, match="no record"):
        people.quality.repair("people", CHECK, {"nobody": "singer"})
