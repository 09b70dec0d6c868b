"""Values that a record had: one edit undone, or a version brought back, as an edit of today."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.datasets.model import Dataset
from core.errors import InputError, NotFound
from core.history.changes import Change


def undone(dataset: Dataset, history: Sequence[Change], version: int) -> dict[str, Any]:
    """The values that the fields had before a version changed them. Raises NotFound, InputError."""
    change = _of(history, version)
    if change.kind != "update":
        raise InputError(
            f"version {version} is no change of fields", hint="Delete or restore the record."
        )
    return {n: old for n, (old, _) in change.fields.items() if n in dataset.field_names}


def at(
    dataset: Dataset, history: Sequence[Change], version: int, present: dict[str, Any]
) -> dict[str, Any]:
    """The fields that are otherwise now than at a version, with the values that they had. Raises NotFound."""
    _of(history, version)
    then = {n: present[n] for n in dataset.field_names}
    for change in sorted(history, key=lambda c: c.version, reverse=True):
        if change.version > version and change.kind == "update":
            then |= {n: old for n, (old, _) in change.fields.items() if n in then}
    return {n: v for n, v in then.items() if v != present[n]}


def _of(history: Sequence[Change], version: int) -> Change:
    found = next((c for c in history if c.version == version), None)
    if found is None:
        raise NotFound(f"there is no version {version} of this record")
    return found
