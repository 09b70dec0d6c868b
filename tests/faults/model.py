"""What must be true of the records after files were brought: a model in plain Python.

Every file has people of its own, named after its tag, so that whose rows are there can be counted; some
rows with an error, which wait in quarantine; and some people that many files share: each adds its tag
to them, in whatever order, so that their tags say which files came in.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from dataclasses import dataclass, field
from typing import Any

import xlsxwriter

from tests.faults.invariants import DONE, State

HEADER = ("name", "birth_date", "mbti", "tags", "description")
TYPES = ("INTJ", "INTP", "ENTJ", "ENTP", "INFJ", "INFP", "ENFJ", "ENFP")
SHARED = 20  # people that files share


@dataclass
class Sent:
    """One file: what is in it, how it was brought, and what is known of its fate."""

    tag: str
    rows: int
    bad: int = 0
    shared: tuple[int, ...] = ()
    kind: str = "csv"
    door: str = "api"
    accepted: bool = False  # a door said so
    upload_id: str | None = None
    refused: str | None = None  # the error's code, when a door or the import said no
    back: str | None = None  # None, "wanted" (asked for, no answer), "done"
    settled: bool = False  # everybody waited until nothing was going on any more
    content: bytes = field(default=b"", repr=False)

    def __post_init__(self) -> None:
        self.content = self.content or _written(self)

    @property
    def name(self) -> str:
        """The file's name."""
        return f"{self.tag}.{self.kind}"

    @property
    def sha(self) -> str:
        """The hash of its bytes."""
        return hashlib.sha256(self.content).hexdigest()

    def people(self) -> dict[str, dict[str, Any]]:
        """The file's own people as they must stand in the table, by name."""
        return {row["name"]: row for row in map(self.person, range(self.rows))}

    def person(self, number: int) -> dict[str, Any]:
        """One of them."""
        return {
            "name": f"{self.tag} Person {number:06d}",
            "birth_date": f"19{number % 80 + 10:02d}-{number % 12 + 1:02d}-{number % 28 + 1:02d}",
            "mbti": TYPES[number % len(TYPES)],
            "tags": [self.tag, f"n{number % 10}"],
            "description": f"“{number}”, and so on; {'x' * (number % 40)}.",
        }


def _rows(sent: Sent) -> list[dict[str, Any]]:
    rows = [sent.person(n) for n in range(sent.rows)]
    rows += [{"name": f"Shared {n:03d}", "tags": [sent.tag]} for n in sent.shared]
    rows += [{"name": f"{sent.tag} Bad {n:06d}", "mbti": "XXXX"} for n in range(sent.bad)]
    return rows


def _written(sent: Sent) -> bytes:
    rows = _rows(sent)
    if sent.kind == "json":
        return json.dumps(rows, ensure_ascii=False).encode()
    cells = [
        [{**row, "tags": ";".join(row.get("tags", []))}.get(n, "") for n in HEADER] for row in rows
    ]
    if sent.kind == "xlsx":
        return _workbook([list(HEADER), *cells])
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([HEADER, *cells])
    return out.getvalue().encode()


def _workbook(rows: list[list[str]]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_numbers": False}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return out.getvalue()


@dataclass
class Model:
    """All files that were brought, by tag."""

    files: dict[str, Sent] = field(default_factory=dict)

    def add(self, sent: Sent) -> Sent:
        """One more."""
        self.files[sent.tag] = sent
        return sent

    def compare(self, state: State, *, settled: bool) -> list[str]:
        """What differs between the files' records and the model, in words.

        Right after a crash a file may be in or not in, but not half or twice, and what was accepted has
        its upload. When all is settled, or the file was before, what was accepted is in, or taken back.
        """
        faults: list[str] = []
        by_tag: dict[str, dict[str, dict[str, Any]]] = {tag: {} for tag in self.files}
        shared: dict[str, set[str]] = {}
        for record in state.records.get("celebrities", []):
            tag, _, rest = str(record["name"]).partition(" ")
            if tag == "Shared":
                shared[record["name"]] = set(record["tags"] or [])
            elif tag not in by_tag:
                faults.append(f"nobody brought {record['name']}")
            elif record["name"] in by_tag[tag]:
                faults.append(f"{record['name']} is there twice")
            else:
                by_tag[tag][record["name"]] = record
        inside = set()
        uploads = _by_hash(state)
        for tag, sent in self.files.items():
            found = by_tag[tag]
            faults += _values(sent, found)
            faults += _fate(sent, found, uploads.get(sent.sha, []), settled or sent.settled)
            if any(u["status"] == "imported" for u in uploads.get(sent.sha, [])):
                inside.add(tag)
        faults += self._shared(shared, inside)
        return faults

    def _shared(self, found: dict[str, set[str]], inside: set[str]) -> list[str]:
        expected: dict[str, set[str]] = {}
        for tag in inside:
            for number in self.files[tag].shared:
                expected.setdefault(f"Shared {number:03d}", set()).add(tag)
        names = sorted(set(found) | set(expected))
        return [
            f"{name} has the tags {sorted(found.get(name, set()))}, not {sorted(expected.get(name, set()))}"
            for name in names
            if found.get(name, set()) != expected.get(name, set())
        ]


def _by_hash(state: State) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for upload in state.uploads.values():
        if upload["kind"] == "import":
            found.setdefault(upload["sha256"], []).append(upload)
    return found


def _values(sent: Sent, found: dict[str, dict[str, Any]]) -> list[str]:
    if len(found) not in (0, sent.rows):
        return [f"{sent.name} is half there: {len(found)} of {sent.rows}"]
    wanted = sent.people()
    for name, record in found.items():
        person = wanted.get(name)
        wrong = {k: (record[k], v) for k, v in (person or {"name": None}).items() if record[k] != v}
        if wrong:
            return [f"{name} has other values (found, expected): {wrong}"]
    return []


def _fate(
    sent: Sent, found: dict[str, Any], uploads: list[dict[str, Any]], settled: bool
) -> list[str]:
    faults = []
    imported = [u for u in uploads if u["status"] == "imported"]
    done = [u for u in uploads if u["status"] in DONE]
    if len(imported) > 1:
        faults.append(f"{sent.name} was imported {len(imported)} times")
    if bool(found) != bool(imported):
        faults.append(f"{sent.name} has {len(found)} records, and {len(imported)} imports")
    if sent.accepted and sent.door != "folder" and sent.upload_id is not None:
        if sent.upload_id not in {u["upload_id"] for u in uploads}:
            faults.append(f"{sent.name} was accepted as {sent.upload_id} and is lost")
    if sent.back == "done" and found:
        faults.append(f"{sent.name} was taken back and is there")
    if settled and sent.accepted and not sent.refused:
        if sent.back is None and not found:
            faults.append(f"{sent.name} was accepted and is not in the table")
        if sent.back is None and len(done) > 1:
            faults.append(f"{sent.name} went in {len(done)} times")
    return faults
