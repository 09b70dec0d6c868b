"""The watched folder: what is copied into `pending/` is imported and ends in `processed/` or `failed/`.

A file is taken when it is complete: nobody has it open for writing (Linux can tell exactly), and its
size and time did not change for a moment. It is claimed by a rename, so two watchers never take the
same file, and a claim left behind by a crash is taken up at the next start.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import threading
import time
import unicodedata
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.errors import DuplicateUpload, MarqueeError, UnsafePath
from core.jobs.progress import Progress

if TYPE_CHECKING:
    from core.workbench import Workbench

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

log = logging.getLogger("marquee.folder")
POLL = 0.4  # seconds between looks
STILL = 0.8  # seconds a file must not change
IGNORED = (".", "~$")  # hidden files, and the lock files of spreadsheet programs
NAME_BYTES = 255  # what a file system takes
IGNORED_ENDS = (".part", ".crdownload", ".tmp", ".swp", ".filepart")


class Watcher:
    """Looks at `<data_dir>/pending` in a thread of its own."""

    def __init__(self, workbench: Workbench) -> None:
        self.workbench = workbench.through("folder")
        self.root = workbench.settings.data_dir
        self._seen: dict[Path, tuple[tuple[int, int, int], float]] = {}
        self._stop = threading.Event()
        self._progress = Progress()
        self._thread = threading.Thread(target=self._loop, name="marquee-folder", daemon=True)

    def start(self) -> None:
        """Make the folders and begin."""
        for name in ("pending", "processed", "failed", ".claimed"):
            (self.root / name).mkdir(parents=True, exist_ok=True)
        self._thread.start()

    def stop(self) -> None:
        """End; a file that is being imported stays claimed and is taken up at the next start."""
        self._stop.set()
        self._progress.cancel(stopping=True)
        if self._thread.is_alive():
            self._thread.join(timeout=60)

    @property
    def alive(self) -> bool:
        """Whether the folder is being watched."""
        return self._thread.is_alive() and not self._stop.is_set()

    def _loop(self) -> None:
        self._guard(self._resume)
        while not self._stop.wait(POLL):
            self._guard(self.look)

    def _guard(self, work: Any) -> None:
        try:
            work()
        except Exception:  # the folder may vanish or refuse; watching goes on
            log.exception("the watched folder could not be looked at")

    def _resume(self) -> None:
        for path in sorted((self.root / ".claimed").iterdir()):
            self.take(path, claimed=True)

    def look(self) -> int:
        """One round; returns how many files were taken."""
        taken, present = 0, set()
        for path in sorted((self.root / "pending").iterdir()):
            if self._stop.is_set():
                break
            name = path.name.lower()
            if name.startswith(IGNORED) or name.endswith(IGNORED_ENDS) or name == "readme.md":
                continue
            present.add(path)
            if self._complete(path):
                self._seen.pop(path, None)
                self.take(path)
                taken += 1
        self._seen = {p: s for p, s in self._seen.items() if p in present}
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
        """Claim one file, import it, and move it where it belongs, with its report."""
        try:
            mine = path if claimed else self._claim(path)
        except FileNotFoundError:
            return  # another watcher was faster
        report: dict[str, Any] = {
            "file": printable(mine.name),
            "dataset": self.workbench.settings.watch_dataset,
        }
        try:
            self._import(mine, report)
        except MarqueeError as error:
            if self._progress.stopping:
                return
            report |= {"status": "failed", "error": error.as_dict()}
        except OSError as error:
            report |= {
                "status": "failed",
                "error": {"title": "The file cannot be read", "detail": str(error)},
            }
        except Exception as error:  # a bug must not stop the folder; the report says so
            log.exception("importing %s failed", mine.name)
            report |= {
                "status": "failed",
                "error": {"title": "Something went wrong", "detail": repr(error)},
            }
        self._finish(mine, report)

    def _claim(self, path: Path) -> Path:
        return path.rename(_free(self.root / ".claimed" / path.name))

    def _import(self, path: Path, report: dict[str, Any]) -> None:
        if path.is_symlink() or not path.is_file():
            raise UnsafePath(
                f"{path.name} is no plain file", hint="Copy the file itself into the folder."
            )
        dataset = self.workbench.settings.watch_dataset
        try:
            upload = self.workbench.import_file(
                path, dataset, filename=printable(path.name), progress=self._progress
            )
        except DuplicateUpload as error:
            report |= {"status": "already imported", "upload_id": error.extra.get("upload_id")}
            report |= {"message": f"{error}. {error.hint}"}
            return
        report |= {
            "status": upload.status,
            "upload_id": upload.id,
            "counts": upload.counts.model_dump(),
            "problems": [p.as_dict() for p in self.workbench.problems(upload.id)],
        }

    def _finish(self, path: Path, report: dict[str, Any]) -> None:
        ok = report["status"] in ("imported", "already imported")
        report["finished_at"] = datetime.now(timezone.utc).isoformat(timespec="seconds")
        report["summary"] = summary(report)
        target = _free(self.root / ("processed" if ok else "failed") / path.name)
        target.parent.mkdir(parents=True, exist_ok=True)
        _move(path, target)
        text = json.dumps(report, ensure_ascii=False, indent=2, default=str)
        _beside(target).write_text(text + "\n", "utf-8")
        log.info("%s", report["summary"])


def _move(path: Path, target: Path) -> None:
    try:
        path.rename(target)
    except OSError:  # another file system
        shutil.move(path, target)


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
    c = report["counts"]
    rows = f"{c['rows']} row{'' if c['rows'] == 1 else 's'}"
    text = f"{name}: {rows}, {c['new']} new, {c['changed']} changed, {c['unchanged']} unchanged"
    aside = c["rejected"] + c["conflicting"]
    return text + (f", {aside} in quarantine" if aside else "")


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


def _beside(path: Path) -> Path:
    return path.parent / (path.name + ".report.json")


def printable(name: str) -> str:
    """The name as text on one line: what is no UTF-8, or would break the line, becomes `_` or `?`."""
    text = "".join("_" if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in name)
    return text.encode("utf-8", "replace").decode("utf-8")


def _taken(path: Path) -> bool:
    # A symlink to nothing takes its name as well.
    return os.path.lexists(path) or os.path.lexists(_beside(path))


def _free(path: Path) -> Path:
    """The path itself, or one like it that is not taken; with room in its name for the report's."""
    room = NAME_BYTES - len(_beside(Path()).name) - len(".20260101-000000-9999")
    stem, suffix = path.stem, path.suffix
    while len(os.fsencode(stem + suffix)) > room:
        stem, suffix = (stem[:-1], suffix) if stem else ("_", "")
    path = path.with_name(stem + suffix)
    if not _taken(path):
        return path
    stamp = datetime.now(timezone.utc).strftime("%Y%m%d-%H%M%S")
    for number in range(1, 10_000):
        candidate = path.with_name(f"{path.stem}.{stamp}-{number}{path.suffix}")
        if not _taken(candidate):
            return candidate
    raise UnsafePath(f"there are too many files named {path.name}")
