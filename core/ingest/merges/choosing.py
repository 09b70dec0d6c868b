"""Which value of each field survives when records become one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.datasets.model import Dataset, Field
from core.errors import InputError
from core.history.walk import EXTRA

Record = dict[str, Any]
RULES = {
    "survivor": "the value of the record that stays, or else of the next one that has one",
    "newest": "the value of the record that was changed last",
    "oldest": "the value of the record that was changed first",
    "complete": "the value of the record with the most fields filled",
    "longest": "the longest value",
    "exact": "of dates the one that is known most exactly, as long as it agrees with the survivor's",
    "union": "all elements of the lists, the survivor's first",
    "trusted": 'the value of the source that is trusted most (keep["trust"] lists the sources in order)',
}
TRUST, EVERY = (
    "trust",
    "*",
)  # in a choice: the order of sources, and the rule of all fields that are not named


@dataclass(frozen=True)
class Choice:
    """What becomes of one field: the value, the rule that chose it, from which record, and what is lost."""

    field: str
    value: Any
    rule: str
    source: str | None
    others: tuple[Any, ...] = ()


def choose(dataset: Dataset, records: Sequence[Record], keep: Mapping[str, Any]) -> list[Choice]:
    """The value of every field; the first record is the survivor. Raises InputError for a choice that makes no sense."""
    _check(dataset, records, keep)
    found = [_chosen(field, records, keep) for field in dataset.fields]
    found = _other_names(dataset, records, found, keep)
    extra = next((r for r in records if r.get(EXTRA)), None)
    if extra is not None:
        found.append(Choice(EXTRA, extra[EXTRA], "survivor", extra["record_id"]))
    return found


def _check(dataset: Dataset, records: Sequence[Record], keep: Mapping[str, Any]) -> None:
    ids = {r["record_id"] for r in records}
    for name, said in keep.items():
        if name == TRUST:
            continue
        if name != EVERY:
            dataset.field(name)
        known = isinstance(said, Mapping) and "value" in said or said in RULES or said in ids
        if not known or (name == EVERY and said not in RULES):
            raise InputError(
                f"{name}: {said!r} chooses no value",
                hint=f"Say a rule ({', '.join(RULES)}), the id of one of the records, or {{\"value\": ...}}.",
            )


def _rule(field: Field, keep: Mapping[str, Any]) -> Any:
    said = keep.get(field.name, keep.get(EVERY))
    usual = "union" if field.type == "list" else "exact" if field.type == "date" else "survivor"
    if said == "union" and field.type != "list":
        return usual
    return said or usual


def _chosen(field: Field, records: Sequence[Record], keep: Mapping[str, Any]) -> Choice:
    rule, name = _rule(field, keep), field.name
    having = [r for r in records if r.get(name) not in (None, "", [])]
    if isinstance(rule, Mapping):
        value, by, who = rule["value"], "by hand", None
    elif not having:
        return Choice(name, None, "survivor", None)
    elif rule == "union":
        value = list(dict.fromkeys(v for r in having for v in r[name]))
        by, who = rule, having[0]["record_id"] if len(having) == 1 else None
    elif rule in RULES:
        best = _best(rule, name, having, keep)
        value, by, who = best[name], rule, best["record_id"]
    else:
        value, by, who = next(r[name] for r in records if r["record_id"] == rule), "by hand", rule
    lost = [r[name] for r in having if r[name] != value and not _within(r[name], value)]
    return Choice(name, value, by, who, tuple(lost))


def _within(lost: Any, value: Any) -> bool:
    """Whether nothing of a value is lost."""
    if isinstance(lost, list) and isinstance(value, list):
        return set(lost) <= set(value)
    return False


def _best(rule: str, name: str, having: Sequence[Record], keep: Mapping[str, Any]) -> Record:
    trust = list(keep.get(TRUST, ()))
    orders: dict[str, Callable[[Record], Any]] = {
        "survivor": lambda r: 0,
        "newest": lambda r: r["_updated_at"],
        "oldest": lambda r: -r["_updated_at"].timestamp(),
        "complete": lambda r: sum(v not in (None, "", []) for v in r.values()),
        "longest": lambda r: len(r[name]) if isinstance(r[name], (str, list)) else 0,
        "exact": lambda r: (
            len(str(r[name])) if str(r[name]).startswith(str(having[0][name])) else 0
        ),
        "trusted": lambda r: -trust.index(r["_source"]) if r["_source"] in trust else -len(trust),
    }
    return max(having, key=orders[rule])  # of equals the first


def _other_names(
    dataset: Dataset, records: Sequence[Record], found: list[Choice], keep: Mapping[str, Any]
) -> list[Choice]:
    """The names that the others were called by stay as other names, where the dataset has a list of them."""
    lists = [n for n in dataset.key.also if dataset.field(n).type == "list" and n not in keep]
    if not lists or len(dataset.key.fields) != 1:
        return found
    title, target = dataset.title_field, lists[0]
    mine = next(c for c in found if c.field == title)
    names = [r[title] for r in records if r.get(title) and r[title] != mine.value]
    here = next(c for c in found if c.field == target)
    value = list(dict.fromkeys([*(here.value or []), *names]))
    if not names or value == here.value:
        return found
    return [
        Choice(target, value, "union", None, here.others) if c.field == target else c for c in found
    ]
