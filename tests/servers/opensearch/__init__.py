"""A real OpenSearch node for tests, from jars of Maven Central; like that of Elasticsearch, without modules."""

from __future__ import annotations

from pathlib import Path

from tests.servers.elasticsearch import Node
from tests.servers.elasticsearch.build import built

VERSION = "2.19.6"
JAVA = Path(__file__).parent / "java"


class OpenSearchNode(Node):
    """Use it as a context manager, or call `start` and `stop`. Raises Unavailable when there can be no server."""

    def _parts(self) -> Path:
        return built(JAVA, f"opensearch-{VERSION}")

    def _lay_out(self, parts: Path) -> None:
        (self.home / "config").mkdir(parents=True, exist_ok=True)

    def _command(self, parts: Path) -> list[str]:
        jars = f"{parts}/classes:{parts}/server/*:{parts}/netty/*"
        return [*self._java(), "-cp", jars, "Starter", *self._settings()]
