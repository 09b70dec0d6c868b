"""Values that may be several, as SQL: "a, b and c" is three in a list, singer/actor two, and "US; GB" two countries."""

from __future__ import annotations

from core.characters.words import sql as word_sql
from core.datasets.meaning import CONJUNCTIONS
from core.storage.sql import literal

# The last element of a list with commas that joins two more, or begins with the word that joins it to those before.
_LAST = rf"(?i)(?:^|\s)(?:{CONJUNCTIONS})\s+\S|\pL{{3}}\s*&\s*\pL{{3}}|\p{{Han}}{{2}}[和与與及]\p{{Han}}{{2}}"
_SLASH = r"\pL{3}\s?/\s?\pL{3}"
_PARTS = rf"(?i)\s*[;|,/&+、，；]\s*|\s+(?:{CONJUNCTIONS})\s+|\b[-–]\b"
_COMMAS = r"[,，、]"
_HARD = r"[;|；\n]"


def in_list(t: str, v: str) -> str:
    """SQL condition: an element of the list `v`, cut from the text `t`, may be several."""
    commas = (
        f"regexp_matches({t}, {literal(_COMMAS)}) AND NOT regexp_matches({t}, {literal(_HARD)})"
    )
    last = f"CASE WHEN len({v}) > 1 AND {commas} THEN regexp_matches({v}[-1], {literal(_LAST)}) END"
    slash = f"contains({t}, '/') AND NOT contains({t}, '://') AND regexp_matches({t}, {literal(_SLASH)})"
    return f"CASE WHEN {slash} THEN true ELSE {last} END"


def of_vocabulary(v: str, vocabulary: str) -> str:
    """SQL condition: the text in `v` is no word of the vocabulary, and all of its parts are."""
    known = "TRY_CAST({x} AS staging.vocabulary_" + vocabulary + ")"
    parts = f"string_split_regex({v}, {literal(_PARTS)})"
    unknown = f"list_filter({parts}, lambda p: {known.format(x=word_sql('p'))} IS NULL)"
    odd = f"strlen({v}) < 200 AND {known.format(x=word_sql(v))} IS NULL"
    return f"CASE WHEN {odd} AND regexp_matches({v}, {literal(_PARTS)}) THEN {unknown} = [] END"
