"""`workbench.matching`: the same person twice, found, reviewed, merged and taken apart again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from core.datasets.model import Dataset
from core.datasets.registry import DEFAULT
from core.datasets.tables import table
from core.errors import InputError, NotFound
from core.ingest.merges.standing import Standing
from core.jobs.progress import Progress
from core.matching import asking, decisions, evaluating, finding, merging, reviewing, running
from core.matching.asking import Cluster, LastRun, Pair
from core.matching.decisions import Decision
from core.matching.evaluating import Evaluation
from core.matching.finding import LikelyPerson
from core.matching.merging import Merged, Unmerged
from core.matching.reviewing import Figures
from core.matching.running import Run
from core.records import edit
from core.storage.sql import ident
from core.workbench.noun import Noun
from core.workbench.policy import needs


class Matching(Noun):
    """Possible duplicates: run the comparison, look at pairs and clusters, decide, find a person."""

    @needs("matching.run")
    def run(
        self, dataset: str = DEFAULT, *, whole: bool = True, progress: Progress | None = None
    ) -> Run:
        """Compare all records with one another; without `whole` only those that changed since, with the rest."""
        return running.run(self._database, self._corridor.dataset(dataset), progress, whole=whole)

    @needs("matching.read")
    def pairs(
        self,
        dataset: str = DEFAULT,
        *,
        min_weight: float = 0,
        limit: int = 100,
        offset: int = 0,
        undecided: bool = False,
    ) -> list[Pair]:
        """Pairs of the last run, the likeliest first: .left .right .weight .probability .why"""
        definition = self._corridor.dataset(dataset)
        return self._database.read(
            lambda c: asking.pairs(
                c,
                definition,
                min_weight=min_weight,
                limit=limit,
                offset=offset,
                undecided=undecided,
            ),
            name="pairs",
        )

    @needs("matching.read")
    def clusters(
        self, dataset: str = DEFAULT, *, probability: float = running.LINK
    ) -> list[Cluster]:
        """Records that are likely one person: each unpacks to (cluster_id, [record_id, ...])."""
        definition = self._corridor.dataset(dataset)
        return self._database.read(
            lambda c: asking.clusters(c, definition, share=probability), name="clusters"
        )

    @needs("matching.read")
    def find(
        self, person: Mapping[str, Any], dataset: str = DEFAULT, *, limit: int = 10
    ) -> list[LikelyPerson]:
        """Who is this? Records that may be the person, the likeliest first."""
        definition = self._corridor.dataset(dataset)
        return self._database.read(lambda c: finding.find(c, definition, person, limit=limit))

    @needs("matching.decide")
    def decide(
        self,
        left: Any,
        right: Any,
        verdict: str,
        *,
        dataset: str = DEFAULT,
        note: str | None = None,
        expect: str | None = None,
    ) -> Decision:
        """Say of two records (their ids) that they are the "same", "different", or to be asked "later".

        A decision supersedes the one before. `expect`: the id of the decision that was seen to hold, "" for none.
        """
        definition = self._corridor.dataset(dataset)
        return self._database.write(
            lambda c: decisions.decide(
                c, definition, left, right, verdict, self._actor, note=note, expect=expect
            ),
            name="decide",
        )

    @needs("matching.decide")
    def next(self, dataset: str = DEFAULT, *, by: str | None = None) -> Pair | None:
        """The pair that is worth most, claimed for you: nobody else is shown it meanwhile. None: nothing waits."""
        definition = self._corridor.dataset(dataset)
        return self._database.write(
            lambda c: reviewing.next_pair(c, definition, self._actor, by=by), name="next pair"
        )

    @needs("matching.read")
    def pair(self, left: str, right: str, *, dataset: str = DEFAULT) -> Pair:
        """One pair of the last run. Raises NotFound."""
        definition, both = self._corridor.dataset(dataset), decisions.ordered(left, right)
        found = self._database.read(
            lambda c: asking.pairs(c, definition, min_weight=-1e6, limit=1, only=both)
        )
        if not found:
            raise NotFound(f"the last run has no pair of {left} and {right}")
        return found[0]

    @needs("matching.decide")
    def undo(self, decision_id: str, *, dataset: str = DEFAULT) -> Decision:
        """Take a decision back: nothing is said of the pair any more. It is superseded, not deleted."""
        definition = self._corridor.dataset(dataset)
        return self._database.write(
            lambda c: decisions.undo(c, definition, decision_id, self._actor), name="undo decision"
        )

    @needs("matching.read")
    def figures(self, dataset: str = DEFAULT) -> Figures:
        """How the review stands, and how right the links are by the decisions."""
        definition = self._corridor.dataset(dataset)
        return self._database.read(lambda c: reviewing.figures(c, definition), name="match figures")

    @needs("matching.read")
    def last(self, dataset: str = DEFAULT) -> LastRun | None:
        """The last run, when it was, and how many acts came since; None before the first."""
        name = self._corridor.dataset(dataset).name
        return self._database.read(lambda c: asking.last_run(c, name))

    @needs("matching.merge")
    def merge(
        self,
        ids: Sequence[str],
        *,
        keep: Mapping[str, Any] | None = None,
        dataset: str = DEFAULT,
        dry_run: bool = False,
        versions: Mapping[str, int] | None = None,
    ) -> Merged:
        """Make one record of several; the first one stays and keeps its id. With `dry_run` it is only shown.

        `keep`: field to a rule ("newest", "longest", "union" ...), to the id of the record whose value stays, or to
        {"value": x}; "*" is the rule of all others. `unmerge` gives back exactly what was.
        """
        definition, chosen = self._corridor.dataset(dataset), dict(keep or {})
        if dry_run:
            return self._database.read(lambda c: merging.plan(c, definition, ids, chosen))
        chosen = self._typed(definition, chosen)
        return self._database.write(
            lambda c: merging.merge(c, definition, ids, chosen, self._actor, versions), name="merge"
        )

    def _typed(self, dataset: Dataset, keep: dict[str, Any]) -> dict[str, Any]:
        """Values given by hand are cleaned and checked as in an edit."""
        given = {n: v["value"] for n, v in keep.items() if isinstance(v, Mapping) and "value" in v}
        if not given:
            return keep
        typed = self._database.read(lambda c: edit.typed(c, dataset, given))
        return {**keep, **{n: {"value": v} for n, v in typed.items()}}

    @needs("matching.merge")
    def unmerge(self, merge_id: str, *, dataset: str = DEFAULT) -> Unmerged:
        """Take a merge (its id, or that of its decision) apart: .kept are fields that later changes own."""
        definition = self._corridor.dataset(dataset)
        return self._database.write(
            lambda c: merging.unmerge(c, definition, merge_id, self._actor), name="unmerge"
        )

    @needs("matching.read")
    def merges(self, dataset: str = DEFAULT) -> list[Standing]:
        """The merges that stand, the oldest first."""
        name = self._corridor.dataset(dataset).name
        return self._database.read(lambda c: merging.found(c, name))

    @needs("matching.read")
    def decisions(
        self, dataset: str = DEFAULT, *, all: bool = True, limit: int = 1_000
    ) -> list[Decision]:
        """What was decided, the newest first; without `all` what holds."""
        name = self._corridor.dataset(dataset).name
        return self._database.read(lambda c: decisions.found(c, name, all_=all, limit=limit))

    @needs("matching.read")
    def model(self, dataset: str = DEFAULT) -> dict[str, Any]:
        """The model of the last run: every level of every comparison with its m, u and weight."""
        name = self._corridor.dataset(dataset).name
        return self._database.read(lambda c: asking.model(c, name))

    @needs("matching.read")
    def evaluate(
        self, dataset: str = DEFAULT, labels: Any = None, *, probability: float = running.LINK
    ) -> Evaluation:
        """Precision, recall and F1 of the clusters, pairwise and B-cubed.

        `labels`: {record_id: person}, pairs as (left, right, same), a frame of either, or the name of a field.
        """
        found = {
            r: c.id for c in self.clusters(dataset, probability=probability) for r in c.records
        }
        if isinstance(labels, str):
            labels = self._field(dataset, labels)
        given = evaluating.labels_of(labels)
        if isinstance(given, dict):
            return evaluating.of_clusters(given, found)
        return evaluating.of_pairs(given, found)

    @needs("matching.read")
    def export(
        self, dataset: str = DEFAULT, what: str = "links", *, probability: float = running.LINK
    ) -> tuple[list[str], list[list[Any]]]:
        """The head and the rows of a table: "links" (left, right, weight, probability, verdict) or "clusters"."""
        if what == "clusters":
            found = self.clusters(dataset, probability=probability)
            rows = [[c.id, r, round(c.weight, 2)] for c in found for r in c.records]
            return ["cluster_id", "record_id", "weakest_link"], rows
        if what != "links":
            raise InputError(f"{what!r} cannot be exported", hint="Say links or clusters.")
        definition = self._corridor.dataset(dataset)
        return ["left", "right", "weight", "probability", "verdict"], self._database.read(
            lambda c: asking.links(c, definition, running.weight_of(probability))
        )

    def _field(self, dataset: str, name: str) -> dict[str, Any]:
        definition = self._corridor.dataset(dataset)
        field = definition.field(name)
        rows = self._database.read(
            lambda c: c.execute(
                f"SELECT record_id::VARCHAR, {ident(field.name)}::VARCHAR FROM {table(definition)}"
                f" WHERE {ident(field.name)} IS NOT NULL"
            ).fetchall()
        )
        return dict(rows)
