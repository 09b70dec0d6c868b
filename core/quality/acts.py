"""What is asked about quality: scores of records, the rows behind a check, profiles. Functions over a Corridor."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from core.cleaning import vocabularies
from core.datasets import tables
from core.datasets.model import Dataset
from core.errors import NotFound
from core.files import frames, hidden, reader
from core.files.given import file_at
from core.files.table import Table
from core.history.events import now
from core.ingest import drafting
from core.ingest.corridor import Corridor
from core.quality import drift as drift_, kept, kept_checks, measures, profile as profile_
from core.quality import running, score as score_, trend as trend_
from core.quality.drift import Anomaly, Drift
from core.quality.measures import Measure
from core.quality.profile import Column, Profile
from core.quality.score import Score
from core.quality.trend import Step
from core.records.query import Result
from core.storage.ids import check_id
from core.storage.patience import present, watched
from core.storage.sql import ident, literal


def score(corridor: Corridor, name: str, where: str = "true", scope: str = "dataset") -> Score:
    """The score of the records that fit."""
    dataset = corridor.dataset(name)
    with corridor.database.operations.measure("quality score") as timer:
        found = corridor.database.read(
            lambda c: score_.of(c, dataset, tables.table(dataset), now(), where=where, scope=scope)
        )
        timer.rows = found.records
    return found


def of_record(corridor: Corridor, name: str, record_id: str) -> Score:
    """The score of one record. Raises NotFound."""
    wanted = check_id(record_id, "record")
    found = score(corridor, name, f"r.record_id = {literal(wanted)}::UUID", "record")
    if not found.records:
        raise NotFound(f"there is no record {record_id!r} in {name}")
    return found


def of_upload(corridor: Corridor, upload_id: str) -> Score:
    """The score of the records that an imported upload brought, changed or spoke of, as they are now."""
    upload = corridor.upload(upload_id)
    return score(corridor, upload.dataset, spoken_of(upload.id), "upload")


def spoken_of(upload_id: str) -> str:
    """SQL of `r`: the upload changed the record, or found it as it is."""
    own = f"upload_id = {literal(upload_id)}::UUID"
    return (
        f"r.record_id IN (SELECT record_id FROM history.changes WHERE {own}"
        f" UNION SELECT record_id FROM history.vouched WHERE {own})"
    )


def of_source(corridor: Corridor, name: str, source: str) -> Score:
    """The score of the records that a source brought in; '' for those without a source."""
    return score(corridor, name, _of(source), "source")


def _of(source: str) -> str:
    return f"coalesce(r._source, '') = {literal(source)}"


def sources(corridor: Corridor, name: str, limit: int = 50) -> list[tuple[str, Score]]:
    """Each source with the score of its records, the worst first; of the `limit` largest ones."""
    dataset = corridor.dataset(name)
    rows = corridor.database.read(
        lambda c: c.execute(
            f"SELECT coalesce(_source, '') AS s, count(*) FROM {tables.table(dataset)}"
            " GROUP BY s ORDER BY count(*) DESC, s LIMIT ?",
            [limit],
        ).fetchall()
    )
    found = [(str(s), of_source(corridor, name, s)) for s, _ in rows]
    return sorted(found, key=lambda pair: 101.0 if pair[1].total is None else pair[1].total)


def measure(corridor: Corridor, dataset: Dataset, check: str) -> Measure:
    """The measure of that id. Raises NotFound naming those that there are."""
    found = measures.build(dataset, tables.table(dataset), now())
    for each in found:
        if each.id == check:
            return each
    some = ", ".join(m.id for m in found[:12])
    raise NotFound(f"{dataset.name} has no check {check!r}", hint=f"There are: {some}, ...")


def bad_rows(dataset: Dataset, wanted: Measure) -> str:
    """SQL of `r`: exactly the rows that a measure counts as bad."""
    return f"coalesce({wanted.counted}, false) AND coalesce({wanted.bad}, false)"


def rows(
    corridor: Corridor,
    name: str,
    check: str,
    limit: int | None = None,
    source: str | None = None,
) -> Result:
    """The records behind a check, whole and in order: as many as the check says are bad (of one source)."""
    dataset = corridor.dataset(name)
    wanted = measure(corridor, dataset, check)
    corridor.database.read(lambda c: vocabularies.prepare(c, measures.vocabularies(dataset)))
    shown = ", ".join(f"r.{ident(n)}" for n in tables.columns(dataset) if n != "_key")
    own = "" if source is None else f" AND {_of(source)}"
    sql = (
        f"SELECT {shown} FROM {tables.table(dataset)} r WHERE {bad_rows(dataset, wanted)}{own}"
        f" ORDER BY r.record_id{f' LIMIT {int(limit)}' if limit is not None else ''}"
    )
    return Result(corridor.database, sql, (), "rows of a check")


def rows_of_check(
    corridor: Corridor,
    name: str,
    expectation_id: str,
    limit: int | None = None,
    source: str | None = None,
) -> Result:
    """The records that a check somebody made counts as bad (of one source). Raises NotFound, InputError for one of all
    together.
    """
    given = kept_checks.get(corridor, expectation_id, name)
    dataset = corridor.dataset(name)
    records = tables.table(dataset)
    shown = ", ".join(f"r.{ident(n)}" for n in tables.columns(dataset) if n != "_key")
    bad = running.bad_rows(corridor.registry, given, records)
    own = "" if source is None else f" AND {_of(source)}"
    sql = f"SELECT {shown} FROM {records} r WHERE ({bad}){own} ORDER BY r.record_id"
    return Result(
        corridor.database,
        sql + (f" LIMIT {int(limit)}" if limit is not None else ""),
        (),
        "rows of a check",
        running.within(given.timeout),
    )


# ------------------------------------------------------------------ over time


def trend(corridor: Corridor, name: str, limit: int = 500) -> list[Step]:
    """The scores after each act, the oldest first, with what caused each change. Counts what is behind first."""
    dataset = corridor.dataset(name)
    kept.catch_up(corridor, name)
    return corridor.database.read(lambda c: trend_.steps(c, dataset, limit))


def drift(corridor: Corridor, upload_id: str, against: str | None = None) -> Drift:
    """An import against another one, or the one before it of its source."""
    upload = corridor.upload(upload_id)
    other = corridor.upload(against).id if against else None
    dataset = corridor.dataset(upload.dataset)
    kept.catch_up(corridor, dataset.name)
    return corridor.database.read(lambda c: drift_.between(c, dataset, upload.id, other))


def anomalies(corridor: Corridor, name: str) -> list[Anomaly]:
    """Scores and imports that are out of line with those before."""
    dataset = corridor.dataset(name)
    steps = trend(corridor, name)
    return corridor.database.read(lambda c: drift_.anomalies(c, dataset, steps))


# ------------------------------------------------------------------ profiles


def profile(corridor: Corridor, source: Any) -> Profile:
    """Of a dataset (by name), an upload (by id), a file (by path) or a frame."""
    with corridor.database.operations.measure("profile") as timer:
        found = _profile(corridor, source)
        timer.rows = found.rows
    return found


def _profile(corridor: Corridor, source: Any) -> Profile:
    if frames.is_frame(source):
        return _of_frame(corridor, source)
    if isinstance(source, Path):
        return _of_file(corridor, source)
    name = str(source)
    if any(d.name == name for d in corridor.registry.all()):
        return of_dataset(corridor, name)
    if len(name) == 36 and not Path(name).exists():
        return of_table(corridor, drafting.draft(corridor, name).table, name)
    if Path(name).suffix or "/" in name:
        return _of_file(corridor, Path(name))
    known = ", ".join(d.name for d in corridor.registry.all())
    raise NotFound(f"{name!r} is no dataset, upload or file", hint=f"Datasets: {known}.")


def of_dataset(corridor: Corridor, name: str) -> Profile:
    """The records of a dataset."""
    dataset = corridor.dataset(name)
    columns = profile_.of_fields(dataset)
    return corridor.database.read(
        lambda c: profile_.profile(c, tables.table(dataset), columns, dataset.label)
    )


def of_table(corridor: Corridor, table: Table, name: str) -> Profile:
    """The text cells of a file, before anything is cleaned."""
    columns = [Column(f"t.c{i}", title) for i, title in enumerate(table.names)]
    try:
        return _of_cells(corridor, table, columns, name)
    except duckdb.Error as error:
        if table.is_careful or not reader.is_refusal(error):
            raise
        return _of_cells(corridor, table.careful(), columns, name)


def _of_cells(corridor: Corridor, table: Table, columns: Sequence[Column], name: str) -> Profile:
    """The file is parsed once; its cells lie in a temporary table that spills to the disk."""
    with corridor.database.reader() as cursor:
        try:
            with watched(cursor, present()):
                cursor.execute(f"CREATE OR REPLACE TEMP TABLE quality_cells AS {table.sql}")
                return profile_.profile(cursor, "temp.quality_cells", columns, name)
        finally:
            cursor.execute("DROP TABLE IF EXISTS temp.quality_cells")


def _of_file(corridor: Corridor, path: Path) -> Profile:
    settings = corridor.settings
    table = reader.read(file_at(path), cache_dir=hidden.cache_dir(settings), settings=settings)
    return of_table(corridor, table, path.name)


def _of_frame(corridor: Corridor, frame: object) -> Profile:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / frames.NAME
        frames.write(frame, path)
        return _of_file(corridor, path)
