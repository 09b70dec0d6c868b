"""Merging records and taking merges apart, as acts with their decision and their event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from core.actor import Actor
from core.datasets.model import Dataset
from core.errors import InputError, NotFound, WrongState
from core.history import events
from core.ingest.merges import standing, unwinding, writing
from core.ingest.merges.choosing import Choice, choose
from core.ingest.merges.standing import Standing
from core.ingest.merges.unwinding import Kept
from core.matching import decisions
from core.storage.ids import check_id, new_id


@dataclass(frozen=True)
class Merged:
    """A merge, planned (`id` is None) or done: who stays, who became part of it, and what every field gets."""

    id: str | None
    dataset: str
    survivor: str
    absorbed: tuple[str, ...]
    fields: tuple[Choice, ...]

    @property
    def losing(self) -> tuple[Choice, ...]:
        """The fields of which a value is lost; the sources keep it, and taking the merge apart gives it back."""
        return tuple(c for c in self.fields if c.others)


@dataclass(frozen=True)
class Unmerged:
    """A merge that was taken apart: the records that are there again, and what stayed because of later changes."""

    id: str
    dataset: str
    records: tuple[str, ...]
    kept: tuple[Kept, ...]


def plan(
    connection: duckdb.DuckDBPyConnection,
    dataset: Dataset,
    ids: Sequence[str],
    keep: Mapping[str, Any],
) -> Merged:
    """What merging would make. Raises NotFound, InputError."""
    wanted = _ids(ids)
    found = choose(dataset, writing.fetch(connection, dataset, wanted), keep)
    return Merged(None, dataset.name, wanted[0], tuple(wanted[1:]), tuple(found))


def _ids(ids: Sequence[str]) -> list[str]:
    if isinstance(ids, str):
        raise InputError("records are merged by a list of their ids")
    wanted = list(dict.fromkeys(check_id(i, "record") for i in ids))
    if len(wanted) < 2:
        raise InputError("a merge needs two records at least")
    return wanted


def merge(
    connection: duckdb.DuckDBPyConnection,
    dataset: Dataset,
    ids: Sequence[str],
    keep: Mapping[str, Any],
    actor: Actor,
    versions: Mapping[str, int] | None = None,
) -> Merged:
    """Make one record of several; the first one stays. `versions` are those that were seen: others are a Conflict."""
    wanted = _ids(ids)
    records = writing.fetch(connection, dataset, wanted)
    for record in records:
        seen = (versions or {}).get(record["record_id"])
        if seen is not None and seen != record["_version"]:
            raise WrongState(
                f"record {record['record_id']} is at version {record['_version']}, and you saw {seen}",
                hint="Look at both records again.",
            )
    merge_id = new_id()
    for absorbed in wanted[1:]:  # first, while both are there
        decisions.decide(connection, dataset, wanted[0], absorbed, "same", actor, note="merged")
    choices = writing.merge(connection, dataset, wanted, keep, actor, merge_id)
    told: dict[str, object] = {"merge": merge_id, "absorbed": wanted[1:]}
    events.append(
        connection, "record.merged", actor, dataset=dataset.name, record_id=wanted[0], details=told
    )
    return Merged(merge_id, dataset.name, wanted[0], tuple(wanted[1:]), tuple(choices))


def unmerge(
    connection: duckdb.DuckDBPyConnection, dataset: Dataset, merge_id: str, actor: Actor
) -> Unmerged:
    """Take a merge (or the merge of a decision) apart; other merges of its records stand as before."""
    merges = standing.load(connection, dataset.name)
    found = _of(connection, merges, merge_id)
    group = standing.group(merges, found.records)
    kept = unwinding.unwind(connection, dataset, group, actor)
    unwinding.redo(connection, dataset, [m for m in group if m.id != found.id], actor)
    _withdraw(connection, dataset, found, actor)
    told: dict[str, object] = {
        "merge": found.id,
        "records": list(found.records),
        "kept": [k.field for k in kept],
    }
    events.append(
        connection,
        "record.unmerged",
        actor,
        dataset=dataset.name,
        record_id=found.survivor,
        details=told,
    )
    mine = tuple(k for k in kept if k.record_id in found.records)
    return Unmerged(found.id, dataset.name, found.records, mine)


def _of(
    connection: duckdb.DuckDBPyConnection, merges: Sequence[Standing], merge_id: str
) -> Standing:
    wanted = check_id(merge_id, "merge")
    for merge_ in merges:
        if merge_.id == wanted:
            return merge_
    row = connection.execute(
        "SELECT left_id::VARCHAR, right_id::VARCHAR FROM history.match_decisions WHERE decision_id = ?",
        [wanted],
    ).fetchone()
    for merge_ in merges:
        if row and set(row) <= set(merge_.records):
            return merge_
    once = connection.execute(
        "SELECT 1 FROM history.merges WHERE merge_id = ? LIMIT 1", [wanted]
    ).fetchone()
    if once or row:
        raise WrongState("this merge was taken apart already, or never made")
    raise NotFound(f"there is no merge {merge_id!r}")


def _withdraw(
    connection: duckdb.DuckDBPyConnection, dataset: Dataset, found: Standing, actor: Actor
) -> None:
    """*Same* does not hold any more; nothing else is said of the pair."""
    for absorbed in found.absorbed:
        a, b = decisions.ordered(found.survivor, absorbed)
        held = decisions.holding(connection, dataset.name, a, b)
        if held is not None and held.verdict == "same":
            decisions.write(
                connection, dataset, (a, b), "withdrawn", actor, note="merge taken apart"
            )


def found(connection: duckdb.DuckDBPyConnection, dataset: str) -> list[Standing]:
    """The merges that stand, the oldest first."""
    return standing.load(connection, dataset)
