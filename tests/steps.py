"""Every cleaning step that makes one text of another, in plain Python: a function of its name.

What a step does is written from docs/datasets.md, without a look at its SQL; tests/cleaning/test_step_values.py holds the
two against each other, and says of which step there is no function here. `text` is None for an empty cell.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from core.characters import stored, words
from core.cleaning.kind import Values
from core.cleaning.steps.gender_codes import SCHEMES
from core.cleaning.steps.states import CODES
from core.cleaning.steps.yes_no import WORDS
from core.datasets import vocabulary as vocabularies
from core.datasets.model import Field
from core.formulas import neutral

MARKS = "()[]<>{}\"' -‐‑‒–—―−_.·…?？*~/"  # around a word that means empty, or alone
Python = Callable[[Field, Values, str], str | None]


def tidy(field: Field, step: Values, text: str) -> str | None:
    """Trim, collapse blanks, Unicode NFC; plain letters and digits in fields that are no prose."""
    found = stored.text(text, field.multiline)
    plain = field.type not in ("text", "list") or field.choices or field.pattern
    return stored.narrow(found) if plain else found


def error_cells(field: Field, step: Values, text: str) -> str | None:
    """#REF!, #¡VALOR!, #DIV/0 !, #N/A, #NV, Err:502 ... are empty."""
    return None if is_error(text) else text


def empty_words(field: Field, step: Values, text: str) -> str | None:
    """One of the words is empty, whatever its case and the marks around it; so is a text of nothing."""
    return None if text == "" or is_word(text, step.words) else text


def upper(field: Field, step: Values, text: str) -> str | None:
    """Capital letters; in Turkish that of i is İ."""
    return (text.replace("i", "İ").replace("ı", "I") if step.value == "tr" else text).upper()


def lower(field: Field, step: Values, text: str) -> str | None:
    """Small letters; in Turkish that of I is ı, and nowhere is there a dot above an i."""
    if step.value == "tr":
        text = text.replace("I", "ı")
    return text.replace("İ", "i").lower()


def vocabulary(field: Field, step: Values, text: str) -> str | None:
    """A known word in its one spelling; one that is left open as it is."""
    if words.word(text) in step.words:
        return text
    return vocabularies.load(step.value or "").get(words.word(text), text)


def states(field: Field, step: Values, text: str) -> str | None:
    """A code of two letters as the country that it is meant for."""
    if step.value == "countries":
        return vocabularies.load("countries").get(words.word(text), text)
    code = text if len(text.encode()) == 2 else ""
    return "United States" if words.word(code) in CODES else text


def gender_codes(field: Field, step: Values, text: str) -> str | None:
    """A number as the gender that it stands for; one for nothing known is empty."""
    number = text.removesuffix(".0")
    nothing = {"iso": ("0", "9"), "tmdb": ("0",)}.get(step.value or "", ())
    return None if number in nothing else SCHEMES[step.value or ""].get(number, text)


def replace(field: Field, step: Values, text: str) -> str | None:
    """A cell that is exactly one text becomes another, or empty."""
    return (step.to or None) if text == step.value else text


def regex(field: Field, step: Values, text: str) -> str | None:
    """Every match becomes another text; nothing left is empty."""
    return re.sub(step.value or "", step.to or "", text) or None


def default(field: Field, step: Values, text: str) -> str | None:
    """A cell that is there stays; see `run` for an empty one."""
    return text


def no_dates(field: Field, step: Values, text: str) -> str | None:
    """Three numbers of zeros alone, and the day before days are counted, are no date."""
    if step.value == "off":
        return text
    day = re.sub(r"[ T]0{1,2}:00(:00(\.0+)?)?$", "", text)
    zeros = re.fullmatch(r"([0_]{0,4}) ?[/.-] ?([0_]{0,4}) ?[/.-] ?([0_]{0,4})", day)
    first = re.fullmatch(r"1900-01-00|0?1/0/1900|0?0/0?1/1900|0{6}|0{8}", text)
    return None if zeros or first else text


