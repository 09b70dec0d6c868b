"""What a row does to a record, field by field, as SQL over `s` (staged row) and `m` (record).

An empty cell never erases, and a value that only loses is no improvement: see poorer.py. `_extra` is
treated as one more field.
"""

from __future__ import annotations

from dataclasses import dataclass

from typing import TYPE_CHECKING

from core.cleaning.checks import WORD
from core.datasets.model import Dataset, Field
from core.ingest.rows.poorer import poorer
from core.storage.sql import ident

if TYPE_CHECKING:
    from core.ingest.rows.staged import Staged

EXTRA = "_extra"


@dataclass(frozen=True)
class Merge:
    """One field of the comparison: its bit, when it changes, and to what."""

    position: int
    name: str
    changed: str
    merged: str
    told: str
    kept: str = "false"  # when the record's value stays, because the row's only loses

    @property
    def word(self) -> int:
        """Which `_c` column holds the bit."""
        return self.position // WORD

    @property
    def flag(self) -> str:
        """SQL: the bit is set in the matches, alias `x`."""
        return f"(x._c{self.word} & {self.bit}) <> 0"

    @property
    def bit(self) -> int:
        """The value of the bit within its word."""
        return 1 << self.position % WORD

    @property
    def stays(self) -> str:
        """SQL: the same of `kept`."""
        return f"(x._k{self.word} & {self.bit}) <> 0"


def of(staged: Staged) -> list[Merge]:
    """The fields of a staged upload, as its plan wants them."""
    return merges(staged.dataset, staged.compiled.fields, staged.plan.kept_fields)


def merges(
    dataset: Dataset, fields: tuple[str, ...], kept_fields: tuple[str, ...] = ()
) -> list[Merge]:
    """The fields that the file has, in the order of the dataset, and the extra columns.

    Of `kept_fields` a record keeps what it has, and the row counts as if it said nothing of them.
    """
    found: list[Merge] = []
    for field in (f for f in dataset.fields if f.name in fields):
        s, m = f"s.{ident(field.name)}", f"m.{ident(field.name)}"
        changed, merged, kept = policy(field, s, m)
        found.append(Merge(len(found), field.name, changed, merged, s, kept))
    changed, merged = extra_policy("s._extra", "m._extra")
    found.append(Merge(len(found), EXTRA, changed, merged, "s._extra"))
    return [_silent(m) if m.name in kept_fields else m for m in found]


def _silent(merge: Merge) -> Merge:
    stays = f"m.{ident(merge.name)}"
    return Merge(merge.position, merge.name, "false", stays, "NULL")


def extra_policy(s: str, m: str) -> tuple[str, str]:
    """SQL: whether the extra columns `s` of a row change those of a record (`m`), and into what."""
    merged = f"json_merge_patch(coalesce({m}, '{{}}'), {s})::VARCHAR"
    # Another order of the same extra fields is no change; it is looked at only where the texts differ.
    same = f"json_contains({m}, {merged}) AND json_contains({merged}, {m})"
    changed = (
        f"CASE WHEN {s} IS NULL OR {merged} IS NOT DISTINCT FROM {m} THEN false"
        f" ELSE NOT coalesce({same}, false) END"
    )
    return changed, merged


def policy(field: Field, s: str, m: str) -> tuple[str, str, str]:
    """SQL: whether the value `s` of a row changes the value `m` of a record, into what, and what stays."""
    if field.on_update == "keep":
        return "false", m, "false"
    if field.on_update == "fill":
        return f"{s} IS NOT NULL AND {m} IS NULL", s, "false"
    if field.on_update == "union":
        added = f"list_filter({s}, lambda i: NOT list_contains({m}, i))"
        # Equal lists, by far the most, are seen at a fifth of the cost of looking for every element.
        missing = (
            f"CASE WHEN {s} = {m} THEN false ELSE {m} IS NULL OR NOT list_has_all({m}, {s}) END"
        )
        merged = f"CASE WHEN {m} IS NULL THEN {s} ELSE list_concat({m}, {added}) END"
        return f"{s} IS NOT NULL AND ({missing})", merged, "false"
    other = f"{s} IS NOT NULL AND {s} IS DISTINCT FROM {m}"
    if field.on_update == "always":
        return other, s, "false"
    loses = poorer(field, s, m)
    if loses is None:
        return other, s, "false"
    return (
        f"CASE WHEN {other} THEN NOT {loses} ELSE false END",
        s,
        f"CASE WHEN {s} <> {m} THEN {loses} ELSE false END",
    )


def same(found: list[Merge]) -> str:
    """SQL: the record has all that the row says, as it says it. Then nothing changes, stays or is said otherwise.

    So it is with most rows of a file that comes again, and DuckDB asks it once, wherever it guards a CASE.
    """
    pairs = ((m.told, m.told.replace("s.", "m.", 1)) for m in found)
    return " AND ".join(f"({s} IS NULL OR {s} IS NOT DISTINCT FROM {m})" for s, m in pairs)


def words(found: list[Merge]) -> list[str]:
    """SQL for the bit words `_c0`, `_c1`, ... of what changes (all zero means unchanged), and `_k0`, ... of what stays."""
    return [*_words(found, "c", "changed"), *_words(found, "k", "kept")]


def _words(found: list[Merge], letter: str, flag: str) -> list[str]:
    by_word: dict[int, list[str]] = {}
    for merge in found:
        part = f"CASE WHEN {getattr(merge, flag)} THEN {merge.bit} ELSE 0 END::BIGINT"
        by_word.setdefault(merge.word, [])
        if getattr(merge, flag) != "false":
            by_word[merge.word].append(part)
    return [
        f"CASE WHEN {same(found)} THEN 0 ELSE {' + '.join(flags) or 0} END::BIGINT AS _{letter}{w}"
        for w, flags in by_word.items()
    ]


def unchanged(found: list[Merge], alias: str = "x") -> str:
    """SQL: no bit is set."""
    count = max(m.word for m in found) + 1
    return " AND ".join(f"{alias}._c{w} = 0" for w in range(count))


def before(found: list[Merge]) -> str:
    """SQL for the JSON of the old values of the fields that change."""
    return _changing(found, [f"m.{ident(m.name)}" for m in found])


def after(found: list[Merge]) -> str:
    """SQL for the JSON of the new values of the fields that change."""
    return _changing(found, [m.merged for m in found])


def _changing(found: list[Merge], values_: list[str]) -> str:
    parts = [
        f"CASE WHEN {m.flag} THEN '\"{m.name}\":' || coalesce(to_json({value})::VARCHAR, 'null') END"
        for m, value in zip(found, values_)
    ]
    return "'{' || concat_ws(',', " + ", ".join(parts) + ") || '}'"


def values(fields: tuple[str, ...], alias: str = "s") -> str:
    """SQL for the JSON of a whole row: its fields and the extra columns."""
    parts = ", ".join(f"{ident(n)} := {alias}.{ident(n)}" for n in (*fields, EXTRA))
    return f"to_json(struct_pack({parts}))::VARCHAR"
