"""The cases. Each runs alone in a process of its own and answers with a dict of seconds and counts."""

from __future__ import annotations

from benchmarks.cases import doors, floors, imports, reads, records, reversal
from benchmarks.cases.case import Case, Work

CASES: dict[str, Case] = {
    found.name: found
    for room in (floors, reads, imports, records, doors, reversal)
    for found in room.CASES
}

__all__ = ["CASES", "Case", "Work"]
