"""What is told: the kinds of messages, one line each."""

from __future__ import annotations

KINDS = {
    "upload.received": "a file was brought",
    "upload.imported": "a file was imported",
    "upload.failed": "the import of a file failed",
    "upload.rolled_back": "an import was taken back",
    "records.changed": "records of a dataset changed; `after` says from where to read the feed",
    "search.found": "a kept search has more news than before",
    "quality.fell": "an incident of quality was opened",
    "duplicate.found": "a comparison found records that may be one person",
    "webhook.test": "somebody asked for a message to try it out",
}
# Kinds of the audit trail that are told as they are.
TRAIL = ("upload.received", "upload.imported", "upload.failed", "upload.rolled_back")
