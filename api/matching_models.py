"""What the API says of matching: pairs, runs, rules, decisions, merges."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.paging import Page


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


class MatchPairList(Page):
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
    linked: int = Field(description="Pairs that were linked without a person, by the rules")
    merged: int = Field(description="Clusters that were merged without a person, by the rules")
    refused: str | None = Field(description="Why nothing was linked, where the rules wanted it")
    job: str | None = None
    caps: list[int] = Field(default_factory=list, description="Records of a block, by rule")


class PastMatchRun(MatchRun):
    """A run that is over, and when it ended."""

    at: datetime


class MatchRunList(Page):
    """Runs, the newest first."""

    runs: list[PastMatchRun]


class NewMatchRules(_Strict):
    """From which probability (0 to 1) a run does what by itself."""

    link: float | None = Field(
        None, description="Linked without a person from here on; null: never"
    )
    ask: float | None = Field(None, description="Asked about from here on; null: from 0.11 on")
    merge: bool = Field(False, description="Whether records that were linked are merged, too")


class MatchRules(BaseModel):
    """The rules that hold."""

    link: float | None
    ask: float
    merge: bool
    preview: float = Field(description="From which a preview tells of a possible duplicate")
    said_by: str | None = Field(description="Who set them; null: the definition of the dataset")
    set_at: datetime | None


class MatchLinked(BaseModel):
    """What was linked and merged without a person."""

    links: int
    merges: int


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


class MatchDecisionList(Page):
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


class MatchLabels(_Strict):
    """Who is who, as you know it: each record's person, pairs, or a field that says it."""

    labels: dict[str, str] | list[tuple[str, str, bool]] | str = Field(
        description="{record: person}, [[record, record, same], ...], or the name of a field",
        examples=["gender"],
    )
    probability: float = Field(0.9, ge=0, le=1, description="From which a pair is a link")


class MatchScore(BaseModel):
    """How right it is, 0 to 1."""

    model_config = ConfigDict(from_attributes=True)

    precision: float
    recall: float
    f1: float


class MatchEvaluation(BaseModel):
    """`pairwise` counts pairs of records, `b3` records; `labelled` records were looked at."""

    model_config = ConfigDict(from_attributes=True)

    pairwise: MatchScore
    b3: MatchScore
    labelled: int


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


class StandingMerge(BaseModel):
    """A merge that stands: `absorbed` became part of `survivor`, as the act of that number."""

    id: str
    survivor: str
    absorbed: list[str]
    keep: dict[str, Any]
    act: int


class MergeList(BaseModel):
    """The oldest first."""

    merges: list[StandingMerge]
