"""What stands around the numbers of a date: eras, times, weekdays, "about", life spans. Regular expressions (RE2).

All of them are for folded text: see `months.fold`.
"""

from __future__ import annotations

import re

from core.dates.months import WEEKDAYS

DASH = r"\-‐‑‒–—−－"
# Folded letters; \p{L} would say it for all scripts, and takes a hundred times as long to compile.
_NO_LETTER = r"[^a-zа-яёєіїґα-ω\x{620}-\x{6FF}\x{E00}-\x{E4E}]"


def _apart(words: str) -> str:
    """Words that no letter touches; the signs beside them are groups 1 and 2."""
    return rf"(^|{_NO_LETTER})(?:{words})($|{_NO_LETTER})"


def _any_of(words: list[str] | tuple[str, ...]) -> str:
    # The longest first, since the first that fits is taken.
    return "|".join(re.escape(w) for w in sorted(words, key=lambda w: (-len(w), w)))


WEEKDAY = (
    rf"^(?:{_any_of(WEEKDAYS)})[.,]*\s+|^[일월화수목금토]요일\s*|\s[일월화수목금토]요일$"
    r"|[（(](?:[日月火水木金土일월화수목금토]|周[一二三四五六日]|星期[一二三四五六日])[)）]|\s*(?:星期|周|週)[一二三四五六日天]\s*$"
)

# 12:30, 0:00:00, 12:00:00 am, 22:15:00.5+02:00 (cet), 上午 12:00:00
_CLOCK = r"\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?: ?[ap]\.? ?m\.?)?"
_ZONE = r"(?: ?(?:z|utc|gmt|uhr|[a-z]{2,4}t))?(?: ?[+\-]\d{2}:?\d{2})?(?: ?\([^)]*\))?"
TIME = rf"(^|\d)[t ,]*(?:上午|下午|오전|오후|午前|午後)?[ ,]*(?:\b|t){_CLOCK}{_ZONE}"
MIDNIGHT = (
    r"(?:^|[t ,]|上午|오전|午前)(?:0{1,2}:00(?::00(?:[.,]0+)?)?(?:$|[^\d:.,p])|12:00(?::00(?:[.,]0+)?)? ?a)"
    r"|(?:上午|오전|午前) ?12:00"
)

# A date that nobody knows for certain: c. 1958, 1958?, ~1958, um 1958, 1958年頃
_ABOUT = (
    r"c|ca|cca|circa|about|around|approx|approximately|probably|prob|perhaps|possibly|est|estimated|um|etwa|ungefahr|wohl"
    r"|vers|env|environ|hacia|alrededor de|cerca de|por volta de|verso|omstreeks|rond|okolo|ok|около|примерно|yaklasik"
    r"|kb|noin|omkring|حوالي|نحو|تقريبا"
)
ABOUT = (
    rf"^[~≈±∼〜～]\s*|\s*[(（]?[?？][)）]?|^(?:{_ABOUT})\.?\s*(\d)|^(?:{_ABOUT})\.?\s+([^\d\s])"
    r"|^(?:大約|大约|約|约|약)\s*|頃|ころ|左右|前后|前後|경$|무렵"
)

# 1958–2009: a life, of which a birth date is the beginning. Groups 1 and 2.
SPAN = (
    rf"^[(（\[]?\s*(?:\*\s*)?(\S.*\d{{4}}|\d{{4}}) ?年? ?(?:[{DASH}~〜～]|bis|to|until|till) ?(?:†\s*)?"
    r"(\S.*\d{4}|\d{4}|present|today|heute|now|)年?\s*[)）\]]?$"
)

_LETTER_ERA = r"|(^){}\.? ?(\d|元)"  # S55.7.15, 昭55.7.15
# Era -> the words that name it, with what stays of them as groups 1 and 2. The first that fits is taken.
ERAS: dict[str, str] = {
    "persian": _apart(r"ه\. ?ش\.?|هش|شمسي|شمسی|هجري شمسي|هجری شمسی|jalali|shamsi|solar hijri"),
    "hijri": _apart(r"هـ|ه|هجري|هجرية|هجريه|هجری|هجری قمری|a\. ?h\.?|ah|hijri|hijriyah"),
    "buddhist": _apart(r"พ\. ?ศ\.?|พศ|พุทธศักราช|b\. ?e\.?|be") + "|仏暦|佛历|佛曆|佛暦",
    "before_roc": r"(?:中華|中华)?(?:民國|民国)前",
    "roc": _apart(r"r\. ?o\. ?c\.?|roc|minguo") + r"|(?:中華|中华)?(?:民國|民国)|^民(\d)",
    "bc": _apart(
        r"b\. ?c\. ?e\.?|b\. ?c\.?|bce|bc|v\. ?chr\.?|vor christus|v\. ?u\. ?z\.?|av\.? ?j\.? ?-? ?c\.?"
        r"|avant j\.? ?-? ?c\.?|a\. ?de c\.?|a\. ?c\. ?n\.?|a\. ?c\.?|antes de cristo|avanti cristo|p\. ?n\. ?e\.?"
        r"|pr\. ?n\. ?l\.?|before christ|до н\. ?э\.?|до н\. ?е\.?|до нашеи эры|ق\. ?م\.?|قبل الميلاد"
    )
    + r"|^-(\d{3,4})|公元前|西元前|西暦前|紀元前|纪元前|기원전",
    "ad": _apart(
        r"a\. ?d\.?|ad|c\. ?e\.?|ce|n\. ?chr\.?|nach christus|ap\.? ?j\.? ?-? ?c\.?|d\. ?de c\.?|d\. ?c\.?|anno domini"
        r"|n\. ?e\.?|н\. ?э\.?|нашеи эры|ค\. ?ศ\.?"
    )
    + "|公元|西元|西暦|서기",
    "meiji": "明治|㍾" + _LETTER_ERA.format("(?:m|明)"),
    "taisho": "大正|㍽" + _LETTER_ERA.format("(?:t|大)"),
    "showa": "昭和|㍼" + _LETTER_ERA.format("(?:s|昭)"),
    "heisei": "平成|㍻" + _LETTER_ERA.format("(?:h|平)"),
    "reiwa": "令和|㋿" + _LETTER_ERA.format("(?:r|令)"),
}


