"""Which indexes a dataset has on the server, whose they are, and which one is searched.

An index is called `<prefix>-<dataset>-<database>-<time>`; the alias without the time leads to the one that is searched.
A rebuild makes another index and moves the alias when it is whole, so no search sees half an index.
"""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from typing import Any
from uuid import uuid4

from core.errors import SearchUnavailable
from core.search.elastic.fields import properties, template
from core.search.elastic.server import PATIENT, Server, unavailable
from core.search.engine import Mark
from core.search.layout import Layout

FORMAT = 1  # of settings and mappings; an index of another one is built anew
MARK = "mark"  # the id of the document that says where the index stands


@dataclass(frozen=True)
class CurrentIndex:
    """The index that is searched, and where it stands."""

    index: str
    mark: Mark


class Place:
    """The indexes of one dataset of one database."""

    def __init__(self, server: Server, layout: Layout, database: str) -> None:
        self.server, self.layout = server, layout
        self.alias = f"{server.prefix}-{layout.dataset.name}-{database.replace('-', '')[:12]}"
        self._about = {
            "format": FORMAT,
            "dataset": layout.dataset.name,
            "layout": layout.signature,
            "database": database,
        }
        self.reason = ""

    def current(self) -> CurrentIndex | None:
        """The index behind the alias, or None with a `reason`. Raises SearchUnavailable.

        An index that is switched between two questions is gone at the second one: then both are asked again.
        """
        try:
            found = self._current()
        except SearchUnavailable as error:
            if error.extra["reason"] != "red":
                raise
            return self._current()
        return found if found or self.reason != "broken" else self._current()

    def _current(self) -> CurrentIndex | None:
        self.reason = "missing"
        known = self.server.call("GET", f"/{self.alias}")
        if len(known) != 1:
            return None
        [(index, said)] = known.items()
        self.reason = self._against(said["mappings"].get("_meta", {}).get("marquee", {}))
        if self.reason:
            return None
        said = self.server.call("GET", f"/{index}/_doc/{MARK}").get("_source", {}).get("mark")
        try:
            return CurrentIndex(index, Mark(**said))
        except TypeError:  # none, or of another shape
            self.reason = "broken"
            return None

    def _against(self, said: Any) -> str:
        if not isinstance(said, dict) or not isinstance(said.get("format"), int):
            return "foreign"
        if said["format"] > FORMAT:
            return "newer"
        if said.get("database") != self._about["database"]:
            return "foreign"
        return "" if said == self._about else "changed"

    def begin(self) -> str:
        """A new index, which nobody searches yet; its name."""
        prefix = self.server.prefix
        body: dict[str, Any] = {
            "index_patterns": [f"{prefix}-*"],
            "version": FORMAT,
            "priority": 1,  # more than a template for all indexes, less than those of the server itself
            "template": template(),
        }
        # A write to an index that is gone is refused. OpenSearch has no such setting: it makes an index that no alias
        # leads to, and the rebuild that follows removes it.
        if self.server.product == "elasticsearch":
            body["allow_auto_create"] = False
        self.server.call("PUT", f"/_index_template/{prefix}", body, seconds=PATIENT)
        name = f"{self.alias}-{int(time.time()):011d}-{uuid4().hex[:6]}"
        made = self.server.call(
            "PUT",
            f"/{name}",
            {
                "settings": {"index.translog.durability": "async"},  # until it is whole
                "mappings": {
                    "_meta": {"marquee": self._about},
                    "properties": properties(self.layout),
                },
            },
            seconds=PATIENT,
            timeout="20s",
        )
        if not made.get("shards_acknowledged"):
            self.remove(name)
            raise unavailable("red")
        return name

    def write_mark(self, index: str, mark: Mark) -> None:
        """Say where an index stands; after its documents were written and can be found."""
        self.server.call("POST", f"/{index}/_refresh", seconds=PATIENT)
        body = {"mark": asdict(mark)}
        path = f"/{index}/_doc/{MARK}"
        if not self.server.call("PUT", path, body, seconds=PATIENT, timeout="20s"):
            raise unavailable("missing")

    def publish(self, index: str) -> None:
        """Search this index from now on, in one step, and remove the others."""
        settings = {"index.translog.durability": "request"}
        self.server.call("PUT", f"/{index}/_settings", settings, seconds=PATIENT)
        self.server.call("POST", f"/{index}/_flush", seconds=PATIENT)
        others = [name for name in self.all() if name != index]
        gone = [{"remove_index": {"index": name}} for name in others]
        change = [{"add": {"index": index, "alias": self.alias}}, *gone]
        if not self.server.call("POST", "/_aliases", {"actions": change}, seconds=PATIENT):
            raise unavailable("missing")

    def all(self) -> list[str]:
        """All indexes of the dataset, also half-written ones."""
        known = self.server.call("GET", f"/{self.alias}-*/_settings", seconds=PATIENT)
        return sorted(known)

    def remove(self, index: str) -> None:
        """Remove one index."""
        self.server.call("DELETE", f"/{index}", seconds=PATIENT)
