"""Merges are in the history: the database is made again from raw files and history with them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from core import Workbench
from core.cli.main import main

Named = Callable[[str], str]


def _records(wb: Workbench) -> dict[str, object]:
    return {str(r["record_id"]): r for r in wb.sql("SELECT * FROM celebrities").rows()}


def test_a_rebuilt_database_has_what_merges_made(
    people: Workbench, named: Named, tmp_path: Path
) -> None:
    settings = people.settings
    a, b = named("Ada Lovelace"), named("Ada Lovelase")
    c, d = named("Grace Hopper"), named("Grace Kelly")
    people.matching.merge([a, b])
    apart = people.matching.merge([c, d])
    people.edit("celebrities", c, {"description": "x"})
    people.matching.unmerge(str(apart.id))
    before = _records(people)
    people.close()
    new = tmp_path / "again.duckdb"
    place = ["--db", str(settings.database), "--data-dir", str(settings.data_dir)]
    assert main(["rebuild", "--to", str(new), *place]) == 0
    with Workbench.open(settings=settings.model_copy(update={"database": new})) as wb:
        assert _records(wb) == before
        assert wb.check(deep=True).findings == ()
        assert wb.record("celebrities", b)["record_id"] == a
        assert len(wb.matching.merges()) == 1
