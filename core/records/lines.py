"""Records as the lines of a CSV file, made by the database: byte for byte what `export.csv_bytes` writes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from core.formulas import LIKE_A_FORMULA, PLAIN_NUMBER
from core.records.export import SEPARATORS, csv_bytes
from core.records.query import Result
from core.storage.sql import ident, literal

_TIME = "'%Y-%m-%d %H:%M:%S'"
_MOMENT = (
    "CASE WHEN microsecond({c}::TIMESTAMP) % 1000000 = 0"
    f" THEN strftime({{c}}::TIMESTAMP, {_TIME}) ELSE strftime({{c}}::TIMESTAMP, {_TIME[:-1]}.%f') END"
)
# Numbers, moments, ids and yes or no have nothing in them that needs care.
_SAFE = {
    "BIGINT": "{c}::VARCHAR",
    "INTEGER": "{c}::VARCHAR",
    "DOUBLE": "CASE WHEN isnan({c}) THEN 'nan' ELSE {c}::VARCHAR END",  # DuckDB tells -nan apart
    "BOOLEAN": "{c}::VARCHAR",
    "UUID": "{c}::VARCHAR",
    "TIMESTAMP": _MOMENT,
    "TIMESTAMP WITH TIME ZONE": _MOMENT,
}
# One look at all elements together; a list in which one could be two goes out in JSON.
_JOINED = "array_to_string({c}, chr(31))"
_ELEMENTS = (
    r"[\x00-\x1e;|,；，、\"\[\]{}]|(?:^|\x1f)(?: |\x1f|$)| (?:\x1f|$)"
    r"|&(?:#[0-9A-Za-z]+|[0-9A-Za-z]{2,})(?:\x1f|$)"
)
_QUOTED = '[",\r\n]'
_FORMULA = f"^{LIKE_A_FORMULA}"


def csv_records(
    found: Result, names: Sequence[str], separators: str = SEPARATORS
) -> Iterator[bytes]:
    """A CSV file of these columns of an answer, in pieces. Nothing but one piece is held.

    `separators` are those that cut a list of the dataset.
    """
    types = found.types()
    easy = all(types[n] in _SAFE or types[n] in ("VARCHAR", "VARCHAR[]") for n in names)
    if not easy or len(names) < 2:  # a line that is one empty cell has quotes
        rows = ([row[name] for name in names] for row in found.rows())
        yield from csv_bytes(names, rows, separators)
        return
    texts = [f"{_as_text(n, types[n], separators)} AS c{place}" for place, n in enumerate(names)]
    cells = [
        f"coalesce({f'c{place}' if types[n] in _SAFE else _harmless(f'c{place}')}, '')"
        for place, n in enumerate(names)
    ]
    head = b"".join(csv_bytes(names, ()))
    for batch in found.through(", ".join(texts)).through(" || ',' || ".join(cells)).batches():
        yield head + "".join([f"{line}\r\n" for (line,) in batch]).encode("utf-8")
        head = b""
    if head:
        yield head


def _as_text(name: str, kind: str, separators: str) -> str:
    column = ident(name)
    if kind == "VARCHAR":
        return column
    if kind in _SAFE:
        return _SAFE[kind].format(c=column)
    return _list(column, separators)


def _list(c: str, separators: str) -> str:
    joined = _JOINED.format(c=c)
    more = [s for s in separators if s not in SEPARATORS]
    cut = [f"regexp_matches({joined}, {literal(_ELEMENTS)})", f"list_count({c}) < len({c})"]
    cut.append(f"length({joined}) - length(replace({joined}, chr(31), '')) >= len({c})")
    cut += [f"contains({joined}, {literal(sign)})" for sign in more]
    if ";" not in separators:
        cut.append(f"len({c}) > 1")
    return (
        f"CASE WHEN len({c}) = 0 THEN '' WHEN {' OR '.join(cut)} THEN to_json({c})::VARCHAR"
        f" ELSE array_to_string({c}, '; ') END"
    )


def _harmless(text: str) -> str:
    """A cell of a text. One look tells of most that they are neither like a formula nor need quotes."""
    formula = f"regexp_matches({text}, {literal(_FORMULA)}) AND NOT regexp_full_match({text}, {literal(PLAIN_NUMBER)})"
    neutral = f"CASE WHEN {formula} THEN chr(39) || {text} ELSE {text} END"
    quotes = f"""'"' || replace({neutral}, '"', '""') || '"'"""
    return (
        f"CASE WHEN NOT regexp_matches({text}, {literal(f'{_FORMULA}|{_QUOTED}')}) THEN {text}"
        f" WHEN regexp_matches({text}, {literal(_QUOTED)}) THEN {quotes} ELSE {neutral} END"
    )
