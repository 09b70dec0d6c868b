"""All that is known of a person, to be handed out: plain values, JSON, and a text to read."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from core.datasets.model import Dataset
from core.history import changes
from core.ingest.corridor import Corridor
from core.privacy.finding import known
from core.records import edit


@dataclass(frozen=True)
class Person:
    """Everything about one person."""

    data: dict[str, Any]

    @property
    def json(self) -> str:
        """As JSON."""
        return json.dumps(self.data, ensure_ascii=False, indent=2, default=str)

    @property
    def text(self) -> str:
        """To be read."""
        lines = ["# What is known of you", "", "## Record", ""]
        lines += [f"- {n}: {_shown(v)}" for n, v in self.data["record"].items() if v is not None]
        lines += ["", "## History", ""]
        for change in self.data["history"]:
            lines.append(
                f"- {change['at']}: {change['kind']} by {change['actor']} ({change['door']})"
            )
            lines += [
                f"    - {n}: {_shown(old)} -> {_shown(new)}"
                for n, (old, new) in change["fields"].items()
            ]
        lines += ["", "## Rows of files", ""]
        for file in self.data["files"]:
            lines.append(f"- {file['filename']}, received {file['received_at']}")
            lines += [f"    - row {row['row']}: {_shown(row['cells'])}" for row in file["rows"]]
        lines += ["", "## Decisions on duplicates", ""]
        lines += [f"- {d['at']}: {d['verdict']} by {d['actor']}" for d in self.data["decisions"]]
        return "\n".join(lines) + "\n"


def person(corridor: Corridor, dataset: Dataset, record_id: str) -> Person:
    """Gather it. Raises NotFound."""
    found = known(corridor, dataset, record_id)
    with corridor.database.reader() as cursor:
        present = edit.find(cursor, dataset, found.record_id)
        history = changes.of_record(
            cursor, dataset.name, found.record_id, present, dataset.field_names
        )
        decisions = cursor.execute(
            "SELECT decided_at, verdict, actor, note FROM history.match_decisions"
            " WHERE ?::UUID IN (left_id, right_id) ORDER BY decided_at",
            [found.record_id],
        ).fetchall()
    return Person(
        {
            "dataset": dataset.name,
            "record_id": found.record_id,
            "deleted": not found.live,
            "record": found.values,
            "history": [
                {
                    "version": c.version,
                    "at": c.at,
                    "kind": c.kind,
                    "actor": c.actor,
                    "door": c.door,
                    "file": c.filename,
                    "row": c.row,
                    "fields": c.fields,
                }
                for c in history
            ],
            "files": [
                {
                    "filename": f.upload.filename,
                    "source": f.upload.source,
                    "received_at": f.upload.created_at,
                    "rows": [{"row": n, "cells": cells} for n, cells in zip(f.rows, f.cells)],
                }
                for f in found.files
            ],
            "decisions": [
                {"at": at, "verdict": verdict, "actor": actor, "note": note}
                for at, verdict, actor, note in decisions
            ],
        }
    )


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{k}: {v}" for k, v in value.items() if v)
    return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
