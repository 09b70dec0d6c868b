"""What spoke for a pair and against it, field by field, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.datasets.model import Dataset
from core.matching import roles as roles_
from core.matching.model import UNIT, Model
from core.names.agreement import Agreement
from core.names.comparing import compare

_SAID = {
    "same": "is the same",
    "similar": "is nearly the same",
    "overlap": "have something in common",
    "one sign": "differs by one sign",
    "same beginning": "begins the same",
    "less exact": "is the same, and known less exactly on one side",
    "turned": "has day and month turned",
    "one digit": "differs by one digit",
    "two digits": "differs by two digits",
    "same year": "is in the same year",
    "other": "is another one",
}


@dataclass(frozen=True)
class Reason:
    """What one field says: `bits` above 0 speak for one person, below against. `left` and `right` are the values."""

    field: str
    said: str
    bits: float
    left: Any
    right: Any
    level: str


def of_names(
    dataset: Dataset,
    both: tuple[dict[str, Any], dict[str, Any]],
    bits: int,
    words: tuple[int | None, int | None, int | None],
) -> Reason:
    """What the names say: in the words of the name engine, of the two names that agree best.

    The engine knows more than what is scored (words that are joined, for one). Where it counts other words as agreeing, the
    sentence says what was scored, so that it never denies the bits beside it.
    """
    roles = roles_.of(dataset)
    left, right = (_names(roles, record) for record in both)
    scored = words[0] or 0, words[1] or 0
    found = max(
        ((compare(a, b), a, b) for a in left for b in right),
        key=lambda f: (_counts(f[0]) == scored, f[0].score),
        default=None,
    )
    label = dataset.field(roles.names[0]).label if roles.names else "Name"
    if found is None:
        return Reason(label, "is missing on one side", bits / UNIT, None, None, "missing")
    agreement, a, b = found
    level = f"{words[0] or 0} words agree, {words[1] or 0} contradict, {words[2] or 0} missing"
    said = agreement.sentence.rstrip(".") if _counts(agreement) == scored else _counted(*scored)
    return Reason(label, said, bits / UNIT, a, b, level)


def _counts(agreement: Agreement) -> tuple[int, int]:
    """How many words agree, and how many contradict."""
    hows = [pair.how for pair in agreement.words]
    return sum(how not in ("missing", "contradicts") for how in hows), hows.count("contradicts")


def _counted(agree: int, against: int) -> str:
    """The same in words."""
    told = [f"{agree} word agrees" if agree == 1 else f"{agree} words agree"] if agree else []
    if against:
        told.append(f"{against} contradict{'s' if against == 1 else ''}")
    return " and ".join(told) or "no word agrees"


def _names(roles: roles_.Roles, record: dict[str, Any]) -> list[str]:
    if not roles.names:
        whole = " ".join(str(record[p]) for p in roles.parts if record.get(p))
        return [whole] if whole else []
    found: list[str] = []
    for name in roles.names:
        value = record.get(name)
        found += value if isinstance(value, list) else [value] if value else []
    return list(dict.fromkeys(found))[:4]


def of_fields(
    dataset: Dataset,
    both: tuple[dict[str, Any], dict[str, Any]],
    levels: list[int | None],
    bits: list[int],
    model: Model,
) -> list[Reason]:
    """What each compared field says."""
    found = []
    for comparison, place, said in zip(model.comparisons, levels, bits):
        left, right = (record.get(comparison.field) for record in both)
        label = dataset.field(comparison.field).label
        if place is None:
            missing = (
                "is missing on both sides" if not left and not right else "is missing on one side"
            )
            found.append(Reason(label, missing, 0.0, left, right, "missing"))
        else:
            level = comparison.levels[place].name
            found.append(Reason(label, _SAID.get(level, level), said / UNIT, left, right, level))
    return found
