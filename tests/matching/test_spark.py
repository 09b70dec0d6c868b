"""The same model on Splink's Spark backend: a real Spark of this machine, and the same pairs as DuckDB finds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from core import Workbench
from core.cli.main import app
from core.datasets.model import from_dict
from core.errors import EngineFailed, InputError
from core.settings import Settings
from tests.servers.spark import Unavailable, libraries

FIELDS: list[dict[str, Any]] = [
    {"name": "name"},
    {"name": "aliases", "type": "list"},
    {"name": "birth_date", "type": "date"},
    {"name": "address"},
    {"name": "city"},
    {"name": "gender"},
    {"name": "n"},
]
ROWS = (
    "Ann Lee;Annie;1990-01-02;Rue Bébé 12;Zürich;f",
    "Anne Lee;;1990-02-01;Rue Bebe 12;Zurich;f",
    "A. Lee;;1990;Rue Bébé 13;Zürich;",
    "Ann Lee;Annie;1990-01-02;Rue Bébé 12;Zürich;f",
    "Lee Ann;Nan;;;Basel;f",
    "Пётр Чайковский;;1840-05-07;;Москва;m",
    "Pyotr Tchaikovsky;;1840-05-07;;Moscow;m",
    "毛泽东;;1893-12-26;;;m",
    "Mao Zedong;;1893-12-26;;;m",
    "Robert Ferdinandsen;Bob;1951-03-04;12345678;Oslo;m",
    "Bob Ferdinansden;;1951-03-05;12345679;Oslo;m",
)


@pytest.fixture(scope="module", name="spark")
def _spark() -> str:
    try:
        return str(libraries())
    except Unavailable as error:
        pytest.skip(str(error))


def _seen(wb: Workbench, name: str) -> tuple[Any, ...]:
    """All that a run keeps: every pair with its weight, levels, bits and reasons, the model, the clusters."""
    pairs = [
        (p.left, p.right, p.weight, p.why, p.bridge)
        for p in wb.matching.pairs(name, min_weight=-99, limit=10_000)
    ]
    return pairs, wb.matching.model(name), [tuple(c) for c in wb.matching.clusters(name)]


@pytest.mark.integration
def test_spark_finds_what_duckdb_finds(
    spark: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the command line, on people of several scripts with twins, codes, places, lists and dates."""
    monkeypatch.setenv("PYTHONPATH", spark)
    monkeypatch.setenv("MARQUEE_SPARK_MASTER", "local[2]")
    for name in ("DATA_DIR", "DATASETS_DIR"):
        monkeypatch.setenv(f"MARQUEE_{name}", str(tmp_path / name.lower()))
    database, file = tmp_path / "m.duckdb", tmp_path / "more.csv"
    lines = (row.replace(",", " ").replace(";", ",") + f",{n}" for n, row in enumerate(ROWS))
    file.write_text("name,aliases,birth_date,address,city,gender,n\n" + "\n".join(lines), "utf-8")
    with Workbench.open(settings=Settings(database=database)) as wb:
        wb.datasets.save(from_dict({"name": "more", "fields": FIELDS, "key": {"fields": ["n"]}}))
        wb.import_file(file, "more")
        here = wb.matching.run("more")
        expected = _seen(wb, "more")
    command = ["matching", "run", "--engine", "spark", "--dataset", "more", "--db", str(database)]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0, done.output
    with Workbench.open(settings=Settings(database=database)) as wb:
        assert _seen(wb, "more") == expected and len(expected[0]) >= 6
        last = wb.matching.last("more")
        assert last and last.summary["pairs"] == here.pairs and last.summary["links"] == here.links


def test_what_spark_cannot_do_is_a_clear_word(
    people: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = people.matching.run().links
    with pytest.raises(InputError, match="no engine 'flink'"):
        people.matching.run(engine="flink")
    with pytest.raises(InputError, match="on DuckDB alone"):
        people.matching.run(whole=False, engine="spark")
    monkeypatch.delenv("PYTHONPATH", raising=False)
    nothing = people.database.path.parent / "no-python"
    people.corridor.settings.spark_python = nothing
    with pytest.raises(EngineFailed, match="could not be started"):
        people.matching.run(engine="spark")
    assert len(people.matching.pairs(min_weight=3.2)) == before  # what was found before stays
