"""Rows that are probably somebody, decided before the import: what it does, that it lasts, and how it is taken back."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from core import Workbench
from core.errors import InputError, NotFound, StalePreview, WrongState
from core.ingest import importing
from core.ingest.rows import promise
from tests.matching.conftest import PEOPLE

Csv = Callable[..., Path]
HEAD = "name,birth_date,gender,nationality,aliases,mbti"
ROWS = (
    "Alan Turin,1912-06-23,male,United Kingdom,Prof,INTP",
    "Marie Curie,1867-11-07,female,Poland,,",
    "Marie Curye,1867-11-07,female,Poland,,INTJ",
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation whose people were compared: copied, it saves every test the import and the run."""
    home = tmp_path_factory.mktemp("compared")
    (home / "people.csv").write_text(PEOPLE, "utf-8")
    with Workbench.open(home / "m.duckdb", data_dir=home / "raw") as wb:
        wb.import_file(home / "people.csv")
        wb.matching.run()
    return home


@pytest.fixture
def compared(home: Path, tmp_path: Path) -> Iterator[Workbench]:
    shutil.copytree(home, tmp_path / "home")
    with Workbench.open(tmp_path / "home" / "m.duckdb", data_dir=tmp_path / "home" / "raw") as wb:
        yield wb


@pytest.fixture
def file(csv_file: Csv) -> Path:
    return csv_file(HEAD, *ROWS, name="more.csv")


def _record(wb: Workbench, name: str) -> dict[str, Any]:
    found = [r for r in wb.records("celebrities").rows() if r["name"] == name]
    assert len(found) == 1, name
    return found[0]


def _names(wb: Workbench) -> set[str]:
    return {str(r["name"]) for r in wb.records("celebrities").rows()}


def test_the_same_updates_the_record_and_only_in_the_import(
    compared: Workbench, file: Path
) -> None:
    before, preview = _record(compared, "Alan Turing"), compared.preview(file)
    found = compared.matching.arriving(preview.id)
    assert (found.total, found.open) == (2, 2)
    turin = next(p for p in found.pairs if p.row == 1)
    assert turin.record_id == before["record_id"] and turin.other["name"] == "Alan Turing"
    assert turin.values["mbti"] == "INTP" and any(r.bits > 0 for r in turin.why)
    assert compared.matching.decide_arriving(preview.id, "same", [1]) == 1
    assert _record(compared, "Alan Turing") == before  # nothing live was touched
    counts = compared.uploads.preview(preview.id).counts
    assert (counts.new, counts.changed) == (2, 1)
    upload = compared.commit(preview.id)
    after = _record(compared, "Alan Turing")
    assert (after["mbti"], after["birth_date"]) == ("INTP", "1912-06-23")
    assert set(after["aliases"]) == {"Alan Turin", "Prof"}  # the name that lost is another name
    assert not compared.check(deep=True).findings
    compared.rollback(upload.id)
    assert _record(compared, "Alan Turing")["mbti"] is None


def test_two_rows_of_one_person_become_one_record(compared: Workbench, file: Path) -> None:
    preview = compared.preview(file)
    compared.matching.decide_arriving(preview.id, "same", {3: 2})
    counts = compared.uploads.preview(preview.id).counts
    assert (counts.new, counts.repeated) == (2, 1)
    compared.commit(preview.id)
    assert "Marie Curie" not in _names(compared)
    assert _record(compared, "Marie Curye")["mbti"] == "INTJ"
    assert not compared.check(deep=True).findings


def test_a_decision_holds_when_the_people_come_again(
    compared: Workbench, file: Path, csv_file: Csv
) -> None:
    preview = compared.preview(file)
    compared.matching.decide_arriving(preview.id, "same")
    compared.commit(preview.id)
    again = csv_file(
        "name,birth_date,mbti",
        "Alan Turin,1912-06-23,ENTP",
        "Marie Curie,1867-11-07,ENTJ",
        name="again.csv",
    )
    second = compared.preview(again)
    assert (second.counts.new, second.counts.changed) == (0, 2)
    assert compared.matching.arriving(second.id).open == 0
    compared.commit(second.id)
    assert _record(compared, "Alan Turing")["mbti"] == "ENTP"
    assert _record(compared, "Marie Curye")["mbti"] == "ENTJ"


def test_it_is_taken_back_with_the_import(compared: Workbench, file: Path, csv_file: Csv) -> None:
    preview = compared.preview(file)
    compared.matching.decide_arriving(preview.id, "same", [1])
    upload = compared.commit(preview.id)
    back = compared.rollback(upload.id)
    again = csv_file("name,birth_date", "Alan Turin,1912-06-23", name="again.csv")
    asked = compared.preview(again)
    assert asked.counts.new == 1 and compared.matching.arriving(asked.id).open == 1
    compared.rollback(str(back.id))  # the import stands again, and its decision with it
    assert compared.preview(again).counts.new == 0


