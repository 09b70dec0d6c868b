"""The watched folder: half-written, growing, replaced and odd files, thousands at once, two apps, restarts."""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tests.faults import invariants, report, small
from tests.faults.app import App, running

Faults = list[str]
OTHER = Path("/dev/shm")  # another file system, on every Linux
NAMES = [
    *(
        "周杰伦 名单.csv",
        "имена.csv",
        "أسماء.csv",
        "naïve é.csv",
        "naïve e\u0301.csv",
        "👩‍👩‍👧.csv",
    ),
    *("a'b\"c;d.csv", "=cmd().csv", "-rf", "two\nlines.csv", "tab\there.csv", "bell\x07\u2028.csv"),
    *(
        "x" * 251 + ".csv",
        "周" * 83 + ".csv",
        " leading.csv",
        "%2e%2e%2fup.csv",
        "a.csv.csv",
    ),
    os.fsdecode(b"\xff\xfe.csv"),
]


SCENES = ("odd", "forbidden", "elsewhere", "many", "two", "same")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--only", choices=SCENES, action="append", help="which scenes (all)")
    parser.add_argument("--files", type=int, default=10_000, help="how many at once")
    parser.add_argument(
        "--shared", type=int, default=400, help="how many for two apps on one folder"
    )
    parser.add_argument("--at-once", type=int, default=1, help="how many scenes at a time")
    parser.add_argument("--seed", type=int, default=1)


def run(args: argparse.Namespace) -> int:
    home, faults = Path(tempfile.mkdtemp(prefix="marquee-folder-")), Faults()
    counts: dict[str, Any] = {}
    try:
        scenes: dict[str, Callable[[Faults], dict[str, Any]]] = {
            "odd": lambda told: odd(home / "odd", told),
            "forbidden": lambda told: forbidden(home / "forbidden", told),
            "elsewhere": lambda told: elsewhere(home / "elsewhere", told),
            "many": lambda told: many(home / "many", args.files, told),
            "two": lambda told: two_apps(home / "two", args.shared, random.Random(args.seed), told),
            "same": lambda told: same_path(
                home / "same", args.shared, random.Random(args.seed), told
            ),
        }
        wanted = [scenes[name] for name in args.only or SCENES]
        with ThreadPoolExecutor(args.at_once) as pool:  # each has apps and a folder of its own
            own = [Faults() for _ in wanted]
            for found in pool.map(lambda scene, told: scene(told), wanted, own):
                counts |= found
            faults += [fault for told in own for fault in told]
    finally:
        shutil.rmtree(home, ignore_errors=True)
    return report.show("folder", counts, faults)


def odd(home: Path, faults: Faults) -> dict[str, Any]:
    """Odd files, one kind after the other."""
    counts: dict[str, Any] = {}
    with running(home) as app:
        for act in (growing, replaced, names, no_files, links):
            before = len(faults)
            counts |= act(app, faults)
            print(
                f"  {act.__name__}: {'held' if len(faults) == before else faults[before:]}",
                flush=True,
            )
    return counts


def csv(*names: str) -> bytes:
    return ("name\n" + "".join(f"{n}\n" for n in names)).encode()


def told(app: App, where: str, name: str, patience: float = 30) -> dict[str, Any] | None:
    """The report of a file that was delivered; None when it never was."""
    path = app.data / where / f"{name}.report.json"
    until = time.monotonic() + patience
    while time.monotonic() < until:
        if path.exists() and os.path.lexists(app.data / where / name):
            return dict(json.loads(path.read_text("utf-8")))
        time.sleep(0.05)
    return None


def expect(app: App, faults: Faults, name: str, where: str, status: str, **more: Any) -> None:
    found = told(app, where, name)
    shown = {k: (found or {}).get(k) for k in ("status", *more)}
    if shown != {"status": status, **more}:
        faults.append(
            f"{name!r}: expected {status} in {where}, found {found}, it is in {app.places(name)}"
        )


# ------------------------------------------------------------------ one file


