"""Every error that Marquee raises on purpose, as one tree.

    MarqueeError
    ├── FileError              the file itself cannot be taken
    │   ├── EmptyFile  HeaderOnly  UnknownFormat  BrokenFile  EncryptedFile
    │   ├── FileTooLarge  TooManyRows  TooManyColumns  CellTooLong
    │   ├── Infected           the virus scanner knows what is in it
    │   └── UnsafePath  ReaderDied
    ├── InputError             what was asked makes no sense
    │   ├── BadOverride  BadMapping  BadRecipe  BadDataset  BadQuery  WrongType  BadValue
    │   ├── VersionMissing  MethodUnknown  BodyTooLarge  Usage
    │   ├── BadPassword  BadAccount  BadRole  BadKey
    │   ├── ProtocolUnknown        a version of a protocol that is not spoken here
    │   ├── BrokenChunk            the bytes of a chunk are not those that were sent
    │   ├── BadSchedule            a schedule that cannot run
    │   ├── AddressRefused         an address that may not be asked
    │   ├── HeldBack           rows have errors, and all or nothing was asked
    │   │   ├── QualityGate    what it would bring is not good enough
    │   │   └── ManyDeletions  what it lacks would be deleted, and is much
    ├── NotFound               nothing of that name or id
    │   ├── Merged                 the record is part of another one now
    │   └── LinkOver               a link that works once was used, or its time is over
    ├── Conflict               it made sense, but not now
    │   ├── DuplicateUpload  StalePreview  VersionMismatch  WrongState  IdempotencyMismatch
    │   ├── ForeignBackup  LastAdmin
    │   ├── ChunkOutOfPlace        a chunk that does not begin where the last one ended
    ├── Cancelled              somebody asked to stop; nothing was changed
    │   ├── TakenOver          another worker does it now
    ├── Forbidden              the actor may not do this
    ├── FetchFailed            what an address names could not be fetched
    │   └── ProviderFailed     the provider of logins does not answer, or not as it should
    ├── AlertNotSent           a message to people could not be delivered
    ├── TooMany                more requests or more data than somebody may send
    ├── NotAllowed             the token is missing or wrong
    │   ├── ForeignSite        another web site asks through somebody's browser
    └── StorageError           the database or the disk
        ├── DatabaseLocked  DatabaseBroken  DiskFull  MemoryShort  SpillFull  MigrationError  ChainBroken
        ├── NoAccess           the system refuses a file or folder of ours
        ├── Busy               others are before it
        ├── TookTooLong        a question that the database would work on for too long
        ├── Interrupted        a job never came to its end
        ├── BackupBroken  BackupBusy  RestoreInterrupted  Unsound
        ├── SearchUnavailable  the index of a dataset cannot be used
        ├── ScannerFailed      the virus scanner does not answer, so no file is taken
        ├── EngineFailed       another engine that was asked could not be started, or gave up
    SettingsError              Marquee cannot start like this
    Fault                      nobody foresaw this

Each carries a `title` (what went wrong, for everybody), a `detail` (what was found, and where),
a `hint` (what to do), a stable `code` and typed `extra` fields. A door renders an error in one
place: the API as an RFC 9457 problem document, the command line as two lines and an exit code,
a page as a box.
"""

from __future__ import annotations

import errno
from typing import Any, ClassVar


class MarqueeError(Exception):
    """Base of all errors: `detail` says what was found, `hint` what to do about it."""

    code: ClassVar[str] = "error"
    title: ClassVar[str] = "Something went wrong"
    default_hint: ClassVar[str] = ""
    status: ClassVar[int] = 500
    exit_code: ClassVar[int] = 1

    def __init__(self, detail: str = "", *, hint: str | None = None, **extra: object) -> None:
        super().__init__(detail or self.title)
        self.detail = detail
        self.hint = self.default_hint if hint is None else hint
        self.extra: dict[str, Any] = extra

    def __str__(self) -> str:
        return f"{self.title}: {self.detail}" if self.detail else self.title

    def __reduce__(self) -> tuple[Any, ...]:
        # Errors cross a process border (the sandbox), so they must survive pickling.
        return (_rebuild, (type(self), self.detail, self.hint, self.extra))

    def as_dict(self) -> dict[str, Any]:
        """Shape: {code, title, detail, hint, **extra}; what every door renders."""
        return {
            "code": self.code,
            "title": self.title,
            "detail": self.detail,
            "hint": self.hint,
            **self.extra,
        }