def test_not_the_same_holds_for_ever(compared: Workbench, file: Path, csv_file: Csv) -> None:
    preview = compared.preview(file)
    compared.matching.decide_arriving(preview.id, "different", [1])
    assert compared.matching.arriving(preview.id).open == 1
    assert compared.uploads.preview(preview.id).counts.new == 3
    upload = compared.commit(preview.id)
    assert {"Alan Turin", "Alan Turing"} <= _names(compared)
    compared.matching.run()
    held = [d for d in compared.matching.decisions(all=False) if d.verdict == "different"]
    assert len(held) == 1
    compared.rollback(upload.id)
    again = csv_file("name,birth_date,gender", "Alan Turin,1912-06-23,male", name="again.csv")
    assert compared.matching.arriving(compared.preview(again).id).total == 0


def test_later_waits_in_the_review(compared: Workbench, file: Path) -> None:
    preview = compared.preview(file)
    compared.matching.decide_arriving(preview.id, "later")
    assert compared.matching.arriving(preview.id).open == 2  # still to be decided, here or later
    compared.commit(preview.id)
    compared.matching.run(whole=False)
    assert compared.matching.figures().later == 2


def test_a_decision_is_taken_back_and_superseded(compared: Workbench, file: Path) -> None:
    preview = compared.preview(file)
    for verdict, changed in (("same", 1), ("different", 0), ("same", 1), ("withdrawn", 0)):
        compared.matching.decide_arriving(preview.id, verdict, [1])
        assert compared.uploads.preview(preview.id).counts.changed == changed, verdict
    assert compared.matching.arriving(preview.id).open == 2


def test_it_survives_another_preview_and_another_process(compared: Workbench, file: Path) -> None:
    preview = compared.preview(file)
    compared.matching.decide_arriving(preview.id, "same", [1])
    compared.corridor.shelf.forget(preview.id)  # what is staged goes with the process
    found = compared.matching.arriving(preview.id)
    assert [p.verdict for p in found.pairs if p.row == 1] == ["same"]
    assert compared.uploads.preview(preview.id).counts.changed == 1


def test_in_bulk_from_a_probability_on(compared: Workbench, file: Path) -> None:
    preview = compared.preview(file)
    least = sorted(p.probability for p in compared.matching.arriving(preview.id).pairs)[1]
    assert compared.matching.decide_arriving(preview.id, "different", at_least=least) == 1
    assert compared.matching.decide_arriving(preview.id, "different") == 1
    assert compared.matching.decide_arriving(preview.id, "different") == 0


def test_the_rules_of_the_dataset_link_rows_without_a_person(
    compared: Workbench, file: Path
) -> None:
    compared.matching.set_rules(link=0.999, ask=0.5)
    if not compared.matching.last().summary["trusted"]:  # type: ignore[union-attr]
        pytest.fail("the run of the sample is not trusted, so this test says nothing")
    upload = compared.import_file(file)  # as the folder does
    assert upload.counts.changed == 1 and "Alan Turin" not in _names(compared)


def test_a_merge_holds_when_its_people_come_again(compared: Workbench, csv_file: Csv) -> None:
    ids = [_record(compared, n)["record_id"] for n in ("Ada Lovelace", "Ada Lovelase")]
    done = compared.matching.merge(ids)
    again = csv_file("name,birth_date,mbti", "Ada Lovelase,1815-12-10,INTP", name="again.csv")
    preview = compared.preview(again)
    assert (preview.counts.new, preview.counts.changed) == (0, 1)
    compared.matching.unmerge(str(done.id))
    assert compared.uploads.preview(preview.id).changes("changed")[0].record_id == ids[1]


def test_bad_input_is_a_clear_word(compared: Workbench, file: Path, csv_file: Csv) -> None:
    preview = compared.preview(file)
    with pytest.raises(InputError, match="no decision"):
        compared.matching.decide_arriving(preview.id, "perhaps")
    with pytest.raises(NotFound, match="row 99"):
        compared.matching.decide_arriving(preview.id, "same", [1, 99])
    with pytest.raises(NotFound):
        compared.matching.decide_arriving(preview.id, "same", {1: compared.matching.last().summary["id"]})  # type: ignore[union-attr]
    assert compared.matching.arriving(preview.id).open == 2  # nothing of it was kept
    compared.commit(preview.id)
    with pytest.raises(WrongState):
        compared.matching.decide_arriving(preview.id, "same", [1])
    nobody = compared.preview(csv_file("name,birth_date", "Zeno,0490", name="none.csv"))
    assert compared.matching.arriving(nobody.id).total == 0


def test_who_saw_another_preview_is_told(compared: Workbench, file: Path) -> None:
    preview = compared.preview(file)
    seen = compared.uploads.get(preview.id)
    compared.matching.decide_arriving(preview.id, "same", [1])
    with pytest.raises(StalePreview):
        importing.commit(
            compared.corridor, preview.id, compared.actor, promised=promise.shown(seen) or True
        )
