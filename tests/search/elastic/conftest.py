"""One real node for all tests of this folder; where there can be none, they are skipped with the reason."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.elasticsearch import Node, Unavailable

# One group: all of them run in one worker, so that one node is started.
MARKS = (pytest.mark.integration, pytest.mark.xdist_group("elasticsearch"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All tests of this folder need the node."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            for mark in MARKS:
                item.add_marker(mark)


@pytest.fixture(scope="session", name="_started")
def _start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    node = Node(tmp_path_factory.mktemp("elasticsearch"))
    try:
        node.start()
    except Unavailable as error:
        pytest.skip(str(error))
    yield node
    node.stop()


@pytest.fixture
def node(_started: Node) -> Iterator[Node]:
    """The node; it runs again after a test that killed or paused it."""
    yield _started
    _started.ensure()
