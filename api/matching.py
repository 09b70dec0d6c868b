"""Matching: pairs that may be one person, decisions, merges, and "who is this?"."""

from __future__ import annotations

import csv
import io
from dataclasses import asdict
from functools import partial
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Path, Query, Request
from starlette.responses import Response

from api import jobs_models, matching_models as models, views
from api.bench import Bench, as_json, link
from api.paging import Count, Offset, page
from api.records import shown
from core.errors import NotFound
from core.formulas import neutral
from core.matching.asking import Pair

router = APIRouter(tags=["matching"])
Name = Annotated[str, Path(max_length=63, examples=["celebrities"])]
PairId = Annotated[str, Path(max_length=80, description="Both ids, with ~ between them")]
Share = Annotated[
    float, Query(gt=0, lt=1, description="The probability from which a pair is a link")
]
Engine = Annotated[
    Literal["duckdb", "spark"], Query(description="What weighs the pairs; both find the same")
]


def _pair(pair: Pair) -> dict[str, Any]:
    data = {k: v for k, v in vars(pair).items() if k not in ("dataset", "why", "records")}
    return {
        **data,
        "id": pair.id,
        "sentence": pair.sentence,
        "why": [asdict(r) for r in pair.why],
        "records": [shown(r) for r in pair.records],
    }


def _both(pair_id: str) -> tuple[str, str]:
    left, mark, right = pair_id.partition("~")
    if not mark:
        raise NotFound(
            f"there is no pair {pair_id!r}",
            hint="A pair is called by both ids, with ~ between them.",
        )
    return left, right


@router.post("/datasets/{dataset}/matches/run", response_model=models.MatchRun)
def run_matching(
    workbench: Bench,
    dataset: Name,
    whole: Annotated[bool, Query(description="Or only what changed since the last run")] = True,
    engine: Engine = "duckdb",
) -> Response:
    """Compare all records with one another, or what changed since with the rest."""
    return as_json(asdict(workbench.matching.run(dataset, whole=whole, engine=engine)))


@router.post("/datasets/{dataset}/matching/runs", response_model=jobs_models.Job, status_code=202)
def submit_matching(
    request: Request,
    workbench: Bench,
    dataset: Name,
    whole: Annotated[bool, Query(description="Or only what changed since the last run")] = True,
    engine: Engine = "duckdb",
) -> Response:
    """Compare in the background. Poll the job; when it is done, the newest run says what was found."""
    job = workbench.matching.submit(dataset, whole=whole, engine=engine)
    where = {"Location": link(request, f"/jobs/{job.id}")}
    return views.answer(views.job(request, job), 202, where)


@router.get("/datasets/{dataset}/matching/runs", response_model=models.MatchRunList)
def list_matching_runs(
    request: Request,
    workbench: Bench,
    dataset: Name,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 20,
    offset: Offset = 0,
    count: Count = False,
) -> Response:
    """Runs that are over, the newest first; `job` is the job that did one."""
    found = workbench.matching.runs(dataset, limit=limit + 1, offset=offset)
    total = (lambda: workbench.matching.count_runs(dataset)) if count else None
    runs = [{**r.summary, "at": r.at} for r in found[:limit]]
    return as_json({"runs": runs, **page(request, found, limit, offset, total)})


@router.post("/datasets/{dataset}/matching/runs/{job_id}/cancel", response_model=jobs_models.Job)
def cancel_matching(request: Request, workbench: Bench, dataset: Name, job_id: str) -> Response:
    """Stop a run in the background; what earlier runs found stays."""
    return views.answer(views.job(request, workbench.matching.cancel(job_id, dataset=dataset)))


@router.get("/datasets/{dataset}/matching/rules", response_model=models.MatchRules)
def get_match_rules(workbench: Bench, dataset: Name) -> Response:
    """From which probability records are linked without a person, or asked about."""
    return as_json(asdict(workbench.matching.rules(dataset)))


