"""The measuring of the reader measures what it says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import corpora, hostile, reading
from benchmarks.read_speed import measure, write_people


def test_a_json_suite_is_scored_and_what_is_wrong_is_named(tmp_path: Path) -> None:
    files = {"y_a": "[1]", "n_a": "[1,]", "n_b": "[1]", "i_a": '["\\ud800"]', "i_b": "[" * 99}
    for name, text in files.items():
        (tmp_path / f"{name}.json").write_text(text)
    found = corpora.json_suite(tmp_path)
    assert found["counts"] == {
        "i read": 1,
        "i refused": 1,
        "n read": 1,
        "n refused": 1,
        "y read": 1,
    }
    assert found["wrong"] == ["n_b.json: read"]
    assert set(found["decided"]) == {"i_a.json", "i_b.json"}


def test_points_of_a_reader(tmp_path: Path) -> None:
    for part, text in (("csv", "t\n\na;b\n1;x\n2;y\n"), ("clean", "a,b\n1,x\n2,y\n")):
        (tmp_path / part).mkdir()
        (tmp_path / part / "f.csv").write_text(text)
    points = corpora.pollock(tmp_path)["points"]
    assert points["marquee"] == 10.0 and points["Python csv, told the encoding"] < 10.0


def test_a_truth_that_differs_is_named(tmp_path: Path) -> None:
    for part in ("csvs", "json"):
        (tmp_path / part).mkdir()
    for name, value in (("good", "1"), ("bad", "2")):
        (tmp_path / "csvs" / f"{name}.csv").write_text("a,b\n1,x\n")
        (tmp_path / "json" / f"{name}.json").write_text(json.dumps([{"a": value, "b": "x"}]))
    assert corpora.spectrum(tmp_path) == {"files": 2, "wrong": ["bad.csv"]}


@pytest.mark.integration
def test_every_shape_is_read_beside_duckdb(tmp_path: Path) -> None:
    files = write_people(tmp_path, 3_000)
    cases = {name: measure(path, 1) for name, path in files.items()}
    assert {case["rows"] for case in cases.values()} == {3_000}
    ways = {name: case["way"] for name, case in cases.items()}
    assert ways == {
        "CSV": "fast",
        "CSV with a note below": "careful",
        "lines": "fast",
        "array": "fast",
    }


@pytest.mark.integration
def test_hostile_files_are_measured_and_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = ("entity bomb", "10,000 columns", "100,000 nested brackets")
    monkeypatch.setattr(hostile, "FILES", {name: hostile.FILES[name] for name in chosen})
    found = hostile.run()
    assert [case["outcome"].split(":")[0] for case in found.values()] == [
        "refused, broken_file",
        "refused, too_many_columns",
        "refused, broken_file",
    ]
    assert all(": met" in line[2] for line in reading._hostile(found))