def _rebuild(
    kind: type[MarqueeError], detail: str, hint: str, extra: dict[str, Any]
) -> MarqueeError:
    return kind(detail, hint=hint, **extra)


# ------------------------------------------------------------------ the file


class FileError(MarqueeError):
    """The file cannot be taken as it is."""

    code, title, status, exit_code = "file_error", "This file cannot be read", 422, 3
    default_hint = "Check the file and try again; the original was kept."


class EmptyFile(FileError):
    """Zero bytes, or nothing but blanks."""

    code, title = "empty_file", "The file is empty"
    default_hint = "Export it again and check that it holds rows."


class HeaderOnly(FileError):
    """Column names, and no row below them."""

    code, title = "header_only", "The file has a header but no rows"
    default_hint = "Add at least one row below the column names."


class UnknownFormat(FileError):
    """Neither delimited text, JSON nor a spreadsheet."""

    code, title, status = "unknown_format", "This kind of file is not known", 415
    default_hint = "Save it as CSV, JSON, or Excel (.xlsx, .xls, .ods)."


class BrokenFile(FileError):
    """The format is known, but the file breaks its rules at a place."""

    code, title = "broken_file", "The file is damaged or unfinished"
    default_hint = "Export it again; if it was copied, copy it again."


class EncryptedFile(FileError):
    """A workbook with a password."""

    code, title = "encrypted_file", "The file is protected by a password"
    default_hint = "Remove the password in your spreadsheet program and save it again."


class FileTooLarge(FileError):
    """More bytes than the settings allow."""

    code, title, status = "file_too_large", "The file is too large", 413
    default_hint = "Split the file, or raise MARQUEE_MAX_FILE_MB."


class Infected(FileError):
    """The virus scanner found something in it; nothing of the file was read."""

    code, title = "infected", "The virus scanner found something in the file"
    default_hint = "Nothing was imported, and nobody can open it here. Ask whoever sent it."


class TooManyRows(FileError):
    """More rows than the settings allow."""

    code, title, status = "too_many_rows", "The file has too many rows", 413
    default_hint = "Split the file, or raise MARQUEE_MAX_ROWS."


class TooManyColumns(FileError):
    """More columns than the settings allow."""

    code, title = "too_many_columns", "The file has too many columns"
    default_hint = "Check the delimiter, remove columns, or raise MARQUEE_MAX_COLUMNS."


class CellTooLong(FileError):
    """One cell holds more text than the settings allow."""

    code, title = "cell_too_long", "A cell holds too much text"
    default_hint = (
        "Shorten the cell (an unclosed quote is the usual cause), or raise MARQUEE_MAX_CELL_CHARS."
    )


class UnsafePath(FileError):
    """A file name that leaves its folder, or is no plain file."""

    code, title, status = "unsafe_path", "This file name is not allowed", 400
    default_hint = "Use a plain file name without folders."


class ReaderDied(FileError):
    """The child process that parsed the file died or passed its limits."""

    code, title = "reader_died", "The file could not be read safely"
    default_hint = "Open it in a spreadsheet program, save it as .xlsx or CSV, and try again."


# ------------------------------------------------------------------ the question


class InputError(MarqueeError):
    """What was asked is not possible: an unknown option, a value of the wrong form, or two that exclude each other."""

    code, title, status, exit_code = "input_error", "This cannot be done as asked", 422, 2


class BadOverride(InputError):
    """A reading decision that does not exist, or does not fit the file."""

    code, title = "bad_override", "This way of reading does not fit the file"


class BadMapping(InputError):
    """A mapping to fields or columns that do not exist, or twice to one field."""

    code, title = "bad_mapping", "This mapping of columns does not work"


class BadRecipe(InputError):
    """A cleaning step that is unknown or does not fit its field."""

    code, title = "bad_recipe", "This cleaning step does not work"


class BadDataset(InputError):
    """A dataset definition that breaks the rules of docs/datasets.md."""

    code, title = "bad_dataset", "This dataset definition does not work"
    default_hint = "docs/datasets.md lists what a dataset may say."


class BadQuery(InputError):
    """A filter, a sort or a SQL query that cannot run."""

    code, title, status = "bad_query", "This query cannot be answered", 400


class WrongType(BadQuery):
    """A condition compares a field with a value of another type."""

    code, title, status = "wrong_type", "This condition does not fit the field", 422


class BadValue(InputError):
    """An edit that the dataset's rules refuse."""

    code, title = "bad_value", "This value is not allowed here"


