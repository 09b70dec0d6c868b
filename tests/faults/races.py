"""Races: the same file through every door at once, and a mixed load whose readers never see a between."""

from __future__ import annotations

import argparse
import random
import shutil
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2 as httpx

from core import Workbench
from core.errors import Conflict, MarqueeError
from core.settings import Settings
from tests.faults import invariants, report
from tests.faults.app import App, client as new_client, running
from tests.faults.page import Page, PageBroken

GROUPS, PEOPLE = 6, 20  # every import of a group gives all its people one and the same marker
PLACE = "France"  # where the people of the groups are from
TIMES = 20  # the same file at once


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--minutes", type=float, default=10, help="of mixed load")
    parser.add_argument("--rounds", type=int, default=10, help=f"of the same file {TIMES} times")
    parser.add_argument("--seed", type=int, default=1)


def run(args: argparse.Namespace) -> int:
    home = Path(tempfile.mkdtemp(prefix="marquee-races-"))
    counts: Counter[str] = Counter()
    faults: list[str] = []
    try:
        threads(home / "threads", counts, faults)
        with running(home / "app") as app:
            for number in range(args.rounds):
                same_file(app, f"R{args.seed}-{number}", counts, faults)
            load = Load(app, args.seed, counts, faults)
            load.run(args.minutes * 60)
        state = invariants.check(app.database, app.data)
        faults += state.faults
        load.compare(state)
        counts["changes in the history"] = state.changes
        counts["events in the trail"] = state.events
    finally:
        shutil.rmtree(home, ignore_errors=True)
    return report.show("races", {**counts, "minutes of mixed load": args.minutes}, faults)


# ------------------------------------------------------------------ threads of one process


def at_once(acts: list[Callable[[], Any]]) -> list[Any]:
    """Run all of them at one moment; their results, or the MarqueeErrors they raised."""
    gate = threading.Barrier(len(acts))

    def go(act: Callable[[], Any]) -> Any:
        gate.wait()
        try:
            return act()
        except MarqueeError as error:
            return error

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(go, acts))


def threads(home: Path, counts: Counter[str], faults: list[str]) -> None:
    """One upload committed, taken back, and one record edited by many threads: one of each is done."""
    home.mkdir(parents=True)
    settings = Settings(
        database=home / "m.duckdb", data_dir=home / "data", datasets_dir=home / "datasets"
    )
    path = home / "a.csv"
    path.write_text("name,mbti\nAnn,INTJ\nBo,ENFP\n", "utf-8")
    with Workbench.open(settings=settings) as wb:

        def won(what: str, acts: list[Callable[[], Any]]) -> None:
            found = at_once(acts)
            counts[f"threads: {what} at once"] += len(acts)
            done = [f for f in found if not isinstance(f, MarqueeError)]
            odd = [f for f in found if isinstance(f, MarqueeError) and not isinstance(f, Conflict)]
            if len(done) != 1 or odd:
                faults.append(f"{what}: {len(done)} were done, {odd}")

        upload = wb.receive(path)
        won("commits of one upload", [lambda: wb.commit(upload.id)] * 8)
        won("imports of one file", [lambda: wb.import_file(path)] * 8 + [lambda: wb.count()])
        ann = next(r for r in wb.records().rows() if r["name"] == "Ann")
        edits = [
            lambda n=n: wb.edit(  # type: ignore[misc]
                "celebrities", ann["record_id"], {"description": f"by {n}"}, version=1
            )
            for n in range(8)
        ]
        won("edits of one version", edits)
        other = home / "b.csv"
        other.write_text("name\nCy\n", "utf-8")
        won("files of the same bytes", [lambda: wb.import_file(other)] * 8)
        cy = wb.uploads(status="imported", limit=1)[0]
        won("rollbacks of one upload", [lambda: wb.rollback(cy.id)] * 8)
        if wb.count() != 2 or wb.verify_events() < 1:
            faults.append(f"threads: {wb.count()} records instead of 2")


# ------------------------------------------------------------------ the same file through every door


