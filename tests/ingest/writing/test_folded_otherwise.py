"""A new Marquee folds names otherwise than the one that wrote the records: nobody is locked out, nothing is lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from core import Workbench
from core.characters import names
from core.datasets.model import Dataset, Field, Key

Csv = Callable[..., Path]
ROWS = ("name,born,town", "Lech Wałęsa,1943,Popowo", "Lech Walesa,1943,Gdansk", "Bo,1950,Oslo")


@pytest.fixture
def old(wb: Workbench, csv_file: Csv, monkeypatch: pytest.MonkeyPatch) -> Workbench:
    """Records that were written by a rule under which ł is no l."""
    with monkeypatch.context() as before:
        before.setattr(names, "sql", lambda x, ascii_=False: f"lower({x})")
        fields = (Field(name="name"), Field(name="born", type="date"), Field(name="town"))
        key = Key(fields=("name",), when_both="born")
        wb.save_dataset(Dataset(name="people", fields=fields, key=key))
        assert wb.import_file(csv_file(*ROWS), dataset="people").counts.new == 3
        # That Marquee did not note how a field is declared.
        wb.database.write(
            lambda c: c.execute(
                "UPDATE ops.datasets SET keyed = json_merge_patch(keyed, '{\"declared\": null}')"
            )
            and None
        )
    return wb


def test_both_stay_and_are_told(old: Workbench, csv_file: Csv) -> None:
    assert sorted(r["name"] for r in old.records("people").rows()) == [
        "Bo",
        "Lech Walesa",
        "Lech Wałęsa",
    ]
    told = [e for e in old.events() if e.kind == "dataset.key_renewed"]
    assert len(told) == 1 and len(told[0].details["alike"]) == 1
    assert "Lech Wałęsa" in told[0].details["alike"][0]
    checked = old.check()
    assert checked.ok and [f.code for f in checked.findings] == ["records_alike"]


def test_a_row_that_could_mean_either_waits(old: Workbench, csv_file: Csv) -> None:
    counts = old.import_file(
        csv_file("name,born,town", "Lech Wałęsa,1943,Warsaw", "Bo,1950,Oslo", "BO,1950,Bergen"),
        dataset="people",
    ).counts
    assert (counts.new, counts.conflicting) == (0, 1)
    assert old.count("people") == 3
    assert {r["town"] for r in old.records("people", where={"born": "1943"}).rows()} == {
        "Popowo",
        "Gdansk",
    }


def test_the_definition_can_still_be_saved_and_a_double_be_cleared(
    old: Workbench, csv_file: Csv
) -> None:
    old.save_dataset(old.dataset("people"), replace=True)
    double = next(iter(old.records("people", where={"name": "Lech Walesa"}).rows()))
    old.delete("people", double["record_id"])
    assert old.check().findings == ()
    assert (
        old.import_file(
            csv_file("name,born,town", "LECH WALESA,1943,Gdynia"), dataset="people"
        ).counts.changed
        == 1
    )


def test_what_the_keys_follow_from_names_the_kinds(old: Workbench) -> None:
    kept = old.database.read(
        lambda c: c.execute("SELECT keyed FROM ops.datasets WHERE name = 'people'").fetchone()
    )
    old.records("people")
    now = old.database.read(
        lambda c: c.execute("SELECT keyed FROM ops.datasets WHERE name = 'people'").fetchone()
    )
    assert kept and now
    assert "declared" not in json.loads(kept[0])
    assert json.loads(now[0])["declared"] == {"name": "text", "born": "date"}
