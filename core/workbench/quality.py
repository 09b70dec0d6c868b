"""`workbench.quality`: how good the records are, which rows say so, and what is in a file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, Unpack

from core.datasets.registry import DEFAULT
from core.errors import NotFound
from core.ingest.uploads import Upload
from core.quality import acts, expectation, filed, gate, incidents, kept_checks, repair, suites
from core.quality.drift import Anomaly, Drift
from core.quality.expectation import Expectation, Options
from core.quality.filed import FileFix
from core.quality.gate import Report
from core.quality.incidents import Incident, Status
from core.quality.kept_checks import Last
from core.quality.profile import Profile
from core.quality.repair import Fixes, FoundValue, Projected
from core.quality.running import Outcome
from core.quality.score import Checked, Score
from core.quality.suites import Suite
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
        self,
        check: str | Checked | Expectation,
        *,
        dataset: str = DEFAULT,
        limit: int | None = None,
        source: str | None = None,
    ) -> Result:
        """Exactly the records that a check counts as bad, of one source or all: .pl() .df() .arrow() .rows()."""
        if not isinstance(check, str):
            dataset, check = self._place(check, dataset), check.id
        if ":" not in check and len(check) == 36:  # of a check that somebody made
            return acts.rows_of_check(self._corridor, dataset, check, limit, source)
        return acts.rows(self._corridor, dataset, check, limit, source)

    def _place(self, check: Checked | Expectation, dataset: str) -> str:
        """The dataset of a check, which knows its own where none is named. Raises NotFound, Forbidden."""
        if check.dataset != dataset:
            if dataset != DEFAULT:
                raise NotFound(f"there is no check {check.id!r}")
            self._may("quality.read", {"dataset": check.dataset})
        return check.dataset

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

    # -------------------------------------------------------------- checks that somebody made

    @needs("quality.read")
    def checks(self, dataset: str = DEFAULT) -> list[Expectation]:
        """The checks that were made for a dataset, by name."""
        return self._database.read(lambda c: kept_checks.load(c, dataset))

    @needs("quality.read")
    def results(self, dataset: str = DEFAULT) -> dict[str, Last]:
        """Id of a check to its newest result."""
        return self._database.read(lambda c: kept_checks.last(c, dataset))

    @needs("quality.write")
    def expect(self, dataset: str, kind: str, **options: Unpack[Options]) -> Expectation:
        """Make a check: expect("celebrities", "between", field="birth_date", min="1900", severity="warning").

        Kinds: sql (condition), not_null, unique, in_set (values), between (min, max), matches (pattern), sum,
        row_count, freshness (days), referential (other="dataset.field"). Also name, owner, tolerance, timeout, and
        gate: none, ask or refuse. With the `id` of one that is there, it takes its place.
        """
        given = expectation.made({"dataset": dataset, "kind": kind, **options})
        return kept_checks.save(self._corridor, given, self._actor)

    @needs("quality.write")
    def forget(self, check_id: str) -> None:
        """Delete a check that somebody made."""
        kept_checks.delete(self._corridor, check_id, self._actor)

    @needs("quality.write")
    def import_suite(
        self, source: str | Path, dataset: str = DEFAULT, *, dry_run: bool = False
    ) -> Suite:
        """Take a suite of Great Expectations or pandera (a path, or its text): .taken, and .left with reasons."""
        registry = self._services.registry
        if isinstance(source, str) and ("\n" in source or source.lstrip().startswith("{")):
            suite = suites.of_text(registry, dataset, source)
        else:
            suite = suites.read(registry, dataset, source)
        if dry_run:
            return suite
        kept = tuple(kept_checks.save(self._corridor, e, self._actor) for e in suite.taken)
        return replace(suite, taken=kept)

    @needs("quality.write")
    def run(self, dataset: str = DEFAULT) -> list[Outcome]:
        """Run the checks of a dataset now; incidents are opened and resolved."""
        return kept_checks.run(self._corridor, dataset)

    # -------------------------------------------------------------- from rows to their repair

    @needs("quality.read")
    def values(self, dataset: str, check: str, *, field: str | None = None) -> list[FoundValue]:
        """The values of a check's bad rows with how many have them, and what is probably meant."""
        return repair.values(self._corridor, dataset, check, field)

    @needs("quality.read")
    def project(
        self, dataset: str, check: str, fixes: Fixes, *, field: str | None = None
    ) -> Projected:
        """The score that a repair would lead to; writes nothing. `fixes`: value as text to what it should be."""
        return repair.project(self._corridor, dataset, check, fixes, field)

    @needs("uploads.import")
    def repair(
        self, dataset: str, check: str, fixes: Fixes, *, field: str | None = None
    ) -> Upload | None:
        """Replace values in a check's rows, as one import that can be taken back; None empties them by edits."""
        return repair.apply(self._corridor, dataset, check, fixes, self._actor, field)

    # -------------------------------------------------------------- of a file, before it is imported

    @needs("quality.read")
    def of_file(self, upload_id: str) -> Score:
        """The score of the rows of an open upload as they are cleaned now: completeness and validity of its fields."""
        return filed.score(self._corridor, upload_id)

    @needs("quality.read")
    def file_values(self, upload_id: str, check: str) -> list[FoundValue]:
        """The values of the bad rows of a file with how many have them, and what is probably meant."""
        return filed.values(self._corridor, upload_id, check)

    @needs("quality.read")
    def project_fix(self, upload_id: str, check: str, fixes: filed.Fixes) -> FileFix:
        """The score that steps for these values would lead to; writes nothing. `fixes`: value to what it should be."""
        return filed.project(self._corridor, upload_id, check, fixes)

    @needs("uploads.write")
    def fix(self, upload_id: str, check: str, fixes: filed.Fixes) -> Upload:
        """Add a step for each value to the recipe of an open upload; each can be taken out again."""
        return filed.fix(self._corridor, upload_id, check, fixes)

    # -------------------------------------------------------------- the gate of an import

    @needs("quality.read")
    def gate(self, upload_id: str) -> Report:
        """Whether an upload would be let in: .verdict (pass, ask, refuse) .reasons .score .outcomes .accepted."""
        return gate.look(self._corridor, upload_id)

    @needs("quality.accept")
    def accept(self, upload_id: str, reason: str) -> None:
        """Let an upload in that the gate asks about."""
        gate.accept(self._corridor, upload_id, reason, self._actor)

    # -------------------------------------------------------------- incidents

    @needs("quality.read")
    def incidents(
        self, dataset: str | None = None, *, status: Status | None = None
    ) -> list[Incident]:
        """Incidents, open ones first."""
        return self._database.read(lambda c: incidents.load(c, dataset, status=status))

    @needs("quality.read")
    def incident(self, incident_id: str) -> Incident:
        """One incident, with what happened to it."""
        return self._database.read(lambda c: incidents.get(c, incident_id))

    @needs("quality.write")
    def assign(self, incident_id: str, owner: str) -> Incident:
        """Give an incident an owner."""
        return self._database.write(
            lambda c: incidents.assign(c, incident_id, owner, self._actor.who)
        )

    @needs("quality.write")
    def note(self, incident_id: str, note: str) -> Incident:
        """Add a note to an incident."""
        return self._database.write(
            lambda c: incidents.comment(c, incident_id, note, self._actor.who)
        )

    @needs("quality.write")
    def resolve(self, incident_id: str, note: str = "") -> Incident:
        """Resolve an incident; it is opened again when the records change and it is still wrong."""
        return self._database.write(
            lambda c: incidents.set_status(c, incident_id, "resolved", note, self._actor.who)
        )

    @needs("quality.write")
    def reopen(self, incident_id: str, note: str = "") -> Incident:
        """Open a resolved incident again."""
        return self._database.write(
            lambda c: incidents.set_status(c, incident_id, "open", note, self._actor.who)
        )


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
