"""Columns of a file to fields of a dataset: guessed with reasons. What is not sure is left to the user."""

from __future__ import annotations

import hashlib
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.datasets.words import listed
from core.datasets.model import Dataset
from core.datasets.parts import DATE_PARTS, LABELS
from core.datasets.shapes import fold
from core.ingest.columns import assignment, date_parts, headers, name_parts, scores
from core.ingest.columns.evidence import Witness, profiles
from core.ingest.columns.scores import SURE_ENOUGH, Candidate, Column

EMPTY = 0.85  # what a column without values in the sample weighs against others
NEAR = 0.45  # how far a header speaks that holds the words of a field, and says nothing against it
JOINED = 0.9  # how sure names are that are put together of their parts


@dataclass(frozen=True)
class ColumnMapping:
    """Where one column goes: to `field`, or, without one, kept as an extra field or dropped.

    A guess drops nothing: the sample says nothing of the rows below it, and an empty cell leaves nothing.
    `confidence` is between 0 and 1; `reason` is for the user to read. With a `part` the column is one of
    several that make the field (a first name, say), and is kept beside it as well. `near`: see Column of a plan.
    """

    index: int
    column: str
    field: str | None
    keep: bool
    confidence: float
    reason: str
    extra: str | None = None
    own: bool = False
    part: str | None = None
    near: str | None = None


def guess(
    dataset: Dataset,
    columns: Sequence[str],
    sample: Sequence[Sequence[str]],
    *,
    vocabularies: Path | None = None,
) -> tuple[ColumnMapping, ...]:
    """The best mapping of all columns at once, in the order of the columns.

    `sample` holds rows of text cells and may be ragged or empty; `vocabularies` is the user's folder
    of them. Raises BadDataset for a vocabulary that cannot be used.
    """
    witness = Witness(dataset, vocabularies)
    known = _known(dataset, columns, sample, witness)
    scored = scores.score(dataset, known, witness)
    joined = _joined(dataset, columns, known, sample, witness)
    joined |= _dates_in_parts(dataset, columns, known, witness)
    whole = {c.field for c in joined.values()}
    weights = {
        (c.field, i): _weight(c.confidence if known[i].profile.n else EMPTY * c.confidence, i)
        for i, found in enumerate(scored)
        for c in found
        if c.confidence >= SURE_ENOUGH and i not in joined and c.field not in whole
    }
    chosen = {i: _of(scored[i], field) for field, i in assignment.best(weights).items()}
    chosen |= _key_by_shape(dataset, known, witness, {**chosen, **joined})
    jobs = _free_jobs(dataset, witness, {c.field for c in chosen.values()} | whole)
    return tuple(
        joined.get(i) or _mapping(i, column, chosen, scored[i], known[i], columns, jobs)
        for i, column in enumerate(columns)
    )


def candidates(
    dataset: Dataset,
    columns: Sequence[str],
    sample: Sequence[Sequence[str]],
    *,
    vocabularies: Path | None = None,
) -> tuple[tuple[Candidate, ...], ...]:
    """Up to three fields per column, the likeliest first, also unlikely ones. Raises BadDataset."""
    witness = Witness(dataset, vocabularies)
    found = scores.score(dataset, _known(dataset, columns, sample, witness), witness)
    return tuple(tuple(mine[:3]) for mine in found)


def headers_hash(columns: Sequence[str]) -> str:
    """SHA-256 (hex) of the folded headers in their order: files of one kind have the same."""
    folded = "\x1f".join(fold(column) or column.strip() for column in columns)
    return hashlib.sha256(folded.encode("utf-8", "surrogatepass")).hexdigest()


def _known(
    dataset: Dataset, columns: Sequence[str], sample: Sequence[Sequence[str]], witness: Witness
) -> list[Column]:
    seen = profiles(len(columns), sample, dataset.cleaning)
    return scores.columns(dataset, headers.understood(columns, seen), seen, witness)


def _joined(
    dataset: Dataset,
    columns: Sequence[str],
    known: Sequence[Column],
    sample: Sequence[Sequence[str]],
    witness: Witness,
) -> dict[int, ColumnMapping]:
    """The columns that hold parts of a name, where no column holds the whole one."""
    field = next((f for f in dataset.fields if witness.names_people(f)), None)
    if field is None:
        return {}
    parts = name_parts.find(field.name, known, sample)
    inside = {part: columns[i] for i, part in parts.items()}
    order = name_parts.order(list(inside.values()), inside)
    found = {}
    for i, part in parts.items():
        others = " + ".join(f"“{inside[p]}”" for p in order if p != part)
        reason = f"the {LABELS[part]}; joined with {others}"
        found[i] = ColumnMapping(i, columns[i], field.name, True, JOINED, reason, part=part)
    return found


