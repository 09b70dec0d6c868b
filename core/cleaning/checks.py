"""The rules of a dataset as SQL conditions, and the catalogue of what they say to people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.characters.words import sql as word_sql
from core.datasets import people
from core.datasets.model import Dataset, Field, Severity
from core.dates import sortable
from core.cleaning import (
    date_checks,
    date_doubts,
    literals,
    nothing,
    number_text,
    odd_names,
    open_words,
    several,
)
from core.cleaning import recipe as recipes
from core.cleaning.step import Step
from core.cleaning.steps import family_first, turn, yes_no
from core.cleaning.readings import reading
from core.cleaning.steps.unlist import is_list
from core.storage.sql import ident, literal

# rule -> title; {field} is the field's label. The one list of everything that can be wrong with a row.
TITLES = {
    "required": "{field} is missing",
    "placeholder": "{field} is a word that often means “nothing”",
    "no_name": "{field} has no letter or digit",
    "odd_name": "{field} may be no plain name of one person",
    "encoded": "{field} has letters as HTML or JSON writes them",
    "structured": "{field} holds objects or lists as programs write them, which were not taken apart",
    "several": "{field} may hold several values in one",
    "list": "{field} is a list, and one text was expected",
    "alone": "Rows that say nothing but a name: headings and notes, or people of whom nothing is known",
    "mixed_scripts": "{field} has letters of two alphabets in one word, which may look the same",
    "name_order": "{field}: is this the family name first, or more than a name?",
    "capitals_first": "{field}: are the words in capitals in front the family name?",
    "type": "{field} cannot be understood",
    "date_order": "{field}: day or month first?",
    "century": "{field}: which century?",
    "calendar": "{field}: which calendar?",
    "day_numbers": "{field}: day numbers of a spreadsheet?",
    "decimal_sign": "{field}: does the comma or the point part the decimals?",
    "negatives": "{field}: are numbers in brackets below zero?",
    "units": "{field} has another currency or unit than its column, or the column has several",
    "yes_no": "{field}: in which language are yes and no?",
    "default_date": "{field} is what programs write where they know no date",
    "january_first": "{field}: so many days are the 1st of January that most may be years alone",
    "local_midnight": "{field}: all times may be midnight further east, so that the next day is meant",
    "listopad": "{field}: is listopada November (Polish) or October (Croatian)?",
    "decimal_year": "{field}: is 1950.5 May 1950, or a year with decimals?",
    "era": "{field} was converted from another calendar",
    "approximate": "{field} is only known about",
    "life_span": "{field}: one end of a life span was taken",
    "old_style": "{field} is of the Julian calendar (Old Style), and was kept as it is written",
    "old_years": "{field}: years between 1250 and 1500, and hardly any around them: of another calendar?",
    "rounded": "{field} has more digits than a number keeps, so it was rounded",
    "time_left_out": "{field}: the time of day was left out",
    "other_order": "{field} was read in the other order, the only one that gives a date",
    "meanings": "{field} is a word that may mean several things: which?",
    "gender_codes": "{field}: which gender do the numbers stand for?",
    "states": "{field}: codes of countries, or of the states of the United States?",
    "choices": "{field} is not one of the allowed values",
    "vocabulary": "{field} is not a known word",
    "format": "{field} has the wrong form",
    "pattern": "{field} has the wrong form",
    "min_length": "{field} is too short",
    "max_length": "{field} is too long",
    "min": "{field} is too low",
    "max": "{field} is too high",
    "order": "{field} are in the wrong order",
    "needs": "{field} is given without what it depends on",
    "unique": "{field} stands in an earlier row already",
    "exists": "The record is there already",
    "ambiguous": "Several records could be meant",
    "shared_record": "Several rows are for one record",
    "two_records": "The id is of one record, and the name is that of another",
    "gone": "{field} is of one that was deleted",
    "refused": "Left out in the preview",
    "possible_duplicate": "Possible duplicate: {field} is another name of somebody who is there",
    "lifetime": "{field} is after the death in the same row",
    "side_by_side": "The columns behind an empty one may be a table of their own, side by side with the first",
    "first_of_group": "{field} stands in the first row of each group only: is it meant for the rows below, too?",
    "beside": "{field}: a column that may hold it as well, and says something else, went to the extra fields",
    "subject": "The rows may be no people",
    "other_accents": "{field} has other accents than the one that the row was taken for: the same person?",
    "kept": "{field} of the file only loses accents, case or precision, so the value that is there stays",
    "repeats": "Another row of the file says all of this",
    "completes": "Several rows were put together, since they are one record",
    "contradicts": "Rows of one record differ: the fuller one counts, of equally full ones the later",
    "unknown_id": "{field} is of none that is here, so the row was matched by its key",
    "cleared": "{field} was left out, because it is not allowed",
}

TYPE_WORDS = {
    "date": date_checks.EXPECTED,
    "integer": "a whole number",
    "number": "a number such as 12.5",
    "boolean": "yes or no",
    "list": "a list such as one; two",
    "text": "a text",
}

EVIDENCE = date_checks.EVIDENCE
# What is wrong beside the value itself, so that leaving the value out is no answer to it.
NOT_CLEARED = frozenset(
    {
        "required",
        "unique",
        "other_order",
        "placeholder",
        "mixed_scripts",
        "no_name",
        "odd_name",
        "list",
        "several",
        "structured",
        "encoded",
        "name_order",
        "capitals_first",
        "rounded",
        "states",
        *date_checks.SAID,
        *date_doubts.RULES,
    }
)
_OTHER = r"[\p{Cyrillic}\p{Greek}]"
_MIXED = rf"\p{{Latin}}[\pL\pM]*{_OTHER}|{_OTHER}[\pL\pM]*\p{{Latin}}"  # а of Cyrillic among Latin letters
WORD = 62  # conditions per bit word


@dataclass(frozen=True)
class Check:
    """One condition that is true for a bad row; `position` is its bit.

    `field` is None for rules over several fields.
    """

    position: int
    field: str | None
    rule: str
    severity: Severity | None  # None: evidence only
    expected: str
    condition: str

    @property
    def word(self) -> int:
        """Which of the `_p` columns holds the bit."""
        return self.position // WORD

    @property
    def bit(self) -> int:
        """The value of the bit within its word."""
        return 1 << (self.position % WORD)


def build(dataset: Dataset, fields: list[str], steps: tuple[Step, ...], today: str) -> list[Check]:
    """Every check for the mapped fields. Conditions speak of `t_<field>` (text) and `v_<field>` (value)."""
    found: list[tuple[str | None, str, Severity | None, str, str]] = []
    for name in fields:
        field = dataset.field(name)
        cleared = recipes.clears_invalid(steps, name)
        for rule, expected, condition in _field_checks(dataset, field, steps, today):
            severity: Severity | None = _severity(field, rule)
            if rule in EVIDENCE:
                severity = None
            elif (
                cleared and rule not in NOT_CLEARED and (rule, severity) != ("meanings", "warning")
            ):
                rule, severity = "cleared", "info"
            found.append((name, rule, severity, expected, condition))
    if alone := _alone(dataset, fields):
        found.append((None, "alone", "warning", "rows of people", alone))
    for rule_ in dataset.rules:
        if set(rule_.fields) <= set(fields):
            expected, condition = _rule(dataset, rule_.kind, rule_.fields)
            found.append((None, rule_.kind, rule_.severity, expected, condition))
    return [Check(i, *parts) for i, parts in enumerate(found)]


def _alone(dataset: Dataset, fields: list[str]) -> str | None:
    """SQL condition: of all that the file says of people, the row has a name and nothing else."""
    name = dataset.field(dataset.title_field)
    others = [f"{ident(f'v_{n}')} IS NULL" for n in fields if n not in dataset.key.fields]
    if name.name not in fields or not others or not people.names_a_person(dataset, name):
        return None
    return " AND ".join([*others, "_extra IS NULL", f"{ident(f'v_{name.name}')} IS NOT NULL"])


def _severity(field: Field, rule: str) -> Severity:
    defaults: dict[str, Severity] = {
        "vocabulary": "info",
        "other_order": "info",
        "placeholder": "warning",
        "mixed_scripts": "warning",
        "odd_name": "warning",
        "list": "warning",
        "several": "warning",
        "structured": "warning",
        "encoded": "warning",
        "name_order": "warning",
        "capitals_first": "warning",
        "meanings": "error" if field.choices else "warning",
        "states": "warning",
        "rounded": "warning",
        **dict.fromkeys(date_doubts.RULES, "warning"),
        **dict.fromkeys(date_checks.SAID, "info"),
    }
    return field.severity.get(rule, defaults.get(rule, "error"))


def _field_checks(
    dataset: Dataset, field: Field, steps: tuple[Step, ...], today: str
) -> list[tuple[str, str, str]]:
    t, v = ident(f"t_{field.name}"), ident(f"v_{field.name}")
    found: list[tuple[str, str, str]] = []
    if field.required or field.name in dataset.key.fields:
        found.append(("required", "a value", f"{t} IS NULL"))
    words = recipes.kept(steps, field.name) if field.name in dataset.key.fields else ()
    if words and field.type == "text":
        found.append(("placeholder", "a name", nothing.is_word(v, words)))
    if field.type in ("text", "list"):
        found += _text_checks(dataset, field, steps, t, v)
    if field.type == "date":
        found += date_checks.checks(field.name, reading(field, steps), today)
        found += date_doubts.checks(field.name, steps, t, v)
    elif field.type in ("integer", "number"):
        found += _number_checks(field, steps, t, v)
    elif field.type == "boolean":
        found += _yes_no_checks(field, steps, t, v)
    if field.type == "number":
        found.append(
            ("rounded", "a number of at most 15 digits, or a text", number_text.rounded(t, v))
        )
    numbers = open_words.gender_codes(field, steps, v)
    if numbers:
        found.append(("gender_codes", "a gender, or what the numbers stand for", numbers))
    open_ = open_words.condition(field, steps, v)
    if open_:
        found.append((open_words.rule(field, steps), "a word of one meaning", open_))
    found += _value_checks(field, v, [c for c in (numbers, open_) if c])
    found += _bounds(field, v, today)
    has_words = any(s.op == "vocabulary" and s.field == field.name for s in steps)
    if has_words and not field.choices:
        # A known canonical maps to itself, so the enum answers without scanning a list.
        known = f"TRY_CAST({word_sql(v)} AS staging.vocabulary_{field.vocabulary})"
        several_ = several.of_vocabulary(v, field.vocabulary or "")
        found.append(("several", "one known word", several_))
        unknown = f"{v} IS NOT NULL AND {known} IS NULL"
        if open_:
            unknown = f"CASE WHEN {unknown} THEN NOT coalesce({open_}, false) END"
        found.append(("vocabulary", "a known word", unknown))
    return found


def _number_checks(
    field: Field, steps: tuple[Step, ...], t: str, v: str
) -> list[tuple[str, str, str]]:
    """What is asked of a number stands first; a text that nothing is asked of cannot be understood."""
    units = number_text.other_unit(field, steps, t, v)
    asked = [("units", "numbers of one currency or unit", units)]
    if not recipes.option(steps, "negatives", field.name):
        brackets = number_text.open_negative(t, v)
        asked.append(("negatives", "a number such as -5, or what the brackets mean", brackets))
    if not recipes.option(steps, "decimal_sign", field.name):
        open_ = number_text.open_sign(field, t, v)
        said = "a number such as 1234.5, or which sign parts its decimals"
        asked.append(("decimal_sign", said, open_))
    return _in_turn(asked, TYPE_WORDS[field.type], t, v)


def _yes_no_checks(
    field: Field, steps: tuple[Step, ...], t: str, v: str
) -> list[tuple[str, str, str]]:
    asked = []
    if not recipes.option(steps, "yes_no", field.name):
        open_ = f"{t} IS NOT NULL AND {v} IS NULL AND {yes_no.known(t)}"
        asked.append(("yes_no", "yes or no, or the language of the words", open_))
    return _in_turn(asked, TYPE_WORDS[field.type], t, v)


def _in_turn(
    asked: list[tuple[str, str, str]], type_: str, t: str, v: str
) -> list[tuple[str, str, str]]:
    """The checks of a text without a value, so that at most one of them is true; the last is that of the type."""
    found, before = [], ""
    for rule, expected, condition in [*asked, ("type", type_, f"{t} IS NOT NULL AND {v} IS NULL")]:
        found.append((rule, expected, f"{condition}{before}"))
        before += f" AND NOT ({condition})"
    return found


def _text_checks(
    dataset: Dataset, field: Field, steps: tuple[Step, ...], t: str, v: str
) -> list[tuple[str, str, str]]:
    found: list[tuple[str, str, str]] = []
    if field.name in dataset.key.fields and field.type == "text":
        mixed = f"strlen({v}) <> length({v}) AND regexp_matches({v}, {literal(_MIXED)})"
        found.append(("mixed_scripts", "letters of one alphabet in each word", mixed))
    if field.type == "text":
        found.append(("list", "one text", is_list(v)))
    elif not field.choices:
        found.append(("several", "each value by itself", several.in_list(t, v)))
    written = literals.structured(t, is_list=field.type == "list")
    found.append(("structured", "texts as people read them", written))
    if people.names_a_person(dataset, field):
        found.append(("no_name", "a name", odd_names.nothing(v)))
        found.append(("odd_name", "the name of one person, as it is written", odd_names.sql(v)))
        if recipes.option(steps, "turn", field.name) != turn.OFF:
            turned = f"CASE WHEN contains({v}, ',') THEN {turn.has_form(v)} END"
            found.append(("name_order", "one name, its given part first", turned))
        if not recipes.option(steps, "family_first", field.name):
            found.append(("capitals_first", "the given name first", family_first.in_front(v)))
    elif not (field.format or field.choices):
        found.append(("encoded", "text as people read it", odd_names.encoded(t)))
    return found


def _value_checks(field: Field, v: str, asked: Sequence[str] = ()) -> list[tuple[str, str, str]]:
    found: list[tuple[str, str, str]] = []
    if field.choices:
        allowed = literal(list(field.choices))
        test = (
            f"NOT list_has_all({allowed}, {v})"
            if field.type == "list"
            else (f"NOT list_contains({allowed}, {v}::VARCHAR)")
        )
        test = f"{v} IS NOT NULL AND {test}"
        if asked:  # what is asked about is not refused as well
            test = f"CASE WHEN {test} THEN NOT coalesce({' OR '.join(asked)}, false) END"
        found.append(("choices", "one of " + ", ".join(field.choices), test))
    shapes = {
        "url": (r"https?://[^\s/?#]+\.[^\s]+", "an address such as https://example.org/x.jpg"),
        "email": (r"[^@\s]+@[^@\s]+\.[^@\s]+", "an address such as name@example.org"),
    }
    if field.format:
        pattern, expected = shapes[field.format]
        found.append(("format", expected, _unmatched(field, v, f"(?i){pattern}")))
    if field.pattern is not None:
        found.append(("pattern", f"the form {field.pattern}", _unmatched(field, v, field.pattern)))
    unit = "elements" if field.type == "list" else "characters"
    size = f"len({v})" if field.type == "list" else f"length({v}::VARCHAR)"
    # A text has at least as many bytes as characters, and its bytes need not be counted.
    guard = f"strlen({v}) > {field.max_length} AND " if field.type in ("text", "date") else ""
    if field.min_length is not None:
        expected = f"at least {field.min_length} {unit}"
        found.append(("min_length", expected, f"{size} < {field.min_length}"))
    if field.max_length is not None:
        expected = f"at most {field.max_length} {unit}"
        found.append(("max_length", expected, f"{guard}{size} > {field.max_length}"))
    return found


def of_values(field: Field, v: str, today: str) -> list[tuple[str, str, str]]:
    """(rule, expected, condition) for what a typed value `v` (SQL) can break by itself."""
    return _value_checks(field, v) + _bounds(field, v, today)


def across(dataset: Dataset, kind: str, fields: tuple[str, ...]) -> tuple[str, str]:
    """What a rule over several fields expects, and the condition that breaks it, for `v_<field>`."""
    return _rule(dataset, kind, fields)


def _unmatched(field: Field, v: str, pattern: str) -> str:
    if field.type == "list":
        return f"len(list_filter({v}, lambda i: NOT regexp_full_match(i, {literal(pattern)}))) > 0"
    return f"{v} IS NOT NULL AND NOT regexp_full_match({v}::VARCHAR, {literal(pattern)})"


def _bounds(field: Field, v: str, today: str) -> list[tuple[str, str, str]]:
    found = []
    for rule, bound in (("min", field.min), ("max", field.max)):
        if bound is None:
            continue
        word = "not before" if rule == "min" else "not after"
        if field.type == "date":
            limit = today if bound == "today" else str(bound)
            found.append((rule, f"{word} {limit}", _date_beyond(v, limit, rule)))
        else:
            sign = "<" if rule == "min" else ">"
            size = f"len({v})" if field.type == "list" else v
            word = "at least" if rule == "min" else "at most"
            found.append((rule, f"{word} {bound:g}", f"{size} {sign} {bound}"))
    return found


def _date_beyond(v: str, limit: str, rule: str) -> str:
    """No day of the date is on the right side of the limit."""
    keeps = sortable.condition("ge" if rule == "min" else "le", v, literal(limit))
    before_christ = f"starts_with({v}, '-')"
    if limit.startswith("-"):  # most dates are after it
        return f"{before_christ} AND NOT ({keeps})" if rule == "min" else f"NOT ({keeps})"
    sign = "<" if rule == "min" else ">"  # ISO texts compare like dates, and cost less
    beyond = f"{v} {sign} {literal(limit)} AND NOT starts_with({literal(limit)}, {v})"
    return f"CASE WHEN {before_christ} THEN NOT ({keeps}) ELSE {beyond} END"


def _rule(dataset: Dataset, kind: str, fields: tuple[str, ...]) -> tuple[str, str]:
    labels = [dataset.field(f).label for f in fields]
    values = [ident(f"v_{f}") for f in fields]
    if kind == "needs":
        missing = " OR ".join(f"{v} IS NULL" for v in values[1:])
        return f"{' and '.join(labels[1:])} too", f"{values[0]} IS NOT NULL AND ({missing})"
    pairs = []
    for name, left, right in zip(fields, values, values[1:]):
        wrong = f"{left} > {right}"
        if dataset.field(name).type == "date":
            # ISO texts compare like dates, and cost less; before Christ they do not.
            before = f"starts_with({left}, '-') OR starts_with({right}, '-')"
            wrong += f" AND NOT starts_with({left}, {right})"
            ascends = sortable.condition("le", left, right)
            wrong = f"CASE WHEN {before} THEN NOT ({ascends}) ELSE {wrong} END"
        pairs.append(f"({wrong})")
    return "in the order " + ", ".join(labels), " OR ".join(pairs)
