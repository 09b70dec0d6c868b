"""Lines that are one cell each: objects, lists, labels with their values."""

from __future__ import annotations

import re
from collections.abc import Sequence

SHARE = 0.8  # of the lines
_PAIRS = re.compile(r"[;,|\t]")
_LABEL = re.compile(r"\s*([^\W\d][\w .-]{0,30}?)\s*[:=]\s*\S")
_CLOSING = {"{": "}", "[": "]", "(": ")"}


def is_unit(texts: Sequence[str]) -> bool:
    """Whether the lines (below a name, perhaps) are such cells: what stands in them sets nothing apart."""
    rest = texts[1:] if len(texts) > 1 and not _in_brackets(texts[0]) else texts
    if len(rest) < 2:
        return False
    if sum(map(_in_brackets, rest)) >= SHARE * len(rest):
        return True
    named = len(rest) < len(texts) and not _PAIRS.search(texts[0]) and ":" not in texts[0]
    return named and _same_labels(rest)


def _in_brackets(text: str) -> bool:
    """Whether a line is one pair of brackets with all else in it."""
    text = text.strip().strip('"')
    if len(text) < 2 or _CLOSING.get(text[0]) != text[-1]:
        return False
    depth = 0
    for place, sign in enumerate(text):
        depth += (sign in "{[(") - (sign in "}])")
        if depth < 1 and place < len(text) - 1:
            return False
    return depth == 0


def _same_labels(texts: Sequence[str]) -> bool:
    """Whether every line has the same labels, two at least: `name: Ann; born: 1950`."""
    found = [tuple(_labels(text)) for text in texts]
    usual = max(set(found), key=found.count)
    return len(usual) > 1 and found.count(usual) >= SHARE * len(found)


def _labels(text: str) -> list[str]:
    parts = (_LABEL.match(part) for part in _PAIRS.split(text))
    return [part[1] for part in parts if part]
