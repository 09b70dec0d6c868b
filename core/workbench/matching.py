"""`workbench.matching`: the same person twice, found, reviewed, merged and taken apart again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from core.datasets.model import Dataset
from core.datasets.registry import DEFAULT
from core.datasets.tables import table
from core.errors import InputError, NotFound
from core.ingest.merges.standing import Standing
from core.ingest import previewing
from core.jobs.progress import Progress
from core.jobs.table import Job
from core.matching import arrivals, asking, background, decisions, engines, evaluating, finding
from core.matching import merging, reviewing, rules as rules_, running
from core.matching.arrivals import Arrivals
from core.matching.asking import Cluster, LastRun, Pair
from core.matching.decisions import Decision
from core.matching.evaluating import Evaluation
from core.matching.finding import LikelyPerson
from core.matching.found import Run
from core.matching.linking import Linked
from core.matching.merging import Merged, Unmerged
from core.matching.model import LINK, weight_of
from core.matching.reviewing import Figures
from core.matching.rules import Rules
from core.records import edit
from core.storage.sql import ident
from core.workbench.noun import Noun
from core.workbench.policy import needs


class Matching(Noun):
    """Possible duplicates: run the comparison, look at pairs and clusters, decide, find a person."""

    @needs("matching.run")
    def run(
        self,
        dataset: str = DEFAULT,
        *,
        whole: bool = True,
        labels: Any = (),
        engine: str = "duckdb",
        progress: Progress | None = None,
    ) -> Run:
        """Compare all records with one another; without `whole` only those that changed since, with the rest.

        A whole run learns from the decisions of people, and from `labels`: pairs as (left, right, same). With `engine`
        "spark" the pairs are found and weighed there, with the same result. Raises InputError, EngineFailed.
        """
        other = engines.named(engine, self._corridor.settings, whole=whole)
        definition = self._corridor.dataset(dataset)
        given = evaluating.labels_of(labels) if len(labels) else []
        if isinstance(given, dict):
            raise InputError("a run learns from pairs", hint="Give (left, right, same) triples.")
        pairs = [(*decisions.ordered(a, b), same) for a, b, same in given]
        return running.run(
            self._database,
            definition,
            progress,
            whole=whole,
            actor=self._actor,
            labels=pairs,
            engine=other,
        )

    @needs("matching.run")
    def submit(self, dataset: str = DEFAULT, *, whole: bool = True, engine: str = "duckdb") -> Job:
        """The same in the background: a job of kind "matching"; poll `jobs.get(id)`, then ask `last`.

        Raises Conflict while a run of the dataset waits or is being done, and InputError.
        """
        engines.named(engine, self._corridor.settings, whole=whole)
        name = self._corridor.dataset(dataset).name
        return background.submit(
            self._database, self._services.worker, name, self._actor, whole=whole, engine=engine
        )

    @needs("matching.read")
    def active(self, dataset: str = DEFAULT) -> Job | None:
        """The run in the background that waits or is being done, with its progress of this moment."""
        name, worker = self._corridor.dataset(dataset).name, self._services.worker
        found = worker.live(lambda: [j for j in [background.active(self._database, name)] if j])
        return found[0] if found else None

    @needs("matching.run")
    def cancel(self, job_id: str, *, dataset: str = DEFAULT) -> Job:
        """Stop a run in the background; what earlier runs found stays. Raises NotFound, WrongState."""
        name = self._corridor.dataset(dataset).name
        return background.cancel(self._database, self._services.worker, name, job_id)

    @needs("matching.read")
    def rules(self, dataset: str = DEFAULT) -> Rules:
        """From which probability records are linked without a person (`link`, None: never) or asked about (`ask`)."""
        definition = self._corridor.dataset(dataset)
        return self._database.read(lambda c: rules_.of(c, definition))

    @needs("matching.rules")
    def set_rules(self, dataset: str = DEFAULT, **rules: Any) -> Rules:
        """Set `link`, `ask` and `merge`, all anew; without any, those of the definition hold again. Raises InputError."""
        definition = self._corridor.dataset(dataset)
        return self._database.write(
            lambda c: rules_.set_(c, definition, rules or None, self._actor), name="match rules"
        )

    @needs("matching.run")
    def link(self, dataset: str = DEFAULT) -> Linked:
        """Link what the last run found, by the rules. Raises WrongState when its own estimate of precision is poor."""
        return running.link(self._database, self._corridor.dataset(dataset), self._actor)

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
    def count_pairs(
        self, dataset: str = DEFAULT, *, min_weight: float = 0, undecided: bool = False
    ) -> int:
        """How many pairs `pairs` gives in all."""
        definition = self._corridor.dataset(dataset)
        return self._database.read(
            lambda c: asking.count_pairs(c, definition, min_weight=min_weight, undecided=undecided),
            name="pairs",
        )

    @needs("matching.read")
    def clusters(self, dataset: str = DEFAULT, *, probability: float = LINK) -> list[Cluster]:
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

    @needs("matching.read")
    def arriving(
        self, upload_id: str, *, undecided: bool = False, limit: int = 50, offset: int = 0
    ) -> Arrivals:
        """Rows of a file that are probably somebody who is there, or twice in the file, before it is imported.

        .total .open .pairs (.row .record_id .other_row .probability .why .values .other .verdict) .reason
        """
        return cast(
            Arrivals,
            previewing.staged(
                self._corridor,
                upload_id,
                lambda c, s: arrivals.found(c, s, undecided=undecided, limit=limit, offset=offset),
            ),
        )

    @needs("matching.decide")
    def decide_arriving(
        self,
        upload_id: str,
        verdict: str,
        rows: arrivals.Rows | None = None,
        *,
        at_least: float = 0.0,
        note: str | None = None,
    ) -> int:
        """Say of rows of a file that they are the "same" (the row updates that record), "different", or to be asked "later".

        `rows`: numbers from 1, or {row: record id, or the number of the other row}; without them all that wait, from the
        probability `at_least` on. "withdrawn" takes a decision back. How many rows it was; the next preview shows the effect.
        """
        with self._corridor.shelf.held(upload_id):
            upload_id = self._corridor.upload(upload_id).id
            made = previewing.preview(self._corridor, upload_id)
            before = made.counts
            many = self._database.write(
                lambda c: arrivals.decide(
                    c, made.staged, verdict, rows, self._actor, at_least=at_least, note=note
                ),
                name="decide rows",
            )
            joined = verdict == "same" or before.rows != before.new
            previewing.renew(self._corridor, upload_id, rows=bool(many) and joined)
        return many

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

    @needs("matching.read")
    def runs(self, dataset: str = DEFAULT, *, limit: int = 20, offset: int = 0) -> list[LastRun]:
        """The last runs, the newest first."""
        name = self._corridor.dataset(dataset).name
        return self._database.read(lambda c: asking.runs(c, name, limit=limit, offset=offset))

    @needs("matching.read")
    def count_runs(self, dataset: str = DEFAULT) -> int:
        """How many runs `runs` gives in all."""
        name = self._corridor.dataset(dataset).name
        return self._database.read(lambda c: asking.count_runs(c, name))

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
        self, dataset: str = DEFAULT, *, all: bool = True, limit: int = 1_000, offset: int = 0
    ) -> list[Decision]:
        """What was decided, the newest first; without `all` what holds."""
        name = self._corridor.dataset(dataset).name
        return self._database.read(
            lambda c: decisions.found(c, name, all_=all, limit=limit, offset=offset)
        )

    @needs("matching.read")
    def count_decisions(self, dataset: str = DEFAULT, *, all: bool = True) -> int:
        """How many decisions `decisions` gives in all."""
        name = self._corridor.dataset(dataset).name
        return self._database.read(lambda c: decisions.count(c, name, all_=all))

    @needs("matching.read")
    def model(self, dataset: str = DEFAULT) -> dict[str, Any]:
        """The model of the last run: every level of every comparison with its m, u and weight."""
        name = self._corridor.dataset(dataset).name
        return self._database.read(lambda c: asking.model(c, name))

    @needs("matching.read")
    def evaluate(
        self, dataset: str = DEFAULT, labels: Any = None, *, probability: float = LINK
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

    @needs("matching.read", takes="links of duplicates")
    def export(
        self, dataset: str = DEFAULT, what: str = "links", *, probability: float = LINK
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
            lambda c: asking.links(c, definition, weight_of(probability))
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
