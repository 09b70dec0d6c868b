"""The user's word on where a column goes, over the guess."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from rapidfuzz import fuzz, process

from core.cleaning.plan import OWN
from core.datasets.model import Dataset
from core.datasets.parts import DATE_PARTS, GIVEN_FIRST, PARTS
from core.datasets.shapes import fold
from core.errors import BadMapping
from core.ingest.columns import name_parts
from core.ingest.columns.mapping import ColumnMapping

CHOSEN = "chosen by you"
OF_RECIPE = "as the saved recipe says"
REMEMBERED = "remembered from an earlier file"


def apply_choice(
    dataset: Dataset,
    guessed: Sequence[ColumnMapping],
    choices: Mapping[str | int, str | None],
    *,
    reason: str = CHOSEN,
) -> tuple[ColumnMapping, ...]:
    """The guess with the user's choices in it.

    A choice is column name or index -> field name; "", None or "drop" drops the column, "extra"
    keeps it as an extra field (a field of the dataset that has such a name goes first). "name:given"
    makes the column a part of a name: several columns are joined, one for each part. A guess
    that loses its field to a choice becomes an extra field. Raises BadMapping: unknown column, field
    or part, one column chosen twice, or two columns for one field or part.
    """
    result = list(guessed)
    taken: dict[tuple[str, str | None], int] = {}
    done: set[int] = set()
    for key, choice in choices.items():
        index = _find_column(guessed, key)
        field, keep, part = _find_field(dataset, choice)
        column = guessed[index].column
        if index in done:
            raise BadMapping(f"the column {column!r} is given twice")
        if field is not None:
            _refuse_rival(guessed, taken, field, part, column)
            taken[field, part] = index
        done.add(index)
        result[index] = replace(
            result[index],
            field=field,
            keep=keep,
            part=part,
            confidence=1.0,
            reason=reason,
            near=None,
            own=result[index].own and field == result[index].field,
        )
    return tuple(_displaced(dataset, m, taken) if m.index not in done else m for m in result)


def _refuse_rival(
    guessed: Sequence[ColumnMapping],
    taken: Mapping[tuple[str, str | None], int],
    field: str,
    part: str | None,
    column: str,
) -> None:
    for (other, piece), index in taken.items():
        if other == field and (piece == part or piece is None or part is None):
            raise BadMapping(
                f"the columns {guessed[index].column!r} and {column!r} are both for {field}{f' ({part})' if part else ''}",
                hint="Choose one of them; the other can be dropped or kept as an extra field.",
            )


def _find_column(guessed: Sequence[ColumnMapping], key: str | int) -> int:
    if isinstance(key, int):
        if 0 <= key < len(guessed) and not isinstance(key, bool):
            return key
        raise BadMapping(
            f"there is no column {key}", hint=f"Columns count from 0 to {len(guessed) - 1}."
        )
    names = [m.column for m in guessed]
    if key in names:
        return names.index(key)
    alike = [i for i, name in enumerate(names) if fold(name) == fold(key) != ""]
    if len(alike) == 1:
        return alike[0]
    raise BadMapping(f"the file has no column {key!r}", hint=_nearest(key, names))


def _find_field(dataset: Dataset, choice: str | None) -> tuple[str | None, bool, str | None]:
    if choice in dataset.field_names or choice in OWN:
        return choice, True, None
    if choice is None or choice in ("", "drop"):
        return None, False, None
    if choice == "extra":
        return None, True, None
    field, _, part = choice.partition(":")
    if part and field in dataset.field_names:
        return field, True, _find_part(dataset, field, part)
    hint = _nearest(choice, dataset.field_names)
    raise BadMapping(f"the dataset {dataset.name} has no field {choice!r}", hint=hint)


def _find_part(dataset: Dataset, field: str, part: str) -> str:
    if dataset.field(field).type == "date":
        if part not in DATE_PARTS:
            raise BadMapping(
                f"{part!r} is no part of a date", hint=f"Parts: {', '.join(DATE_PARTS)}."
            )
        return part
    if not name_parts.takes_parts(dataset.field(field)):
        raise BadMapping(
            f"{field} cannot be put together of parts: only a plain text or a date can"
        )
    if part not in PARTS:
        raise BadMapping(f"{part!r} is no part of a name", hint=f"Parts: {', '.join(GIVEN_FIRST)}.")
    return part


def _displaced(
    dataset: Dataset, mapping: ColumnMapping, taken: Mapping[tuple[str, str | None], int]
) -> ColumnMapping:
    """A guess steps back for a choice of its field, or of its part; a whole and a part exclude each other."""
    rivals = [part for field, part in taken if field == mapping.field]
    if not any(part == mapping.part or part is None or mapping.part is None for part in rivals):
        return mapping
    field = mapping.field or ""
    label = field if field in OWN else dataset.field(field).label
    reason = f"{label} now comes from another column"
    return replace(mapping, field=None, keep=True, part=None, confidence=1.0, reason=reason)


def _nearest(text: str, names: Sequence[str]) -> str:
    near = process.extractOne(text, names, scorer=fuzz.WRatio, processor=fold, score_cutoff=50)
    if near:
        return f"Did you mean {near[0]!r}?"
    shown = ", ".join(repr(name) for name in names[:20])
    return f"There are {shown}{' ...' if len(names) > 20 else ''}."
