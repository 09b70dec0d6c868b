"""What the name of a column says about its dates: DD/MM/YYYY, TT.MM.JJJJ, 出生日期(民國)."""

from __future__ import annotations

import re

# The letters for day, month and year: English, German, French, Italian and Turkish, Russian, Polish, Finnish ...
_DAY, _MONTH = "(?:dd?|tt?|jj?|gg?|дд?|pp)", "(?:mm?|aa|мм?|kk)"
_YEAR = "(?:yyyy|yy|jjjj|jj|aaaa|aa|гггг|гг|rrrr|rr|vvvv|vv|y)"
_SIGN = r"\s?[/.\-]?\s?"
_ORDERS = {
    "dmy": rf"{_DAY}{_SIGN}{_MONTH}{_SIGN}{_YEAR}",
    "mdy": rf"(?:mm?|мм?){_SIGN}(?:dd?|дд?){_SIGN}{_YEAR}",
    "ymd": rf"{_YEAR}{_SIGN}{_MONTH}{_SIGN}(?:dd|tt|jj|gg|дд|pp|d)",
    # jj is a day behind aaaa alone, since a German or Dutch year is jjjj.
    "ydm": rf"(?:{_YEAR}{_SIGN}(?:dd?|tt|gg|дд?|pp)|aaaa{_SIGN}jj){_SIGN}(?:mm?|мм?|aa|kk)",
}
_WORDS = {
    "dmy": r"day first|day[/ .-]month[/ .-]year|tag[/ .-]monat[/ .-]jahr|jour[/ .-]mois[/ .-]ann[ée]e"
    r"|d[ií]a[/ .-]mes[/ .-]a[ñn]o|giorno[/ .-]mese[/ .-]anno|日/月/年|日月年",
    "mdy": r"month first|month[/ .-]day[/ .-]year|月/日/年|月日年",
    "ymd": r"year[/ .-]month[/ .-]day|年/月/日",
    "ydm": r"year[/ .-]day[/ .-]month|年/日/月",
}
_CALENDARS = {
    "roc": r"民國|民国|minguo|\br\.?o\.?c\.?(?: year)?\b",
    "buddhist": r"พ\.? ?ศ\.?|buddhist|\bb\.e\.|仏暦|佛历|佛曆",
    "persian": r"شمسی|شمسي|جلالی|jalali|shamsi|solar hijri|persian calendar",
    "hijri": r"هجري|هجرية|هجری|hijri|\ba\.?h\.?\b",
    "unknown": r"\bb\.? ?s\.?(?!\w)|\bv\. ?s\.|\bnepali|\bbikram|\bvikram|वि\. ?सं|विक्रम|\be\.? ?c\.?(?!\w)|ethiop|የኢትዮ|ዓ\. ?ም"
    r"|\bjulian\b|\bo\. ?s\.|old style|ст\. ?ст|alten stils|\ba\. ?m\.|anno mundi|hebrew|jewish|לוח עברי|coptic|\bsaka\b|शक"
    r"|bengali|বঙ্গাব্দ|বাংলা",
}
_OURS = re.compile(
    r"gregor|グレゴリオ|公曆|公历|西元|西曆|西暦|公元|میلادی|ميلادي|ค\.? ?ศ\.?|양력|新曆|新历|陽曆|阳历"
)
# (X.Y.) or "X.Y. calendar": some reckoning of time that is not listed above; (U.S.) and (d.o.b.) are none.
_ABBREVIATION = re.compile(r"[(\[（]\s*((?:[^\W\d_]\w{0,2}\.\s?){2,3})\s*[)\]）]")
_NO_CALENDAR = frozenset("us uk usa eu dob dod ad ce bc bce gm am pm ie eg na ns нс".split())
_SOME = re.compile(
    r"\b(?:calendar|kalend[ae]r|calendrier|calendario|calendário|takvim)|календар|曆|暦|农历|農曆|阴历|\blunar|음력|पंचांग|पात्रो|تقویم|تقويم"
)


def order(name: str) -> tuple[str, str] | None:
    """dmy, mdy, ymd or ydm, and the words that say so; None when the name is silent or says two things."""
    text, found = name.casefold(), {}
    for order_, shape in _ORDERS.items():
        match = re.search(rf"(?<![^\W\d_])(?:{shape})(?![^\W\d_])", text)
        if match and len(match.group()) >= 5:
            found[order_] = name[match.start() : match.end()]
    for order_, shape in _WORDS.items():
        if match := re.search(shape, text):
            found[order_] = name[match.start() : match.end()]
    return next(iter(found.items())) if len(found) == 1 else None


def calendar(name: str) -> tuple[str, str] | None:
    """The calendar that a name speaks of, and the word for it."""
    for calendar_, shape in _CALENDARS.items():
        if match := re.search(shape, name.casefold()):
            return calendar_, name[match.start() : match.end()]
    return _another(name)


def _another(name: str) -> tuple[str, str] | None:
    """`unknown` where the name speaks of a calendar that is none of the above, nor ours."""
    if _OURS.search(name.casefold()):
        return None
    for found in _ABBREVIATION.finditer(name):
        if re.sub(r"[^\w]", "", found[1].casefold()) not in _NO_CALENDAR:
            return "unknown", found[1].strip()
    some = _SOME.search(name.casefold())
    return ("unknown", some[0]) if some else None
