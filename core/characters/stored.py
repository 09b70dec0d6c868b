"""What is taken off a text before it is kept.

Off goes what nobody sees: marks of direction, soft hyphens, joiners, byte order marks, control characters. Inside a
word it leaves no blank. Kept are the joiners and selectors that a script or an emoji needs:

- zero-width joiners and non-joiners beside letters that change by what they are joined to (Arabic, Persian, Indic
  scripts ...), and joiners between the parts of an emoji; between Latin letters they go;
- a zero-width space between letters of a script without blanks between words (Thai, Lao, Khmer, Myanmar ...);
- variation selectors behind symbols, ideographs and letters of scripts that have variants; tags behind a flag.

Where a mark of direction turns letters round on the screen (U+202E before Latin ones), the text is kept as it is seen.

Blanks of every kind become one, and a text without any other sign has none at its ends. Radicals become the ideographs
that they stand for, what is put together from letter and mark becomes one (NFC), and the control characters U+0080 to
U+009F the signs that Windows has in their places.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from core.characters import signs
from core.characters.forms import Form, let, python, quoted, re2

# What emoji are made of.
_SYMBOLS = (
    *(
        (0xA9, 0xA9),
        (0xAE, 0xAE),
        (0x203C, 0x203C),
        (0x2049, 0x2049),
        *((0x2100, 0x27FF), (0x2801, 0x2BFF)),  # U+2800 is a blank
        (0x3030, 0x3030),
    ),
    *((0x303D, 0x303D), (0x3297, 0x3297), (0x3299, 0x3299), (0x1F000, 0x1FAFF)),
)
_BEFORE_VARIANTS = (
    *((0x1000, 0x109F), (0x1820, 0x18AF), (0x2E80, 0x2FDF), (0x3400, 0x9FFF), (0xA840, 0xA87F)),
    *((0xF900, 0xFAFF), (0x10AC0, 0x10AFF), (0x11C00, 0x11C6F), (0x20000, 0x323AF)),
)

# A text without any of these is in NFC and has nothing to repair, whatever its script: blanks that are no plain
# space; marks and letters that compose with what stands before them; letters that NFC replaces. Some blocks are
# taken whole, which only costs time.
_UNTIDY = (
    r"\x{1}-\x{1f}\x{7f}-\x{a0}\x{ad}\x{61c}\x{1680}\x{180b}-\x{180f}\x{2000}-\x{200f}\x{2028}-\x{202f}"
    r"\x{205f}-\x{206f}\x{2800}\x{2e80}-\x{2fd5}\x{3000}\x{3164}\x{feff}\x{ffa0}\x{fdd0}-\x{fdef}\x{fff0}-\x{fffb}\x{fffe}\x{ffff}"
    r"\p{M}\x{374}\x{37E}\x{387}\x{958}-\x{95F}\x{9DC}-\x{9DF}\x{A33}-\x{A5E}\x{B5C}\x{B5D}"
    r"\x{F43}-\x{F69}\x{1160}-\x{11FF}\x{1F70}-\x{1FFF}\x{2126}\x{212A}\x{212B}\x{2329}\x{232A}"
    r"\x{2ADC}\x{F900}-\x{FAFF}\x{FB1D}-\x{FB4F}\x{16D40}-\x{16D7F}\x{1bca0}-\x{1bca3}\x{1D15E}-\x{1D1C0}"
    r"\x{2F800}-\x{2FA1F}\x{e0000}-\x{e01ef}"
    + "".join(rf"\x{{{plane:x}fffe}}\x{{{plane:x}ffff}}" for plane in range(1, 17))  # no characters
)


# Marks that show all that follows from right to left, or from left to right, whatever its letters; and what ends them.
_LEFTWARDS, _RIGHTWARDS, _ENDS = "\u202e", "\u202d", "\u202a\u202b\u202c\u202d\u202e\n\r\x85\u2029"
_MARKS = ((0x300, 0x36F), (0x591, 0x5BD), (0x64B, 0x65F), (0x1AB0, 0x1AFF), (0x20D0, 0x20F0))
_HEBREW_ARABIC = (
    (0x590, 0x8FF),
    (0xFB1D, 0xFDFF),
    (0xFE70, 0xFEFC),
    (0x10800, 0x10FFF),
    (0x1E800, 0x1EFFF),
)


# ------------------------------------------------------------------ in both


def _regular(form: Form) -> dict[str, str]:
    joined, unspaced = form(signs.JOINED), form(signs.UNSPACED)
    zwnj, zwj = (form(c) for c in signs.JOINERS)
    narrow, selector = form(signs.NARROW_SPACE), form([(0xFE00, 0xFE0F), (0xE0100, 0xE01EF)])
    symbol = form(_SYMBOLS)
    keep = (
        f"[{joined}](?:[{zwnj}{zwj}]+[{joined}])+",
        f"[{joined}]{zwj}+",
        f"{zwj}+[{joined}]",
        f"[{unspaced}](?:{narrow}[{unspaced}])+",
        f"[{symbol}](?:[{selector}]|{zwj}+[{symbol}])+",
        f"[0-9#*][{form([(0xFE0E, 0xFE0F)])}]{form(chr(0x20E3))}",
        f"[{form(_BEFORE_VARIANTS)}][{selector}]+",
        f"[{form([(0x1800, 0x18AF)])}][{form(signs.MONGOLIAN)}]+",
        f"{form(chr(0x1F3F4))}[{form([(0xE0020, 0xE007F)])}]+",
    )
    blanks = form([b for b in signs.BLANKS])
    ends = form([b for b in signs.BLANKS if b not in signs.LINE_ENDS])
    return {
        "sometimes": f"({'|'.join(keep)})|[{form(signs.SOMETIMES_SEEN)}]+",
        "turned": f"{form(_LEFTWARDS)}([^{form(_ENDS)}{form(_HEBREW_ARABIC)}]+)"
        f"|{form(_RIGHTWARDS)}([{form(_HEBREW_ARABIC)}][ {form(_HEBREW_ARABIC)}]+)",
        "letters": f"[^{form(_MARKS)}][{form(_MARKS)}]*|[{form(_MARKS)}]",  # each with its marks behind it
        "never": f"[{form(signs.NEVER_SEEN - set(signs.misread()))}]+",
        "blanks": f"[{blanks}]+",
        "inline": f"[{ends}]+",
        "outside": f"^[{blanks}]+|[{blanks}]+$",
    }


# ------------------------------------------------------------------ in Python


@lru_cache(maxsize=1)
def _patterns() -> dict[str, re.Pattern[str]]:
    return {name: re.compile(text) for name, text in _regular(python).items()}


def _meant() -> dict[str, str]:
    """Single characters to those that they stand for."""
    return {**signs.misread(), **signs.ideographs()}


@lru_cache(maxsize=1)
def _meanings() -> dict[int, str]:
    return str.maketrans(_meant())


def text(given: str, multiline: bool = False) -> str:
    """The text as it is kept. `multiline`: line breaks stay."""
    find = _patterns()
    if _LEFTWARDS in given or _RIGHTWARDS in given:
        given = find["turned"].sub(lambda m: _reversed(m[1] or m[2]), given)
    seen = find["sometimes"].sub(r"\1", find["never"].sub("", given))
    plain = unicodedata.normalize("NFC", seen.translate(_meanings()))
    if not multiline:
        return find["blanks"].sub(" ", plain).strip(" ")
    return find["outside"].sub("", find["inline"].sub(" ", plain))


def _reversed(part: str) -> str:
    return "".join(reversed(_patterns()["letters"].findall(part)))


@lru_cache(maxsize=1)
def _narrow() -> dict[int, str]:
    return str.maketrans(signs.narrow())


def narrow(given: str) -> str:
    """The text in plain letters, digits and signs: no full width, no half width, no fonts."""
    plain = given.translate(_narrow())
    return given if plain == given else unicodedata.normalize("NFC", plain)


# ------------------------------------------------------------------ as SQL


@lru_cache(maxsize=256)
def sql(x: str, multiline: bool = False) -> str:
    """SQL for the text in `x` (a quoted identifier) as it is kept."""
    find = _regular(re2)
    # Most cells are tidy already; the test costs a tenth of the work.
    dirty = f"regexp_matches({x}, '[{_UNTIDY}]|^ | $|  ')"
    # What is most often wrong, a plain space at either end, needs no look at the letters.
    simple = (
        f"strlen({x}) = length({x}) AND NOT regexp_matches({x}, '[\\x{{1}}-\\x{{1f}}\\x{{7f}}]|  ')"
    )
    known = _meant()
    leftwards, rightwards = find["turned"].split("|")
    turned = _turned(_turned(x, _LEFTWARDS, leftwards, find), _RIGHTWARDS, rightwards, find)
    turns = f"contains({x}, '{_LEFTWARDS}') OR contains({x}, '{_RIGHTWARDS}')"
    logical = f"CASE WHEN {turns} THEN {turned} ELSE {x} END"
    shown = f"regexp_replace({logical}, '{find['never']}', '', 'g')"
    shown = (
        f"CASE WHEN regexp_matches({x}, '[{re2(signs.SOMETIMES_SEEN)}]') THEN"
        f" regexp_replace({shown}, '{find['sometimes']}', '\\1', 'g') ELSE {shown} END"
    )
    unified = (
        f"CASE WHEN regexp_matches(s, '[{re2(known)}]') THEN"
        f" translate(s, {quoted(''.join(known))}, {quoted(''.join(known.values()))}) ELSE s END"
    )
    blanks = find["inline" if multiline else "blanks"]
    plain = f"regexp_replace(nfc_normalize({unified}), '{blanks}', ' ', 'g')"
    plain = (
        f"regexp_replace({plain}, '{find['outside']}', '', 'g')" if multiline else f"trim({plain})"
    )
    clean = f"CASE WHEN {simple} THEN trim({x}) ELSE {let('s', shown, plain)} END"
    return f"CASE WHEN {dirty} THEN {clean} ELSE {x} END"


def _turned(x: str, mark: str, shape: str, find: dict[str, str]) -> str:
    """SQL for the text in which the letters behind each such mark go from the last to the first."""
    part = f"regexp_extract('{mark}' || p, '^{shape}', 1)"
    letters = f"array_to_string(list_reverse(regexp_extract_all({part}, '{find['letters']}')), '')"
    each = f"CASE WHEN i = 1 THEN p ELSE {letters} || substr(p, length({part}) + 1) END"
    return f"array_to_string(list_transform(string_split({x}, '{mark}'), lambda p, i: {each}), '{mark}')"


@lru_cache(maxsize=256)
def narrow_sql(x: str) -> str:
    """SQL for the text in `x` in plain letters, digits and signs."""
    table, fonts = signs.narrow(), signs.fonts()
    # Most often those of full width; a longer table takes longer.
    wide = {c: to for c, to in table.items() if "\uff00" <= c < "\U00010000"}
    others = {c: to for c, to in table.items() if c not in wide and c not in fonts}
    some, more, all_ = (
        f"nfc_normalize(translate({x}, {quoted(''.join(t))}, {quoted(''.join(t.values()))}))"
        for t in (wide, {**wide, **others}, table)
    )
    return (
        f"CASE WHEN regexp_matches({x}, '[{re2(others, fonts)}]') THEN"
        f" CASE WHEN regexp_matches({x}, '[{re2(fonts)}]') THEN {all_} ELSE {more} END"
        f" WHEN regexp_matches({x}, '[{re2(wide)}]') THEN {some} ELSE {x} END"
    )
