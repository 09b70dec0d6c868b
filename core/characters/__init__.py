"""Characters: what cannot be seen, what is another way to write the same, what is compared with what.

| module | question |
|---|---|
| `stored` | what is taken off a text before it is kept |
| `names` | when are two names the same (the key) |
| `words` | when is a word the one that a vocabulary, a list of choices, a number or a date means |
| `searched` | when does a text hold a word that somebody looks for |
| `signs` | the sets and tables that these four stand on |

Each of the four is given twice, in Python and as SQL. A test holds both together over all characters.
"""
