"""What makes each alert fire: one fault by the name that `core/monitoring/alerts.py` gives it, and how it ends.

A fault is a context: inside, something is broken; behind it, it was put right.
"""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import duckdb
import psutil

from core.errors import MarqueeError, StorageError
from core.ingest import importing
from core.jobs import table
from core.monitoring import kept
from core.observe import metrics, otel, otlp
from core.schedules import running as scheduled
from pages import _observed
from tests.faults.watched import KEY, Watched, wait

Act = Callable[[Watched], AbstractContextManager[None]]
MB = 1_000_000


class CannotTry(Exception):
    """Why a fault cannot be tried on this machine."""


@dataclass(frozen=True)
class Fault:
    """`act` breaks something; `settings` of the server that is broken; `probes`: the probe goes meanwhile."""

    name: str
    act: Act
    text: str
    settings: dict[str, Any] = field(default_factory=dict)
    probes: bool = False
    pace: float = 0.0  # seconds between two looks while it is broken; 0: as usual


FAULTS: dict[str, Fault] = {}


def _fault(
    name: str, text: str, **more: Any
) -> Callable[[Callable[[Watched], Iterator[None]]], Act]:
    settings = {"watch_folder": False, **more.pop("settings", {})}

    def note(function: Callable[[Watched], Iterator[None]]) -> Act:
        act = contextmanager(function)
        FAULTS[name] = Fault(name, act, text, settings, **more)
        return act

    return note


# ------------------------------------------------------------------ database, worker, machine


def _lose(it: Watched) -> None:
    def task(connection: Any) -> None:
        raise duckdb.FatalException("FATAL Error: database has been invalidated")

    try:
        it.wb.database.write(task)
    except StorageError:
        pass


@_fault("database_down", "the engine gives up, and cannot be opened again until it is put right")
def database_down(it: Watched) -> Iterator[None]:
    recovery = it.wb.database.recovery
    may = threading.Event()
    reopen = recovery._reopen

    def refuse() -> None:
        if not may.is_set():
            raise OSError("not yet")
        reopen()

    with patch.object(recovery, "_reopen", refuse):
        _lose(it)
        wait(lambda: recovery.reason is not None, "the database is lost")
        yield
        may.set()
        wait(lambda: recovery.reason is None, "the database is open again")


@_fault("database_reopened", "the engine gives up once, and is opened again")
def database_reopened(it: Watched) -> Iterator[None]:
    _lose(it)
    wait(lambda: it.wb.database.recovery.reason is None, "the database is open again")
    yield


@_fault("worker_down", "the threads of the worker end; then the server is started again")
def worker_down(it: Watched) -> Iterator[None]:
    it.wb.worker.stop()
    yield
    it.restart()


@contextmanager
def _floor(it: Watched, megabytes: int) -> Iterator[None]:
    before = it.settings.min_free_mb
    it.settings.min_free_mb = megabytes
    yield
    it.settings.min_free_mb = before


