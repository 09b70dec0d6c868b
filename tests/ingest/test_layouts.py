"""The floor under the mapping of columns, over layouts of lists of people in many languages."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from benchmarks.__main__ import main
from benchmarks.mapping import FOLDER, HALVES, score

RIGHT = 0.97
WRONG = 0.01  # share of the columns that go to a field where they do not belong


@pytest.mark.parametrize("half", HALVES)
def test_nearly_all_columns_go_where_they_belong_and_no_other_becomes_the_name(half: str) -> None:
    found = score(half)
    assert found.key_wrong == 0, found.misses
    assert found.right >= RIGHT, found.misses
    assert found.wrong <= WRONG * found.columns, found.misses


def test_there_are_enough_layouts() -> None:
    halves = [tomllib.loads((FOLDER / f"{half}.toml").read_text("utf-8")) for half in HALVES]
    names = [layout["name"] for half in halves for layout in half["layout"]]
    assert len(names) == len(set(names)) >= 40


def test_a_column_elsewhere_is_counted(tmp_path: Path) -> None:
    (tmp_path / "tuning.toml").write_text(
        '[[layout]]\nname = "x"\ncolumns = ["Company|name", "Name|", "MBTI|mbti"]\nrows = ["a|b|INTJ"]\n',
        "utf-8",
    )
    found = score("tuning", tmp_path)
    assert (found.columns, found.belong, found.wrong, found.key_wrong) == (3, 2, 1, 1)
    assert found.right == 0.5 and [m.column for m in found.misses] == ["Company", "Name"]


def test_the_command_prints_both_halves(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["mapping"]) == 0
    printed = capsys.readouterr().out
    assert (
        "tuning: " in printed and "held_out: " in printed and "wrong for the key field" in printed
    )
