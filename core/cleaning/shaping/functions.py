"""The functions of an expression: what they take, what they give, and their SQL. What is not here cannot be called."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Type = Literal["text", "number", "bool", "date"]


@dataclass(frozen=True)
class Function:
    """`takes` are the types of the arguments, the last again and again where `more`; `least` of them must be given.

    `sql` gets the SQL of the arguments. `rows`: it looks at all rows. `pattern` is the place of an argument that is
    a pattern and must be written out.
    """

    takes: tuple[Type, ...]
    gives: Type
    sql: Callable[..., str]
    does: str
    least: int | None = None
    more: bool = False
    rows: bool = False
    pattern: int | None = None


def _whole(n: str) -> str:
    return f"least(greatest({n}, -100000), 100000)::BIGINT"


def _title(x: str) -> str:
    words = f"regexp_extract_all({x}, '[\\pL\\pM\\pN''’]+|[^\\pL\\pM\\pN''’]+')"
    return f"array_to_string(list_transform({words}, lambda w: upper(w[1]) || lower(w[2:])), '')"


def _split(x: str, sign: str, n: str = "1") -> str:
    return f"trim(split_part({x}, {sign}, {_whole(n)}))"


def _over(call: str) -> Callable[..., str]:
    return lambda *a: f"{call.format(*a)} OVER ()"


def _age(x: str, y: str) -> str:
    return f"date_diff('year', {x}, {y}) - CASE WHEN strftime({y}, '%m%d') < strftime({x}, '%m%d') THEN 1 ELSE 0 END"


FUNCTIONS = MappingProxyType(
    {
        # texts
        "upper": Function(("text",), "text", lambda x: f"upper({x})", "capital letters"),
        "lower": Function(("text",), "text", lambda x: f"lower({x})", "small letters"),
        "title": Function(("text",), "text", _title, "a capital for each word"),
        "trim": Function(("text",), "text", lambda x: f"trim({x})", "without blanks around"),
        "length": Function(("text",), "number", lambda x: f"length({x})", "characters"),
        "left": Function(
            ("text", "number"), "text", lambda x, n: f"left({x}, {_whole(n)})", "the first n"
        ),
        "right": Function(
            ("text", "number"), "text", lambda x, n: f"right({x}, {_whole(n)})", "the last n"
        ),
        "mid": Function(
            ("text", "number", "number"),
            "text",
            lambda x, a, n: f"substr({x}, {_whole(a)}, greatest({_whole(n)}, 0))",
            "n characters from place a, which counts from 1",
        ),
        "replace": Function(
            ("text", "text", "text"),
            "text",
            lambda x, a, b: f"replace({x}, {a}, coalesce({b}, ''))",
            "every a becomes b",
        ),
        "concat": Function(
            ("text",), "text", lambda *a: f"concat({', '.join(a)})", "one text", more=True
        ),
        "join": Function(
            ("text", "text"),
            "text",
            lambda s, *a: f"concat_ws({s}, {', '.join(f'nullif({x}, {chr(39) * 2})' for x in a)})",
            "one text with the first argument between those that are not empty",
            more=True,
        ),
        "split": Function(
            ("text", "text", "number"), "text", _split, "the nth part (default: the first)", least=2
        ),
        "matches": Function(
            ("text", "text"),
            "bool",
            lambda x, p: f"coalesce(regexp_matches({x}, {p}), false)",
            "whether the pattern is found",
            pattern=1,
        ),
        "extract": Function(
            ("text", "text"),
            "text",
            lambda x, p: f"regexp_extract({x}, {p})",
            "the first match of a pattern",
            pattern=1,
        ),
        "substitute": Function(
            ("text", "text", "text"),
            "text",
            lambda x, p, y: f"regexp_replace({x}, {p}, coalesce({y}, ''), 'g')",
            "every match of a pattern becomes another text",
            pattern=1,
        ),
        "contains": Function(
            ("text", "text"),
            "bool",
            lambda x, y: f"coalesce(contains({x}, {y}), false)",
            "whether it is in it",
        ),
        "starts_with": Function(
            ("text", "text"),
            "bool",
            lambda x, y: f"coalesce(starts_with({x}, {y}), false)",
            "whether it begins so",
        ),
        "ends_with": Function(
            ("text", "text"),
            "bool",
            lambda x, y: f"coalesce(ends_with({x}, {y}), false)",
            "whether it ends so",
        ),
        "is_empty": Function(
            ("text",), "bool", lambda x: f"coalesce({x} = '', true)", "whether nothing is there"
        ),
        "first_of": Function(
            ("text",),
            "text",
            lambda *a: f"coalesce({', '.join(f'nullif({x}, {chr(39) * 2})' for x in a)})",
            "the first that is not empty",
            more=True,
        ),
        "text": Function(("text",), "text", lambda x: x, "as text"),
        # numbers
        "number": Function(("number",), "number", lambda x: x, "as a number"),
        "round": Function(
            ("number", "number"),
            "number",
            lambda x, n="0": f"round({x}, least(greatest({n}, -15), 15)::INTEGER)",
            "to n decimals (default: none)",
            least=1,
        ),
        "abs": Function(("number",), "number", lambda x: f"abs({x})", "without its sign"),
        "floor": Function(("number",), "number", lambda x: f"floor({x})", "the whole number below"),
        "ceil": Function(("number",), "number", lambda x: f"ceil({x})", "the whole number above"),
        "least": Function(
            ("number",), "number", lambda *a: f"least({', '.join(a)})", "the smallest", more=True
        ),
        "greatest": Function(
            ("number",), "number", lambda *a: f"greatest({', '.join(a)})", "the largest", more=True
        ),
        # dates
        "date": Function(("date",), "date", lambda x: x, "as a date (YYYY-MM-DD)"),
        "year": Function(("date",), "number", lambda x: f"year({x})", "its year"),
        "month": Function(("date",), "number", lambda x: f"month({x})", "its month"),
        "day": Function(("date",), "number", lambda x: f"day({x})", "its day"),
        "days_between": Function(
            ("date", "date"), "number", lambda x, y: f"date_diff('day', {x}, {y})", "days"
        ),
        "years_between": Function(("date", "date"), "number", _age, "whole years, as of an age"),
        # all rows
        "row_number": Function((), "number", lambda: "_n", "the number of the row", rows=True),
        "column_count": Function(
            ("text",), "number", _over("count(nullif({}, ''))"), "rows that have one", rows=True
        ),
        "column_sum": Function(("number",), "number", _over("sum({})"), "of all rows", rows=True),
        "column_mean": Function(("number",), "number", _over("avg({})"), "of all rows", rows=True),
        "column_min": Function(("number",), "number", _over("min({})"), "of all rows", rows=True),
        "column_max": Function(("number",), "number", _over("max({})"), "of all rows", rows=True),
        "times": Function(
            ("text",),
            "number",
            lambda x: f"count(*) OVER (PARTITION BY {x})",
            "how many rows have the same",
            rows=True,
        ),
    }
)


def table() -> str:
    """All functions as a table in Markdown, for the documentation."""
    rows = []
    for name, f in FUNCTIONS.items():
        takes = ", ".join(f.takes) + (", ..." if f.more else "")
        rows.append(
            f"| `{name}({takes})` | {f.gives} | {f.does}{' (looks at all rows)' if f.rows else ''} |"
        )
    return "\n".join(["| function | gives | what |", "|---|---|---|", *rows])
