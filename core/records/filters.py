"""A filter: a tree of conditions on fields, as data. One model for every door; here it becomes SQL.

{"all": [{"field": "mbti", "op": "eq", "value": "INTJ"}, {"not": {"field": "gender", "op": "empty", "value": true}}]}
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Union

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, TypeAdapter, ValidationError

from core.datasets.model import Dataset
from core.errors import BadQuery
from core.records.query import (
    OPERATORS,
    Compiled,
    Query,
    Where,
    check_texts,
    compile_query,
    compile_where,
)

DEPTH = 20  # levels of a tree
SIZE = 1_000  # conditions of a tree

Operator = Literal["eq", "ne", "lt", "le", "gt", "ge", "contains", "starts", "in", "has", "empty"]


class _Node(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Condition(_Node):
    """One field compared with a value; the operators are those of records."""

    field: str
    op: Operator = "eq"
    value: Any = None


class All(_Node):
    """Every part must hold; true when there is none."""

    all: tuple[Filter, ...]


class Some(_Node):
    """One part must hold; false when there is none."""

    any: tuple[Filter, ...]


class Not(_Node):
    """The part must not hold."""

    part: Filter = Field(alias="not")


def _kind(value: Any) -> str:
    if isinstance(value, _Node):
        names: dict[type[_Node], str] = {All: "all", Some: "any", Not: "not"}
        return names.get(type(value), "condition")
    found = [key for key in ("all", "any", "not") if isinstance(value, dict) and key in value]
    return found[0] if found else "condition"


Filter = Annotated[
    Union[
        Annotated[All, Tag("all")],
        Annotated[Some, Tag("any")],
        Annotated[Not, Tag("not")],
        Annotated[Condition, Tag("condition")],
    ],
    Discriminator(_kind),
]
for _each in (All, Some, Not):
    _each.model_rebuild()
_ADAPTER: TypeAdapter[Filter] = TypeAdapter(Filter)


def read(value: Any) -> Filter | None:
    """A filter from a model, JSON or plain data; {field: value} is short for equal values. Raises BadQuery."""
    if value is None or value == {} or value == []:
        return None
    try:
        if isinstance(value, (str, bytes)):
            found = _ADAPTER.validate_json(value)
        else:
            found = _ADAPTER.validate_python(_long(value))
    except (ValidationError, RecursionError) as error:
        first = error.errors()[0]["msg"] if isinstance(error, ValidationError) else "too deep"
        raise BadQuery(
            f"this is no filter: {first}",
            hint='Such as {"field": "mbti", "op": "eq", "value": "INTJ"}; all, any and not hold others.',
        ) from error
    _measure(found)
    return found


def _long(value: Any) -> Any:
    """{field: value} as conditions; anything else as it is."""
    if isinstance(value, (list, tuple)):
        return {"all": [_long(each) for each in value]}
    if isinstance(value, dict) and not {"all", "any", "not", "field"} & set(value):
        parts = [
            (
                {"any": [{"field": f, "value": each} for each in v]}
                if isinstance(v, (list, tuple, set))
                else {"field": f, "value": v}
            )
            for f, v in value.items()
        ]
        return parts[0] if len(parts) == 1 else {"all": parts}
    return value


def parts(node: Filter) -> tuple[Filter, ...]:
    """The filters that a node holds."""
    if isinstance(node, All):
        return node.all
    if isinstance(node, Some):
        return node.any
    return (node.part,) if isinstance(node, Not) else ()


def _measure(node: Filter) -> None:
    level, depth, size = [node], 0, 0
    texts: list[str] = []
    while level:
        depth, size = depth + 1, size + len(level)
        if depth > DEPTH or size > SIZE:
            raise BadQuery(f"a filter has at most {DEPTH} levels and {SIZE} conditions")
        texts += [each.op for each in level if isinstance(each, Condition)]
        level = [part for each in level for part in parts(each)]
    check_texts(texts)


def both(*filters: Filter | None) -> Filter | None:
    """All of them at once."""
    found = tuple(each for each in filters if each is not None)
    return found[0] if len(found) == 1 else All(all=found) if found else None


def operator(dataset: Dataset, condition: Condition) -> str:
    """The operator as it is meant for the type of the field: a list has a value where a text equals it."""
    known = condition.field in dataset.field_names
    if known and dataset.field(condition.field).type == "list" and condition.op == "eq":
        return "has"
    return condition.op


def where(dataset: Dataset, node: Filter) -> tuple[str, list[Any]]:
    """SQL for a filter, and its parameters. Raises BadQuery naming the field or operator."""
    if isinstance(node, Condition):
        found, parameters = compile_where(
            dataset, [(node.field, operator(dataset, node), node.value)]
        )
        return f"coalesce(({found[0]}), false)", parameters
    made = [where(dataset, part) for part in parts(node)]
    parameters = [p for _, each in made for p in each]
    if isinstance(node, Not):
        return f"NOT {made[0][0]}", parameters
    joint, empty = (" AND ", "true") if isinstance(node, All) else (" OR ", "false")
    return "(" + (joint.join(sql for sql, _ in made) or empty) + ")", parameters


def compiled(dataset: Dataset, given: Where | Filter) -> Where:
    """A condition on records as `compile_where` takes it: a tree becomes SQL, anything else stays as it is."""
    if isinstance(given, _Node):
        return Compiled(*_fixed(where(dataset, given)))
    if isinstance(given, dict) and _is_tree(dataset, given):
        found = read(given)
        return Compiled(*_fixed(where(dataset, found))) if found is not None else None
    return given


def _fixed(made: tuple[str, list[Any]]) -> tuple[str, tuple[Any, ...]]:
    return made[0], tuple(made[1])


def _is_tree(dataset: Dataset, given: dict[str, Any]) -> bool:
    """Whether the keys are those of a tree; {field: value} of a field that has such a name is none."""
    names = set(given)
    if names & set(dataset.field_names):
        return False
    return names in ({"all"}, {"any"}, {"not"}) or {"field"} <= names <= {"field", "op", "value"}


def select(dataset: Dataset, node: Filter | None, columns: str = "record_id") -> Query:
    """A SELECT of the records that fit, in no order."""
    plain = compile_query(dataset)
    if node is None:
        return Query(plain.found, (), (), columns)
    sql, parameters = where(dataset, node)
    return Query(f"{plain.found} WHERE {sql}", tuple(parameters), (), columns)


__all__ = [
    "All",
    "Condition",
    "Filter",
    "Not",
    "OPERATORS",
    "Some",
    "both",
    "read",
    "select",
    "where",
]
