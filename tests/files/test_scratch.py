"""The DuckDB that looks into files: it keeps nothing of them, and an instance that is lost is replaced."""

from __future__ import annotations

import os
from pathlib import Path

import duckdb
import pytest

from core.files import scratch
from core.files.table import Table


def test_a_file_that_was_replaced_is_read_anew(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    sql = f"SELECT NULL::BIGINT AS _line, c0 FROM read_csv('{path}', columns = {{'c0': 'VARCHAR'}})"
    table = Table("csv", ("name",), (), sql, 1, "line")
    stamp = 1_700_000_000_000_000_000
    for name in ("Ada", "Eva"):  # of one size, and of one time
        path.write_text(f"name\n{name}\n")
        os.utime(path, ns=(stamp, stamp))
        assert list(table.rows()) == [[name]]


def test_readers_do_not_disturb_each_other(tmp_path: Path) -> None:
    sql = "SELECT NULL::BIGINT AS _line, range::VARCHAR AS c0 FROM range(20_000)"
    table = Table("csv", ("number",), (), sql, 1, "line")
    first, second = table.rows(), table.rows()
    pairs = list(zip(first, second))
    assert len(pairs) == 20_000 and all(a == b for a, b in pairs)


def test_an_instance_that_is_lost_is_replaced() -> None:
    with pytest.raises(duckdb.FatalException):
        with scratch.looking():
            raise duckdb.FatalException("the database has been invalidated")
    with scratch.looking() as connection:
        assert connection.execute("SELECT 42").fetchone() == (42,)
