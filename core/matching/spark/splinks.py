"""The model as settings of Splink: its blocks, and the levels of its comparisons with their m and u."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from core.matching import scoring
from core.matching.model import UNIT, Comparison, Model, probability

NONE = {"sql_condition": "ELSE", "label_for_charts": "all", "m_probability": 1, "u_probability": 1}


def settings(model: Model, translate: Callable[[str], str]) -> dict[str, Any]:
    """Settings for records with `n`, `blocks`, `most`, `c0`, `w0` ...; `translate` makes Spark's SQL of DuckDB's."""
    compared = [_comparison(c, i, model, translate) for i, c in enumerate(model.comparisons)]
    if not compared:  # names alone; Splink wants one
        compared = [{"output_column_name": "most", "comparison_levels": [dict(NONE)]}]
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "n",
        "probability_two_random_records_match": probability(model.prior),
        "blocking_rules_to_generate_predictions": [
            {"blocking_rule": "l.blocks = r.blocks", "arrays_to_explode": ["blocks"]}
        ],
        "comparisons": compared,
        "retain_matching_columns": True,  # without them it gives no levels
        "retain_intermediate_calculation_columns": True,
        "additional_columns_to_retain": ["most", *(f"w{i}" for i in range(len(model.comparisons)))],
    }


def _comparison(
    comparison: Comparison, i: int, model: Model, translate: Callable[[str], str]
) -> dict[str, Any]:
    x, y = f"c{i}_l", f"c{i}_r"
    conditions = [translate(each) for each in scoring.conditions(comparison, x, y)]
    missing = {
        "sql_condition": f"{x} IS NULL OR {y} IS NULL",
        "label_for_charts": "missing",
        "is_null_level": True,
    }
    levels = [
        {
            "sql_condition": condition,
            "label_for_charts": level.name,
            **_shares(round(UNIT * min(model.most, level.bits)) / UNIT),
        }
        for condition, level in zip([*conditions, "ELSE"], comparison.levels, strict=True)
    ]
    return {"output_column_name": f"c{i}", "comparison_levels": [missing, *levels]}


def _shares(bits: float) -> dict[str, float]:
    """m and u of a level that says so many bits."""
    most = max(1.0, 2.0**bits)
    return {"m_probability": 2.0**bits / most, "u_probability": 1.0 / most}


def compared(model: Model, predicted: str) -> str:
    """SELECT of `compared` (see `scoring`) from what Splink predicted: it counts levels from the last one on, missing is -1."""
    columns = "".join(
        f", CAST(CASE WHEN gamma_c{i} = -1 THEN NULL ELSE {len(c.levels) - 1} - gamma_c{i} END AS TINYINT) AS v{i},"
        f" w{i}_l AS w{i}"
        for i, c in enumerate(model.comparisons)
    )
    return f"SELECT n_l AS l, n_r AS r, least(most_l, most_r) AS most{columns} FROM {predicted}"
