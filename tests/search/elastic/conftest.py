"""One real node for all tests of this folder; where there can be none, they are skipped with the reason."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from elasticsearch import ApiError, Elasticsearch

from core import Workbench
from core.search import room
from core.search.elastic import server as servers
from core.settings import Settings
from tests.servers.elasticsearch import Node, Unavailable

Opener = Callable[..., Workbench]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All tests of this folder that ask for the node."""
    for item in items:
        names = getattr(item, "fixturenames", ())
        if Path(__file__).parent in item.path.parents and "started" in names:
            item.add_marker(pytest.mark.integration)


@pytest.fixture(scope="session", name="started")
def _start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    node = Node(tmp_path_factory.mktemp("elasticsearch"))
    try:
        node.start()
    except Unavailable as error:
        pytest.skip(str(error))
    yield node
    node.stop()


@pytest.fixture
def node(started: Node) -> Iterator[Node]:
    """The node; it runs again after a test that killed or paused it."""
    yield started
    started.ensure()


@pytest.fixture(scope="session")
def served(
    started: Node, lasting: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Workbench]:
    """The people of the other tests, searched on the server."""
    home = tmp_path_factory.mktemp("served")
    shutil.copyfile(lasting, home / "m.duckdb")
    with Workbench.open(settings=_settings(home, started)) as workbench:
        workbench.search("")
        yield workbench


@pytest.fixture
def opened(node: Node, empty_database: Path, tmp_path: Path) -> Iterator[Opener]:
    """Opens a workbench of its own on the server; what waits, waits shortly."""
    made: list[Workbench] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(room, "AGAIN", 0.2)
        patch.setattr(servers, "PAUSE", 0.1)

        def open_(**more: Any) -> Workbench:
            home = tmp_path / "own"
            if not home.exists():
                home.mkdir()
                shutil.copyfile(empty_database, home / "m.duckdb")
            own = {"search_prefix": f"t{abs(hash(str(tmp_path))) % 10**9}", **more}
            made.append(Workbench.open(settings=_settings(home, node, **own)))
            return made[-1]

        yield open_
        node.ensure()
        for workbench in made:
            workbench.close()
        # A node with many indexes starts later.
        with suppress(ApiError), Elasticsearch(node.url) as client:
            for name in client.indices.get(index="t*-*"):
                client.indices.delete(index=name)


def _settings(home: Path, node: Node, **more: Any) -> Settings:
    places = {"database": home / "m.duckdb", "data_dir": home / "data"}
    return Settings(**places, datasets_dir=home / "datasets", search_url=node.url, **more)


def until(fits: Callable[[], bool], seconds: float = 60) -> None:
    """Wait for it; fail when it does not come."""
    end = time.monotonic() + seconds
    while not fits():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.15)
