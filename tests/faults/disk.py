"""The disk: full in every stage, read-only, a WAL cut short or damaged, raw files missing or altered."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb

from core import Workbench
from core.errors import MarqueeError
from core.settings import Settings
from tests.faults import invariants, no_room, report
from tests.faults.app import App
from tests.faults.small import (
    ROWS,
    can_mount,
    csv,
    fill,
    goes_on,
    namespace,
    reckon,
    said,
    small_disk,
    well,
)

SCENES = ("wal", "raw", "full", "read-only", "spill", "backups", "turned")
MOUNTED = SCENES[2:]  # on a small disk, which not everybody may mount
LEFT = (0.0, 0.2, 0.5, 1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10, 12, 15)  # MB left when things begin


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--only", choices=SCENES, action="append", help="which scenes (all)")
    parser.add_argument("--left", type=int, default=len(LEFT), help="how many fillings to try")
    parser.add_argument("--floors", default="8,0", help="MB that are kept free, a run for each")
    parser.add_argument("--spills", type=int, default=99, help="fillings while an import spills")
    parser.add_argument("--backups", type=int, default=99, help="fillings around backups")
    parser.add_argument("--step", type=int, default=512, help="bytes between two cuts of the WAL")


def run(args: argparse.Namespace) -> int:
    scenes = args.only or SCENES
    mounts = can_mount()
    if set(scenes) & set(MOUNTED) and not mounts and (through := namespace()):
        return _run_through(through, args)
    home = Path(tempfile.mkdtemp(prefix="marquee-disk-"))
    counts: dict[str, Any] = {}
    faults: list[str] = []
    try:
        for scene in scenes:
            if scene in MOUNTED and not mounts:
                counts[scene] = (
                    "skipped: neither root nor unshare -Ur -m can mount a small disk here"
                )
            else:
                counts |= WHAT[scene](home / scene, args, faults)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    return report.show("disk", counts, faults)


def _run_through(through: tuple[str, ...], args: argparse.Namespace) -> int:
    """The same in a process that may mount."""
    words = [f"--only={scene}" for scene in args.only or ()]
    words += [f"--{n}={getattr(args, n)}" for n in ("left", "floors", "spills", "backups", "step")]
    command = [*through, sys.executable, "-m", "tests.faults", "disk", *words]
    done = subprocess.run(command, cwd=report.ROOT, capture_output=True, text=True, check=False)
    print(done.stderr, file=sys.stderr, end="")
    print(done.stdout, end="", flush=True)
    return done.returncode


# ------------------------------------------------------------------ full


def filled(home: Path, args: argparse.Namespace, faults: list[str]) -> dict[str, Any]:
    """Once for each floor: with none, DuckDB itself meets the full disk."""
    counts: dict[str, Any] = {}
    for floor in map(int, args.floors.split(",")):
        with small_disk(home / str(floor)) as disk:
            counts |= full(disk, floor, LEFT[:: max(len(LEFT) // max(args.left, 1), 1)], faults)
    return counts


def full(  # noqa: C901
    disk: Path, floor: int, fillings: tuple[float, ...], faults: list[str]
) -> dict[str, Any]:
    """At every filling: an upload, a file in the folder, a rollback, an edit. Then space, and all goes on."""
    app = App(disk / "app", MARQUEE_MIN_FREE_MB=str(floor), MARQUEE_MEMORY_LIMIT="256MB")
    told: Counter[str] = Counter()
    wanted: list[str] = []
    app.start()
    try:
        base = app.upload("base.csv", csv("Base", 200), wait=60)
        assert base.status_code == 201, base.text
        for number, left in enumerate(fillings):
            again = app.upload(f"earlier {number}.csv", csv(f"Earlier{number}", 1_500), wait=60)
            if again.status_code != 201:
                faults.append(f"with space: {again.status_code} {again.text[:200]}")
                break
            earlier = again.json()["id"]
            fill(disk, left)
            content = csv(f"Full{number}")
            answer = app.upload(f"full {number}.csv", content, wait=60)
            told[f"upload {said(answer)}"] += 1
            rolled = app.post(f"uploads/{earlier}/rollback", limit=0)
            told[f"rollback {said(rolled)}"] += 1
            wanted += [f"full {number}.csv", f"dropped {number}.csv"]
            try:
                app.drop(f"dropped {number}.csv", csv(f"Dropped{number}", 2_000))
                dropped = True
            except OSError:  # the one who copies has no space either
                dropped = False
            time.sleep(2.5)
            if not app.alive:
                faults.append(f"{left} MB left: the app ended:\n{app.said()}")
                break
            (disk / "filler").unlink()
            if not well(app):
                faults.append(f"{left} MB left: not well 30 s after there was space\n{app.said()}")
                break
            if not dropped:
                for part in app.pending.glob(".*.part"):
                    part.unlink()
                app.drop(f"dropped {number}.csv", csv(f"Dropped{number}", 2_000))
            if rolled.status_code != 200:
                rolled = app.post(f"uploads/{earlier}/rollback", limit=0)
            if rolled.status_code != 200:
                faults.append(f"{left} MB left: no rollback afterwards: {rolled.text[:200]}")
            if not goes_on(app, f"full {number}.csv", content):
                faults.append(
                    f"{left} MB left: full {number}.csv does not go on: {answer.text[:300]}"
                )
            until = time.monotonic() + 40
            while "processed" not in app.places(f"dropped {number}.csv"):
                if time.monotonic() > until:
                    faults.append(
                        f"{left} MB left: dropped is in {app.places(f'dropped {number}.csv')}"
                    )
                    break
                time.sleep(0.2)
        reopened = app.said(10**7).count("the database gave up")
    finally:
        app.stop()
    odd = [w for w in told if w.split()[1] not in ("200", "201", "507", "503")]
    faults.extend(f"an answer without a clear word: {w}" for w in odd)
    reckon(app, wanted, 200 + len(fillings) * (ROWS + 2_000), faults)
    name = f"full disk, {floor} MB kept free" if floor else "full disk, nothing kept free"
    return {
        name: f"{len(fillings)} fillings",
        f"... answers ({floor})": dict(sorted(told.items())),
        f"... opened anew ({floor})": reopened,
    }


# ------------------------------------------------------------------ read-only


def read_only(home: Path, faults: list[str]) -> dict[str, Any]:
    """Started on a disk that is read-only: it says why, and is whole when it can be written again."""
    with small_disk(home / "disk") as disk:
        return _read_only(disk, faults)


def _read_only(disk: Path, faults: list[str]) -> dict[str, Any]:
    app = App(disk / "app", MARQUEE_MIN_FREE_MB="1")
    app.start()
    try:
        assert app.upload("a.csv", csv("A", 50), wait=30).status_code == 201
    finally:
        app.stop()
    return _started_read_only(disk, app, faults)


def _started_read_only(disk: Path, app: App, faults: list[str]) -> dict[str, Any]:
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    app.log = disk.parent / "read-only.log"
    app.spawn()
    assert app.process is not None
    try:
        app.process.wait(timeout=60)
        code = app.process.returncode
    except subprocess.TimeoutExpired:
        code = None
        faults.append("it started on a read-only disk")
        app.kill()
    words = app.said()
    if "cannot be opened" not in words or "Traceback" in words.split("cannot be opened")[0]:
        faults.append(f"no clear word about the read-only disk:\n{words[-600:]}")
    subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
    app.start()
    there = len(app.records())
    app.stop()
    faults.extend([f"{there} records after it"] if there != 50 else [])
    return {"started on a read-only disk": f"refused, exit code {code}; whole afterwards"}


# ------------------------------------------------------------------ the WAL


def cut_wal(home: Path, step: int, faults: list[str]) -> dict[str, Any]:
    """Cut at every `step` bytes, and damaged there: a committed prefix, or a clear refusal."""
    home.mkdir(parents=True)
    where = settings(home, home / "m.duckdb")
    states: dict[int, list[Any]] = {}
    with Workbench.open(settings=where) as wb:
        wb.database.write(lambda c: c.execute("CHECKPOINT"), transaction=False)

        def keep() -> None:
            with wb.database.reader() as c:
                states[invariants.look(c).events] = _content(c)

        keep()
        uploads = []
        for i in range(5):
            path = home / f"{i}.csv"
            path.write_bytes(csv(f"Wal{i % 3}", 40 + i))
            uploads.append(wb.receive(path).id)
            keep()
            wb.preview(uploads[-1])
            wb.commit(uploads[-1])
            keep()
            record = next(iter(wb.records(limit=1).rows()))
            wb.edit("celebrities", record["record_id"], {"mbti": ["INTJ", "ENFP"][i % 2]})
            keep()
        for upload_id in (uploads[1], uploads[0]):
            wb.rollback(upload_id)
            keep()
        wb.delete("celebrities", next(iter(wb.records(limit=1).rows()))["record_id"])
        keep()
        shutil.copyfile(where.database, home / "before.duckdb")
        shutil.copyfile(wal(where.database), home / "before.wal")
    data = (home / "before.wal").read_bytes()
    found: Counter[str] = Counter()
    for at in range(0, len(data) + 1, step):
        told = _opens(home, data[:at], states, by_marquee=(at // step) % 16 == 0)
        found["cut"] += 1
        if told != "prefix":
            faults.append(f"the WAL cut at {at} of {len(data)}: {told}")
        if at < len(data):
            broken = bytearray(data)
            broken[at] ^= 0x55
            told = _opens(home, bytes(broken), states, by_marquee=(at // step) % 16 == 0)
            found["damaged: " + ("refused" if told == "refused" else "opened with a prefix")] += 1
            if told not in ("prefix", "refused"):
                faults.append(f"the WAL damaged at {at}: {told}")
    return {"WAL bytes": len(data), "WAL": dict(found), "states of its transactions": len(states)}


def settings(home: Path, database: Path) -> Settings:
    return Settings(
        database=database, data_dir=home / "data", datasets_dir=home / "datasets", min_free_mb=0
    )


def wal(database: Path) -> Path:
    return database.with_name(database.name + ".wal")


def _content(connection: duckdb.DuckDBPyConnection) -> list[Any]:
    if not connection.execute(
        "SELECT 1 FROM duckdb_tables() WHERE table_name = 'celebrities'"
    ).fetchone():
        return []
    return connection.execute("SELECT * FROM main.celebrities ORDER BY record_id").fetchall()


def _opens(home: Path, log: bytes, states: dict[int, list[Any]], *, by_marquee: bool) -> str:
    database = home / "cut.duckdb"
    shutil.copyfile(home / "before.duckdb", database)
    wal(database).write_bytes(log)
    try:
        if by_marquee:
            try:
                with Workbench.open(settings=settings(home, database)) as wb:
                    wb.verify_events()
            except MarqueeError as error:
                return "refused" if error.code == "database_broken" and error.hint else str(error)
        try:
            connection = duckdb.connect(str(database), config={"threads": 1})
        except duckdb.Error:
            return "refused"
        with connection:
            connection.execute("SET TimeZone = 'UTC'")
            state = invariants.look(connection)
            if state.faults:
                return "; ".join(state.faults[:3])
            same = states.get(state.events) == _content(connection)
            return "prefix" if same else f"wrong rows after {state.events} events"
    finally:
        for path in (database, wal(database)):
            path.unlink(missing_ok=True)


# ------------------------------------------------------------------ raw files


def raw_files(home: Path, faults: list[str]) -> dict[str, Any]:
    """A raw file that is gone, and one that was altered: a clear word, and nothing of it is imported."""
    home.mkdir(parents=True)
    where = settings(home, home / "m.duckdb")
    tried = 0
    for what in ("missing", "altered", "altered, the same size", "cut short", "a folder"):
        path = home / f"{what}.csv"
        path.write_bytes(csv(what.replace(",", ""), 30))
        with Workbench.open(settings=where) as wb:
            upload = wb.receive(path)
            raw = wb.original(upload.id)
            _spoil(raw, what)
            tried += 1
            before = wb.count()
            try:
                wb.commit(upload.id)
                faults.append(f"a raw file that is {what} was imported")
            except MarqueeError as error:
                if not error.hint or error.code not in ("not_found", "storage_error"):
                    faults.append(f"{what}: no clear word: {error} ({error.code}, {error.hint})")
            if wb.count() != before:
                faults.append(f"{what}: something of it is there")
            if raw.is_dir():
                raw.rmdir()
            raw.write_bytes(path.read_bytes())  # put back as it was
            if wb.commit(upload.id).counts.new != 30:
                faults.append(f"{what}: it was put back, and is not imported")
    return {"raw files spoilt": tried}


def _spoil(raw: Path, what: str) -> None:
    data = raw.read_bytes()
    if what in ("missing", "a folder"):
        raw.unlink()
    if what == "a folder":
        raw.mkdir()
    if what == "altered":
        raw.write_bytes(data + b"Mallory,1900,\n")
    if what == "altered, the same size":
        raw.write_bytes(data.replace(b"about", b"ABOUT", 1))
    if what == "cut short":
        os.truncate(raw, len(data) // 2)


WHAT: dict[str, Callable[[Path, argparse.Namespace, list[str]], dict[str, Any]]] = {
    "wal": lambda home, args, faults: cut_wal(home, args.step, faults),
    "raw": lambda home, args, faults: raw_files(home, faults),
    "full": filled,
    "read-only": lambda home, args, faults: read_only(home, faults),
    "spill": lambda home, args, faults: no_room.spill(home, args.spills, faults),
    "backups": lambda home, args, faults: no_room.backups(home, args.backups, faults),
    "turned": lambda home, args, faults: no_room.turned_read_only(home, faults),
}
