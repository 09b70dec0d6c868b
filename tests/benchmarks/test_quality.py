"""The benchmark of quality: it runs on a small file, and its table says how many times the floor."""

from __future__ import annotations

from pathlib import Path

from benchmarks import quality
from benchmarks.quality import Line


def test_it_measures_beside_summarize(tmp_path: Path) -> None:
    found = quality.run(400, 1, tmp_path, lambda text: None)
    assert [line.title for line in found][:2] == ["SUMMARIZE (floor)", "profile of the records"]
    assert len(quality.lines(found)) == len(found) + 1


def test_what_is_fast_enough() -> None:
    assert quality.good([Line("floor", 1, 1), Line("profile", 9.9, 9)], 1_000_000)
    assert not quality.good([Line("floor", 1, 1), Line("profile", 10.1, 9)], 1_000_000)
