"""Signs that stand in text beside letters, and where each of them stands.

A currency stands before or behind digits, an opening quote before a word. In a wrong encoding they
stand anywhere, so the place tells.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# What may stand beside a sign: B blank, delimiter or end; D digit; L and U small and capital
# letter; S another sign.
ANYWHERE = "BDLUS"


@dataclass(frozen=True)
class Kind:
    """Signs of one use: how common (a natural logarithm), and what stands on each side."""

    name: str
    signs: str
    common: float
    left: str
    right: str


KINDS = (
    Kind("apostrophe", "’ʼ", -4.5, "LUD", "LUB"),
    Kind("dash", "–—", -5.3, "BDLUS", "BDLUS"),
    Kind("currency", "€£", -5.0, "BD", "BD"),
    Kind("degree", "°", -5.0, "DB", "BU"),
    Kind("ordinal", "ºª", -5.3, "DLU", "BD"),
    Kind("power", "²³", -5.5, "LU", "BD"),
    Kind("fraction", "½¼¾", -6.0, "DB", "BL"),
    Kind("per mille", "‰", -8.0, "DB", "B"),
    Kind("opening", "“„«‘‚", -5.7, "BS", "LUDS"),
    Kind("closing", "”»", -5.7, "LUDBS", "BS"),
    Kind("inverted", "¿¡", -6.0, "BS", "LUD"),
    Kind("ellipsis", "…", -6.3, "LUDB", "BLUS"),
    Kind("mark", "®™", -6.3, "LUD", "B"),
    Kind("copyright", "©", -6.8, "B", "BLUD"),
    Kind("number", "№§¶", -6.3, "BLU", "BD"),
    Kind("bullet", "•·", -6.5, "BL", "BL"),
    Kind("operator", "×±", -6.8, "BD", "BD"),
    Kind("micro", "µμ", -6.8, "BD", "LU"),
    Kind("space", "\xa0", -5.3, ANYWHERE, ANYWHERE),
    Kind("accent", "`´", -8.0, "BLUS", "BLUDS"),
    Kind("yen or cent", "¥¢", -8.0, "BD", "BD"),
    Kind("soft hyphen", "\xad", -8.5, "LU", "LU"),
    Kind("dagger", "†‡", -9.0, "LUDB", "BS"),
    Kind(
        "rare",
        "÷‹›¤¦¨¬¯¸¹ˆ˜ƒ≤≥≠≈∞√∑∏∫∂Ω∆π◊˘˙˚˝˛ˇ΄΅⁄¶ªﬁﬂ₫₪―₣₧\u200c\u200d\u200e\u200f",
        -10.0,
        "BDLU",
        "BDLU",
    ),
)
MISPLACED = -5.0

# What only whole words show. Units, behind a number (or a blank and a number, which is a tab here).
_UNITS = re.compile(
    r"[0\t](?:[kcdm]?m[²³]|°[CF]|[µμ][glm]|[€£¢‰½¼¾]"
    r"|кг|гр?|м[²³]?|см|мм|км|т|м?л|руб|коп|грн|лв|ст|дин|ден|шт|год|лет|рік|років"
    r"|κιλά|κ|ευρώ|μ[²³]?|χλμ|τεμ|ετών"
    r"|[円元圓年月日人名个個件歳岁歲台本枚点万萬億亿坪℃㎡％㎏]|公[斤里]|平方米"
    r"|[원년월일명개세만억℃㎡]|만원|บาท|ปี|กก|คน|ชิ้น|เดือน"
    r"|ש|ק|שח|ريال|كم|كغ|دينار|درهم|جنيه|سنة)[ 0\t]"
    r"|[ ](?:[€£￥¥№±†§]|[Nn][°º])[0\t]|0[ºª°][ 0]"
)
# An apostrophe stands near an end of a word, other signs not within it, a dash not at its end, and
# a power behind the few letters of a unit.
_TORN = re.compile(
    r"[^\W\d_]{2}’[^\W\d_]{3}|[^\W\d_][®™©…•§¶°ºª²³½¼¾€£„“”«»‹›†‡±×¿¡‚][^\W\d_]"
    r"|[^\W\d_][–—][ ]$|[^\W\d_]{3}[²³¹]"
)
_UNIT, _TEAR = 6.0, -3.0


def whole(piece: str) -> float:
    """What a whole word, with the sign before and behind it, says beyond its pairs of characters."""
    if piece.isascii():
        return 0.0
    return _UNIT * bool(_UNITS.fullmatch(piece)) + _TEAR * len(_TORN.findall(piece))
