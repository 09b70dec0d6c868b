"""New records against an index of many give what reading all of them would give."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.matching import people as made
from core import Workbench
from core.datasets.model import from_dict
from core.matching import index

NAMES = ("id", "cluster", "name", "born", "place", "code", "gender", "job")
Pairs = dict[tuple[str, str], tuple[float, bool]]


@pytest.fixture
def many(wb: Workbench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workbench:
    """600 people, some of them several times and some with one name in two scripts, compared with an index kept."""
    monkeypatch.setattr(index, "LEAST", 100)
    monkeypatch.setattr(index, "PART", 250)
    fields = [{"name": n} for n in NAMES]
    wb.datasets.save(from_dict({"name": "many", "fields": fields, "key": {"fields": ["id"]}}))
    _bring(wb, tmp_path, 600, seed=1)
    wb.matching.run("many")
    return wb


def _bring(wb: Workbench, folder: Path, rows: int, seed: int, change: int = 0) -> str:
    path = folder / f"people-{seed}-{change}.csv"
    made.write(path, rows, seed)
    lines = path.read_text("utf-8").splitlines()
    mark = "" if seed == 1 else f"s{seed}"
    body = [f"{mark}{line}" for line in lines[1:]]
    if seed != 1:  # people of the first file again, with other errors
        first = (folder / "people-1-0.csv").read_text("utf-8").splitlines()[1:]
        body += [f"t{line}" for line in first[:60]]
        body += [
            "u1,x,Ana Zz,1950-01-02,,,,",
            "u2,x,周杰伦,1979-01-18,,,,",
            "u3,x,Chou Jielun,1979-01-18,,,,",
        ]
    path.write_text("\n".join([lines[0], *body]) + "\n", "utf-8")
    mapping = dict(zip(made.FIELDS, NAMES))
    return wb.import_file(path, "many", mapping=mapping).id


def _pairs(wb: Workbench) -> Pairs:
    rows = wb.database.read(
        lambda c: c.execute(
            "SELECT left_id::VARCHAR, right_id::VARCHAR, weight, twin FROM ops.match_pairs WHERE dataset = 'many'"
        ).fetchall()
    )
    return {(a, b): (w, t) for a, b, w, t in rows}


def test_what_changed_gets_the_pairs_and_weights_of_all(
    many: Workbench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = _pairs(many)
    _bring(many, tmp_path, 50, seed=2)
    some = next(iter(many.records("many", limit=1).rows()))
    many.edit("many", str(some["record_id"]), {"born": "1931-02-03"})
    gone = str([r["record_id"] for r in many.records("many", limit=9).rows()][-1])
    many.records.delete("many", gone)
    model = many.database.read(lambda c: c.execute("SELECT * FROM ops.match_runs").fetchall())
    run = many.matching.run("many", whole=False)
    assert run.incremental and run.compared == 114
    with_index = _pairs(many)
    assert len(with_index) > len(before) + 50
    many.database.write(
        lambda c: c.execute("DELETE FROM ops.match_runs WHERE run_id = ?", [run.id])
    )
    assert model == many.database.read(
        lambda c: c.execute("SELECT * FROM ops.match_runs").fetchall()
    )
    monkeypatch.setattr(index, "known", lambda *_: None)  # the same run again, reading everything
    again = many.matching.run("many", whole=False)
    assert (again.compared, again.records, again.links) == (run.compared, run.records, run.links)
    assert _pairs(many) == with_index


def test_the_index_follows_run_by_run(many: Workbench, tmp_path: Path) -> None:
    def rows() -> list[tuple[object, ...]]:
        return many.database.read(
            lambda c: c.execute(
                "SELECT record_id, same, list_sort(blocks), list_sort(words) FROM ops.match_index ORDER BY 1"
            ).fetchall()
        )

    upload = _bring(many, tmp_path, 30, seed=3)
    many.matching.run("many", whole=False)
    step_by_step = rows()
    many.matching.run("many")
    assert step_by_step == rows() and len(step_by_step) == many.records.count("many")
    many.rollback(upload)
    many.matching.run("many", whole=False)
    assert len(rows()) == many.records.count("many") == 600


def test_somebody_is_found_by_the_index_and_by_what_came_since(
    many: Workbench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = {"name": "Ana Zz", "born": "1950-01-02"}
    _bring(many, tmp_path, 30, seed=4)
    found = many.matching.find(asked, "many")
    assert found[0].record["id"] == "u1"
    monkeypatch.setattr(index, "known", lambda *_: None)
    assert many.matching.find(asked, "many") == found
