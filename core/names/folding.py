"""A text in the form in which names are compared, and traditional Han as simplified."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from core.characters import names as characters

_HAN = re.compile("[\u3400-\u9fff\U00020000-\U000323af]")
_SAME = re.compile("[\u4e00-\u9fff\uac00-\ud7a3]+")  # what has no other form to be compared in
# Japanese forms of ideographs to those that are simplified in China, where OpenCC's tables have none.
_JAPANESE = dict(
    zip(
        "沢浜辺辻広竜桜斉斎滝恵徳栄黒関実児円図国経続緑髪弾戦総",
        "泽滨边辻广龙樱齐斋泷惠德荣黑关实儿圆图国经续绿发弹战总",
        strict=True,
    )
)
_LONGEST = (
    64  # characters of a text that is worth remembering: caches are bounded by entries, not bytes
)


def fold(text: str) -> str:
    """Lower case, accents off, letters made simple, signs that only join words as blanks.

    As the key of a record is folded (`core.characters.names`): "Łukasz O'Neill" gives "lukasz o neill".
    """
    if text.isascii() and text.isalnum():
        return text.lower()
    if _SAME.fullmatch(text):
        return text
    return _remembered(text) if len(text) <= _LONGEST else characters.name(text)


@lru_cache(maxsize=1 << 16)
def _remembered(text: str) -> str:
    return characters.name(text)


@lru_cache(maxsize=1)
def _converter() -> Any:
    from opencc import OpenCC  # loads its dictionaries: only where there is Han

    return OpenCC("t2s")


def simplified(text: str) -> str:
    """The text with traditional (and Japanese) ideographs as simplified ones: 周杰倫 gives 周杰伦."""
    if text.isascii() or not _HAN.search(text):
        return text
    return "".join(map(_simple, text))


@lru_cache(maxsize=1 << 15)
def _simple(char: str) -> str:
    plain = str(_converter().convert(char)) if _HAN.match(char) else char
    return _JAPANESE.get(plain, plain)
