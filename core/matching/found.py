"""What a run found, and its verdict on itself."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

import duckdb

from core.datasets.model import Dataset
from core.matching.blocking import Blocked, LeftOut
from core.matching.model import LINK, UNIT, Model, weight_of
from core.matching.roles import Roles

_SURE = 0.95  # estimated precision below which nothing is merged by itself
_EVIDENCE = 2  # fields beside the name that a verdict needs


@dataclass(frozen=True)
class Run:
    """What a run found. `pairs` were looked at, `candidates` kept for review, `links` are likely one person.

    `precision` is the run's own estimate for the links; `trusted` says whether it is enough to merge by itself,
    `verdict` why, in words. `left_out` are blocks that were too large. By the rules of the dataset `linked` pairs were
    linked and `merged` clusters merged without a person; `refused` says why none was, where the rules wanted it.
    """

    id: str
    dataset: str
    records: int
    compared: int
    pairs: int
    candidates: int
    links: int
    precision: float | None
    trusted: bool
    verdict: str
    cap: int
    blocks_left_out: int
    left_out: tuple[LeftOut, ...]
    not_compared: dict[str, str]
    seconds: float
    incremental: bool = False
    linked: int = 0
    merged: int = 0
    refused: str | None = None
    job: str | None = None
    caps: tuple[int, ...] = ()


def summary(found: Run) -> str:
    """As it is kept, in JSON."""
    return json.dumps(asdict(found), ensure_ascii=False)


def judged(
    cursor: duckdb.DuckDBPyConnection,
    dataset: Dataset,
    run_id: str,
    roles: Roles,
    model: Model,
    count: int,
    blocked: Blocked,
    incremental: bool,
) -> Run:
    """The run, from what is in `scored`."""
    least = round(UNIT * weight_of(LINK))
    row = cursor.execute(
        f"SELECT count(*), count(*) FILTER (weight >= {least}), sum(round(1e6 / (1 + pow(2, -(least(60, weight / {UNIT}.0)"
        f"))))::BIGINT) FILTER (weight >= {least}), (SELECT count(*) FROM people WHERE fresh) FROM scored"
    ).fetchone() or (0, 0, 0, 0)
    candidates, links, expected, fresh = (int(v or 0) for v in row)
    precision = round(expected / 1e6 / links, 4) if links else None
    trusted, verdict = _verdict(links, precision, model, blocked)
    return Run(
        *(
            run_id,
            dataset.name,
            count,
            fresh,
            blocked.pairs,
            candidates,
            links,
            precision,
            trusted,
            verdict,
        ),
        *(blocked.cap, blocked.blocks_left_out, blocked.left_out, roles.left_out, 0.0, incremental),
        caps=blocked.caps,
    )


def _verdict(
    links: int, precision: float | None, model: Model, blocked: Blocked
) -> tuple[bool, str]:
    """Whether the links may be merged without a person, and why."""
    said = []
    if blocked.blocks_left_out:
        said.append(
            f"{blocked.blocks_left_out:,} blocks of more than {blocked.cap:,} records were not compared as a whole"
        )
    if precision is None:
        return False, "; ".join(["No two records are likely to be one person", *said]) + "."
    evidence = len(model.comparisons)
    share = "More than 99.9%" if precision > 0.9994 else f"About {precision:.1%}"
    about = f"{share} of the {links:,} links are right by the model's own estimate"
    if evidence < _EVIDENCE:
        why = f"only {evidence} fields beside the name are compared, so every link needs a person"
        return False, "; ".join([about, why, *said]) + "."
    if precision < _SURE:
        why = f"that is below {_SURE:.0%}, so every link needs a person"
        return False, "; ".join([about, why, *said]) + "."
    return True, "; ".join([about, *said]) + "."
