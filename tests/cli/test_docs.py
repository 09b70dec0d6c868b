"""docs/cli.md speaks of every command and every exit code."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from typer.main import get_command

from core.cli.main import EXIT_CODES, app

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "cli.md").read_text("utf-8")
EXAMPLES = re.findall(r"^(?:.*\| )?python -m core (.+)$", PAGE, re.MULTILINE)


def test_every_command_is_there() -> None:
    for name in get_command(app).commands:  # type: ignore[attr-defined]
        assert re.search(rf"`{name}\b", PAGE), name


def test_every_exit_code_is_there() -> None:
    codes = set(re.findall(r"(?:^|[;:] )(\d+) ", EXIT_CODES.replace("\n", " ")))
    assert codes == set(re.findall(r"^\| (\d+) \|", PAGE, re.MULTILINE))


@pytest.mark.parametrize("example", EXAMPLES)
def test_examples_are_understood(example: str) -> None:
    words = shlex.split(example.split(" > ")[0], comments=True)
    command = get_command(app)
    with command.make_context("core", words) as context:
        name, found, rest = command.resolve_command(context, words)  # type: ignore[attr-defined]
        found.make_context(name, rest).close()
