"""People's names, without a database: scripts, words and their roles, Latin readings, forms, keys, comparison.

| function | gives |
|---|---|
| `fold` | the form in which names are compared |
| `script` | the script of a token |
| `simplified` | Han as it is written in China |
| `words` | the words of a name with their roles |
| `romanised` | all Latin readings of a token |
| `nicknames` | what a given name is called for short, and the other way round |
| `forms` | the forms under which somebody may look for a name |
| `keys` | what two names have in common that are worth comparing |
| `compare` | how two names agree, word by word |
| `many` | forms and keys of many names at once |

All are functions of text, may be called from several threads, and remember no more than bounded caches. The
dictionaries of Chinese and Japanese are loaded when the first name needs them.
"""

from __future__ import annotations

from core.names.agreement import SAME_PERSON, Agreement, Pair
from core.names.batch import Named, many
from core.names.comparing import compare
from core.names.folding import fold, simplified
from core.names.forming import Form, forms
from core.names.keying import keys
from core.names.nicknames import nicknames
from core.names.romanising import romanised
from core.names.scripts import script
from core.names.splitting import words
from core.names.word import Word

__all__ = [
    *(
        "SAME_PERSON",
        "Agreement",
        "Form",
        "Named",
        "Pair",
        "Word",
        "compare",
        "fold",
        "forms",
        "keys",
        "many",
    ),
    *("nicknames", "romanised", "script", "simplified", "words"),
]
