"""Doubles within a file, as the oracle finds them, however many keys are held against each other at once."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings, strategies as st

from core import Workbench
from core.ingest.rows import duplicates
from tests.oracle import Model

NAMES = st.sampled_from(["Ann", "ann", "Bob", "Bób", "Cid", "Dan", ""])
DATES = st.sampled_from(["", "1990", "1990-05", "1990-05-01", "1990-05-02", "1991-05-01", "-0044"])
ROWS = st.lists(st.tuples(NAMES, DATES), min_size=1, max_size=9)


@pytest.fixture(scope="module")
def wb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    home: Path = tmp_path_factory.mktemp("duplicates")
    with Workbench.open(home / "m.duckdb", data_dir=home / "data") as workbench:
        yield workbench


@pytest.mark.parametrize("at_once", [duplicates.KEYS, 2])
@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=ROWS)
@example(rows=[("Ann", "1990"), ("Ann", "1990-05-01")])
@example(rows=[("Ann", "1990-05-02"), ("Ann", "1990-05-01")])
@example(rows=[("Ann", ""), ("Ann", "1990-05-01"), ("ann", "1991-05-01")])
def test_duplicates(
    wb: Workbench, monkeypatch: pytest.MonkeyPatch, at_once: int, rows: list[tuple[str, str]]
) -> None:
    monkeypatch.setattr(duplicates, "KEYS", at_once)
    text = io.StringIO()
    csv.writer(text).writerows([("name", "birth_date", "note"), *((*row, "x") for row in rows)])
    preview = wb.preview([text.getvalue().encode()], filename="people.csv")
    model = Model(wb.dataset("celebrities")).outcome(
        [{"name": name, "birth_date": born} for name, born in rows],
        ("name", "birth_date"),
        "upsert",
        "",
    )
    found = {c.row: c.outcome for c in preview.changes(limit=100)}
    assert found == model.rows
    wb.cancel(preview.id)
