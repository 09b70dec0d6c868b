"""What somebody gives as a file: bytes of every kind are one, and what is none is told with the way in."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from core import Workbench
from core.errors import InputError

BYTES = "name\nZoë\n".encode()
TAKEN: dict[str, Callable[[], Any]] = {
    "bytes": lambda: BYTES,
    "a bytearray": lambda: bytearray(BYTES),
    "a memoryview": lambda: memoryview(BYTES),
    "a text in memory": lambda: io.StringIO(BYTES.decode()),
    "an open file": lambda: io.BytesIO(BYTES),
    "pieces": lambda: [BYTES[:4], memoryview(BYTES[4:])],
}
REFUSED: dict[str, tuple[Callable[[], Any], str]] = {
    "a file opened as text": (lambda: io.TextIOWrapper(io.BytesIO(BYTES)), "rb"),
    "an array": (lambda: np.array([["Zoë"]]), "columns="),
    "an array with names": (lambda: np.recarray((1,), dtype=[("name", "U5")]), "columns="),
    "a column of pandas": (lambda: pd.Series(["Zoë"]), "to_frame"),
    "a column of polars": (lambda: pl.Series(["Zoë"]), "to_frame"),
    "a column of Arrow": (lambda: pa.array(["Zoë"]), "pa.table"),
    "rows": (lambda: [{"name": "Zoë"}], "DataFrame"),
    "columns": (lambda: {"name": ["Zoë"]}, "DataFrame"),
    "pieces of text": (lambda: ["name", "Zoë"], "encode"),
    "nothing": (lambda: None, "path"),
}


@pytest.mark.parametrize("kind", TAKEN)
def test_taken(wb: Workbench, kind: str) -> None:
    wb.import_file(TAKEN[kind]())
    assert [r["name"] for r in wb.records().rows()] == ["Zoë"]


@pytest.mark.parametrize("kind", REFUSED)
def test_refused_with_the_way_in(wb: Workbench, kind: str) -> None:
    make, hint = REFUSED[kind]
    with pytest.raises(InputError) as caught:
        wb.import_file(make())
    assert hint in caught.value.hint


def test_a_closed_file(wb: Workbench, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(BYTES)
    with path.open("rb") as file:
        pass
    with pytest.raises(InputError, match="closed"):
        wb.import_file(cast(Any, file))
