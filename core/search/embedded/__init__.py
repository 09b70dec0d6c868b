"""The default engine: tantivy, in a folder beside the database.

| module | what |
|---|---|
| `schema` | the layout as tantivy's fields |
| `folder` | where an index is, whose it is, and that one process has it |
| `questions` | a plan and a filter as tantivy's queries |
| `index` | the engine itself |
"""

from core.search.embedded.index import Embedded

__all__ = ["Embedded"]
