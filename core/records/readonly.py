"""What may be asked in SQL: one SELECT over the tables of the database, and nothing of this machine.

DuckDB reads files from a SELECT (`FROM 'people.csv'`, `read_text(...)`), and that cannot be switched
off for one query. So the parsed statement is looked at: table functions are on a list, a name with
a dot could be a file, and a qualified name must be that of a table that exists.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from typing import Any

import duckdb

from core.errors import BadQuery
from core.storage.sql import literal

TABLE_FUNCTIONS = frozenset(
    ("unnest", "range", "generate_series", "repeat", "json_each", "json_tree")
    + ("duckdb_columns", "duckdb_tables", "duckdb_views", "duckdb_functions", "duckdb_types")
)
# Functions of one value that bind another statement, or write.
SCALAR_REFUSED = frozenset({"json_serialize_plan", "write_log", "nextval", "getenv"})
_READS = ("SUBQUERY", "BASE_TABLE", "SHOW_REF", "SELECT_NODE", "TABLE_FUNCTION")
_OWN = "You see a part of the records: ask for these by the names of the datasets."
_HINT = "Only SELECT over the tables here is allowed; import a file to ask about it."


def check_select(sql: str, known: Collection[str] = ()) -> str:
    """The statement, when it is one SELECT that reads nothing but tables. Raises BadQuery.

    `known` are the qualified names that may be used, in lower case: "ops.uploads".
    """
    statement = _one_select(sql)
    for node in _nodes(_tree(statement)):
        _check_node(node, known)
    return statement


def check_own(statement: str, datasets: Collection[str]) -> None:
    """That a statement reads these tables by their bare names and nothing else. Raises BadQuery.

    Its own CTEs may have no name of these: within one, the name would be that of the table itself.
    """
    used, own = names(statement)
    for node in _nodes(_tree(statement)):
        kind = node.get("type")
        if kind == "SHOW_REF" or (
            kind == "BASE_TABLE" and (node.get("schema_name") or node.get("catalog_name"))
        ):
            raise BadQuery("only datasets can be asked here", hint=_OWN)
        if kind == "TABLE_FUNCTION":
            name = str(node["function"].get("function_name", "")).lower()
            if name.startswith("duckdb_"):
                raise BadQuery(f"the table function {name!r} is not allowed here", hint=_OWN)
    if taken := sorted(own & set(datasets)):
        raise BadQuery(f"{', '.join(taken)} is the name of a dataset", hint="Name the CTE another.")
    if unknown := sorted(used - own - set(datasets)):
        raise BadQuery(f"there is no dataset {', '.join(unknown)}", hint=_OWN)


def names(statement: str) -> tuple[set[str], set[str]]:
    """The tables that a statement names without a schema, and its own CTEs; in lower case."""
    used, own = set(), set()
    for node in _nodes(_tree(statement)):
        if node.get("type") == "BASE_TABLE" and not node.get("schema_name"):
            used.add(str(node.get("table_name")).lower())
        if isinstance(node.get("cte_map"), dict):
            own |= {str(cte["key"]).lower() for cte in node["cte_map"].get("map", ())}
    return used, own


def check_condition(table: str, condition: str, *, alone: bool = False) -> str:
    """The condition, when it is one expression that may stand in a WHERE. Raises BadQuery.

    `alone`: it speaks of the columns that it stands on, and of no other table.
    """
    tree = _tree(_one_select(f"SELECT 1 FROM {table} WHERE (\n{condition}\n)"))
    node = tree["statements"][0]["node"]
    more = ("modifiers", "group_expressions", "having", "qualify", "sample")
    if node["type"] != "SELECT_NODE" or any(node.get(part) for part in more):
        raise BadQuery(f"{condition!r} is not one condition")
    from_table = node["from_table"]
    if from_table["type"] != "BASE_TABLE" or from_table.get("alias"):
        raise BadQuery(f"{condition!r} is not one condition")
    for part in _nodes(node["where_clause"]):
        _check_node(part, ())
        if alone and (part.get("class") == "SUBQUERY" or part.get("type") in _READS):
            raise BadQuery("this condition asks other tables", hint=_OWN)
    return condition


def _one_select(sql: str) -> str:
    try:
        sql.encode()  # half a character is no text
        statements = duckdb.extract_statements(sql)
    except (duckdb.Error, UnicodeError) as error:
        raise BadQuery(str(error).split("\n\n")[0].strip()) from error
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise BadQuery(
            "only one SELECT can be run here", hint="Use edit, delete or an import to change data."
        )
    return str(statements[0].query).rstrip().rstrip(";")


def _tree(statement: str) -> dict[str, Any]:
    with duckdb.connect() as connection:
        row = connection.execute(f"SELECT json_serialize_sql({literal(statement)})").fetchone()
    tree: dict[str, Any] = json.loads(row[0]) if row else {"error": True}
    if tree.get("error"):  # for example PRAGMA and PIVOT, which become other statements
        raise BadQuery(tree.get("error_message", "this SQL cannot be looked through"), hint=_HINT)
    return tree


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    todo = [tree]
    while todo:
        item = todo.pop()
        if isinstance(item, dict):
            yield item
            todo += item.values()
        elif isinstance(item, list):
            todo += item


def _check_node(node: dict[str, Any], known: Collection[str]) -> None:
    kind = node.get("type")
    if kind == "TABLE_FUNCTION":
        name = str(node["function"].get("function_name", "")).lower()
        if name not in TABLE_FUNCTIONS:
            raise BadQuery(f"the table function {name!r} is not allowed here", hint=_HINT)
    elif kind == "FUNCTION" and str(node.get("function_name", "")).lower() in SCALAR_REFUSED:
        raise BadQuery(f"the function {node['function_name']!r} is not allowed here", hint=_HINT)
    elif kind in ("BASE_TABLE", "SHOW_REF"):
        _check_name(node, known)


def _check_name(node: dict[str, Any], known: Collection[str]) -> None:
    parts = [str(node.get(part) or "") for part in ("catalog_name", "schema_name", "table_name")]
    used = [part for part in parts if part]
    if used and used[-1].lower().startswith("pragma_"):
        raise BadQuery("PRAGMA is not allowed here", hint=_HINT)
    if any(mark in part for part in used for mark in "./\\*?:"):
        raise BadQuery(f"{'.'.join(used)!r} could be a file", hint=_HINT)
    if len(used) > 1 and ".".join(used).lower() not in known:
        raise BadQuery(f"there is no table {'.'.join(used)}", hint=_HINT)


def columns_of(table: str, condition: str) -> set[str]:
    """The names of the columns that a condition speaks of, in lower case. Raises BadQuery for what is none."""
    tree = _tree(_one_select(f"SELECT 1 FROM {table} WHERE (\n{condition}\n)"))
    return {
        str(node["column_names"][-1]).lower()
        for node in _nodes(tree)
        if node.get("type") == "COLUMN_REF" and node.get("column_names")
    }
