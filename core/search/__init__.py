"""Finding records: an index that follows the feed of changes, a query that never fails, and hits that say why.

| module | what |
|---|---|
| `query`, `parser` | what somebody asks, and how it is read |
| `found` | what an answer is |
| `tokens`, `documents`, `layout` | what of a record is put into an index, under which names |
| `vocabulary`, `expand` | the words of the index, and which of them a typed word may mean |
| `plan`, `engine` | the question as every engine takes it, and what an engine must do |
| `embedded/` | the default engine: tantivy in a folder beside the database |
| `following` | how an index catches up with the records |
| `searching`, `widening` | the way from a question to an answer, step by step |
| `fetching`, `scanning` | the records of hits; the answer while there is no index |
| `room`, `standing` | the indexes of a process; how each stands |
| `rank`, `why` | the order of the hits, and the reason of each |
| `band` | the quality of a record as a field that the index alone has |
| `exports`, `everywhere`, `highlighting` | all that is found as a file; the whole site; matched texts as HTML |
| `facets`, `suggest` | counts beside the hits, and what is offered while somebody types |
"""