def same_file(app: App, tag: str, counts: Counter[str], faults: list[str]) -> None:
    """TIMES times at once: imported once, and everybody else is told that it was."""
    people = [f"{tag} {i}" for i in range(5)]
    content = ("name\n" + "\n".join(people) + "\n").encode()
    told: Counter[str] = Counter()
    lock = threading.Lock()

    def note(what: str) -> None:
        with lock:
            told[what] += 1

    def api(number: int) -> None:
        key = f"{tag} key {number % 3}" if number % 2 else None
        with new_client(120) as client:
            headers = {"Idempotency-Key": key} if key else {}
            answer = client.post(
                f"{app.url}/api/v1/uploads",
                content=content,
                params={"filename": f"{key or f'{tag} {number}'}.csv", "wait": 60},
                headers=headers,
            )
        code = answer.json().get("code", "")
        note(f"api {answer.status_code} {code}".strip())

    def page() -> None:
        visitor = Page(app)
        upload_id = visitor.receive(content.decode())
        if upload_id is None:
            note("page told at once")
            return
        try:
            visitor.import_(upload_id)
            note("page pressed Import")
        except PageBroken:
            note("page told at the import" if "already" in visitor.words() else "page broke")

    def folder(number: int) -> None:
        app.drop(f"{tag} dropped {number}.csv", content)
        note("folder")

    acts: list[Callable[[], None]] = [lambda n=n: api(n) for n in range(12)]  # type: ignore[misc]
    acts += [page] * 4 + [lambda n=n: folder(n) for n in range(4)]  # type: ignore[misc]
    with ThreadPoolExecutor(TIMES) as pool:
        for ended in [pool.submit(act) for act in acts]:
            ended.result()
    _quiet(app, [f"{tag} dropped {n}.csv" for n in range(4)])
    there = [r for r in app.records() if r["name"] in people]
    imported = [
        u
        for u in app.ask("uploads", limit=100)["uploads"]
        if u["status"] == "imported"
        and (u["filename"].startswith(tag) or u["filename"] == "pasted.csv")
    ]
    mine = {r["_upload_id"] for r in there}
    counts["the same file at once"] += TIMES
    counts["... imported"] += len(mine)
    for what, number in told.items():
        counts[f"... {what}"] += number
    again = [u for u in imported if u["id"] not in mine and u["filename"].startswith(tag)]
    if len(there) != len(people) or len(mine) != 1 or again:
        faults.append(
            f"{tag}: {len(there)} records by {len(mine)} uploads, imported again: {again}"
        )
    good = ("api 201", "api 409 duplicate_upload", "page", "folder")
    bad = {w: n for w, n in told.items() if not w.startswith(good) or "broke" in w}
    if bad:
        faults.append(f"{tag}: unexpected answers {bad}")


def _quiet(app: App, dropped: list[str], patience: float = 60) -> None:
    until = time.monotonic() + patience
    while time.monotonic() < until:
        active = [j for j in app.jobs() if j["status"] in ("queued", "running")]
        if not active and all("processed" in app.places(name) for name in dropped):
            return
        time.sleep(0.1)
    raise AssertionError(f"still at work after {patience} s: {[app.places(n) for n in dropped]}")


# ------------------------------------------------------------------ mixed load


