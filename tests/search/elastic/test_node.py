"""The node itself: its product, and that it keeps what it confirmed when it is killed."""

from __future__ import annotations

from elasticsearch import Elasticsearch

from tests.servers.elasticsearch import Node
from tests.servers.elasticsearch.build import VERSION


def test_it_is_a_real_node_that_keeps_its_documents(node: Node) -> None:
    with Elasticsearch(node.url) as client:
        [about] = client.nodes.info()["nodes"].values()
        assert about["version"] == VERSION
        client.index(index="kept", id="1", document={"name": "Ada"})
        node.kill()
        node.start()
        client.cluster.health(index="kept", wait_for_status="yellow")
        assert client.get(index="kept", id="1")["_source"] == {"name": "Ada"}
        client.indices.delete(index="kept")
