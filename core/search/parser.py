"""From a text to a query. Nothing is refused: what is not understood is searched as words, and said.

ben joh   "exact phrase"   -not   NOT not   field:word   field:"two words"   two words:value   born:1950..1980   born:>1970
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field as field_
from typing import Any

from core.datasets.model import Dataset, Field
from core.records import dates
from core.records.filters import Condition, Filter, Not, Some, both
from core.search.query import Clause, Query
from core.search.tokens import Token, fold, tokens

LONGEST = 1_000  # characters that are read
MOST = 32  # clauses
BRACKETS = "Brackets were left out: OR, NOT and - belong to the next word or condition alone."
_QUOTES = {'"': '"', "“": "”", "„": "“", "«": "»", "「": "」", "『": "』", "”": "”"}
_FIELD = re.compile(r"([^\W\d][\w ]{0,40}?):(?=\S)", re.UNICODE)
_QUOTED_FIELD = re.compile(r"[\"“„«]([^\"“”„«»]{1,60})[\"”“»]:(?=\S)")
_BOUND = re.compile(r"(>=|<=|>|<|≥|≤)?(.*)\Z", re.S)
_OR = re.compile(r"(?:OR|\|\|?)(?=\s)")
_AND = re.compile(r"(?:AND|&&?)(?=\s)")  # is meant between any two
_NOT = re.compile(r"NOT\s+(?=\S)")
_OPS = {">": "gt", "<": "lt", ">=": "ge", "<=": "le", "≥": "ge", "≤": "le"}
_LONE = re.compile(r"[\ud800-\udfff]")  # halves of a sign, which no text has
Fields = Mapping[str, Field]  # by the words that name them


@dataclass
class _Made:
    clauses: list[Clause] = field_(default_factory=list)
    filters: list[Filter] = field_(default_factory=list)
    notes: list[str] = field_(default_factory=list)
    items: list[tuple[int, int]] = field_(
        default_factory=list
    )  # clauses and filters that each made
    joins: bool = False  # OR was read


def parse(text: str, fields: Fields) -> Query:
    """What somebody typed, read for a dataset with these fields (`names`). Never raises for a text."""
    kept = _LONE.sub("\ufffd", text[:LONGEST])
    made = _Made()
    if len(text) > LONGEST:
        made.notes.append(f"Only the first {LONGEST:,} characters were searched.")
    at = 0
    while at < len(kept):
        if kept[at].isspace() or kept[at] in "()":
            if kept[at] == "(" and made.joins:
                made.notes.append(BRACKETS)
            at += 1
            continue
        joint = _OR.match(kept, at)
        if joint and made.items:
            at, made.joins = joint.end(), True
            continue
        both_hold = _AND.match(kept, at)
        if both_hold and made.items:
            at = both_hold.end()
            continue
        at = _next(kept, at, fields, made)
    clauses = made.clauses
    if len(clauses) > MOST:
        clauses = clauses[:MOST]
        made.notes.append(f"Only the first {MOST} words were searched.")
    notes = tuple(dict.fromkeys(made.notes))
    return Query(text=kept, clauses=tuple(clauses), filters=both(*made.filters), notes=notes)


def _next(text: str, at: int, fields: Fields, made: _Made) -> int:
    """Read one item, and join it with the one before where OR stands between."""
    clauses, filters = len(made.clauses), len(made.filters)
    at = _item(text, at, fields, made)
    item = (made.clauses[clauses:], made.filters[filters:])
    if made.joins and not _join(made, *item):
        made.notes.append("OR joins two words or two conditions: searched for both.")
    made.joins = False
    made.items.append((len(item[0]), len(item[1])))
    return at


def _join(made: _Made, clauses: list[Clause], filters: list[Filter]) -> bool:
    """One of this item and the one before is enough. False when they are of two kinds, or several words."""
    kinds = made.items[-1], (len(clauses), len(filters))
    if kinds == ((0, 1), (0, 1)):
        before, this = made.filters[-2:]
        held = before.any if isinstance(before, Some) else (before,)
        made.filters[-2:] = [Some(any=(*held, this))]
        return True
    if kinds != ((1, 0), (1, 0)) or any(clause.excluded for clause in made.clauses[-2:]):
        return False
    first, second = made.clauses[-2:]
    either = len(made.clauses) if first.either is None else first.either
    both_ = [each.model_copy(update={"either": either}) for each in (first, second)]
    made.clauses[-2:] = both_
    return True


def names(dataset: Dataset) -> dict[str, Field]:
    """The words by which a field may be named in a query: its name, title and synonyms, folded."""
    found: dict[str, Field] = {}
    for each in dataset.fields:
        for word in (*each.synonyms, each.label, each.name.replace("_", " ")):
            found.setdefault(fold(word), each)
    found.update({fold(f.label): f for f in dataset.fields})
    found.update({f.name: f for f in dataset.fields})
    return found


def _item(text: str, at: int, fields: Fields, made: _Made) -> int:
    """Read one item from here; returns where the next may begin."""
    denied = _NOT.match(text, at)
    excluded = denied is not None or (
        text[at] in "-−–" and at + 1 < len(text) and not text[at + 1].isspace()
    )
    begin = denied.end() if denied else at + excluded
    if excluded and text[begin] == "(":
        made.notes.append(BRACKETS)
        begin += 1
        if begin == len(text):
            return begin
    named = _FIELD.match(text, begin) or _QUOTED_FIELD.match(text, begin)
    if named:
        field = fields.get(fold(" ".join(named[1].split())))
        if field is not None:
            return _of_field(text, named.end(), field, excluded, made)
        alone = " " not in named[1] and named.re is _FIELD
        if alone and not text[named.end() :].startswith("//"):
            made.notes.append(f"There is no field {named[1]!r}: searched as words.")
    value, end, phrase = _value(text, begin, made)
    _words(value, end - len(value) - phrase, phrase, None, excluded, made)
    return max(end, at + 1)


def _value(text: str, at: int, made: _Made) -> tuple[str, int, bool]:
    """What stands here up to a blank, or within quotes: text, where it ends, and whether quoted."""
    closing = _QUOTES.get(text[at]) if at < len(text) else None
    if closing:
        end = text.find(closing, at + 1)
        if end < 0 and closing != '"':
            end = text.find('"', at + 1)
        if end >= 0:
            return text[at + 1 : end], end + 1, True
        made.notes.append("A quotation mark has no partner: searched as words.")
        at += 1
    end = at
    while end < len(text) and not text[end].isspace():
        end += 1
    value = text[at:end].rstrip(")")
    return value, at + len(value), False


def _words(
    value: str, start: int, phrase: bool, field: str | None, excluded: bool, made: _Made
) -> None:
    """Clauses for the words of a value; signs that stand together are one clause."""
    found = list(tokens(value))
    if not found:
        return
    whole = phrase or (excluded and len(found) > 1)
    groups = [found] if whole else _groups(found)
    for group in groups:
        kind = "phrase" if phrase or len(group) > 1 and whole else "word"  # one in quotes is exact
        first, last = group[0].start, group[-1].end
        made.clauses.append(
            Clause(
                kind=kind,
                text=value[first:last],
                field=field,
                excluded=excluded,
                start=start + first,
                end=start + last,
            )
        )


def _groups(found: list[Token]) -> list[list[Token]]:
    groups: list[list[Token]] = []
    for token in found:
        before = groups[-1][-1] if groups else None
        if before and token.sign and before.sign and before.end == token.start:
            groups[-1].append(token)
        else:
            groups.append([token])
    return groups


# ------------------------------------------------------------------ field:value


def _of_field(text: str, at: int, field: Field, excluded: bool, made: _Made) -> int:
    value, end, quoted = _value(text, at, made)
    if field.type in ("text", "list") and value != "*":
        pieces = [value] if quoted else [p for p in value.split(",") if p.strip()] or [value]
        if len(pieces) > 1 or _spelled(field, value) in field.choices:
            made.filters.append(_one_of(field, pieces, excluded))
        else:
            _words(value, end - len(value) - quoted, quoted, field.name, excluded, made)
        return end
    condition = _condition(field, value)
    if condition is None:
        made.notes.append(f"{field.label} cannot be compared with {value!r}: searched as words.")
        _words(value, end - len(value) - quoted, quoted, None, excluded, made)
    else:
        made.filters.append(Not(part=condition) if excluded else condition)
    return end


def _one_of(field: Field, pieces: list[str], excluded: bool) -> Filter:
    found = [_spelled(field, piece.strip()) for piece in pieces]
    some = Some(any=tuple(Condition(field=field.name, op="eq", value=v) for v in found))
    return Not(part=some) if excluded else some


def _spelled(field: Field, value: str) -> str:
    """A choice as it is kept, however it was typed."""
    if field.case:
        value = value.upper() if field.case == "upper" else value.lower()
    return next((c for c in field.choices if fold(c) == fold(value)), value)


def _condition(field: Field, value: str) -> Filter | None:
    name = field.name
    if value == "*":
        return Condition(field=name, op="empty", value=False)
    low, dots, high = value.partition("..")
    if dots:
        first = _operand(field, low) if low else None
        last = _operand(field, high) if high else None
        if (low and first is None) or (high and last is None) or not (low or high):
            return None
        parts = [(op, v) for op, v in (("ge", first), ("le", last)) if v is not None]
        return both(*(Condition(field=name, op=op, value=v) for op, v in parts))
    bound = _BOUND.match(value)
    sign, rest = (bound[1] or "", bound[2]) if bound else ("", value)
    found = _operand(field, rest)
    if found is None:
        return None
    if sign:
        return Condition(field=name, op=_OPS[sign], value=found)
    if field.type == "date":  # a year is every day in it
        return both(*(Condition(field=name, op=op, value=found) for op in ("ge", "le")))
    return Condition(field=name, op="eq", value=found)


def _operand(field: Field, text: str) -> Any:
    """A value as the type of the field has it; None when it is none."""
    text = text.strip()
    try:
        if field.type == "date":
            return dates.iso(text)
        if field.type == "integer":
            return int(text)
        if field.type == "number":
            return float(text)
        return {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}[
            text.lower()
        ]
    except (ValueError, KeyError, OverflowError):
        return None
