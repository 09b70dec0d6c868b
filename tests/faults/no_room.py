"""No room in the middle: for what an import puts aside on the disk, for a backup, and a disk that turns read-only."""

from __future__ import annotations

import contextlib
import random
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from core.backups.folder import Folder
from tests.faults import invariants
from tests.faults.app import App
from tests.faults.small import MB, csv, fill, goes_on, reckon, said, small_disk, well

PEOPLE = 100  # before
BIG = 150_000  # rows, 17 MB: with 150 MB of memory about 34 MB of it are put aside
# MB that were put aside when the disk was filled, and MB that were left then. 0: before it began.
SPILLS = ((2, 0.0), (12, 0.5), (12, 3.0), (25, 0.0), (25, 1.0), (28, 6.0), (0, 45.0), (0, 56.0))
BACKUPS = tuple(
    (form, moment, left)
    for form in ("parquet", "duckdb")
    for moment, left in (("before", 1.0), ("copying", 0.0), ("copying", 0.4), ("testing", 0.0))
)


def big(tag: str, rows: int) -> bytes:
    """Text that does not get much smaller."""
    chance = random.Random(tag)
    lines = (f"{tag} {i},{1900 + i % 100},{chance.getrandbits(400):x}\n" for i in range(rows))
    return ("name,birth_date,description\n" + "".join(lines)).encode()


# ------------------------------------------------------------------ what is put aside


def spill(home: Path, tries: int, faults: list[str]) -> dict[str, Any]:
    """The disk fills up while an import has put some of it aside: a clear word, and nothing is left of it."""
    told: Counter[str] = Counter()
    fillings = SPILLS[:tries]
    for number, (put_aside, left) in enumerate(fillings):
        with small_disk(home / str(number), 256) as disk:
            _spill_once(disk, put_aside, left, told, faults)
    return {
        "disk full while an import puts aside": f"{len(fillings)} fillings",
        "... answers (aside)": dict(sorted(told.items())),
    }


def _spill_once(
    disk: Path, put_aside: float, left: float, told: Counter[str], faults: list[str]
) -> None:
    where = f"filled to {left} MB at {put_aside} MB put aside"
    content = big("Big", BIG)
    app = App(disk / "app", MARQUEE_MIN_FREE_MB="1", MARQUEE_MEMORY_LIMIT="150MB")
    app.start()
    try:
        assert app.upload("base.csv", csv("Base", PEOPLE), wait=60).status_code == 201
        fill(disk, left if put_aside == 0 else 110)  # the rest goes fast
        with ThreadPoolExecutor(1) as pool:
            sent = pool.submit(lambda: app.upload("big.csv", content, wait=40))
            while put_aside and not sent.done() and aside(app) < put_aside * MB:
                time.sleep(0.002)
            if put_aside:
                fill(disk, left)
            answer = sent.result()
        told[said(answer)] += 1
        if not app.alive:
            faults.append(f"{where}: the app ended:\n{app.said()}")
            return
        if answer.status_code not in (201, 507, 503):
            faults.append(f"{where}: no clear word: {answer.status_code} {answer.text[:300]}")
        if answer.status_code != 201:
            _as_before(app, where, faults)
        (disk / "filler").unlink()
        if not well(app):
            faults.append(f"{where}: not well 30 s after there was space\n{app.said()}")
        elif not goes_on(app, "big.csv", content, 60):
            faults.append(f"{where}: it is not imported when there is space")
        told["opened anew"] += app.said(10**7).count("the database gave up")
    finally:
        app.stop()
    reckon(app, ["big.csv"], PEOPLE + BIG, faults)


def aside(app: App) -> int:
    """Bytes that the database has put aside."""
    total = 0
    for path in Path(f"{app.database}.tmp").glob("*"):
        with contextlib.suppress(FileNotFoundError):
            total += path.stat().st_size
    return total