def growing(app: App, faults: Faults) -> dict[str, Any]:
    """Written in pieces: held open, and opened again for every piece; both are imported whole, once."""
    app.drop("first.csv", csv("First"))
    expect(app, faults, "first.csv", "processed", "imported")
    with (app.pending / "held.csv").open("wb", buffering=0) as held:
        held.write(b"name\nHeld 0\n")
        for i in range(1, 8):
            time.sleep(0.5)
            held.write(f"Held {i}\n".encode())
            with (app.pending / "again.csv").open("ab") as again:
                again.write(f"{'name' if i == 1 else f'Again {i}'}\n".encode())
        time.sleep(4)  # still for much longer than the folder waits, but open
        if not (app.pending / "held.csv").exists():
            faults.append("held.csv was taken while somebody had it open for writing")
        held.write(b"Held 8\n")
    for name, rows in (("held.csv", 9), ("again.csv", 6)):
        found = told(app, "processed", name)
        if not found or found["counts"]["rows"] != rows:
            faults.append(f"{name}: {rows} rows were written, {found and found['counts']}")
    return {"half-written and growing files": 2}


def replaced(app: App, faults: Faults, times: int = 24) -> dict[str, Any]:
    """A file replaced again and again: every one that was imported is one that was written, whole."""
    versions = {}
    for i in range(times):
        versions[i] = [f"Version {i} {j}" for j in range(i % 7 + 1)]
        app.drop("replaced.csv", csv(*versions[i]))
        time.sleep(0.02 if i % 4 else 1.3)
    last = versions[times - 1][0]
    until = time.monotonic() + 30
    while time.monotonic() < until and not app.records(**{"name": last}):
        time.sleep(0.2)
    there = {r["name"] for r in app.records() if str(r["name"]).startswith("Version ")}
    for i, people in versions.items():
        if there & set(people) not in (set(), set(people)):
            faults.append(f"version {i} was imported in part: {there & set(people)}")
    if last not in there:
        faults.append("the last version was not imported")
    return {"files replaced while being read": times}


def names(app: App, faults: Faults) -> dict[str, Any]:
    for i, name in enumerate(NAMES):
        (app.pending / name).write_bytes(csv(f"Named {i}"))
    until = time.monotonic() + 60
    wanted = {f"Named {i}" for i in range(len(NAMES))}
    while time.monotonic() < until:
        if wanted <= {r["name"] for r in app.records()} and not waiting(app):
            break
        time.sleep(0.2)
    missing = wanted - {r["name"] for r in app.records()}
    faults.extend(f"{NAMES[int(m.split()[1])]!r} was not imported" for m in missing)
    if left := waiting(app):
        faults.append(f"left in pending: {left}")
    return {"names": len(NAMES)}


def waiting(app: App) -> list[str]:
    claimed = (app.pending / ".claimed").glob("*/*")
    return [
        *(p.name for p in app.pending.iterdir() if p.name != ".claimed"),
        *(p.name for p in claimed if p.name != ".owner"),
    ]


def no_files(app: App, faults: Faults) -> dict[str, Any]:
    """A directory, a pipe and the name of a device are refused, and keep nobody waiting."""
    (app.pending / "directory.csv").mkdir()
    (app.pending / "directory.csv" / "inside.csv").write_bytes(csv("Inside"))
    os.mkfifo(app.pending / "pipe.csv")
    app.drop("zz after.csv", csv("After"))
    expect(app, faults, "zz after.csv", "processed", "imported")
    (app.pending / "con.csv").write_bytes(csv("Device"))  # the name of a device on Windows
    for name in ("directory.csv", "pipe.csv", "con.csv"):
        expect(app, faults, name, "failed", "failed")
    if app.records(name="Inside"):
        faults.append("a file in a directory was imported")
    return {"directories, pipes, devices": 3}


def links(app: App, faults: Faults) -> dict[str, Any]:
    """A symlink is never followed, wherever it leads; a hard link is a file."""
    secret = app.folder / "secret.csv"
    secret.write_bytes(csv("Secret"))
    targets = {
        "out.csv": secret,
        "nowhere.csv": app.folder / "nosuch",
        "root.csv": Path("/"),
        "loop.csv": app.pending / "loop.csv",
        "passwd.csv": Path("/etc/passwd"),
    }
    for name, target in targets.items():
        (app.pending / name).symlink_to(target)
    hard = app.folder / "hard source.csv"
    hard.write_bytes(csv("Hard"))
    os.link(hard, app.pending / "hard.csv")
    for name in targets:
        expect(app, faults, name, "failed", "failed")
        if not (app.data / "failed" / name).is_symlink():
            faults.append(f"{name} is no symlink any more")
    expect(app, faults, "hard.csv", "processed", "imported")
    if secret.read_bytes() != csv("Secret") or hard.read_bytes() != csv("Hard"):
        faults.append("what a link led to was changed")
    if app.records(name="Secret") or not app.records(name="Hard"):
        faults.append("a symlink was followed, or a hard link was not read")
    return {"symlinks": len(targets), "hard links": 1}


