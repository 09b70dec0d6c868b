"""The answer without an index: every kind of word, the facets beside them, and what is refused."""

from __future__ import annotations

import pytest

from core import Workbench
from core.errors import SearchUnavailable
from core.search.in_part import NoIndex
from core.search.layout import Layout
from core.search.searching import Question, Searching


@pytest.fixture
def scanning(people: Workbench) -> Searching:
    return Searching(people.database, NoIndex(Layout(people.dataset("celebrities"))))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("bob dylan", {"Bob Dylan"}),
        ("occupations:composer OR occupations:athlete", {"Пётр Чайковский", "Ben Johnson"}),
        ("dylan OR rowling", {"Bob Dylan", "J. K. Rowling"}),
        ('"bob dylan" -poet', set()),
        ('"dylan bob"', set()),
        (
            "-singer -actor -nothing description:a",
            {"Michael Jordan", "J. K. Rowling", "Пётр Чайковский"},
        ),
        (
            "NOT singer AND NOT actor description:a",
            {"Michael Jordan", "J. K. Rowling", "Пётр Чайковский"},
        ),
        ("English name:jay", {"周杰伦"}),
        ('"birth date":1961', {"Ben Johnson"}),
        ("a b c d e f g h i j zzzz", set()),
    ],
)
def test_words_mean_what_they_mean_with_an_index(
    scanning: Searching, text: str, names: set[str]
) -> None:
    found = scanning.search(Question(text))
    assert {hit.record["name"] for hit in found} == names
    assert found.engine == "scan" and not [n for n in found.notes if "no field" in n]


def test_facets_are_counted(scanning: Searching) -> None:
    found = scanning.search(Question("singer", facets=("nationality", "birth_date")))
    counts = {b.value: b.count for b in found.facets["nationality"].buckets}
    assert counts == {"United States": 2, "China": 1}
    assert [b.value for b in found.facets["birth_date"].buckets] == ["1940s", "1970s", "1980s"]


def test_what_the_index_alone_knows_is_refused_and_not_left_out(scanning: Searching) -> None:
    assert len(scanning.ids(Question("singer"), 10)) == 3
    with pytest.raises(SearchUnavailable):
        scanning.ids(Question("singer"), 10, scans=False)


def test_an_export_by_quality_is_not_one_of_everything(people: Workbench) -> None:
    with_bands = people.search._searching("celebrities").layout
    banded = Searching(people.database, NoIndex(with_bands))
    assert banded.search(Question("quality:poor")).notes
    with pytest.raises(SearchUnavailable):
        banded.ids(Question("quality:poor"), 10)
