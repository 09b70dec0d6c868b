"""When a text holds a word that somebody looks for: as names are compared, but without any marks, and sign by sign."""

from __future__ import annotations

from functools import lru_cache

from core.characters import signs
from core.characters.forms import let, quoted, re2, replaced


@lru_cache(maxsize=256)
def sql(x: str) -> str:
    """SQL for the form of the text in `x` in which words are looked for."""
    table = {c: to for c, to in signs.base().items() if not c.isascii() and c.lower() == c}
    ascii_ = {c: to for c, to in signs.base().items() if c.isascii() and not c.isalpha()}
    ascii_ = dict(sorted(ascii_.items(), key=lambda pair: pair[1] == ""))
    low = f"lower(strip_accents({x}))"
    mapped = f"CASE WHEN regexp_matches(z, '[{re2(table)}]') THEN strip_accents({replaced('z', table)}) ELSE z END"
    plain = f"translate(y, {quoted(''.join(ascii_))}, {quoted(''.join(ascii_.values()))})"
    plain = f"CASE WHEN regexp_matches(y, '[{re2(ascii_)}]') THEN {plain} ELSE y END"
    return let("z", low, let("y", mapped, plain))
