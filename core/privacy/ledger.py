"""The erasure ledger: who has to stay forgotten, without a word about who it was.

A line of `<database>.forgotten.jsonl` has ids and keyed digests; the key lies beside it. It is no part of any
backup: whatever is restored is brought up to it when the database is opened.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from core.storage.replacing import sync_folder


@dataclass(frozen=True)
class Entry:
    """One person who was forgotten."""

    forgotten_id: str
    dataset: str
    record_id: str
    at: str
    destroy_files: bool


def path_of(database: Path) -> Path:
    """Where the ledger of a database is."""
    return database.with_name(f"{database.stem}.forgotten.jsonl")


def key(database: Path) -> bytes:
    """The key of the digests; made when it is first asked for, and read by its owner alone."""
    path = database.with_name(f"{database.stem}.forgotten.key")
    try:
        return bytes.fromhex(path.read_text("ascii"))
    except FileNotFoundError:
        made = secrets.token_bytes(32)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(made.hex())
            file.flush()
            os.fsync(file.fileno())
        return made


def digest(secret: bytes, text: str) -> str:
    """By what a text is known again, by whoever has the key and the text."""
    return hmac.new(secret, text.encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def entries(database: Path) -> Iterator[Entry]:
    """Everybody, the earliest first."""
    path = path_of(database)
    if path.is_file():
        for line in path.read_text("utf-8").splitlines():
            if line.strip():
                yield Entry(**json.loads(line))


def add(database: Path, entry: Entry) -> None:
    """Write a line, durably; once for each person."""
    if any((e.dataset, e.record_id) == (entry.dataset, entry.record_id) for e in entries(database)):
        return
    path = path_of(database)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a") as file:
        file.write(json.dumps(asdict(entry)) + "\n")
        file.flush()
        os.fsync(file.fileno())
    sync_folder(path.parent)
