"""What a check can find, in plain words: a catalogue, and the findings of one run."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Severity = Literal["error", "warning", "note"]
EXAMPLES = 5


@dataclass(frozen=True)
class Kind:
    """One kind of finding: how bad, what it is called, what is safe all the same, what to do."""

    severity: Severity
    title: str
    safe: str
    action: str


_REBUILD = (
    "`python -m core rebuild --to FILE` makes the records again from raw files and history, and"
    " `python -m core restore --backup NAME` brings a backup back"
)
_HISTORY = "restore the newest backup that passes its check; history is never written again"
_FILES = "the uploads, their counts and the raw files"
_RECORDS = "the records and their history"
_HISTORY_KEPT = "history, uploads and raw files, which are as they were"

CATALOGUE: dict[str, Kind] = {
    # records against history
    "record_without_history": Kind(
        "error", "Records that no history tells of", _FILES, "find out who wrote them; " + _REBUILD
    ),
    "version_differs": Kind(
        "error", "Records at another version than their last change", _FILES, _REBUILD
    ),
    "deleted_but_there": Kind("error", "Deleted records that are there", _FILES, _REBUILD),
    "record_vanished": Kind(
        "error", "Records that were never deleted and are gone", _FILES, _REBUILD
    ),
    "record_twice": Kind("error", "Record ids that stand twice", _FILES, _REBUILD),
    "versions_broken": Kind(
        "error", "Records whose versions have a gap or a double", _FILES, _HISTORY
    ),
    "no_insert": Kind("error", "Records whose first change is no insert", _FILES, _HISTORY),
    "order_broken": Kind("error", "Changes that cannot follow each other", _FILES, _HISTORY),
    "values_broken": Kind(
        "error", "Changes whose kept values cannot be read", "the records", _HISTORY
    ),
    "key_differs": Kind(
        "error",
        "Records whose folded key does not fit their fields",
        "all values of the fields",
        _REBUILD,
    ),
    "records_alike": Kind(
        "warning",
        "Records with the same key, and nothing that keeps them apart",
        "all values, history, and every other record; a row that could mean either waits in quarantine",
        "give one of each another name, or delete it",
    ),
    "origin_differs": Kind(
        "error",
        "Records whose first or last upload or time is not the history's",
        "all values of the fields",
        _REBUILD,
    ),
    "value_differs": Kind(
        "error", "Values that are not what the changes made of them", _FILES, _REBUILD
    ),
    "read_otherwise": Kind(
        "warning",
        "Values that an older Marquee, or another definition of the dataset, had read otherwise than now",
        "everything, unless somebody altered the table itself: values stay as they were imported",
        "nothing; import the file again, with force, to have it read as it would be now",
    ),
    "made_otherwise": Kind(
        "warning",
        "Uploads of an older Marquee, or of another definition of the dataset, read again as now",
        _HISTORY_KEPT,
        "compare with the old database where a value looks odd; `check --deep` on that one names what differs",
    ),
    "row_missing": Kind(
        "error", "Changes that name a row which the file does not have", _RECORDS, _HISTORY
    ),
    "not_replayed": Kind(
        "warning",
        "Uploads whose file could not be read again, so their values were not compared",
        _RECORDS,
        "see the reason; put the raw file back from a backup if it is missing",
    ),
    "edit_untold": Kind(
        "note",
        "Edits from before new values were kept, which only the table proves",
        _RECORDS,
        "nothing; a rebuild refuses while such a value is a record's present one",
    ),
    # uploads, ledger, quarantine, jobs
    "change_without_upload": Kind(
        "error", "Changes of uploads that are not there", "the records", _HISTORY
    ),
    "change_of_open_upload": Kind(
        "error", "Changes of uploads that were never imported", "the raw files", _HISTORY
    ),
    "not_in_ledger": Kind(
        "error",
        "Imported uploads without their line in the ledger",
        _RECORDS,
        "restore a backup; until then a retry could import them twice",
    ),
    "ledger_without_import": Kind(
        "error", "Lines of the ledger whose upload is not imported", _RECORDS, _HISTORY
    ),
    "ledger_twice": Kind(
        "error", "Uploads that stand in the ledger twice", "the raw files", _REBUILD
    ),
    "upload_twice": Kind("error", "Upload ids that stand twice", _RECORDS, _HISTORY),
    "counts_differ": Kind(
        "error",
        "Uploads that counted other changes than the history has",
        "the raw files",
        _HISTORY,
    ),
    "rows_uncounted": Kind(
        "error",
        "Uploads whose counts do not add up to the rows of their file",
        "the raw files, which have every row",
        _HISTORY,
    ),
    "feed_broken": Kind(
        "error",
        "Datasets whose changes are not numbered without gaps",
        "the records and the raw files",
        _HISTORY,
    ),
    "no_rollback": Kind(
        "error", "Uploads that are rolled back, by no rollback", _RECORDS, _HISTORY
    ),
    "status_untrue": Kind(
        "error",
        "Uploads that say imported while they are taken back, or the other way round",
        _RECORDS,
        "take the newest rollback of it back, or take it back once more: both set the status right",
    ),
    "standing_untrue": Kind(
        "error",
        "Records that are not what imports and rollbacks leave of them",
        _FILES,
        "take the newest rollback of the import back, and do it again if it is wanted",
    ),
    "no_target": Kind("error", "Rollbacks of uploads that are not there", _RECORDS, _HISTORY),
    "stuck": Kind(
        "warning",
        "Uploads that are importing while no job works on them",
        "everything: nothing of them was written",
        "nothing; the next start opens them again",
    ),
    "quarantine_lost": Kind(
        "error", "Rows in quarantine whose upload is not imported", _RECORDS, _HISTORY
    ),
    "quarantine_differs": Kind(
        "error",
        "Uploads with other rows in quarantine than they counted",
        "the raw files, which have every row",
        _HISTORY,
    ),
    "job_lost": Kind(
        "warning", "Jobs of uploads that are not there", _RECORDS, "nothing; they end as failed"
    ),
    "job_differs": Kind(
        "error", "Import jobs that are done while their upload is not", _RECORDS, _HISTORY
    ),
    "job_untrue": Kind(
        "warning",
        "Import jobs that say they failed, and imported their upload",
        "everything: the upload is in, once",
        "nothing; do not upload the file again",
    ),
    # events
    "chain_broken": Kind(
        "error",
        "The audit trail does not add up",
        _RECORDS,
        "compare with a backup: the first event named, or one before it, was altered",
    ),
    "no_event": Kind("error", "Acts that no event tells of", _RECORDS, _HISTORY),
    "event_of_nothing": Kind("error", "Events of acts that are not there", _RECORDS, _HISTORY),
    # datasets
    "dataset_broken": Kind(
        "error",
        "Dataset definitions that cannot be used",
        _RECORDS,
        "repair the file in the datasets folder; a backup holds the one it was made with",
    ),
    "dataset_unknown": Kind(
        "warning",
        "Tables of records without a dataset definition",
        _RECORDS,
        "put the definition back into the datasets folder; a backup holds it",
    ),
    "table_differs": Kind(
        "error",
        "Columns that are not what the definition says",
        _RECORDS,
        "change the definition back; a field that is new is added at the next use",
    ),
    # files
    "file_missing": Kind(
        "error",
        "Raw files that are gone",
        _RECORDS,
        "put them back from a backup: `python -m core restore --backup NAME --files`",
    ),
    "file_missing_unused": Kind(
        "note",
        "Raw files of uploads that were never imported are gone",
        "everything",
        "nothing; bring the file again if it is wanted",
    ),
    "file_altered": Kind(
        "error",
        "Raw files whose bytes are not those that came",
        _RECORDS,
        "move them away, then `python -m core restore --backup NAME --files`",
    ),
    "file_unreadable": Kind(
        "error",
        "Raw files that the system does not let Marquee read",
        "the records; the bytes, too, perhaps: they were not looked at",
        "let the user that runs Marquee read them, and check again",
    ),
    "file_orphaned": Kind(
        "note",
        "Raw files that no upload speaks of",
        "everything",
        "nothing, or delete them: they came while the upload was refused or interrupted",
    ),
    "leftover": Kind(
        "note",
        "Unfinished files that nobody writes to any more",
        "everything",
        "nothing, or delete them",
    ),
}


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: what, where, how many, and the first few examples.

    `definition`: what does not fit is the definition of now, and nothing of the data is lost.
    """

    code: str
    where: str
    count: int
    examples: tuple[str, ...] = ()
    definition: bool = False

    @property
    def kind(self) -> Kind:
        """Its entry in the catalogue."""
        return CATALOGUE[self.code]

    def as_dict(self) -> dict[str, object]:
        """Shape: {code, severity, title, where, count, examples, safe, action}."""
        kind = self.kind
        return {
            "code": self.code,
            "severity": kind.severity,
            "title": kind.title,
            "where": self.where,
            "count": self.count,
            "examples": list(self.examples),
            "safe": kind.safe,
            "action": kind.action,
        }


@dataclass(frozen=True)
class Report:
    """What a check looked at and found. `looked` maps what was counted to how many there were."""

    at: datetime
    deep: bool
    seconds: float
    looked: dict[str, int] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    @property
    def ok(self) -> bool:
        """Nothing is wrong; notes and warnings may be there."""
        return not any(f.kind.severity == "error" for f in self.findings)

    @property
    def lost(self) -> tuple[Finding, ...]:
        """Errors about the database itself; raw files and the definitions of now are no fault of it."""
        return tuple(
            f
            for f in self.findings
            if f.kind.severity == "error" and not f.definition and not f.code.startswith("file_")
        )

    def as_dict(self) -> dict[str, object]:
        """The report as every door gives it."""
        return {
            "ok": self.ok,
            "at": self.at.isoformat(timespec="seconds") + "Z",
            "deep": self.deep,
            "seconds": round(self.seconds, 2),
            "looked": self.looked,
            "findings": [f.as_dict() for f in self.findings],
        }
