"""A recipe as SQL: each field's text goes through its steps, one projection per round.

Layers instead of nested calls: a guarded expression names its input three times, so nesting four of
them would name it eighty-one times.
"""

from __future__ import annotations

from core.datasets.model import Dataset, Field
from core.dates.words import NO_DATE
from core.formulas import restored_sql
from core.ingest import nothing, turning
from core.ingest.plan import Step
from core.storage.sql import literal

TEXT_OPS = frozenset(
    {
        *("tidy", "error_cells", "empty_words", "upper", "lower", "vocabulary", "replace", "regex"),
        *("default", "apostrophes", "no_dates", "turn"),
    }
)

# Blanks of every script and the invisible characters that come along with copied text.
# The joiners U+200C and U+200D stay: several scripts and emoji need them.
BLANKS = r"[\s\p{Z}\x{200B}\x{FEFF}\x{2060}]"
INLINE = r"[\t\p{Zs}\x{200B}\x{FEFF}\x{2060}]"

# A text without any of these is in NFC and has no blank to repair, whatever its script: blanks that
# are no plain space; marks and letters that compose with what stands before them; letters that NFC
# replaces. Some blocks are taken whole, which only costs time.
_UNTIDY = (
    r"\t-\r\x{A0}\x{1680}\x{2000}-\x{200B}\x{2028}\x{2029}\x{202F}\x{205F}\x{2060}\x{3000}\x{FEFF}"
    r"\p{M}\x{374}\x{37E}\x{387}\x{958}-\x{95F}\x{9DC}-\x{9DF}\x{A33}-\x{A5E}\x{B5C}\x{B5D}"
    r"\x{F43}-\x{F69}\x{1160}-\x{11FF}\x{1F70}-\x{1FFF}\x{2126}\x{212A}\x{212B}\x{2329}\x{232A}"
    r"\x{2ADC}\x{F900}-\x{FAFF}\x{FB1D}-\x{FB4F}\x{16D40}-\x{16D7F}\x{1D15E}-\x{1D1C0}"
    r"\x{2F800}-\x{2FA1F}"
)


def rounds(dataset: Dataset, fields: list[str], steps: tuple[Step, ...]) -> list[dict[str, Step]]:
    """Text steps grouped so that each round has at most one step per field."""
    queues = {
        name: [s for s in steps if s.op in TEXT_OPS and s.field in (None, name)] for name in fields
    }
    depth = max((len(q) for q in queues.values()), default=0)
    return [{name: q[i] for name, q in queues.items() if i < len(q)} for i in range(depth)]


def kept(steps: tuple[Step, ...], name: str) -> frozenset[str]:
    """The empty words that are values of a field, in small letters.

    Such a word of a key field is none the less empty where the row says nothing else: see the compiler.
    """
    words = [w for s in steps if s.op == "keep_words" and s.field == name for w in s.words]
    return frozenset(word.lower() for word in words)


def text_step(field: Field, step: Step, x: str, values: frozenset[str] = frozenset()) -> str:
    """SQL that makes the cleaned text out of column `x`. `x` is a quoted identifier.

    `values` are words that mean something in this field, whatever a list for every field says.
    """
    if step.op == "tidy":
        return _tidy(x, field.multiline)
    if step.op == "empty_words":
        return nothing.without(x, step.words, values if step.field is None else ())
    if step.op == "error_cells":
        return nothing.without_errors(x)
    if step.op == "apostrophes":
        return restored_sql(x)
    if step.op == "no_dates" and step.value == "off":
        return x
    if step.op == "no_dates":
        return f"CASE WHEN regexp_full_match({x}, {literal(NO_DATE)}) THEN NULL ELSE {x} END"
    if step.op == "turn":
        return turning.turned(x)
    if step.op in ("upper", "lower"):
        return f"{step.op}({x})"
    if step.op == "vocabulary":
        # An enum lookup and a list position: no join, so the rows keep their order.
        name = f"vocabulary_{step.value}"
        word = vocabulary_word(x)
        code = f"enum_code(TRY_CAST({word} AS staging.{name}))"
        return f"coalesce(getvariable('{name}')[{code} + 1], {x})"
    if step.op == "replace":
        return f"CASE WHEN {x} = {literal(step.value)} THEN {literal(step.to or None)} ELSE {x} END"
    if step.op == "regex":
        return (
            f"nullif(regexp_replace({x}, {literal(step.value)}, {literal(step.to or '')}, 'g'), '')"
        )
    return f"coalesce({x}, {literal(step.to)})"


def vocabulary_word(x: str) -> str:
    """SQL for the form in which the words of a vocabulary are kept: see core/datasets/vocabulary.py."""
    return f"trim(replace(lower(replace({x}, '.', '')), 'ß', 'ss'))"


def _tidy(x: str, multiline: bool) -> str:
    # Most cells are tidy already; the test costs a tenth of the work.
    dirty = f"regexp_matches({x}, '[{_UNTIDY}]|^ | $|  ')"
    # What is most often wrong, a plain space at either end, needs no look at the letters.
    inside = f"regexp_matches({x}, '[{_UNTIDY}]|  ')"
    blanks = INLINE if multiline else BLANKS
    collapsed = f"regexp_replace(nfc_normalize({x}), '{blanks}+', ' ', 'g')"
    if multiline:
        collapsed = f"regexp_replace({collapsed}, '^{BLANKS}+|{BLANKS}+$', '', 'g')"
    clean = f"CASE WHEN {inside} THEN trim({collapsed}) ELSE trim({x}) END"
    return f"CASE WHEN {dirty} THEN {clean} ELSE {x} END"


def option(steps: tuple[Step, ...], op: str, field: str) -> str | None:
    """The value of the last step of that kind for a field: date_order, split."""
    values = [s.value for s in steps if s.op == op and s.field == field]
    return values[-1] if values else None


def empty_words(steps: tuple[Step, ...], name: str) -> tuple[str, ...]:
    """The words that mean empty in a field."""
    values = kept(steps, name)
    found = []
    for step in steps:
        if step.op == "empty_words" and step.field in (None, name):
            found += [w for w in step.words if step.field or w.lower() not in values]
    return tuple(found)


def drops_errors(steps: tuple[Step, ...], name: str) -> bool:
    """Whether error cells are empty in a field."""
    return any(s.op == "error_cells" and s.field in (None, name) for s in steps)


def clears_invalid(steps: tuple[Step, ...], field: str) -> bool:
    """Whether invalid values of the field become empty."""
    return any(s.op == "clear_invalid" and s.field == field for s in steps)
