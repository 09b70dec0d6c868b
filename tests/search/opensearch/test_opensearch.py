"""The server engine on a real OpenSearch node: the tests of what is found, answers like those of the folder, changes, a kill."""

from __future__ import annotations

import base64
import http.server
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from core import Workbench
from core.errors import SearchUnavailable
from core.search import room
from core.search.elastic import server as servers
from core.search.elastic.server import Server
from core.settings import Settings
from tests.search import test_search
from tests.search.elastic.conftest import until
from tests.search.elastic.test_same import FILTERS, QUESTIONS, answer
from tests.servers.elasticsearch import Unavailable
from tests.servers.opensearch import OpenSearchNode

Csv = Callable[..., Path]
asked = {n: test for n, test in vars(test_search).items() if n.startswith("test_")}
globals().update({n: pytest.mark.integration(test) for n, test in asked.items()})


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenSearchNode]:
    """One node for all tests; where there can be none, they are skipped with the reason."""
    made = OpenSearchNode(tmp_path_factory.mktemp("opensearch"))
    try:
        made.start()
    except Unavailable as error:
        pytest.skip(str(error))
    yield made
    made.stop()


def _opened(node: OpenSearchNode, database: Path, home: Path) -> Workbench:
    shutil.copyfile(database, home / "m.duckdb")
    places = {"database": home / "m.duckdb", "data_dir": home / "data"}
    more: Any = {"datasets_dir": home / "datasets", "search_url": node.url, "search_seconds": 60}
    return Workbench.open(settings=Settings(**places, **more))


@pytest.fixture(scope="module")
def people(
    node: OpenSearchNode, lasting: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Workbench]:
    """Instead of the embedded engine: the server."""
    with _opened(node, lasting, tmp_path_factory.mktemp("served")) as workbench:
        workbench.search("")
        yield workbench


@pytest.mark.integration
def test_answers_are_those_of_the_embedded_engine(people: Workbench, lasting: Path) -> None:
    assert people.search("ben").engine == "opensearch"
    places = {"database": lasting, "data_dir": lasting.parent / "data"}
    settings = Settings(**places, datasets_dir=lasting.parent / "datasets")
    with Workbench.open(settings=settings) as beside:
        for text in QUESTIONS:
            assert answer(people, text) == answer(beside, text), text
        for filters in FILTERS:
            assert answer(people, "", filters=filters) == answer(beside, "", filters=filters)
        for sort in ("name", "-birth_date", "mbti"):
            here, there = (answer(wb, "", sort=sort, ties=False) for wb in (people, beside))
            assert here == there, sort


@pytest.mark.integration
def test_changes_a_rebuild_and_a_kill(
    node: OpenSearchNode,
    empty_database: Path,
    tmp_path: Path,
    csv_file: Csv,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(room, "AGAIN", 0.2)
    monkeypatch.setattr(servers, "PAUSE", 0.1)
    with _opened(node, empty_database, tmp_path) as wb:
        first = wb.import_file(csv_file("name", "Ada Lovelace", "Grace Hopper"))
        assert [h.record["name"] for h in wb.search("lovelase")] == ["Ada Lovelace"]
        wb.import_file(csv_file("name", "Alan Turing", name="b.csv"))
        assert wb.search("alan").total == 1
        wb.rollback(first.id)
        assert wb.search("grace").total == 0 and wb.search.check().ok
        assert wb.search.rebuild().documents == 1
        engine: Any = wb.services.search.of(wb.datasets.get("celebrities")).engine
        engine._server.call("DELETE", f"/{engine.generation}")
        wb.import_file(csv_file("name", "Edsger Dijkstra", name="c.csv"))
        until(lambda: wb.search("edsger").total == 1 and wb.search.check().ok)
        node.kill()
        wb.import_file(csv_file("name", "Barbara Liskov", name="d.csv"))
        assert wb.search("barbara").engine == "scan" and wb.search.status().state == "away"
        node.start()
        until(lambda: wb.search("barbara").engine == "opensearch")
        assert wb.search.check().ok and wb.search.status().engine == "opensearch"


class _Named(http.server.BaseHTTPRequestHandler):
    """Says that it is some product of some version, and what it was asked with."""

    version: dict[str, str] = {}
    seen: list[str | None] = []

    def do_GET(self) -> None:
        self.seen.append(self.headers["authorization"])
        body = str({"version": self.version}).replace("'", '"').encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.mark.parametrize(
    ("version", "reason"),
    [
        ({"distribution": "opensearch", "number": "2.19.6"}, ""),
        ({"distribution": "opensearch", "number": "1.3.0"}, "foreign"),
        ({"number": "7.10.2"}, "foreign"),
    ],
)
def test_opensearch_is_known_by_what_it_says(version: dict[str, str], reason: str) -> None:
    kind = type("_Kind", (_Named,), {"version": version, "seen": []})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), kind) as listening:
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        server = Server(f"http://127.0.0.1:{listening.server_port}", api_key="ada:secret")
        try:
            assert server.call("GET", "/some") == {"version": version} and not reason
            assert server.product == "opensearch"
        except SearchUnavailable as error:
            assert error.extra["reason"] == reason
        finally:
            server.close()
            listening.shutdown()
    said = f"Basic {base64.b64encode(b'ada:secret').decode()}"
    assert set(kind.seen) == {said}  # type: ignore[attr-defined]
