"""Possible duplicates among the rows of an upload, decided before it is imported."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field, model_validator
from starlette.responses import Response

from api.bench import Bench, as_json
from core.ingest.uploads import Counts
from core.matching.arrivals import Arrival

router = APIRouter(tags=["matching"])


class ArrivalReason(BaseModel):
    """What one field says: bits above 0 speak for one person."""

    field: str
    said: str
    bits: float
    left: Any
    right: Any
    level: str


class ArrivalPair(BaseModel):
    """A row of the file and who it probably is: a record, or an earlier row."""

    row: int = Field(description="From 1")
    line: int | None
    title: str | None
    record_id: str | None
    other_row: int | None
    weight: float = Field(description="In bits")
    probability: float
    why: list[ArrivalReason]
    values: dict[str, Any] = Field(description="What the row says")
    other: dict[str, Any] = Field(description="What the record, or the other row, says")
    verdict: Literal["same", "different", "later"] | None
    earlier: bool = Field(description="It was decided in an earlier import")
    by: str | None


class ArrivalList(BaseModel):
    """Rows that are probably somebody; those that wait for a decision come first."""

    total: int
    open: int
    reason: str | None = Field(description="Why rows were not compared, where they were not")
    pairs: list[ArrivalPair]


class RowPair(BaseModel):
    """A row, and which of those that it may be; without either the likeliest one."""

    model_config = ConfigDict(extra="forbid")

    row: int = Field(ge=1)
    record_id: str | None = Field(None, max_length=36)
    other_row: int | None = Field(None, ge=1)


class ArrivalDecision(BaseModel):
    """What you say of rows: of `pairs`, or of all that wait from the probability `at_least` on."""

    model_config = ConfigDict(extra="forbid")

    verdict: Literal["same", "different", "later", "withdrawn"]
    pairs: list[RowPair] | None = Field(None, min_length=1, max_length=10_000)
    at_least: float = Field(0.0, ge=0, lt=1)
    note: str | None = Field(None, max_length=2_000)

    @model_validator(mode="after")
    def _one_or_other(self) -> ArrivalDecision:
        if self.pairs and self.at_least:
            raise ValueError("at_least is for all rows that wait; name pairs, or give at_least")
        return self


class ArrivalsDecided(BaseModel):
    """Of how many rows something was said, and what the import would do now."""

    decided: int
    open: int
    counts: Counts


@router.get("/uploads/{upload_id}/duplicates", response_model=ArrivalList)
def list_possible_duplicates(
    bench: Bench,
    upload_id: str,
    undecided: bool = False,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    offset: Annotated[int, Query(ge=0, le=1_000_000_000)] = 0,
) -> Response:
    """Rows that are probably somebody who is there, or twice in the file, beyond the exact key."""
    found = bench.matching.arriving(upload_id, undecided=undecided, limit=limit, offset=offset)
    return as_json(
        {
            "total": found.total,
            "open": found.open,
            "reason": found.reason,
            "pairs": [_shown(p) for p in found.pairs],
        }
    )


def _shown(arrival: Arrival) -> dict[str, Any]:
    shown = asdict(arrival)
    shown["other"] = {n: v for n, v in arrival.other.items() if not n.startswith("_")}
    return shown


@router.post("/uploads/{upload_id}/duplicates/decisions", response_model=ArrivalsDecided)
def decide_possible_duplicates(bench: Bench, upload_id: str, said: ArrivalDecision) -> Response:
    """Say of rows that they are the same (they update that record), different, or to be asked later; withdrawn takes it back.

    It takes effect with the import, in its transaction, and is taken back with it. The counts are those of the preview now.
    """
    rows = None
    if said.pairs is not None:
        rows = {p.row: p.record_id or p.other_row for p in said.pairs}
    many = bench.matching.decide_arriving(
        upload_id, said.verdict, rows, at_least=said.at_least, note=said.note
    )
    left = bench.matching.arriving(upload_id, limit=1)
    counts = bench.uploads.preview(upload_id).counts
    return as_json({"decided": many, "open": left.open, "counts": counts.model_dump()})
