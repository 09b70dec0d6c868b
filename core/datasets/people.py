"""Whether the records of a dataset are people, and which field holds their names."""

from __future__ import annotations

from core.datasets import meaning
from core.datasets.model import Dataset, Field


def is_about_people(dataset: Dataset) -> bool:
    """Whether a field says when somebody was born, or of which gender somebody is."""
    found = [m for f in dataset.fields for m in _meanings(f)]
    return any("birth" in m.about or m.what == "gender" for m in found)


def names_a_person(dataset: Dataset, field: Field) -> bool:
    """Whether this is the name by which a person is known."""
    closed = field.choices or field.vocabulary or field.format or field.pattern is not None
    if field.type != "text" or closed or field.name not in dataset.key.fields:
        return False
    return any(m.what == "name" for m in _meanings(field)) and is_about_people(dataset)


def _meanings(field: Field) -> list[meaning.Meaning]:
    return [meaning.of(text) for text in (field.name, field.title) if text]
