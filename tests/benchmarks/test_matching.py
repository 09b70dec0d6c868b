"""The generated people of the matching benchmark, and its figures on few of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import __main__ as command
from benchmarks.matching import people


def test_the_same_seed_gives_the_same_people(tmp_path: Path) -> None:
    one, two, other = (tmp_path / name for name in ("one", "two", "other"))
    people.write(one, 200)
    people.write(two, 200)
    people.write(other, 200, seed=2)
    assert one.read_bytes() == two.read_bytes() != other.read_bytes()
    assert len(set(line.split(",")[1] for line in one.read_text().splitlines())) < 180


def test_people_with_errors_are_found(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["matching", "--rows", "500", "--strict", "--more"]) == 0
    said = capsys.readouterr().out
    assert "pairwise" in said and "B-cubed" in said and "1,000 new rows" in said
