"""Exports of searches: all of it, in the order of the hits, by a job that can be watched and stopped."""

from __future__ import annotations

import json
import os
import time
from typing import Any

import pytest

from core import Workbench
from core.actor import Actor
from core.errors import BadQuery, Cancelled, Conflict, NotFound
from core.jobs.progress import Progress
from core.jobs.table import Job
from core.search import exports, whole


def names(pieces: Any) -> list[str]:
    return [json.loads(line)["name"] for line in b"".join(pieces).splitlines()]


def ended(wb: Workbench, job: Job) -> Job:
    until = time.monotonic() + 30
    while (job := wb.search.export_job(job.id)).active:
        assert time.monotonic() < until
        time.sleep(0.02)
    return job


@pytest.fixture
def working(changing: Workbench) -> Workbench:
    """With a worker that takes jobs."""
    changing.start()
    return changing


@pytest.mark.parametrize("format", ["jsonl", "csv"])
def test_parts_come_one_after_another(
    people: Workbench, monkeypatch: pytest.MonkeyPatch, format: Any
) -> None:
    whole_ = b"".join(people.search.export("singer", fields=["name", "mbti"], format=format))
    monkeypatch.setattr(whole, "PART", 1)
    told: list[int] = []
    parts = people.search.export("singer", fields=["name", "mbti"], format=format, told=told.append)
    assert b"".join(parts) == whole_
    assert told == [1, 2, 3]


def test_filters_alone_give_all_and_words_the_best(
    people: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "EXPORTED", 2)
    first = [hit.record["name"] for hit in people.search("singer", limit=2)]
    assert names(people.search.export("singer", fields=["name"], format="jsonl")) == first
    tree = {"not": {"field": "mbti", "op": "empty", "value": True}}
    every = names(
        people.search.export(filters=tree, fields=["name"], format="jsonl", sort="-birth_date")
    )
    dated = people.search("", filters=tree, sort="-birth_date", limit=100)
    assert every == [hit.record["name"] for hit in dated] and len(every) == 6
    with pytest.raises(BadQuery, match="height"):
        people.search.export("", sort="height")


def test_a_job_writes_the_file_for_whom_ordered_it(working: Workbench) -> None:
    job = working.search.order_export("singer", fields=["name"], format="jsonl")
    assert job.kind == "export" and ended(working, job).status == "done"
    path = working.search.export_file(job.id)
    assert names([path.read_bytes()]) == names(
        working.search.export("singer", fields=["name"], format="jsonl")
    )
    assert working.search.export_job(job.id).rows_done == 3
    assert [p.name for p in path.parent.iterdir()] == [path.name]  # no part of one
    other = working.acting_as(Actor("ada", "api"))
    for ask in (other.search.export_job, other.search.export_file, other.search.cancel_export):
        with pytest.raises(NotFound):
            ask(job.id)
    os.utime(path, (0, 0))
    working.search._services.exports.expire()
    with pytest.raises(NotFound, match="no file"):
        working.search.export_file(job.id)


def test_a_job_that_is_stopped_leaves_nothing(changing: Workbench) -> None:
    job = changing.search.order_export("singer", format="csv")  # no worker takes it
    with pytest.raises(Conflict):
        changing.search.export_file(job.id)

    class Stopped(Progress):
        def done(self, share: float) -> None:
            super().done(share)
            assert 0 < self.snapshot().share <= 1
            self.cancel()
            self.check()

    with pytest.raises(Cancelled):
        changing.search._services.exports.run(job, Stopped())
    assert list(changing.search._services.exports.folder.iterdir()) == []
    assert changing.search.cancel_export(job.id).status == "cancelled"
    with pytest.raises(NotFound):
        changing.search.export_file(job.id)


def test_what_cannot_be_exported_is_not_ordered(changing: Workbench) -> None:
    for wrong in ({"format": "odt"}, {"fields": ["height"]}, {"sort": "height"}, {"filters": "x"}):
        with pytest.raises(BadQuery):
            changing.search.order_export("x", **wrong)  # type: ignore[arg-type]
    assert changing.jobs() == []
