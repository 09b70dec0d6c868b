"""What a pair says of itself agrees with what was scored."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from core import Workbench
from core.datasets.model import from_dict
from core.matching import reasons

NAMES = from_dict(
    {"name": "names", "fields": [{"name": "name"}, {"name": "n"}], "key": {"fields": ["n"]}}
)


def _said(one: str, other: str, words: tuple[int, int, int]) -> str:
    return reasons.of_names(NAMES, ({"name": one}, {"name": other}), 1700, words).said


def test_a_reason_never_denies_what_was_scored() -> None:
    assert "is in both" in _said("Ann Lee", "Lee Ann", (2, 0, 0))
    assert _said("Tom Berg", "Ann Lee", (2, 0, 0)) == "2 words agree"  # the engine says otherwise
    assert _said("Ann Lee", "Ann Lee", (1, 1, 0)) == "1 word agrees and 1 contradicts"
    assert _said("Ann Lee", "Ann Lee", (0, 2, 0)) == "2 contradict"


def test_two_han_names_without_a_common_reading_are_two(
    wb: Workbench, csv_file: Callable[..., Path]
) -> None:
    """Their readings in five languages have consonants in common, as those of nearly all names have."""
    wb.datasets.save(NAMES)
    lines = ("大谷翔平,1", "徳川家康,2", "浅田真央,3", "中田英寿,4", "周杰伦,5", "周杰倫,6")
    wb.import_file(csv_file("name,n", *lines), "names")
    wb.matching.run("names")
    found = wb.matching.pairs("names", min_weight=-99)
    assert [{r["name"] for r in pair.records} for pair in found] == [{"周杰伦", "周杰倫"}]
