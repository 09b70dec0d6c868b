"""Why a statement was slow: run again, read-only, with a clock on every step of its plan."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import duckdb

from core.errors import BadQuery
from core.telemetry.operations import Asked

SECONDS = 60.0  # a statement that takes longer is interrupted
_TEXT = re.compile(r"'(?:[^']|'')*'")
_NUMBER = re.compile(r"(?<![\w#.])-?\d+(?:\.\d+)?(?![\w.])")
_HIDDEN = ("Estimated Cardinality", "Type", "Projections", "__order_by__")
_CALLS = re.compile(r"\b__internal_\w+")


@dataclass(frozen=True)
class Step:
    """One step of a plan: how deep, what, seconds of its own, rows it gave, rows it looked at, and more."""

    depth: int
    name: str
    seconds: float
    rows: int
    scanned: int
    detail: str


@dataclass(frozen=True)
class Plan:
    """A statement without its values, its seconds in this run, and the steps, the last one first."""

    sql: str
    seconds: float
    steps: tuple[Step, ...]


def explain(connection: duckdb.DuckDBPyConnection, asked: Asked) -> Plan:
    """Run the statement again under EXPLAIN ANALYZE, in a read-only transaction.

    Raises BadQuery when it is no single SELECT, Cancelled when it takes longer than a minute.
    """
    statements = duckdb.extract_statements(asked.sql)
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise BadQuery("only one SELECT can be explained")
    timer = threading.Timer(SECONDS, connection.interrupt)
    timer.start()
    try:
        connection.execute("BEGIN TRANSACTION READ ONLY")
        row = connection.execute(
            f"EXPLAIN (ANALYZE, FORMAT json) {asked.sql}", list(asked.parameters)
        ).fetchone()
    finally:
        timer.cancel()
    tree: dict[str, Any] = json.loads(row[1]) if row else {}
    return Plan(masked(asked.sql), float(tree.get("latency", 0.0)), tuple(_steps(tree, 0)))


def masked(sql: str) -> str:
    """The statement with `?` for every text and number in it."""
    parts, end = [], 0
    tokens = duckdb.tokenize(sql)
    data = sql.encode()  # places are counted in bytes
    for (start, kind), (stop, _) in zip(tokens, [*tokens[1:], (len(data), None)]):
        parts.append(data[end:start].decode())
        text = data[start:stop].decode()
        if kind in (duckdb.token_type.string_const, duckdb.token_type.numeric_const):
            text = "?" + text[len(text.rstrip()) :]
        parts.append(text)
        end = stop
    return "".join(parts)


def _steps(node: dict[str, Any], depth: int) -> Iterator[Step]:
    name = str(node.get("operator_name", "")).strip()
    shown = bool(name) and name != "EXPLAIN_ANALYZE"
    if shown:
        yield Step(
            depth,
            name.replace("_", " ").capitalize(),
            float(node.get("operator_timing", 0.0)),
            int(node.get("operator_cardinality", 0)),
            int(node.get("operator_rows_scanned", 0)),
            _detail(node.get("extra_info") or {}),
        )
    for child in node.get("children", []):
        yield from _steps(child, depth + shown)


def _detail(extra: dict[str, Any]) -> str:
    parts = []
    for key, value in extra.items():
        if key in _HIDDEN or not value:
            continue
        text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        text = _NUMBER.sub("?", _TEXT.sub("?", text)) if key != "Table" else text
        parts.append(f"{key}: {_CALLS.sub('', text)}")
    return "; ".join(parts).replace("\n", " ")
