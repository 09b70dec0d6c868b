"""What the data and the decisions teach the model: repeatable, on any number of threads, and in the right direction."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from benchmarks.matching import people as made
from core import Workbench
from core.datasets.model import from_dict
from core.errors import InputError
from core.matching import training
from core.matching.model import default, from_dict as from_dict_
from core.matching.roles import Compared, Roles

NAMES = ("id", "cluster", "name", "born", "place", "code", "gender", "job")


def _shift(rows: list[tuple[int, int | None]]) -> float:
    with duckdb.connect() as c:
        c.execute("CREATE TEMP TABLE scored (weight INTEGER, said TINYINT)")
        c.executemany("INSERT INTO scored VALUES (?, ?)", rows)
        return training.calibrate(c, default(Roles((), (), (), {}))).calibrated


def test_decisions_move_the_weights_to_where_they_are_right() -> None:
    too_high = [(300, 0)] * 12 + [(300, 1)] * 12 + [(900, 1)] * 5
    assert -4 < _shift(too_high) < -2
    assert _shift([(-w, None if s is None else 1 - s) for w, s in too_high]) == -_shift(too_high)
    assert _shift([(500, 1)] * 50) == 0.0  # of one kind alone nothing is learned
    assert abs(_shift([(200, 1)] * 8 + [(200, 0)] * 2 + [(-200, 0)] * 8 + [(-200, 1)] * 2)) <= 0.25


def test_a_level_that_was_never_seen_is_rare_and_not_impossible() -> None:
    """With hundreds of thousands of pairs its share rounds to nothing, and a kept model must still be usable."""
    kept = default(Roles((), (), (Compared("born", "date"),), {})).as_dict()
    kept["comparisons"][0]["levels"][2]["m"] = 0.0
    level = from_dict_(kept).comparisons[0].levels[2]
    assert -30 < level.bits < -5


@pytest.fixture
def many(wb: Workbench, tmp_path: Path) -> Workbench:
    """500 people, some of them several times."""
    path = tmp_path / "people.csv"
    made.write(path, 500, seed=3)
    fields = [{"name": n} for n in NAMES]
    wb.datasets.save(from_dict({"name": "many", "fields": fields, "key": {"fields": ["id"]}}))
    wb.import_file(path, "many", mapping=dict(zip(made.FIELDS, NAMES)))
    return wb


def test_learning_gives_the_same_on_any_number_of_threads(
    many: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "_ENOUGH", 50)
    truth = {str(r["record_id"]): r["cluster"] for r in many.records("many").rows()}
    many.matching.run("many")
    pairs = many.matching.pairs("many", min_weight=-3, limit=400)
    labels = [(p.left, p.right, truth[p.left] == truth[p.right]) for p in pairs[::2]]

    def once(threads: int) -> tuple[object, ...]:
        many.database.read(lambda c: c.execute(f"SET threads = {threads}"))
        many.matching.run("many", labels=labels)
        found = many.matching.pairs("many", min_weight=-9, limit=10_000)
        return many.matching.model("many"), [(p.left, p.right, p.weight) for p in found]

    one, two, four = once(1), once(2), once(4)
    assert one == two == four and dict(one[0])["trained"]  # type: ignore[call-overload]
    evaluated = many.matching.evaluate("many", truth)
    assert evaluated.b3.f1 > 0.98


def test_a_run_learns_from_decisions_of_people(many: Workbench) -> None:
    many.matching.run("many")
    before = many.matching.model("many")
    pairs = many.matching.pairs("many", min_weight=-9, limit=10_000)
    told = [*pairs[:10], *pairs[-10:]]
    for pair in told:
        many.matching.decide(pair.left, pair.right, "different", dataset="many")
    for pair in pairs[20:26]:
        many.matching.decide(pair.left, pair.right, "same", dataset="many")
    many.matching.run("many")
    after = many.matching.model("many")
    assert after["calibrated"] < 0 and after["prior"] < before["prior"]
    with pytest.raises(InputError):
        many.matching.run("many", labels={pairs[0].left: "x"})