def apostrophes(field: Field, step: Values, text: str) -> str | None:
    """The text that an export wrote as this one."""
    return restored(text)


def yes_no(field: Field, step: Values, text: str) -> str | None:
    """A word for yes or no of the language as true or false."""
    said = WORDS[step.value or ""].get(words.word(text))
    return text if said is None else str(said).lower()


def suffix(field: Field, step: Values, text: str) -> str | None:
    """An allowed value without what the step names behind it."""
    for choice in field.choices:
        if text.startswith(choice) and text[len(choice) :].lower() in {
            w.lower() for w in step.words
        }:
            return choice
    return text


STEPS: dict[str, Python] = {
    made.__name__: made
    for made in (tidy, error_cells, empty_words, upper, lower, vocabulary, replace, regex, default)
} | {
    "no_dates": no_dates,
    "apostrophes": apostrophes,
    "states": states,
    "gender_codes": gender_codes,
    "yes_no": yes_no,
    "suffix": suffix,
}

# Steps without a function: the test that holds them.
ELSEWHERE = {
    "join": "tests/ingest/columns/test_joining.py",
    "turn": "tests/ingest/columns/test_joining.py",
    "keep_words": "tests/ingest/deciders/test_empty_words.py",
    "unlist": "tests/ingest/deciders/test_lists.py",
    "fill_down": "tests/ingest/test_fill_down.py",
    "split": "tests/oracle.py",
    "date_order": "tests/dates/test_read.py",
    "two_digit_years": "tests/ingest/deciders/test_date_decisions.py",
    "calendar": "tests/ingest/deciders/test_calendars_of_files.py",
    "day_numbers": "tests/ingest/deciders/test_date_decisions.py",
    "decimal_sign": "tests/ingest/deciders/test_number_decisions.py",
    "negatives": "tests/ingest/deciders/test_number_decisions.py",
    "unit": "tests/ingest/deciders/test_number_decisions.py",
    "clear_invalid": "tests/ingest/test_import.py",
    "exported": "tests/ingest/rows/test_by_id.py",
    **dict.fromkeys(
        ("january_first", "late_times", "default_dates", "decimal_years"),
        "tests/ingest/deciders/test_date_doubts.py",
    ),
    "listopad": "tests/dates/test_read.py",
    "family_first": "tests/ingest/deciders/test_family_first.py",
}


def run(field: Field, step: Values, text: str | None) -> str | None:
    """What the step makes of a cell."""
    if text is None:
        return step.to if step.op == "default" else None
    return STEPS[step.op](field, step, text)


# ------------------------------------------------------------------ what they ask


def is_word(text: str, known: tuple[str, ...]) -> bool:
    """Whether the text is one of the words, whatever its case and the marks around it."""
    bare = {word.lower().strip(MARKS) for word in known}
    return bool(text.strip("()[]<>{}\"' ")) and text.lower().strip(MARKS) in bare


def is_error(text: str) -> bool:
    """#REF!, #¡VALOR!, #DIV/0 !, #N/A, #NV, Err:502 ..."""
    if re.fullmatch(r"Err:\d\d\d", text):
        return True
    if text.startswith("#") and text == text.upper() != text.lower():
        inside = text[1:-1]
        if text[-1] in "!?" and 1 <= len(inside) <= 20 and not set(inside) & set("!?;,|#\n"):
            return True
        parts = re.split("[/.]", text[1:].removesuffix("!").removesuffix("."))
        if len(parts) == 2 and len(parts[0]) in (1, 2) and len(parts[1]) == 1:
            return all(part.isalpha() for part in parts)
    return text in {"#NV", "#NA", "#YOK", "#HIÁNYZIK", "#NENÍ_K_DISPOZICI", "#GETTING_DATA"}


def restored(text: str) -> str:
    """What `neutral` made this text of; a text that it never gives stays as it is."""
    return text[1:] if text.startswith("'") and neutral(text[1:]) == text else text
