"""A small disk to fill up, and how an app on it is asked whether it is well, and what it has."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from tests.faults import invariants
from tests.faults.app import App

MB = 1_000_000
SIZE = 64  # MB of the small disk
ROWS = 6_000  # of a file, about half a megabyte


def can_mount() -> bool:
    """Whether a small disk can be made here."""
    try:
        with tempfile.TemporaryDirectory() as folder, small_disk(Path(folder) / "x"):
            return True
    except (OSError, subprocess.CalledProcessError):
        return False


def namespace() -> tuple[str, ...] | None:
    """What a command is started through so that it may mount things of its own; None where nobody may.

    Root needs a view of the files of its own, others an own world of users, too, where the system lets them.
    """
    for found in (("unshare", "-m"), ("unshare", "-Ur", "-m")):
        with tempfile.TemporaryDirectory() as folder, suppress(OSError):
            tried = [*found, "mount", "-t", "tmpfs", "tmpfs", folder]
            if subprocess.run(tried, capture_output=True, check=False).returncode == 0:
                return found
    return None


@contextmanager
def small_disk(place: Path, size: int = SIZE) -> Iterator[Path]:
    """Of so many MB, in memory; root alone can mount one."""
    place.mkdir(parents=True)
    subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}m", "tmpfs", str(place)],
        check=True,
        capture_output=True,
    )
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def csv(tag: str, rows: int = ROWS) -> bytes:
    lines = (
        f"{tag} {i},{1900 + i % 100},about {tag} {i * 7919 % 10007} and more" for i in range(rows)
    )
    return ("name,birth_date,description\n" + "\n".join(lines) + "\n").encode()


def fill(disk: Path, left: float) -> None:
    """Fill the disk until so many MB are left."""
    room = shutil.disk_usage(disk).free - int(left * MB)
    with (disk / "filler").open("ab") as file:
        while room > 0:
            piece = min(room, MB)
            try:
                file.write(b"x" * piece)
                file.flush()
            except OSError:
                return
            room -= piece


def reckon(app: App, wanted: list[str], people: int, faults: list[str]) -> None:
    """Every file once, every record there, and nothing half."""
    state = invariants.check(app.database, app.data)
    faults.extend(state.faults)
    imported = Counter(u["filename"] for u in state.uploads.values() if u["status"] == "imported")
    faults.extend(f"{n} was imported {imported[n]} times" for n in wanted if imported[n] != 1)
    if len(state.records["celebrities"]) != people:
        faults.append(f"{len(state.records['celebrities'])} records instead of {people}")


def said(answer: Any) -> str:
    code = answer.json().get("code", "") if answer.status_code >= 400 else ""
    return f"{answer.status_code} {code}".strip()


def well(app: App, patience: float = 30) -> bool:
    until = time.monotonic() + patience
    while time.monotonic() < until:
        answer = app.client.get(f"{app.url}/api/v1/health")
        if answer.status_code == 200:
            return True
        time.sleep(0.2)
    return False


def goes_on(app: App, name: str, content: bytes, patience: float = 40) -> bool:
    """By itself, or when it is sent again: it is imported."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        answer = app.upload(name, content, wait=30)
        if answer.status_code == 201 or answer.status_code == 409:
            return True
        time.sleep(0.5)
    return False
