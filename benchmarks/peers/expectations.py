"""Great Expectations checks a cleaned pandas frame and names the rows that fail; DuckDB keeps the others."""

from __future__ import annotations

import os
from pathlib import Path

os.environ["GX_ANALYTICS_ENABLED"] = "false"

import duckdb  # noqa: E402
import great_expectations as gx  # noqa: E402
import pandas  # noqa: E402

from benchmarks.peers.person import MBTI, clean, iso, measured  # noqa: E402


def expectations() -> list[gx.expectations.Expectation]:
    """The rules of a person."""
    expect = gx.expectations
    lengths = {
        "name": 200,
        "name_en": 200,
        "nationality": 100,
        "description": 20_000,
        "source": 1_000,
    }
    return [
        expect.ExpectColumnValuesToNotBeNull(column="name"),
        expect.ExpectColumnValuesToBeInSet(column="mbti", value_set=list(MBTI)),
        expect.ExpectColumnValuesToBeInSet(column="dated", value_set=[True]),
        expect.ExpectColumnValuesToMatchRegex(
            column="image_url", regex=r"^https?://[^\s/]+\.[^\s/]+"
        ),
        *(
            expect.ExpectColumnValueLengthsToBeBetween(column=name, min_value=1, max_value=most)
            for name, most in lengths.items()
        ),
    ]


def load(file: Path, folder: Path) -> tuple[int, int]:
    """Rows written, and rows in quarantine."""
    raw = pandas.read_csv(file, dtype=str, keep_default_na=False)
    frame = pandas.DataFrame([clean(row) for row in raw.to_dict("records")])
    frame["dated"] = True
    for place, text in frame["birth_date"].dropna().items():
        try:
            frame.at[place, "birth_date"] = iso(text)
        except ValueError:
            frame.at[place, "dated"] = False
    context = gx.get_context(mode="ephemeral")
    asset = context.data_sources.add_pandas("people").add_dataframe_asset("people")
    batch = asset.add_batch_definition_whole_dataframe("all")
    suite = context.suites.add(gx.ExpectationSuite("person", expectations=expectations()))
    checked = batch.get_batch({"dataframe": frame}).validate(
        suite, result_format={"result_format": "COMPLETE"}
    )
    bad = {row for one in checked.results for row in one.result.get("unexpected_index_list") or ()}
    good = frame.drop(index=sorted(bad)).drop(columns="dated")
    with duckdb.connect(str(folder / "people.duckdb")) as connection:
        connection.register("good", good)
        connection.execute("CREATE TABLE people AS SELECT * FROM good")
    return len(good), len(frame) - len(good)


if __name__ == "__main__":
    measured(load)
