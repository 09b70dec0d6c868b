"""Matching: pairs that may be one person, decisions, merges, and "who is this?"."""

from __future__ import annotations

import csv
import io
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Path, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api.bench import Bench, as_json
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


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class MatchReason(BaseModel):
    """What one field says: bits above 0 speak for one person."""

    field: str
    said: str
    bits: float
    left: Any
    right: Any
    level: str


class MatchPair(BaseModel):
    """Two records that may be one person. The weight is in bits."""

    id: str
    left: str
    right: str
    weight: float
    probability: float
    sentence: str
    why: list[MatchReason]
    records: list[dict[str, Any]]
    verdict: str | None
    bridge: bool


class MatchPairList(BaseModel):
    """Pairs, the likeliest first."""

    pairs: list[MatchPair]


class MatchRun(BaseModel):
    """What a run found, and its verdict on itself."""

    id: str
    dataset: str
    records: int
    compared: int
    pairs: int
    candidates: int
    links: int
    precision: float | None
    trusted: bool = Field(description="Whether the links may be merged without a person")
    verdict: str
    cap: int
    blocks_left_out: int
    left_out: list[dict[str, Any]]
    not_compared: dict[str, str]
    seconds: float
    incremental: bool


class MatchCluster(BaseModel):
    """Records that are likely one person."""

    id: str
    records: list[str]
    weight: float


class MatchClusterList(BaseModel):
    """All clusters of two records and more."""

    clusters: list[MatchCluster]


class NewDecision(_Strict):
    """What you say of a pair."""

    verdict: Literal["same", "different", "later", "withdrawn"]
    note: str | None = Field(None, max_length=2_000)
    expect: str | None = Field(
        None, max_length=36, description="The decision that you saw to hold, empty for none"
    )


class MatchDecision(BaseModel):
    """A decision; it is never deleted, only superseded."""

    id: str
    dataset: str
    left: str
    right: str
    verdict: str
    weight: float | None
    note: str | None
    supersedes: str | None
    actor: str
    door: str
    at: datetime
    holds: bool


class MatchDecisionList(BaseModel):
    """Decisions, the newest first."""

    decisions: list[MatchDecision]


class MatchBand(BaseModel):
    """Pairs by weight, and how many were decided to be the same."""

    low: float
    high: float
    pairs: int
    decided: int
    same: int
    expected: float | None


class MatchFigures(BaseModel):
    """How the review stands."""

    pairs: int
    open: int
    decided: int
    same: int
    different: int
    later: int
    precision: float | None
    recall: float | None
    bands: list[MatchBand]


class MatchFound(BaseModel):
    """A record that may be the person asked about."""

    record_id: str
    weight: float
    probability: float
    why: list[MatchReason]
    record: dict[str, Any]


class MatchFoundList(BaseModel):
    """Records that may be the person, the likeliest first."""

    found: list[MatchFound]


class NewMerge(_Strict):
    """Which records become part of this one, and which values stay."""

    records: list[str] = Field(min_length=1, max_length=100)
    keep: dict[str, Any] = Field(
        default_factory=dict,
        description='Field to a rule, a record\'s id, or {"value": x}; "*" is the rule of the rest',
    )
    versions: dict[str, int] | None = Field(
        None, description="The versions of the records that you saw"
    )
    dry_run: bool = False


class MergedField(BaseModel):
    """What a field gets, by which rule, from which record, and the values that lose."""

    field: str
    value: Any
    rule: str
    source: str | None
    others: list[Any]


class MergeResult(BaseModel):
    """A merge; without an id it was only shown."""

    id: str | None
    dataset: str
    survivor: str
    absorbed: list[str]
    fields: list[MergedField]


class KeptField(BaseModel):
    """A field that a later change owns."""

    record_id: str
    field: str
    before: Any
    now: Any
    why: str


class UnmergeResult(BaseModel):
    """The records that are there again."""

    id: str
    dataset: str
    records: list[str]
    kept: list[KeptField]


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