@_fault("disk_filling", "a third of what the disk has free is to be kept free")
def disk_filling(it: Watched) -> Iterator[None]:
    with _floor(it, shutil.disk_usage(it.settings.database.parent).free // MB // 3):
        yield


@_fault("disk_full", "more is to be kept free than the disk has")
def disk_full(it: Watched) -> Iterator[None]:
    with _floor(it, shutil.disk_usage(it.settings.database.parent).free // MB * 2):
        yield


@_fault("memory_short", "the system says that 3 % of the memory are left")
def memory_short(it: Watched) -> Iterator[None]:
    total = psutil.virtual_memory().total
    said = SimpleNamespace(available=int(total * 0.03), total=total)
    with patch.object(psutil, "virtual_memory", lambda: said):
        yield


@_fault("files_short", "files are opened until nine of ten that the process may open are")
def files_short(it: Watched) -> Iterator[None]:
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with ExitStack() as opened:
        for _ in range(900):
            opened.enter_context(Path("/dev/null").open("rb"))
        resource.setrlimit(resource.RLIMIT_NOFILE, (psutil.Process().num_fds() + 100, hard))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@_fault("instance_lost", "another process of this database is seen, and then no more")
def instance_lost(it: Watched) -> Iterator[None]:
    it.wb.database.write(lambda c: kept.seen(c, "another", "1"))
    yield


@_fault("not_watching", "each look takes three minutes", pace=180.0)
def not_watching(it: Watched) -> Iterator[None]:
    yield


# ------------------------------------------------------------------ work


def _queue(it: Watched, kind: str) -> None:
    it.wb.database.write(lambda c: table.add(c, kind, None, it.wb.actor, {}))
    it.wb.worker.wake()


@_fault("queue_old", "one job does not end, and the next one waits")
def queue_old(it: Watched) -> Iterator[None]:
    may = threading.Event()
    kinds = it.wb.worker.kinds

    def hang(*_: object) -> int:
        may.wait(600)
        return 0

    kinds["hang"] = kinds["next"] = hang
    _queue(it, "hang")
    wait(lambda: it.wb.worker.busy, "the first job is begun")
    _queue(it, "next")
    yield
    may.set()
    wait(lambda: not it.wb.worker.busy, "the jobs are done")
    it.monitor.measures.again()


@_fault("errors_unexpected", "six jobs meet a fault of the program")
def errors_unexpected(it: Watched) -> Iterator[None]:
    def fail(*_: object) -> int:
        raise RuntimeError("a fault")

    it.wb.worker.kinds["fail"] = fail
    for _ in range(6):
        _queue(it, "fail")
    wait(lambda: _value("marquee.errors", event="job.failed") >= 6, "the jobs failed")
    yield


def _value(name: str, **labels: str) -> float:
    return metrics.value(name, **labels) or 0.0


def _import(it: Watched, *names: str) -> None:
    path = it.settings.database.parent / "people.csv"
    path.write_text("name\n" + "".join(f"{name}\n" for name in names), "utf-8")
    it.wb.import_file(path)


@_fault("imports_failing", "three imports meet a fault in the middle of their commit")
def imports_failing(it: Watched) -> Iterator[None]:
    with patch.object(importing, "_write", side_effect=RuntimeError("a fault")):
        for n in range(3):
            try:
                _import(it, f"Ada {n}")
            except (RuntimeError, MarqueeError):
                pass
    yield


@_fault("folder_stuck", "a file lies where the folder was", settings={"watch_folder": True})
def folder_stuck(it: Watched) -> Iterator[None]:
    pending = it.settings.data_dir / "pending"
    wait(pending.is_dir, "the folder is there")
    pending.rename(pending.with_name("aside"))
    pending.write_text("in the way", "utf-8")
    wait(lambda: it.server.folder.trouble, "the folder is in trouble")
    yield
    pending.unlink()
    pending.with_name("aside").rename(pending)
    wait(lambda: not it.server.folder.trouble, "the folder works again")


@_fault("schedule_failing", "the folder of a schedule is gone when it runs, and then there again")
def schedule_failing(it: Watched) -> Iterator[None]:
    inbox = it.settings.database.parent / "inbox"
    inbox.mkdir()
    place = {"kind": "folder", "folder": str(inbox), "pattern": "*.csv"}
    it.wb.schedules.save({"name": "Nightly", "dataset": "celebrities", "place": place})

    def ran(failures: bool) -> bool:
        scheduled.tick(it.wb.services.corridor)
        return (_value("marquee.schedules.failing") > 0) == failures

    inbox.rmdir()
    it.wb.schedules.run("Nightly")
    wait(lambda: ran(True), "the run failed")
    yield
    inbox.mkdir()
    (inbox / "people.csv").write_text("name\nAda\n", "utf-8")
    it.wb.schedules.run("Nightly")
    wait(lambda: ran(False), "the run went through")


@_fault("search_behind", "records come in, and nobody follows for the index")
def search_behind(it: Watched) -> Iterator[None]:
    _import(it, "Ada")
    it.wb.search("Ada")
    room = it.wb.services.search
    with patch.object(type(room), "with_table", lambda _: []):
        _import(it, "Bob")
        yield
    it.wb.search("Bob")


@_fault("quality_fell", "a check of quality fails, until the record is put right")
def quality_fell(it: Watched) -> Iterator[None]:
    _import(it, "Ada")
    it.wb.quality.expect("celebrities", "not_null", field="birth_date", severity="warning")
    it.wb.quality.run("celebrities")
    yield
    [record] = it.wb.records("celebrities").rows()
    it.wb.edit("celebrities", record["record_id"], {"birth_date": "1815-12-10"})
    it.wb.quality.run("celebrities")


@_fault("probe_failing", "a file lies where the probe has its folder", probes=True)
def probe_failing(it: Watched) -> Iterator[None]:
    place = it.monitor.canary.folder
    it.monitor.canary.close()
    place.write_text("in the way", "utf-8")
    yield
    place.unlink()


FAULTS["slo_imports"] = Fault(
    "slo_imports",
    probe_failing,
    FAULTS["probe_failing"].text,
    {"watch_folder": False},
    probes=True,
)

# ------------------------------------------------------------------ doors


@_fault("requests_failing", "the database is down, and people ask the API")
def requests_failing(it: Watched) -> Iterator[None]:
    with database_down(it):
        client = it.client()
        for _ in range(25):
            answer = client.get("/api/v1/uploads")
            assert answer.status_code >= 500, answer.text
        yield


@_fault("slo_actions", "the database is down for a while, and people ask the API meanwhile")
def slo_actions(it: Watched) -> Iterator[None]:
    with requests_failing(it):
        pass
    yield


@_fault("security_events", "three machines try eight keys each", settings={"api_token": KEY})
def security_events(it: Watched) -> Iterator[None]:
    for machine in range(3):
        client = it.client(f"192.0.2.{machine + 1}")
        for n in range(8):
            answer = client.get("/api/v1/datasets", headers={"Authorization": f"Bearer no-{n}"})
            assert answer.status_code == 401, answer.text
    yield


@_fault("pages_slow", "five pages take six seconds each")
def pages_slow(it: Watched) -> Iterator[None]:
    now = [0.0]
    with patch.object(_observed, "time", SimpleNamespace(perf_counter=lambda: now[0])):
        for _ in range(5):
            with _observed.observed("Records"):
                now[0] += 6.0
    yield


FAULTS["slo_pages"] = Fault(
    "slo_pages", pages_slow, FAULTS["pages_slow"].text, {"watch_folder": False}
)
FAULTS["slo_search"] = Fault(
    "slo_search", search_behind, FAULTS["search_behind"].text, {"watch_folder": False}
)


@_fault("certificate_ending", "a certificate of ten days, until one of a year is there")
def certificate_ending(it: Watched) -> Iterator[None]:
    place = it.settings.database.parent / "cert.pem"
    _certificate(place, 10)
    it.settings.certificates = {"site": place}
    it.monitor.measures.again()
    yield
    _certificate(place, 365)


def _certificate(place: Path, days: int) -> None:
    if not shutil.which("openssl"):
        raise CannotTry("openssl makes the certificate")
    words = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    more = ["-nodes", "-days", str(days), "-subj", "/CN=localhost", "-out", str(place)]
    key = str(place.with_name("key.pem"))
    subprocess.run([*words, *more, "-keyout", key], check=True, capture_output=True)


# ------------------------------------------------------------------ backups and history


@_fault("backup_old", "a backup is made each hour, and then none for two hours")
def backup_old(it: Watched) -> Iterator[None]:
    it.wb.backups.create()
    it.settings.backup_every_hours = 1
    yield
    it.wb.backups.create()


@_fault("backup_missing", "backups are scheduled, and none is made")
def backup_missing(it: Watched) -> Iterator[None]:
    it.settings.backup_every_hours = 1
    yield
    it.wb.backups.create()


@_fault("restore_test_failed", "a part of the newest backup is cut, and it is tested")
def restore_test_failed(it: Watched) -> Iterator[None]:
    _import(it, "Ada")
    made = it.wb.backups.create()
    it.settings.backup_every_hours = 1
    parts = [p for p in it.settings.backup_dir.rglob("*") if p.is_file() and p.suffix != ".json"]
    largest = max(parts, key=lambda path: path.stat().st_size)
    whole = largest.read_bytes()
    largest.write_bytes(whole[: len(whole) // 2])
    assert not it.wb.backups.restore_test(made.name).ok
    it.monitor.measures.again()
    yield
    largest.write_bytes(whole)
    it.settings.backup_every_hours = 24  # a test of now is good enough for three days
    assert it.wb.backups.restore_test(made.name).ok


FAULTS["slo_restore"] = Fault(
    "slo_restore",
    restore_test_failed,
    FAULTS["restore_test_failed"].text,
    {"watch_folder": False},
)


@_fault("audit_broken", "somebody changes who did the first act, past Marquee")
def audit_broken(it: Watched) -> Iterator[None]:
    _import(it, "Ada")

    def change(actor: str) -> None:
        it.wb.database.write(
            lambda c: c.execute(
                "UPDATE ops.events SET actor = ? WHERE seq = (SELECT min(seq) FROM ops.events)",
                [actor],
            )
            and None
        )

    [[before]] = it.wb.database.read(
        lambda c: c.execute("SELECT actor FROM ops.events ORDER BY seq LIMIT 1").fetchall()
    )
    change("mallory")
    yield
    change(before)


# ------------------------------------------------------------------ watching itself


@_fault("telemetry_dropped", "the collector is dead, and more spans end than the queue holds")
def telemetry_dropped(it: Watched) -> Iterator[None]:
    settings = it.settings.model_copy(update={"otlp_url": "http://127.0.0.1:9"})
    about = otel.resource("1", "testing", "x")
    spans = otlp.spans(settings)
    tracer = otel.OpenTelemetry(about, it.monitor.slowest, spans, 1.0)
    for _ in range(2 * otlp.SPANS):
        tracer.begin("import", None, {}, current=False).end()
    spans.close(0.1)
    yield
