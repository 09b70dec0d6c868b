"""Which dataset the rows of a file are for, told from its columns and their values."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from core.cleaning.plan import Column, Plan
from core.datasets.model import Dataset
from core.errors import BadDataset
from core.ingest.columns import mapping, subject

ENOUGH = 0.34  # of the columns with a name, so many go to fields of a dataset that fits
KEY, REQUIRED = 0.5, 0.3  # what a found key, and required fields, weigh beside that share


class Proposal(BaseModel):
    """How well a dataset fits a file. `fits` is False when somebody has to say what the rows are.

    `found` of `columns` go to fields; `missing` are required fields without a column; `why` is for the user to read.
    """

    model_config = ConfigDict(frozen=True)

    dataset: str
    label: str
    fits: bool
    score: float
    found: int
    columns: int
    missing: tuple[str, ...] = ()
    why: str = ""


def propose(
    datasets: Sequence[Dataset],
    columns: Sequence[str],
    sample: Sequence[Sequence[str]],
    source: str = "",
) -> list[Proposal]:
    """Every dataset with how well it fits, the best first. `sample` holds rows of text cells."""
    found = [p for d in datasets if (p := _one(d, columns, sample, source)) is not None]
    return sorted(found, key=lambda p: (not p.fits, -p.score))


def _one(
    dataset: Dataset, columns: Sequence[str], sample: Sequence[Sequence[str]], source: str
) -> Proposal | None:
    try:
        guessed = mapping.guess(dataset, columns, sample)
    except BadDataset:  # one that cannot be used takes no files
        return None
    plan = Plan(
        dataset=dataset.name, source=source, mapping=tuple(Column(**vars(g)) for g in guessed)
    )
    fields, named = plan.fields(), [c for c in columns if c.strip()]
    used = sum(c.field is not None for c in plan.mapping)
    missing = tuple(f.label for f in dataset.fields if f.required and f.name not in fields)
    key = not dataset.key.fields or dataset.key.fields[0] in fields
    share = used / max(1, len(named))
    score = share + KEY * key + REQUIRED * (not missing)
    other = subject.doubt(dataset, plan)
    against = other.why if other and other.severity == "warning" else ""
    fits = key and not missing and not against and (share >= ENOUGH or used >= 3)
    return Proposal(
        dataset=dataset.name,
        label=dataset.label,
        fits=fits,
        score=round(score - (1 if against else 0), 3),
        found=used,
        columns=len(named),
        missing=missing,
        why=_why(dataset, used, len(named), missing, against),
    )


def _why(dataset: Dataset, used: int, named: int, missing: Sequence[str], against: str) -> str:
    parts = [f"{used} of {named} columns go to fields of {dataset.label}"]
    if missing:
        parts.append(f"no column holds {', '.join(missing)}, which is required")
    if against:
        parts.append(against)
    return "; ".join(parts)