@router.post("/datasets/{dataset}/matches/run", response_model=MatchRun)
def run_matching(
    workbench: Bench,
    dataset: Name,
    whole: Annotated[bool, Query(description="Or only what changed since the last run")] = True,
) -> Response:
    """Compare all records with one another, or what changed since with the rest."""
    return as_json(asdict(workbench.matching.run(dataset, whole=whole)))


@router.get("/datasets/{dataset}/matches", response_model=MatchPairList)
def list_matches(
    workbench: Bench,
    dataset: Name,
    min_weight: Annotated[float, Query(ge=-100, le=1_000)] = 0,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
    undecided: bool = False,
) -> Response:
    """Pairs of the last run, the likeliest first, with what speaks for and against."""
    found = workbench.matching.pairs(
        dataset, min_weight=min_weight, limit=limit, offset=offset, undecided=undecided
    )
    return as_json({"pairs": [_pair(p) for p in found]})


@router.post("/datasets/{dataset}/matches/next", response_model=MatchPair | None)
def next_match(
    workbench: Bench, dataset: Name, by: Annotated[str | None, Query(max_length=100)] = None
) -> Response:
    """The pair that is worth most, claimed for you: nobody else is shown it meanwhile. `null`: nothing waits."""
    found = workbench.matching.next(dataset, by=by)
    return as_json(_pair(found) if found else None)


@router.get("/datasets/{dataset}/matches/clusters", response_model=MatchClusterList)
def list_clusters(workbench: Bench, dataset: Name, probability: Share = 0.9) -> Response:
    """Records that are likely one person."""
    found = workbench.matching.clusters(dataset, probability=probability)
    return as_json({"clusters": [asdict(c) for c in found]})


@router.get("/datasets/{dataset}/matches/decisions", response_model=MatchDecisionList)
def list_decisions(
    workbench: Bench,
    dataset: Name,
    all: Annotated[bool, Query(description="Or only those that hold")] = True,
    limit: Annotated[int, Query(ge=1, le=10_000)] = 1_000,
) -> Response:
    """What was decided, the newest first."""
    found = workbench.matching.decisions(dataset, all=all, limit=limit)
    return as_json({"decisions": [asdict(d) for d in found]})


@router.get("/datasets/{dataset}/matches/figures", response_model=MatchFigures)
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


@router.get("/datasets/{dataset}/matches/{pair_id}", response_model=MatchPair)
def get_match(workbench: Bench, dataset: Name, pair_id: PairId) -> Response:
    """One pair of the last run."""
    return as_json(_pair(workbench.matching.pair(*_both(pair_id), dataset=dataset)))


@router.post(
    "/datasets/{dataset}/matches/{pair_id}/decision", response_model=MatchDecision, status_code=201
)
def decide_match(
    workbench: Bench, dataset: Name, pair_id: PairId, said: Annotated[NewDecision, Body()]
) -> Response:
    """Say of a pair that it is the same, different, or to be asked later; a decision supersedes the one before."""
    left, right = _both(pair_id)
    found = workbench.matching.decide(
        left, right, said.verdict, dataset=dataset, note=said.note, expect=said.expect
    )
    return as_json(asdict(found), 201)


@router.post("/datasets/{dataset}/match", response_model=MatchFoundList)
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


@router.post("/datasets/{dataset}/records/{record_id}/merge", response_model=MergeResult)
def merge_records(
    workbench: Bench, dataset: Name, record_id: str, wanted: Annotated[NewMerge, Body()]
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


@router.post("/datasets/{dataset}/merges/{merge_id}/unmerge", response_model=UnmergeResult)
def unmerge_records(workbench: Bench, dataset: Name, merge_id: str) -> Response:
    """Take a merge (its id, or that of its decision) apart; later changes stay, and are told."""
    return as_json(asdict(workbench.matching.unmerge(merge_id, dataset=dataset)))
