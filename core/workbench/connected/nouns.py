"""The nouns of a server's workbench."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from core.datasets.registry import DEFAULT
from core.workbench.connected.answers import Answer, Answers, Selection, answer
from core.workbench.connected.line import Line

Where = Mapping[str, Any] | Sequence[tuple[str, str, Any]] | None


class Noun:
    """A part of the workbench of a server."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def _get(self, path: str, /, **query: Any) -> Any:
        return answer(self._line.get(path, **query))


class Uploads(Noun):
    """Files that somebody brought."""

    def __call__(self, **filters: Any) -> Answers:
        """Uploads and rollbacks, the newest first. Filters: dataset, status, kind, limit, offset."""
        return Answers(map(Answer, self._line.get("/uploads", **filters)["uploads"]))

    def get(self, upload_id: str) -> Answer:
        """One upload. Raises NotFound."""
        return Answer(self._line.get(f"/uploads/{quote(upload_id)}"))

    def problems(self, upload_id: str) -> Answers:
        """What is wrong with its rows."""
        found = self._line.get(f"/uploads/{quote(upload_id)}/problems")
        return Answers(map(Answer, found["problems"]))

    def changes(self, upload_id: str, outcome: str | None = None, **page: Any) -> Answers:
        """What it would do, or did, row by row."""
        path = f"/uploads/{quote(upload_id)}/changes"
        return Answers(map(Answer, self._line.get(path, outcome=outcome, **page)["changes"]))


class Records(Noun):
    """What came in."""

    def __call__(
        self,
        dataset: str = DEFAULT,
        *,
        where: Where = None,
        order_by: str | Sequence[str] | None = None,
        search: str | None = None,
        fields: Sequence[str] | None = None,
    ) -> Selection:
        """Records as .pl() .df() .arrow() .rows(). `where`: {field: value} or [(field, operator, value)]."""
        order = [order_by] if isinstance(order_by, str) else list(order_by or ())
        query = {
            **conditions(where),
            "q": search,
            "sort": ",".join(order) or None,
            "fields": ",".join(fields or ()) or None,
        }
        return Selection(self._line, f"/datasets/{quote(dataset)}/records", query)

    def count(self, dataset: str = DEFAULT, *, where: Where = None) -> int:
        """How many records fit."""
        query = {**conditions(where), "count": True, "limit": 1}
        return int(self._line.get(f"/datasets/{quote(dataset)}/records", **query)["total"])

    def get(self, dataset: str, record_id: str) -> Answer:
        """One record. Raises NotFound."""
        return Answer(self._line.get(_record(dataset, record_id)))

    def edit(
        self, dataset: str, record_id: str, values: Mapping[str, Any], *, version: int | None = None
    ) -> Answer:
        """Change fields of a record. Raises BadValue with every fault, VersionMismatch for another version."""
        return Answer(self._changed("PATCH", dataset, record_id, version, dict(values)))

    def delete(self, dataset: str, record_id: str, *, version: int | None = None) -> None:
        """Delete a record; `restore` brings it back."""
        self._changed("DELETE", dataset, record_id, version)

    def restore(self, dataset: str, record_id: str) -> Answer:
        """Bring a deleted record back."""
        return Answer(self._line.send("POST", f"{_record(dataset, record_id)}/restore"))

    def _changed(
        self, method: str, dataset: str, record_id: str, version: int | None, body: Any = None
    ) -> Any:
        seen = "*" if version is None else f'"{version}"'
        path = _record(dataset, record_id)
        return self._line.send(method, path, body, headers={"If-Match": seen})


class Datasets(Noun):
    """What a record is."""

    def __call__(self) -> Answers:
        """All datasets."""
        return Answers(map(Answer, self._line.get("/datasets")["datasets"]))

    def get(self, name: str) -> Answer:
        """One dataset with its fields. Raises NotFound."""
        return Answer(self._line.get(f"/datasets/{quote(name)}"))


