"""Forms and keys of many names at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.names.forming import Form, forms
from core.names.keying import keys


@dataclass(frozen=True, slots=True)
class Named:
    """What is known of one name: its forms and its keys."""

    forms: tuple[Form, ...]
    keys: tuple[str, ...]


def many(names: Sequence[str]) -> Iterator[Named]:
    """Forms and keys of many names, in their order; what was done for a word is remembered."""
    for name in names:
        yield Named(forms(name), keys(name))
