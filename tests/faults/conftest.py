"""What is killed in the middle leaves sockets and pipes behind on this side, too: they are collected here."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.__main__ import main

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The peer of a connection is dead by intention; that it was not said goodbye to is no fault."""
    quiet = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(quiet)


@pytest.fixture(autouse=True)
def _collected() -> Iterator[None]:
    """Before the next test, whose warnings are errors."""
    yield
    gc.collect()


@pytest.fixture
def held(capsys: pytest.CaptureFixture[str]) -> Callable[..., None]:
    """Tries a fault, and fails when a promise broke. What could not be tried here is skipped, not passed."""

    def run(*words: str) -> None:
        code = main(words)
        told = capsys.readouterr().out
        assert code == 0, told
        found = json.loads(told.splitlines()[-1])
        if found["left out"]:
            pytest.skip("; ".join(f"{what}: {found[what]}" for what in found["left out"]))

    return run
