"""A rule is one SELECT of what breaks it, so that a million records are looked at in seconds."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from core.integrity.findings import EXAMPLES, Finding


@dataclass(frozen=True)
class Rule:
    """`sql` gives one text per thing that is wrong; the text names it."""

    code: str
    sql: str


def apply(cursor: duckdb.DuckDBPyConnection, rules: tuple[Rule, ...], where: str) -> list[Finding]:
    """The findings of rules, each with its count and the first examples."""
    found = []
    for rule in rules:
        row = cursor.execute(
            f"WITH bad AS MATERIALIZED ({rule.sql}) SELECT (SELECT count(*) FROM bad),"
            f" (SELECT list(bad) FROM (SELECT COLUMNS(*)::VARCHAR AS bad FROM bad LIMIT {EXAMPLES}))"
        ).fetchone()
        if row and row[0]:
            found.append(Finding(rule.code, where, int(row[0]), tuple(map(str, row[1]))))
    return found
