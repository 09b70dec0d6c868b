"""Every event that Marquee logs: one name each, its level, its fields, and what it means. `docs/logging.md` is made of it.

A field that is not named here is not logged. Fields hold ids, names of our own, numbers and error codes: never a
value of a record, a file's name, a search, or a text that somebody typed.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass


@dataclass(frozen=True)
class Event:
    """One kind of line in the log. `unexpected`: a fault of the program, which goes into the list of errors."""

    name: str
    level: int
    text: str
    fields: tuple[str, ...] = ()
    unexpected: bool = False
    meaning: str = ""


def _info(name: str, text: str, *fields: str, meaning: str = "") -> Event:
    return Event(name, logging.INFO, text, fields, meaning=meaning)


def _debug(name: str, text: str, *fields: str, meaning: str = "") -> Event:
    return Event(name, logging.DEBUG, text, fields, meaning=meaning)


def _warn(name: str, text: str, *fields: str, meaning: str = "") -> Event:
    return Event(name, logging.WARNING, text, fields, meaning=meaning)


def _error(name: str, text: str, *fields: str, meaning: str = "") -> Event:
    return Event(name, logging.ERROR, text, fields, meaning=meaning)


def _fault(name: str, text: str, *fields: str, meaning: str = "") -> Event:
    return Event(name, logging.ERROR, text, fields, unexpected=True, meaning=meaning)


_ALL = (
    # the process
    _info("server.started", "the server is up", "version", "seconds"),
    _info("server.stopped", "the server ended in order"),
    _error("server.giving_up", "the process ends to be started again", "reason"),
    # doors
    _info("beside.command", "a command of this machine works with the app"),
    _warn("beside.off", "commands cannot work beside the app: {reason}", "reason"),
    _warn("beside.waits", "no command can be taken at the moment: {reason}", "reason"),
    _warn("beside.lost", "a command was not understood"),
    _info("http.request", "a request was answered", "method", "route", "status", "seconds"),
    _fault("http.failed", "an unexpected error", meaning="The API answered 500."),
    _fault("page.failed", "page error {number}", "number", meaning="A page showed that id."),
    # uploads
    _info("upload.received", "an upload was received", "dataset", "bytes"),
    _info("upload.imported", "an upload was imported", "dataset", "rows", "seconds"),
    _warn("upload.failed", "an upload was not imported", "dataset", "code"),
    _info("upload.rolled_back", "an import was taken back"),
    _fault("upload.left_staged", "what was staged is left for the sweep"),
    # jobs and the clock
    _info("job.started", "a job was started", "kind", "attempt", "waited"),
    _info("job.done", "a job is done", "kind", "rows", "seconds"),
    _warn("job.ended", "a job ended without its result", "kind", "status", "code"),
    _fault("job.failed", "a job failed", "kind"),
    _fault("job.not_claimed", "no job could be taken"),
    _fault("job.end_lost", "the end of a job could not be kept; it is done again", "kind"),
    _fault("job.lease_not_renewed", "the lease of a job could not be renewed"),
    _warn("job.resume_waits", "the job that was interrupted cannot go on yet"),
    _fault("clock.task_failed", "a task of the clock failed; it is tried again", "task"),
    # schedules
    _info("schedule.ran", "a schedule ran", "status", "files"),
    _warn("schedule.file_failed", "a file of a schedule was not imported", "code"),
    # the watched folder
    _warn(
        "folder.trouble",
        "{reason}",
        "reason",
        meaning="The disk or the folder, not a file. It is tried again.",
    ),
    _info("folder.works_again", "the watched folder works again"),
    _fault("folder.look_failed", "the watched folder could not be looked at"),
    _fault("folder.import_failed", "importing a file of the folder failed"),
    _info("folder.delivered", "a file of the folder was dealt with", "status", "rows", "code"),
    # storage
    _error("database.lost", "the database gave up and is opened again: {reason}", "reason"),
    _error("database.not_again", "the database cannot be opened again: {reason}", "reason"),
    _warn("database.not_yet", "the database cannot be opened yet", "code"),
    _info("database.again", "the database is open again"),
    _fault("database.resume_failed", "what was interrupted does not go on by itself"),
    _warn(
        "database.torn",
        "a crash left half a commit in {file}: {bytes} bytes were moved to {file}.cut",
        "file",
        "bytes",
    ),
    _warn("database.vacuum_unset", "whether room is taken back stays as it was", "code"),
    _warn(
        "database.no_checkpoint", "no checkpoint was possible; the next one takes the changes along"
    ),
    _info("housekeeping.swept", "left-overs were swept up", "received", "derived", "staged"),
    # search
    _warn("search.behind", "the index of {dataset} is not up to date", "dataset", "code"),
    _fault("search.index_failed", "the index of {dataset} is not up to date", "dataset"),
    _warn(
        "search.record_refused", "the record {record} cannot be indexed: {kind}", "record", "kind"
    ),
    _warn("search.news_not_counted", "the news of a kept search were not counted", "code"),
    # messages to people
    _info("message.sent", "a message went to {target}", "target"),
    _warn("message.not_sent", "a message was not sent", "target", "code"),
    # watching itself
    _info(
        "alert.changed",
        "alert {alert}: {before} to {after}",
        "alert",
        "severity",
        "before",
        "after",
    ),
    _warn("alert.not_evaluated", "an alert could not be evaluated", "alert", "code"),
    _debug("canary.passed", "the probe went through", "seconds"),
    _error("canary.failed", "the probe did not go through", "step", "code"),
    _warn("telemetry.dropped", "{dropped} lines or spans were dropped", "what", "dropped"),
    _fault("monitoring.failed", "watching itself failed; it is tried again", "task"),
    _warn("security.refused", "a request was refused", "code"),
    _warn("security.foreign", "the gate refused {network}: {reason}", "network", "reason"),
    _debug("gate.gone", "a websocket was gone already", "code"),
    _warn(
        "security.wrong_key",
        "a wrong token or key came from {network}",
        "network",
        meaning="The audit trail has the address.",
    ),
    _warn("security.limited", "somebody was limited by {limit}", "limit", "most", "seconds"),
    _warn("security.virus", "a file was put aside: {signature}", "signature"),
)

EVENTS: dict[str, Event] = {event.name: event for event in _ALL}
assert len(EVENTS) == len(_ALL), "two events have one name"  # nosec B101
LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}


def as_markdown() -> str:
    """The table of `docs/logging.md`."""
    names = {number: name for name, number in LEVELS.items()}
    lines = ["| Event | Level | What happened | Fields |", "|---|---|---|---|"]
    for event in _ALL:
        level = names[event.level] + (", unexpected" if event.unexpected else "")
        text = event.text.replace("{", "*").replace("}", "*")
        what = f"{text[0].upper()}{text[1:]}. {event.meaning}".strip()
        fields = ", ".join(f"`{field}`" for field in event.fields)
        lines.append(f"| `{event.name}` | {level} | {what} | {fields} |")
    return "\n".join(lines) + "\n"
