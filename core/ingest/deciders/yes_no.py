"""In which language a column of yes and no speaks: the one that knows the most of its values, where all such agree.

Single letters (e, h) are taken for words only where one language has all of the column's values, a yes and a no.
"""

from __future__ import annotations

import duckdb

from core.characters.words import word
from core.cleaning import types
from core.cleaning.plan import Plan
from core.cleaning.step import Step
from core.cleaning.steps.yes_no import LANGUAGES, WORDS
from core.datasets.model import Dataset, Field
from core.ingest.deciders.tidied import columns

_PLAIN = {
    **dict.fromkeys(map(word, types.TRUE), True),
    **dict.fromkeys(map(word, types.FALSE), False),
}


def from_head(
    cursor: duckdb.DuckDBPyConnection,
    head: str,
    dataset: Dataset,
    plan: Plan,
    steps: tuple[Step, ...],
) -> tuple[Step, ...]:
    """The language of each column of yes and no that needs one."""
    found: list[Step] = []
    for field, texts in columns(cursor, head, dataset, plan, steps, lambda f: f.type == "boolean"):
        found += _decided(field, texts)
    return (*steps, *found)


def _decided(field: Field, texts: dict[str, int]) -> list[Step]:
    said = {word(text) for text in texts}
    scores = {code: _score(said, words) for code, words in WORDS.items()}
    most = max(scores.values())
    if not most:
        return []
    best = [code for code, score in scores.items() if score == most]
    meant = [{w: {**_PLAIN, **WORDS[code]}.get(w) for w in said} for code in best]
    if any(other != meant[0] for other in meant):
        return []
    shown = [t for t in texts if word(t) in WORDS[best[0]]][:4]
    words = ", ".join(f"“{t}” ({'yes' if WORDS[best[0]][word(t)] else 'no'})" for t in shown)
    reason = f"the column has {words}: {LANGUAGES[best[0]]}"
    return [Step(op="yes_no", field=field.name, value=best[0], reason=reason)]


def _score(said: set[str], words: dict[str, bool]) -> int:
    """How many of the values a language knows; 0 where it adds nothing to what is always read, or is no evidence."""
    own = {w for w in said if w in words and _PLAIN.get(w) is not words[w]}
    if not own:
        return 0
    if all(len(w) == 1 and w.isalpha() and w < "\u0600" for w in own):
        whole = said <= words.keys() and len({words[w] for w in said}) == 2
        return len(said) if whole else 0
    return sum(w in words or w in _PLAIN for w in said)
