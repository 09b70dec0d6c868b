"""The paper about a person who was forgotten: what was done where, without a word about who it was. Markdown."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from core.actor import Actor
from core.files.store import RawFile
from core.privacy.beside import Beside
from core.privacy.finding import FileRows, Known
from core.privacy.ledger import Entry


def made(
    entry: Entry,
    actor: Actor,
    at: datetime,
    reason: str,
    found: Known,
    files: Mapping[str, tuple[FileRows, RawFile | None]],
    there: Beside,
    done: Mapping[str, int],
    backups: tuple[str, ...],
) -> str:
    """The text."""
    lines = [
        "# A person was forgotten",
        "",
        f"- Act: {entry.forgotten_id}",
        f"- Record: {entry.record_id} of {entry.dataset}",
        f"- When: {at:%Y-%m-%d %H:%M:%S} UTC",
        f"- By: {actor.who} ({actor.door})",
        f"- Reason: {reason or 'not said'}",
        "",
        "| where | what was done |",
        "|---|---|",
        f"| record | {'deleted' if found.live else 'was deleted before'} |",
        f"| history | values of {done['versions']} versions taken out; ids, times and keyed digests stay |",
        f"| quarantine | {done.get('quarantined', 0)} rows emptied |",
        f"| decisions on duplicates | {done['decisions']} kept under keyed digests |",
        f"| samples, searches, messages | {done['texts']} texts changed; kept answers of the API removed |",
    ]
    for upload_id, (each, raw) in files.items():
        if raw is None:
            what = "destroyed as a whole; the upload has no file any more"
        else:
            what = f"{len(each.rows)} rows redacted in a new file, the old one destroyed"
        lines.append(f"| raw file of upload {upload_id} | {what} |")
    lines += [
        "| search index, caches, staged rows, files of exports | made anew or removed |",
        "| database file | tables written anew, free blocks overwritten |",
        f"| watched folder | {_folder(there)} |",
        f"| files on their way | {_coming(there.on_their_way)} |",
        "| pictures | those that the server kept were dropped; a browser may keep one for an hour |",
        f"| audit trail | {_events(done['named_by_events'])} |",
        f"| backups | {_backups(backups)} |",
        "",
        "Not searched: packed files in the watched folder and on their way (workbooks, archives), folders and addresses that",
        "schedules read, what webhooks and alerts have sent, what people downloaded, and names as part of what is not text.",
        "",
        "After every restore the erasure ledger is applied before the database is used.",
    ]
    return "\n".join(lines) + "\n"


def _folder(there: Beside) -> str:
    if not (there.copies or there.reports or there.named):
        return "nothing of the person as plain text"
    done = f"{len(there.copies)} copies of these files treated as they were, {len(there.reports)} reports changed"
    return (
        f"{done}; {there.named} other files name the person and were left" if there.named else done
    )


def _coming(named: int) -> str:
    return (
        f"{named} unfinished transfers name the person and were left: discard them"
        if named
        else "no unfinished transfer names the person as plain text"
    )


def _events(named: int) -> str:
    whole = "keeps the record's id, and its chain holds"
    return (
        f"{whole}; {named} events have a text of theirs, such as a file name, and cannot be changed"
        if named
        else whole
    )


def _backups(names: tuple[str, ...]) -> str:
    if not names:
        return "there are none of before this act"
    return f"{len(names)} of before this act hold the person until they are deleted: {', '.join(names)}"
