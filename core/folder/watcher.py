"""The watched folder: what is copied into `pending/` is imported and ends in `processed/` or `failed/`.

A file is taken when it is complete: nobody has it open for writing (Linux can tell exactly), and its
size and time did not change for a moment; a round takes what is there in the order of names. It is
claimed by a rename (see `claims`), so two apps never take the same file. Of a claim there is one
upload, also when a crash or a full disk interrupts it: it goes on with the next round, or the next start.
"""

from __future__ import annotations

import hashlib
import os
import stat
import threading
import time
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, BinaryIO

from core.errors import DiskFull, DuplicateUpload, MarqueeError, StorageError, UnsafePath
from core.files import store
from core.folder.claims import Claims
from core.folder.owner import here
from core.ingest.idempotency import Request
from core.ingest.uploads import Upload
from core.jobs.progress import Progress
from core.observe import context, logs, metrics, scrub, traces
from core.workbench import ImportRequest, Workbench

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

log = logs.get("folder")
POLL = 0.4  # seconds between looks
STILL = 0.8  # seconds a file must not change
RETRY_AFTER = 5.0  # seconds until the next try when the disk, not the file, was the trouble
IGNORED = (".", "~$")  # hidden files, and the lock files of spreadsheet programs
IGNORED_ENDS = (".part", ".crdownload", ".tmp", ".swp", ".filepart")


class StillChanging(Exception):
    """A file that looked complete is being written to."""


class Watcher:
    """Looks at `<data_dir>/pending` in a thread of its own.

    `trouble` says what keeps it from working now (a full disk, a folder that it may not write to).
    """

    def __init__(self, workbench: Workbench) -> None:
        self.workbench = workbench.through("folder")
        self.root = workbench.settings.data_dir
        self.claims = Claims(
            self.root,
            here(workbench.settings.database),
            self.workbench.engine.identity(),
            self.workbench.engine.renew_identity,
        )
        self.trouble: str | None = None
        self._seen: dict[Path, tuple[tuple[int, int, int], float]] = {}
        self._opened = False
        self._stop = threading.Event()
        self._progress = Progress()
        self._thread = threading.Thread(target=self._loop, name="marquee-folder", daemon=True)

    def start(self) -> None:
        """Make the folders, take over what a crash left there, and begin to look."""
        self._opened = self._guard(self._open)
        self._thread.start()

    def stop(self) -> None:
        """End; a file that is being imported stays claimed and is taken up at the next start."""
        self._stop.set()
        self._progress.cancel(stopping=True)
        if self._thread.is_alive():
            self._thread.join(timeout=60)
        if not self._thread.is_alive():
            self.claims.close()

    @property
    def alive(self) -> bool:
        """Whether the folder is being watched."""
        return self._thread.is_alive() and not self._stop.is_set()

    def _loop(self) -> None:
        pause = 0.0
        while not self._stop.wait(pause):
            self._opened = self._opened or self._guard(self._open)
            well = self._opened and self._guard(self.look)
            pause = POLL if well else RETRY_AFTER

    def _open(self) -> None:
        for name in ("pending", "processed", "failed"):
            (self.root / name).mkdir(parents=True, exist_ok=True)
        self.claims.open()

    def _guard(self, work: Callable[[], Any]) -> bool:
        try:
            work()
        except (OSError, StorageError) as error:  # the disk or the folder; watching goes on
            self._in_trouble(f"the watched folder could not be looked at: {error}")
            return isinstance(error, FileNotFoundError)
        except Exception as error:
            log.say("folder.look_failed", error)
            return False
        if self.trouble:
            log.say("folder.works_again")
            self.trouble = None
        return True

    def _in_trouble(self, text: str) -> None:
        if text != self.trouble:  # said once, not with every look
            log.say("folder.trouble", reason=scrub.foreign(text))
        self.trouble = text

    def look(self) -> int:
        """One round; returns how many files were taken. Raises OSError, StorageError: not the file's fault."""
        taken, refused, present = 0, None, set()
        self.claims.tend()
        for path in self.claims.mine():  # what a crash or a full disk left
            if self._stop.is_set():
                return taken
            self.take(path, claimed=True)
        for path in sorted((self.root / "pending").iterdir()):
            if self._stop.is_set():
                break
            if not meant(path.name):
                continue
            present.add(path)
            if self._complete(path):
                self._seen.pop(path, None)
                try:
                    self.take(path)
                except PermissionError as error:  # the others have their turn
                    refused = error
                taken += 1
        self._seen = {p: s for p, s in self._seen.items() if p in present}
        if refused:
            raise refused
        return taken

    def _complete(self, path: Path) -> bool:
        try:
            info = path.lstat()
        except OSError:
            return False
        state = (info.st_size, info.st_mtime_ns, info.st_ino)
        before = self._seen.get(path)
        if before is None or before[0] != state:
            self._seen[path] = (state, time.monotonic())
            return False
        return time.monotonic() - before[1] >= STILL and not being_written(path)

    def take(self, path: Path, *, claimed: bool = False) -> None:
        """Claim one file, import it, and move it where it belongs, with its report.

        Raises OSError and StorageError when it cannot be done now: it stays claimed.
        """
        try:
            mine = path if claimed else self.claims.claim(path, self.workbench.uploads.forget)
        except FileNotFoundError:
            return  # another app was faster
        report: dict[str, Any] = {
            "file": printable(mine.name),
            "dataset": self.workbench.settings.watch_dataset,
        }
        with context.bound(door="folder"), traces.span("folder file") as span:
            if traces.on():
                report["trace"] = traces.ids().get("trace")
            self._deal_with(mine, report)
            span.set(status=report.get("status", "put back"), upload=report.get("upload_id") or "")

    def _deal_with(self, mine: Path, report: dict[str, Any]) -> None:
        lost, began = self.workbench.engine.opened_anew(), time.monotonic()
        try:
            self._import(mine, report)
        except StillChanging:
            self.claims.put_back(mine)
            return
        except (MarqueeError, OSError) as error:
            if self._progress.stopping:
                return
            if type(error) in (DiskFull, StorageError):  # not the file's fault: it is tried again
                raise
            report |= {"status": "failed", "error": _error_report(error)}
        except Exception as error:  # a bug must not stop the folder; the report says so
            if (
                self.workbench.engine.opened_anew() != lost
            ):  # what was staged went with the instance that somebody lost
                raise StorageError(f"the database was opened anew meanwhile: {error}") from error
            log.say("folder.import_failed", error)
            report |= {
                "status": "failed",
                "error": {"title": "Something went wrong", "detail": repr(error)},
            }
        self._finish(mine, report)
        metrics.observe("marquee.folder.duration", time.monotonic() - began)
        metrics.count("marquee.folder.files", outcome=str(report["status"]))

    def _import(self, path: Path, report: dict[str, Any]) -> None:
        try:
            upload = self._receive(path)
            if upload.status == "rolled_back":  # after a crash behind its commit
                report |= {"status": "taken back", "upload_id": upload.id}
                return
            if upload.status != "imported":
                upload = self.workbench.commit(upload.id, self._progress)
        except DuplicateUpload as error:
            report |= {"status": "already imported", "upload_id": error.extra.get("upload_id")}
            report |= {"message": f"{error}. {error.hint}"}
            return
        report |= {
            "status": "imported",
            "upload_id": upload.id,
            "counts": upload.counts.model_dump(),
            "doubts": upload.doubts,
            "problems": [p.as_dict() for p in self.workbench.uploads.problems(upload.id)],
        }

    def _receive(self, path: Path) -> Upload:
        """The upload of this claim: a new one, or the one that was interrupted."""
        settings = self.workbench.settings
        with _opened(path) as file:
            before = os.fstat(file.fileno())
            raw = store.receive(
                file,
                filename=printable(path.name),
                folder=self.root,
                max_bytes=settings.max_file_mb * 1_000_000,
                min_free=settings.min_free_mb * 1_000_000,
            )
            after = os.fstat(file.fileno())
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
            raise StillChanging
        key = self.claims.key(path)
        asked = hashlib.sha256(f"{key} {raw.sha256}".encode()).hexdigest()
        wanted = ImportRequest(dataset=settings.watch_dataset)
        receipt = self.workbench.uploads.receive_once(raw, Request(key, asked), wanted)
        return receipt.upload

    def _finish(self, path: Path, report: dict[str, Any]) -> None:
        ok = report["status"] != "failed"
        report["finished_at"] = datetime.now(timezone.utc).isoformat(timespec="seconds")
        report["summary"] = summary(report)
        self.claims.deliver(path, self.root / ("processed" if ok else "failed"), report)
        log.say("folder.delivered", **_log_fields(report))


