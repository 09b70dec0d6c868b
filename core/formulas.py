"""Text that no spreadsheet program takes for a formula, on its way into a CSV or Excel file."""

from __future__ import annotations

import re

# Spreadsheet programs skip blanks and invisible characters before they look for a formula,
# and some read full-width signs as plain ones.
_FORMULA = re.compile(
    r"[\s\x00-\x20\u00a0\u00ad\u200b-\u200f\u2060\ufeff]*[=+\-@＝＋－＠]|[\t\r\n]"
)
_PLAIN_NUMBER = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)*(?:[eE][+-]?[0-9]+)?%?")


def neutral(text: str) -> str:
    """The text, harmless for spreadsheet programs: an apostrophe before anything like a formula.

    Plain numbers such as -5 and +3.2 stay. Doing it twice changes nothing more.
    """
    if _FORMULA.match(text) and not _PLAIN_NUMBER.fullmatch(text):
        return "'" + text
    return text
