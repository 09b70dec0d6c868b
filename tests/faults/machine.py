"""The machine of the stateful test: rules that act on a real Workbench and on the model alike."""

from __future__ import annotations

import csv
import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from core import Dataset, Workbench
from core.datasets.model import to_toml
from core.errors import BadValue, Conflict, DuplicateUpload, HeldBack, StalePreview, WrongState
from core.ingest import background
from core.ingest.rows import compare, duplicates
from core.ingest.writing import commit
from core.settings import Settings
from tests.oracle import EXTRA, Model, Outcome

TALLY: Counter[str] = Counter()  # what was done, over all examples of this process
SET = "people"
FIELDS = [
    {"name": "name", "required": True, "max_length": 200},
    {"name": "birth_date", "type": "date", "min": "-3000", "max": "today"},
    {"name": "gender", "vocabulary": "genders", "choices": ["female", "male", "non-binary"]},
    {"name": "mbti", "case": "upper", "choices": ["INTJ", "ENFP", "ISTP"]},
    {"name": "tags", "type": "list", "on_update": "union"},
    {"name": "nick", "on_update": "fill"},
    {"name": "note", "on_update": "keep"},
]
# What the dataset can become: fields that come and go, and rules that change.
CITY = {"name": "city", "on_update": "fill", "max_length": 5}
CHANGES: dict[str, Callable[[dict[str, Any]], None]] = {}


def change(name: str) -> Callable[[Callable[[dict[str, Any]], None]], None]:
    """Register a change of the definition."""
    return lambda act: CHANGES.update({name: act})


@change("a field comes or goes")
def _city(data: dict[str, Any]) -> None:
    names = [f["name"] for f in data["fields"]]
    if "city" in names:
        data["fields"] = [f for f in data["fields"] if f["name"] != "city"]
    else:
        data["fields"].append(dict(CITY))


@change("choices")
def _choices(data: dict[str, Any]) -> None:
    mbti = next(f for f in data["fields"] if f["name"] == "mbti")
    wide = ["INTJ", "ENFP", "ISTP", "INTX"]
    mbti["choices"] = wide if len(mbti["choices"]) == 3 else wide[:3]


@change("what an update does")
def _on_update(data: dict[str, Any]) -> None:
    nick = next(f for f in data["fields"] if f["name"] == "nick")
    nick["on_update"] = {"fill": "overwrite", "overwrite": "fill"}[nick.get("on_update", "fill")]


@change("how long a name may be")
def _length(data: dict[str, Any]) -> None:
    data["fields"][0]["max_length"] = {200: 2, 2: 200}[data["fields"][0]["max_length"]]


NAMES = st.sampled_from(["Ann", "ann ", "Bo", "Cé", "Ce", "周杰伦", "Dora", "", "N/A"])
DAYS = st.sampled_from(
    ["", "1990", "1990-01", "1990-01-05", "5/1/1990", "25/1/1990", "1/31/1990", "x"]
)
CELLS = {
    "name": NAMES,
    "birth_date": DAYS,
    "gender": st.sampled_from(["", "f", "male", "robot"]),
    "mbti": st.sampled_from(["", "INTJ", "enfp", "INTX"]),
    "tags": st.sampled_from(["", "a", "a;b", "b, c", "-"]),
    "nick": st.sampled_from(["", "", "x", "y y"]),
    "note": st.sampled_from(["", "", "n"]),
    "city": st.sampled_from(["", "Rome", "London"]),
}
ROW = st.fixed_dictionaries(CELLS)
ROWS = st.lists(ROW, min_size=1, max_size=5)
EDITS = st.sampled_from(
    [
        ("mbti", "ISTP"),
        ("mbti", None),
        ("gender", "female"),
        ("tags", ["z"]),
        ("nick", "nn"),
        ("name", "Ann"),
        ("birth_date", "1990-01-05"),
    ]
)

LIMITS = compare.FEW, duplicates.KEYS


@dataclass
class Open:
    """An upload that was received, and what its newest preview said."""

    rows: list[dict[str, str]]
    mode: str
    on_error: str
    source: str
    force: bool
    dataset: Dataset
    # Columns that go to the field of their name: the dataset never lost it since. The others are extras.
    fields: tuple[str, ...]
    shown: tuple[Any, ...] | None = None


