"""Row rules, hidden fields and masks: compiled into the one SELECT that stands in the place of a record table.

rules = read({"rows": {"field": "source", "op": "eq", "value": "press"}, "masks": {"birth_date": "year"}})
narrow(celebrities, rules)      # a definition; whatever is asked of it sees that alone
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from core.datasets.model import Dataset, Field
from core.datasets.narrowed import Narrowed, narrowed
from core.datasets.tables import SYSTEM, table
from core.errors import BadRole, InputError
from core.records import filters as trees
from core.records.filters import Condition, Filter
from core.records.query import compile_where
from core.storage.sql import ident, literal

Mask = Literal["year", "month", "initial", "present"]
MASKS: dict[Mask, str] = {
    "year": "the year of a date",
    "month": "year and month of a date",
    "initial": "the first character",
    "present": "only that there is a value",
}
HIDDEN_SIGN = "•••"
_DATES = ("year", "month")
_TEXTS = ("contains", "starts")  # what they look for cannot be written into a view
# What stands behind a LIMIT is asked only of what came through it: no condition of somebody's is tried on a record
# that they may not see, where an error would tell of it.
_BARRIER = " LIMIT 9223372036854775807"


class Rules(BaseModel):
    """What a role sees of one dataset. `rows`: a filter (core/records/filters.py); None: every record."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rows: Any = None
    hidden: tuple[str, ...] = ()
    masks: dict[str, Mask] = {}

    @property
    def empty(self) -> bool:
        """Whether everything is seen."""
        return self.rows is None and not self.hidden and not self.masks


def read(given: Any) -> Rules:
    """Rules from plain data. Raises BadRole."""
    try:
        return Rules.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise BadRole(
            f"the rules: {place}: {first['msg']}" if place else f"the rules: {first['msg']}",
            hint=f"rows is a filter, hidden a list of fields, masks one of {', '.join(MASKS)} by field.",
        ) from error


def narrow(dataset: Dataset, rules: Rules) -> Narrowed:
    """The dataset as these rules let it be seen. Raises BadRole for a rule that does not fit the definition."""
    if isinstance(dataset, Narrowed):
        raise BadRole("these are rules on top of others")
    known, kept = set(dataset.field_names), {*rules.hidden, *rules.masks}
    if unknown := sorted(kept - known):
        raise BadRole(f"{dataset.name} has no field {', '.join(unknown)}", hint="Change the rules.")
    if both := sorted(set(rules.hidden) & set(rules.masks)):
        raise BadRole(f"{', '.join(both)} cannot be hidden and masked")
    if not known - set(rules.hidden):
        raise BadRole("one field has to be seen", hint="Take away the permission records.read.")
    shown = [
        _shown(dataset.field(n), rules.masks.get(n))
        for n in dataset.field_names
        if n not in rules.hidden
    ]
    system = [f"{_system(n, kept)} AS {ident(n)}" for n in SYSTEM if n != "record_id"]
    view = f"SELECT record_id, {', '.join([*shown, *system])} FROM {table(dataset)}"
    tree = trees.read(rules.rows)
    if tree is not None:
        view += f" WHERE {_condition(dataset, tree)}{_BARRIER}"
    masked = frozenset(rules.masks)
    ruled = frozenset(_fields(tree)) if tree is not None else None
    return narrowed(dataset, frozenset(rules.hidden), masked, f"({view})", ruled)


def _shown(field: Field, mask: Mask | None) -> str:
    name = ident(field.name)
    return name if mask is None else f"{masked(field, mask)} AS {name}"


def masked(field: Field, mask: Mask) -> str:
    """SQL for what is seen of a value. Raises BadRole when this is no mask for the field."""
    name = ident(field.name)
    fits = ("year", "month", "present") if field.type == "date" else ("initial", "present")
    if mask not in fits:
        raise BadRole(f"{mask} is no mask for {field.name}", hint=f"Take {', '.join(fits)}.")
    if field.type not in ("text", "list", "date"):
        raise BadRole(f"{field.name} is a {field.type}, and cannot be masked", hint="Hide it.")
    if mask in _DATES:
        more = r"(-\d{2})?" if mask == "month" else ""
        return f"nullif(regexp_extract({name}, '^-?[0-9]+{more}'), '')"
    if mask == "present":
        sign = literal([HIDDEN_SIGN] if field.type == "list" else HIDDEN_SIGN)
        return f"CASE WHEN {name} IS NOT NULL THEN {sign} END"
    if field.type == "list":
        return f"list_transform({name}, lambda i: left(i, 1) || '…')"
    return f"left({name}, 1) || '…'"


def _system(name: str, kept: set[str]) -> str:
    """The key holds values of fields, and so do columns that are no field: they are not seen."""
    if name == "_key" or (name == "_extra" and kept) or (name == "_source" and "source" in kept):
        return f"NULL::{SYSTEM[name]}"
    return ident(name)


def _condition(dataset: Dataset, node: Filter) -> str:
    """A filter as SQL without parameters: a view has none."""
    if isinstance(node, Condition):
        if node.op in _TEXTS:
            raise BadRole(
                f"a row rule cannot use {node.op}", hint="Use eq, in, has, lt, ge, empty."
            )
        try:
            made, given = compile_where(
                dataset, [(node.field, trees.operator(dataset, node), node.value)]
            )
        except InputError as error:
            raise BadRole(f"the row rule of {dataset.name}: {error.detail}") from error
        before, *behind = made[0].split("?") if given else [made[0]]
        if len(behind) != len(given):
            raise BadRole(f"a row rule cannot use {node.op} of {node.field}")
        sql = before + "".join(literal(v) + part for v, part in zip(given, behind, strict=True))
        return f"coalesce(({sql}), false)"
    if isinstance(node, trees.Not):
        return f"NOT {_condition(dataset, node.part)}"
    joint, empty = (" AND ", "true") if isinstance(node, trees.All) else (" OR ", "false")
    return f"({joint.join(_condition(dataset, part) for part in trees.parts(node)) or empty})"


def _fields(node: Filter) -> set[str]:
    if isinstance(node, Condition):
        return {node.field}
    return {name for part in trees.parts(node) for name in _fields(part)}
