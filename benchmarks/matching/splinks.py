"""The peer: Splink on DuckDB, set up as its own examples set it up for these data, without labels.

Runs in the environment of the peers: `python -m benchmarks.matching.splinks MODEL FILE FOLDER`. The file has the columns
`unique_id` and those of its model. FOLDER gets one file a threshold (record, cluster); the last line printed is a JSON object.
"""

from __future__ import annotations

import csv
import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

THRESHOLDS = (0.5, 0.8, 0.9, 0.95, 0.99, 0.999)  # probabilities from which pairs are linked
SEED = 2  # of the pairs on which Splink counts u


@dataclass(frozen=True)
class Model:
    """What an example of Splink says: comparisons, blocking, how it is trained, where it links."""

    comparisons: list[Any]
    blocks: list[Any]
    sure: list[Any]
    recall: float
    pairs: float
    train: list[Any]
    threshold: float
    frequencies: bool = True


def model(name: str) -> Model:
    """The model of a set: febrl3, febrl4 or figures."""
    return {"febrl3": _febrl3, "febrl4": _febrl4, "figures": _figures}[name]()


def _febrl3() -> Model:
    import splink.comparison_library as cl
    from splink import block_on

    return Model(
        comparisons=[
            cl.NameComparison("given_name"),
            cl.NameComparison("surname"),
            _born(cl),
            cl.DamerauLevenshteinAtThresholds("soc_sec_id", [2]),
            cl.ExactMatch("street_number").configure(term_frequency_adjustments=True),
            cl.ExactMatch("postcode").configure(term_frequency_adjustments=True),
        ],
        blocks=[
            block_on(c)
            for c in ("soc_sec_id", "given_name", "surname", "date_of_birth", "postcode")
        ],
        sure=[
            block_on("soc_sec_id"),
            block_on("given_name", "surname", "date_of_birth"),
            _turned(),
        ],
        recall=0.9,
        pairs=1e6,
        train=[block_on("date_of_birth"), block_on("postcode")],
        threshold=0.95,
    )


def _febrl4() -> Model:
    import splink.comparison_library as cl
    from splink import block_on

    return Model(
        comparisons=[
            cl.NameComparison("given_name").configure(term_frequency_adjustments=True),
            cl.NameComparison("surname").configure(term_frequency_adjustments=True),
            _born(cl),
            cl.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2]),
            cl.ExactMatch("street_number").configure(term_frequency_adjustments=True),
            cl.DamerauLevenshteinAtThresholds("postcode", [1, 2]).configure(
                term_frequency_adjustments=True
            ),
        ],
        blocks=[
            block_on("given_name", "surname"),
            "l.given_name = r.surname and l.surname = r.given_name",
            *(block_on(c) for c in ("date_of_birth", "soc_sec_id", "postcode")),
            *(block_on(c, "address_1") for c in ("state", "street_number")),
        ],
        sure=[block_on("soc_sec_id"), block_on("given_name", "surname", "date_of_birth")],
        recall=0.8,
        pairs=1e6,
        train=[block_on("date_of_birth"), block_on("postcode")],
        threshold=0.99,
        frequencies=False,
    )


def _figures() -> Model:
    import splink.comparison_library as cl
    from splink import block_on

    post = "substr(postcode_fake,1,3)"
    return Model(
        comparisons=[
            cl.ForenameSurnameComparison(
                "first_name", "surname", forename_surname_concat_col_name="both_names"
            ),
            cl.DateOfBirthComparison("dob", input_is_string=True),
            cl.PostcodeComparison("postcode_fake"),
            cl.ExactMatch("birth_place").configure(term_frequency_adjustments=True),
            cl.ExactMatch("occupation").configure(term_frequency_adjustments=True),
        ],
        blocks=[
            block_on("substr(first_name,1,3)", "substr(surname,1,4)"),
            *(block_on(c, "dob") for c in ("surname", "first_name", "birth_place", post)),
            *(block_on("postcode_fake", c) for c in ("first_name", "surname")),
            *(block_on(post, c) for c in ("first_name", "surname")),
            block_on("substr(first_name,1,2)", "substr(surname,1,2)", "substr(dob,1,4)"),
        ],
        sure=[
            block_on("first_name", "surname", "dob"),
            block_on("substr(first_name,1,2)", "surname", "substr(postcode_fake,1,2)"),
            block_on("dob", "postcode_fake"),
        ],
        recall=0.6,
        pairs=1e7,
        train=[block_on("first_name", "surname"), block_on("dob")],
        threshold=0.95,
        frequencies=False,
    )


def _born(cl: Any) -> Any:
    return cl.DateOfBirthComparison("date_of_birth", input_is_string=True, datetime_format="%Y%m%d")


def _turned() -> str:
    return "l.given_name = r.surname and l.surname = r.given_name and l.date_of_birth = r.date_of_birth"


def _linked(chosen: Model, relation: Any, api: Any) -> tuple[Any, Any]:
    """The trained model and its pairs."""
    from splink import Linker, SettingsCreator

    settings = SettingsCreator(
        link_type="dedupe_only",
        blocking_rules_to_generate_predictions=chosen.blocks,
        comparisons=chosen.comparisons,
    )
    linker = Linker(api.register(relation), settings, log_level=40)
    linker.training.estimate_probability_two_random_records_match(chosen.sure, recall=chosen.recall)
    linker.training.estimate_u_using_random_sampling(max_pairs=chosen.pairs, seed=SEED)
    for rule in chosen.train:
        linker.training.estimate_parameters_using_expectation_maximisation(
            rule, estimate_without_term_frequencies=not chosen.frequencies
        )
    return linker, linker.inference.predict(threshold_match_probability=0.2)


def _clusters(linker: Any, pairs: Any, threshold: float) -> list[tuple[str, str]]:
    found = linker.clustering.cluster_pairwise_predictions_at_threshold(
        pairs, threshold_match_probability=threshold
    )
    return [(str(r["unique_id"]), str(r["cluster_id"])) for r in found.as_record_list()]


def main(name: str, path: str, folder: str) -> None:
    """Link the file; the clusters of every threshold go to FOLDER."""
    from splink import DuckDBAPI

    began, used = time.perf_counter(), time.process_time()
    chosen, api = model(name), DuckDBAPI()
    relation = api.duckdb_con.read_csv(path, all_varchar=True)
    if name == "figures":
        relation = relation.project("*, first_name || ' ' || surname AS both_names")
    linker, pairs = _linked(chosen, relation, api)
    _clusters(linker, pairs, chosen.threshold)
    answer = {"seconds": time.perf_counter() - began, "cpu": time.process_time() - used}
    for threshold in THRESHOLDS:
        with Path(folder, f"{threshold}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(_clusters(linker, pairs, threshold))
    print(json.dumps({**answer, "threshold": chosen.threshold}))


if __name__ == "__main__":
    main(*sys.argv[1:])
