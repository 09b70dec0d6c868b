"""Files of this installation beside the raw files: those that came by the watched folder, and those on their way.

A copy of a raw file is treated as it is: redacted or destroyed. What else names the person is counted and left, since nobody
knows which rows of it are theirs; the paper says how many files that are.
"""

from __future__ import annotations

import hashlib
import json
import mmap
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from core.files import hidden
from core.files.store import RawFile
from core.ingest import transfers
from core.ingest.corridor import Corridor
from core.privacy.finding import FileRows, Known
from core.privacy.redacting import destroy

DONE, WAITING = ("processed", "failed"), "pending"
REPORT = ".report.json"
SIGN = "•••"
_CODECS = ("utf-8", "utf-16-le", "utf-16-be")


@dataclass(frozen=True)
class Beside:
    """What lies there: copies of raw files by upload, reports and other files that name the person, transfers that do."""

    copies: tuple[tuple[Path, str], ...]
    reports: tuple[Path, ...]
    named: int
    on_their_way: int


def look(corridor: Corridor, found: Known) -> Beside:
    """Look through the folder of the data. Reads every file there."""
    words = _words(found.names)
    copies, reports, named = [], [], 0
    for path in _files(corridor.folder / name for name in (*DONE, WAITING)):
        waits = path.is_relative_to(corridor.folder / WAITING)  # it comes in anew, as it is
        upload = None if waits else _copy_of(path, found.files)
        if upload is not None:
            copies.append((path, upload))
        elif _names(path, words):
            named += not path.name.endswith(REPORT)
            reports += [path] if path.name.endswith(REPORT) else []
    coming = sum(_names(path, words) for path in _files([transfers.folder(corridor)]))
    return Beside(tuple(copies), tuple(reports), named, coming)


def settle(
    there: Beside, names: Iterable[str], made: Mapping[str, tuple[FileRows, RawFile | None]]
) -> None:
    """Treat the copies as the raw files were treated, and take the person out of the reports."""
    for path, upload in there.copies:
        raw = made[upload][1]
        destroy(path)
        if raw is not None:
            part = path.with_name(f".{path.name}.part")
            shutil.copyfile(hidden.plain(raw.path), part)
            os.replace(part, path)
    for path in there.reports:
        text = path.read_text("utf-8")
        for name in sorted(names, key=len, reverse=True):
            for form in (name, json.dumps(name)[1:-1], json.dumps(name, ensure_ascii=False)[1:-1]):
                text = text.replace(form, SIGN)
        destroy(path)
        path.write_text(text, "utf-8")


def _files(folders: Iterable[Path]) -> Iterator[Path]:
    for folder in folders:
        for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
            if path.is_file() and not path.is_symlink():
                yield path


def _copy_of(path: Path, files: Iterable[FileRows]) -> str | None:
    """The upload of whose raw file this is a copy."""
    size = path.stat().st_size
    alike = {f.upload.sha256: f.upload.id for f in files if f.upload.size == size}
    if not alike:
        return None
    with path.open("rb") as file:
        return alike.get(hashlib.file_digest(file, "sha256").hexdigest())


def _words(names: Iterable[str]) -> list[bytes]:
    """Names as they stand in files, also escaped as in JSON."""
    forms = {f for name in names for f in (name, json.dumps(name)[1:-1])}
    return [form.encode(codec, "replace") for form in sorted(forms) for codec in _CODECS]


def _names(path: Path, words: Iterable[bytes]) -> bool:
    if not path.stat().st_size:
        return False
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return any(content.find(word) >= 0 for word in words)
