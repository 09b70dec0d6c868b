"""A run: candidates, weights, the verdict on itself, kept for the review. The first one, or of what changed since."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace

import duckdb

from core.datasets.model import Dataset
from core.datasets.tables import table
from core.history import feed
from core.history.events import now
from core.jobs.progress import Progress
from core.matching import blocking, people, roles as roles_, scoring, training
from core.matching.blocking import Blocked, LeftOut
from core.matching.model import UNIT, Model, default, from_dict
from core.matching.roles import Compared, Roles
from core.storage.ids import new_id
from core.storage.sql import ident, literal
from core.storage.store import Store

LINK = 0.9  # the probability from which a pair is a link, where nothing else is said
_SURE = 0.95  # estimated precision below which nothing is merged by itself
_EVIDENCE = 2  # fields beside the name that a verdict needs
_QUICK = 60.0  # seconds that a run may have taken to be repeated by itself
CONSUMER = "matching"


@dataclass(frozen=True)
class Run:
    """What a run found. `pairs` were looked at, `candidates` kept for review, `links` are likely one person.

    `precision` is the run's own estimate for the links; `trusted` says whether it is enough to merge by itself,
    `verdict` why, in words. `left_out` are blocks that were too large.
    """

    id: str
    dataset: str
    records: int
    compared: int
    pairs: int
    candidates: int
    links: int
    precision: float | None
    trusted: bool
    verdict: str
    cap: int
    blocks_left_out: int
    left_out: tuple[LeftOut, ...]
    not_compared: dict[str, str]
    seconds: float
    incremental: bool = False


def run(
    store: Store, dataset: Dataset, progress: Progress | None = None, *, whole: bool = True
) -> Run:
    """Compare all records, or without `whole` those that were changed since the last run with all. Keeps the pairs."""
    progress, began = progress or Progress(), time.monotonic()
    with store.reader() as cursor, progress.watch(cursor):
        act = feed.last(cursor, dataset.name)
        since = None if whole else last_act(cursor, dataset.name)
        cursor.execute("BEGIN")
        try:
            known = last_model(cursor, dataset.name) if since is not None else None
            model, roles, count, blocked = compute(cursor, dataset, _fresh(dataset, since), known)
            run_id = new_id()
            staged = f'staging."match_{run_id.replace("-", "")}"'
            cursor.execute(f"CREATE TABLE {staged} AS {_kept(model)}")
            found = _judged(
                cursor, dataset, run_id, roles, model, count, blocked, since is not None
            )
        finally:
            cursor.execute("COMMIT")
            forget(cursor)
    found = replace(found, seconds=round(time.monotonic() - began, 2))
    try:
        store.write(lambda c: _keep(c, dataset, found, model, staged, act, since), name="matching")
    finally:
        store.read(lambda c: c.execute(f"DROP TABLE IF EXISTS {staged}"))
    return found


def compute(
    cursor: duckdb.DuckDBPyConnection, dataset: Dataset, source: str, known: Model | None = None
) -> tuple[Model, Roles, int, Blocked]:
    """Fill `scored` for a SELECT of people (see `people`). The model as it was used, and what was compared.

    `known` is a model to use as it is; without one it is counted on the data.
    """
    roles = roles_.of(dataset)
    if known is not None:
        roles = replace(roles, compared=tuple(Compared(c.field, c.kind) for c in known.comparisons))
        count = people.gather(cursor, dataset, roles, known, source)
        blocked = blocking.block(cursor, known)
        scoring.score(cursor, known, count)
        return known, roles, count, blocked
    roles = useful(cursor, dataset, roles)
    model = default(roles)
    count = people.gather(cursor, dataset, roles, model, source)
    model = replace(training.chance(cursor, model, count), prior=training.usual_prior(count))
    blocked = blocking.block(cursor, model)
    scoring.score(cursor, model, count)
    model = _count_prior(cursor, model, count)
    if training.enough(cursor):
        model = _count_prior(cursor, training.learn(cursor, model), count)
    cursor.execute(f"DELETE FROM scored WHERE weight < {round(UNIT * scoring.FLOOR)}")
    return model, roles, count, blocked


def _count_prior(cursor: duckdb.DuckDBPyConnection, model: Model, count: int) -> Model:
    prior = training.counted_prior(cursor, model, count)
    cursor.execute(f"UPDATE scored SET weight = weight + {round(UNIT * (prior - model.prior))}")
    return replace(model, prior=prior)


def forget(cursor: duckdb.DuckDBPyConnection) -> None:
    """Drop what a computation left."""
    people.forget(cursor)
    for name in ("pairs", "scored"):
        cursor.execute(f"DROP TABLE IF EXISTS temp.{name}")


def useful(cursor: duckdb.DuckDBPyConnection, dataset: Dataset, roles: Roles) -> Roles:
    """The roles without codes that are another one in every record: they say nothing of two records."""
    codes = [c.field for c in roles.compared if c.kind in ("code", "text")]
    if not codes:
        return roles
    counts = ", ".join(f"count({ident(n)}), count(DISTINCT {ident(n)})" for n in codes)
    row = cursor.execute(f"SELECT {counts} FROM {table(dataset)}").fetchone() or ()
    unique = {
        n
        for i, n in enumerate(codes)
        if row[2 * i] == row[2 * i + 1] and (row[2 * i] >= 50 or n in dataset.key.fields)
    }
    why = dict.fromkeys(sorted(unique), "is another one in every record")
    kept = tuple(c for c in roles.compared if c.field not in unique)
    return replace(roles, compared=kept, left_out={**roles.left_out, **why})


def last_act(cursor: duckdb.DuckDBPyConnection, dataset: str) -> int | None:
    """The act up to which records were compared; None before the first run."""
    row = cursor.execute(
        "SELECT max(act) FROM ops.match_runs WHERE dataset = ?", [dataset]
    ).fetchone()
    return row[0] if row else None


def last_model(cursor: duckdb.DuckDBPyConnection, dataset: str) -> Model | None:
    """The model of the last run; None before the first, or when fields that it compares are gone."""
    row = cursor.execute(
        "SELECT model FROM ops.match_runs WHERE dataset = ? ORDER BY run_at DESC LIMIT 1", [dataset]
    ).fetchone()
    return from_dict(json.loads(row[0])) if row else None


def _fresh(dataset: Dataset, since: int | None) -> str:
    if since is None:
        return people.records(dataset)
    changed = f"SELECT record_id FROM history.changes WHERE dataset = {literal(dataset.name)} AND act > {since}"
    return people.records(dataset, f"m.record_id IN ({changed})")


def _kept(model: Model) -> str:
    """SELECT of `scored` by record ids, as `ops.match_pairs` has it."""
    places = range(len(model.comparisons))
    levels, bits = (", ".join(f"{x}{i}" for i in places) for x in ("v", "b"))
    return (
        "SELECT least(a.record_id, b.record_id) AS left_id, greatest(a.record_id, b.record_id) AS right_id, weight,"
        " coalesce(t.first = l, false) AS twin, name_bits AS names, agree, against, missing,"
        f" [{levels}]::TINYINT[] AS levels, [{bits}]::INTEGER[] AS bits FROM scored JOIN people a ON a.n = l"
        " JOIN people b ON b.n = r LEFT JOIN twins t ON t.n = r ORDER BY 1, 2"
    )


def _judged(
    cursor: duckdb.DuckDBPyConnection,
    dataset: Dataset,
    run_id: str,
    roles: Roles,
    model: Model,
    count: int,
    blocked: Blocked,
    incremental: bool,
) -> Run:
    least = round(UNIT * weight_of(LINK))
    row = cursor.execute(
        f"SELECT count(*), count(*) FILTER (weight >= {least}), sum(round(1e6 / (1 + pow(2, -(least(60, weight / {UNIT}.0)"
        f"))))::BIGINT) FILTER (weight >= {least}), (SELECT count(*) FROM people WHERE fresh) FROM scored"
    ).fetchone() or (0, 0, 0, 0)
    candidates, links, expected, fresh = (int(v or 0) for v in row)
    precision = round(expected / 1e6 / links, 4) if links else None
    trusted, verdict = _verdict(links, precision, model, blocked)
    return Run(
        *(
            run_id,
            dataset.name,
            count,
            fresh,
            blocked.pairs,
            candidates,
            links,
            precision,
            trusted,
            verdict,
        ),
        *(blocked.cap, blocked.blocks_left_out, blocked.left_out, roles.left_out, 0.0, incremental),
    )


def _verdict(
    links: int, precision: float | None, model: Model, blocked: Blocked
) -> tuple[bool, str]:
    """Whether the links may be merged without a person, and why."""
    said = []
    if blocked.blocks_left_out:
        said.append(
            f"{blocked.blocks_left_out:,} blocks of more than {blocked.cap:,} records were not compared as a whole"
        )
    if precision is None:
        return False, "; ".join(["No two records are likely to be one person", *said]) + "."
    evidence = len(model.comparisons)
    share = "More than 99.9%" if precision > 0.9994 else f"About {precision:.1%}"
    about = f"{share} of the {links:,} links are right by the model's own estimate"
    if evidence < _EVIDENCE:
        why = f"only {evidence} fields beside the name are compared, so every link needs a person"
        return False, "; ".join([about, why, *said]) + "."
    if precision < _SURE:
        why = f"that is below {_SURE:.0%}, so every link needs a person"
        return False, "; ".join([about, why, *said]) + "."
    return True, "; ".join([about, *said]) + "."


def weight_of(share: float) -> float:
    """The weight in bits of a probability."""
    share = min(max(share, 1e-9), 1 - 1e-9)
    return math.log2(share / (1 - share))


def _bridges(connection: duckdb.DuckDBPyConnection, dataset: Dataset, staged: str) -> None:
    """Mark the links of a changed record that would join two persons who were apart so far: a person has to say so."""
    name, link = literal(dataset.name), round(UNIT * weight_of(LINK))
    both = (
        f"SELECT left_id AS a, right_id AS b FROM ops.match_pairs WHERE dataset = {name} AND weight >= {link}"
        f" UNION ALL SELECT right_id, left_id FROM ops.match_pairs WHERE dataset = {name} AND weight >= {link}"
    )
    connection.execute(
        f"""UPDATE ops.match_pairs SET bridge = true WHERE dataset = {name} AND weight >= {link}
        AND (left_id, right_id) IN (SELECT (left_id, right_id) FROM {staged}) AND EXISTS (
            WITH linked AS ({both})
            SELECT 1 FROM (
                SELECT x.a, x.b AS u, y.b AS v FROM linked x JOIN linked y ON x.a = y.a AND x.b < y.b
                WHERE x.a IN (SELECT left_id FROM {staged} UNION SELECT right_id FROM {staged})
            ) t LEFT JOIN linked z ON z.a = t.u AND z.b = t.v
            WHERE z.a IS NULL AND ((t.a = left_id AND right_id IN (t.u, t.v)) OR (t.a = right_id AND left_id IN (t.u, t.v)))
        )"""
    )


def behind(cursor: duckdb.DuckDBPyConnection, dataset: str) -> bool:
    """Whether a dataset that was compared has changes since; those that take long are left to people."""
    row = cursor.execute(
        "SELECT act, (summary ->> 'seconds')::DOUBLE FROM ops.match_runs WHERE dataset = ? ORDER BY run_at DESC LIMIT 1",
        [dataset],
    ).fetchone()
    return row is not None and feed.last(cursor, dataset) > int(row[0]) and float(row[1]) < _QUICK


def follow(store: Store, datasets: Iterable[Dataset]) -> None:
    """Compare what changed in the datasets that were compared before; for the clock."""
    for dataset in datasets:
        if store.read(lambda c, name=dataset.name: behind(c, name)):  # type: ignore[misc]
            run(store, dataset, whole=False)


def _keep(
    connection: duckdb.DuckDBPyConnection,
    dataset: Dataset,
    found: Run,
    model: Model,
    staged: str,
    act: int,
    since: int | None,
) -> None:
    """Put the pairs in place of those of before: all, or those of records that were changed or are gone."""
    name = literal(dataset.name)
    gone = ""
    if since is not None:
        changed = f"SELECT record_id FROM history.changes WHERE dataset = {name} AND act > {since}"
        gone = f" AND (left_id IN ({changed}) OR right_id IN ({changed}))"
    connection.execute(f"DELETE FROM ops.match_pairs WHERE dataset = {name}{gone}")
    connection.execute(
        f"INSERT INTO ops.match_pairs BY NAME SELECT {name} AS dataset, {literal(found.id)}::UUID AS run_id, *,"
        f" false AS bridge FROM {staged}"
    )
    if since is not None:
        _bridges(connection, dataset, staged)
    summary = json.dumps(asdict(found), ensure_ascii=False)
    connection.execute(
        "INSERT INTO ops.match_runs VALUES (?, ?, ?, ?, ?, ?)",
        [
            found.id,
            dataset.name,
            act,
            json.dumps(model.as_dict(), ensure_ascii=False),
            summary,
            now(),
        ],
    )
    feed.move(connection, CONSUMER, dataset.name, feed.Position(act))
