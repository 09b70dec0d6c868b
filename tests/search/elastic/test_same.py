"""Both engines answer alike: every test of the search runs on the server, too, and their answers are held side by side."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from core import Workbench
from core.search.elastic import index
from core.search.plan import Plan
from tests.search.elastic.conftest import Opener
from tests.search import test_search

globals().update({n: test for n, test in vars(test_search).items() if n.startswith("test_")})


@pytest.fixture(scope="session")
def people(served: Workbench) -> Workbench:
    """Instead of the embedded engine: the server."""
    return served


@pytest.fixture(scope="session")
def beside(lasting: Any, request: pytest.FixtureRequest) -> Any:
    """The embedded engine."""
    from tests.search.conftest import _opened

    with _opened(lasting, lasting.parent) as workbench:
        yield workbench


QUESTIONS = (
    "jay chou", "chou", "ben joh", "b", "j k", "JK Rowling", "robert zimmerman", "zimmermann", "de caprio",
    "leonardodicaprio", "micheal jordon", "beyonce", "чайковск", "杰", "周杰伦", "swan lake", '"chicago bulls"',
    "singer", "singer -knowles", "actor united", "born:1960..1970", "born:<1950 composer", "mbti:*", "-mbti:*",
    "nobody at all", "michael nobody", "united states singer actor", "1979", "name:ben", "", "johnson ben athlete canada",
)  # fmt: skip
FILTERS: tuple[Any, ...] = (
    {"occupations": ["singer", "poet"]},
    {"not": {"field": "mbti", "op": "eq", "value": "INTJ"}},
    {"field": "mbti", "op": "ne", "value": "INTJ"},
    {"field": "mbti", "op": "empty", "value": True},
    {"field": "mbti", "op": "eq", "value": None},
    {"field": "birth_date", "op": "eq", "value": "1961"},
    *({"field": "birth_date", "op": op, "value": "1961"} for op in ("lt", "le", "gt", "ge")),
    {"field": "birth_date", "op": "in", "value": ["1961", "1963-02-17"]},
    {"field": "nationality", "op": "in", "value": "China,Canada"},
    {"field": "description", "op": "contains", "value": "lake"},
    {"any": []},
    {"all": [{"any": [{"field": "nationality", "value": "China"}, {"not": {"all": []}}]}]},
)


@pytest.mark.parametrize("text", QUESTIONS)
def test_hits_scores_and_facets_are_those_of_the_embedded_engine(
    people: Workbench, beside: Workbench, text: str
) -> None:
    assert answer(people, text) == answer(beside, text)


@pytest.mark.parametrize("filters", FILTERS, ids=str)
def test_filters_narrow_alike(people: Workbench, beside: Workbench, filters: Any) -> None:
    assert answer(people, "", filters=filters) == answer(beside, "", filters=filters)


@pytest.mark.parametrize("sort", ["name", "-name", "birth_date", "-birth_date", "mbti", "-mbti"])
def test_the_order_of_values_is_the_same(people: Workbench, beside: Workbench, sort: str) -> None:
    assert answer(people, "", sort=sort, ties=False) == answer(beside, "", sort=sort, ties=False)


def test_words_and_ids_are_those_of_the_embedded_engine(
    people: Workbench, beside: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index, "WORDS", 7)  # several answers
    monkeypatch.setattr(index, "PAGE", 3)
    monkeypatch.setattr(index, "WINDOW", 4)
    here, there = (wb.services.search.of(wb.datasets.get("celebrities")) for wb in (people, beside))
    assert sorted(here.engine.ids()) == sorted(there.engine.ids())
    for offset, limit in ((0, 3), (2, 4), (1, 100), (7, 5), (9, 3)):
        answers = [
            each.engine.search(Plan(sort=("name", True)), limit=limit, offset=offset)
            for each in (here, there)
        ]
        assert answers[0] == answers[1] and answers[0].total == 8
    for field in ("names", "t_occupations", "t_nationality"):
        words = sorted(there.engine.words(field))
        assert words and sorted(here.engine.words(field)) == words
        assert sorted(here.engine.words(field, limit=1_000)) == words
    found = sorted(there.engine.words("names", "j"))
    assert found and sorted(here.engine.words("names", "j")) == found
    assert sorted(here.engine.words("names", "j", 1_000)) == found
    assert here.engine.words("names", "j.*|+", 5) == []


ODD = (
    "O'Neil Shaquille", "Jean-Luc Picard", "Nguyễn Văn A", "ﬁona ﬂores", "İstanbul Ilgaz", "STRAẞE Straße",
    "Ｆｕｌｌ　ｗｉｄｔｈ", "やまだ たろう", "김철수", "محمد بن سلمان", "שלמה", "ประยุทธ์ จันทร์โอชา", "हिन्दी नाम",
    "😀 Emoji Man", "a" * 300, "x" * 199 + " y", "b" * 256 + " c", "<b>Bold</b>", "50 Cent", "P!nk", "will.i.am",
    "X Æ A-12", "Zero\u200bWidth Space", "Back\\slash", "Star*", "q?uestion", "(paren)", "AND OR NOT", "mark", "id:1",
    "J.R.R. Tolkien", "van der Berg", "Łukasz Żak", "Йорк Ёлка", "Ϊωάννης", "ΣΊΣΥΦΟΣ",
)  # fmt: skip


def test_odd_names_are_found_alike(opened: Opener, tmp_path: Path) -> None:
    born = ("1961", None, "-0044-03-15", "0099", "1979-01", "2024-02-29")
    rows = [{"name": name, "birth_date": born[i % 6]} for i, name in enumerate(ODD)]
    (tmp_path / "odd.json").write_text(json.dumps(rows), "utf-8")
    here = opened()
    here.import_file(tmp_path / "odd.json")
    asked = [
        *ODD,
        *(name.split()[-1][:-1] for name in ODD),
        "born:-0044",
        "born:<0100",
        "born:0099..",
    ]
    found = [answer(here, text) for text in asked]
    assert {here.search(text).engine for text in ODD[:3]} == {"elasticsearch"}
    settings = here.settings.model_copy(update={"search_url": None})
    here.close()
    with Workbench.open(settings=settings) as there:
        assert found == [answer(there, text) for text in asked]


def answer(wb: Workbench, text: str, ties: bool = True, **more: Any) -> Any:
    """What is compared of an answer. Hits of one score stand in any order."""
    found = wb.search(text, facets=True, limit=50, explain=True, **more)
    hits = [(round(h.score, 3), h.record["name"], h.why) for h in found]
    facets = {
        name: (facet.others, sorted((b.value, b.count, b.selected) for b in facet.buckets))
        for name, facet in found.facets.items()
    }
    notes = tuple(note for note in found.notes)
    hits = sorted(hits, key=lambda h: (-h[0], h[1])) if ties else hits
    return found.total, hits, facets, notes, found.corrections
