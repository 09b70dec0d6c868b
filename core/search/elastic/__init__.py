"""Elasticsearch, or OpenSearch, as the engine: one index of each dataset on a server, behind an alias.

| module | what |
|---|---|
| `client` | Elasticsearch by its official client, OpenSearch by the connections of the same |
| `server` | the calls, and what goes wrong with a server, as errors of ours |
| `template.json`, `fields.json` | settings and mappings |
| `fields` | the layout as a mapping; a document as JSON |
| `questions` | a plan and a filter as queries |
| `bulk` | documents in chunks, as fast as the server takes them |
| `place` | which indexes a dataset has, whose they are, and which one is searched |
| `index` | the engine itself |
"""

from core.search.elastic.index import Elastic
from core.search.elastic.server import Server

__all__ = ["Elastic", "Server"]
