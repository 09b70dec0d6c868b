"""What of an import somebody should look at although no row was refused: said by every door in its answer.

Warnings, questions that nobody answered, and decisions of the reader that may be wrong. A page shows them before the
import; a program, the folder and the command line import first, so their answer says it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypedDict

from core.files.table import Decision
from core.ingest.causes.problem import Problem


class Doubt(TypedDict):
    """One thing to look at. `question` is true where an answer changes what comes in; `count` are rows, 0 the file."""

    about: str  # a field, a column, or what the reader decided: header, encoding, sheet ...
    rule: str
    count: int
    said: str
    question: bool


def find(problems: Iterable[Problem], decisions: Iterable[Decision]) -> list[Doubt]:
    """The doubts of an upload: those of rows, then those of reading the file."""
    of_rows = [
        Doubt(
            about=p.field or p.column or "",
            rule=p.rule,
            count=p.count,
            said=p.title,
            question=bool(p.asked),
        )
        for p in problems
        if p.severity == "warning"
    ]
    of_reading = [
        Doubt(
            about=d.name,
            rule="reading",
            count=0,
            said=f"{d.name} was taken to be {d.value}: {d.evidence}",
            question=True,
        )
        for d in decisions
        if not d.sure
    ]
    return of_rows + of_reading
