"""The columns that are no fields, as SQL: the record's id, and the extra fields as one JSON text."""

from __future__ import annotations

from core.formulas import restored_sql
from core.cleaning.checks import Check
from core.cleaning.plan import EXTRA, RECORD_ID, Plan
from core.cleaning.step import Step
from core.storage.sql import literal

# What a file of quarantined rows has before the columns of the file.
PLACE = ("row", "line", "problems")
_UUID = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"


def columns(plan: Plan) -> list[str]:
    """`_record` of a row of c0, c1, ...; `_told` and `_object`, the texts that say the id and the extra fields."""
    own = plan.own()
    found = ["NULL::UUID AS _record"]
    if RECORD_ID in own:
        text = f"nullif(trim(c{own[RECORD_ID]}), '')"
        found = [f"{text} AS _told", f"CASE WHEN {_is_id(text)} THEN {text}::UUID END AS _record"]
    if EXTRA in own:
        found.append(f"nullif(trim(c{own[EXTRA]}), '') AS _object")
    return found


def with_checks(plan: Plan, checks: list[Check]) -> list[Check]:
    """The checks of the fields, and those of these columns."""
    own = plan.own()
    found = []
    if RECORD_ID in own:
        expected = "the id of a record, or nothing"
        found.append((RECORD_ID, expected, f"_told IS NOT NULL AND NOT {_is_id('_told')}"))
    if EXTRA in own:
        bad = f"_object IS NOT NULL AND NOT {_is_object('_object')}"
        found.append((EXTRA, "an object in JSON, or nothing", bad))
    start = len(checks)
    return checks + [
        Check(start + i, name, "type", "error", expected, condition)
        for i, (name, expected, condition) in enumerate(found)
    ]


def extra_of_row(plan: Plan, steps: tuple[Step, ...] = ()) -> str:
    """`_extra` of a row of c0, c1, ...: the columns that are kept beside the fields, without empty cells."""
    extras = plan.extras()
    if not extras:
        return _whole(plan)
    # Merging drops the empty cells. A row that has none but such costs next to nothing.
    cells = [_filled(plan, _restored(plan, steps, f"c{c.index}")) for c in extras]
    pairs = ", ".join(f"{literal(c.extra or c.column)}, {cell}" for c, cell in zip(extras, cells))
    merged = f"json_merge_patch({_base(plan)}, json_object({pairs}))::VARCHAR"
    return (
        f"CASE WHEN coalesce({', '.join(cells)}) IS NOT NULL THEN {merged} ELSE {_whole(plan)} END"
    )


def extra_of_many(plan: Plan, steps: tuple[Step, ...] = ()) -> str:
    """The same from `_raw`, the list of all cells: as arguments, thousands of cells need gigabytes."""
    extras = plan.extras()
    if not extras:
        return _whole(plan)
    names = literal([c.extra or c.column for c in extras])
    places = literal([c.index + 1 for c in extras])
    texts = f"list_select(_raw, {places})"
    if _restored(plan, steps, "t") != "t":
        texts = f"list_transform({texts}, lambda t: {_restored(plan, steps, 't')})"
    filled = (
        f"list_filter(list_zip({names}, {texts}), lambda e: {_filled(plan, 'e[2]')} IS NOT NULL)"
    )
    many = f"to_json(map_from_entries({filled}))::VARCHAR"
    if EXTRA in plan.own():
        many = f"json_merge_patch({_base(plan)}, {many})::VARCHAR"
    return f"nullif({many}, '{{}}')"


def _restored(plan: Plan, steps: tuple[Step, ...], cell: str) -> str:
    """A cell as it was before a quarantine or a template went out; what people add to an export is theirs."""
    ours = any(step.op == "apostrophes" and step.field is None for step in steps)
    return restored_sql(cell) if ours and RECORD_ID not in plan.own() else cell


def _filled(plan: Plan, cell: str) -> str:
    """NULL for an empty cell, and for what databases write for one. A plan of before kept that as text."""
    filled = f"nullif({cell}, '')"
    return f"nullif({filled}, '\\N')" if plan.together and not plan.own() else filled


def _is_id(text: str) -> str:
    return f"regexp_full_match({text}, '{_UUID}')"


def _is_object(text: str) -> str:
    # Asked in this order, since a text that is no JSON has no type.
    return f"(CASE WHEN json_valid({text}) THEN json_type({text}) = 'OBJECT' ELSE false END)"


def _whole(plan: Plan) -> str:
    """The extra fields that are one object; NULL where there are none."""
    if EXTRA not in plan.own():
        return "NULL::VARCHAR"
    whole = "json_merge_patch('{}', _object)::VARCHAR"
    return f"nullif(CASE WHEN {_is_object('_object')} THEN {whole} END, '{{}}')"


def _base(plan: Plan) -> str:
    return f"coalesce({_whole(plan)}, '{{}}')" if EXTRA in plan.own() else "'{}'"
