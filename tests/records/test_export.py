"""Exports: nothing acts as a formula, nothing is lost, nothing is held in memory."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, strategies as st

from core.errors import InputError
from core.formulas import neutral
from core.records import export
from core.records.export import csv_bytes, xlsx_file


@given(st.lists(st.lists(st.text(st.characters(codec="utf-8")), min_size=2, max_size=2)))
def test_csv_comes_back(rows: list[list[str]]) -> None:
    data = b"".join(csv_bytes(["=a", "b"], rows))
    assert data.startswith(b"\xef\xbb\xbf")
    back = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert back == [["'=a", "b"], *([neutral(cell) for cell in row] for row in rows)]


def test_values_become_text() -> None:
    row: list[Any] = [
        None,
        True,
        -5,
        1.5,
        date(1979, 1, 18),
        datetime(2020, 1, 2, 3, 4),
        ["a", "b"],
    ]
    data = b"".join(csv_bytes(list("abcdefg"), [row])).decode("utf-8-sig")
    assert data == "a,b,c,d,e,f,g\r\n,true,-5,1.5,1979-01-18,2020-01-02 03:04:00,a; b\r\n"


@pytest.mark.parametrize("sign", [*";|,；，、\n\t", '"', "[", "]", " "])
def test_a_list_that_would_be_cut_elsewhere_goes_out_in_json(sign: str) -> None:
    for element in (f"a{sign}b", f"{sign}a", f"a{sign}"):
        text = export.text_of([element, "c"])
        assert text == (
            f"{element}; c"
            if element == "a b"
            else json.dumps([element, "c"], ensure_ascii=False, separators=(",", ":"))
        )
        assert types_split(text) == [element, "c"]


def types_split(text: str) -> list[str]:
    return list(json.loads(text)) if text.startswith("[") else text.split("; ")


def test_lists_are_written_as_the_dataset_cuts_them() -> None:
    assert export.text_of(["a", "b"]) == "a; b"
    assert export.text_of(["a/b", "c"], "/;") == '["a/b","c"]'
    assert export.text_of(["a", "b"], "/") == '["a","b"]'
    assert export.text_of(["a"], "") == "a"
    assert export.text_of([None, ""]) == '[null,""]'
    assert b"'=x; y" in b"".join(csv_bytes(["a"], [[["=x", "y"]]]))


def test_a_lone_surrogate_does_not_stop_the_export() -> None:
    assert b"a?b" in b"".join(csv_bytes(["a"], [["a\ud800b"]]))


def test_csv_streams() -> None:
    drawn = 0

    def rows() -> Iterator[list[str]]:
        nonlocal drawn
        for _ in range(10_000):
            drawn += 1
            yield ["x" * 100]

    pieces = csv_bytes(["a"], rows())
    first = next(pieces)
    assert len(first) < 2 * export.CHUNK and drawn < 1_000
    assert sum(map(len, pieces)) + len(first) == 3 + 3 + 10_000 * 102


def test_xlsx_holds_text_and_numbers_and_no_formula(tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    row = ["=1+1", "007", "https://example.org", -5, 12345678901234567890, float("nan"), None, True]
    assert xlsx_file(path, ["=head", *"bcdefgh"], [row, row]) == 2
    sheet = openpyxl.load_workbook(path)["Records"]
    cells = list(sheet.iter_rows())
    assert [c.value for c in cells[1]] == [
        "'=1+1", "007", "https://example.org", -5, "12345678901234567890", "nan", None, "true"
    ]  # fmt: skip
    assert cells[0][0].value == "'=head"
    assert not any(c.data_type == "f" or c.hyperlink for r in cells for c in r)
    assert sheet.freeze_panes == "A2"


def test_xlsx_refuses_what_a_cell_cannot_hold(tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    with pytest.raises(InputError, match="row 2, b: an Excel cell holds 32,767 characters"):
        xlsx_file(path, ["a", "b"], [["x", "y"], ["x", "y" * 40_000]])
    assert not path.exists()


def test_xlsx_refuses_too_many_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "XLSX_ROWS", 3)
    path = tmp_path / "out.xlsx"
    assert xlsx_file(path, ["a"], [["x"]] * 3) == 3
    with pytest.raises(InputError, match="holds 3 rows"):
        xlsx_file(path, ["a"], [["x"]] * 4)
    assert not path.exists()


def test_an_error_of_the_rows_leaves_no_file(tmp_path: Path) -> None:
    def rows() -> Iterator[list[str]]:
        yield ["x"]
        raise RuntimeError("the database went away")

    path = tmp_path / "out.xlsx"
    with pytest.raises(RuntimeError, match="went away"):
        xlsx_file(path, ["a"], rows())
    assert not path.exists()
