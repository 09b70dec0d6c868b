"""How far each column speaks for each field: its header, its values, and what the header says against it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from core.datasets import meaning
from core.datasets.meaning import Meaning, Sense
from core.datasets.model import Dataset, Field
from core.datasets.shapes import fold
from core.datasets.words import listed
from core.ingest.columns.evidence import Evidence, Profile, Witness
from core.ingest.columns.headers import Header
from core.ingest.columns.labels import Labels, Named

SURE_ENOUGH = 0.5  # a candidate below this is shown, but not taken
DOUBTED = 0.45  # the values fit, and nothing else says so
OWN_NAME = (
    0.98  # the header is the field's own name or title: what does not fit is shown as a problem
)
REFUSED = 0.3  # the values fit, and the header means something else

LABELLED = 0.55  # what knowledge bases call the name of each thing; a column called Name is nearer
_LABELS = frozenset({"label", "rdfslabel", "rdfschemalabel", "preflabel", "skospreflabel"})
_SAYS_NOTHING = re.compile(
    r"(?:column|col|field|unnamed|var|value|data|attribute|列|字段)?[a-z]?\d*"
)


@dataclass(frozen=True)
class Candidate:
    """A field that a column may belong to."""

    field: str
    confidence: float
    reason: str


@dataclass(frozen=True)
class Column:
    """One column as it is judged: its header, what that means, its values, and what names it."""

    header: Header
    meaning: Meaning
    profile: Profile
    named: Mapping[str, Named]

    @property
    def silent(self) -> bool:
        """Whether the header says nothing (column_3)."""
        return bool(_SAYS_NOTHING.fullmatch(fold(self.header.text)))


def columns(
    dataset: Dataset, headers: Sequence[Header], seen: Sequence[Profile], witness: Witness
) -> list[Column]:
    """What is known of each column before the fields are asked."""
    labels = Labels(dataset, witness.senses)
    found = [
        Column(h, meaning.of_path(h.text), profile, labels.match(h.text))
        for h, profile in zip(headers, seen)
    ]
    if any("family" in c.meaning.parts or c.meaning.half for c in found):
        return found
    names = [f.name for f in dataset.fields if witness.senses[f.name].own == {"name"}]
    return [_whole(c, names) if _is_half(c) else c for c in found]


def _is_half(column: Column) -> bool:
    """Whether this is a word for a given name that is one for the whole as well (ad, vardas, نام), over whole names."""
    said, counts = column.meaning, column.profile.counts
    both = len(said.words) == 1 and said.words[0].text in listed("order", "half")
    several = sum(count for text, count in counts.items() if " " in text)
    return both and said.parts == ("given",) and 2 * several > column.profile.n


def _whole(column: Column, names: Sequence[str]) -> Column:
    named = Named(0.88, "a word for a name, and no column holds a family name")
    said = replace(column.meaning, what="name", parts=())
    return replace(column, meaning=said, named={**column.named, **dict.fromkeys(names, named)})


def score(dataset: Dataset, found: Sequence[Column], witness: Witness) -> list[list[Candidate]]:
    """The fields that each column may belong to, the likeliest first."""
    result: list[list[Candidate]] = []
    by_value: dict[str, list[tuple[float, int]]] = {}
    for i, column in enumerate(found):
        mine = []
        for field in dataset.fields:
            candidate, alone = _combine(field, column, witness)
            if candidate:
                mine.append(candidate)
            if candidate and alone:
                by_value.setdefault(field.name, []).append((candidate.confidence, i))
        result.append(mine)
    _doubt_rivals(result, by_value)
    _doubt_countries(found, result, witness)
    return [sorted(mine, key=lambda c: -c.confidence) for mine in result]


def _combine(field: Field, column: Column, witness: Witness) -> tuple[Candidate | None, bool]:
    """The candidate out of header and values, and whether only the values speak for it."""
    evidence = witness.ask(field, column.profile)
    named = column.named.get(field.name)
    against = _against(field, column, evidence, witness)
    alone = _alone(column, evidence)
    firm = named and (named.firm or (named.exact and _says_so(field, column, witness)))
    by_name = _weigh(named, evidence, firm=bool(firm)) if named else 0.0
    if named and named.half and not evidence.distinct and {*column.meaning.unknown} - named.half:
        by_name = min(by_name, DOUBTED)  # what the other words of the header say is not known
    if named and _of_no_trade(column, witness.senses[field.name]):
        by_name = min(by_name, DOUBTED)
    if against:
        return _refused(field, column, max(alone, by_name), evidence, against, witness), False
    if named and not named.exact and _only_whom(column):
        by_name = min(by_name, DOUBTED)
    if alone >= by_name and alone > 0:
        return Candidate(field.name, round(alone, 3), evidence.said), True
    if not named:
        return _maybe_names(field, column, witness), False
    reason = f"{named.reason}; {evidence.said}" if evidence.said else named.reason
    return Candidate(field.name, round(by_name, 3), reason), False


def _only_whom(column: Column) -> bool:
    """Whether the header is a noun and nothing more, and the rows may be of something else (Author, Item)."""
    said, profile = column.meaning, column.profile
    if not said.subjects or said.what is not None or column.header.label:
        return False
    makers = listed("order", "makers")
    return any(w.text in makers for w in said.words) or (
        profile.n > 0 and not profile.looks_like_names
    )


def _of_no_trade(column: Column, sense: Sense) -> bool:
    """Whether a header that need not speak of jobs (Known for, Role) is over titles of works, or characters."""
    said, profile = column.meaning, column.profile
    silent = not said.says and not said.unknown
    vague = silent or said.what == "role"
    return "job" in sense.own and vague and profile.n > 0 and not profile.trades


def _against(field: Field, column: Column, evidence: Evidence, witness: Witness) -> str:
    """Why the column cannot be the field, whatever else speaks for it."""
    if column.header.stands_for:
        return f"“{column.header.stands_for}” says in words what this column points to"
    named = column.named.get(field.name)
    if evidence.never and not (field.type == "date" and named and named.score > OWN_NAME):
        return evidence.said
    if column.silent or (named and named.exact):
        return ""
    said = witness.senses[field.name].against(column.meaning, witness.subjects)
    return f"the header says {said}" if said else ""


def _alone(column: Column, evidence: Evidence) -> float:
    """How far the values convince without a name. Dates, names and countries are of many things: under a
    header with words that nobody knows they are proposed, and never taken."""
    alone = evidence.alone[column.silent]
    said = column.meaning
    # A date alone does not say of what.
    bare = said.what in ("date", "stamp") and not said.about
    open_ = bool(said.unknown) or not said.says or bare
    if not column.silent and open_ and not evidence.distinct:
        return min(alone, DOUBTED)
    return alone


def _says_so(field: Field, column: Column, witness: Witness) -> bool:
    """Whether a synonym can be of nothing else (DOB, 생년월일), so that what does not fit is shown as a problem.

    Of a choice only where the values are codes: Genre is also of music.
    """
    said, sense = column.meaning, witness.senses[field.name]
    if not said.whole or {said.what, *said.about} - {None, "date"} != sense.own - {"date"}:
        return False
    codes = sum(column.profile.kinds[k] for k in ("integer", "code"))
    return field.type == "date" or codes > 0.5 * column.profile.n


def _weigh(named: Named, evidence: Evidence, *, firm: bool) -> float:
    rate = evidence.rate
    if rate is None:
        return named.score
    if rate >= 0.6:
        # Half a name (0.45) is enough together with values that fit.
        return named.score + (1 - named.score) * (0.5 if named.score > SURE_ENOUGH else 0.4) * rate
    if rate >= 0.25:
        return named.score * 0.85
    return min(named.score, 0.6) if firm else named.score * 0.3


def _refused(
    field: Field, column: Column, score_: float, evidence: Evidence, why: str, witness: Witness
) -> Candidate | None:
    names = witness.names_people(field) and column.profile.looks_like_names
    if not names and score_ <= 0:
        return None
    told = "the values look like names" if names else evidence.said
    reason = f"{told}, but {why}" if told and told != why else why
    return Candidate(field.name, REFUSED, reason)


def _maybe_names(field: Field, column: Column, witness: Witness) -> Candidate | None:
    if not witness.names_people(field) or not column.profile.looks_like_names:
        return None
    if fold(column.header.text) in _LABELS and not column.profile.nobody:
        return Candidate(
            field.name, LABELLED, "the label of each row, and the values look like names"
        )
    return Candidate(
        field.name, REFUSED, "the values look like names, but the header does not say so"
    )


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
            found[i] = [replace(c, confidence=DOUBTED) if c.field == field else c for c in found[i]]


# What has a country of its own: a bare Country is theirs where one of the first is in the file, or one of the
# others in the column before.
_ADDRESSES = frozenset({"city", "region", "address"})
_SOMEWHERE = frozenset(
    {"place", "residence", "organisation", "school", "team", "an award", "another event", "studies"}
)


def _doubt_countries(
    columns: Sequence[Column], found: list[list[Candidate]], witness: Witness
) -> None:
    """Country beside City or behind Club may be the country of that: it is no nationality unless somebody says so."""
    said = [{c.meaning.what, *c.meaning.about} - {None, "name"} for c in columns]
    bare = [i for i, concepts in enumerate(said) if concepts == {"country"}]
    for i in bare:
        of = _of_what(columns, i)
        if of is None or columns[i].meaning.subjects:
            continue
        for k, c in enumerate(found[i]):
            if "nationality" in witness.senses[c.field].own and c.confidence > DOUBTED:
                reason = f"“{of}” stands beside it, so it may be the country of that"
                found[i][k] = replace(c, confidence=DOUBTED, reason=reason)
        found[i].sort(key=lambda c: -c.confidence)


def _of_what(columns: Sequence[Column], country: int) -> str | None:
    """The header of a column to which a country may belong."""
    for i, column in enumerate(columns):
        said = column.meaning
        if said.what in _ADDRESSES and said.about <= {"residence", "home"}:
            return column.header.text
        before = i == country - 1 and said.what != "date"
        if before and ({said.what} | said.about) & (_SOMEWHERE | _ADDRESSES):
            return column.header.text
    return None
