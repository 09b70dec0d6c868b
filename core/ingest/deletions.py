"""A file that would delete many records of its source: it may be half of a file. Who brings it has to say that it is meant."""

from __future__ import annotations

from core.actor import Actor
from core.errors import ManyDeletions
from core.ingest.preview import Preview

MANY = 0.1  # of the records of a source: more deletions than that are asked about
UNASKED = ("notebook",)  # a door whose user has the preview in hand, and writes the import down


def many(deleted: int, of_source: int) -> bool:
    """Whether a large part of what the source brought would go."""
    return deleted > MANY * of_source


def must_be_confirmed(preview: Preview, actor: Actor, confirmed: bool = False) -> None:
    """Raises ManyDeletions, unless the plan says that they are meant, or who ordered the import confirmed them.

    The preview on the page asks, and orders with that answer. A list of many files shows no records, so it confirms nothing.
    """
    deleted, brought = preview.counts.deleted, preview.of_source
    if actor.door in UNASKED or confirmed or preview.staged.plan.confirm_deletions:
        return
    if not many(deleted, brought):
        return
    raise ManyDeletions(
        f"{deleted:,} of the {brought:,} records that this source brought would be deleted,"
        " because the file lacks them",
        deleted=deleted,
        of_source=brought,
    )
