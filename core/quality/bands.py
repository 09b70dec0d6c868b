"""The quality of a record's own values as one of four words: what the search counts beside its hits.

It is the score of completeness and validity with the weights of the dataset (docs/quality.md), as SQL of a record `r`
that looks at nothing but the record. What depends on others (uniqueness, sources, age) is not in it.
"""

from __future__ import annotations

from core.cleaning import checks
from core.datasets.model import Dataset
from core.quality.measures import column, present
from core.storage.sql import literal

BANDS = (("excellent", 95), ("good", 85), ("fair", 70))  # from so many of 100 points on
LOWEST = "poor"
WORDS = (*(word for word, _ in BANDS), LOWEST)


def sql(dataset: Dataset, today: str) -> str:
    """SQL of `r`: the band of a record. `today` is a date (YYYY-MM-DD) for what must not be later."""
    bands = " ".join(f"WHEN score >= {least} THEN {literal(word)}" for word, least in BANDS)
    return f"(SELECT CASE {bands} ELSE {literal(LOWEST)} END FROM (SELECT {_score(dataset, today)} AS score))"


def _score(dataset: Dataset, today: str) -> str:
    """0 to 100: the mean of both dimensions, each by the weights of its fields."""
    weights, filled, bad = list[str](), list[str](), list[str]()
    for field in dataset.fields:
        weight = float(dataset.quality.field(field.name))
        weights.append(f"{weight}")
        filled.append(f"CASE WHEN {present(field)} THEN {weight} ELSE 0 END")
        rules = checks.of_values(field, column(field.name), today)
        if rules:
            broken = " OR ".join(f"coalesce({condition}, false)" for _, _, condition in rules)
            bad.append(f"CASE WHEN ({present(field)}) AND ({broken}) THEN {weight} ELSE 0 END")
    some, all_ = " + ".join(filled), " + ".join(weights)
    complete = f"100.0 * ({some}) / nullif({all_}, 0)"
    valid = f"100.0 * (1 - ({' + '.join(bad) or '0'}) / nullif({some}, 0))"
    a, b = dataset.quality.dimension("completeness"), dataset.quality.dimension("validity")
    return f"({a} * {complete} + {b} * coalesce({valid}, 100)) / {a + b or 1}"
