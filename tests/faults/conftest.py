"""What is killed in the middle leaves sockets and pipes behind on this side, too: they are collected here."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

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
