"""What a row says of the record that it meets, as columns beside the comparison: see core/ingest/writing/vouching.py."""

from __future__ import annotations

from core.cleaning.checks import WORD
from core.ingest.rows.merge import Merge, same
from core.storage.sql import literal

SAID = "_other_values"


def columns(found: list[Merge]) -> list[str]:
    """SQL for the bit words `_g0`, `_g1`, ... of the values that a row (`s`) has, and for `_other_values`."""
    by_word: dict[int, list[str]] = {}
    for merge in found:
        bit = 1 << merge.position % WORD
        by_word.setdefault(merge.word, []).append(
            f"CASE WHEN {merge.told} IS NOT NULL THEN {bit} ELSE 0 END::BIGINT"
        )
    words = [f"{' + '.join(flags)} AS _g{w}" for w, flags in by_word.items()]
    return [*words, f"{_other_values(found)} AS {SAID}"]


def _other_values(found: list[Merge]) -> str:
    parts = {m.name: apart for m in found if (apart := _apart(m))}
    if not parts:
        return "NULL::VARCHAR"
    told = {m.name: m.told for m in found}
    texts = [
        f"CASE WHEN {apart} THEN {literal(quoted(name))} || to_json({told[name]})::VARCHAR END"
        for name, apart in parts.items()
    ]
    text = "'{' || concat_ws(',', " + ", ".join(texts) + ") || '}'"
    any_ = " OR ".join(f"({a})" for a in parts.values())
    return f"CASE WHEN {same(found)} THEN NULL WHEN {any_} THEN {text} END"


def quoted(name: str) -> str:
    """A key of a JSON object, with its colon."""
    return f'"{name}":'


def _apart(merge: Merge) -> str | None:
    """SQL: the record has another value than the row, also afterwards. None where that cannot be."""
    s, m = merge.told, merge.told.replace("s.", "m.", 1)
    differs = f"{s} IS NOT NULL AND {s} IS DISTINCT FROM {m}"
    if merge.changed == differs and merge.merged == s:
        return None
    stays = f"NOT ({merge.changed})"
    if merge.merged != s:
        stays = f"({stays} OR {merge.merged} IS DISTINCT FROM {s})"
    return f"CASE WHEN {differs} THEN {stays} ELSE false END"
