"""Whether a text holds a word, case and accents aside: as one regular expression over the text as it is.

What it means is `plain`: `contains(lower(strip_accents(text)), lower(strip_accents(word)))`. Folding every text
of a million records only to look into it costs twice as much as looking for all that would fold to the word.
One thing is found more: what stands behind a NUL, where DuckDB's strip_accents stops to read.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import duckdb

LONGEST = (
    24  # characters of a word that are looked for at first; a longer pattern takes long to compile
)
MARKS = r"\pM*"  # exactly what strip_accents takes away
BETWEEN = "\n"  # no word has it

# Where signs are that fold to another one. Ideographs, Hangul syllables and private signs never do.
_RANGES = (
    (0x21, 0x3400),
    (0xA000, 0xAC00),
    (0xF900, 0x20000),
    (0x2F800, 0x2FA20),
    (0xE0100, 0xE01F0),
)
_FOLDS = f"""
WITH signs AS (SELECT unnest([{", ".join(f"range({a}, {b})" for a, b in _RANGES)}]) AS place)
SELECT sign, fold
FROM (
    SELECT chr(p::INTEGER) AS sign, lower(strip_accents(sign)) AS fold
    FROM (SELECT unnest(place) AS p FROM signs)
)
WHERE fold <> sign
"""
# Syllables of Hangul are put together from letters that stand one by one, and so are their folds.
_HANGUL = re.compile(r"[\u1100-\u11ff\uac00-\ud7a3]+")
_BEGIN, _GO_ON = r"[\x{1100}-\x{1112}\x{ac00}-\x{d7a3}]", r"[\x{1161}-\x{1175}\x{11a8}-\x{11c2}]"


@dataclass(frozen=True)
class Condition:
    """A condition in SQL with its parameters."""

    sql: str
    parameters: tuple[str, ...]


def plain(texts: Sequence[str], word: str) -> Condition:
    """The definition: that one of the texts (SQL expressions) holds the word."""
    anywhere = " OR ".join(
        f"contains(lower(strip_accents({t})), lower(strip_accents(?)))" for t in texts
    )
    return Condition(anywhere, (word,) * len(texts))


def holds(texts: Sequence[str], word: str) -> Condition:
    """The same, cheaper. All texts of a record are looked at as one, so that the expression begins once."""
    wanted, exact = _pattern(word)
    if not wanted:
        return plain(texts, word)
    joined = texts[0] if len(texts) == 1 else f"concat_ws(chr({ord(BETWEEN)}), {', '.join(texts)})"
    quick = Condition(f"regexp_matches({joined}, ?)", (wanted,))
    if exact and BETWEEN not in word:
        return quick
    slow = plain(texts, word)
    return Condition(
        f"{quick.sql} AND ({slow.sql})",
        (*quick.parameters, *slow.parameters),
    )


def _pattern(word: str) -> tuple[str, bool]:
    """What folds to the word, and whether nothing else fits; '' where it cannot be said."""
    if any(sign == "\0" or "\ud800" <= sign <= "\udfff" for sign in word):
        return "", False  # half a sign is no text, which is told where it is asked
    to, back = _folds()
    fold = "".join(to.get(sign, sign) for sign in word)
    fold = _HANGUL.sub(lambda run: unicodedata.normalize("NFC", run[0]), fold)
    signs = [_sign(s, back.get(s, "")) for s in fold[:LONGEST]]
    return MARKS.join(signs), len(fold) <= LONGEST and not _HANGUL.search(fold)


def _sign(fold: str, others: str) -> str:
    alike = "".join(s if s.isalnum() else rf"\x{{{ord(s):x}}}" for s in fold + others)
    if "\uac00" <= fold <= "\ud7a3":
        return f"(?:[{alike}]|{_BEGIN}(?:{MARKS}{_GO_ON})+)"
    return f"[{alike}]"


@lru_cache(maxsize=1)
def _folds() -> tuple[dict[str, str], dict[str, str]]:
    """Sign to its fold ('' for a mark), and fold to all signs that have it: 0.05 s, once in a process's life.

    DuckDB is asked, so that it is DuckDB's own idea of Unicode.
    """
    with duckdb.connect(":memory:", config={"threads": 1}) as own:
        to = dict(own.execute(_FOLDS).fetchall())
    back: dict[str, str] = {}
    for sign, fold in to.items():
        back[fold] = back.get(fold, "") + sign
    return to, back
