"""Columns of a file to fields of a dataset: guessed with reasons, and corrected by the user."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rapidfuzz import fuzz, process

from core.datasets.model import Dataset, Field
from core.datasets.shapes import fold, words
from core.errors import BadMapping
from core.ingest import assignment
from core.ingest.evidence import Evidence, Profile, Witness, profiles
from core.ingest.labels import Labels, Named
from core.ingest.plan import OWN

SURE_ENOUGH = 0.5  # a candidate below this is shown, but not taken
CHOSEN = "chosen by you"
REMEMBERED = "remembered from an earlier file"

_SAYS_NOTHING = re.compile(
    r"(?:column|col|field|unnamed|var|value|data|attribute|列|字段)?[a-z]?\d*"
)
# Headers of dates that are no field of their own: when the row was made, when somebody died ...
_OTHER_DATES = re.compile(
    r"\b(?:created|updated|modified|added|changed|timestamp|time|recorded|registered|released?|published"
    r"|publication|death|died|dead|deceased|joined|hired|start|started|end|ended|since|until|expires"
    r"|expiry|due|debut|wedding|married|divorced|retired|elected|awarded|signed|first|last|active)\b"
    r"|gestorben|todes|erstellt|geandert|deces|mort|muerte|fallec|obito|смерт|[死逝卒]|去世|更新|创建|注册"
)


@dataclass(frozen=True)
class ColumnMapping:
    """Where one column goes: to `field`, or, without one, kept as an extra field or dropped.

    A guess drops nothing: the sample says nothing of the rows below it, and an empty cell leaves nothing.
    `confidence` is between 0 and 1; `reason` is for the user to read.
    """

    index: int
    column: str
    field: str | None
    keep: bool
    confidence: float
    reason: str
    extra: str | None = None
    own: bool = False


@dataclass(frozen=True)
class Candidate:
    """A field that a column may belong to."""

    field: str
    confidence: float
    reason: str


def guess(
    dataset: Dataset,
    columns: Sequence[str],
    sample: Sequence[Sequence[str]],
    *,
    vocabularies: Path | None = None,
) -> tuple[ColumnMapping, ...]:
    """The best mapping of all columns at once, one to one, in the order of the columns.

    `sample` holds rows of text cells and may be ragged or empty; `vocabularies` is the user's folder
    of them. Raises BadDataset for a vocabulary that cannot be used.
    """
    witness = Witness(dataset, vocabularies)
    seen = profiles(len(columns), sample, dataset.cleaning)
    scored = _scores(dataset, columns, seen, witness)
    weights = {
        (c.field, i): _weight(c.confidence, i)
        for i, found in enumerate(scored)
        for c in found
        if c.confidence >= SURE_ENOUGH
    }
    matched = assignment.best(weights)
    chosen = {i: _of(scored[i], field) for field, i in matched.items()}
    chosen |= _key_by_shape(dataset, seen, witness, chosen)
    return tuple(
        _mapping(i, column, chosen.get(i), seen[i].n > 0) for i, column in enumerate(columns)
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
    seen = profiles(len(columns), sample, dataset.cleaning)
    return tuple(tuple(found[:3]) for found in _scores(dataset, columns, seen, witness))


def apply_choice(
    dataset: Dataset,
    guessed: Sequence[ColumnMapping],
    choices: Mapping[str | int, str | None],
    *,
    reason: str = CHOSEN,
) -> tuple[ColumnMapping, ...]:
    """The guess with the user's choices in it.

    A choice is column name or index -> field name; "", None or "drop" drops the column, "extra"
    keeps it as an extra field (a field of the dataset that has such a name goes first). A guess
    that loses its field to a choice becomes an extra field. Raises BadMapping: unknown column or
    field, one column chosen twice, or two columns for one field.
    """
    result = list(guessed)
    taken: dict[str, int] = {}
    done: set[int] = set()
    for key, choice in choices.items():
        index = _find_column(guessed, key)
        field, keep = _find_field(dataset, choice)
        column = guessed[index].column
        if index in done:
            raise BadMapping(f"the column {column!r} is given twice")
        if field is not None and field in taken:
            raise BadMapping(
                f"the columns {guessed[taken[field]].column!r} and {column!r} are both for {field}",
                hint="Choose one of them; the other can be dropped or kept as an extra field.",
            )
        done.add(index)
        if field is not None:
            taken[field] = index
        result[index] = replace(
            result[index],
            field=field,
            keep=keep,
            confidence=1.0,
            reason=reason,
            own=result[index].own and field == result[index].field,
        )
    return tuple(_displaced(dataset, m, taken) if m.index not in done else m for m in result)


def headers_hash(columns: Sequence[str]) -> str:
    """SHA-256 (hex) of the folded headers in their order: files of one kind have the same."""
    folded = "\x1f".join(fold(column) or column.strip() for column in columns)
    return hashlib.sha256(folded.encode("utf-8", "surrogatepass")).hexdigest()


# ------------------------------------------------------------------ scores


def _scores(
    dataset: Dataset, columns: Sequence[str], seen: Sequence[Profile], witness: Witness
) -> list[list[Candidate]]:
    labels = Labels(dataset)
    columns = _without_shared_path(columns)
    found: list[list[Candidate]] = []
    by_value: dict[str, list[tuple[float, int]]] = {}
    for i, (column, profile) in enumerate(zip(columns, seen)):
        named = labels.match(column)
        mine = []
        for field in dataset.fields:
            evidence = witness.ask(field, profile)
            candidate, alone = _combine(field, column, named.get(field.name), evidence)
            if candidate:
                mine.append(candidate)
            if candidate and alone:
                by_value.setdefault(field.name, []).append((candidate.confidence, i))
        found.append(mine)
    _doubt_rivals(found, by_value)
    return [sorted(mine, key=lambda c: -c.confidence) for mine in found]


def _combine(
    field: Field, column: str, named: Named | None, evidence: Evidence
) -> tuple[Candidate | None, bool]:
    """The candidate out of header and values, and whether only the values speak for it."""
    silent, unfit = _header(field, column)
    alone = 0.2 if unfit and evidence.alone[0] else evidence.alone[silent]
    by_name = _weigh(named, evidence.rate) if named else 0.0
    if alone >= by_name and alone > 0:
        return Candidate(field.name, round(alone, 3), evidence.said), True
    if not named:
        return None, False
    reason = f"{named.reason}; {evidence.said}" if evidence.said else named.reason
    return Candidate(field.name, round(by_name, 3), reason), False


def _weigh(named: Named, rate: float | None) -> float:
    if rate is None:
        return named.score
    if rate >= 0.6:
        # Half a name (0.45) is enough together with values that fit.
        return named.score + (1 - named.score) * (0.5 if named.score > SURE_ENOUGH else 0.4) * rate
    if rate >= 0.25:
        return named.score * 0.85
    return min(named.score, 0.6) if named.firm else named.score * 0.3


def _header(field: Field, column: str) -> tuple[bool, bool]:
    """Whether the header says nothing, and whether it speaks of another date than the field does."""
    if _SAYS_NOTHING.fullmatch(fold(column)):
        return True, False
    other = field.type == "date" and _OTHER_DATES.search(" ".join(words(column)))
    return False, bool(other) and not _OTHER_DATES.search(" ".join(words(field.name)))


def _without_shared_path(columns: Sequence[str]) -> Sequence[str]:
    """person.name, person.born ... -> name, born ...: a path that all columns have tells nothing."""
    while len(columns) > 1 and len({c.partition(".")[0] for c in columns}) == 1:
        if not all(c.partition(".")[2] for c in columns):
            break
        columns = [c.partition(".")[2] for c in columns]
    return columns


def _doubt_rivals(
    found: list[list[Candidate]], by_value: Mapping[str, list[tuple[float, int]]]
) -> None:
    """Two columns with the same values for one field and no header that helps: neither is taken."""
    for field, rivals in by_value.items():
        strong = sorted((r for r in rivals if r[0] >= SURE_ENOUGH), reverse=True)
        if len(strong) < 2:
            continue
        clear = strong[0][0] - strong[1][0] >= 0.1
        for _, i in strong[1:] if clear else strong:
            found[i] = [replace(c, confidence=0.45) if c.field == field else c for c in found[i]]


def _weight(confidence: float, column: int) -> int:
    # The fourth power: two middling guesses never break up a sure one. Then the leftmost wins.
    return int(confidence**4 * 1_000_000) * 100_000 - column


def _of(found: Sequence[Candidate], field: str) -> Candidate:
    return next(c for c in found if c.field == field)


def _key_by_shape(
    dataset: Dataset, seen: Sequence[Profile], witness: Witness, chosen: Mapping[int, Candidate]
) -> dict[int, Candidate]:
    """The last resort: the first free column that looks like names becomes the key field."""
    if not dataset.key.fields or any(c.field == dataset.key.fields[0] for c in chosen.values()):
        return {}
    field = dataset.field(dataset.key.fields[0])
    if not witness.names_people(field):
        return {}
    for i, profile in enumerate(seen):
        if i not in chosen and profile.looks_like_names():
            return {i: Candidate(field.name, SURE_ENOUGH, "the values look like names")}
    return {}


def _mapping(index: int, column: str, chosen: Candidate | None, filled: bool) -> ColumnMapping:
    if chosen:
        return ColumnMapping(
            index, column, chosen.field, True, min(chosen.confidence, 1.0), chosen.reason
        )
    reason = "no field is like it"
    if not filled:
        reason += ", and its first rows have no values"
    return ColumnMapping(index, column, None, True, 0.0, reason)


# ------------------------------------------------------------------ choices


def _find_column(guessed: Sequence[ColumnMapping], key: str | int) -> int:
    if isinstance(key, int):
        if 0 <= key < len(guessed) and not isinstance(key, bool):
            return key
        raise BadMapping(
            f"there is no column {key}", hint=f"Columns count from 0 to {len(guessed) - 1}."
        )
    names = [m.column for m in guessed]
    if key in names:
        return names.index(key)
    alike = [i for i, name in enumerate(names) if fold(name) == fold(key) != ""]
    if len(alike) == 1:
        return alike[0]
    raise BadMapping(f"the file has no column {key!r}", hint=_nearest(key, names))


def _find_field(dataset: Dataset, choice: str | None) -> tuple[str | None, bool]:
    if choice in dataset.field_names or choice in OWN:
        return choice, True
    if choice is None or choice in ("", "drop"):
        return None, False
    if choice == "extra":
        return None, True
    hint = _nearest(choice, dataset.field_names)
    raise BadMapping(f"the dataset {dataset.name} has no field {choice!r}", hint=hint)


def _displaced(dataset: Dataset, mapping: ColumnMapping, taken: Mapping[str, int]) -> ColumnMapping:
    if mapping.field is None or mapping.field not in taken:
        return mapping
    label = mapping.field if mapping.field in OWN else dataset.field(mapping.field).label
    reason = f"{label} now comes from another column"
    return replace(mapping, field=None, keep=True, confidence=1.0, reason=reason)


def _nearest(text: str, names: Sequence[str]) -> str:
    near = process.extractOne(text, names, scorer=fuzz.WRatio, processor=fold, score_cutoff=50)
    if near:
        return f"Did you mean {near[0]!r}?"
    shown = ", ".join(repr(name) for name in names[:20])
    return f"There are {shown}{' ...' if len(names) > 20 else ''}."