def _log_fields(report: dict[str, Any]) -> dict[str, Any]:
    """What the log says of a report: no name of a file."""
    error = report.get("error") or {}
    rows = (report.get("counts") or {}).get("rows")
    return {"status": report["status"], "rows": rows, "code": error.get("code")}


def meant(name: str) -> bool:
    """Whether a file of that name is meant to be imported."""
    name = name.lower()
    return not (name.startswith(IGNORED) or name.endswith(IGNORED_ENDS) or name == "readme.md")


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    """The file itself: no link is followed, no pipe waited for. Raises UnsafePath, StillChanging."""
    unsafe = UnsafePath(
        f"{printable(path.name)} is no plain file", hint="Copy the file itself into the folder."
    )
    if not stat.S_ISREG(path.lstat().st_mode):
        raise unsafe
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    handle = os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise unsafe
        if being_written(path):  # somebody opened it between the look and the claim
            raise StillChanging
        yield file


def _error_report(error: Exception) -> dict[str, Any]:
    if isinstance(error, MarqueeError):
        return error.as_dict()
    return {"title": "The file cannot be read", "detail": str(error)}


def summary(report: dict[str, Any]) -> str:
    """One line that a person can read."""
    name = report["file"]
    if report["status"] == "failed":
        error = report["error"]
        return (
            f"{name}: {error['title']}: {error.get('detail', '')} {error.get('hint', '')}".strip()
        )
    if report["status"] == "already imported":
        return f"{name}: {report['message']}"
    if report["status"] == "taken back":
        return f"{name}: it was imported, and taken back before the file was put away"
    c = report["counts"]
    rows = f"{c['rows']} row{'' if c['rows'] == 1 else 's'}"
    text = f"{name}: {rows}, {c['new']} new, {c['changed']} changed, {c['unchanged']} unchanged"
    named = {"repeated": c["repeated"], "in quarantine": c["rejected"] + c["conflicting"]}
    named["to look at"] = sum(d["rule"] != "reading" for d in report.get("doubts", ()))
    return text + "".join(f", {n} {name}" for name, n in named.items() if n)


def being_written(path: Path) -> bool:
    """Whether some process has the file open for writing. Only Linux can tell; elsewhere False.

    A read lease is refused while anybody could still write.
    """
    if fcntl is None or not hasattr(fcntl, "F_SETLEASE") or path.is_symlink():
        return False
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except OSError:
        return False
    try:
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_UNLCK)
        return False
    except BlockingIOError:
        return True
    except OSError:
        return False  # no leases on this file system, or not our file
    finally:
        os.close(handle)


def printable(name: str) -> str:
    """The name as text on one line: what is no UTF-8, or would break the line, becomes `_` or `?`."""
    text = "".join("_" if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in name)
    return text.encode("utf-8", "replace").decode("utf-8")
