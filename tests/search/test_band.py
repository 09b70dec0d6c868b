"""The quality of records as a facet: the index has it, follows changes of a record, and joins it with other filters."""

from __future__ import annotations

import re
from datetime import date

import pytest

from core import Workbench
from core.errors import BadQuery
from core.quality import bands
from core.search.band import BAND

GOOD = {"field": BAND, "value": "poor"}


def counts(wb: Workbench, text: str = "", filters: object = None) -> dict[str, int]:
    found = wb.search(text, facets=[BAND], filters=filters, limit=0)
    return {bucket.value: bucket.count for bucket in found.facets[BAND].buckets}


def words(wb: Workbench) -> dict[str, str]:
    """Name to band, by the SQL over the table."""
    sql = bands.sql(wb.datasets.get("celebrities"), date.today().isoformat())
    return dict(
        wb.database.read(lambda c: c.execute(f"SELECT name, {sql} FROM celebrities r").fetchall())
    )


def test_every_record_is_in_one_band(people: Workbench) -> None:
    expected = words(people)
    told = counts(people)
    assert sum(told.values()) == people.search("").total == 8
    assert told == {w: list(expected.values()).count(w) for w in set(expected.values())}
    assert len(told) > 1
    jay = people.quality.record("celebrities", people.search("jay chou").hits[0].record_id)
    complete, valid = jay.dimensions["completeness"], jay.dimensions["validity"]
    assert complete is not None and valid is not None
    score = (complete + valid) / 2  # both count three times
    least = {"poor": 0, **dict(bands.BANDS)}[expected["周杰伦"]]
    assert least <= score and all(n > score for w, n in bands.BANDS if n > least)


def test_a_band_is_a_filter_beside_others(people: Workbench) -> None:
    expected = words(people)
    worst = {name for name, word in expected.items() if word == expected["Ben Johnson"]}
    tree = {"field": BAND, "value": expected["Ben Johnson"]}
    assert {h.record["name"] for h in people.search("", filters=tree)} == worst
    typed = people.search(f"quality:{expected['Ben Johnson']}")
    assert {h.record["name"] for h in typed} == worst
    unindexed = {"field": "name", "op": "contains", "value": "ohn"}
    both = people.search("", filters={"all": [tree, unindexed]})
    assert [h.record["name"] for h in both] == ["Ben Johnson"]
    others = people.search("", filters={"not": tree}, limit=100)
    assert {h.record["name"] for h in others} == set(expected) - worst
    assert counts(people, filters=tree) == counts(people)  # as if its own filter were not there
    lines = b"".join(people.search.export(filters=tree, fields=["name"], format="jsonl"))
    assert len(lines.splitlines()) == len(worst)
    with pytest.raises(BadQuery):
        people.search("", sort=BAND)


def test_an_edit_moves_a_record_to_another_band(changing: Workbench) -> None:
    (hit,) = changing.search("ben johnson").hits
    before = words(changing)["Ben Johnson"]
    changing.edit(
        "celebrities",
        hit.record_id,
        {
            **{"name_en": "Ben", "aliases": ["B"], "mbti": "INTJ", "mbti_reason": "x"},
            **{"description": "Runs", "image_url": "https://example.org/b.jpg", "tags": ["sport"]},
            **{"source": "example.org", "gender": "male"},
        },
    )
    after = words(changing)["Ben Johnson"]
    assert before != after == "excellent"
    assert [h.record["name"] for h in changing.search(f"quality:{after}")] == ["Ben Johnson"]
    assert changing.search.check().ok


def test_without_an_index_it_is_said(changing: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    searching = changing.search._searching("celebrities")
    changing.search("")
    from core.errors import SearchUnavailable

    def away(*_: object, **__: object) -> None:
        raise SearchUnavailable("gone", reason="broken")

    monkeypatch.setattr(searching.engine, "search", away)
    found = changing.search("", filters={"all": [GOOD, {"field": "mbti", "value": "INTJ"}]})
    assert [h.record["name"] for h in found] == ["周杰伦"]
    assert re.search("quality is known to the index alone", " ".join(found.notes))
