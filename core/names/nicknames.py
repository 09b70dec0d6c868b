"""Nicknames and diminutives, both ways: what a given name is shortened to, and what a short one stands for."""

from __future__ import annotations

from functools import cache

from core.names.folding import fold
from core.names.romanising import read
from core.names.scripts import script
from core.names.tables import rows


@cache
def _table() -> tuple[dict[str, frozenset[str]], dict[str, frozenset[str]]]:
    """Given names to their nicknames, and nicknames to their given names; those of other scripts in Latin, too."""
    short: dict[str, set[str]] = {}
    full: dict[str, set[str]] = {}
    for _, names, nicks in rows("nicknames"):
        known = {form for name in names.split() for form in _written(name)}
        shorter = {form for nick in nicks.split() for form in _written(nick)}
        for name in known:  # with its other spellings
            short.setdefault(name, set()).update((shorter | known) - {name})
        for nick in shorter:
            full.setdefault(nick, set()).update(known - {nick})
    return _frozen(short), _frozen(full)


def given(word: str) -> bool:
    """Whether a folded word is a given name of the table, and no nickname alone."""
    return word in _table()[0]


def _frozen(found: dict[str, set[str]]) -> dict[str, frozenset[str]]:
    return {name: frozenset(others) for name, others in found.items()}


def _written(name: str) -> list[str]:
    plain = fold(name).replace(" ", "")
    return [plain] if script(name) == "Latn" else [plain, *read(name)[:3]]


def nicknames(word: str) -> frozenset[str]:
    """What a given name is called for short, and what a short name stands for; folded. Bob gives robert, rob ...

    Two nicknames of one name (Bill, Will) are among them; two names that share one (Alexander, Alexandra) are not.
    """
    plain = fold(word).replace(" ", "")
    short, full = _table()
    found = set(short.get(plain, ()))
    for name in full.get(plain, ()):
        found |= {name} | short.get(name, frozenset())
    return frozenset(found - {plain})
