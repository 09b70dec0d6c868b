"""polars cleans in expressions, pandera checks the frame and names the rows that fail, DuckDB keeps it."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandera.polars as pandera
import polars

from benchmarks.peers.person import COUNTRIES, DATES, GENDERS, LISTS, MBTI, NAMES, NOTHING, measured


def cleaned(frame: polars.DataFrame) -> polars.DataFrame:
    """Trimmed, split, words looked up, dates read."""
    text = polars.col(polars.String).str.strip_chars()
    frame = frame.rename(NAMES).with_columns(text)
    known = polars.col(polars.String).str.to_lowercase().is_in(NOTHING)
    frame = frame.with_columns(polars.when(~known).then(polars.col(polars.String)))
    parts = [
        polars.col(name)
        .str.replace_all("|", ";", literal=True)
        .str.split(";")
        .list.eval(polars.element().str.strip_chars())
        .list.unique(maintain_order=True)
        for name in LISTS
    ]
    frame = frame.with_columns(
        *parts,
        polars.col("gender").str.to_lowercase().replace(GENDERS),
        polars.col("nationality").str.to_lowercase().replace(COUNTRIES),
        polars.col("mbti").str.to_uppercase(),
        polars.coalesce(*map(_date, DATES)).alias("born"),
    )
    lower = polars.element().str.to_lowercase()
    return frame.with_columns(polars.col("occupations").list.eval(lower))


def _date(style: str) -> polars.Expr:
    if style in ("%Y-%m", "%Y"):  # a day is not said: as far as it is known
        pattern = r"^\d{4}-(0[1-9]|1[0-2])$" if style == "%Y-%m" else r"^\d{4}$"
        return polars.when(polars.col("birth_date").str.contains(pattern)).then("birth_date")
    found = polars.col("birth_date").str.to_date(style, strict=False)
    return found.dt.strftime("%Y-%m-%d")


SCHEMA = pandera.DataFrameSchema(
    {
        "name": pandera.Column(str, pandera.Check.str_length(1, 200)),
        "name_en": pandera.Column(str, pandera.Check.str_length(0, 200), nullable=True),
        "gender": pandera.Column(str, nullable=True),
        "nationality": pandera.Column(str, pandera.Check.str_length(0, 100), nullable=True),
        "mbti": pandera.Column(str, pandera.Check.isin(MBTI), nullable=True),
        "dated": pandera.Column(bool, pandera.Check.eq(True)),
        "description": pandera.Column(str, pandera.Check.str_length(0, 20_000), nullable=True),
        "image_url": pandera.Column(
            str, pandera.Check.str_matches(r"^https?://[^\s/]+\.[^\s/]+"), nullable=True
        ),
        "source": pandera.Column(str, pandera.Check.str_length(0, 1_000), nullable=True),
    }
)


def load(file: Path, folder: Path) -> tuple[int, int]:
    """Rows written, and rows in quarantine."""
    frame = cleaned(polars.read_csv(file, infer_schema=False))
    dated = polars.col("birth_date").is_null() | polars.col("born").is_not_null()
    frame = frame.with_columns(dated.alias("dated")).with_row_index("row")
    bad: list[int] = []
    try:
        SCHEMA.validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as error:
        bad = error.failure_cases["index"].drop_nulls().unique().to_list()
    good = frame.filter(~polars.col("row").is_in(bad)).with_columns(birth_date="born")
    good = good.drop("row", "born", "dated")
    with duckdb.connect(str(folder / "people.duckdb")) as connection:
        connection.register("good", good.to_arrow())
        connection.execute("CREATE TABLE people AS SELECT * FROM good")
    return len(good), len(frame) - len(good)


if __name__ == "__main__":
    measured(load)