class ProtocolUnknown(InputError):
    """A client of resumable uploads speaks a version of tus that this server does not."""

    code, title, status = "protocol_unknown", "This version of the protocol is not known", 412
    default_hint = "Speak tus 1.0.0: send the header Tus-Resumable: 1.0.0."


class BrokenChunk(InputError):
    """The bytes of a chunk changed on the way: its checksum is another one."""

    code, title, status = "broken_chunk", "A chunk of the file was damaged on the way", 422
    default_hint = "Send it again."


class BadSchedule(InputError):
    """A schedule with a place, a time or an option that does not work."""

    code, title = "bad_schedule", "This schedule cannot run"


class HeldBack(InputError):
    """Rows have errors and the import was asked to be all or nothing."""

    code, title = "held_back", "Nothing was imported, because some rows have errors"
    default_hint = "Repair the rows, or import the good ones and leave the rest in quarantine."


class QualityGate(HeldBack):
    """A file does not pass a check, or scores too low, and the dataset says that it must not come in like this."""

    code, title = (
        "quality_gate",
        "Nothing was imported, because the file does not pass a quality gate",
    )
    default_hint = (
        "Repair the file, or let somebody accept it: wb.quality.accept(upload_id, reason)."
    )


class ManyDeletions(HeldBack):
    """A file that replaces its source would delete more than a tenth of the source's records, and nobody confirmed that."""

    code, title = (
        "many_deletions",
        "Nothing was imported, because many records would be deleted",
    )
    default_hint = (
        "Is it the whole source? Then import it with confirm_deletions (--confirm-deletions on the"
        " command line), or on its page, which lists the records."
    )


class VersionMissing(InputError):
    """A change that does not say which version of the record it is meant for."""

    code, title, status = "version_missing", "Say which version you saw", 428
    default_hint = "Send the record's ETag in the header If-Match."


class MethodUnknown(InputError):
    """The address exists, but not with this HTTP method."""

    code, title, status = "method_unknown", "This address does not take that method", 405


class BodyTooLarge(InputError):
    """A request other than an upload that carries too much."""

    code, title, status = "body_too_large", "The request is too large", 413
    default_hint = "Send less at a time; files go to POST /api/v1/uploads."


class BadPassword(InputError):
    """A password that is too short, was leaked, or is easily guessed."""

    code, title = "bad_password", "This password is not safe"


class BadAccount(InputError):
    """An account with a name or role that is not allowed."""

    code, title = "bad_account", "This account cannot be made"


class BadRole(InputError):
    """A role with a name or permissions that are not allowed."""

    code, title = "bad_role", "This role does not work"


class BadKey(InputError):
    """An API key with scopes, datasets or an end that are not allowed."""

    code, title = "bad_key", "This API key cannot be made"


class Usage(InputError):
    """A command or option of the command line that does not exist, or lacks something."""

    code, title = "usage", "The command is not understood"


class AddressRefused(InputError):
    """An address that is none, or that leads into this machine or its network."""

    code, title = "address_refused", "This address may not be asked"


class Fault(MarqueeError):
    """An error that Marquee does not expect."""

    code, title = "fault", "This is a fault in Marquee"
    default_hint = "Please report it with the lines above. Records are only changed as a whole."


# ------------------------------------------------------------------ not there, not now


class NotFound(MarqueeError):
    """There is nothing with this name or id."""

    code, title, status, exit_code = "not_found", "Not found", 404, 4


class Merged(NotFound):
    """The record became part of another one; `survivor` is its id."""

    code, title = "merged", "This record is part of another one now"
    default_hint = "Use the other record, or take the merge apart."


class LinkOver(NotFound):
    """A link that lets somebody set a password: it works once, and for a day."""

    code, title, status = "link_over", "This link does not work any more", 410
    default_hint = "Ask an admin for another one."


class Conflict(MarqueeError):
    """The request is valid, but the present state of the data does not allow it."""

    code, title, status, exit_code = "conflict", "This does not fit the present state", 409, 5


class DuplicateUpload(Conflict):
    """The same bytes were imported before; `upload_id` says where."""

    code, title = "duplicate_upload", "This file was already imported"
    default_hint = "Open the earlier import, or import it again with force."


class StalePreview(Conflict):
    """Live data changed since the preview, so the import would do something else."""

    code, title = "stale_preview", "The data changed since this preview"
    default_hint = "Look at the renewed preview and import again."


class VersionMismatch(Conflict):
    """The record was changed by somebody else since it was read."""

    code, title, status = "version_mismatch", "Somebody changed this record meanwhile", 412
    default_hint = "Reload the record and make your change again."


