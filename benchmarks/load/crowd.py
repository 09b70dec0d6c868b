"""Many people at once, each with pauses between the clicks; run as `python -m benchmarks.load.crowd`."""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import websockets

from benchmarks.load.person import Fault, Person
from benchmarks.server import Server

SORTS = ("Birth date", "Name", "Nationality", "English name", "MBTI")
WORDS = ("olivia kaya", "yara silva", "wanda rossi", "hugo weiß", "anna rossi", "paul kaya")
# What is done how often, of a hundred clicks.
HABITS = {"page": 40, "open a record": 25, "sort": 15, "filter": 15, "search": 5}


class Notes:
    """Seconds of each rerun by what was done, and what went wrong."""

    def __init__(self) -> None:
        self.times: dict[str, list[float]] = defaultdict(list)
        self.errors: dict[str, list[str]] = defaultdict(list)


async def visit(
    url: str, until: float, pause: tuple[float, float], seed: int, notes: Notes
) -> None:
    """One person, from arriving to the end."""
    dice, person = random.Random(seed), Person(url)  # nosec B311
    acts = list(HABITS)
    await asyncio.sleep(dice.uniform(0, pause[1]))  # nobody arrives at the very same moment
    act = "arrive"
    while time.perf_counter() < until:
        try:
            if act == "arrive":
                await person.leave()
                notes.times[act].append(await person.arrive("records"))
            else:
                notes.times[act] += await ACTS[act](person, dice)
        except (Fault, OSError, TimeoutError, websockets.WebSocketException) as error:
            notes.errors[act].append(f"{type(error).__name__}: {error}"[:300])
            await person.leave()
            person = Person(url)
            act = "arrive"
            await asyncio.sleep(1.0)
            continue
        await asyncio.sleep(dice.uniform(*pause))
        act = dice.choices(acts, [HABITS[a] for a in acts])[0]
    await person.leave()


async def turn(person: Person, dice: random.Random) -> list[float]:
    """To another page of the list, near or far."""
    last = person.find("pagination", "") if person.has("pagination") else None
    if last is None or last.num_pages < 2:
        return [await clear(person)]
    number = dice.choice(
        (dice.randint(1, min(10, last.num_pages)), dice.randint(1, last.num_pages))
    )
    return [await person.act("pagination", "", int_value=number)]


async def sort(person: Person, dice: random.Random) -> list[float]:
    """By another field."""
    label = dice.choice(SORTS)
    return [await person.act("selectbox", "Sort by", string_value=f"By {label}")]


async def filter_(person: Person, dice: random.Random) -> list[float]:
    """Choose a field and a value, and add the filter; take the old ones away first."""
    spent = [await clear(person)] if person.has("button", "Clear all") else []
    spent.append(
        await person.act("selectbox", "Field", string_value=dice.choice(("Gender", "MBTI")))
    )
    choices = list(person.find("selectbox", "Value").options)
    spent.append(await person.act("selectbox", "Value", string_value=dice.choice(choices)))
    spent.append(await person.act("button", "Add the filter", trigger_value=True))
    return spent


async def search(person: Person, dice: random.Random) -> list[float]:
    """Two words in all texts."""
    return [await person.act("text_input", "Search", string_value=dice.choice(WORDS))]


async def clear(person: Person) -> float:
    """The whole list again."""
    for label in ("Clear all", "Clear the search"):
        if person.has("button", label):
            return await person.act("button", label, trigger_value=True)
    return await person.go("")


async def open_(person: Person, dice: random.Random) -> list[float]:
    """A record of the list, and back."""
    before = person.query
    if not person.has("dataframe"):
        return [await clear(person)]
    chosen = {"rows": [0], "columns": [], "cells": []}  # the last page may have no second row
    spent = await person.act("dataframe", "", string_value=json.dumps({"selection": chosen}))
    if "record=" not in person.query:
        raise Fault("the record was not opened")
    return [spent, await person.go(before)]


ACTS = {"page": turn, "open a record": open_, "sort": sort, "filter": filter_, "search": search}


async def crowd(
    server: Server, people: int, seconds: float, pause: tuple[float, float]
) -> tuple[Notes, list[int]]:
    """All of them at once; what they noted, and the server's memory once a second."""
    notes, memory = Notes(), [server.memory()]
    until = time.perf_counter() + seconds
    url = f"127.0.0.1:{server.port}"
    tasks = [asyncio.create_task(visit(url, until, pause, n, notes)) for n in range(people)]
    while not all(task.done() for task in tasks):
        await asyncio.sleep(1.0)
        memory.append(server.memory())
    for task in tasks:
        task.result()
    return notes, memory


def main() -> None:
    """Print one line of JSON: times and errors by act, memory, processor time."""
    parser = argparse.ArgumentParser()
    parser.add_argument("work", type=Path)
    parser.add_argument("people", type=int)
    parser.add_argument("seconds", type=float)
    parser.add_argument("pause", type=float, nargs=2)
    options = parser.parse_args()
    with Server(options.work) as server:
        asyncio.run(warm(server))
        begin, used, own = time.perf_counter(), server.cpu_seconds(), time.process_time()
        pause = (options.pause[0], options.pause[1])
        notes, memory = asyncio.run(crowd(server, options.people, options.seconds, pause))
        spent = time.perf_counter() - begin
        found: dict[str, Any] = {
            "times": notes.times,
            "errors": notes.errors,
            "seconds": spent,
            "server_cores": (server.cpu_seconds() - used) / spent,
            "people_cores": (time.process_time() - own) / spent,
            "memory": memory,
        }
    print(json.dumps(found))


async def warm(server: Server) -> None:
    """One person comes and goes, so that nobody pays for what is loaded once."""
    person = Person(f"127.0.0.1:{server.port}")
    await person.arrive("records")
    await person.leave()


if __name__ == "__main__":
    main()
