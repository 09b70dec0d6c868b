"""What is counted: for each dimension, field and rule, which records are units and which of them are bad.

A measure is two SQL conditions of a record `r`: `counted` (it is a unit) and `bad` (the unit is not as it should
be). Its score is 100 x (1 - bad / counted); with no units it is not measured. docs/quality.md lists them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.characters.words import sql as word_sql
from core.cleaning import checks
from core.datasets.compared import comparable
from core.datasets.model import Dataset, Field
from core.datasets.scoring import Dimension
from core.storage.sql import ident, literal

SOURCE = "source"  # a field of this name says where a record comes from, too


REPAIR = "repair"  # the source of imports that repair records


@dataclass(frozen=True)
class Measure:
    """One ratio. `scored` is False for a part of another measure, which is there to open its rows.

    `by_act`: only an act changes it; the others change with time, or with what files say again.
    """

    id: str
    dimension: Dimension
    field: str | None
    rule: str
    title: str
    expected: str
    counted: str
    bad: str
    scored: bool = True
    by_act: bool = True


def build(dataset: Dataset, records: str, at: datetime) -> list[Measure]:
    """Every measure of a dataset. `records` is what stands in FROM: all records, also where some are scored."""
    today = at.date().isoformat()
    found: list[Measure] = []
    for field in dataset.fields:
        found += _completeness(field)
        found += _validity(field, today)
        found += _unique_field(field, records)
    found += _uniqueness(dataset, records)
    found += _rules(dataset)
    found += _sources(dataset)
    found += _freshness(dataset, at)
    found.append(_provenance(dataset))
    return found


def vocabularies(dataset: Dataset) -> tuple[str, ...]:
    """The vocabularies that the conditions speak of."""
    names = {f.vocabulary for f in dataset.fields if f.vocabulary and not f.choices}
    return tuple(sorted(n for n in names if n))


def column(name: str) -> str:
    """A column of the record."""
    return f"r.{ident(name)}"


def present(field: Field) -> str:
    """SQL: the record has a value there."""
    x = column(field.name)
    if field.type == "list":
        return f"coalesce(len({x}), 0) > 0"
    return f"coalesce({x}, '') <> ''" if field.type in ("text", "date") else f"{x} IS NOT NULL"


def _completeness(field: Field) -> Iterator[Measure]:
    yield Measure(
        *(f"completeness:{field.name}", "completeness", field.name, "present"),
        *(f"{field.label} is missing", "a value", "true", f"NOT ({present(field)})"),
    )


def _validity(field: Field, today: str) -> Iterator[Measure]:
    rules = checks.of_values(field, column(field.name), today)
    if field.vocabulary and not field.choices and field.type == "text":
        x = column(field.name)
        known = f"TRY_CAST({word_sql(x)} AS staging.vocabulary_{field.vocabulary})"
        rules.append(("vocabulary", "a known word", f"{x} IS NOT NULL AND {known} IS NULL"))
    if not rules:
        return
    units = present(field)
    if len(rules) > 1:
        any_ = " OR ".join(f"coalesce({condition}, false)" for _, _, condition in rules)
        title = f"{field.label} breaks a rule"
        expected = "; ".join(text for _, text, _ in rules)
        yield Measure(
            *(f"validity:{field.name}", "validity", field.name, "any", title, expected, units, any_)
        )
    for rule, expected, condition in rules:
        title = checks.TITLES[rule].format(field=field.label)
        yield Measure(
            *(f"validity:{field.name}:{rule}", "validity", field.name, rule, title),
            *(expected, units, condition),
            scored=len(rules) == 1,
        )


def _unique_field(field: Field, records: str) -> Iterator[Measure]:
    if not field.unique:
        return
    x = comparable(field, column(field.name))
    several = f"SELECT {x} FROM {records} r WHERE {x} IS NOT NULL GROUP BY ALL HAVING count(*) > 1"
    yield Measure(
        *(f"uniqueness:{field.name}", "uniqueness", field.name, "unique"),
        *(f"{field.label} stands in several records", "a value of its own"),
        *(present(field), f"{x} IN ({several})"),
    )


def _uniqueness(dataset: Dataset, records: str) -> Iterator[Measure]:
    """Records of one key are the same, unless their `when_both` differs; one without it could be each of them."""
    many = (
        f"SELECT r._key FROM {records} r WHERE r._key IS NOT NULL GROUP BY ALL HAVING count(*) > 1"
    )
    same = f"r._key IN ({many})"
    if dataset.key.when_both:
        x = column(dataset.key.when_both)
        pair = f"(r._key, {x})"
        twice = f"SELECT {pair} FROM {records} r GROUP BY ALL HAVING count(*) > 1"
        without = f"SELECT r._key FROM {records} r WHERE {x} IS NULL AND r._key IS NOT NULL"
        same = f"({same}) AND ({x} IS NULL OR r._key IN ({without}) OR {pair} IN ({twice}))"
    yield Measure(
        *("uniqueness:key", "uniqueness", None, "key", "Another record may be the same one"),
        *("one record of a key", "r._key IS NOT NULL", same),
    )


def _rules(dataset: Dataset) -> Iterator[Measure]:
    for number, rule in enumerate(dataset.rules, 1):
        expected, condition = checks.across(dataset, rule.kind, rule.fields)
        for name in rule.fields:  # the condition speaks of v_<field>
            condition = condition.replace(ident(f"v_{name}"), column(name))
        needed = rule.fields if rule.kind == "order" else rule.fields[:1]
        units = " AND ".join(f"({present(dataset.field(n))})" for n in needed)
        labels = ", ".join(dataset.field(n).label for n in rule.fields)
        yield Measure(
            *(f"consistency:{rule.kind}:{number}", "consistency", None, rule.kind),
            *(checks.TITLES[rule.kind].format(field=labels), expected, units, condition),
        )


_STANDING = (
    "FROM history.vouched v JOIN ops.uploads u USING (upload_id)"
    " WHERE u.status = 'imported' AND v.dataset = {dataset}"
    f" AND coalesce(u.source, '') <> {literal(REPAIR)}"  # no witness: it only repeats what is there
)


def _sources(dataset: Dataset) -> Iterator[Measure]:
    """What later files said of a record that it does not say; lists grow together and cannot differ."""
    own = [f.name for f in dataset.fields if f.on_update != "union"]
    spoken = _STANDING.format(dataset=literal(dataset.name))
    other = f"list_has_any(json_keys(v.said), {literal(own)}::VARCHAR[])"
    yield Measure(
        *("consistency:sources", "consistency", None, "sources"),
        *("A file says otherwise", "what every file says that speaks of the record"),
        f"r.record_id IN (SELECT v.record_id {spoken})",
        f"r.record_id IN (SELECT v.record_id {spoken} AND v.said IS NOT NULL AND {other})",
        by_act=False,
    )


def _freshness(dataset: Dataset, at: datetime) -> Iterator[Measure]:
    days = dataset.quality.fresh_days
    if days is None:
        return
    since = f"{literal((at - timedelta(days=days)).isoformat(' '))}::TIMESTAMP"
    seen = f"SELECT v.record_id {_STANDING.format(dataset=literal(dataset.name))} AND v.happened_at >= {since}"
    yield Measure(
        *(
            "freshness:record",
            "freshness",
            None,
            "age",
            f"Neither changed nor confirmed for {days:,} days",
        ),
        *(f"changed or confirmed within {days:,} days", "true"),
        f"r._updated_at < {since} AND r.record_id NOT IN ({seen})",
        by_act=False,
    )


def _provenance(dataset: Dataset) -> Measure:
    named = ["coalesce(r._source, '') <> ''"]
    if SOURCE in dataset.field_names:
        named.append(present(dataset.field(SOURCE)))
    return Measure(
        *("provenance:source", "provenance", None, "source", "No source is named"),
        *("the source of the import, or a value of the field source", "true"),
        f"NOT ({' OR '.join(named)})",
    )