def _as_before(app: App, where: str, faults: list[str]) -> None:
    """While the disk is still full: the records are what they were, and what was put aside is gone."""
    until = time.monotonic() + 20
    while time.monotonic() < until and not (well(app, 1) and aside(app) == 0):
        time.sleep(0.2)
    if left := aside(app):
        faults.append(f"{where}: {left:,} bytes are left of what was put aside")
    there = app.client.get(f"{app.url}/api/v1/datasets/celebrities")
    count = there.json().get("records") if there.status_code == 200 else there.text[:200]
    if count != PEOPLE:
        faults.append(f"{where}: {count} records instead of {PEOPLE}")
    if parts := list((app.data / "raw" / ".incoming").glob("*.part")):
        faults.append(f"{where}: {len(parts)} half uploads are left")


# ------------------------------------------------------------------ backups


def backups(home: Path, tries: int, faults: list[str]) -> dict[str, Any]:
    """The disk of the backups fills up before, while and after one is made; the app has another disk."""
    told: Counter[str] = Counter()
    with small_disk(home / "backups", 96) as disk:
        app = App(home / "app", MARQUEE_BACKUP_DIR=str(disk / "kept"), MARQUEE_MIN_FREE_MB="0")
        app.start()
        try:
            assert app.upload("base.csv", big("Base", 25_000), wait=60).status_code == 201
            first = _backup(app, "parquet")
            if first["status"] != "done":
                faults.append(f"the first backup was not made: {first}")
            for number, (form, moment, left) in enumerate(_some(BACKUPS, tries)):
                where = f"backup as {form}, filled to {left} MB {moment}"
                more = app.upload(f"more {number}.csv", big(f"More{number}", 2_000), wait=60)
                assert more.status_code == 201, more.text
                with _filled(disk, moment, left) as hit:
                    job = _backup(app, form)
                told[_ended(job)] += 1
                told[f"filled {moment}"] += hit()
                _nothing_half(app, disk, job, where, faults)
                (disk / "filler").unlink(missing_ok=True)
                again = _backup(app, form)
                if again["status"] != "done":
                    faults.append(f"{where}: none could be made with space: {again['error']}")
                for backup in app.ask("backups")["backups"]:
                    if not app.post(f"backups/{backup['name']}/verify").json()["ok"]:
                        faults.append(f"{where}: {backup['name']} is not whole any more")
                _prune(disk)
            if not well(app, 5) or not app.records(name="Base 7"):
                faults.append("the app is not as it was after the backups")
        finally:
            app.stop()
        faults.extend(invariants.check(app.database, app.data).faults)
    return {
        "backups onto a full disk": min(tries, len(BACKUPS)),
        "... ended (backups)": dict(sorted(told.items())),
    }


