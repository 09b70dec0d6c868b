"""Whether a text holds a word, as core/characters/searched.py compares: as one regular expression over the text as it is.

What it means is `plain`: the folded text contains the folded word. Folding every text of a million records only to
look into it costs far more than looking for all that would fold to the word. A sign may fold to several (ß to ss), so
what is looked for first is a little too much; what a simple pattern does not prove is then folded.
One thing is found more: what stands behind a NUL, where DuckDB's strip_accents stops to read.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import duckdb

from core.characters.forms import re2
from core.characters.searched import sql as folded_sql

LONGEST = 16  # characters of a word looked for at first; a longer pattern takes long to compile
BETWEEN = "\ufdd0"  # stands between two texts; no character, so no word has it

# Where signs are that fold to another one. Ideographs, Hangul syllables and private signs never do.
_RANGES = (
    (0x01, 0x3400),
    (0xA000, 0xAC00),
    (0xF900, 0x20000),
    (0x2F800, 0x2FA20),
    (0xE0000, 0xE01F0),
)
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
    return Condition(f"contains({folded_sql(_joined(texts))}, {folded_sql('?::VARCHAR')})", (word,))


def holds(texts: Sequence[str], word: str) -> Condition:
    """The same, cheaper."""
    found = _patterns(word)
    if not found:
        return plain(texts, word)
    matches = f"regexp_matches({_joined(texts)}, ?)"
    if found.sure == found.possible:
        return Condition(matches, (found.sure,))
    slow = f"contains({folded_sql(_joined(texts))}, ?)"
    if not found.sure:
        return Condition(f"{matches} AND {slow}", (found.possible, found.fold))
    sql = f"{matches} AND ({matches} OR {slow})"
    return Condition(sql, (found.possible, found.sure, found.fold))


def _joined(texts: Sequence[str]) -> str:
    """All texts of a record as one, so that an expression begins once."""
    return texts[0] if len(texts) == 1 else f"concat_ws(chr({ord(BETWEEN)}), {', '.join(texts)})"


@dataclass(frozen=True)
class _Patterns:
    """What every text matches that holds the word, and what only such a text matches ('' where nothing is sure)."""

    possible: str
    sure: str
    fold: str


def _patterns(word: str) -> _Patterns | None:
    if any(sign in ("\0", BETWEEN) or "\ud800" <= sign <= "\udfff" for sign in word):
        return None  # half a sign is no text, which is told where it is asked
    known = _folds()
    fold = "".join(known.to.get(sign, sign) for sign in word)
    fold = _HANGUL.sub(lambda run: unicodedata.normalize("NFC", run[0]), fold)
    if not fold:
        return None
    looked = fold[:LONGEST]
    sure = known.unseen.join(_sign(s, known.back.get(s, "")) for s in looked)
    possible = ""
    for n, s in enumerate(looked):
        # One sign may stand for this letter and its neighbours, so all but the first may be in it.
        atom = _sign(s, known.back.get(s, "") + known.within.get(s, ""))
        covered = n > 0 and looked[n - 1 : n + 1] in known.pairs
        atom = f"{known.unseen if n else ''}{atom}"
        possible += f"(?:{atom})?" if covered else atom
    whole = len(fold) <= LONGEST and not _HANGUL.search(fold)
    return _Patterns(possible, sure if whole else "", fold)


def _sign(fold: str, others: str) -> str:
    alike = "".join(s if s.isalnum() else rf"\x{{{ord(s):x}}}" for s in fold + others)
    if "\uac00" <= fold <= "\ud7a3":
        return f"(?:[{alike}]|{_BEGIN}(?:{_folds().unseen}{_GO_ON})+)"
    return f"[{alike}]"


@dataclass(frozen=True)
class _Folds:
    """What signs fold to, and from."""

    to: dict[str, str]
    back: dict[str, str]  # a sign to all that fold to it alone
    within: dict[str, str]  # a sign to all that fold to it and others
    pairs: frozenset[str]  # neighbours in the fold of one sign
    unseen: str  # a pattern for what folds to nothing


def _folds_sql() -> str:
    """The signs that fold to another one. Not at import: the tables of all signs take a quarter of a second."""
    ranges = ", ".join(f"range({a}, {b})" for a, b in _RANGES)
    return f"""
        WITH signs AS (SELECT unnest([{ranges}]) AS place)
        SELECT sign, fold
        FROM (
            SELECT chr(p::INTEGER) AS sign, {folded_sql("chr(p::INTEGER)")} AS fold
            FROM (SELECT unnest(place) AS p FROM signs)
        )
        WHERE fold <> sign
    """


@lru_cache(maxsize=1)
def _folds() -> _Folds:
    """Of all signs, once in a process's life. DuckDB is asked, so that it is DuckDB's own idea of Unicode."""
    with duckdb.connect(":memory:", config={"threads": 1}) as own:
        to = dict(own.execute(_folds_sql()).fetchall())
    back: dict[str, str] = {}
    within: dict[str, str] = {}
    for sign, fold in to.items():
        if len(fold) == 1:
            back[fold] = back.get(fold, "") + sign
        for part in set(fold) if len(fold) > 1 else ():
            within[part] = within.get(part, "") + sign
    several = [fold for fold in to.values() if len(fold) > 1]
    pairs = frozenset(fold[n : n + 2] for fold in several for n in range(len(fold) - 1))
    gone = (sign for sign, fold in to.items() if not fold and unicodedata.category(sign)[0] != "M")
    unseen = rf"[\pM{re2(gone)}]*"
    return _Folds(to, back, within, pairs, unseen)
