"""What a sample of rows says about texts: their patterns, their scripts, and what they could be read as."""

from __future__ import annotations

from dataclasses import dataclass

from core.storage.sql import literal
from core.storage.store import Connection

SAMPLE = 20_000  # rows
TOP = 8
CUT = 60  # characters of a value that make its pattern
ENOUGH = 0.95  # of the values
SCRIPTS = (
    *("Latin", "Han", "Hiragana", "Katakana", "Hangul", "Cyrillic", "Greek", "Arabic", "Hebrew"),
    *("Thai", "Devanagari"),
)


@dataclass(frozen=True)
class Look:
    """Of one column: shape and how many values have it; script and in how many values it is."""

    patterns: tuple[tuple[str, int], ...]
    scripts: tuple[tuple[str, int], ...]
    looks_like: str | None


def look(
    cursor: Connection, source: str, texts: list[tuple[str, str]], rows: int
) -> tuple[int, list[Look]]:
    """How many rows were looked at, and what the columns (SQL of `t`, kind) show. The same rows every time."""
    cells = ", ".join(f"left({text}, {CUT}) AS s{i}" for i, (text, _) in enumerate(texts))
    some = f"USING SAMPLE reservoir({SAMPLE} ROWS) REPEATABLE (7)" if rows > SAMPLE else ""
    cursor.execute(
        f"CREATE OR REPLACE TEMP TABLE quality_sample AS SELECT {cells} FROM (FROM {source} t {some}) t"
    )
    try:
        patterns = _patterns(cursor, len(texts))
        return min(rows, SAMPLE), [
            _look(cursor, i, kind, patterns.get(i, [])) for i, (_, kind) in enumerate(texts)
        ]
    finally:
        cursor.execute("DROP TABLE IF EXISTS temp.quality_sample")


def _shape(x: str) -> str:
    """Letters as A and a, digits as 9, other letters as 字; runs of more than three become one with a +."""
    steps = (
        *(("\\p{Lu}", "A"), ("\\p{Ll}", "a"), ("\\p{Nd}", "9"), ("\\p{Lo}", "字")),
        *(("A{4,}", "A+"), ("a{4,}", "a+"), ("9{5,}", "9+"), ("字{4,}", "字+")),
    )
    for pattern, sign in steps:
        x = f"regexp_replace({x}, {literal(pattern)}, {literal(sign)}, 'g')"
    return x


def _patterns(cursor: Connection, columns: int) -> dict[int, list[tuple[str, int]]]:
    parts = [
        f"SELECT {i} AS i, {_shape(f's{i}')} AS p, count(*) AS n FROM quality_sample"
        f" WHERE s{i} IS NOT NULL GROUP BY p"
        f" QUALIFY row_number() OVER (ORDER BY n DESC, p) <= {TOP}"
        for i in range(columns)
    ]
    found: dict[int, list[tuple[str, int]]] = {}
    for i, pattern, many in cursor.execute(
        f"SELECT * FROM ({' UNION ALL '.join(parts)}) ORDER BY i, n DESC, p"
    ).fetchall():
        found.setdefault(i, []).append((str(pattern), int(many)))
    return found


# What a text could be read as, from the narrowest.
_READINGS = (
    ("boolean", "lower({x}) IN ('true', 'false', 'yes', 'no')"),
    ("integer", "regexp_full_match({x}, '[-+]?\\d{{1,18}}')"),
    ("number", "regexp_full_match({x}, '[-+]?\\d*[.,]?\\d+([eE][-+]?\\d+)?')"),
    (
        "date",
        "regexp_full_match({x}, '\\d{{4}}([-/.]\\d{{1,2}}){{1,2}}|\\d{{1,2}}[-/.]\\d{{1,2}}[-/.]\\d{{4}}')",
    ),
    ("address of the web", "regexp_full_match({x}, 'https?://\\S+')"),
    ("e-mail address", "regexp_full_match({x}, '[^@\\s]+@[^@\\s]+\\.[^@\\s]+')"),
)


def _look(cursor: Connection, place: int, kind: str, patterns: list[tuple[str, int]]) -> Look:
    x = f"s{place}"
    texts = kind in ("text", "list")
    asked = [f"count(*) FILTER (regexp_matches({x}, '\\p{{{s}}}'))" for s in SCRIPTS]
    asked += [f"count(*) FILTER ({test.format(x=x)})" for _, test in _READINGS]
    row = cursor.execute(f"SELECT count({x}), {', '.join(asked)} FROM quality_sample").fetchone()
    filled, *counts = (int(n or 0) for n in row or (0,))
    scripts = [(s, n) for s, n in zip(SCRIPTS, counts) if n]
    readings = zip(_READINGS, counts[len(SCRIPTS) :])
    like = next((name for (name, _), n in readings if filled and n >= ENOUGH * filled), None)
    scripts.sort(key=lambda pair: -pair[1])
    return Look(tuple(patterns), tuple(scripts) if texts else (), like if kind == "text" else None)
