"""The labelled questions of the search, and that a change which finds fewer people fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.__main__ import parse
from benchmarks.searching import crowd, quality
from benchmarks.searching.labels import HALVES, labels, names
from core import Workbench

# Among 1,500 people; the benchmark itself asks all questions among 20,000.
LEAST = {
    **{"misspelled": 0.97, "beginnings": 0.97, "nicknames": 0.95, "native": 0.9},
    **{"ru": 0.95, "ja": 0.9, "ko": 0.9, "zh": 0.85, "ar": 0.93},
}


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Workbench:
    home = tmp_path_factory.mktemp("crowd")
    crowd.write(home / "people.csv", 1_500)
    workbench = Workbench.open(home / "m.duckdb", data_dir=home / "raw")
    workbench.import_file(home / "people.csv")
    return workbench


def test_there_are_enough_questions_in_both_halves() -> None:
    for half in HALVES:
        kinds = {label.kind for label in labels() if label.half == half}
        assert kinds == set(LEAST)
    assert len(names()) > 450 and len({(n.asked, n.name) for n in labels()}) > 1_800


def test_no_person_is_in_both_halves() -> None:
    halves: dict[str, set[str]] = {}
    for label in labels():
        halves.setdefault(label.name, set()).add(label.half)
    assert all(len(each) == 1 for each in halves.values())


def test_people_are_found(known: Workbench) -> None:
    asked = [label for kind in LEAST for label in _some(kind)]
    found = quality.ranks(known, asked)
    for kind, least in LEAST.items():
        places = [place for label, place in found.items() if label.kind == kind]
        assert sum(map(bool, places)) / len(places) >= least, kind
    known.close()


def _some(kind: str) -> list[quality.Label]:
    """Twenty questions of a kind, evenly."""
    every = [label for label in labels() if label.kind == kind and label.half == "tuned"]
    return every[:: max(1, len(every) // 20)][:20]


def test_the_command_has_its_options() -> None:
    options = parse(["search", "--rows", "1000", "--half", "kept out", "--each"])
    assert options.rows == 1_000 and options.half == ["kept out"] and not options.speed


def test_the_crowd_is_the_same_every_time(tmp_path: Path) -> None:
    crowd.write(tmp_path / "a.csv", 700)
    crowd.write(tmp_path / "b.csv", 700)
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
    assert len((tmp_path / "a.csv").read_text("utf-8").splitlines()) == 701
