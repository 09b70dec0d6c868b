"""Where the lines of the log go: JSON or readable text on the output, a file that is rotated, a collector. For servers.

A line is made and written in a thread of its own (`pushing`): a slow terminal, a full disk or a dead collector holds
nobody up. structlog renders; only a server loads it.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from datetime import datetime, timezone
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any, TextIO

from core.observe import context, faults, metrics, scrub
from core.observe.catalogue import LEVELS
from core.observe.logs import Said
from core.observe.pushing import Pusher
from core.settings import Settings

Entry = dict[str, Any]
FOREIGN = "log.foreign"  # the event of a line that a library wrote


class _File(RotatingFileHandler):
    """One line a record. What cannot be written is counted: the disk is full, and says so elsewhere."""

    def format(self, record: logging.LogRecord) -> str:
        return record.getMessage()

    def handleError(self, record: logging.LogRecord) -> None:
        metrics.count("marquee.telemetry.dropped", what="log")


class Handler(logging.Handler):
    """Takes the records of Python's logging, ours and others', and queues them as entries."""

    def __init__(
        self, write: Callable[[list[Entry]], None], taps: list[Callable[[Entry], None]]
    ) -> None:
        super().__init__()
        self.pusher: Pusher[Entry] = Pusher(write, "log")
        self._taps = taps

    def emit(self, record: logging.LogRecord) -> None:
        """Never raises and never waits."""
        try:
            entry = entry_of(record)
            metrics.count("marquee.log.lines", level=entry["level"])
            for tap in self._taps:
                tap(entry)
            self.pusher.put(entry)
        except Exception:
            metrics.count("marquee.telemetry.dropped", what="log")


def entry_of(record: logging.LogRecord) -> Entry:
    """A record as an entry: time, level, event, fields, ids, and of an error its type and its place in the code."""
    said: Said | None = getattr(record, "said", None)
    at = datetime.fromtimestamp(record.created, timezone.utc).isoformat(timespec="milliseconds")
    level = next((n for n, v in reversed(LEVELS.items()) if record.levelno >= v), "debug")
    entry: Entry = {"timestamp": at, "level": level, "logger": record.name}
    if said is None:
        entry |= {"event": FOREIGN, "message": scrub.foreign(record.getMessage()), **context.ids()}
    else:
        message = scrub.secrets(record.getMessage())
        entry |= {"event": said.name, "message": message, **said.ids, **scrub.deep(said.fields)}
    error = record.exc_info[1] if record.exc_info else None
    if error is not None:
        entry |= {"error": faults.kind_of(error), "frames": list(faults.frames_of(error))}
    return entry


def renderer(pretty: bool, colours: bool = False) -> Callable[[Entry], str]:
    """How an entry becomes a line."""
    import structlog  # brings rich along where it is installed: only a server pays for it

    if not pretty:
        json = structlog.processors.JSONRenderer(ensure_ascii=False)
        return lambda entry: str(json(None, "", dict(entry)))
    console = structlog.dev.ConsoleRenderer(colors=colours, pad_event_to=24)

    def render(entry: Entry) -> str:
        shown = {k: v for k, v in entry.items() if k not in ("frames", "logger", "message")}
        if entry["event"] == FOREIGN:
            shown |= {"logger": entry["logger"], "event": entry["message"]}
        frames = "".join(f"\n    {frame}" for frame in entry.get("frames", ()))
        return f"{console(None, '', shown)}{frames}"

    return render


class Writing:
    """The log of this process, from `begin` to `end`."""

    def __init__(self, settings: Settings, stream: TextIO | None = None) -> None:
        self._stream = stream if stream is not None else sys.stdout
        pretty = settings.log_format == "pretty"
        if settings.log_format == "auto":
            pretty = self._stream.isatty()
        self._render = renderer(pretty, pretty and self._stream.isatty())
        self._json = renderer(False)
        self._file = _file(settings)
        self.taps: list[Callable[[Entry], None]] = []  # told each entry at once; they must be quick
        self._handler = Handler(self._write, self.taps)
        self._levels = settings.log_levels
        self._level = LEVELS[settings.log_level]
        self._before: dict[str, int] = {}

    def begin(self) -> None:
        """Take over Python's logging."""
        root, ours = logging.getLogger(), logging.getLogger("marquee")
        root.addHandler(self._handler)
        self._before = {"marquee": ours.level}
        ours.setLevel(self._level)
        for room, level in self._levels.items():
            name = f"marquee.{room}"
            self._before[name] = logging.getLogger(name).level
            logging.getLogger(name).setLevel(LEVELS[level])

    @property
    def pusher(self) -> Pusher[Entry]:
        """The lines that wait."""
        return self._handler.pusher

    def flush(self, timeout: float = 2.0) -> None:
        """Wait until all is written, but not long."""
        self._handler.pusher.flush(timeout)

    def end(self) -> None:
        """Write what waits, and let go of logging."""
        logging.getLogger().removeHandler(self._handler)
        for name, level in self._before.items():
            logging.getLogger(name).setLevel(level)
        self._handler.pusher.close()
        if self._file:
            self._file.close()

    def _write(self, entries: list[Entry]) -> None:
        for entry in entries:
            if self._file:
                self._file.emit(logging.makeLogRecord({"msg": "%s", "args": (self._json(entry),)}))
            self._out(self._render(entry))
        try:
            self._stream.flush()
        except (OSError, ValueError):
            pass  # counted below when it was written

    def _out(self, line: str) -> None:
        try:
            self._stream.write(line.encode("utf-8", "replace").decode("utf-8") + "\n")
        except (OSError, ValueError):  # the terminal went away, or the disk behind it is full
            metrics.count("marquee.telemetry.dropped", what="log")


def _file(settings: Settings) -> _File | None:
    if settings.log_file is None:
        return None
    path = Path(settings.log_file)
    path.parent.mkdir(parents=True, exist_ok=True)
    size = settings.log_file_mb * 1_000_000
    made = _File(path, maxBytes=size, backupCount=settings.log_keep, encoding="utf-8", delay=True)
    return made
