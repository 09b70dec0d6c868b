"""A plain-Python model of the celebrities dataset: what the compiled SQL is held against.

Written from the rules in docs/datasets.md, row by row, without a look at the SQL; the cleaning steps are in
tests/steps.py. How characters are folded says
core/characters, in Python too; tests/characters hold that against the SQL, and against what is expected.
"""

from __future__ import annotations

import html
import json
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from core.characters import names
from core.cleaning.plan import default_steps
from core.cleaning.step import Step
from core.datasets.model import Dataset
from tests import steps

SPACES = "".join(chr(c) for c in range(0x10000) if unicodedata.category(chr(c)).startswith("Z"))
BLANKS = "\t\n\f\r\u200b\ufeff\u2060" + SPACES
MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
FULL = [
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
]


ERROR_ELEMENTS = {
    *("#null!", "#div/0!", "#value!", "#ref!", "#name", "#num!", "#n/a", "#spill!", "#calc!"),
    *("#error!", "#getting_data"),
}
EXTRA = "_extra"  # among the values of a record: what columns that are no field say, by their names


def clean(dataset: Dataset, name: str, text: str | None) -> str | None:
    """The dataset's default cleaning of one cell: its steps, each in Python. A name may be a word for empty."""
    definition = dataset.field(name)
    tidied = steps.tidy(definition, Step(op="tidy"), text or "") or ""
    keeps = name in dataset.key.fields and tidied.isalpha()
    cleaned: str | None = tidied
    for step in default_steps(dataset, {name}):
        if step.op in steps.STEPS and not (keeps and step.op in ("empty_words", "error_cells")):
            cleaned = steps.run(definition, step, cleaned)
    return cleaned


def is_empty_word(dataset: Dataset, text: str) -> bool:
    """Whether the text is one of the words, whatever its case and the marks around it."""
    return steps.is_word(text, tuple(dataset.cleaning.empty_words))


def is_no_name(text: str) -> bool:
    """Whether a short text has no letter, digit or symbol."""
    kinds = {unicodedata.category(c) for c in text}
    return len(text.encode()) <= 12 and not any(k[0] in "LN" or k == "So" for k in kinds)


def elements(dataset: Dataset, text: str) -> list[str] | None:
    """A list's text split, without the elements that mean empty."""
    found = [i for i in split(text) or [] if not is_empty_word(dataset, i)]
    return [i for i in found if i.lower().strip(steps.MARKS) not in ERROR_ELEMENTS] or None


def split(text: str) -> list[str] | None:
    if text.startswith("["):
        try:
            raw = json.loads(text)
        except ValueError:
            raw = None
        if isinstance(raw, list):
            return distinct(
                [i if isinstance(i, str) else json.dumps(i) for i in raw if i is not None]
            )
    written = of_program(text)
    if written is not None:
        return distinct(written)
    if entities := [e for e in re.findall(r"&#?\w+;", text) if html.unescape(e) != e]:
        for entity in entities:
            text = text.replace(entity, entity[:-1] + "\x02")
        return [i.replace("\x02", ";") for i in split(text) or []]
    if re.search(r"[;|；\n]", text):
        return distinct(re.split(r"[;|；\n]", text))
    if re.search("[,，、]", text):
        return distinct(re.split("[,，、]", text))
    return distinct([text])


