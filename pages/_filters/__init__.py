"""A filter put together by clicks: conditions in groups within groups, the same tree as everywhere else.

| module | what |
|---|---|
| `draft` | the tree while it is put together, from and to the address, and what of it can be asked already |
| `builder` | the rows and groups on the page |
"""
