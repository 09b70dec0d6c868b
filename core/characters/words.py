"""When a word is the one that a vocabulary means: compared without case, width, full stops and what cannot be seen.

Accents count, apart from that: an accent may make another word.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from core.characters import signs, stored
from core.characters.forms import let, quoted, re2


@lru_cache(maxsize=1)
def _table() -> dict[str, str]:
    """Single characters, after `narrow` and lower case. A double s and a ligature are two."""
    unseen = signs.NEVER_SEEN | signs.SOMETIMES_SEEN | {"."}
    blanks, hyphens = set(signs.BLANKS), signs.hyphens()
    return {
        **{"ς": "σ", "ı": "i", "ß": "ss", "ſ": "s", "ﬁ": "fi", "ﬂ": "fl", "ﬀ": "ff"},
        **{c: "'" for c in signs.APOSTROPHES},
        **{c: "-" for c in hyphens},
        **{c: " " for c in blanks},
        **{c: "" for c in unseen},
    }


@lru_cache(maxsize=1)
def _translation() -> dict[int, str]:
    return str.maketrans(_table())


def word(text: str) -> str:
    """The form in which words are compared."""
    low = stored.narrow(unicodedata.normalize("NFC", text)).lower().replace("i\u0307", "i")
    plain = unicodedata.normalize("NFC", low.translate(_translation()))
    return " ".join(part for part in plain.split(" ") if part)


@lru_cache(maxsize=256)
def sql(x: str) -> str:
    """SQL for the form in which the word in `x` is compared."""
    table = _table()
    one = {c: to for c, to in table.items() if len(to) == 1 and not c.isascii()}
    ascii_ = {c: to for c, to in table.items() if len(to) == 1 and c.isascii() and c != to}
    low = f"lower({stored.narrow_sql('n')})"
    for c, to in table.items():
        low = f"replace({low}, '{c}', '{to}')" if len(to) > 1 else low
    plain = f"translate(l, {quoted(''.join(one))}, {quoted(''.join(one.values()))})"
    plain = f"regexp_replace({plain}, '[{re2(c for c, to in table.items() if not to)}]+', '', 'g')"
    plain = f"nfc_normalize(translate({plain}, {quoted(''.join(ascii_))}, {quoted(''.join(ascii_.values()))}))"
    single = f"trim(regexp_replace({plain}, ' +', ' ', 'g'))"
    long_way = let("n", f"nfc_normalize({x})", let("l", low, single))
    # NULL, most of a column whose values are looked up, must not go the long way.
    plain = f"{x} IS NULL OR regexp_full_match({x}, '[A-Za-z]*')"
    return f"CASE WHEN {plain} THEN lower({x}) ELSE {long_way} END"