def of_program(text: str) -> list[str] | None:
    """The texts of a list as Python or PostgreSQL writes it."""
    quoted = r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\""""
    if text.startswith("["):
        member = f"(?:{quoted}|nan|None)"
        whole = rf"\[\s*{member}(?:(?:\s*,\s*|\s+){member})*\s*,?\s*\]"
        if not re.fullmatch(whole, text, re.ASCII | re.DOTALL):
            return None
        found = re.findall(quoted, text, re.DOTALL)
    else:
        double = r'"(?:[^"\\]|\\.)*"'
        bare = r"""[^{}\[\]",;:|'\s][^{}\[\]",;:|]*"""
        whole = rf"\{{(?:(?:{double}|{bare})(?:,(?:{double}|{bare}))*)?\}}"
        if not re.fullmatch(whole, text, re.ASCII | re.DOTALL):
            return None
        found = [i for i in re.findall(rf'{double}|[^{{}},"]+', text) if i != "NULL"]
    return [re.sub(r"(?s)\\(.)", r"\1", i[1:-1]) if i[0] in "'\"" else i for i in found]


def distinct(items: list[str]) -> list[str] | None:
    found: list[str] = []
    for item in items:
        item = item.strip(" \t\r\n\f")
        if item and item not in found:
            found.append(item)
    return found or None


def day(year: int, month: int, number: int) -> str | None:
    """A day in ISO text. Of 0, which stands for "not known", the date ends before it."""
    if 0 in (month, number) and year:
        if month == 0:
            return None if number else f"{year:04d}"
        return f"{year:04d}-{month:02d}" if month <= 12 else None
    try:
        return date(year, month, number).isoformat()
    except ValueError:
        return None


def parse_date(text: str, order: str | None) -> str | None:
    """ISO text or None. `order` None: only what has one reading."""
    if re.fullmatch(r"1900-01-00|0?1/0/1900|0?0/0?1/1900", text):
        return None  # what spreadsheets write for no date
    return _parsed(re.sub(r"^(\d{4})-00$", r"\1", text), order)


def _parsed(text: str, order: str | None) -> str | None:
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return day(*map(int, text.split("-")))
    if re.fullmatch(r"-?\d{4}(-(0[1-9]|1[0-2]))?", text):
        return None if text.startswith(("0000", "-0000")) else text
    if match := re.fullmatch(r"-(\d{4})-(\d\d)-(\d\d)", text):
        real = day(2000, int(match[2]), int(match[3]))  # before Christ any year may be a leap year
        return f"-{match[1]}{real[4:]}" if real and match[1] != "0000" else None
    if match := re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)[T ]\d\d:\d\d.*", text):
        return day(*map(int, match.groups()))
    if match := re.fullmatch(
        r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4})(?: \d{1,2}:\d\d(?::\d\d)?)?", text
    ):
        a, b, year = map(int, match.groups())
        day_first, month_first = day(year, b, a), day(year, a, b)
        if order is None:
            both = day_first and month_first and day_first != month_first
            return None if both else day_first or month_first
        first, second = (day_first, month_first) if order == "dmy" else (month_first, day_first)
        return first or second
    if match := re.fullmatch(r"(\d{4})[/.\- ](\d{1,2})[/.\- ](\d{1,2})", text):
        return day(*map(int, match.groups()))
    if match := re.fullmatch(r"(\d{4})年(\d{1,2})月(\d{1,2})日", text):
        return day(*map(int, match.groups()))
    if match := re.fullmatch(r"(\d{4})年", text):
        return match[1]
    if match := re.fullmatch(r"(\d{1,2}) ([A-Za-z]+) (\d{4})", text):
        return named(match[3], match[2], match[1])
    if match := re.fullmatch(r"([A-Za-z]+) (\d{1,2}), (\d{4})", text):
        return named(match[3], match[1], match[2])
    return None


def whole_year(digits: int, years: tuple[int, int]) -> int | None:
    """The year of the window that ends in these two digits."""
    return next((y for y in range(years[0], years[1] + 1) if y % 100 == digits), None)


def hijri(year: int, month: int, number: int) -> str:
    """A day of the tabular Hijri calendar, counted month by month from 1 Muharram 1 (19 July 622, Gregorian)."""
    leap = (2, 5, 7, 10, 13, 16, 18, 21, 24, 26, 29)
    days = sum(355 if y % 30 in leap else 354 for y in range(1, year))
    days += sum(30 if m % 2 else 29 for m in range(1, month)) + number - 1
    return date.fromordinal(date(622, 7, 19).toordinal() + days).isoformat()


def named(year: str, month: str, number: str) -> str | None:
    month = {"sept": "sep"}.get(month.lower(), month)
    names = FULL if month.lower() in FULL else MONTHS
    if month.lower() not in names:
        return None
    return day(int(year), names.index(month.lower()) + 1, int(number))


def order_of(texts: list[str]) -> str | None:
    first = second = 0
    for text in texts:
        if match := re.fullmatch(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4})", text.strip()):
            first += int(match[1]) > 12
            second += int(match[2]) > 12
    return None if first == second else "dmy" if first > second else "mdy"


def strip(text: str) -> str:
    """Without accents."""
    parts = unicodedata.normalize("NFD", text)
    return unicodedata.normalize(
        "NFC", "".join(c for c in parts if unicodedata.category(c) != "Mn")
    )


# ------------------------------------------------------------------ importing


@dataclass
class Change:
    version: int
    kind: str
    before: dict[str, Any] | None
    upload: str | None


@dataclass
class Act:
    """What somebody said about a record: a row (insert, row), a person (edit, restore), or delete."""

    kind: str
    upload: str | None
    said: dict[str, Any]
    rules: dict[str, str] = field(default_factory=dict)  # what an update of a field did then
    changed: set[str] = field(default_factory=set)

    @property
    def by_file(self) -> bool:
        return self.kind in ("insert", "row")


@dataclass
class Record:
    values: dict[str, Any]
    source: str
    version: int


@dataclass
class Outcome:
    """What a file does: per row number (from 1) new, changed, unchanged, repeated, rejected or conflicting."""

    rows: dict[int, str] = field(default_factory=dict)
    matched: dict[int, str] = field(default_factory=dict)
    values: dict[int, dict[str, Any]] = field(default_factory=dict)
    deleted: list[str] = field(default_factory=list)
    order: str | None = None

    def count(self, name: str) -> int:
        return sum(1 for outcome in self.rows.values() if outcome == name)


class Model:
    """Records and their history, as the rules say they must be."""

    def __init__(self, dataset: Dataset) -> None:
        self.dataset = dataset
        self.records: dict[str, Record] = {}
        self.changes: dict[str, list[Change]] = {}
        self.acts: dict[str, list[Act]] = {}
        self.rollbacks: dict[str, str] = {}  # rollback -> target
        self.status: dict[str, str] = {}

    # -------------------------------------------------------------- one file

    def typed(
        self, row: dict[str, str], order: str | None, fields: Sequence[str]
    ) -> tuple[dict[str, Any], bool]:
        """Values by field, and whether the row has an error. The other columns are kept as they are."""
        surplus = {name: text for name, text in row.items() if name not in fields and text != ""}
        values: dict[str, Any] = {EXTRA: surplus or None}
        bad = False
        for name, text in row.items():
            if name not in fields:
                continue
            definition = self.dataset.field(name)
            cleaned = clean(self.dataset, name, text)
            value: Any = cleaned
            if cleaned is not None and definition.type == "list":
                value = elements(self.dataset, cleaned)
            if cleaned is not None and definition.type == "date":
                value = parse_date(cleaned, order)
                bad |= value is None or not self.in_range(value)
            if value is not None and definition.choices and value not in definition.choices:
                bad = True
            if definition.max_length and isinstance(value, str):
                bad |= len(value) > definition.max_length
            bad |= definition.required and cleaned is None
            bad |= name == "name" and cleaned is not None and is_no_name(cleaned)
            values[name] = value
        if self.is_nobody(values):
            values["name"], bad = None, True
        return values, bad

    def is_nobody(self, values: dict[str, Any]) -> bool:
        """A word such as "unknown" is a name only in a row that says something else."""
        others = [v for name, v in values.items() if name != "name"]
        name = values.get("name")
        return bool(name) and is_empty_word(self.dataset, name) and not any(others)

    @staticmethod
    def in_range(value: str) -> bool:
        if value.startswith("-"):
            return value[1:5] <= "3000"
        today = date.today().isoformat()
        return value <= today or today.startswith(value)

    def outcome(
        self,
        rows: list[dict[str, str]],
        fields: Sequence[str],
        mode: str,
        source: str,
        order: str | None = None,
    ) -> Outcome:
        """What importing the rows would do. `fields` are the columns that go to the field of their name.

        `order` of dates where it was settled before.
        """
        order = order or order_of([row.get("birth_date", "") for row in rows])
        found = Outcome(order=order)
        keys: dict[int, str] = {}
        for number, row in enumerate(rows, start=1):
            found.values[number], bad = self.typed(row, order, fields)
            name = found.values[number]["name"]
            if name is not None:
                keys[number] = names.name(name)
            if bad:
                found.rows[number] = "rejected"
        self._duplicates(found, keys)
        self._match(found, keys, mode)
        for number in found.values:
            if number in found.rows:
                continue
            if number not in found.matched:
                found.rows[number] = "new"
                continue
            record = self.records[found.matched[number]]
            merged = self.merged(record.values, found.values[number])
            found.rows[number] = "unchanged" if merged == record.values else "changed"
        if mode == "replace":
            found.deleted = self._absent(found, keys, source)
        return found

    def _duplicates(self, found: Outcome, keys: dict[int, str]) -> None:
        groups: dict[str, list[int]] = {}
        for number, key in keys.items():
            if number not in found.rows:
                groups.setdefault(key, []).append(number)
        for numbers in groups.values():
            if len(numbers) < 2:
                continue
            dates = {found.values[n].get("birth_date") for n in numbers} - {None}
            leaves = [d for d in dates if not any(o != d and o.startswith(d) for o in dates)]
            people: dict[str, list[int]] = {}
            for n in numbers:
                mine = found.values[n].get("birth_date") or ""
                fits = [d for d in leaves if d.startswith(mine)] if dates else [""]
                lacks = len(fits) == 1 and mine != fits[0]
                if len(fits) != 1 or (lacks and self._rival(keys[n], mine, fits[0])):
                    found.rows[n] = "conflicting"
                else:
                    people.setdefault(fits[0], []).append(n)
            for same in people.values():
                self._together(found, same)

    def _rival(self, key: str, mine: str, taken: str) -> bool:
        """Whether a record of the name fits what a row says, and not whom the rows of its file take it for."""
        known = [r.values["birth_date"] for r in self.records.values() if self._key(r) == key]

        def agree(a: str, b: str) -> bool:
            return a.startswith(b) or b.startswith(a)

        return any(d and agree(d, mine) and not agree(d, taken) for d in known)

    @staticmethod
    def _key(record: Record) -> str | None:
        name = record.values["name"]
        return names.name(name) if name is not None else None

    def _together(self, found: Outcome, numbers: list[int]) -> None:
        """One row stands for all: the fullest, then the latest; of equal rows the first. It is completed."""
        if len(numbers) < 2:
            return
        rows = {n: dict(found.values[n]) for n in numbers}

        def rank(n: int) -> tuple[int, int, int]:
            latest = max(m for m in numbers if rows[m] == rows[n])
            return -sum(v is not None for v in rows[n].values()), -latest, n

        first, *others = sorted(numbers, key=rank)
        values = found.values[first]
        for n in others:
            found.rows[n] = "repeated"
        for name in values:
            said = [rows[n][name] for n in others if rows[n][name] is not None]
            values[name] = self._completed(name, values[name], said)

    def _completed(self, name: str, value: Any, others: list[Any]) -> Any:
        """What the row that stands says, with what the others add, the best of them first."""
        if name == EXTRA:
            for other in others:
                value = {**other, **(value or {})}
            return value
        definition = self.dataset.field(name)
        if definition.on_update == "union":
            for other in others:
                value = (value or []) + [v for v in other if v not in (value or [])]
            return value
        better = [
            o for o in others if value is None or (o != value and self.poorer(name, value, o))
        ]
        if definition.type == "date":
            better.sort(key=lambda text: -len(text))
        return better[0] if better else value

    def poorer(self, name: str, value: Any, other: Any) -> bool:
        """Whether a value only loses accents, case or precision, next to another one."""
        kind = self.dataset.field(name).type
        if kind == "date":
            return bool(other.startswith(value))
        if kind != "text":
            return False
        bare, other_bare = (strip(text) for text in (value, other))
        if bare.lower() != other_bare.lower():
            return False
        accents = bare == value or value.lower() == other.lower()
        mixed = other not in (other.lower(), other.upper())
        flat = value == value.lower() or (value == value.upper() and mixed)
        return accents and (flat or bare == other_bare)

    def _match(self, found: Outcome, keys: dict[int, str], mode: str) -> None:
        for number, key in keys.items():
            if number in found.rows:
                continue
            ranked = self._ranked(key, found.values[number].get("birth_date"))
            best = [r for rank, r in ranked if rank == min(ranked)[0]]
            if len(best) > 1:
                found.rows[number] = "conflicting"
            elif best:
                found.matched[number] = best[0]
        taken = list(found.matched.values())
        for number, record_id in list(found.matched.items()):
            if taken.count(record_id) > 1:
                found.rows[number] = "conflicting"
            elif mode == "insert":
                found.rows[number] = "rejected"

    def _ranked(self, key: str, mine: str | None) -> list[tuple[int, str]]:
        ranked = []
        for record_id, record in self.records.items():
            if names.name(record.values["name"]) != key:
                continue
            theirs = record.values["birth_date"]
            if mine == theirs:
                ranked.append((0, record_id))
            elif mine is None or theirs is None:
                ranked.append((2, record_id))
            elif mine.startswith(theirs) or theirs.startswith(mine):
                ranked.append((1, record_id))
        return ranked

    def _absent(self, found: Outcome, keys: dict[int, str], source: str) -> list[str]:
        aside = {
            keys[n] for n, o in found.rows.items() if o in ("rejected", "conflicting") and n in keys
        }
        kept = {
            found.matched[n] for n in found.matched if found.rows[n] in ("changed", "unchanged")
        }
        return [
            record_id
            for record_id, record in self.records.items()
            if record.source == source
            and record_id not in kept
            and names.name(record.values["name"]) not in aside
        ]

    def merged(self, old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
        result = dict(old)
        for name, value in new.items():
            if value is not None and (rule := self.rule(name)) != "keep":
                result[name] = self.merged_one(name, rule, old[name], value)
        return result

    def rule(self, name: str) -> str:
        known = {f.name: f.on_update for f in self.dataset.fields}
        return str(known.get(name, "overwrite"))

    def merged_one(self, name: str, rule: str, old: Any, value: Any) -> Any:
        if name == EXTRA:
            return {**(old or {}), **value}
        if rule == "fill":
            return value if old is None else old
        if rule == "union":
            return (old or []) + [v for v in value if v not in (old or [])]
        known = name in self.dataset.field_names  # a field that is gone has no rule any more
        if rule != "always" and known and old is not None and self.poorer(name, value, old):
            return old
        return value

    # -------------------------------------------------------------- acts

    def apply(
        self, upload: str, found: Outcome, ids: dict[int, str], source: str, fields: list[str]
    ) -> None:
        for number, outcome in found.rows.items():
            values = found.values[number]
            if outcome == "new":
                blank = {f: None for f in fields}
                record = Record({**blank, **values}, source, 1)
                self.records[ids[number]] = record
                self._log(ids[number], Change(1, "insert", None, upload))
                self._act(ids[number], "insert", upload, values)
            elif outcome in ("changed", "unchanged"):
                record_id = found.matched[number]
                old = self.records[record_id].values
                self.set(record_id, new := self.merged(old, values), upload)
                changed = {f for f in new if new[f] != old[f]}
                self._act(record_id, "row", upload, values, changed)
        for record_id in found.deleted:
            self.remove(record_id, upload)
        self.status[upload] = "imported"

    def _act(
        self,
        record_id: str,
        kind: str,
        upload: str | None,
        values: dict[str, Any],
        changed: set[str] | None = None,
    ) -> None:
        files = kind in ("insert", "row")
        said = {f: v for f, v in values.items() if v is not None or not files}
        rules = {f: self.rule(f) for f in said}
        self.acts.setdefault(record_id, []).append(Act(kind, upload, said, rules, changed or set()))

    def _log(self, record_id: str, change: Change) -> None:
        self.changes.setdefault(record_id, []).append(change)

    def set(self, record_id: str, values: dict[str, Any], upload: str | None) -> None:
        record = self.records[record_id]
        before = {k: record.values[k] for k, v in values.items() if record.values[k] != v}
        if before:
            record.values = {**record.values, **values}
            record.version += 1
            self._log(record_id, Change(record.version, "update", before, upload))
            if upload is None:
                self._act(record_id, "edit", None, {f: values[f] for f in before}, set(before))

    def remove(self, record_id: str, upload: str | None) -> None:
        record = self.records.pop(record_id)
        before = {**record.values, "_source": record.source}
        self._log(record_id, Change(record.version + 1, "delete", before, upload))
        if upload not in self.rollbacks:
            self._act(record_id, "delete", upload, {})

    def restore(self, record_id: str, before: dict[str, Any], upload: str | None) -> None:
        blank = {f: None for f in self.dataset.field_names}  # fields that came after its deletion
        values = {**blank, **{k: v for k, v in before.items() if k != "_source"}}
        version = self.changes[record_id][-1].version + 1
        self.records[record_id] = Record(values, before["_source"], version)
        self._log(record_id, Change(version, "restore", None, upload))
        if upload is None:
            self._act(record_id, "restore", None, values)

    def collides(self, record_id: str, values: dict[str, Any]) -> bool:
        """Whether a record with these values would be the same as another one that is there."""
        return any(
            self._alike(values, other.values) for i, other in self.records.items() if i != record_id
        )

    @staticmethod
    def _alike(a: dict[str, Any], b: dict[str, Any]) -> bool:
        if a["name"] is None or b["name"] is None or names.name(a["name"]) != names.name(b["name"]):
            return False
        one, two = a["birth_date"], b["birth_date"]
        return one is None or two is None or one.startswith(two) or two.startswith(one)

    def has_effect(self, upload: str) -> bool:
        """Whether anything is left that an import made or met; also when it never did."""
        mine = [
            r
            for r, acts in self.acts.items()
            if any(a.upload == upload and a.kind != "delete" for a in acts)
        ]
        return not mine or any(r in self.records for r in mine)

    # -------------------------------------------------------------- taking back

    def stands(self, upload: str | None) -> bool:
        return not any(t == upload and self.stands(r) for r, t in self.rollbacks.items())

    def root(self, upload: str) -> str:
        return self.root(self.rollbacks[upload]) if upload in self.rollbacks else upload

    def wanted(self, record_id: str) -> dict[str, Any] | None:
        """What the acts that stand make of a record; None when it is not there."""
        acts = self.acts[record_id]
        standing = [a for a in acts if a.upload is None or self.stands(a.upload)]
        if not standing or standing[-1].kind == "delete":
            return None
        names = {f for a in acts for f in a.said} | set(self.dataset.field_names) | {EXTRA}
        values, ever = self._after(standing, names), self._after(acts, names)
        filed = any(a.by_file for a in standing)
        for name in ("name", "birth_date"):
            told = any(name in a.said for a in standing)
            if values[name] is None and (name == "name" or not (filed or told)):
                values[name] = ever[name]
        return values

    def _after(self, acts: list[Act], names: set[str]) -> dict[str, Any]:
        values: dict[str, Any] = dict.fromkeys(names)
        opened = False
        for act in acts:
            for name, value in act.said.items():
                rule = act.rules[name]
                if not act.by_file:
                    values[name] = value
                elif rule == "keep":
                    if not opened and values[name] is None:
                        values[name] = value
                else:
                    values[name] = self.merged_one(name, rule, values[name], value)
            opened = opened or act.by_file
        return values

    def roll_back(self, rollback: str, upload: str) -> tuple[int, int, int]:
        """(reversed, kept, failed). Every record that the import at the end of the chain spoke of."""
        root = self.root(upload)
        self.rollbacks[rollback] = upload
        touched = [r for r, acts in self.acts.items() if any(a.upload == root for a in acts)]
        plans = {r: p for r in touched if (p := self._plan(r, root))}
        failed = self._failing(plans)
        counts = {"reversed": 0, "kept": 0}
        for record_id, (kind, values, outcome) in plans.items():
            if record_id in failed:
                continue
            counts[outcome] += 1
            if kind == "delete":
                self.remove(record_id, rollback)
            elif kind == "restore":
                source = (self.changes[record_id][-1].before or {})["_source"]
                self.restore(record_id, {**values, "_source": source}, rollback)
            elif kind == "update":
                self.set(record_id, values, rollback)
        for each in (root, *(r for r in self.rollbacks if self.root(r) == root)):
            self.status[each] = "imported" if self.stands(each) else "rolled_back"
        return counts["reversed"], counts["kept"], len(failed)

    def _plan(self, record_id: str, root: str) -> tuple[str, dict[str, Any], str] | None:
        """What becomes of a record: how, with which values, and how it is counted."""
        mine = [a for a in self.acts[record_id] if a.upload == root]
        record, wanted, again = (
            self.records.get(record_id),
            self.wanted(record_id),
            self.stands(root),
        )
        spoken = {f for a in mine for f in a.said}
        made = any(a.kind == "insert" for a in mine)
        given = spoken if made else {f for a in mine for f in a.changed}
        if record is None:
            if wanted is not None:
                return "restore", wanted, "reversed"
        elif wanted is None:
            return "delete", {}, "reversed"
        else:
            differing = {
                f: v
                for f, v in wanted.items()
                if record.values.get(f) != v and (made or f in spoken or self.rule(f) == "keep")
            }
            stays = given - set(differing) or any(a.kind in ("insert", "delete") for a in mine)
            if differing:
                return "update", differing, "kept" if stays and not again else "reversed"
        if not (made or given or any(a.kind == "delete" or a.changed for a in mine)):
            return None
        return "stay", {}, "kept"

    def _failing(self, plans: dict[str, tuple[str, dict[str, Any], str]]) -> set[str]:
        """Records that would be the same as another one; of two that both move, one may."""
        failed: set[str] = set()
        while True:
            moving = {}
            for record_id, (kind, values, _) in plans.items():
                if record_id in failed or kind not in ("restore", "update"):
                    continue
                if kind == "restore" or {"name", "birth_date"} & set(values):
                    old = self.records[record_id].values if kind == "update" else {}
                    moving[record_id] = {**old, **values}
            gone = {r for r, (kind, *_) in plans.items() if kind == "delete" and r not in failed}
            staying = {r: x.values for r, x in self.records.items() if r not in gone | set(moving)}
            more = {
                r
                for r, values in moving.items()
                if any(self._alike(values, other) for other in staying.values())
                or any(i < r and self._alike(values, other) for i, other in moving.items())
            }
            if not more:
                return failed
            failed |= more
