"""The measuring of JSON measures what it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import json_reading


def test_a_suite_is_scored_and_what_is_wrong_is_named(tmp_path: Path) -> None:
    files = {"y_a": "[1]", "n_a": "[1,]", "n_b": "[1]", "i_a": '["\\ud800"]', "i_b": "[" * 99}
    for name, text in files.items():
        (tmp_path / f"{name}.json").write_text(text)
    found = json_reading.score(tmp_path)
    assert found["counts"] == {
        "i read": 1,
        "i refused": 1,
        "n read": 1,
        "n refused": 1,
        "y read": 1,
    }
    assert found["wrong"] == ["n_b.json: read"]
    assert set(found["decided"]) == {"i_a.json", "i_b.json"}


@pytest.mark.integration
def test_both_shapes_are_read_beside_duckdb(tmp_path: Path) -> None:
    result = json_reading.run(rows=2_000, repeat=1, suite=None, folder=tmp_path)
    assert {case["rows"] for case in result["cases"].values()} == {2_000}
    assert {case["way"] for case in result["cases"].values()} == {"fast"}
    assert [line[0] for line in json_reading.lines(result)][0] == "lines, fast"