def stays(shape: str) -> str:
    """What a match leaves: its groups, and a blank for the words."""
    groups = len(re.findall(r"(?<!\\)\((?!\?)", shape))
    return r"\1 " + "".join(rf"\{i}" for i in range(2, groups + 1)) if groups else " "


# Between day, month and year: 5 de mayo de 1949, 1949 m. kovo, the 5th of March, 5 марта 1949 г.
FILL = _apart(
    "de|del|di|do|da|of|the|den|d|am|m|gada|le|el|il|dne|г|год|года|г\\. р|r|roku|ngay|nam|an|anno|year|р|року|born|geb|b|gennem|สร|วันที่|ที่"
)
ORDINAL = r"(\d)(?:st|nd|rd|th|er|ere|e|o|a|ª|º|°|-го|го|-е|\.º)\b|(\d)(?:ª|º|°)"
BETWEEN = r"[\s,./''’·()+-]+"  # numbers and words; within quotes of SQL
CJK = {"[年년]": "# ", "[月월]": " ", "[日号號일]": " ", "元": "1"}

# A date of the Julian calendar, which stays as it is written, and is said; N.S. is our calendar.
_JULIAN = r"o\. ?s\.?|o\.?s\.?$|old style|a\. ?st\.|alten stils|ст\. ?ст\.?|старого стиля|старый стиль|julian(?: calendar)?"
_OLD_STYLE = rf"{_JULIAN}|n\. ?s\.|new style|n\. ?st\.|н\. ?ст\.?|нового стиля"
JULIAN = rf"(?:^|[^a-zа-я])(?:{_JULIAN})"

# What stands around a date in an encyclopedia (footnotes, the age, the same in ISO form), and Vietnamese: shape -> what
# stays. A life of one year to the other has one dash; 1980–07–16 has two. `d. 1958` is a death, and Mar 29 may be a
# day: both are left with a word that nobody knows. Who writes blanks behind the dots (2. 1. 1980) writes the day first.
PLAINER = (
    (rf"(?:\s+|\s*[(\[])(?:{_OLD_STYLE})[)\]]?", ""),
    (r"\s*\[\?\]", "?"),
    (r"\s*\[(?:\d{1,3}|[a-z]|(?:note|nb|n) ?\d+|citation needed)\]", ""),
    (r"^d\.? ?(\d{3,4})$", r"died \1"),
    (r"^([^\d\s]{3,12}) (0[1-9]|[12]\d|3[01])$", r"\1 day \2"),
    (r"^(\d{1,2})\. (\d{1,2})\. ?(\d{4})\.?$", r"\3# \2 \1"),
    (r"^\((\d{4}-\d{2}-\d{2})\)\s*\S.*$", r"\1"),
    (r"\s*\((?:age|aged|alter|edad|eta|idade|wiek|vek|возраст|лет)\b[^)]*\)$", ""),
    (r"(\d{4})\s*\(\d{4}-\d{2}-\d{2}\)$", r"\1"),
    (r"^\*\s*(\d)", r"\1"),
    (r"^\+(\d{4}-)", r"\1"),
    (r"^(\d{4})[‒–—](\d{1,2})[‒–—](\d{1,2})$", r"\1-\2-\3"),
    (r"^(?:ngay )?(\d{1,2}),? thang (\d{1,2}),?(?: nam)? (\d{4})$", r"\3# \2 \1"),
    (r"^thang (\d{1,2}),?(?: nam)? (\d{4})$", r"\2# \1"),
    (r"[（(]?(?:星期|周|週)[一二三四五六日天][)）]?", ""),
)
DAY_ALONE = r"[^\d\s]{3,12} (?:0[1-9]|[12]\d|3[01])"  # Mar 29: a day without a year, or a year
TO_BE_PLAINER = (
    rf"[\s(\[](?:{_OLD_STYLE})|"
    + r"[\[(*‒–—]|^\+|thang \d|^d\.? ?\d+$|^[^\d\s]{3,12} \d\d$|^\d{1,2}\. \d{1,2}\. ?\d"
)
# 一九八〇年七月十五日: digits, and tens.
HAN_DATE = "[〇零○一二三四五六七八九十廿卅](?:年|月|日|号|號)"
HAN = ("〇零○一二三四五六七八九", "000123456789")
TENS = (
    ("廿", "2十"),
    ("卅", "3十"),
    (r"(\d)十(\d)", r"\1\2"),
    (r"(\d)十", r"\10"),
    (r"十(\d)", r"1\1"),
    ("十", "10"),
)

# What programs write for "no date": 0/0/00, 0000-00-00, / /, 1900-01-00
NO_DATE = r"(?:[0_]{0,4} ?[/.\-] ?){2}[0_]{0,4}(?:[ T]0{1,2}:00(?::00(?:\.0+)?)?)?|1900-01-00|0?1/0/1900|0?0/0?1/1900|0{6}|0{8}"
