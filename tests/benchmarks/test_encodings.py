"""The benchmark of encodings: what it makes, and that its goal is met on a part of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import encodings


def test_files_in_all_languages_and_encodings() -> None:
    made = encodings.cases()
    assert len(made) >= 450 and len({case.name for case in made}) == len(made)
    assert len({case.name.split()[0] for case in made}) == 34
    assert all(case.data.decode(case.codec) == case.text for case in made)


def test_the_same_seed_makes_the_same_files() -> None:
    assert encodings.cases(3) == encodings.cases(3) != encodings.cases(4)


def test_a_part_of_them_meets_the_goal(tmp_path: Path) -> None:
    result = encodings.run(tmp_path, every=9)
    assert encodings.good(result), result["wrong"]
    assert result["right"] > result["charset_normalizer"]


@pytest.mark.parametrize(
    ("right", "sure_and_wrong", "met"), [(97, 0, True), (96, 0, False), (99, 1, False)]
)
def test_the_goal(right: int, sure_and_wrong: int, met: bool) -> None:
    result = {"files": 100, "right": right, "sure_and_wrong": sure_and_wrong}
    assert encodings.good(result) == met