class History(Noun):
    """What was done."""

    def __call__(self, dataset: str, record_id: str) -> Answers:
        """Every version of a record, the newest first, with old and new values."""
        found = self._line.get(f"{_record(dataset, record_id)}/history")
        return Answers(map(Answer, found["changes"]))

    def sources(self, dataset: str, record_id: str) -> Any:
        """Field by field, the change (and file and row) that gave the present value."""
        return self._get(f"{_record(dataset, record_id)}/sources")

    def events(self, *, limit: int = 100, before: int | None = None) -> Answers:
        """The audit trail, the newest first."""
        found = self._line.get("/events", limit=limit, before=before)
        return Answers(map(Answer, found["events"]))


class Search(Noun):
    """Find records by words."""

    def __call__(
        self, text: str = "", dataset: str = DEFAULT, *, filters: Any = None, **more: Any
    ) -> Answers:
        """Hits, the best first, with the reasons of each. More: limit, facets, sort, explain."""
        tree = None if filters is None else json.dumps(filters)
        path = f"/datasets/{quote(dataset)}/search"
        found = self._line.get(path, q=text, filters=tree, **more)
        return Answers(map(Answer, found["hits"]))


class Jobs(Noun):
    """Work in the background."""

    def __call__(self, upload_id: str | None = None, *, limit: int = 50) -> Answers:
        """Jobs, the newest first."""
        found = self._line.get("/jobs", upload=upload_id, limit=limit)
        return Answers(map(Answer, found["jobs"]))

    def get(self, job_id: str) -> Answer:
        """A job with its progress of this moment. Raises NotFound."""
        return Answer(self._line.get(f"/jobs/{quote(job_id)}"))

    def wait(self, job_id: str) -> Answer:
        """A job when it is done. Raises what it failed with."""
        return Answer(self._line.wait(job_id))


class Quality(Noun):
    """How good the records are."""

    def score(self, dataset: str = DEFAULT, **part: Any) -> Answer:
        """The score of a dataset, or of a record, an upload or a source of it."""
        return Answer(self._line.get(f"/datasets/{quote(dataset)}/quality", **part))

    def profile(self, dataset: str = DEFAULT) -> Any:
        """What is in its columns."""
        return self._get(f"/datasets/{quote(dataset)}/quality/profile")


class Matching(Noun):
    """The same person twice."""

    def find(self, person: Mapping[str, Any], dataset: str = DEFAULT, *, limit: int = 10) -> Any:
        """Who somebody may be, the likeliest first."""
        path = f"/datasets/{quote(dataset)}/match?limit={limit}"
        return answer(self._line.send("POST", path, dict(person)))

    def pairs(self, dataset: str = DEFAULT, **more: Any) -> Any:
        """Pairs of the last run, the likeliest first."""
        return self._get(f"/datasets/{quote(dataset)}/matches", **more)


class Backups(Noun):
    """Backups of the server's database."""

    def all(self) -> Answers:
        """All whole backups, the newest first."""
        return Answers(map(Answer, self._line.get("/backups")["backups"]))

    def create(self) -> Answer:
        """Make one and test it; waits for it."""
        self._line.wait(self._line.send("POST", "/backups")["id"])
        found: Answer = self.all()[0]
        return found


def conditions(where: Where) -> dict[str, Any]:
    """Conditions as parameters of the API."""
    if where is None:
        return {}
    if isinstance(where, Mapping):
        return {f"{field}.eq": value for field, value in where.items()}
    return {f"{field}.{_OPERATORS.get(op, op)}": _text(value) for field, op, value in where}


_OPERATORS = {"=": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}


def _text(value: Any) -> Any:
    return ",".join(map(str, value)) if isinstance(value, (list, tuple)) else value


def _record(dataset: str, record_id: str) -> str:
    return f"/datasets/{quote(dataset)}/records/{quote(record_id)}"
