"""What is said to a slip on the command line: exit code 2 and the nearest word."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

import core
from tests.cli.conftest import Marquee

ROOT = Path(__file__).parents[2]


def test_the_version(marquee: Marquee) -> None:
    for flag in ("--version", "-V"):
        answer = marquee(flag)
        assert (answer.code, answer.out.strip()) == (0, f"Marquee {core.__version__}")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["version"] == core.__version__


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("imprt", "x.csv"), "'import'"),
        (("bakcup",), "'backup'"),
        (("--verson",), "--version"),
        (("--nosuch",), "--nosuch"),
        (("records", "--limt", "3"), "--limit"),
        (("audit", "verfy"), "'verify'"),
        (("import", "x.csv", "--sheet"), "--sheet"),
        (("zzz",), "zzz"),
    ],
)
def test_a_slip_is_told(marquee: Marquee, words: tuple[str, ...], said: str) -> None:
    answer = marquee(*words)
    assert answer.code == 2
    assert said in answer.err and "--help" in answer.err


def test_without_words_the_help_is_shown(marquee: Marquee) -> None:
    answer = marquee()
    assert answer.code == 2 and "Usage" in answer.out + answer.err
