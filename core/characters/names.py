"""When two names are the same: the key of a record.

Aside are: case, the accents of Latin and Greek, width and fonts, all that cannot be seen, and the signs that only
join words or set them off (apostrophes, hyphens, full stops, commas, quotes, brackets ...); also the vowels of Arabic
and Hebrew, the hamza on an alif and the dots of ё, which many leave out, and what keyboards of Arabic and Persian write
differently (ي and ی, ك and ک). What stays: other marks of other scripts, in which they make another letter (ガ is not
カ, й is not и), and signs that carry a meaning:

- `+ # % @ * & $ < =` and all symbols but ™ and the like: C, C++ and C# are three;
- a minus or a point before a digit, and what stands between two digits: -5, .5, 1.5, 1/5 and 15 are five;
- a full stop before a word, hyphens at the end of the text: .NET, A-.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from core.characters import signs
from core.characters.forms import Form, let, python, quoted, re2, replaced

JOINING = "-.,:/'"  # the signs for which it matters where they stand
_KEPT = "#%@*"
_NO_MEANING = "|~©®™℠"
# Letters that only need lower case: Latin without accents, Cyrillic, and of the caseless scripts those without parts.
_PLAIN = (
    r"0-9A-Za-z\x{400}\x{402}-\x{450}\x{452}-\x{481}\x{48A}-\x{52F}\x{5D0}-\x{5EA}\x{621}\x{622}\x{624}"
    r"\x{626}-\x{63A}\x{641}-\x{648}\x{64A}\x{3041}-\x{3096}"
    r"\x{30A1}-\x{30FA}\x{30FC}\x{3400}-\x{4DBF}\x{4E00}-\x{9FFF}\x{AC00}-\x{D7A3}\x{20000}-\x{2A6DF}"
)
_GRAVE = "\u1fef"  # NFC makes the ASCII sign out of it
_MARKER = "\ufdd0"  # stands before a sign that is kept; no text has it
_PLACE = "\ufdd1\ufdd1"  # stands for the name in the SQL, which takes long to write

# A letter of Latin whose fold is not its accents taken off, and how DuckDB comes to it.
_TWO = {"ß": "ss", "æ": "ae", "œ": "oe", "þ": "th"}
_ONE = {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ŋ": "n", "ı": "i", "ς": "σ"}


# ------------------------------------------------------------------ in Python


@lru_cache(maxsize=1)
def _translation() -> dict[int, str]:
    return str.maketrans(signs.base())


@lru_cache(maxsize=1)
def _patterns() -> dict[str, re.Pattern[str]]:
    marks = python(c for c in signs.everywhere() if unicodedata.category(c)[0] == "M")
    return {name: re.compile(text) for name, text in _regular(python, marks).items()}


def name(text: str) -> str:
    """The comparable form of a name."""
    find = _patterns()
    mapped = unicodedata.normalize("NFC", text).translate(_translation())
    seen = unicodedata.normalize("NFC", find["accents"].sub(r"\1\2", mapped))
    mapped = find["joiners"].sub(" ", find["symbols"].sub(r" \1 ", seen)).strip(" ")
    if find["matters"].search(mapped):
        for pattern, to in _MARKING:
            mapped = find[pattern].sub(to, mapped)
    else:
        mapped = re.sub(f"[{re.escape(JOINING)}]", " ", mapped)
    return (
        re.sub(" +", " ", mapped).strip(" ")
        or seen.strip(" ")
        or text.lower().strip(" ")
        or text.lower()
    )


# ------------------------------------------------------------------ in both


@lru_cache(maxsize=1)
def _signs() -> tuple[frozenset[str], frozenset[str]]:
    """Symbols, each a word of its own; and signs that only join words or set them off, wherever they stand."""
    symbols, joiners = {"&"}, set(_NO_MEANING)
    for c in signs.everywhere():
        kind = unicodedata.category(c)
        if kind == "So":
            symbols.add(c)
        elif kind[0] in "PZ" or kind in ("Sk", "Cc"):
            joiners.add(c)
    symbols -= set(_NO_MEANING)
    return frozenset(symbols), frozenset(joiners - symbols - set(JOINING + _KEPT))


def _regular(form: Form, marks: str) -> dict[str, str]:
    symbols, joiners = _signs()
    joining, marker = re.escape(JOINING), form(_MARKER)
    word = f"[^ {joining}{marker}]"
    return {
        # Marks that are accents; those on Cyrillic letters that are none of their own say where the stress is.
        "accents": f"([{form(signs.westerns())}])[{marks}]+"
        f"|([{form([(0x430, 0x45F)])}])[{form([(0x300, 0x301)])}]+",
        "symbols": f"([{form(symbols)}])",
        "joiners": f"[{form(joiners)}]",
        "matters": "[0-9]|-$|(?:^| )[.]",
        "between": f"([0-9])([{joining}])([0-9])",
        "before": r"(^|[ +#%@*$<=>])(-[.]?|[.])([0-9])",
        "dotted": f"(^| )([.])([^ {joining}{marker}0-9])",
        "last": f"({word})(-+)$",
        "aside": f"({marker}[{joining}]+)|[{joining}]",
        "kept": f"{marker}([{joining}]+) ",
    }


_MARK = rf"\1{_MARKER}\2\3"
_MARKING = (
    *(("between", _MARK), ("between", _MARK)),  # twice, since in 1.2.3 the 2 is between two signs
    *(("before", _MARK), ("dotted", _MARK), ("last", rf"\1{_MARKER}\2")),
    *(("aside", r"\1 "), ("kept", r"\1")),
)

# ------------------------------------------------------------------ as SQL


def sql(x: str, ascii_: bool = False) -> str:
    """SQL for the comparable form of the name in `x`; shorter where that is known to be printable ASCII."""
    return (_ascii_sql() if ascii_ else _sql()).replace(_PLACE, x)


@lru_cache(maxsize=1)
def _ascii_sql() -> str:
    x = _PLACE
    low = f"replace(lower({x}), '`', {quoted(signs.base()['`'])})"  # the one printable sign that is another
    return (
        f"CASE WHEN regexp_full_match({x}, '(?: ?[0-9A-Za-z])+') AND left({x}, 1) <> ' ' THEN lower({x})"
        f" WHEN {x} IS NOT NULL THEN {let('w', low, _apart(x, only_ascii=True))} END"
    )


@lru_cache(maxsize=1)
def _sql() -> str:
    latin, others, x = _latin(), _others(), _PLACE
    # Most names are words of plain letters with one space between: those only need lower case.
    accents = f"strip_accents(lower({x}))"
    for sign, plain in _TWO.items():
        accents = f"replace({accents}, '{sign}', '{plain}')"
    special = {c for c in latin if _accents_off(c, letters=False) != signs.base().get(c, c)}
    accents = f"translate({accents}, '{''.join(_ONE)}’', '{''.join(_ONE.values())}''')"
    folded = (
        f"CASE WHEN regexp_matches({x}, '[{re2({*special, '’'})}]') THEN {accents}"
        f" ELSE strip_accents(lower({x})) END"
    )
    letters = re2(c for c in latin if c.isalpha())
    joint = "(?:[.,]? |[-''’.])?"
    # Signs between two digits mean something, so there is a letter between any two groups of digits.
    digits = "[0-9](?:(?:[.,]? )?[0-9])*"
    joined = f"(?:{digits}{joint})?[{letters}](?:{joint}(?:{digits}{joint})?[{letters}])*(?:{joint}{digits})?[.]?"
    return (
        f"CASE WHEN {x} IS NULL THEN NULL"
        f" WHEN regexp_full_match({x}, '(?: ?[{_PLAIN}])+') AND left({x}, 1) <> ' ' THEN lower({x})"
        f" WHEN regexp_full_match({x}, '(?: ?[{re2(_PLAIN, {*others, *map(str.upper, others)})}])+')"
        f" AND left({x}, 1) <> ' '"
        f" THEN translate(lower({x}), '{''.join(others)}', '{''.join(others.values())}')"
        f" WHEN regexp_full_match({x}, '(?: ?[{re2(latin)}])+') AND left({x}, 1) <> ' ' THEN {folded}"
        f" WHEN regexp_full_match({x}, '{joined}')"
        f" THEN rtrim(regexp_replace({folded}, '[-''., ]+', ' ', 'g'))"
        f" ELSE {_long_way(x)} END"
    )


@lru_cache(maxsize=1)
def _others() -> dict[str, str]:
    """Small letters of Cyrillic and Arabic for which one plain letter stands: ё, أ, ی."""
    chars = map(chr, (*range(0x430, 0x530), *range(0x620, 0x700)))
    base = {c: signs.base().get(c, c) for c in chars if c.isalpha() and c == c.lower()}
    return {c: to for c, to in base.items() if c != to and len(to) == 1}


@lru_cache(maxsize=1)
def _latin() -> set[str]:
    """Letters of Latin and Greek, and digits, that need nothing but lower case, their accents off, and `_ONE`, `_TWO`."""
    places = [(0x30, 0x250), (0x370, 0x400), (0x1E00, 0x2000)]
    chars = [c for first, last in places for c in map(chr, range(first, last))]
    letters = (c for c in chars if c.isalpha() or "0" <= c <= "9")
    return {c for c in letters if _accents_off(c) == signs.base().get(c, c)}


def _accents_off(c: str, letters: bool = True) -> str:
    parts = unicodedata.normalize("NFD", c.lower())
    bare = "".join(p for p in parts if unicodedata.category(p)[0] != "M")
    if not letters:
        return bare
    return "".join(_TWO.get(p, _ONE.get(p, p)) for p in bare)


def _left(c: str) -> bool:
    """Whether DuckDB's `lower(nfc_normalize(x))` may hold the character."""
    return not c.isascii() and c.lower() == c and unicodedata.normalize("NFC", c) == c


