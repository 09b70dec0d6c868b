"""`workbench.history`: what was done, to which record, by whom."""

from __future__ import annotations

from dataclasses import replace

from core.datasets import tables
from core.datasets.narrowed import Narrowed
from core.history import changes, events, feed as feed_
from core.history.changes import Change, Source
from core.history.events import Event
from core.history.feed import Entry, Position
from core.records import edit, in_part
from core.storage import patience
from core.storage.ids import check_id
from core.workbench.noun import Noun
from core.workbench.policy import needs


class History(Noun):
    """The history: of a record by calling, the source of each value, the feed of changes, the audit trail."""

    @needs("history.read", narrowed=True)
    def __call__(self, dataset: str, record_id: str) -> list[Change]:
        """Every version of a record, the newest first, with old and new values."""
        definition, mine = self._corridor.dataset(dataset), self._dataset(dataset)
        with (
            self._database.operations.measure("history"),
            self._database.reader() as cursor,
            patience.watched(cursor, patience.present()),
        ):
            if isinstance(mine, Narrowed) and edit.find(cursor, mine, record_id) is None:
                if mine.by_rows:  # of a record that is gone nobody can say whether they saw it
                    return []
            present = edit.find(cursor, definition, record_id)
            wanted = check_id(record_id, "record")
            kinds = tables.stored(cursor, definition)  # also what fields of before say
            names = tuple(n for n in kinds if n == "_extra" or n[0] != "_" and n != "record_id")
            found = changes.of_record(cursor, dataset, wanted, present, names)
            return in_part.of_record(mine, found)

    @needs("history.read", narrowed=True)
    def sources(self, dataset: str, record_id: str) -> dict[str, Source]:
        """Field by field, the change (and file and row) that gave the present value."""
        definition = self._dataset(dataset)
        present = self._database.read(lambda c: edit.fetch(c, definition, record_id), name="record")
        fields = {k: v for k, v in present.items() if not k.startswith("_") or k == "_extra"}
        fields.pop("record_id")
        return changes.sources(self(dataset, record_id), fields)

    @needs("history.read")
    def feed(
        self, dataset: str, after: Position | int = 0, *, limit: int = feed_.LIMIT
    ) -> list[Entry]:
        """Every committed change behind a position (or the number of an act), in the order of the commits."""
        definition = self._corridor.dataset(dataset)
        place = after if isinstance(after, Position) else Position(after)
        return self._database.read(lambda c: feed_.read(c, definition, place, limit=limit))

    @needs("history.read")
    def count_changes(self, dataset: str, after: Position | int = 0) -> int:
        """How many changes `feed` gives behind a position, page by page."""
        name = self._corridor.dataset(dataset).name
        place = after if isinstance(after, Position) else Position(after)
        return self._database.read(lambda c: feed_.count(c, name, place))

    @needs("history.read")
    def position(self, consumer: str, dataset: str) -> Position:
        """How far a consumer of the feed has come; the beginning for a new one."""
        return self._database.read(lambda c: feed_.position(c, consumer, dataset))

    @needs("history.consume")
    def move(self, consumer: str, dataset: str, to: Position) -> None:
        """Keep a consumer's position in the feed."""
        self._database.write(lambda c: feed_.move(c, consumer, dataset, to))

    @needs("history.read")
    def edits(self, *, dataset: str | None = None, limit: int = 100) -> list[Change]:
        """Changes by hand, the newest first."""
        return self._database.read(lambda c: changes.edits(c, dataset=dataset, limit=limit))

    @needs("history.read", narrowed=True)
    def events(self, *, limit: int = 100, before: int | None = None) -> list[Event]:
        """The audit trail, the newest first. Who logs in from where is for those who may see accounts."""
        hidden = "" if self._services.access.may(self._actor, "access.read") else "access.%"
        found = self._database.read(
            lambda c: events.latest(c, limit=limit, before=before, but=hidden)
        )
        if self._services.access.rules(self._actor):  # names of files and people are in them
            return [replace(each, details={}) for each in found]
        return found

    @needs("history.read")
    def count_events(self) -> int:
        """How many lines of the audit trail somebody may see."""
        hidden = "" if self._services.access.may(self._actor, "access.read") else "access.%"
        return self._database.read(lambda c: events.count(c, but=hidden))

    @needs("history.read")
    def events_behind(self, seq: int, *, limit: int = 100) -> list[Event]:
        """The audit trail after an event, the oldest first: what a reader that follows it has not seen."""
        hidden = "" if self._services.access.may(self._actor, "access.read") else "access.%"
        return self._database.read(lambda c: events.behind(c, seq, limit=limit, but=hidden))

    @needs("history.read")
    def last_event(self) -> int:
        """The number of the newest event of the audit trail; 0 when there is none."""
        return self._database.read(events.last)

    @needs("history.read")
    def acts(self) -> dict[str, int]:
        """Dataset to the number of its newest act: who keeps it sees what changed since by `feed`."""
        return self._database.read(feed_.acts)

    @needs("history.read")
    def verify(self) -> int:
        """Check the chain of the audit trail; returns its length. Raises ChainBroken."""
        return self._database.read(events.verify)
