"""CA, GA, AL: a column of codes may be of countries or of the states of the United States. The other codes show it.

Where each code of a column is of both, or some are of states alone (NY) and none of countries alone (FR), nothing is
taken for a country, and it is asked. So it is of Georgia among names of other states.
"""

from __future__ import annotations

import duckdb

from core.characters.words import word as folded_word
from core.cleaning.plan import Plan
from core.cleaning.step import Step
from core.cleaning.steps.states import CODES
from core.datasets import vocabulary
from core.datasets.model import Dataset

COUNTRIES = "countries"
ENOUGH = 3  # different codes of both: fewer are a country or two
MANY = 2_000  # different texts of a column; no column of countries has more
NAMES = frozenset(
    "alabama,alaska,arizona,arkansas,california,colorado,connecticut,delaware,florida,hawaii,idaho,illinois,indiana,"
    "iowa,kansas,kentucky,louisiana,maine,maryland,massachusetts,michigan,minnesota,mississippi,missouri,montana,"
    "nebraska,nevada,new hampshire,new jersey,new mexico,new york,north carolina,north dakota,ohio,oklahoma,oregon,"
    "pennsylvania,rhode island,south carolina,south dakota,tennessee,texas,utah,vermont,virginia,washington,"
    "west virginia,wisconsin,wyoming".split(",")
)


def from_head(
    cursor: duckdb.DuckDBPyConnection,
    head: str,
    dataset: Dataset,
    plan: Plan,
    steps: tuple[Step, ...],
) -> tuple[Step, ...]:
    """The steps, with codes left open that may be of states."""
    if plan.recipe is not None:
        return steps
    columns = plan.fields()
    return tuple(
        (
            _decided(cursor, f"c{columns[s.field or '']}", head, s)
            if s.op == "vocabulary" and s.value == COUNTRIES and s.field in columns
            else s
        )
        for s in steps
    )


def _decided(cursor: duckdb.DuckDBPyConnection, x: str, head: str, step: Step) -> Step:
    rows = cursor.execute(
        f"SELECT DISTINCT trim({x}) AS text FROM {head} WHERE {x} <> '' ORDER BY text LIMIT {MANY}"
    ).fetchall()
    texts = {folded_word(text) for (text,) in rows}
    known = vocabulary.load(COUNTRIES)
    codes = {t for t in texts if len(t) == 2 and t.isalpha()}
    both = {t for t in codes & CODES if t in known}
    states = codes & (CODES - known.keys())
    if texts - codes:  # names of countries, or something else
        named = texts & NAMES
        both = {"georgia"} & texts if len(named) >= ENOUGH else set()
        found = f"{len(named)} other values are states of the United States"
    elif any(t in known for t in codes - CODES):
        return step
    else:
        found = f"each of the {len(codes)} codes is of a state of the United States, too"
        both = both if states or len(both) >= ENOUGH else set()
    if not both:
        return step
    return step.model_copy(update={"words": tuple(sorted(both)), "reason": found})
