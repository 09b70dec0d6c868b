"""A real Elasticsearch node for tests.

| module | what |
|---|---|
| `build` | fetches the jars from Maven Central and compiles the starter, once, into the user's cache |
| `node` | one node: started in a folder of its own, killed, started again, stopped |

`python -m tests.servers.elasticsearch --home DIR --port N` starts one by hand.
"""

from tests.servers.elasticsearch.build import Unavailable
from tests.servers.elasticsearch.node import Node

__all__ = ["Node", "Unavailable"]
