"""The parts of a person's name, the orders in which they are written, and the parts of a date."""

from __future__ import annotations

GIVEN_FIRST = ("title", "given", "middle", "particle", "family", "family2", "suffix")
FAMILY_FIRST = ("title", "particle", "family", "family2", "middle", "given", "suffix")
PARTS = frozenset(GIVEN_FIRST)
DATE_PARTS = ("year", "month", "day")
LABELS = {
    "title": "title",
    "given": "given name",
    "middle": "middle name",
    "particle": "particle",
    "family": "family name",
    "family2": "second family name",
    "suffix": "suffix",
    "year": "year",
    "month": "month",
    "day": "day",
}
