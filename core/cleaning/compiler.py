"""A plan and a table become one SELECT: clean, type, check, key. Never a loop over rows.

The layers, each a projection that passes the others through:

    source   _line, c0, c1, ...            the reader's text cells
    cells    _line, t_<field>, c0, ...     mapped columns by field name
    seen     k_<field>                     where the values seen before are looked up (lookups.py)
    rounds   t_<field>                     one cleaning step per field and round
    typed    v_<field>                     values
    checked  _p0, _p1, ...                 one bit per broken rule
    result   _id, _line, _error, _p*, _cells, _key, _record, _extra, <field> ...
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from core.cleaning import (
    checks as checks_,
    date_checks,
    filled,
    joined,
    lookups,
    nothing,
    number_text,
    own,
    recipe as recipes,
    types,
)
from core.cleaning.checks import Check
from core.cleaning.date_checks import SAID
from core.cleaning.plain import NOTHING, Plain
from core.cleaning.plan import RECORD_ID, Plan
from core.cleaning.readings import reading
from core.cleaning.step import Step
from core.datasets.compared import comparable
from core.datasets.model import Dataset
from core.dates.read import typed
from core.storage.sql import ident

# ... but each layer holds a batch of every column: 4,000 of them need gigabytes, so many go as one list.
WIDE = 200


@dataclass(frozen=True)
class Compiled:
    """The SELECT, and what its bits mean."""

    sql: str
    fields: tuple[str, ...]
    checks: tuple[Check, ...]
    vocabularies: tuple[str, ...]
    ids: bool = False  # rows have `_record`, the id of the record that they say they are

    @property
    def words(self) -> int:
        """How many `_p` columns there are."""
        return max((c.word for c in self.checks), default=0) + 1


def compile_plan(
    dataset: Dataset,
    plan: Plan,
    steps: tuple[Step, ...],
    source: str,
    width: int,
    today: str,
    seen: tuple[str, ...] = (),
    plain: Plain = NOTHING,
) -> Compiled:
    """Compile for a source with text columns c0 .. c<width-1>. `today` is an ISO date.

    The fields in `seen` are looked up before they are cleaned: see lookups.py. What `plain` says holds for all rows.
    """
    mapped = plan.fields()
    fields = [f.name for f in dataset.fields if f.name in mapped]
    checks = own.with_checks(plan, checks_.build(dataset, fields, steps, today))
    sources = {name: f"c{mapped[name]}" for name in fields} | joined.texts(plan, steps)
    source = filled.source(source, filled.columns(plan, steps))
    sql = _cells(source, sources, fields, width, plan, steps)
    sql = _asked(sql, seen)
    sql = _values(dataset, sql, fields, steps, plain)
    sql = _answered(sql, seen)
    sql = _alone(dataset, sql, fields, steps, seen)
    sql = _checked(sql, checks, seen)
    return Compiled(
        sql=_result(dataset, sql, fields, width, checks, steps, plain),
        fields=tuple(fields),
        checks=tuple(checks),
        vocabularies=tuple(sorted({s.value for s in steps if s.op == "vocabulary" and s.value})),
        ids=RECORD_ID in plan.own(),
    )


def compile_values(
    dataset: Dataset,
    compiled: Compiled,
    steps: tuple[Step, ...],
    name: str,
    column: str,
) -> str:
    """The SELECT of `_line`, `v_<field>` and `_p0`, ... of one field over `seen`: `_line` and the column."""
    sql = f"SELECT _line, {column} AS {ident(f't_{name}')} FROM seen"
    sql = _values(dataset, sql, [name], steps)
    checks = [c for c in compiled.checks if c.field == name]
    return _checked(sql, checks, words=compiled.words)


def _values(
    dataset: Dataset,
    sql: str,
    fields: list[str],
    steps: tuple[Step, ...],
    plain: Plain = NOTHING,
) -> str:
    for round_ in recipes.rounds(fields, steps, plain.tidy):
        sql = _round(dataset, sql, round_, steps)
    return _typed(dataset, sql, fields, steps, plain)


def _asked(sql: str, seen: tuple[str, ...]) -> str:
    """A text that was seen before has a number, and nothing more is done to it."""
    if not seen:
        return sql
    texts = {name: ident(f"t_{name}") for name in seen}
    sql = _layer(
        sql, added=[f"{lookups.number(n, t)} AS {ident(f'k_{n}')}" for n, t in texts.items()]
    )
    rest = [f"CASE WHEN {ident(f'k_{n}')} IS NULL THEN {t} END AS {t}" for n, t in texts.items()]
    return _layer(sql, rest)


def _answered(sql: str, seen: tuple[str, ...]) -> str:
    if not seen:
        return sql
    values = []
    for name in seen:
        k, v = ident(f"k_{name}"), ident(f"v_{name}")
        values.append(f"CASE WHEN {k} IS NULL THEN {v} ELSE {lookups.value(name)} END AS {v}")
    return _layer(sql, values)


def _alone(
    dataset: Dataset, sql: str, fields: list[str], steps: tuple[Step, ...], seen: tuple[str, ...]
) -> str:
    """A word that is kept as a name is none in a row that says nothing else: "unknown,,,"."""
    found = []
    for name in dataset.key.fields:
        words = recipes.kept(steps, name)
        if name not in fields or not words or dataset.field(name).type != "text":
            continue
        others = [f"{ident(f'v_{n}')} IS NULL" for n in fields if n not in dataset.key.fields]
        # Beside each other both would be asked of every row, and the second costs the most.
        rest = " AND ".join([*others, "_extra IS NULL"])
        word = nothing.is_word(ident(f"v_{name}"), words)
        alone = f"CASE WHEN {rest} THEN {word} ELSE false END"
        # Without its number the row is checked anew.
        for prefix in ("t_", "v_", *(["k_"] if name in seen else [])):
            column = ident(f"{prefix}{name}")
            found.append(f"CASE WHEN {alone} THEN NULL ELSE {column} END AS {column}")
    return _layer(sql, found) if found else sql


def _cells(
    source: str,
    sources: dict[str, str],
    fields: list[str],
    width: int,
    plan: Plan,
    steps: tuple[Step, ...],
) -> str:
    texts = [f"{sources[name]} AS {ident(f't_{name}')}" for name in fields]
    untouched = [f"c{i}" for i in range(width)]  # for _cells; passing a column through is free ...
    told = [*texts, *own.columns(plan)]
    if width <= WIDE:
        columns = ["_line", *told, *untouched]
        sql = f"SELECT {', '.join(columns)}\nFROM ({source}) AS source"
        return _layer(sql, added=[f"{own.extra_of_row(plan, steps)} AS _extra"])
    columns = ["_line", *told, f"{_list(width)} AS _raw"]
    sql = f"SELECT {', '.join(columns)}\nFROM ({source}) AS source"
    return _layer(sql, added=[f"{own.extra_of_many(plan, steps)} AS _extra"])


def _list(width: int) -> str:
    return f"[{', '.join(f'c{i}' for i in range(width))}]"


def _layer(sql: str, replaced: Iterable[str] = (), added: Iterable[str] = ()) -> str:
    replace = ", ".join(replaced)
    star = f"* REPLACE ({replace})" if replace else "*"
    return f"SELECT {', '.join([star, *added])}\nFROM (\n{sql}\n)"


def _round(dataset: Dataset, sql: str, round_: dict[str, Step], steps: tuple[Step, ...]) -> str:
    replaced = []
    for name, step in round_.items():
        x = ident(f"t_{name}")
        cleaned = recipes.text_step(dataset.field(name), step, x, recipes.kept(steps, name))
        replaced.append(f"{cleaned} AS {x}")
    return _layer(sql, replaced)


def _typed(
    dataset: Dataset, sql: str, fields: list[str], steps: tuple[Step, ...], plain: Plain
) -> str:
    # An empty text is never a value, also when no step said so.
    sql = _layer(sql, [f"nullif({ident(f't_{n}')}, '') AS {ident(f't_{n}')}" for n in fields])
    dates = {n: reading(dataset.field(n), steps) for n in fields if dataset.field(n).type == "date"}
    sql = typed(sql, dates, plain.dates)
    values = [
        f"{date_checks.question(ident(f't_{n}'), ident(f'v_{n}'), how)} AS {ident(f'q_{n}')}"
        for n, how in dates.items()
    ]
    for name in fields:
        if name in dates:
            continue
        field, t = dataset.field(name), ident(f"t_{name}")
        if field.type in ("integer", "number"):
            x = number_text.value(field, t, steps)
        else:
            x = types.value(field, t, separators=recipes.option(steps, "split", name))
        values.append(f"{x} AS {ident(f'v_{name}')}")
    return _lists(
        _layer(sql, added=values) if values else sql,
        [n for n in fields if dataset.field(n).type == "list"],
        steps,
    )


def _lists(sql: str, names: list[str], steps: tuple[Step, ...]) -> str:
    if not names:
        return sql
    kept = []
    for name in names:
        words, errors = recipes.empty_words(steps, name), recipes.drops_errors(steps, name)
        if words or errors:
            x, v = ident(f"t_{name}"), ident(f"v_{name}")
            separators = recipes.option(steps, "split", name) or types.SEPARATORS
            kept.append(f"{nothing.elements(x, v, separators, words, errors)} AS {v}")
    if kept:
        sql = _layer(sql, kept)
    values = [ident(f"v_{name}") for name in names]
    return _layer(sql, [f"{types.distinct(v)} AS {v}" for v in values])


def _checked(sql: str, checks: list[Check], seen: tuple[str, ...] = (), words: int = 1) -> str:
    flags: dict[int, dict[str | None, list[str]]] = {w: {} for w in range(words)}
    for check in checks:
        flag = f"CASE WHEN {check.condition} THEN {check.bit} ELSE 0 END::BIGINT"
        flags.setdefault(check.word, {}).setdefault(check.field, []).append(flag)
    return _layer(sql, added=[f"{_word(w, parts, seen)} AS _p{w}" for w, parts in flags.items()])


def _word(number: int, flags: dict[str | None, list[str]], seen: tuple[str, ...]) -> str:
    parts = []
    for name, found in flags.items():
        bits = " + ".join(found)
        if name in seen:
            k = ident(f"k_{name}")
            bits = f"CASE WHEN {k} IS NULL THEN {bits} ELSE {lookups.bits(name, number)} END"
        parts.append(bits)
    return " + ".join(parts) or "0::BIGINT"


def mask(checks: Iterable[Check], severity: str) -> dict[int, int]:
    """Word to the bits of that severity."""
    found: dict[int, int] = {}
    for check in checks:
        if check.severity == severity:
            found[check.word] = found.get(check.word, 0) | check.bit
    return found


def _result(
    dataset: Dataset,
    sql: str,
    fields: list[str],
    width: int,
    checks: list[Check],
    steps: tuple[Step, ...],
    plain: Plain,
) -> str:
    errors = mask(checks, "error")
    bad = " OR ".join(f"(_p{w} & {bits}) <> 0" for w, bits in errors.items()) or "false"
    words = sorted({c.word for c in checks} | {0})
    values = []
    for name in fields:
        v = ident(f"v_{name}")
        if recipes.clears_invalid(steps, name):
            broken = _cleared(checks, name)
            values.append(f"CASE WHEN NOT ({broken}) THEN {v} END AS {ident(name)}")
        else:
            values.append(f"{v} AS {ident(name)}")
    columns = [
        "uuidv7() AS _id",
        "_line",
        f"({bad}) AS _error",
        *(_broken(w, checks, dataset) for w in words),
        # The text as it stood is only needed where it has to be repaired, or where its value says something else.
        f"CASE WHEN {bad}{_says_more(checks)} THEN {'_raw' if width > WIDE else _list(width)} END AS _cells",
        f"{key(dataset, fields, plain=plain)} AS _key",
        "_record",
        "_extra",
        *values,
    ]
    return f"SELECT {', '.join(columns)}\nFROM (\n{sql}\n)"


def _broken(word: int, checks: list[Check], dataset: Dataset) -> str:
    """The bits of a word. A row of which a value was refused or doubted said more than a name."""
    alone = sum(c.bit for c in checks if c.word == word and c.rule == "alone")
    if not alone:
        return f"_p{word}"
    others = [c for c in checks if c.field and c.field not in dataset.key.fields]
    said: dict[int, int] = {}
    for check in others:
        if check.rule != "required":
            said[check.word] = said.get(check.word, 0) | check.bit
    met = " OR ".join(f"(_p{w} & {bits}) <> 0" for w, bits in said.items()) or "false"
    return f"CASE WHEN {met} THEN _p{word} & {~alone} ELSE _p{word} END AS _p{word}"


def _says_more(checks: list[Check]) -> str:
    bits: dict[int, int] = {}
    for check in checks:
        if check.rule in SAID:
            bits[check.word] = bits.get(check.word, 0) | check.bit
    return "".join(f" OR (_p{w} & {b}) <> 0" for w, b in bits.items())


def _cleared(checks: list[Check], name: str) -> str:
    bits: dict[int, int] = {}
    for check in checks:
        if check.field == name and check.rule == "cleared":
            bits[check.word] = bits.get(check.word, 0) | check.bit
    return " OR ".join(f"(_p{w} & {b}) <> 0" for w, b in bits.items()) or "false"


def key(dataset: Dataset, fields: Iterable[str], prefix: str = "v_", plain: Plain = NOTHING) -> str:
    """What a record is known by, as SQL; NULL when a part is missing; a hash of all fields without a key."""
    present = set(fields)
    if dataset.key.fields:
        parts = [
            (
                comparable(dataset.field(f), ident(prefix + f), f in plain.ascii)
                if f in present
                else "NULL"
            )
            for f in dataset.key.fields
        ]
        return parts[0] if len(parts) == 1 else " || chr(31) || ".join(f"({p})" for p in parts)
    texts = [
        f"coalesce({ident(prefix + f.name)}::VARCHAR, '')" if f.name in present else "''"
        for f in dataset.fields
    ]
    return f"md5(concat_ws(chr(31), {', '.join(texts)}))"