def _dates_in_parts(
    dataset: Dataset, columns: Sequence[str], known: Sequence[Column], witness: Witness
) -> dict[int, ColumnMapping]:
    """The columns that hold year, month and day of a date, where no column holds it whole."""
    found = {}
    for field in (f for f in dataset.fields if f.type == "date"):
        parts = date_parts.find(witness.senses[field.name].about, known)
        for part, i in parts.items():
            others = " + ".join(
                f"“{columns[parts[p]]}”" for p in DATE_PARTS if p in parts and p != part
            )
            reason = f"the {LABELS[part]}; joined with {others}"
            found[i] = ColumnMapping(i, columns[i], field.name, True, JOINED, reason, part=part)
    return found


def _weight(confidence: float, column: int) -> int:
    # The fourth power: two middling guesses never break up a sure one. Then the leftmost wins.
    return int(confidence**4 * 1_000_000) * 100_000 - column


def _of(found: Sequence[Candidate], field: str) -> Candidate:
    return next(c for c in found if c.field == field)


def _key_by_shape(
    dataset: Dataset, known: Sequence[Column], witness: Witness, taken: Mapping[int, object]
) -> dict[int, Candidate]:
    """The last resort, where headers say nothing: the only column that looks like names is the key."""
    fields = {getattr(c, "field") for c in taken.values()}
    if not dataset.key.fields or dataset.key.fields[0] in fields:
        return {}
    field = dataset.field(dataset.key.fields[0])
    if not witness.names_people(field):
        return {}
    # Titles of songs look like names: something else must show that the rows are of people.
    personal = {f.name for f in dataset.fields if witness.personal(f)}
    of_people = {
        f.name for f in dataset.fields if witness.senses[f.name].own & {"nationality", "job"}
    }
    if not fields & (personal | of_people):
        return {}
    firm = bool(fields & personal)
    alike = [
        i for i, c in enumerate(known) if i not in taken and (c.silent and firm or _of_maker(c))
    ]
    alike = [i for i in alike if known[i].profile.looks_like_names]
    if len(alike) != 1 or known[alike[0]].profile.nobody:
        return {}
    if not known[alike[0]].silent and any(_of_works(c) for c in known):
        return {}  # a list of books, with their authors
    reason = "the values look like names, no other column has such, and the rows are of people"
    return {alike[0]: Candidate(field.name, SURE_ENOUGH, reason)}


def _of_maker(column: Column) -> bool:
    """Whether the header is Author, Composer or the like, and nothing more."""
    said = column.meaning
    makers = any(w.text in listed("order", "makers") for w in said.words)
    return (
        said.what is None
        and not said.unknown
        and ((makers and bool(said.subjects)) or said.about == {"a superior or maker"})
    )


def _of_works(column: Column) -> bool:
    """Whether a column is of what somebody made, or of something else than people."""
    said = column.meaning
    return said.what == "title" or bool(said.about & {"work", "publication", "thing", "founding"})


def _mapping(
    index: int,
    column: str,
    chosen: Mapping[int, Candidate],
    scored: Sequence[Candidate],
    known: Column,
    columns: Sequence[str],
    jobs: str | None,
) -> ColumnMapping:
    found = chosen.get(index)
    if found:
        return ColumnMapping(
            index, column, found.field, True, min(found.confidence, 1.0), found.reason
        )
    near = scored[0].field if scored and scored[0].confidence >= NEAR else None
    near = near or (jobs if _is_post(known) else None)
    why = _why_not(chosen, scored, known, columns)
    return ColumnMapping(index, column, None, True, 0.0, why, near=near)


def _free_jobs(dataset: Dataset, witness: Witness, taken: Container[str | None]) -> str | None:
    """The field of occupations, where no column goes to it."""
    jobs = (f.name for f in dataset.fields if "job" in witness.senses[f.name].own)
    return next((name for name in jobs if name not in taken), None)


def _is_post(column: Column) -> bool:
    """Whether the header is Position, Poste or the like: of people at work an occupation, of players and ranks none."""
    said, counts = column.meaning, column.profile.counts
    words = sum(count for text, count in counts.items() if any(c.isalpha() for c in text))
    alone = not (said.unknown or said.about or said.subjects)
    return said.what == "position" and alone and 2 * words > column.profile.n


def _why_not(
    chosen: Mapping[int, Candidate],
    scored: Sequence[Candidate],
    known: Column,
    columns: Sequence[str],
) -> str:
    """Why a column goes to no field: another one is nearer, something speaks against it, or nothing for it."""
    owners = {c.field: columns[i] for i, c in chosen.items()}
    if scored and scored[0].confidence >= SURE_ENOUGH and scored[0].field in owners:
        return f"{scored[0].reason}; “{owners[scored[0].field]}” is nearer"
    if scored and known.profile.n:
        return scored[0].reason
    told = known.meaning.told() if not known.silent else ""
    reason = "no field is like it" + (f" (the header says {told})" if told else "")
    return reason if known.profile.n else f"{reason}, and its first rows have no values"
