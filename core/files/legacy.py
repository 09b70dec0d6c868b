"""Which of the older encodings a text is in, by the characters it would hold in each."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from charset_normalizer import from_bytes

_HIGH = re.compile(rb"[\x80-\xff]+")
_ALPHABETS = ["cp1251", "koi8_r", "cp1253", "cp1255", "cp1256", "cp866"]
# Letters that are everyday ones where the encoding is at home, and those that do occur there.
_WESTERN = {
    "cp1252": ("éèàùâêîôûëïüçñáíóúöäßåøæãõœÉÀÇÑÖÄÜÅØ", "ìòðþýšžÿÁÍÓÚÊÔÎÂÈ’‘“”–—…•€£°®©´ª§«»·½"),
    "cp1250": ("ąćęłńóśźżáčďéěíňřšťúůýžöőüűäßŁŚŻŠČŘŽÖÜ", "ăâîşţđôçëŚÁÉÍÓÚ’‘“”„–—…•€°®©´§«»·"),
    "cp1254": ("ışğçöüİŞĞÇÖÜ", "âîéûáíóñèàêôäßæøå’‘“”–—…•€£°®©´§«»·"),
    "cp1257": ("āčēģīķļņōŗšūžąęėįųõäöüĀČĒĪŠŪŽ", "óśźńćłé’‘“”„–—…•€°®©´§«»·"),
}
_HOME = 0.02  # what the most common of them is ahead by


@dataclass(frozen=True)
class _DoubleByte:
    """A two-byte encoding, and where its everyday characters are (lead and trail byte ranges)."""

    codec: str
    lead: tuple[int, int]
    trail: tuple[int, int]


# In each of these, common characters come first: level 1 of GB2312, Big5 and JIS, hangul in KS X.
_DOUBLE = (
    _DoubleByte("gb18030", (0xB0, 0xD7), (0xA1, 0xFE)),
    _DoubleByte("big5", (0xA4, 0xC6), (0x40, 0xFE)),
    _DoubleByte("shift_jis", (0x82, 0x97), (0x40, 0xFC)),
    _DoubleByte("euc_kr", (0xB0, 0xC8), (0xA1, 0xFE)),
)
_KANA = (0xA4, 0xA5)  # lead bytes of kana in EUC-JP


def by_characters(sample: bytes) -> tuple[str, str]:
    """(codec, why) for bytes that are not UTF-8."""
    runs = _HIGH.findall(sample)
    alone = sum(len(run) == 1 for run in runs) / len(runs) if runs else 1.0
    shares = [(_everyday(sample, kind), kind.codec) for kind in _DOUBLE]
    # Hangul lies in fewer rows than Chinese does: text that fits there is not there by chance.
    share, codec = max((s + 0.02 * (c == "euc_kr" and s > 0.6), c) for s, c in shares)
    odd = sum(len(run) % 2 for run in runs)
    # Two-byte text has no lonely high byte followed by a blank, comma or line end.
    if share >= 0.6 and (odd == 0 or codec in ("big5", "shift_jis")):
        if codec in ("gb18030", "euc_kr") and _kana(sample) and decodes(sample, "euc_jp"):
            return "euc_jp", "it holds kana as EUC-JP writes them"
        return codec, f"{min(share, 1):.0%} of its characters are everyday ones in {codec}"
    if alone > 0.5:
        return _western(sample)
    guess = from_bytes(sample[:65_536], cp_isolation=[*_ALPHABETS, *_WESTERN, "latin_1"]).best()
    found = guess.encoding if guess is not None else _ALPHABETS[0]
    if found == "latin_1" or not decodes(sample, found):
        return _western(sample)
    return found, f"its letters fit {found} best"


def _western(sample: bytes) -> tuple[str, str]:
    """Latin letters: the code page in which they are everyday ones."""
    scores = {codec: _fit(sample, codec) for codec in _WESTERN}
    scores["cp1252"] += _HOME
    found = max(scores, key=lambda codec: scores[codec])
    if decodes(sample, found):
        return found, f"its letters are everyday ones in {found}"
    return "latin-1", f"its letters fit {found}, which lacks some of its bytes"


def _fit(sample: bytes, codec: str) -> float:
    usual, known = _WESTERN[codec]
    text = sample.decode(codec, "replace")
    high = [char for char in text if char > "\x7f"]
    signs = len(re.findall(r"(?<=[a-z])[^\x00-\x7f\w\u2019\xad\u2013](?=[a-z])", text))
    points = sum(1.0 if c in usual else 0.4 if c in known else 0.0 for c in high)
    return (points - signs - high.count("\ufffd")) / len(high) if high else 0.0


def _kana(sample: bytes) -> bool:
    leads = [run[i] for run in _HIGH.findall(sample) for i in range(0, len(run) - 1, 2)]
    return sum(lead in _KANA for lead in leads) >= 0.1 * len(leads)


def decodes(data: bytes, codec: str) -> bool:
    """Whether the bytes (cut anywhere at the end) are text in that encoding."""
    try:
        codecs.getincrementaldecoder(codec)("strict").decode(data, False)
    except UnicodeDecodeError:
        return False
    return True


def _everyday(sample: bytes, kind: _DoubleByte) -> float:
    """Share of the two-byte characters that are everyday ones; 0 when it cannot be this codec."""
    if not decodes(sample, kind.codec) and not decodes(sample[1:], kind.codec):
        return 0.0
    total = usual = place = 0
    while place < len(sample) - 1:
        if sample[place] < 0x80:
            place += 1
            continue
        lead, trail = sample[place], sample[place + 1]
        total += 1
        usual += kind.lead[0] <= lead <= kind.lead[1] and kind.trail[0] <= trail <= kind.trail[1]
        place += 2
    return usual / total if total else 0.0