# ------------------------------------------------------------------ where it may not write


def forbidden(home: Path, faults: Faults) -> dict[str, Any]:
    """`pending` and a file that the app's user may not touch: it says so, goes on, and takes them later."""
    root = os.name == "posix" and os.geteuid() == 0
    if root and not shutil.which("setpriv"):
        return {"without permission": "skipped: root may do everything, and there is no setpriv"}
    app = App(home)
    if root:  # root without the right to ignore permissions
        app.prefix = ("setpriv", "--bounding-set", "-dac_override,-dac_read_search,-fowner")
    app.start()
    try:
        pending = app.pending
        app.drop("closed.csv", csv("Closed"))
        (pending / "unreadable.csv").write_bytes(csv("Unreadable"))
        (pending / "unreadable.csv").chmod(0)
        pending.chmod(0o555)
        time.sleep(3)
        if app.client.get(f"{app.url}/api/v1/health").status_code != 200:
            faults.append("the app is not well because of a folder without permission")
        if app.upload("other door.csv", csv("Other"), wait=20).status_code != 201:
            faults.append("no other door is open because of a folder without permission")
        size = app.log.stat().st_size
        said = app.said(20_000).count("Permission denied")
        pending.chmod(0o755)
        expect(app, faults, "closed.csv", "processed", "imported")
        expect(app, faults, "unreadable.csv", "failed", "failed")
        if size > 100_000 or said > 40:
            faults.append(f"the log was flooded: {size} bytes, {said} times")
        if not said:
            faults.append("nobody said that the folder is closed")
    finally:
        app.stop()
    return {"without permission": "taken once they were opened; the other doors stayed open"}


def elsewhere(home: Path, faults: Faults) -> dict[str, Any]:
    """`pending` on another file system than the rest, where a rename does not reach."""
    if not OTHER.is_dir() or os.stat(OTHER).st_dev == os.stat(home.parent).st_dev:
        return {"another file system": "skipped: there is none at /dev/shm"}
    other = Path(tempfile.mkdtemp(prefix="marquee-pending-", dir=OTHER))
    app = App(home)
    app.data.mkdir(parents=True)
    app.pending.rmdir()
    (app.data / "pending").symlink_to(other)
    try:
        app.start()
        for i in range(5):
            app.drop(f"far {i}.csv", csv(f"Far {i}"))
        (other / "link.csv").symlink_to("/etc/passwd")
        for i in range(5):
            expect(app, faults, f"far {i}.csv", "processed", "imported")
        expect(app, faults, "link.csv", "failed", "failed")
        if len(app.records()) != 5 or waiting(app):
            faults.append(f"{len(app.records())} of 5 records; left: {waiting(app)}")
    finally:
        app.stop()
        shutil.rmtree(other, ignore_errors=True)
    return {"another file system": "5 of 5"}


# ------------------------------------------------------------------ many


