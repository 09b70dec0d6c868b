"""A dataset as somebody sees it who may see a part of it: fewer records, fewer fields, values in part.

`tables.table` gives the SELECT of what they see in the place of the table, so every question that is asked of this
definition is answered from that alone. What would write by it is no SQL, and fails.
"""

from __future__ import annotations

from typing import Any

from pydantic import Field as field_

from core.datasets.model import Dataset


class Narrowed(Dataset):
    """A definition without what is hidden. `view` is the SELECT; `plain` are the fields that are seen as they are."""

    view: str = field_(exclude=True, repr=False)
    plain: frozenset[str] = field_(exclude=True, repr=False)
    by_rows: bool = field_(exclude=True, repr=False)  # some records are not seen at all
    ruled: frozenset[str] = field_(exclude=True, repr=False)  # fields by which records are seen
    hides: bool = field_(exclude=True, repr=False)  # some fields are not seen at all


def narrowed(
    dataset: Dataset,
    hidden: frozenset[str],
    masked: frozenset[str],
    view: str,
    ruled: frozenset[str] | None,
) -> Narrowed:
    """The definition without its hidden fields, and without what speaks of them."""
    fields = tuple(f for f in dataset.fields if f.name not in hidden)
    names = {f.name for f in fields}
    plain = frozenset(names - masked)
    given: dict[str, Any] = {name: getattr(dataset, name) for name in Dataset.model_fields}
    key, search = dataset.key, dataset.search
    given["fields"] = fields
    given["key"] = key.model_copy(
        update={
            "fields": tuple(n for n in key.fields if n in names),
            "when_both": key.when_both if key.when_both in names else None,
            "also": tuple(n for n in key.also if n in names),
        }
    )
    given["rules"] = tuple(rule for rule in dataset.rules if set(rule.fields) <= plain)
    given["search"] = search.model_copy(
        update={
            "names": tuple(n for n in search.names if n in names),
            "weights": {n: w for n, w in search.weights.items() if n in names},
            "facets": tuple(n for n in search.facets if n in names),
        }
    )
    given["quality"] = dataset.quality.model_copy(
        update={"fields": {n: v for n, v in dataset.quality.fields.items() if n in names}}
    )
    return Narrowed.model_construct(
        **given,
        view=view,
        plain=plain,
        by_rows=ruled is not None,
        ruled=ruled or frozenset(),
        hides=bool(hidden),
    )
