"""The words under which a name is indexed and looked for: what `core.names` knows, by word."""

from __future__ import annotations

from functools import lru_cache

from core.search.tokens import words


@lru_cache(maxsize=500_000)
def indexed(name: str) -> tuple[str, ...]:
    """All words of a name for the index: as written, and in Latin letters."""
    return words(name)


@lru_cache(maxsize=10_000)
def latin(word: str) -> tuple[str, ...]:
    """A word of another script in Latin letters, in the usual spellings; nothing for a Latin word."""
    return ()


@lru_cache(maxsize=10_000)
def nicknames(word: str) -> tuple[str, ...]:
    """Names that are used for one another: mike for michael, and the other way."""
    return ()


def origin(name: str, word: str, beginning: bool = False) -> list[tuple[int, int]]:
    """Which words of a name (first and last, by number) gave it this form of the index."""
    return []
