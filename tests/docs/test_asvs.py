"""The table of OWASP ASVS 5.0 names each requirement of the levels 1 and 2 once, and its sums are right."""

from __future__ import annotations

import re
from collections import Counter

from tests.docs.examples import ROOT

OF_CHAPTER = (27, 11, 19, 10, 9, 35, 18, 7, 7, 29, 14, 9, 13, 9, 13, 16, 7)  # of both levels
ROW = re.compile(
    r"^\| ((?:\d+\.\d+\.\d+(?: to |, )?)+) \| (met|partly|not met|n/a) \| .+ \|$", re.M
)


def named(text: str) -> list[str]:
    """`1.2.6 to 1.2.8, 1.3.1` as 1.2.6, 1.2.7, 1.2.8, 1.3.1."""
    found = []
    for part in text.split(", "):
        first, _, last = part.partition(" to ")
        section, _, number = first.rpartition(".")
        until = int((last or first).rpartition(".")[2])
        found += [f"{section}.{each}" for each in range(int(number), until + 1)]
    return found


def test_each_requirement_is_there_once_and_counted() -> None:
    text = (ROOT / "docs" / "security.md").read_text("utf-8")
    states = {each: state for row, state in ROW.findall(text) for each in named(row)}
    every = [each for row, _ in ROW.findall(text) for each in named(row)]
    assert len(every) == len(states), "one is there twice"
    chapters = Counter(int(each.partition(".")[0]) for each in every)
    assert tuple(chapters[n] for n in range(1, 18)) == OF_CHAPTER
    count = Counter(states.values())
    told = f"{count['met']} of {len(every)} are met, {count['partly']} in part, {count['not met']} are not, and {count['n/a']}"
    assert told in text