def many(home: Path, number: int, faults: Faults) -> dict[str, Any]:
    """All at once, in the order of names, with a kill in the middle: each is imported once."""
    with running(home) as app:
        for i in range(number):
            app.drop(f"{i:05}.csv", csv(f"Person {i}"))
        started = time.monotonic()
        done = _until(app, number // 3, number)
        app.kill()
        if not 0 < done < number:
            faults.append(f"{done} of {number} were there at the kill")
        app.start()
        done = _until(app, number, number)
        seconds = time.monotonic() - started
        if done != number or waiting(app):
            faults.append(f"{done} of {number} arrived, {len(waiting(app))} are left")
        if found := os.listdir(app.data / "failed"):
            faults.append(f"failed: {found[:5]}")
    state = invariants.check(app.database, app.data)
    faults.extend(state.faults)
    imported = [u for u in state.uploads.values() if u["status"] == "imported"]
    per_file = Counter(u["filename"] for u in imported)
    doubled = [n for n, times in per_file.items() if times > 1]
    if doubled or len(per_file) != number or len(state.records["celebrities"]) != number:
        faults.append(
            f"{len(per_file)} files imported, {len(doubled)} of them twice,"
            f" {len(state.records['celebrities'])} records"
        )
    order = [u["filename"] for u in sorted(imported, key=lambda u: u["finished_at"])]
    if order != sorted(order):
        faults.append("they were not imported in the order of their names")
    open_ = [u for u in state.uploads.values() if u["status"] not in ("imported", "rolled_back")]
    if open_:
        faults.append(f"{len(open_)} uploads were left open: {open_[0]['filename']}")
    return {
        "files at once": number,
        "seconds for them, a kill between": seconds,
        "files per second": number / seconds,
    }


def _until(app: App, wanted: int, number: int) -> int:
    """Wait until so many were delivered, or nothing moves any more."""
    folder, last, moved = app.data / "processed", -1, time.monotonic()
    while True:
        names = os.listdir(folder) if folder.exists() else []
        # A report that is being written is hidden, and no delivered file.
        done = sum(1 for n in names if not n.startswith(".") and not n.endswith(".report.json"))
        if done >= wanted:
            return done
        if done != last:
            last, moved = done, time.monotonic()
        if time.monotonic() - moved > 60:
            return done
        time.sleep(0.2)


def two_apps(home: Path, number: int, chance: random.Random, faults: Faults) -> dict[str, Any]:
    """Two databases, one folder, kills at random: every file is imported by exactly one of them."""
    found = _share(App(home / "a"), App(home / "b"), number, chance, "two apps", faults)
    return {
        "files for two apps": number,
        "each took": found[0],
        "kills of them": found[1],
    }


def same_path(home: Path, number: int, chance: random.Random, faults: Faults) -> dict[str, Any]:
    """The same with two containers, whose databases have the same path, and one is a copy of the other."""
    namespace = small.namespace()
    if namespace is None:
        return {"two databases at the same path": "skipped: nothing can be mounted here"}
    place = home / "db"
    place.mkdir(parents=True)
    apps = [_contained(home / name, place, namespace) for name in ("a", "b")]
    apps[0].start()
    apps[0].stop()
    shutil.copyfile(apps[0].database, apps[1].database)
    took, kills = _share(apps[0], apps[1], number, chance, "the same path", faults)
    return {
        "files for two databases at the same path": number,
        "each took (the same path)": took,
        "kills of them (the same path)": kills,
    }


def _contained(folder: Path, place: Path, namespace: tuple[str, ...]) -> App:
    """An app that finds its own database under `place`, where every other one finds another."""
    app = App(folder, MARQUEE_DATABASE=str(place / "m.duckdb"))
    app.database = folder / "db" / "m.duckdb"
    app.database.parent.mkdir()
    mount = 'mount --bind "$1" "$2" && shift 2 && exec "$@"'
    app.prefix = (*namespace, "sh", "-c", mount, "sh", str(app.database.parent), str(place))
    return app


def _share(
    first: App, second: App, number: int, chance: random.Random, who: str, faults: Faults
) -> tuple[str, int]:
    """Files for both, and kills; gives how many each took, and how often one was killed."""
    second.data = first.data
    apps, kills, killed_times = [first, second], 4 if number > 100 else 1, 0
    for app in apps:
        app.start()
    try:
        for i in range(number):
            first.drop(f"{chance.random():.6f} {i}.csv", csv(f"Shared {i}"))
            if i % (number // kills) == number // (2 * kills):
                time.sleep(chance.uniform(0.5, 2))
                killed = chance.choice(apps)
                killed.kill()
                killed.start()
                killed_times += 1
        done = _until(first, number, number)
        if done != number or waiting(first):
            faults.append(f"{who}: {done} of {number} arrived, left: {waiting(first)[:5]}")
    finally:
        for app in apps:
            app.stop()
    per_file: Counter[str] = Counter()
    shares = []
    for app in apps:
        state = invariants.check(app.database, first.data)
        faults.extend(state.faults)
        found = [u["filename"] for u in state.uploads.values() if u["status"] == "imported"]
        per_file.update(found)
        shares.append(len(found))
    twice = [n for n, times in per_file.items() if times != 1]
    if twice or len(per_file) != number:
        faults.append(
            f"{who}: {len(per_file)} of {number} imported, {len(twice)} by both: {twice[:3]}"
        )
    return f"{shares[0]} and {shares[1]}", killed_times