@router.put("/datasets/{dataset}/matching/rules", response_model=models.MatchRules)
def set_match_rules(
    workbench: Bench, dataset: Name, rules: Annotated[models.NewMatchRules, Body()]
) -> Response:
    """Set the rules, all anew. Runs from now on follow them."""
    return as_json(asdict(workbench.matching.set_rules(dataset, **rules.model_dump())))


@router.delete("/datasets/{dataset}/matching/rules", response_model=models.MatchRules)
def reset_match_rules(workbench: Bench, dataset: Name) -> Response:
    """Give the rules back to the definition of the dataset."""
    return as_json(asdict(workbench.matching.set_rules(dataset)))


@router.post("/datasets/{dataset}/matching/link", response_model=models.MatchLinked)
def link_matches(workbench: Bench, dataset: Name) -> Response:
    """Link what the last run found, by the rules. Refused (409) when its own estimate of precision is poor."""
    return as_json(asdict(workbench.matching.link(dataset)))


@router.get("/datasets/{dataset}/matches", response_model=models.MatchPairList)
def list_matches(
    request: Request,
    workbench: Bench,
    dataset: Name,
    min_weight: Annotated[float, Query(ge=-100, le=1_000)] = 0,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
    undecided: bool = False,
    count: Count = False,
) -> Response:
    """Pairs of the last run, the likeliest first, with what speaks for and against."""
    found = workbench.matching.pairs(
        dataset, min_weight=min_weight, limit=limit + 1, offset=offset, undecided=undecided
    )
    counted = partial(
        workbench.matching.count_pairs, dataset, min_weight=min_weight, undecided=undecided
    )
    total = counted if count else None
    pairs = [_pair(p) for p in found[:limit]]
    return as_json({"pairs": pairs, **page(request, found, limit, offset, total)})


@router.post("/datasets/{dataset}/matches/next", response_model=models.MatchPair | None)
def next_match(
    workbench: Bench, dataset: Name, by: Annotated[str | None, Query(max_length=100)] = None
) -> Response:
    """The pair that is worth most, claimed for you: nobody else is shown it meanwhile. `null`: nothing waits."""
    found = workbench.matching.next(dataset, by=by)
    return as_json(_pair(found) if found else None)


@router.get("/datasets/{dataset}/matches/clusters", response_model=models.MatchClusterList)
def list_clusters(workbench: Bench, dataset: Name, probability: Share = 0.9) -> Response:
    """Records that are likely one person."""
    found = workbench.matching.clusters(dataset, probability=probability)
    return as_json({"clusters": [asdict(c) for c in found]})


@router.get("/datasets/{dataset}/matches/decisions", response_model=models.MatchDecisionList)
def list_decisions(
    request: Request,
    workbench: Bench,
    dataset: Name,
    all: Annotated[bool, Query(description="Or only those that hold")] = True,
    limit: Annotated[int, Query(ge=1, le=10_000)] = 1_000,
    offset: Offset = 0,
    count: Count = False,
) -> Response:
    """What was decided, the newest first."""
    found = workbench.matching.decisions(dataset, all=all, limit=limit + 1, offset=offset)
    total = (lambda: workbench.matching.count_decisions(dataset, all=all)) if count else None
    decisions = [asdict(d) for d in found[:limit]]
    return as_json({"decisions": decisions, **page(request, found, limit, offset, total)})


@router.get("/datasets/{dataset}/matches/figures", response_model=models.MatchFigures)
def match_figures(workbench: Bench, dataset: Name) -> Response:
    """How the review stands, and how right the links are by the decisions."""
    return as_json(asdict(workbench.matching.figures(dataset)))


@router.get("/datasets/{dataset}/matches/model", response_model=dict[str, Any])
def match_model(workbench: Bench, dataset: Name) -> Response:
    """The model of the last run: every level with m, u and weight."""
    return as_json(workbench.matching.model(dataset))


