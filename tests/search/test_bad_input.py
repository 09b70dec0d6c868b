"""Texts, folders and disks as nobody wants them: a clear word, nothing lost, the records are there."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from core import Workbench
from core.errors import InputError, SearchUnavailable
from core.search import saved as kept
from core.search.embedded import index as embedded

Csv = Callable[..., Path]
SECONDS = 3.0  # a slow machine answers within this; what explodes takes minutes


@pytest.mark.parametrize(
    "text",
    [
        *("a" * 100_000, "ab " * 33_000, '"' * 100_000, "(" * 100_000, "-" * 100_000),
        *("a:" * 50_000, "周" * 100_000, "é" * 100_000, "a OR " * 20_000, '"a' * 30_000),
        *("(a+)+$" * 10_000, "^(([a-z])+.)+[A-Z]([a-z])+$", "a" * 50 + "!", "x:" + "y" * 99_000),
        *("born:" + "1" * 90_000, "born:>" * 9_000, " \t" * 50_000, "\x00" * 1_000, "\ud800" * 9),
        *("!?.,;()[]{}", "“«「", "''`´", "🎉" * 5_000, "a\u0301" * 40_000, "-" * 9 + "a"),
    ],
    ids=lambda text: repr(text[:12]),
)
def test_a_text_as_long_or_odd_as_can_be_is_answered(people: Workbench, text: str) -> None:
    began = time.monotonic()
    found = people.search(text)
    people.search.suggest(text)
    assert time.monotonic() - began < SECONDS
    assert found.engine == "embedded"
    if len(text.strip()) > 1_000:
        assert any("first" in note or "no letter" in note for note in found.notes), found.notes


def test_ten_thousand_kept_searches(changing: Workbench) -> None:
    ids = [hit.record_id for hit in changing.search("singer")]
    changing.search.save("Mine", "singer")
    changing.database.write(
        lambda c: c.execute(
            "INSERT INTO ops.searches SELECT uuid(), 'Search ' || i, dataset, 'person' || (i // 1000), 'singer',"
            " NULL, NULL, NULL, NULL, created_at, looked_at, act, 0, counted"
            " FROM ops.searches, range(10000) t(i)"
        )
    )
    began = time.monotonic()
    assert [one.name for one in changing.search.saved()] == ["Mine"]
    assert len(changing.database.read(kept.listed)) == 10_001
    assert [hit.record_id for hit in changing.search("singer")] == ids
    assert time.monotonic() - began < SECONDS
    changing.database.write(lambda c: c.execute("UPDATE ops.searches SET owner = 'local'"))
    assert len(changing.search.saved("celebrities")) == 10_001
    with pytest.raises(InputError, match="at most"):
        changing.search.save("One more", "x")


def test_a_disk_that_fills_while_the_index_is_built(
    changing: Workbench, csv_file: Csv, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, dylans = changing.search("").total, changing.search("dylan").total

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(embedded, "made", full)
    with pytest.raises(SearchUnavailable) as told:
        changing.search.rebuild()
    assert told.value.extra["reason"] == "full"
    assert changing.search("dylan").total == dylans  # the index of before is searched
    changing.import_file(csv_file("name\nGrace Hopper\n"))
    found = changing.search("dylan")
    assert found.total == dylans and found.behind == 1  # the import went on
    assert any("lacks the newest 1 changes" in note for note in found.notes), found.notes
    assert changing.records.count() == before + 1
    monkeypatch.undo()
    assert changing.search("hopper").total == 1 and changing.search.check().ok
    places = list((changing.database.path.with_name("m.search") / "celebrities").iterdir())
    assert sum(place.is_dir() for place in places) == 1, places


def test_a_folder_that_cannot_be_written_is_said_and_the_records_are_looked_through(
    changing: Workbench,
) -> None:
    changing.search("")
    changing.search._searching("celebrities").engine.close()
    place = changing.database.path.with_name("m.search")
    shutil.rmtree(place)
    place.write_text("a file where the folder should be")
    found = changing.search("dylan")
    assert [hit.record["name"] for hit in found] == ["Bob Dylan"] and found.engine == "scan"
    assert "not ready" in found.notes[-1]
    place.unlink()
    assert changing.search("bob dylen").hits[0].record["name"] == "Bob Dylan"