class WrongState(Conflict):
    """For example: taking back an upload that never was imported."""

    code, title = "wrong_state", "This is not possible now"


class ChunkOutOfPlace(Conflict):
    """A chunk of a file that does not begin where the last one ended. `received` says where that is."""

    code, title = "chunk_out_of_place", "This chunk does not follow the last one"
    default_hint = "Send the bytes from `received` on."


class IdempotencyMismatch(Conflict):
    """An Idempotency-Key that was used before with another request."""

    code, title, status = "idempotency_mismatch", "This Idempotency-Key was used differently", 422
    default_hint = "Use a new key for a new request."


class ForeignBackup(Conflict):
    """A backup of one database would take the place of another."""

    code, title = "foreign_backup", "This backup is of another database"


class LastAdmin(Conflict):
    """The change would leave nobody who may manage accounts."""

    code, title = "last_admin", "One admin has to stay"
    default_hint = "Make somebody else an admin first."


class Cancelled(MarqueeError):
    """Somebody asked to stop. Nothing was changed."""

    code, title, status, exit_code = "cancelled", "Cancelled", 409, 6
    default_hint = "Nothing was changed. You can start again at any time."


class TakenOver(Cancelled):
    """The lease of a job ran out and another worker claimed it. This one wrote nothing."""

    code, title = "taken_over", "Taken over"
    default_hint = "The other worker finishes it. Nothing was written by this one."


class NotAllowed(MarqueeError):
    """The API token is missing or wrong."""

    code, title, status, exit_code = "not_allowed", "Not allowed", 401, 7
    default_hint = "Send the header 'Authorization: Bearer <MARQUEE_API_TOKEN>'."


class AlertNotSent(MarqueeError):
    """A message to people could not be delivered."""

    code, title, status = "alert_not_sent", "The message was not sent", 502
    default_hint = "Look at MARQUEE_ALERT_TARGETS and whether the service answers."


class FetchFailed(MarqueeError):
    """The file at an address did not arrive: no host, no answer, too late, or the connection broke."""

    code, title, status, exit_code = "fetch_failed", "The file could not be fetched", 502, 8
    default_hint = "Nothing was imported. Look at the address, or try again later."


class ProviderFailed(FetchFailed):
    """The login provider does not answer, or its answer is not valid."""

    code, title = "provider_failed", "The login provider does not answer as it should"
    default_hint = "Try again later, or log in with a password of Marquee."


class Forbidden(MarqueeError):
    """The actor may not do this."""

    code, title, status, exit_code = "forbidden", "Not permitted", 403, 7
    default_hint = "Ask somebody who may, or for the permission."


class TooMany(MarqueeError):
    """Somebody sent more requests, or more data in a day, than allowed. `seconds` says when to try again."""

    code, title, status, exit_code = "too_many", "Too many requests", 429, 7
    default_hint = "Wait for the time that Retry-After names, and send less at once."


class ForeignSite(NotAllowed):
    """A page of another web site asks through somebody's browser, or under a foreign host name."""

    code, title, status = "foreign_site", "Requests from other web sites are refused", 403
    default_hint = "Call the API from a program, or from Marquee's own pages."


# ------------------------------------------------------------------ the machine


class StorageError(MarqueeError):
    """The database or the disk does not do what is needed."""

    code, title, status, exit_code = "storage_error", "The database cannot do this now", 503, 8
    default_hint = "What was accepted is safe. Try again; if it stays so, restart Marquee."


class DatabaseLocked(StorageError):
    """Another process holds the database file."""

    code, title = "database_locked", "Another process is using this database"
    default_hint = "Use the running Marquee through its page or API, or stop it first."


class Busy(StorageError):
    """Too many searches at once."""

    code, title = "busy", "Too many searches are waiting"
    default_hint = "Try again in a moment."


class TookTooLong(StorageError):
    """The database worked on a question for as long as the settings allow. `seconds` says how long that was.

    The same question would take as long again: so no status that clients answer by asking once more.
    """

    code, title, status = "took_too_long", "This question takes too long", 422
    default_hint = (
        "Ask for less: fewer conditions, words or fields, or a smaller part of the records. "
        "MARQUEE_READ_SECONDS says how long a question may take."
    )


class Interrupted(StorageError):
    """A job that was started three times and never finished."""

    code, title = "interrupted", "This was interrupted three times"
    default_hint = "Nothing was changed. Start it again, or import a smaller file."


