"""A person of the load test does what a browser would do, on the real server."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

import pytest

from benchmarks.cases import CASES, Work
from benchmarks.load import crowd, measure
from benchmarks.load.person import Fault, Person
from benchmarks.people import generate
from benchmarks.server import Server


@pytest.mark.integration
def test_people_click_on_records(tmp_path: Path) -> None:
    files = generate(tmp_path / "files", 3_000, ("people",))
    CASES["import"].run(Work(tmp_path, files))
    with Server(tmp_path) as server:
        asyncio.run(one(server))
        notes, memory = asyncio.run(crowd.crowd(server, 3, 6.0, (0.1, 0.3)))
        asyncio.run(fault(server))
    assert not any(notes.errors.values()), notes.errors
    assert sum(map(len, notes.times.values())) >= 6 and max(memory) > 50_000_000
    found = {"times": notes.times, "errors": notes.errors}
    cases = {case["name"]: case for case in measure._cases(found)}
    assert cases["rerun"]["calls"] == sum(c["calls"] for c in cases.values()) / 2
    assert cases["rerun"]["errors"] == 0 and cases["rerun"]["p95"] <= cases["rerun"]["longest"]


async def one(server: Server) -> None:
    person, dice = Person(f"127.0.0.1:{server.port}"), random.Random(1)
    await person.arrive("records")
    await person.act("pagination", "", int_value=2)
    assert person.query == "page=2"
    await crowd.open_(person, dice)  # from the second page, and back to it
    assert person.query == "page=2" and person.has("dataframe")
    await person.act("pagination", "", int_value=1)
    await crowd.sort(person, dice)
    assert person.query.startswith("sort=")
    await crowd.filter_(person, dice)
    assert "f=" in person.query and person.has("button", "Clear all")
    await crowd.clear(person)
    await crowd.search(person, dice)
    assert "q=" in person.query
    await person.leave()


async def fault(server: Server) -> None:
    person = Person(f"127.0.0.1:{server.port}")
    with pytest.raises(Fault):
        await person.arrive("records", "record=nothing")
    await person.leave()