class Load:
    """Threads that import, preview and commit, take back, edit, drop, visit and read, all at once."""

    def __init__(self, app: App, seed: int, counts: Counter[str], faults: list[str]) -> None:
        self.app, self.seed, self.counts, self.faults = app, seed, counts, faults
        self.lock, self.stop = threading.Lock(), threading.Event()
        self.markers: set[str] = set()
        self.imports: list[str] = []  # ids that may be taken back
        self.number = 0

    def run(self, seconds: float) -> None:
        with new_client(120) as client:
            for group in range(GROUPS):  # the records; these imports stay
                self.send(client, group, self.marker(), commit=True)
        acts = (
            [self.importing] * 2
            + [self.previewing, self.rolling_back, self.editing]
            + [self.dropping, self.visiting, *[self.reading] * 3]
        )
        pool = [
            threading.Thread(target=self._loop, args=(act, i), daemon=True)
            for i, act in enumerate(acts)
        ]
        for thread in pool:
            thread.start()
        self.stop.wait(seconds)
        self.stop.set()
        for thread in pool:
            thread.join(120)
            if thread.is_alive():
                self.fault("a request did not come back within two minutes")
        _quiet(self.app, [])

    def _loop(self, act: Callable[[httpx.Client, random.Random], None], number: int) -> None:
        chance = random.Random(f"{self.seed} {number}")
        with new_client(120) as client:
            while not self.stop.is_set():
                try:
                    act(client, chance)
                except Exception as error:
                    self.fault(f"{act.__name__}: {error!r}")
                    return

    def fault(self, text: str) -> None:
        with self.lock:
            self.faults.append(text)

    def count(self, what: str) -> None:
        with self.lock:
            self.counts[what] += 1

    def marker(self) -> str:
        with self.lock:
            self.number += 1
            marker = f"marker {self.number}"
            self.markers.add(marker)
            return marker

    def url(self, path: str) -> str:
        return f"{self.app.url}/api/v1/{path}"

    @staticmethod
    def rows(group: int, marker: str) -> bytes:
        lines = [f"Group {group} person {i},{PLACE},{marker}" for i in range(PEOPLE)]
        return ("name,nationality,source\n" + "\n".join(lines) + "\n").encode()

    def send(self, client: httpx.Client, group: int, marker: str, *, commit: bool) -> Any:
        answer = client.post(
            self.url("uploads"),
            content=self.rows(group, marker),
            params={"filename": f"{marker}.csv", "commit": str(commit).lower(), "wait": 60},
        )
        if answer.status_code != 201:
            self.fault(f"an upload was answered {answer.status_code} {answer.text[:300]}")
        return answer.json()

    # -------------------------------------------------------------- acts

    def importing(self, client: httpx.Client, chance: random.Random) -> None:
        told = self.send(client, chance.randrange(GROUPS), self.marker(), commit=True)
        self.count("imports of shared records")
        with self.lock:
            self.imports.append(told["id"])

    def previewing(self, client: httpx.Client, chance: random.Random) -> None:
        told = self.send(client, chance.randrange(GROUPS), self.marker(), commit=False)
        promised = told["counts"]
        time.sleep(chance.uniform(0, 0.4))
        answer = client.post(self.url(f"uploads/{told['id']}/commit"), params={"wait": 60})
        if answer.status_code == 200:
            self.count("commits of what was previewed")
            if answer.json()["counts"] != promised:
                self.fault(f"previewed {promised}, imported {answer.json()['counts']}")
        elif answer.status_code == 409 and answer.json()["code"] == "stale_preview":
            self.count("previews refused as stale")
        else:
            self.fault(f"a commit was answered {answer.status_code} {answer.text[:300]}")

    def rolling_back(self, client: httpx.Client, chance: random.Random) -> None:
        with self.lock:
            target = chance.choice(self.imports) if self.imports else None
        if target is None:
            time.sleep(0.1)
            return
        answer = client.post(self.url(f"uploads/{target}/rollback"), params={"limit": 0})
        if answer.status_code == 200:
            self.count("rollbacks")
            if chance.random() < 0.3:
                with self.lock:
                    self.imports.append(answer.json()["id"])
        elif answer.status_code == 409:
            self.count("rollbacks refused")
        else:
            self.fault(f"a rollback was answered {answer.status_code} {answer.text[:300]}")

    def editing(self, client: httpx.Client, chance: random.Random) -> None:
        found = self.groups(client)
        record = chance.choice(found)
        path = self.url(f"datasets/celebrities/records/{record['record_id']}")
        answer = client.patch(
            path,
            json={"description": f"seen at version {record['_version']}"},
            headers={"If-Match": f'"{record["_version"]}"'},
        )
        names = {200: "edits", 412: "edits refused, somebody was faster"}
        if answer.status_code not in names:
            self.fault(f"an edit was answered {answer.status_code} {answer.text[:300]}")
        elif answer.status_code == 200 and answer.json()["_version"] not in (
            record["_version"],
            record["_version"] + 1,
        ):
            self.fault("an edit was made to another version than the one that was seen")
        self.count(names.get(answer.status_code, "odd"))
        time.sleep(chance.uniform(0, 0.1))

    def dropping(self, client: httpx.Client, chance: random.Random) -> None:
        marker = self.marker()
        self.app.drop(f"{marker}.csv", self.rows(chance.randrange(GROUPS), marker))
        self.count("files dropped")
        time.sleep(chance.uniform(0.5, 2))

    def visiting(self, client: httpx.Client, chance: random.Random) -> None:
        visitor = Page(self.app)
        visitor.go(chance.choice(["records", "history", "datasets", "upload"]))
        self.count("page visits")
        time.sleep(chance.uniform(0.5, 1.5))

    def groups(self, client: httpx.Client) -> list[dict[str, Any]]:
        answer = client.get(
            self.url("datasets/celebrities/records"), params={"limit": 1_000, "nationality": PLACE}
        )
        if answer.status_code != 200:
            self.fault(f"a question was answered {answer.status_code} {answer.text[:300]}")
            return []
        return list(answer.json()["records"])

    def reading(self, client: httpx.Client, chance: random.Random) -> None:
        """Before or after, never between: a group is whole, and has one marker."""
        self.check(self.groups(client), "a reader")
        self.count("readers' looks")
        time.sleep(chance.uniform(0, 0.05))

    def check(self, records: list[dict[str, Any]], who: str) -> None:
        groups: dict[str, list[Any]] = {}
        for record in records:
            groups.setdefault(record["name"].split(" person ")[0], []).append(record["source"])
        for name, found in groups.items():
            if len(found) != PEOPLE or len(set(found)) != 1 or not set(found) <= self.markers:
                self.fault(f"{who} saw {name} with {len(found)} people and {Counter(found)}")
        if len(groups) != GROUPS:
            self.fault(f"{who} saw {len(groups)} groups")

    def compare(self, state: invariants.State) -> None:
        """What is left at the end, in the files."""
        records = [r for r in state.records["celebrities"] if r["nationality"] == PLACE]
        self.check(records, "the end")
        if state.uploads:
            per_file = Counter(
                u["sha256"]
                for u in state.uploads.values()
                if u["status"] in ("imported", "rolled_back") and u["kind"] == "import"
            )
            twice = [sha for sha, times in per_file.items() if times > 1]
            if twice:
                self.fault(f"{len(twice)} files were imported twice")