class DatabaseBroken(StorageError):
    """The file is no DuckDB database, or is damaged."""

    code, title = "database_broken", "The database file cannot be opened"
    default_hint = "Restore a backup, or move the file away to start with an empty database."


class DiskFull(StorageError):
    """Too little space for what was asked."""

    code, title, status = "disk_full", "The disk is full", 507
    default_hint = "Free some space and try again; nothing was changed."


class NoAccess(StorageError):
    """The operating system refuses to read or write a file or folder of Marquee."""

    code, title = "no_access", "A file or folder cannot be used"
    default_hint = (
        "Let the user that runs Marquee read and write there, and try again. Nothing was changed."
    )


def of_system(error: OSError) -> StorageError:
    """What the system said about a file or folder of ours, as an error that a user can act on."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFull(f"no room left for {error.filename}" if error.filename else "")
    told = f"{error.filename}: " if error.filename else ""
    told += error.strerror or str(error)
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return NoAccess(told)
    return StorageError(told)  # too many open files, a disk that gives errors: it may pass


class MemoryShort(StorageError):
    """More memory is needed than the settings allow, and this data cannot be spilled to the disk."""

    code, title = "memory_short", "There is too little memory for this"
    default_hint = (
        "Raise MARQUEE_MEMORY_LIMIT (1GB by default) and start again, or bring the file in smaller "
        "pieces. Nothing was changed."
    )


class SpillFull(StorageError):
    """The temporary files for data that does not fit into memory reached their limit."""

    code, title, status = "spill_full", "There is too little space for temporary data", 507
    default_hint = (
        "Raise MARQUEE_MAX_TEMP_MB or MARQUEE_MEMORY_LIMIT and start again, or bring the file in "
        "smaller pieces. Nothing was changed."
    )


class MigrationError(StorageError):
    """The database's migrations and the program's do not agree."""

    code, title = "migration_error", "The database could not be brought up to date"


class ChainBroken(StorageError):
    """The audit trail was altered."""

    code, title = "chain_broken", "The audit trail does not add up"
    default_hint = (
        "Compare with a backup: the first event named here, or one before it, was altered."
    )


class BackupBroken(StorageError):
    """A backup, or a part of it, is not what was written."""

    code, title, status = "backup_broken", "This backup is damaged", 500
    default_hint = "Use another one: `python -m core backups` lists them. Nothing was changed."


class BackupBusy(StorageError):
    """Another process makes, tests or deletes backups in the same folder."""

    code, title, status = "backup_busy", "A backup is being made already", 409
    default_hint = "Wait until it is done."


class RestoreInterrupted(StorageError):
    """A restore was stopped while it put one database in the other's place."""

    code, title = "restore_interrupted", "A restore was interrupted"
    default_hint = "Restore again: `python -m core restore --backup NAME`. The old file is kept."


class Unsound(StorageError):
    """What was restored or rebuilt does not pass the check; it was not put in place."""

    code, title = "unsound", "The new database does not pass the check"
    default_hint = (
        "Nothing was replaced. `python -m core restore --backup NAME --to FILE` keeps the new file, and"
        " `python -m core check --db FILE` tells then what is wrong."
    )


class SearchUnavailable(StorageError):
    """The index of a dataset is missing, held by another process, or damaged. The records are safe."""

    code, title = "search_unavailable", "The search index cannot be used now"
    default_hint = "The records are safe. Build the index anew: `python -m core search rebuild`."


class ScannerFailed(StorageError):
    """The virus scanner does not answer, or cannot look at the file."""

    code, title, status = "scanner_failed", "The virus scanner does not answer as it should", 503
    default_hint = "No file is taken until it does. Start clamd, or take MARQUEE_CLAMAV out."


class EngineFailed(StorageError):
    """Another engine that was asked to compare the records could not be started, or gave up. Nothing was changed."""

    code, title = "engine_failed", "The other engine did not finish"
    default_hint = "Compare the records without it: DuckDB needs nothing else."


class SettingsError(MarqueeError):
    """Marquee cannot start with these settings."""

    code, title, status, exit_code = "settings_error", "Marquee cannot start like this", 500, 2


def catalogue() -> list[type[MarqueeError]]:
    """Every error there is, each class after its base."""

    def below(kind: type[MarqueeError]) -> list[type[MarqueeError]]:
        return [kind, *(each for child in kind.__subclasses__() for each in below(child))]

    return below(MarqueeError)


def of_code(code: str) -> type[MarqueeError] | None:
    """The error of a code; None for a code that is not in the catalogue."""
    return next((kind for kind in catalogue() if kind.code == code), None)
