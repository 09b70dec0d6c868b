"""Whether the rows of a file for a dataset of people are people: films, companies and pets have names, too.

Columns that only people have (born, gender, job, a part of a name) say yes. Without one, columns that only things have
(founded, species, director, release date), or a file called after them, are a warning; where several columns say
nothing of people, that is a hint.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePath

from core.cleaning.plan import OWN, Column, Plan
from core.datasets import meaning, people
from core.datasets.model import Dataset, Severity

_OF_PEOPLE = frozenset(
    {
        *(
            "birth",
            "death",
            "marriage",
            "studies",
            "baptism",
            "burial",
            "mother",
            "father",
            "parent",
        ),
        *("spouse", "child", "relative", "residence", "maiden", "nick", "team"),
    }
)
_HEADS_OF_PEOPLE = frozenset(
    {"gender", "job", "nationality", "email", "phone", "position", "faith"}
)
# Fields that say something of anything that has a name.
_ANYTHING = frozenset(
    {"name", "text", "note", "image", "url", "source", "tag", "country", "id", "type", "reason"}
)
_OF_THINGS = frozenset({"founding", "thing", "publication", "a superior or maker"})
_NAMED_AFTER = frozenset({"work", "organisation", "thing", "school"})
MORE = 2  # columns beside the name that say nothing of people, before that is worth a word


@dataclass(frozen=True)
class Doubt:
    """How serious it is, and what speaks for other things than people."""

    severity: Severity
    why: str


def doubt(dataset: Dataset, plan: Plan) -> Doubt | None:
    """What speaks against people; None where something speaks for them, or the dataset is about something else."""
    title = dataset.field(dataset.title_field)
    if not people.names_a_person(dataset, title) or title.name in plan.parts():
        return None
    others = [c for c in plan.mapping if c.column.strip() and c.field not in (title.name, *OWN)]
    personal = [c for c in others if _is_of_people(c)]
    if personal:
        things = [c.column for c in others if meaning.of(c.column).about == {"thing"}]
        born = all(meaning.of(c.field or c.column).about == {"birth"} for c in personal)
        return Doubt("info", _columns(things)) if things and born else None  # animals are born
    called = _called(plan.source or "")
    told = [c.column for c in others if meaning.of(c.column).about & _OF_THINGS]
    if called or told:
        return Doubt("warning", " and ".join(filter(None, [_columns(told), called])))
    if len(others) < MORE:
        return None
    said = "no column but the name says anything of people"
    return Doubt("info", f"{said}: {_listed(c.column for c in others)}")


def _is_of_people(column: Column) -> bool:
    found = meaning.of_path(column.column)
    if found.parts or found.what in _HEADS_OF_PEOPLE or found.about & _OF_PEOPLE:
        if not found.about & _OF_THINGS and (column.field or found.what != "gender"):
            return True
    if not column.field:
        return False
    field = meaning.of(column.field)
    return field.what not in _ANYTHING and found.what != "country"


def _called(source: str) -> str:
    found = meaning.of(PurePath(source).stem)
    if found.subjects or not found.about & _NAMED_AFTER or found.unknown:
        return ""
    return f"the file is called “{source}”"


def _columns(names: list[str]) -> str:
    if not names:
        return ""
    return f"the column{'s' if len(names) > 1 else ''} {_listed(names)} speak{'' if len(names) > 1 else 's'} of things"


def _listed(names: Iterable[str]) -> str:
    found = list(names)
    return ", ".join(f"“{name}”" for name in found[:4]) + (" …" if len(found) > 4 else "")