@router.get(
    "/datasets/{dataset}/matches/export",
    response_class=Response,
    responses={200: {"content": {"text/csv": {}}, "description": "The links or the clusters"}},
)
def export_matches(
    workbench: Bench,
    dataset: Name,
    what: Literal["links", "clusters"] = "links",
    probability: Share = 0.9,
) -> Response:
    """Links or clusters as CSV. No cell can act as a formula."""
    head, rows = workbench.matching.export(dataset, what, probability=probability)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([neutral(v) if isinstance(v, str) else v for v in row] for row in rows)
    name = f'attachment; filename="{dataset}-{what}.csv"'
    return Response(
        text.getvalue().encode(), 200, {"Content-Disposition": name}, "text/csv; charset=utf-8"
    )


@router.post("/datasets/{dataset}/matches/evaluate", response_model=models.MatchEvaluation)
def evaluate_matches(
    workbench: Bench, dataset: Name, labels: Annotated[models.MatchLabels, Body()]
) -> Response:
    """Precision, recall and F1 of the clusters against what you know, pairwise and B-cubed."""
    found = workbench.matching.evaluate(dataset, labels.labels, probability=labels.probability)
    return views.answer(models.MatchEvaluation.model_validate(found))


@router.get("/datasets/{dataset}/matches/{pair_id}", response_model=models.MatchPair)
def get_match(workbench: Bench, dataset: Name, pair_id: PairId) -> Response:
    """One pair of the last run."""
    return as_json(_pair(workbench.matching.pair(*_both(pair_id), dataset=dataset)))


@router.post(
    "/datasets/{dataset}/matches/{pair_id}/decision",
    response_model=models.MatchDecision,
    status_code=201,
)
def decide_match(
    workbench: Bench, dataset: Name, pair_id: PairId, said: Annotated[models.NewDecision, Body()]
) -> Response:
    """Say of a pair that it is the same, different, or to be asked later; a decision supersedes the one before."""
    left, right = _both(pair_id)
    found = workbench.matching.decide(
        left, right, said.verdict, dataset=dataset, note=said.note, expect=said.expect
    )
    return as_json(asdict(found), 201)


@router.post("/datasets/{dataset}/match", response_model=models.MatchFoundList)
def match_person(
    workbench: Bench,
    dataset: Name,
    person: Annotated[dict[str, Any], Body(examples=[{"name": "Jay Chou", "birth_date": "1979"}])],
    limit: Annotated[int, Query(ge=1, le=100)] = 10,
) -> Response:
    """Who is this? Records that may be the person, the likeliest first."""
    found = workbench.matching.find(person, dataset, limit=limit)
    rows = [
        {**vars(f), "why": [asdict(r) for r in f.why], "record": shown(f.record)} for f in found
    ]
    return as_json({"found": rows})


@router.post("/datasets/{dataset}/records/{record_id}/merge", response_model=models.MergeResult)
def merge_records(
    workbench: Bench, dataset: Name, record_id: str, wanted: Annotated[models.NewMerge, Body()]
) -> Response:
    """Make other records part of this one, which keeps its id; `dry_run` only shows it."""
    done = workbench.matching.merge(
        [record_id, *wanted.records],
        keep=wanted.keep,
        dataset=dataset,
        dry_run=wanted.dry_run,
        versions=wanted.versions,
    )
    return as_json(asdict(done))


@router.get("/datasets/{dataset}/merges", response_model=models.MergeList)
def list_merges(workbench: Bench, dataset: Name) -> Response:
    """The merges that stand, the oldest first."""
    return as_json({"merges": [asdict(m) for m in workbench.matching.merges(dataset)]})


@router.post("/datasets/{dataset}/merges/{merge_id}/unmerge", response_model=models.UnmergeResult)
def unmerge_records(workbench: Bench, dataset: Name, merge_id: str) -> Response:
    """Take a merge (its id, or that of its decision) apart; later changes stay, and are told."""
    return as_json(asdict(workbench.matching.unmerge(merge_id, dataset=dataset)))
