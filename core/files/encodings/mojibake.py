"""Text that was decoded wrongly before it was written: found, said, and mended when asked.

Two cases. Signs of Windows (– ‘ ’ …) that were read as Latin-1 stand in the text as control
characters of no meaning; which sign each was is beyond doubt. UTF-8 that was read as another
encoding (Ã© for é) needs a guess, which ftfy makes; that is only done when somebody asks for it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache, partial

LEAST = 3  # control characters in the text looked at
_CONTROLS = re.compile("[\x80-\x9f]")
# Those that are signs in cp1252, save U+0085, which is a line end to some.
_SIGNS = "\x80\x82\x84\x86\x87\x89\x8b\x91\x92\x93\x94\x95\x96\x97\x99\x9b"
_IN_WORDS = re.compile(rf"[A-Za-z]{{2}} ?[{_SIGNS}]|[{_SIGNS}] ?[A-Za-z]{{2}}")
_LETTERS = 12  # of a line that is language; half of the lines are
_TABLE = str.maketrans({sign: sign.encode("latin-1").decode("cp1252") for sign in _SIGNS})
_ODD = re.compile("[\x80-\u024f\u2013-\u2122]{2}")  # what mojibake is made of, mostly


def signs(text: str) -> str:
    """In words, that the text's control characters are signs of Windows; '' when they are not."""
    found = _CONTROLS.findall(text)
    if len(found) < LEAST or not set(found) <= set(_SIGNS):
        return ""
    lines = [line for line in text.splitlines() if _CONTROLS.search(line)]
    worded = sum(len(re.findall("[A-Za-z]", line)) >= _LETTERS for line in lines)
    if 2 * worded < len(lines) or 2 * len(_IN_WORDS.findall(text)) < len(found):
        return ""
    first = found[0]
    return (
        f"{len(found):,} control characters looked at only make sense as signs of cp1252, "
        f"such as U+{ord(first):04X} for {first.translate(_TABLE)}"
    )


def with_signs(text: str) -> str:
    """The text with the signs that its control characters stand for."""
    return text.translate(_TABLE)


def repaired(text: str) -> str:
    """One line as it was before it was decoded wrongly; the same when nothing shows that it was."""
    if text.isascii() or not _ODD.search(text):
        return text
    return _fixer()(text)


@lru_cache(maxsize=1)
def _fixer() -> Callable[[str], str]:
    """ftfy, told to mend the encoding alone. Loaded when a text is odd: it takes a tenth of a second."""
    from ftfy import TextFixerConfig, fix_encoding

    config = TextFixerConfig(
        unescape_html=False,
        remove_terminal_escapes=False,
        fix_latin_ligatures=False,
        fix_character_width=False,
        uncurl_quotes=False,
        fix_line_breaks=False,
        fix_surrogates=False,
        remove_control_chars=False,
        normalization=None,
    )
    return partial(fix_encoding, config=config)


def repair_lines(text: str, *, final: bool) -> tuple[str, str]:
    """(whole lines, repaired; the rest that is not a whole line yet)."""
    cut = len(text) if final else text.rfind("\n") + 1
    lines = text[:cut].splitlines(keepends=True)
    return "".join(map(repaired, lines)), text[cut:]


def suspects(lines: Iterable[str]) -> tuple[int, str, str]:
    """How many of these lines look decoded wrongly, and a word of the first: (as it is, repaired)."""
    count, was, better = 0, "", ""
    for line in lines:
        mended = repaired(line)
        if mended == line:
            continue
        count += 1
        if not was:
            was, better = _example(line, mended)
    return count, was, better


def _example(line: str, mended: str) -> tuple[str, str]:
    for was in re.findall(r"[^\s,;|\"]+", line):
        if repaired(was) != was:
            return was[:40], repaired(was)[:40]
    return line.strip()[:40], mended.strip()[:40]
