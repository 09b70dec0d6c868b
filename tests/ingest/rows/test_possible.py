"""An English name or an alias that is a name of somebody else with the same birth date is told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from core import Workbench

Csv = Callable[..., Path]
HEAD = "name,name_en,aliases,birth_date"


def told(wb: Workbench, path: Path) -> list[str]:
    preview = wb.preview(path)
    assert preview.counts.conflicting == preview.counts.rejected == 0, "nothing is held up"
    found = [p for p in preview.problems if p.rule == "possible_duplicate"]
    assert all(p.severity == "warning" for p in found)
    return [str(e.found) for p in found for e in p.examples]


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize(
    "row",
    [
        "Jay Chou,,,1979-01-18",  # the English name of the record
        "jay  CHOU,,,1979-01-18",
        "Zhou Jielun,,周杰伦,1979-01-18",  # an alias is the record's name
        "周杰倫,Jay Chou,,1979-01-18",  # both have one English name
        "Director Zhou,,,1979-01-18",  # an alias of the record
    ],
)
def test_a_record_of_another_name(wb: Workbench, csv_file: Csv, row: str) -> None:
    wb.import_file(csv_file(HEAD, "周杰伦,Jay Chou,Director Zhou; Jay,1979-01-18"))
    record_id = next(iter(wb.records().rows()))["record_id"]
    (found,) = told(wb, csv_file(HEAD, row, "Somebody,Else,Ann,1979-01-18", name="b.csv"))
    assert found.endswith(f"(as 周杰伦, record {record_id}?)")


@pytest.mark.parametrize(
    "row",
    ["Jay Chou,,,1979-01-19", "Jay Chou,,,", "Bob,,,1979-01-18", "周杰伦,Jay Chou,,1979-01-18"],
)
def test_another_date_or_the_record_itself(wb: Workbench, csv_file: Csv, row: str) -> None:
    wb.import_file(csv_file(HEAD, "周杰伦,Jay Chou,Jay,1979-01-18"))
    assert told(wb, csv_file(HEAD, row, name="b.csv")) == []


def test_another_row_of_the_file(wb: Workbench, csv_file: Csv) -> None:
    rows = ("周杰伦,Jay Chou,,1979-01-18", "Jay Chou,Jay Chou,,1979-01-18", "Bo,Bo,Bo,1980")
    (found,) = told(wb, csv_file(HEAD, *rows))
    assert found == "周杰伦 (as Jay Chou, row 2?)"


def test_the_own_name_in_other_letters_is_no_other_name(wb: Workbench, csv_file: Csv) -> None:
    # Bo is Bo alone; only Ann has a name of somebody else.
    (found,) = told(wb, csv_file(HEAD, "Ann,,bó,1980", "Bo,BO,bo;Bo,1980"))
    assert found == "Ann (as Bo, row 2?)"
