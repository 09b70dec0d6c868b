"""Checks that somebody makes: each kind, its rows, bad input, the gate of an import, incidents."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core import Workbench
from core.datasets.model import from_dict
from core.errors import InputError, MarqueeError, NotFound, QualityGate
from core.quality.expectation import Expectation, Options
from core.storage.store import Connection

Csv = Callable[..., Path]
FIELDS = [
    {"name": "name"},
    {"name": "born", "type": "date"},
    {"name": "size", "type": "number"},
    {"name": "team"},
    {"name": "tags", "type": "list"},
]


@pytest.fixture
def people(wb: Workbench, csv_file: Csv) -> Workbench:
    wb.datasets.save(from_dict({"name": "people", "fields": FIELDS, "key": {"fields": ["name"]}}))
    wb.datasets.save(from_dict({"name": "teams", "fields": [{"name": "code"}]}))
    wb.import_file(csv_file("code", "red", "blue", name="teams.csv"), "teams")
    rows = ["Ada,1950,1,red,x;y", "Ben,1960,2,red,x", "Cy,1970,0,blue,z", "Di,,,green,"]
    wb.import_file(csv_file("name,born,size,team,tags", *rows), "people")
    return wb


ENDLESS = "(SELECT count(*) FROM range(100000000000) a WHERE a.range % 7 = length(name)) > 0"
KINDS: list[tuple[str, dict[str, Any], str, set[str] | None]] = [
    ("not_null", {"field": "born"}, "failed", {"Di"}),
    ("not_null", {"field": "name"}, "passed", set()),
    ("unique", {"field": "team"}, "failed", {"Ada", "Ben"}),
    ("in_set", {"field": "team", "values": ["red", "blue"]}, "failed", {"Di"}),
    ("in_set", {"field": "tags", "values": ["x", "y"]}, "failed", {"Cy"}),
    ("in_set", {"field": "size", "values": [0, 1]}, "failed", {"Ben"}),
    ("between", {"field": "size", "min": 1}, "failed", {"Cy"}),
    ("between", {"field": "born", "min": "1950", "max": "1965"}, "failed", {"Cy"}),
    ("matches", {"field": "name", "pattern": "[A-C].*"}, "failed", {"Di"}),
    ("matches", {"field": "tags", "pattern": "[xy]"}, "failed", {"Cy"}),
    ("referential", {"field": "team", "other": "teams.code"}, "failed", {"Di"}),
    ("sql", {"condition": "size IS NULL OR size < 2"}, "failed", {"Ben"}),
    ("sql", {"condition": "size < 9"}, "unanswered", set()),
    ("sql", {"condition": "1 / size > 0"}, "unanswered", set()),  # divided by zero
    ("sql", {"condition": "size < 2", "tolerance": 50}, "unanswered", {"Ben"}),
    ("row_count", {"min": 5}, "failed", None),
    ("row_count", {"min": 1, "max": 4}, "passed", None),
    ("sum", {"field": "size", "max": 2}, "failed", None),
    ("freshness", {"days": 1}, "passed", None),
]


def test_each_kind(people: Workbench) -> None:
    """One check after the other: its state, and exactly its rows."""
    for kind, values, state, bad in KINDS:
        made = people.quality.expect("people", kind, **values)
        [outcome] = people.quality.run("people")
        assert (outcome.state, outcome.message == "") == (state, state == "passed"), made
        if bad is None:
            with pytest.raises(InputError, match="all records together"):
                people.quality.rows(made)
        else:
            names = {r["name"] for r in people.quality.rows(made).rows()}
            assert names == bad and outcome.bad == len(bad), made
        people.quality.forget(made.id)


def test_a_division_by_zero_is_told(people: Workbench) -> None:
    people.quality.expect("people", "sql", condition="1 / size > 0")
    [outcome] = people.quality.run("people")
    assert outcome.unanswered == 2 and "divided by zero" in outcome.message
    people.quality.expect("people", "sql", condition="name::INTEGER > 0", name="no number")
    said = {o.expectation.title: o for o in people.quality.run("people")}["no number"]
    assert said.state == "error" and "Could not convert" in said.message


def test_a_check_that_takes_too_long_is_stopped(people: Workbench) -> None:
    people.quality.expect("people", "sql", condition=ENDLESS, timeout=0.3)
    [outcome] = people.quality.run("people")
    assert outcome.state == "error" and "longer than 0.3 seconds" in outcome.message
    assert people.records.count("people") == 4  # the database goes on


NONE: list[tuple[str, dict[str, Any], str]] = [
    ("beauty", {}, "kind"),
    ("between", {"field": "size"}, "needs min or max"),
    ("in_set", {"field": "team"}, "needs values"),
    ("matches", {"field": "team", "pattern": "("}, "pattern is broken"),
    ("not_null", {"field": "nothing"}, "no field 'nothing'"),
    ("sum", {"field": "team", "min": 1}, "no numbers"),
    ("sql", {"condition": "1; DROP TABLE people"}, ""),
    ("sql", {"condition": "name IN (SELECT * FROM read_text('/etc/passwd'))"}, "not allowed"),
    ("in_set", {"field": "size", "values": ["x"]}, "holds numbers"),
    ("sql", {"condition": ""}, "needs condition"),
    ("referential", {"field": "team", "other": "teams"}, "is not DATASET.FIELD"),
    ("not_null", {"field": "name", "timeout": -1}, "timeout"),
    ("not_null", {"field": "name", "severity": "loud"}, "severity"),
    ("row_count", {"min": "many"}, "'many' is no number"),
    ("sum", {"field": "size", "max": "nan"}, "not a finite number"),
    ("between", {"field": "size", "min": 3, "max": 2}, "min is above max"),
    ("between", {"field": "born", "min": "soon"}, "'soon' is no date"),
    ("between", {"field": "born", "min": "1990", "max": "-0044"}, "min is above max"),
    ("matches", {"field": "team", "pattern": "(?=a)b"}, "pattern is broken"),
    ("sql", {"condition": "shoe_size > 1"}, "shoe_size"),
    ("sql", {"condition": "count(*) > 1"}, "aggregate"),
    ("sql", {"condition": "strptime(name, '%Q') IS NULL"}, "the condition"),
]


def test_the_rows_of_a_check_are_read_as_it_was_run(people: Workbench) -> None:
    """Divided by zero is no answer there either, so the rows are as many as were counted; it is found by its id, too."""
    made = people.quality.expect("people", "sql", condition="1 / size < 0.9")
    [outcome] = people.quality.run("people")
    assert (outcome.bad, outcome.unanswered) == (1, 2)
    assert [r["name"] for r in people.quality.rows(made.id, dataset="people").rows()] == ["Ada"]
    [value] = people.quality.values("people", made.id, field="team")
    assert (value.value, value.count) == ("red", 1)
    assert people.quality.project("people", made.id, {"red": "blue"}, field="team").records == 1


def test_the_rows_of_a_check_are_of_one_source(people: Workbench, csv_file: Csv) -> None:
    path = csv_file("name,size", "Eve,5", "Fay,1", name="more.csv")
    people.import_file(path, "people", source_name="press")
    made = people.quality.expect("people", "sql", condition="size < 2 AND true OR size = 0")
    for check in (made, made.id):
        found = people.quality.rows(check, dataset="people", source="press").rows()
        assert [r["name"] for r in found] == ["Eve"]


def test_the_rows_of_an_endless_check_are_stopped(people: Workbench) -> None:
    made = people.quality.expect("people", "sql", condition=ENDLESS, timeout=0.3)
    for ask in (
        lambda: list(people.quality.rows(made).rows()),
        lambda: people.quality.values("people", made.id, field="team"),
        lambda: people.quality.repair("people", made.id, {"red": None}, field="team"),
    ):
        with pytest.raises(InputError, match="longer than 0.3 seconds"):
            ask()
    people.edit("people", next(people.records("people").rows())["record_id"], {"team": "blue"})


def test_a_check_kept_from_before_with_bad_bounds_stops_no_other(people: Workbench) -> None:
    made = people.quality.expect("people", "row_count", min=1)
    people.quality.expect("people", "not_null", field="name")

    def spoil(connection: Connection) -> None:
        connection.execute(
            "UPDATE ops.quality_expectations SET definition = replace(definition, '1.0', '\"many\"')"
            " WHERE expectation_id = ?::UUID",
            [made.id],
        )

    people.database.write(spoil)
    states = {o.expectation.kind: o.state for o in people.quality.run("people")}
    assert states == {"row_count": "error", "not_null": "passed"}


def test_the_bounds_of_whole_numbers_may_be_broken_ones(wb: Workbench, csv_file: Csv) -> None:
    fields = [{"name": "name"}, {"name": "size", "type": "integer"}]
    wb.datasets.save(from_dict({"name": "people", "fields": fields, "key": {"fields": ["name"]}}))
    wb.import_file(csv_file("name,size", "Ada,1", "Ben,2"), "people")
    made = wb.quality.expect("people", "between", field="size", min="1.2", max="2.4")
    assert [r["name"] for r in wb.quality.rows(made).rows()] == ["Ada"]


def test_dates_before_christ_are_between_as_time_goes(people: Workbench, csv_file: Csv) -> None:
    people.import_file(
        csv_file("name,born", "Eve,-0100", "Fay,-0050", "Gus,1965-03", name="b.csv"), "people"
    )
    made = people.quality.expect("people", "between", field="born", min="-0075", max="1965")
    assert {r["name"] for r in people.quality.rows(made).rows()} == {"Eve", "Cy"}


def test_a_check_that_is_none(people: Workbench) -> None:
    for kind, values, word in NONE:
        with pytest.raises(MarqueeError) as error:
            people.quality.expect("people", kind, **values)
        assert word in str(error.value), (kind, values)
    assert people.quality.checks("people") == []


def test_checks_are_changed_and_forgotten(people: Workbench) -> None:
    made = people.quality.expect("people", "not_null", field="born", owner="eva")
    people.quality.expect("people", "not_null", field="size", id=made.id)
    [only] = people.quality.checks("people")
    assert (only.id, only.field) == (made.id, "size")
    people.quality.run("people")
    assert people.quality.results("people")[made.id].bad == 1
    people.quality.forget(made.id)
    assert people.quality.checks("people") == []
    assert [i.status for i in people.quality.incidents("people")] == ["resolved"]
    with pytest.raises(NotFound):
        people.quality.forget(made.id)


def test_an_empty_dataset_is_not_measured(wb: Workbench) -> None:
    wb.quality.expect("celebrities", "not_null", field="name")
    wb.quality.expect("celebrities", "row_count", min=1)
    assert {o.state for o in wb.quality.run()} == {"not_measured", "failed"}


# ------------------------------------------------------------------ incidents


def test_the_life_of_an_incident(people: Workbench) -> None:
    quality = people.quality
    quality.expect("people", "not_null", field="born", owner="eva", severity="warning")
    quality.run("people")
    quality.run("people")  # one cause, one incident
    [incident] = quality.incidents("people")
    assert (incident.status, incident.owner, incident.bad) == ("open", "eva", 1)
    quality.assign(incident.id, "bob")
    quality.note(incident.id, "asked the archive")
    quality.resolve(incident.id, "nobody knows it")
    quality.run("people")
    assert quality.incident(incident.id).status == "resolved"  # nothing changed since
    [ada] = people.records("people", where={"name": "Ada"}).rows()
    people.edit("people", ada["record_id"], {"born": None})
    quality.run("people")
    again = quality.incident(incident.id)
    assert (again.status, again.reopened, again.bad) == ("open", 1, 2)
    for record in list(people.records("people").rows()):
        people.edit("people", record["record_id"], {"born": "1950"})
    quality.run("people")
    done = quality.incident(incident.id)
    assert done.status == "resolved"
    assert [n.what for n in done.notes] == [
        *("opened", "assigned", "noted", "resolved", "reopened", "resolved"),
    ]
    with pytest.raises(InputError, match="resolved already"):
        quality.resolve(incident.id)
    assert quality.reopen(incident.id, "not yet").status == "open"
    with pytest.raises(InputError, match="empty"):
        quality.note(incident.id, " ")
    with pytest.raises(NotFound):
        quality.incident("00000000-0000-7000-8000-000000000000")


# ------------------------------------------------------------------ the gate


def test_a_gate_refuses_a_file(people: Workbench, csv_file: Csv) -> None:
    people.quality.expect("people", "in_set", field="team", values=["red", "blue"], gate="refuse")
    bad = csv_file("name,team", "Eve,pink", name="bad.csv")
    with pytest.raises(QualityGate, match="team is one of red, blue: 1 of 1 are otherwise"):
        people.import_file(bad, "people")
    assert people.records.count("people") == 4
    [upload] = [u for u in people.uploads() if u.filename == "bad.csv"]
    assert upload.status == "rejected"
    people.quality.accept(upload.id, "please")
    with pytest.raises(QualityGate):  # what is refused cannot be accepted
        people.commit(upload.id)
    # A file that does not speak of the field does not concern the check.
    people.import_file(csv_file("name,born", "Eve,1980", name="good.csv"), "people")
    assert people.records.count("people") == 5


def test_a_gate_asks_and_somebody_accepts(people: Workbench, csv_file: Csv) -> None:
    people.quality.expect("people", "not_null", field="born", gate="ask")
    upload = people.receive(csv_file("name,born", "Eve,", name="ask.csv"), dataset="people")
    report = people.quality.gate(upload.id)
    assert (report.verdict, report.accepted) == ("ask", None)
    with pytest.raises(QualityGate):
        people.commit(upload.id)
    people.quality.accept(upload.id, "the archive has no dates")
    people.preview(upload.id)
    assert people.commit(upload.id).status == "imported"
    assert any(e.kind == "quality.accepted" for e in people.history.events())


def test_a_gate_for_the_score_of_a_file(wb: Workbench, csv_file: Csv) -> None:
    quality = {"refuse_below": 40, "ask_below": 90}
    wb.datasets.save(from_dict({"name": "people", "fields": FIELDS, "quality": quality}))
    wb.import_file(csv_file("name,born", "Ada,1950"), "people")
    with pytest.raises(QualityGate, match="scores 66.7, and at least 90 is asked for"):
        wb.import_file(csv_file("name,born,size", "Ben,1950,", name="b.csv"), "people")
    with pytest.raises(QualityGate, match="at least 40"):
        wb.import_file(csv_file("name,born,size,tags", "Ben,,,", name="c.csv"), "people")


def test_what_can_be_said_of_a_check_is_named_once() -> None:
    assert {"dataset", "kind", *Options.__annotations__} == {*Expectation.model_fields}
