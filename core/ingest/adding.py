"""A record that somebody types: the corridor of a file with one row, so that history, source and the way back are the same."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from core.actor import Actor
from core.cleaning.plan import checked
from core.errors import BadValue, HeldBack, InputError
from core.history import changes
from core.ingest import background, importing, problems, receiving
from core.ingest.corridor import Corridor
from core.jobs.worker import Worker

NAME = "New record.json"
SOURCE = "Typed by hand"


def add(
    corridor: Corridor, worker: Worker, dataset: str, values: Mapping[str, Any], actor: Actor
) -> str:
    """A record of these values; gives its id. Raises BadValue with every fault, also when there is such a record."""
    known = corridor.dataset(dataset)
    for name in values:
        known.field(name)
    row = {n: v for n, v in values.items() if v not in (None, "", [])}
    if not row:
        raise InputError("nothing is typed", hint="Fill in the required fields at least.")
    plan = checked(
        {
            **{"dataset": dataset, "mode": "insert", "on_error": "refuse"},
            **{"source": SOURCE, "together": True, "force": True},
        }
    )
    data = json.dumps([row], ensure_ascii=False, default=str).encode("utf-8")
    upload = receiving.receive(corridor, [data], plan, actor, filename=NAME, force=True)
    try:
        importing.commit(corridor, upload.id, actor, promised=False)
    except HeldBack as error:
        found = corridor.database.read(lambda c: problems.load(c, upload.id, known))
        background.cancel(corridor, worker, upload.id, actor)
        faults = [
            {"field": p.field, "title": p.title, "expected": p.expected}
            for p in found
            if p.severity == "error"
        ]
        told = "; ".join(f["title"] or "" for f in faults) or error.detail
        raise BadValue(told, faults=faults) from error
    made = corridor.database.read(
        lambda c: changes.page_of_upload(c, known, upload.id, kind=None, limit=1, offset=0)
    )
    if not made:
        raise BadValue("there is such a record already")
    return str(made[0].record_id)
