"""Text that no spreadsheet program takes for a formula, on its way into a CSV or Excel file, and back.

An apostrophe goes before whatever acts as a formula, and before what would lose an apostrophe on its way
back: `=x` becomes `'=x`, and `'=x` becomes `''=x`. So every text comes back as it was.
"""

from __future__ import annotations

import re

# Insides of character classes, for Python and for DuckDB. Spreadsheet programs skip blanks and invisible
# characters before they look for a formula, and some read full-width signs as plain ones.
BLANKS = r"\x00-\x20" "\x85\xa0\xad\u1680\u2000-\u200f\u2028\u2029\u202f\u205f\u2060\u3000\ufeff"
SIGNS = r"=+\-@＝＋－＠"
LIKE_A_FORMULA = rf"'*(?:[{BLANKS}]*[{SIGNS}]|[\t\r\n])"
PLAIN_NUMBER = r"[+-]?[0-9]+(?:[.,][0-9]+)*(?:[eE][+-]?[0-9]+)?%?"
_FORMULA = re.compile(LIKE_A_FORMULA)
_PLAIN_NUMBER = re.compile(PLAIN_NUMBER)


def neutral(text: str) -> str:
    """The text, harmless for spreadsheet programs: an apostrophe before anything like a formula.

    Plain numbers such as -5 and +3.2 stay.
    """
    if _FORMULA.match(text) and not _PLAIN_NUMBER.fullmatch(text):
        return "'" + text
    return text


def restored_sql(x: str) -> str:
    """SQL: what `neutral` made the text in `x` of; a text that it never gives stays as it is."""
    formula = f"^'{LIKE_A_FORMULA}".replace("'", "''")
    return (
        f"CASE WHEN starts_with({x}, '''') AND regexp_matches({x}, '{formula}')"
        f" AND NOT regexp_full_match(substr({x}, 2), '{PLAIN_NUMBER}') THEN substr({x}, 2) ELSE {x} END"
    )
