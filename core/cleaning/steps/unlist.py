"""A list where one text belongs: `["GB"]` is GB, and of several texts each stays, parted by semicolons."""

from __future__ import annotations

from core.cleaning import literals
from core.cleaning.kind import Kind, Values, only
from core.datasets.model import Field
from core.storage.sql import literal

_DOES = 'a list of texts in JSON or of Python becomes its texts: `["GB"]` is GB, of several each stays behind a semicolon'
_SHAPE = r'\[\s*(?:"[^{]*"\s*)?\]'


def sentence(step: Values, name: str) -> str:
    """The step in plain words."""
    return f'{name}: a list such as ["GB"] becomes its texts'


def is_list(x: str) -> str:
    """SQL condition: the text in `x` is a list in JSON or of Python, of texts or empty."""
    begins = f"{x} >= '[' AND {x} < '\\'"  # costs less than looking at the whole text
    shape = f"regexp_full_match({x}, {literal(f'(?s){_SHAPE}')})"
    found = f"{shape} AND json_valid({x}) OR {literals.is_python(x)}"
    return f"CASE WHEN {begins} THEN {found} ELSE false END"


def sql(field: Field, step: Values, x: str, values: frozenset[str]) -> str:
    """The texts of the list in `x`; any other text as it is."""
    texts = f"CASE {literals.cases(x)} END"
    kept = f"list_filter({texts}, lambda i: i <> '')"
    return f"CASE WHEN {is_list(x)} THEN nullif(array_to_string({kept}, '; '), '') ELSE {x} END"


KINDS = (
    Kind(
        "unlist",
        _DOES,
        sentence,
        place=24,
        refuses=only(
            "a field that holds one value", "text", "date", "integer", "number", "boolean"
        ),
        sql=sql,
    ),
)
