"""The raw files against their hashes, and what was left lying about."""

from __future__ import annotations

import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb

from core.files import hidden
from core.files.store import raw_path
from core.integrity.findings import EXAMPLES, Finding
from core.jobs.progress import Progress
from core.settings import Settings

OLD = 3600.0  # seconds after which an unfinished file has nobody who goes on with it


def sha256(path: Path) -> str:
    """The hash of a file's bytes as they came, however they are kept."""
    return hidden.sha256(path)


def check(
    cursor: duckdb.DuckDBPyConnection, settings: Settings, progress: Progress
) -> tuple[list[Finding], int]:
    """What is missing, altered, orphaned or left over; and how many raw files were hashed."""
    rows = cursor.execute(
        "SELECT sha256, any_value(filename), bool_or(status NOT IN ('cancelled', 'failed', 'rejected'))"
        " FROM ops.uploads WHERE sha256 IS NOT NULL GROUP BY sha256"
    ).fetchall()
    names = {sha: f"{sha[:12]}… ({name})" for sha, name, _ in rows}
    folder = settings.data_dir
    there = [sha for sha in names if raw_path(folder, sha).is_file()]
    gone = [(sha, used) for sha, _, used in rows if sha not in set(there)]

    def judged(sha: str) -> str | None:
        progress.check()
        try:
            return None if sha256(raw_path(folder, sha)) == sha else "file_altered"
        except OSError:
            return "file_unreadable"

    with ThreadPoolExecutor(settings.threads, thread_name_prefix="marquee-hash") as pool:
        wrong = dict(zip(there, pool.map(judged, there)))
    found = [
        *_finding("file_missing", folder / "raw", [names[s] for s, used in gone if used]),
        *_finding(
            "file_missing_unused", folder / "raw", [names[s] for s, used in gone if not used]
        ),
        *(
            finding
            for code in ("file_altered", "file_unreadable")
            for finding in _finding(
                code, folder / "raw", [names[s] for s, told in wrong.items() if told == code]
            )
        ),
        *_finding("file_orphaned", folder / "raw", _orphans(folder / "raw", set(names))),
        *_finding("leftover", folder, _left(settings)),
    ]
    return found, len(there)


def _finding(code: str, where: Path, examples: Iterable[str]) -> list[Finding]:
    found = sorted(examples)
    return [Finding(code, str(where), len(found), tuple(found[:EXAMPLES]))] if found else []


def _orphans(raw: Path, known: set[str]) -> list[str]:
    return [
        path.name
        for path in raw.glob("[0-9a-f][0-9a-f]/*")
        if path.name not in known and _old(path)  # one that just came gets its upload in a moment
    ]


def _left(settings: Settings) -> list[str]:
    places = (
        settings.data_dir.glob("raw/.incoming/*"),
        settings.data_dir.glob(".cache/*.part"),
        settings.backup_dir.glob(".making-*"),
    )
    return [str(path) for place in places for path in place if _old(path)]


def _old(path: Path) -> bool:
    try:
        return time.time() - path.stat().st_mtime > OLD
    except OSError:  # it went meanwhile
        return False
