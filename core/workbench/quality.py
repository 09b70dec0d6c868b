"""`workbench.quality`: how good the records are, which rows say so, and what is in a file."""

from __future__ import annotations

from typing import Any

from core.datasets.registry import DEFAULT
from core.quality import acts
from core.quality.drift import Anomaly, Drift
from core.quality.profile import Profile
from core.quality.score import Checked, Score
from core.quality.trend import Step
from core.records.query import Result
from core.workbench.noun import Noun
from core.workbench.policy import needs


class Quality(Noun):
    """Scores that open their rows, and profiles."""

    @needs("quality.read")
    def score(self, dataset: str = DEFAULT) -> ScoreHandle:
        """The score of a dataset: .total (0 to 100 or None) .dimensions .fields .checks; .record(id) .upload(id) ..."""
        return ScoreHandle(self, acts.score(self._corridor, dataset))

    @needs("quality.read")
    def record(self, dataset: str, record_id: str) -> Score:
        """The score of one record."""
        return acts.of_record(self._corridor, dataset, record_id)

    @needs("quality.read")
    def upload(self, upload_id: str) -> Score:
        """The score of the records that an upload brought, changed or found."""
        return acts.of_upload(self._corridor, upload_id)

    @needs("quality.read")
    def source(self, dataset: str, source: str) -> Score:
        """The score of the records that one source brought in."""
        return acts.of_source(self._corridor, dataset, source)

    @needs("quality.read")
    def sources(self, dataset: str = DEFAULT, *, limit: int = 50) -> list[tuple[str, Score]]:
        """Each source with its score, the worst first."""
        return acts.sources(self._corridor, dataset, limit)

    @needs("quality.read")
    def rows(
        self, check: str | Checked, *, dataset: str = DEFAULT, limit: int | None = None
    ) -> Result:
        """Exactly the records that a check counts as bad: .pl() .df() .arrow() .rows()."""
        if isinstance(check, Checked):
            return acts.rows(self._corridor, check.dataset, check.id, limit)
        return acts.rows(self._corridor, dataset, check, limit)

    @needs("quality.read")
    def trend(self, dataset: str = DEFAULT, *, limit: int = 500) -> list[Step]:
        """The scores after each act, the oldest first: .total .points .causes .words say what changed them."""
        return acts.trend(self._corridor, dataset, limit)

    @needs("quality.read")
    def drift(self, upload_id: str, against: str | None = None) -> Drift:
        """What is different in an import, against another one or the one before it of its source."""
        return acts.drift(self._corridor, upload_id, against)

    @needs("quality.read")
    def anomalies(self, dataset: str = DEFAULT) -> list[Anomaly]:
        """Scores and imports more than three deviations off those before, where there are at least seven."""
        return acts.anomalies(self._corridor, dataset)

    @needs("quality.read")
    def profile(self, source: Any = DEFAULT) -> Profile:
        """What is in the columns of a dataset (by name), an upload (by id), a file (by path) or a frame."""
        return acts.profile(self._corridor, source)


class ScoreHandle:
    """A score that can be asked further."""

    def __init__(self, quality: Quality, score: Score) -> None:
        self._quality, self.value = quality, score

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # asked while a copy is being made
            raise AttributeError(name)
        return getattr(self.value, name)

    def record(self, record_id: str) -> Score:
        """The score of one record."""
        return self._quality.record(self.value.dataset, record_id)

    def upload(self, upload_id: str) -> Score:
        """The score of the records of an upload."""
        return self._quality.upload(upload_id)

    def rows(self, check: str | Checked, *, limit: int | None = None) -> Result:
        """The records behind a check."""
        return self._quality.rows(check, dataset=self.value.dataset, limit=limit)

    def trend(self, *, limit: int = 500) -> list[Step]:
        """The scores after each act."""
        return self._quality.trend(self.value.dataset, limit=limit)

    def __repr__(self) -> str:
        total = "not measured" if self.value.total is None else f"{self.value.total:.1f}"
        return f"<Score of {self.value.dataset}: {total}, {self.value.records:,} records>"
