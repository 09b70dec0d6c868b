"""Year, month and day of a birth in columns of their own, where no column holds the whole date."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from core.dates.months import NAMES, fold
from core.ingest.columns.scores import Column

_YEAR = re.compile(r"[12]\d{3}(?:\.0)?")
_SMALL = re.compile(r"(\d{1,2})(?:\.0)?")
_MOST = 0.8  # of the values must be years, months or days; 0 and the like stand for "not known"


def find(about: frozenset[str], columns: Sequence[Column]) -> dict[str, int]:
    """Part of the date to its column; empty where there are no year and month, or one column holds more.

    `about` is what the date is about, such as birth. Numbers up to 12 and up to 31 look alike, so of two
    such columns the one whose header speaks of a month is it.
    """
    mine = [i for i, c in enumerate(columns) if about and _speaks(about, c)]
    if any(columns[i].profile.kinds["date"] for i in mine):
        return {}
    years = [i for i in mine if _most(columns[i], _is_year)]
    months = [i for i in mine if _most(columns[i], _is_month) and _says(columns[i], _MONTHS)]
    if len(years) != 1 or len(months) != 1:
        return {}
    days = [i for i in mine if i not in months and _most(columns[i], _is_day)]
    found = {"year": years[0], "month": months[0]}
    return found | ({"day": days[0]} if len(days) == 1 else {})


# Stems of the word for a month, folded as headers are.
_MONTHS = re.compile(
    "month|monat|mois|mes|mese|maand|месяц|месец|місяць|miesiac|mesic|mjesec|mesec|manad|maned|kuukausi|honap|bulan"
    "|thang|월|月|شهر|ماه|חודש|เดือน|महीना|μηνας|menuo|mwezi"
)


def _speaks(about: frozenset[str], column: Column) -> bool:
    said = column.meaning
    whose = said.about - {"date"}  # date_of_birth.year
    return bool(whose) and whose <= about and said.what in (None, "date")


def _says(column: Column, words: re.Pattern[str]) -> bool:
    return words.search(fold(column.header.text)) is not None


def _most(column: Column, fits: Callable[[str], bool]) -> bool:
    counts = column.profile.counts
    told = {text: n for text, n in counts.items() if text.strip("0.")}
    hits = sum(n for text, n in told.items() if fits(text))
    return bool(told) and hits >= _MOST * sum(told.values())


def _is_year(text: str) -> bool:
    return _YEAR.fullmatch(text) is not None


def _is_month(text: str) -> bool:
    number = _SMALL.fullmatch(text)
    return 1 <= int(number[1]) <= 12 if number else fold(text).strip(".") in NAMES


def _is_day(text: str) -> bool:
    number = _SMALL.fullmatch(text)
    return number is not None and 1 <= int(number[1]) <= 31