def _long_way(x: str) -> str:
    find = _regular(re2, r"\p{M}")
    table = {c: to for c, to in signs.base().items() if _left(c)}
    plain = {c: to for c, to in signs.base().items() if c.isascii() and not c.isalpha()}
    plain = dict(sorted(plain.items(), key=lambda pair: pair[1] == ""))  # those that go come last
    low = f"lower(nfc_normalize({x}))"
    low = (
        f"CASE WHEN regexp_matches({x}, '[{re2({*plain, _GRAVE})}]') THEN"
        f" translate({low}, {quoted(''.join(plain))}, {quoted(''.join(plain.values()))}) ELSE {low} END"
    )
    mapped = replaced("z", table)
    composed = (
        r"CASE WHEN regexp_matches(y, '[\p{M}\x{1100}-\x{11ff}]')"
        f" THEN nfc_normalize(regexp_replace(y, '{find['accents']}', '\\1\\2', 'g')) ELSE y END"
    )
    return let("z", low, let("y", mapped, let("w", composed, _apart(x))))


def _apart(x: str, only_ascii: bool = False) -> str:
    """SQL for the words of `w`, in which letters are as they are compared; `x` is what was written."""
    find = _regular(re2, r"\p{M}")
    symbols, joiners = (
        re2(c for c in found if c.isascii() or not only_ascii) for found in _signs()
    )
    spaced = (
        f"CASE WHEN regexp_matches(w, '[{symbols}]')"
        f" THEN regexp_replace(w, '([{symbols}])', ' \\1 ', 'g') ELSE w END"
    )
    spaced = f"trim(regexp_replace({spaced}, {quoted(f'[{joiners}]')}, ' ', 'g'))"
    marked = "m"
    for pattern, to in _MARKING:
        marked = f"regexp_replace({marked}, {quoted(find[pattern])}, '{to}', 'g')"
    blank = f"translate(m, {quoted(JOINING)}, '{' ' * len(JOINING)}')"
    signed = f"CASE WHEN regexp_matches(m, '{find['matters']}') THEN {marked} ELSE {blank} END"
    blanks = f"trim(regexp_replace({signed}, ' +', ' ', 'g'))"
    something = let(
        "k",
        blanks,
        f"CASE WHEN k <> '' THEN k WHEN trim(w, ' ') <> '' THEN trim(w, ' ')"
        # With one argument, trim takes off every blank that Unicode knows.
        f" ELSE coalesce(nullif(trim(lower({x}), ' '), ''), lower({x})) END",
    )
    return let("m", spaced, something)