def _some(every: tuple[Any, ...], tries: int) -> tuple[Any, ...]:
    return every[:: max(len(every) // max(tries, 1), 1)][:tries]


def _backup(app: App, form: str) -> dict[str, Any]:
    """Order one and wait for its end; gives the job."""
    job = app.post("backups", format=form).json()
    until = time.monotonic() + 60
    while job.get("status") in ("queued", "running") and time.monotonic() < until:
        time.sleep(0.02)
        answer = app.client.get(f"{app.url}/api/v1/jobs/{job['id']}")
        if answer.status_code == 503:  # the copy took the instance with it: it is opened anew
            continue
        job = answer.json()
    return dict(job)


def _ended(job: dict[str, Any]) -> str:
    return f"{job['status']} {(job.get('error') or {}).get('code', '')}".strip()


@contextlib.contextmanager
def _filled(disk: Path, moment: str, left: float) -> Iterator[Callable[[], int]]:
    """Fill the disk before, or as soon as a backup is being copied or tested. Tells how often it was."""
    over, hit = threading.Event(), []
    if moment == "before":
        fill(disk, left)
        yield lambda: 1
        return
    fill(disk, 40)  # the rest goes fast
    pattern = ".making-test-*" if moment == "testing" else ".making-2*"

    def wait() -> None:
        while not over.is_set():
            if any((disk / "kept").glob(pattern)):
                fill(disk, left)
                hit.append(1)
                return

    thread = threading.Thread(target=wait, daemon=True)
    thread.start()
    try:
        yield lambda: len(hit)
    finally:
        over.set()
        thread.join()


def _nothing_half(app: App, disk: Path, job: dict[str, Any], where: str, faults: list[str]) -> None:
    """It says why, nothing half is left, and what is listed as a backup is one."""
    error = job.get("error") or {}
    if job["status"] != "done" and (error.get("code") != "disk_full" or not error.get("hint")):
        faults.append(f"{where}: no clear word: {job['status']} {error}")
    folder = Folder(disk / "kept")
    if left := [p.name for p in folder.path.glob(".making-*")]:
        faults.append(f"{where}: left behind: {left}")
    needed = set()
    for name in folder.names():
        manifest = folder.manifest(name)
        needed |= {folder.part(part) for part in manifest.parts}
        needed |= {folder.raw(copy.sha256) for copy in manifest.raw}
    files = [p for kind in ("parts", "raw") for p in folder.path.glob(f"{kind}/*/*")]
    if odd := [p for p in files if p not in needed]:
        faults.append(f"{where}: {len(odd)} files that no backup names: {odd[0].name}")
    if not well(app):
        faults.append(f"{where}: the app is not well")


def _prune(disk: Path) -> None:
    """As the schedule does, so that the small disk has room for the next try."""
    from core.backups import retention
    from core.backups.ownership import Owner

    folder = Folder(disk / "kept")
    names = folder.names()
    with folder.held():
        if names:
            owner = Owner("", Path(folder.manifest(names[0]).database))
            retention.prune(folder, owner, 2)


# ------------------------------------------------------------------ read-only under the app


def turned_read_only(home: Path, faults: list[str]) -> dict[str, Any]:
    """A file system that gives up under the running app and is read-only from then on (ext4 does so)."""
    home.mkdir(parents=True)
    image, place = home / "image", home / "disk"
    place.mkdir()
    made = f"truncate -s 96M {image} && mkfs.ext4 -q -F {image} && mount -o loop {image} {place}"
    if (done := _shell(made)).returncode:
        why = (done.stderr.strip().splitlines() or ["no words"])[0]
        return {"read-only under the app": f"skipped: no ext4 in a file can be mounted ({why})"}
    app = App(place / "app", MARQUEE_MIN_FREE_MB="1")
    app.log = home / "server.log"
    answers: list[str] = []
    try:
        app.start()
        assert app.upload("a.csv", csv("A", 50), wait=30).status_code == 201
        shown = app.upload("b.csv", csv("B", 50), commit="false", wait=30).json()["id"]
        if _shell(f"mount -o remount,abort {place}").returncode:
            return {"read-only under the app": "skipped: the file system cannot be told to give up"}
        acts = (
            ("upload", lambda: app.upload("c.csv", csv("C", 50), wait=30)),
            ("commit", lambda: app.post(f"uploads/{shown}/commit")),
            ("again", lambda: app.upload("d.csv", csv("D", 50), wait=30)),
        )
        for name, act in acts:
            answer = act()
            answers.append(f"{name} {said(answer)}")
            if answer.status_code not in (503, 507) or not answer.json().get("hint"):
                faults.append(f"read-only: no clear word: {answer.status_code} {answer.text[:300]}")
        if not app.alive:
            faults.append(f"the app ended on a read-only disk:\n{app.said()}")
        code = app.stop() if app.alive else None
        repaired = (
            f"umount {place} && (e2fsck -fy {image} || true) && mount -o loop {image} {place}"
        )
        assert _shell(repaired).returncode == 0
        app.start()
        if len(app.records()) != 50:
            faults.append(f"{len(app.records())} of 50 records after the disk was repaired")
        if not goes_on(app, "b.csv", csv("B", 50)) or len(app.records()) != 100:
            faults.append("what was refused is not imported after the disk was repaired")
        app.stop()
        faults.extend(invariants.check(app.database, app.data).faults)
    finally:
        app.kill()
        _shell(f"umount -l {place}")
    told = f"{', '.join(answers)}; SIGTERM ends it with {code}; whole after the repair"
    return {"read-only under the app": told}


def _shell(command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
