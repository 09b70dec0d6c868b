"""How well and how fast people are found: labelled questions, invented people around them, bare tantivy beside.

| module | what |
|---|---|
| `labels` | questions with the one who is meant, in two halves: one to tune with, one that is kept out |
| `crowd` | invented people with plausible names |
| `quality` | recall and rank of the labelled questions |
| `imports` | how much slower imports are while the index follows |
| `speed` | the index and its answers at many people, and bare tantivy in the same run |

The questions are our own: misspellings as people type them, names in other scripts, nicknames, beginnings.
"""
