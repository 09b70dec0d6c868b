"""The records that queries are asked of, in a database of their own."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from core import Workbench
from core.datasets.model import from_dict
from core.settings import Settings
from tests.records.things import DATASET, RECORDS


@pytest.fixture(scope="module")
def things(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    home = tmp_path_factory.mktemp("things")
    settings = Settings(
        database=home / "m.duckdb", data_dir=home / "data", datasets_dir=home / "datasets"
    )
    with Workbench.open(settings=settings) as wb:
        wb.save_dataset(from_dict(DATASET))
        rows = [[str(uuid.UUID(int=n)), *r.values()] for n, r in enumerate(RECORDS, 1)]

        def fill(connection: Any) -> None:
            connection.executemany(
                "INSERT INTO things BY NAME SELECT ?::UUID AS record_id, ? AS word,"
                " ?::VARCHAR[] AS labels, ? AS born, ?::BIGINT AS size, ?::DOUBLE AS weight,"
                " ?::BOOLEAN AS good, 1 AS _version",
                rows,
            )

        wb.database.write(fill)
        yield wb
