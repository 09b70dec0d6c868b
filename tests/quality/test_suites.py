"""Suites of other tools: what maps becomes checks, and what does not is listed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core import Workbench
from core.errors import InputError

GREAT = {
    "name": "people",
    "expectations": [
        {"type": "expect_column_values_to_not_be_null", "kwargs": {"column": "name"}},
        {
            "expectation_type": "expect_column_values_to_be_in_set",
            "kwargs": {"column": "gender", "value_set": ["female", "male"], "mostly": 0.9},
        },
        {
            "type": "expect_column_values_to_match_regex",
            "kwargs": {"column": "image_url", "regex": "jpg$"},
            "severity": "warning",
        },
        {"type": "expect_table_row_count_to_be_between", "kwargs": {"min_value": 2}},
        {"type": "expect_column_values_to_be_unique", "kwargs": {"column": "nobody"}},
        {"type": "expect_column_kl_divergence_to_be_less_than", "kwargs": {"column": "name"}},
        {
            "type": "expect_column_values_to_be_between",
            "kwargs": {"column": "birth_date", "min_value": "1900", "strict_min": True},
        },
    ],
}
PANDERA = """
schema_type: dataframe
columns:
  name:
    dtype: str
    nullable: false
    unique: true
    checks:
      str_matches: "[A-Z]"
  birth_date:
    dtype: str
    nullable: true
    checks:
      greater_than_or_equal_to: "1900"
      in_range: {min_value: "1900", max_value: "2000", include_min: true, include_max: true}
      my_own: 3
  gender:
    checks:
    - value: [female, male]
      options: {check_name: isin}
checks: null
unique: [name]
"""


def test_great_expectations(wb: Workbench, tmp_path: Path) -> None:
    path = tmp_path / "suite.json"
    path.write_text(json.dumps(GREAT), "utf-8")
    suite = wb.quality.import_suite(path)
    assert suite.tool == "great_expectations"
    kinds = {e.kind: e for e in suite.taken}
    assert set(kinds) == {"not_null", "in_set", "matches", "row_count"}
    assert kinds["in_set"].tolerance == 10 and kinds["matches"].severity == "warning"
    assert [reason for _, reason in suite.left] == [
        "the dataset celebrities has no field 'nobody'",
        "there is no check of this kind",
        "its bounds are strict",
    ]
    assert {e.kind for e in wb.quality.checks()} == set(kinds)


def test_pandera(wb: Workbench) -> None:
    suite = wb.quality.import_suite(PANDERA, dry_run=True)
    found = [(e.kind, e.field) for e in suite.taken]
    assert found == [
        *(("not_null", "name"), ("unique", "name"), ("matches", "name")),
        *(("between", "birth_date"), ("between", "birth_date"), ("in_set", "gender")),
    ]
    assert [called for called, _ in suite.left] == ["my_own of birth_date", "unique of the table"]
    assert wb.quality.checks() == []  # only looked at


@pytest.mark.parametrize("text", ["", "[1, 2]", "{", "a: [", "name: people\n"])
def test_what_is_no_suite(wb: Workbench, tmp_path: Path, text: str) -> None:
    path = tmp_path / "suite.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(InputError):
        wb.quality.import_suite(path)
