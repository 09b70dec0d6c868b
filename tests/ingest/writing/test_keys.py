"""The key of a dataset changes while records are there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from core import Workbench
from core.datasets.model import Dataset, Field, Key
from core.errors import BadDataset, StalePreview
from core.ingest.writing import keys

Csv = Callable[..., Path]
FIELDS = ("name", "born", "town")
ROWS = ("name,born,town", "Ada,1815-12-10,London", "José,1900,Lima", "Bo,1950-02-03,Oslo")


def dataset(*key: str, when_both: str | None = None, fields: tuple[str, ...] = FIELDS) -> Dataset:
    return Dataset(
        name="people",
        fields=tuple(Field(name=f) for f in fields),
        key=Key(fields=key, when_both=when_both),
    )


def bring(wb: Workbench, path: Path) -> tuple[int, int, int]:
    counts = wb.import_file(path, dataset="people", force=True).counts
    return counts.new, counts.changed, counts.unchanged


def found(wb: Workbench) -> list[str]:
    return [f.code for f in wb.check().findings]


@pytest.mark.parametrize(
    "before, after",
    [
        (dataset("name"), dataset("name", "town")),
        (dataset("name", "town"), dataset("name")),
        (dataset("name"), dataset("name", when_both="born")),
        (dataset("name"), dataset()),
        (dataset(), dataset("name")),
        (dataset(), dataset(fields=(*FIELDS, "job"))),
        (dataset(), dataset(fields=("town", "name", "born"))),
    ],
)
def test_the_same_people_are_the_same_by_the_new_key(
    wb: Workbench, csv_file: Csv, before: Dataset, after: Dataset
) -> None:
    wb.save_dataset(before)
    path = csv_file(*ROWS)
    assert bring(wb, path) == (3, 0, 0)
    wb.save_dataset(after, replace=True)
    assert bring(wb, path) == (0, 0, 3)
    assert wb.count("people") == 3
    assert found(wb) == []


def test_a_file_that_was_changed_by_hand_does_as_well(wb: Workbench, csv_file: Csv) -> None:
    place = wb.save_dataset(dataset("name"))
    bring(wb, csv_file(*ROWS))
    place.write_text(place.read_text().replace('"name",\n]', '"name", "town"]'), "utf-8")
    assert wb.dataset("people").key.fields == ("name", "town")
    assert bring(wb, csv_file(*ROWS)) == (0, 0, 3)
    told = [e for e in wb.events() if e.kind == "dataset.key_renewed"]
    assert [(e.details["records"], e.details["key"]["fields"]) for e in told] == [
        (3, ["name", "town"])
    ]
    assert wb.verify_events() and found(wb) == []


def test_two_that_would_be_one_are_refused_and_named(wb: Workbench, csv_file: Csv) -> None:
    wb.save_dataset(dataset("name", "town"))
    bring(wb, csv_file(*ROWS, "Ada,1990,Bath"))
    before = list(wb.records("people").rows())
    with pytest.raises(BadDataset, match=r"Ada \(.*\) and Ada \(") as told:
        wb.save_dataset(dataset("name"), replace=True)
    assert "Nothing was changed" in told.value.hint
    assert wb.dataset("people").key.fields == ("name", "town")  # the file neither
    assert list(wb.records("people").rows()) == before and found(wb) == []
    # where a birth date tells them apart, the name is enough
    wb.save_dataset(dataset("name", when_both="born"), replace=True)
    assert bring(wb, csv_file(*ROWS)) == (0, 0, 3) and found(wb) == []
    with pytest.raises(BadDataset):
        wb.save_dataset(dataset("name"), replace=True)


def test_a_file_that_does_not_fit_is_refused_and_the_rest_goes_on(
    wb: Workbench, csv_file: Csv
) -> None:
    place = wb.save_dataset(dataset("name", "town"))
    bring(wb, csv_file(*ROWS, "Ada,1990,Bath"))
    kept = place.read_text("utf-8")
    place.write_text(kept.replace('    "town",\n', "", 1), "utf-8")
    assert wb.dataset("people").key.fields == ("name",)
    with pytest.raises(BadDataset, match="would be the same"):
        wb.records("people")
    assert wb.sql("SELECT count(*) AS n FROM people").df()["n"][0] == 4
    assert found(wb) == ["key_differs"]
    place.write_text(kept, "utf-8")
    assert found(wb) == [] and wb.count("people") == 4


def test_what_comes_back_has_the_key_of_now(wb: Workbench, csv_file: Csv) -> None:
    wb.save_dataset(dataset("name"))
    upload = wb.import_file(csv_file(*ROWS), dataset="people")
    ada = next(iter(wb.records("people", where={"name": "Ada"}).rows()))["record_id"]
    wb.delete("people", ada)
    back = wb.rollback(upload.id)
    wb.save_dataset(dataset("name", "town"), replace=True)
    wb.restore("people", ada)
    assert back.id and wb.rollback(back.id).counts["reversed"] == 2
    assert found(wb) == []
    assert bring(wb, csv_file(*ROWS)) == (0, 0, 3)


def test_rows_that_were_folded_by_the_old_key_are_not_written(
    wb: Workbench, csv_file: Csv, monkeypatch: pytest.MonkeyPatch
) -> None:
    wb.save_dataset(dataset("name"))
    seen = wb.preview(csv_file(*ROWS), dataset="people")

    def renew(*_: object) -> None:  # between the look at the preview and the commit
        with monkeypatch.context() as without:
            without.setattr("core.ingest.writing.commit.begin", begin)
            wb.save_dataset(dataset("town"), replace=True)

    from core.ingest import importing

    write, begin = importing._write, importing.commit_.begin
    monkeypatch.setattr(importing, "_write", lambda *a: (renew(), write(*a))[1])
    with pytest.raises(StalePreview):
        wb.commit(seen.id)
    assert wb.count("people") == 0


def test_a_database_that_never_wrote_it_down(wb: Workbench, csv_file: Csv) -> None:
    wb.save_dataset(dataset("name"))
    bring(wb, csv_file(*ROWS))
    wb.database.write(lambda c: c.execute("UPDATE ops.datasets SET keyed = NULL") and None)
    wb.database.write(lambda c: c.execute("UPDATE people SET _key = 'old ' || _key") and None)
    assert bring(wb, csv_file(*ROWS)) == (0, 0, 3)
    assert found(wb) == []
    assert wb.database.read(lambda c: keys.kept(c, "people")) == keys.signature(dataset("name"))
