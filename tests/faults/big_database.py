"""The large database of `kill --big`: how it is made, what is brought into it, and what must lie there.

What is looked at is reckoned in sets: ten million records are too many for a look at each.
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from tests.faults.app import App

SIZE = 1_000_000_000  # bytes of the database, at least
PEOPLE = 10_000_000  # what makes it so large


@dataclass
class Batch:
    """People that were imported together: `text` is the round of their descriptions, 0 when not there."""

    tag: str
    rows: int
    uploads: list[str] = field(default_factory=list)  # what can be taken back, the newest last
    text: int = 0
    wanted: int = 0  # what it is on the way to
    sent: int = 0  # how often something new was sent: part of the key of a request

    def content(self, text: int) -> bytes:
        """The file that brings them, or gives them another description."""
        lines = (f"{self.tag} Person {n:06d},{self.tag} text {text}" for n in range(self.rows))
        return "\n".join(["name,description", *lines]).encode()


def prepared(folder: Path, app: App) -> int:
    """Give the app its database, made when it is not there. How many people are in it."""
    made, raw, note = folder / "made.duckdb", folder / "made-uploads", folder / "made.json"
    if not note.exists():
        note.write_text(json.dumps({"people": make(folder, made, raw)}))
    people = int(json.loads(note.read_text())["people"])
    shutil.rmtree(app.folder, ignore_errors=True)
    app.folder.mkdir(parents=True)
    shutil.copyfile(made, app.database)
    shutil.copytree(raw, app.data, copy_function=os.link)
    return people


def make(folder: Path, made: Path, raw: Path) -> int:
    """Import people: a large database. How many there are."""
    from benchmarks import people
    from core.workbench import Workbench

    made.unlink(missing_ok=True)
    file = people.generate(folder / "people", PEOPLE, ("people",)).path("people")
    with Workbench.open(made, data_dir=raw) as wb:
        wb.import_file(file)
        count = wb.count()
    assert made.stat().st_size >= SIZE, f"{made} has only {made.stat().st_size:,} bytes"
    return count


def versions_of(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """As `invariants`, set by set: versions without a gap, and every record at its last one."""
    rows = connection.execute("""
        SELECT coalesce(m.record_id, h.record_id)::VARCHAR, m._version, h.hi, h.n
        FROM main.celebrities m FULL JOIN (
            SELECT record_id, count(*) AS n, min(version) AS lo, max(version) AS hi,
                   arg_max(kind, version) AS last
            FROM history.changes WHERE dataset = 'celebrities' GROUP BY record_id) h USING (record_id)
        WHERE h.lo IS DISTINCT FROM 1 OR h.n <> h.hi
           OR m._version IS DISTINCT FROM CASE WHEN h.last <> 'delete' THEN h.hi END
        LIMIT 5""").fetchall()
    found = [f"record {i} is at {at}, its history at {hi} of {n}: half" for i, at, hi, n in rows]
    doubled = connection.execute(
        "SELECT count(*) - count(DISTINCT record_id) FROM main.celebrities"
    ).fetchone()
    if doubled != (0,):
        found.append(f"records are there twice: {doubled}")
    return found


def batches_of(
    connection: duckdb.DuckDBPyConnection, batches: list[Batch], people: int
) -> list[str]:
    """Every batch is there whole, once, or not at all; nobody else is, and nobody is missing."""
    rows = connection.execute(
        "SELECT split_part(name, ' ', 1), count(*), count(DISTINCT name), list(DISTINCT description)"
        " FROM main.celebrities WHERE starts_with(name, 'Big') GROUP BY 1"
    ).fetchall()
    there = {tag: (count, names, texts) for tag, count, names, texts in rows}
    found = []
    for batch in batches:
        count, names, texts = there.pop(batch.tag, (0, 0, []))
        if count not in (0, batch.rows):
            found.append(f"{batch.tag} is half there: {count} of {batch.rows}")
        if names != count:
            found.append(f"{batch.tag} is there twice: {count} records, {names} names")
        if len(texts) > 1:
            found.append(f"{batch.tag} is half updated: {texts}")
        round_ = int(texts[0].rpartition(" ")[2]) if texts else 0
        if round_ not in (batch.text, batch.text + 1, batch.text - 1):
            found.append(f"{batch.tag} is lost: round {round_}, not {batch.text}")
    found += [f"nobody brought {tag}" for tag in there]
    row = connection.execute(
        "SELECT count(*) FROM main.celebrities WHERE NOT starts_with(name, 'Big')"
    ).fetchone()
    if row != (people,):
        found.append(f"of {people} people there are {row}: some are lost, or there twice")
    return found


def edits_of(
    connection: duckdb.DuckDBPyConnection, edited: dict[str, list[str | None]]
) -> list[str]:
    """Every edit that had an answer is there; one that had none may be."""
    rows = connection.execute(
        "SELECT record_id::VARCHAR, description FROM main.celebrities"
        " WHERE starts_with(description, 'Edited ')"
    ).fetchall()
    there = dict(rows)
    return [
        f"the edit of {record} is lost: {there.get(record)}, not {texts}"
        for record, texts in edited.items()
        if there.get(record) not in texts
    ]
