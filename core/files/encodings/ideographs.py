"""How likely a character is in Chinese, Japanese and Korean, by its script and how common it is.

What is common is told by the samples of `languages/` and by the standards: the rows of GB 2312,
Big5, JIS X 0208 and KS X 1001 in which everyday characters stand come before those of rare ones.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
BOUND, DIGIT, ASCII, HAN, HIRAGANA, KATAKANA, HANGUL, MARK, HALFWIDTH, OTHER, BAD = range(11)
_COUNT = 11


@dataclass(frozen=True)
class _Writing:
    """The parts of a writing: share of each script, and the codec rows of everyday characters."""

    shares: dict[int, float]
    codec: str
    everyday: tuple[int, int]
    known: tuple[int, int]
    script: int  # the one that the rows hold


_WRITINGS = {
    "zh-hans": _Writing({HAN: 0.9, MARK: 0.03}, "gb2312", (0xB0, 0xD7), (0xB0, 0xF7), HAN),
    "zh-hant": _Writing({HAN: 0.9, MARK: 0.03}, "big5", (0xA4, 0xC6), (0xA4, 0xF9), HAN),
    "ja": _Writing(
        {HAN: 0.45, HIRAGANA: 0.25, KATAKANA: 0.2, MARK: 0.04, HALFWIDTH: 0.05},
        *("euc_jp", (0xB0, 0xCF), (0xB0, 0xF4), HAN),
    ),
    "ko": _Writing(
        {HANGUL: 0.93, MARK: 0.02, HAN: 0.001}, "euc_kr", (0xB0, 0xC8), (0xB0, 0xC8), HANGUL
    ),
}
# How often the same script goes on.
_GOES_ON = {HAN: 0.7, HIRAGANA: 0.6, KATAKANA: 0.75, HANGUL: 0.7, HALFWIDTH: 0.85, MARK: 0.2}


@cache
def scripts() -> NDArray[np.uint8]:
    """The script of each character."""
    found = np.full(0x10000, OTHER, np.uint8)
    found[:0x80] = BOUND
    found[0x30:0x3A] = DIGIT
    found[0x41:0x5B] = found[0x61:0x7B] = ASCII
    found[0x7F:0xA0] = BAD
    found[0:9] = found[0x0E:0x1A] = BAD
    found[0x2010:0x2700] = found[0x3000:0x3040] = found[0x3200:0x3400] = MARK
    found[0xFE30:0xFE50] = found[0xFF00:0xFF61] = MARK
    found[0xFFE0:0xFFE8] = MARK
    found[0x2500:0x25A0] = OTHER  # frames
    found[[ord(c) for c in "·°±×÷§²³µ½¼¾€£¥™®©"]] = MARK
    found[0x3041:0x30A0] = HIRAGANA
    found[0x30A0:0x3100] = KATAKANA
    found[0x3400:0xA000] = found[0xF900:0xFB00] = HAN
    found[0x3005:0x3008] = HAN  # of which 々 is one
    found[0xAC00:0xD7A4] = HANGUL
    found[0xFF61:0xFFA0] = HALFWIDTH
    found[0xE000:0xF8FF] = BAD
    found[0xFFF0:] = BAD
    return found


@cache
def common(code: str, sample: str) -> Floats:
    """The natural logarithm of how common each character is within its script."""
    writing, script = _WRITINGS[code], scripts()
    share = np.full(0x10000, 1e-7, np.float64)
    for each, size in ((MARK, 600), (OTHER, 600), (HAN, 20_000), (HANGUL, 11_172)):
        share[script == each] = 0.02 / size
    for each in (HIRAGANA, KATAKANA, HALFWIDTH):
        share[script == each] = 0.15 / 90
    share[[ord(c) for c in "　、。，．・「」（）：；％＆／－"]] += 0.02
    share[[ord(c) for c in "°±×²³～℃㎡㎥€￥￡"]] += 0.005
    share[script == BOUND], share[script == DIGIT], share[script == ASCII] = 0.3, 0.1, 0.04
    known, everyday = _rows(writing.codec, writing.known), _rows(writing.codec, writing.everyday)
    share[known] += 0.02 / len(known)
    share[everyday] += 0.25 / len(everyday)
    # Half-width kana have signs of their own for what is voiced.
    seen = Counter(unicodedata.normalize("NFD", sample) + sample)
    seen["ﾞ"], seen["ﾟ"] = seen["\u3099"], seen["\u309a"]
    for char, halfwidth in _HALFWIDTH.items():
        seen[halfwidth] += seen[char]
    for each in (HAN, HIRAGANA, KATAKANA, HANGUL, HALFWIDTH, MARK):
        of_it = {ord(c): n for c, n in seen.items() if ord(c) < 0x10000 and script[ord(c)] == each}
        total = sum(of_it.values())
        for place, count in of_it.items():
            share[place] += 0.7 * count / total if total else 0
    likely: Floats = np.log(share).astype(np.float32)
    return likely


_HALFWIDTH = dict(
    zip(
        "ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン",
        map(chr, range(0xFF66, 0xFF9E)),
        strict=True,
    )
)


def _rows(codec: str, leads: tuple[int, int]) -> NDArray[np.int64]:
    data = b"".join(
        bytes((lead, trail)) + b"\n"
        for lead in range(leads[0], leads[1] + 1)
        for trail in range(0x40, 0xFF)
        if trail != 0x7F
    )
    text = data.decode(codec, "ignore")
    return np.array([ord(c) for c in set(text) if c > "\x7f" and ord(c) < 0x10000], np.int64)


@cache
def changes(code: str) -> Floats:
    """The natural logarithm of how often one script follows another: [script, the one behind]."""
    shares = {BOUND: 0.15, DIGIT: 0.02, ASCII: 0.003, OTHER: 1e-4, BAD: 1e-7}
    shares |= {HAN: 1e-5, HIRAGANA: 1e-5, KATAKANA: 1e-5, HANGUL: 1e-5, HALFWIDTH: 1e-6}
    shares |= _WRITINGS[code].shares
    row = np.array([shares[script] for script in range(_COUNT)])
    found = np.tile(row / row.sum(), (_COUNT, 1))
    for script, often in _GOES_ON.items():
        if shares[script] > 1e-4:
            found[script] *= 1 - often
            found[script, script] += often
    native = [HAN, HIRAGANA, KATAKANA, HANGUL, HALFWIDTH]
    found[ASCII, native] *= 0.02
    found[ASCII, ASCII], found[ASCII, BOUND] = 0.8, 0.15
    found[np.ix_([BOUND], native)] *= 0.5
    found[DIGIT, native] *= 0.2
    found[:, BAD] = 1e-7
    likely: Floats = np.log(found).astype(np.float32)
    return likely