@dataclass
class Done:
    """An imported upload: how its rows stand, the date order of its file, its row counts."""

    mode: str
    source: str
    order: str | None
    content: Any
    fields: tuple[str, ...]
    waiting: dict[int, dict[str, str]] = field(default_factory=dict)
    kinds: dict[int, str] = field(default_factory=dict)  # rejected or conflicting
    counts: Counter[str] = field(default_factory=Counter)


class Records(RuleBasedStateMachine):
    """Every act is done to a real Workbench and to the model; after each, both must agree.

    What is drawn from is in the order of its making: ids of one moment come in any order, and the same
    seed must do the same again.
    """

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="marquee-stateful-"))
        self.definition: dict[str, Any] = {
            "name": SET,
            "fields": [dict(f) for f in FIELDS],
            "key": {"fields": ["name"], "when_both": "birth_date"},
        }
        self.number = self.lives = self.openings = 0
        self.wb = self.opened(self.folder / "0.duckdb")
        self.wb.save_dataset(Dataset.model_validate(self.definition))
        self.model = Model(self.wb.dataset(SET))
        self.waiting: dict[str, Open] = {}
        self.done: dict[str, Done] = {}

    def opened(self, database: Path) -> Workbench:
        # Every other time it compares as where records are many, and holds few keys against each other at once.
        self.openings += 1
        compare.FEW, duplicates.KEYS = (0, 2) if self.openings % 2 else LIMITS
        where = Settings(
            database=database,
            data_dir=self.folder / "data",
            datasets_dir=self.folder / "datasets",
            threads=1,
            min_free_mb=0,
        )
        workbench = Workbench.open(settings=where)
        workbench.database.write(background.resume)
        return workbench

    def teardown(self) -> None:
        # What Marquee says of itself, too: nothing is wrong, and every value is what its source made of it.
        report = self.wb.check(deep=True)
        self.wb.close()
        shutil.rmtree(self.folder)
        compare.FEW, duplicates.KEYS = LIMITS
        assert report.ok, report.findings

    def step(self, name: str) -> None:
        TALLY["steps"] += 1
        TALLY[name] += 1

    @property
    def fields(self) -> list[str]:
        return list(self.model.dataset.field_names)

    # -------------------------------------------------------------- importing

    def write(self, rows: list[dict[str, str]]) -> tuple[Path, list[dict[str, str]]]:
        """A CSV with the fields that the dataset has now; a line without any text is no row."""
        rows = [{f: row.get(f, "") for f in self.fields} for row in rows]
        rows = [row for row in rows if any(row.values())] or [
            {f: "Zoe" if f == "name" else "" for f in self.fields}
        ]
        self.number += 1
        path = self.folder / f"{self.number}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, self.fields)
            writer.writeheader()
            writer.writerows(rows)
        return path, rows

    @initialize(rows=st.lists(ROW, min_size=2, max_size=5))
    def first(self, rows: list[dict[str, str]]) -> None:
        self.whole(rows, "upsert", "quarantine", "a")

    @rule(
        rows=ROWS,
        mode=st.sampled_from(["upsert", "upsert", "insert", "replace"]),
        on_error=st.sampled_from(["quarantine", "quarantine", "refuse"]),
        source=st.sampled_from(["a", "b"]),
    )
    def whole(self, rows: list[dict[str, str]], mode: str, on_error: str, source: str) -> None:
        self.step(f"import {mode}")
        upload_id = self.take(rows, mode, on_error, source, True)
        self.finish(upload_id)

    @rule(
        rows=ROWS,
        mode=st.sampled_from(["upsert", "upsert", "insert", "replace"]),
        on_error=st.sampled_from(["quarantine", "quarantine", "refuse"]),
        source=st.sampled_from(["a", "b"]),
        force=st.booleans(),
    )
    def receive(
        self, rows: list[dict[str, str]], mode: str, on_error: str, source: str, force: bool
    ) -> None:
        self.step("receive")
        self.take(rows, mode, on_error, source, force)

    @precondition(lambda self: self.waiting or self.done)
    @rule(data=st.data(), force=st.sampled_from([False, False, True]))
    def the_same_again(self, data: st.DataObject, force: bool) -> None:
        """The bytes of an upload that is open or imported, once more."""
        self.step("the same again")
        known = {u: o.rows for u, o in self.waiting.items()}
        known |= {u: d.content for u, d in self.done.items()}
        known = {u: rows for u, rows in known.items() if list(rows[0]) == self.fields}
        if known:
            rows = known[data.draw(st.sampled_from(list(known)))]
            self.take(rows, "upsert", "quarantine", "a", force)

    def take(
        self, rows: list[dict[str, str]], mode: Any, on_error: Any, source: str, force: bool
    ) -> str:
        path, rows = self.write(rows)
        known = [u for u in self.done if self.done[u].content == rows]
        there = any(self.imported_still(u) for u in known)
        try:
            upload = self.wb.receive(
                path, dataset=SET, mode=mode, on_error=on_error, source_name=source, force=force
            )
        except DuplicateUpload:
            assert there and not force
            TALLY["refused as imported already"] += 1
            return ""
        assert force or not there
        given = (mode, on_error, source, force, self.model.dataset, tuple(rows[0]))
        self.waiting[upload.id] = Open(rows, *given)
        return str(upload.id)

    def outcome(self, upload_id: str) -> Outcome:
        upload = self.waiting[upload_id]
        upload.fields = tuple(f for f in upload.fields if f in self.fields)
        return self.model.outcome(upload.rows, upload.fields, upload.mode, upload.source)

    def promise(self, upload_id: str, found: Outcome) -> tuple[Any, ...]:
        """What a preview says, to be compared with what a commit would do."""
        versions = {
            n: self.model.records[found.matched[n]].version
            for n, o in found.rows.items()
            if o == "changed"
        }
        gone = {r: self.model.records[r].version for r in found.deleted}
        matched = {n: r for n, r in found.matched.items() if found.rows[n] != "rejected"}
        matched = {n: r for n, r in matched.items() if found.rows[n] != "conflicting"}
        return deepcopy((found.rows, matched, versions, gone, self.model.dataset))

    @precondition(lambda self: self.waiting)
    @rule(data=st.data())
    def preview(self, data: st.DataObject) -> None:
        self.step("preview")
        upload_id = data.draw(st.sampled_from(list(self.waiting)))
        found = self.outcome(upload_id)
        preview = self.wb.preview(upload_id)
        self.counts_agree(preview.counts, found)
        self.waiting[upload_id].shown = self.promise(upload_id, found)
        changed = {c.row: c for c in preview.changes("changed")}
        assert set(changed) == {n for n, o in found.rows.items() if o == "changed"}
        for number, shown in changed.items():
            old = self.model.records[found.matched[number]].values
            new = self.model.merged(old, found.values[number])
            told = {f.field: (f.old, f.new) for f in shown.fields}
            assert told == {f: (old[f], new[f]) for f in new if old[f] != new[f]}
        for c in preview.changes("new"):
            values = {f: v for f, v in found.values[c.row].items() if v is not None}
            assert {f.field: f.new for f in c.fields} == values
        for name in ("new", "repeated", "rejected", "conflicting"):
            told_rows = {c.row for c in preview.changes(name)}
            assert told_rows == {n for n, o in found.rows.items() if o == name}
        gone = {c.record_id for c in preview.changes("deleted")}
        assert gone == set(found.deleted)

    @staticmethod
    def counts_agree(counts: Any, found: Outcome) -> None:
        for name in ("new", "changed", "unchanged", "repeated", "rejected", "conflicting"):
            assert getattr(counts, name) == found.count(name), (name, counts, found.rows)
        assert counts.deleted == len(found.deleted), (counts, found.deleted)

    @precondition(lambda self: self.waiting)
    @rule(data=st.data())
    def commit(self, data: st.DataObject) -> None:
        self.step("commit")
        self.finish(data.draw(st.sampled_from(list(self.waiting))))

    def finish(self, upload_id: str) -> None:
        if not upload_id:
            return
        upload, found = self.waiting[upload_id], self.outcome(upload_id)
        now = self.promise(upload_id, found)
        stale = upload.shown is not None and upload.shown != now
        twins = [u for u in self.done if self.done[u].content == upload.rows]
        double = not upload.force and any(self.imported_still(u) for u in twins)
        bad = found.count("rejected") + found.count("conflicting")
        upload.shown = now  # also a refusal renews the preview
        try:
            done = self.wb.commit(upload_id)
        except StalePreview:
            TALLY["refused as stale"] += 1
            assert stale, "refused without a reason"
            self.counts_agree(self.wb.upload(upload_id).counts, found)
            return
        except HeldBack:
            TALLY["held back"] += 1
            assert upload.on_error == "refuse" and bad and not stale
            assert self.wb.upload(upload_id).status == "rejected"
            return
        except DuplicateUpload:
            TALLY["refused as imported already"] += 1
            assert double and not stale
            return
        assert not stale and not double and not (upload.on_error == "refuse" and bad)
        self.counts_agree(done.counts, found)
        self.imported(upload_id, found)

    def imported_still(self, upload_id: str) -> bool:
        """It stands, and something of it is left: its bytes are refused."""
        return self.model.status[upload_id] == "imported" and self.model.has_effect(upload_id)

    def imported(self, upload_id: str, found: Outcome) -> None:
        upload = self.waiting.pop(upload_id)
        ids = self.inserted(upload_id)
        self.model.apply(upload_id, found, ids, upload.source, self.fields)
        aside = {n for n, o in found.rows.items() if o in ("rejected", "conflicting")}
        self.done[upload_id] = Done(
            *(upload.mode, upload.source, found.order, upload.rows, upload.fields),
            waiting={n: dict(upload.rows[n - 1]) for n in aside},
            kinds={n: found.rows[n] for n in aside},
            counts=Counter(o for o in found.rows.values()),
        )

    def inserted(self, upload_id: str) -> dict[int, str]:
        rows = self.ask(
            "SELECT row_no, record_id FROM history.changes WHERE kind = 'insert'"
            f" AND upload_id = '{upload_id}'"
        )
        return {row: str(record_id) for row, record_id in rows}

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        with self.wb.database.reader() as cursor:
            return cursor.execute(sql).fetchall()

    @precondition(lambda self: self.waiting)
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        self.step("cancel")
        upload_id = data.draw(st.sampled_from(list(self.waiting)))
        assert self.wb.cancel(upload_id).status == "cancelled"
        if data.draw(st.booleans()):
            del self.waiting[upload_id]
        else:  # a preview opens it again
            self.wb.preview(upload_id)

    @precondition(lambda self: any(self.fixable(u) for u in self.done))
    @rule(data=st.data())
    def requeue(self, data: st.DataObject) -> None:
        self.step("requeue")
        upload_id = data.draw(st.sampled_from([u for u in self.done if self.fixable(u)]))
        done = self.done[upload_id]
        numbers = sorted(
            data.draw(
                st.sets(st.sampled_from(sorted(done.waiting)), min_size=1, max_size=3), "rows"
            )
        )
        fixes: dict[int, dict[str, str]] = {}
        for number in numbers:
            chosen = data.draw(st.sets(st.sampled_from(sorted(done.waiting[number])), max_size=3))
            fixes[number] = {f: data.draw(CELLS[f]) for f in sorted(chosen)}
        cells = [{**done.waiting[n], **fixes[n]} for n in numbers]
        mode = "upsert" if done.mode == "replace" else done.mode
        names = [f for f in done.fields if f in self.fields]
        found = self.model.outcome(cells, names, mode, done.source, done.order)
        told = self.wb.requeue(upload_id, fixes)
        self.counts_agree(told.counts, found)
        ids = self.inserted(upload_id)
        self.model.apply(
            upload_id,
            found,
            {i: ids.get(n, "") for i, n in enumerate(numbers, 1)},
            done.source,
            self.fields,
        )
        for i, number in enumerate(numbers, 1):
            done.counts[done.kinds[number]] -= 1
            done.counts[found.rows[i]] += 1
            if found.rows[i] in ("rejected", "conflicting"):
                done.waiting[number], done.kinds[number] = cells[i - 1], found.rows[i]
            else:
                del done.waiting[number], done.kinds[number]
        assert told.waiting == len(done.waiting)

    def fixable(self, upload_id: str) -> bool:
        done = self.done[upload_id]
        return bool(done.waiting) and self.model.status[upload_id] == "imported"

    # -------------------------------------------------------------- by hand

    @precondition(lambda self: self.model.records)
    @rule(data=st.data(), values=st.lists(EDITS, min_size=1, max_size=3))
    def edit(self, data: st.DataObject, values: list[tuple[str, Any]]) -> None:
        self.step("edit")
        self.set(data.draw(st.sampled_from(list(self.model.records))), dict(values))

    @precondition(lambda self: self.model.records)
    @rule(data=st.data(), values=st.lists(EDITS, min_size=2, max_size=4))
    def merge_like(self, data: st.DataObject, values: list[tuple[str, Any]]) -> None:
        """Several fields of several records to the same values."""
        self.step("merge-like edits")
        ids = list(self.model.records)
        chosen = data.draw(st.sets(st.sampled_from(range(len(ids))), min_size=1, max_size=3))
        for record_id in [ids[i] for i in sorted(chosen)]:
            self.set(record_id, dict(values))

    def set(self, record_id: str, values: dict[str, Any]) -> None:
        record = self.model.records[record_id]
        long = self.model.dataset.field("name").max_length or 200
        try:
            self.wb.edit(SET, record_id, values, version=record.version)
        except BadValue:
            assert len(str(values.get("name", ""))) > long
            return
        except Conflict:
            TALLY["refused as another record"] += 1
            changed = {f for f, v in values.items() if record.values[f] != v}
            assert changed & {"name", "birth_date"}
            assert self.model.collides(record_id, {**record.values, **values})
            return
        if any(record.values[f] != values.get(f, record.values[f]) for f in ("name", "birth_date")):
            assert not self.model.collides(record_id, {**record.values, **values})
        assert len(str(values.get("name", ""))) <= long
        self.model.set(record_id, values, None)

    @precondition(lambda self: self.model.records)
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        self.step("delete")
        record_id = data.draw(st.sampled_from(list(self.model.records)))
        self.wb.delete(SET, record_id)
        self.model.remove(record_id, None)

    @precondition(lambda self: set(self.model.changes) - set(self.model.records))
    @rule(data=st.data())
    def restore(self, data: st.DataObject) -> None:
        self.step("restore")
        gone = [r for r in self.model.changes if r not in self.model.records]
        record_id = data.draw(st.sampled_from(gone))
        last = [c for c in self.model.changes[record_id] if c.kind == "delete"][-1]
        double = self.model.collides(record_id, last.before or {})
        try:
            self.wb.restore(SET, record_id)
        except Conflict:
            TALLY["refused as another record"] += 1
            assert double
            return
        assert not double
        self.model.restore(record_id, last.before or {}, None)

    # -------------------------------------------------------------- back

    @precondition(lambda self: self.model.status)
    @rule(data=st.data())
    def take_back(self, data: st.DataObject) -> None:
        upload_id = data.draw(st.sampled_from(list(self.model.status)))
        self.step("rollback of a rollback" if upload_id in self.model.rollbacks else "rollback")
        try:
            shown = self.wb.rollback(upload_id, dry_run=True)
        except WrongState:
            assert self.model.status[upload_id] == "rolled_back"
            return
        if shown.counts["failed"] and not (shown.counts["reversed"] or shown.counts["kept"]):
            with pytest.raises(Conflict):
                self.wb.rollback(upload_id)
            return
        done = self.wb.rollback(upload_id)
        assert done.counts == shown.counts, "the preview is the promise"
        outcomes = ("reversed", "kept", "failed")
        assert all(getattr(done, o) == getattr(shown, o) for o in outcomes)
        found = self.model.roll_back(str(done.id), upload_id)
        assert tuple(done.counts[o] for o in outcomes) == found
        TALLY["records failed"] += found[2]

    # -------------------------------------------------------------- around it

    @rule(name=st.sampled_from(sorted(CHANGES)))
    def redefine(self, name: str) -> None:
        """Somebody edits the dataset's TOML; it is read again with the next question."""
        self.step("dataset change")
        CHANGES[name](self.definition)
        dataset = Dataset.model_validate(self.definition)
        (self.folder / "datasets" / f"{SET}.toml").write_text(to_toml(dataset), "utf-8")
        self.wb.registry._seen = ()  # two changes within one tick of the clock
        self.model.dataset = self.wb.dataset(SET)
        for record in self.model.records.values():
            record.values = {**dict.fromkeys(self.fields), **record.values}

    @rule()
    def close_and_open(self) -> None:
        self.step("close and open")
        path = self.wb.settings.database
        self.wb.close()
        self.wb = self.opened(path)

    @rule()
    def crash(self) -> None:
        """The files as they lie there, the WAL not written back, opened by a process that knows nothing."""
        self.step("crash")
        self.go_on_with(self.copy())

    @precondition(lambda self: self.waiting)
    @rule(data=st.data())
    def crash_in_a_commit(self, data: st.DataObject) -> None:
        """Everything is written and nothing committed."""
        self.step("crash in a commit")
        upload_id = data.draw(st.sampled_from(list(self.waiting)))
        found, copies = self.outcome(upload_id), []

        def die(*given: Any, **more: Any) -> None:
            copies.append(self.copy())
            raise Crash

        with patch.object(commit.events, "append", die):
            try:
                self.wb.commit(upload_id)
            except (Crash, StalePreview, HeldBack, DuplicateUpload):
                pass
        self.waiting[upload_id].shown = self.promise(upload_id, found)
        if copies:
            TALLY["crashed with everything written"] += 1
            self.go_on_with(copies[0])

    def copy(self) -> Path:
        self.lives += 1
        path, target = self.wb.settings.database, self.folder / f"{self.lives}.duckdb"
        shutil.copyfile(path, target)
        wal = path.with_name(path.name + ".wal")
        if wal.exists():
            shutil.copyfile(wal, target.with_name(target.name + ".wal"))
        return target

    def go_on_with(self, path: Path) -> None:
        old = self.wb
        self.wb = self.opened(path)
        old.close()
        old.settings.database.unlink()

    # -------------------------------------------------------------- what must be true

    @invariant()
    def the_table_is_the_model(self) -> None:
        rows = {str(r["record_id"]): r for r in self.wb.records(SET).rows()}
        assert set(rows) == set(self.model.records)
        for record_id, record in self.model.records.items():
            for name in self.fields:
                assert rows[record_id][name] == record.values[name], (name, rows[record_id])
            extra = rows[record_id][EXTRA]
            assert (json.loads(extra) if extra else None) == record.values[EXTRA]
            assert rows[record_id]["_version"] == record.version
            assert rows[record_id]["_source"] == record.source

    @invariant()
    def the_history_is_the_model(self) -> None:
        found: dict[str, list[tuple[Any, ...]]] = {}
        for record_id, *change, before, upload_id in self.ask(
            "SELECT record_id::VARCHAR, version, kind, before, upload_id::VARCHAR"
            f" FROM history.changes WHERE dataset = '{SET}' ORDER BY record_id, version"
        ):
            old = self.old(change[1], json.loads(before) if before else None)
            found.setdefault(record_id, []).append((*change, old, upload_id))
        expected = {
            record_id: [(c.version, c.kind, self.old(c.kind, c.before), c.upload) for c in changes]
            for record_id, changes in self.model.changes.items()
        }
        assert found == expected

    @staticmethod
    def old(kind: str, before: dict[str, Any] | None) -> dict[str, Any] | None:
        """Without system columns; of a whole record only what it had: fields come and go."""
        if before is None:
            return None
        if isinstance(extra := before.get(EXTRA), str):  # in the history it is a text
            before = {**before, EXTRA: json.loads(extra)}
        whole = kind == "delete"
        return {
            k: v
            for k, v in before.items()
            if (k == EXTRA or not k.startswith("_")) and not (whole and v is None)
        }

    @invariant()
    def the_statuses_and_counts_agree(self) -> None:
        for upload_id, status in self.model.status.items():
            assert self.wb.upload(upload_id).status == status
        for upload_id, done in self.done.items():
            counts = self.wb.upload(upload_id).counts
            for name in ("new", "changed", "unchanged", "repeated", "rejected", "conflicting"):
                assert getattr(counts, name) == done.counts[name], (name, counts, done.counts)
            rows = {} if self.model.status[upload_id] == "rolled_back" else done.waiting
            assert {q.row: q.cells for q in self.wb.quarantine(upload_id)} == rows

    @invariant()
    def the_trail_is_whole(self) -> None:
        self.wb.verify_events()


class Crash(Exception):
    """The process would be dead here."""
