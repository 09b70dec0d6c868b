"""Templates open as they should, and the schema says what the rules say."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import jsonschema
import openpyxl
import pytest

from core import Workbench
from core.datasets.model import Dataset, from_dict
from core.datasets.registry import Registry
from core.datasets.templates import json_schema, template
from core.errors import InputError
from core.ingest.columns.mapping import guess

CELEBRITIES = Registry(Path("nowhere")).get("celebrities")
THINGS = from_dict(
    {
        "name": "things",
        "fields": [
            {"name": "code", "required": True, "pattern": "[A-Z]+", "examples": ["007", "=1+1"]},
            {"name": "kind", "choices": ["a, b", "=c"], "severity": {"choices": "warning"}},
            {"name": "size", "type": "integer", "min": 1, "max": 9, "examples": ["5"]},
            {"name": "day", "type": "date"},
            {"name": "marks", "type": "list", "choices": ["x", "y"], "max_length": 2},
            {"name": "good", "type": "boolean"},
            {"name": "state", "choices": ["on", "off"]},
        ],
    }
)


def rows_of_csv(dataset: Dataset) -> list[list[str]]:
    data = template(dataset, "csv")
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("dataset", [CELEBRITIES, THINGS], ids=lambda d: d.name)
def test_csv(dataset: Dataset) -> None:
    header, *rows = rows_of_csv(dataset)
    assert tuple(header) == dataset.field_names
    assert 1 <= len(rows) <= 2 and all(len(row) == len(header) for row in rows)
    assert [m.field for m in guess(dataset, header, rows)] == header


def test_csv_examples() -> None:
    assert rows_of_csv(CELEBRITIES)[1][:4] == ["周杰伦", "Jay Chou", "周董; Jay", "1979-01-18"]
    assert [row[0] for row in rows_of_csv(THINGS)] == ["code", "007", "'=1+1"]


def test_json() -> None:
    data = json.loads(template(CELEBRITIES, "json"))
    assert data["metadata"]["dataset"] == "celebrities"
    first = data["celebrities"][0]
    assert list(first) == list(CELEBRITIES.field_names)
    assert first["aliases"] == ["周董", "Jay"] and first["mbti"] == "ISFP"
    jsonschema.validate(first, json_schema(CELEBRITIES))
    assert json.loads(template(THINGS, "json"))["things"][0]["size"] == 5


def test_xlsx() -> None:
    book = openpyxl.load_workbook(io.BytesIO(template(THINGS, "xlsx")))
    assert book.sheetnames[:2] == ["Records", "Fields"]
    page = book["Records"]
    assert [c.value for c in page[1]] == list(THINGS.field_names)
    assert page.freeze_panes == "A2"
    assert [page["A2"].value, page["A3"].value, page["C2"].value] == ["007", "'=1+1", "5"]
    assert {page["A2"].number_format, page["C2"].number_format} == {"@"}
    assert not any(c.data_type == "f" for sheet in book for row in sheet.iter_rows() for c in row)
    shown = {str(v.sqref): v.formula1 for v in page.data_validations.dataValidation}
    assert shown == {"B2:B1048576": "Choices!$A$1:$A$2", "G2:G1048576": "Choices!$B$1:$B$2"}
    assert book["Choices"].sheet_state == "hidden"
    assert [c.value for c in book["Choices"]["B"]] == ["on", "off"]
    about = [[c.value for c in row] for row in book["Fields"].iter_rows()]
    assert about[0] == ["code:", "Code (required)\nText. Of the form [A-Z]+.\nSuch as 007, =1+1"]
    assert "Required." in page["A1"].comment.text and "[A-Z]+" in page["A1"].comment.text
    assert "1 or more. 9 or less" in page["C1"].comment.text
    assert page["A1"].fill.fgColor.rgb != page["B1"].fill.fgColor.rgb  # required columns are marked
    marked = [str(r.sqref) for r in page.conditional_formatting]
    assert marked == ["A2:A5000"]


def test_a_template_without_examples_comes_back_as_records(wb: Workbench, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(io.BytesIO(template(CELEBRITIES, "xlsx", examples=False)))
    page = book["Records"]
    assert page.max_row == 1
    page.append(["Ada Lovelace", None, "Countess; Ada", "1815-12-10"])
    book.save(tmp_path / "filled.xlsx")
    done = wb.import_file(tmp_path / "filled.xlsx")
    assert done.counts.rows == done.counts.new == 1  # the guide beside it is no table
    assert wb.count(where={"aliases": "Countess"}) == 1


def test_the_schema_is_a_template_too() -> None:
    assert json.loads(template(CELEBRITIES, "schema")) == json_schema(CELEBRITIES)


def test_xlsx_of_many_choices() -> None:
    wide = [{"name": f"f{i}", "choices": [f"choice {j}" for j in range(60)]} for i in range(30)]
    book = openpyxl.load_workbook(
        io.BytesIO(template(from_dict({"name": "wide", "fields": wide}), "xlsx"))
    )
    last = book["Records"].data_validations.dataValidation[-1]
    assert last.formula1 == "Choices!$AD$1:$AD$60"
    assert book["Choices"]["AD60"].value == "choice 59"


def test_another_format() -> None:
    with pytest.raises(InputError, match="'pdf'"):
        template(THINGS, "pdf")  # type: ignore[arg-type]


@pytest.mark.parametrize("dataset", [CELEBRITIES, THINGS], ids=lambda d: d.name)
def test_the_schema_is_one(dataset: Dataset) -> None:
    jsonschema.Draft202012Validator.check_schema(json_schema(dataset))


GOOD = {
    "code": "AB",
    "kind": "other",
    "size": 3,
    "day": "1958-08",
    "marks": ["x"],
    "good": None,
    "state": None,
}


@pytest.mark.parametrize(
    "change, fits",
    [
        ({}, True), ({"code": None}, False), ({"code": "ab"}, False), ({"code": "AB\n1"}, False),
        ({"size": 0}, False), ({"size": 10}, False), ({"size": None}, True), ({"size": "3"}, False),
        ({"day": "-0427"}, True), ({"day": "1958-13"}, False), ({"day": "1/2/1990"}, False),
        ({"marks": ["z"]}, False), ({"marks": ["x", "y", "x"]}, False), ({"marks": None}, True),
        ({"state": "on"}, True), ({"state": "broken"}, False), ({"more": 1}, True),
    ],
)  # fmt: skip
def test_the_schema_binds(change: dict[str, object], fits: bool) -> None:
    validator = jsonschema.Draft202012Validator(json_schema(THINGS))
    assert validator.is_valid({**GOOD, **change}) is fits
    assert not validator.is_valid({k: v for k, v in GOOD.items() if k != "code"})
