"""Questions to the records: what fits, in which order, page by page, and nothing else of this machine."""

from __future__ import annotations

import base64
import json
import math
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings as profile, strategies as st

from core import Workbench
from core.errors import BadQuery, NotFound
from core.records import query, requests
from tests.records.things import LABELS, RECORDS, WORDS


def plain(text: str) -> str:
    """Without case and accents."""
    split = unicodedata.normalize("NFD", text)
    return "".join(c for c in split if not unicodedata.combining(c)).lower()


def days(text: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The first and the last day of a date; 31 stands for the end of every month."""
    sign, rest = (-1, text[1:]) if text.startswith("-") else (1, text)
    year, *more = (int(part) for part in rest.split("-"))
    known = (sign * year, *more)
    return (known + (1, 1))[:3], known + (12, 31)[len(known) - 1 :]


def by_days(v: str, operator: str, value: str) -> bool:
    """Dates compare as the intervals of their days: one day that fits is enough."""
    (first, last), (since, until) = days(v), days(value)
    return {
        "lt": first < since,
        "le": first <= until,
        "gt": last > until,
        "ge": last >= since,
    }[operator]


def fits(record: dict[str, Any], name: str, operator: str, value: Any) -> bool:
    """The same question in plain Python."""
    v = record[name]
    if name == "born" and operator in ("lt", "le", "gt", "ge"):
        return v is not None and by_days(v, operator, value)
    if operator == "empty":
        return (v is None) is value
    if operator == "eq":
        return bool(v == value)
    if operator == "ne":
        return bool(v != value)
    if v is None or value is None:
        return False
    if isinstance(v, list):
        return {
            "has": lambda: value in v,
            "in": lambda: bool(set(v) & set(value)),
            "contains": lambda: plain(value) in plain(" ".join(v)),
            "starts": lambda: any(plain(e).startswith(plain(value)) for e in v),
        }[operator]()
    return {
        "lt": lambda: v < value,
        "le": lambda: v <= value,
        "gt": lambda: v > value,
        "ge": lambda: v >= value,
        "in": lambda: v in value,
        "contains": lambda: plain(value) in plain(v),
        "starts": lambda: plain(v).startswith(plain(value)),
    }[operator]()


COMPARE = ["eq", "ne", "lt", "le", "gt", "ge"]
_values = {
    "word": st.sampled_from(WORDS) | st.none(),
    "born": st.sampled_from(["1958", "1958-08", "1960", "-0044-03-15", "3000"]),
    "size": st.sampled_from([-5, 0, 1, 7, 2**53, 2**53 + 1]),
    "weight": st.sampled_from([-1.5, 0.1, 2.0, 1 / 3, 1e300, 7.0]),
    "good": st.booleans(),
}


def _of(name: str) -> st.SearchStrategy[tuple[str, str, Any]]:
    one = _values[name]
    many = st.lists(one.filter(lambda v: v is not None and "," not in str(v)), max_size=4)
    choices = [
        st.tuples(st.just(name), st.sampled_from(COMPARE), one),
        st.tuples(st.just(name), st.just("in"), many),
        st.tuples(st.just(name), st.just("empty"), st.booleans()),
    ]
    if name in ("word", "born"):
        text = one.filter(lambda v: v is not None)
        choices.append(st.tuples(st.just(name), st.sampled_from(["contains", "starts"]), text))
    return st.one_of(choices)


LISTS = st.one_of(
    st.tuples(
        st.just("labels"),
        st.sampled_from(["has", "contains", "starts"]),
        st.sampled_from([*LABELS, "B", "O", "neil 周"]),
    ),
    st.tuples(st.just("labels"), st.just("in"), st.lists(st.sampled_from(LABELS), max_size=3)),
    st.tuples(st.just("labels"), st.just("empty"), st.booleans()),
    st.tuples(
        st.just("labels"),
        st.sampled_from(["eq", "ne"]),
        st.lists(st.sampled_from(LABELS), max_size=2) | st.none(),
    ),
)
QUESTIONS = st.lists(st.one_of(LISTS, *(_of(name) for name in _values)), min_size=1, max_size=2)


@profile(max_examples=60, deadline=None)
@given(QUESTIONS)
def test_every_operator_as_plain_python_would(
    things: Workbench, where: list[tuple[str, str, Any]]
) -> None:
    found = [{n: r[n] for n in RECORDS[0]} for r in things.records("things", where=where).rows()]
    assert found == [r for r in RECORDS if all(fits(r, *q) for q in where)]
    assert things.count("things", where=where) == len(found)


def test_all_operators_are_tried() -> None:
    tried = {*COMPARE, "in", "empty", "has", "contains", "starts"}
    assert tried == set(query.OPERATORS)


def test_numbers_may_come_as_text(things: Workbench) -> None:
    """As an address line gives them."""
    assert things.count("things", where=[("size", "ge", "7")]) == things.count(
        "things", where=[("size", "ge", 7)]
    )
    assert things.count("things", where=[("weight", "in", "2,0.1")]) == things.count(
        "things", where=[("weight", "in", [2, 0.1])]
    )
    assert things.count("things", where={"good": "true"}) == things.count(
        "things", where={"good": True}
    )


def test_a_mapping_asks_for_equal_or_for_an_element(things: Workbench) -> None:
    wanted = [r for r in RECORDS if r["good"] is True and "b" in (r["labels"] or [])]
    assert wanted
    assert things.count("things", where={"good": True, "labels": "b"}) == len(wanted)


def test_a_condition_in_sql(things: Workbench) -> None:
    wanted = [r for r in RECORDS if (r["size"] or 0) > 5 or r["good"]]
    assert things.count("things", where="size > 5 OR good -- as one condition") == len(wanted)
    assert things.count("things", where="size = (SELECT max(size) FROM things)") > 0
    assert things.count("things", where="true) AND (false") == 0  # still one, however it is written


@pytest.mark.parametrize(
    "condition",
    [
        "true) LIMIT (1",
        "true) ORDER BY (size",
        "true) GROUP BY (size",
        "true) UNION (SELECT 1",
        "true); DELETE FROM things; --",
        "size > 5 OR",
        "/* never ends",
        "EXISTS (SELECT * FROM 'x.csv')",
        "EXISTS (FROM read_text('/etc/hostname'))",
        "EXISTS (FROM ops.uploads)",
        "size = ?",
        "nosuch = 1",
        "size > 'word'",
    ],
)
def test_what_is_not_one_condition(things: Workbench, condition: str) -> None:
    with pytest.raises(BadQuery):
        things.records("things", where=condition).fetchall()


def test_search_looks_into_every_text_and_list(things: Workbench) -> None:
    def hay(record: dict[str, Any]) -> str:
        return plain(" ".join([record["word"] or "", *(record["labels"] or [])]))

    for text in ("周", "O'NEIL a", "e", "nothing of this"):
        wanted = [r for r in RECORDS if all(plain(w) in hay(r) for w in text.split())]
        assert things.count("things", search=text) == len(wanted), text
    assert things.count("things", search="  ") == len(RECORDS)


HOSTILE = [
    "nosuch",
    "",
    'word"; DROP TABLE things; --',
    "word) OR (true",
    "Word",
    "things.word",
    "*",
    "word\0",
    "rowid",
]


@pytest.mark.parametrize("name", [*HOSTILE, None, 5, ["word"]])
def test_hostile_field_names(things: Workbench, name: Any) -> None:
    with pytest.raises(BadQuery, match="has no field"):
        things.records("things", where=[(name, "eq", 1)])
    with pytest.raises(BadQuery, match="has no field"):
        things.records("things", fields=[name])
    if name:
        with pytest.raises(BadQuery, match="has no field"):
            things.records("things", order_by=["-" + str(name)])
    assert things.count("things") == len(RECORDS)


@pytest.mark.parametrize(
    "where",
    [
        [("word", "like", "a")],
        [("word", None, "a")],
        [("word", ["eq"], "a")],
        [("word", "eq")],
        ["word"],
        [("word", "has", "a")],
        [("size", "in", 5)],
        [("size", "eq", "word")],
        [("size", "lt", {"a": 1})],
        [("good", "eq", "perhaps")],
    ],
)
def test_questions_that_make_no_sense(things: Workbench, where: Any) -> None:
    with pytest.raises(BadQuery):
        things.records("things", where=where).fetchall()


@pytest.mark.parametrize("value", WORDS + ["%", "' OR '1'='1", '"; --', "\\"])
def test_hostile_values_are_values(things: Workbench, value: str) -> None:
    wanted = [r for r in RECORDS if r["word"] == value]
    assert things.count("things", where={"word": value}) == len(wanted)


def test_values_that_are_no_text(things: Workbench) -> None:
    assert things.count("things", where={"word": "a\0"}) == 0
    with pytest.raises(BadQuery):
        things.count("things", where={"word": "\ud800"})
    with pytest.raises(BadQuery):
        things.count("things", search="\ud800")


def test_an_unknown_dataset(things: Workbench) -> None:
    with pytest.raises(NotFound):
        things.records('things"; DROP TABLE things; --')


# ---------------------------------------------------------------- order and pages

SORTS = [s + n for n in RECORDS[0] for s in ("", "-")] + ["", "-good,size", "labels,-weight"]


def pages(wb: Workbench, sort: str, size: int, **more: Any) -> list[dict[str, Any]]:
    definition = wb.dataset("things")
    order = [name for name, _ in query.compile_query(definition, None, sort).order]
    found: list[dict[str, Any]] = []
    after = None
    while page := list(wb.records("things", order_by=sort, limit=size, after=after, **more).rows()):
        assert len(page) <= size
        found += page
        after = query.encode_cursor([page[-1][name] for name in order])
        assert len(found) <= len(RECORDS)
    return found


@pytest.mark.parametrize("sort", SORTS)
def test_paging_meets_each_record_once(things: Workbench, sort: str) -> None:
    whole = list(things.records("things", order_by=sort).rows())
    assert len(whole) == len(RECORDS)
    for size in (3, 7):
        assert pages(things, sort, size) == whole


@pytest.mark.parametrize("sort", SORTS)
def test_a_far_page_by_its_number_is_the_same_page(
    things: Workbench, sort: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    where: list[Any] = [("size", "empty", False), ("word", "ne", "a")]
    asked: dict[str, Any] = {"order_by": sort, "where": where, "search": "a", "fields": ["word"]}
    near = list(things.records("things", **asked).rows())
    monkeypatch.setattr(requests, "FAR", 1)
    for size in (3, 7):
        for offset in range(0, len(near) + size, size):
            page = list(things.records("things", limit=size, offset=offset, **asked).rows())
            assert page == near[offset : offset + size]
            whole = {**asked, "fields": None}
            rows = list(things.records("things", limit=size, offset=offset, **whole).rows())
            assert [r["word"] for r in rows] == [r["word"] for r in page]


@pytest.mark.parametrize("sort", SORTS[:-3])
def test_the_order_is_right_and_nulls_come_last(things: Workbench, sort: str) -> None:
    name = sort.lstrip("-")
    values = [r[name] for r in things.records("things", order_by=sort).rows()]
    there = [v for v in values if v is not None]
    assert values == there + [None] * (len(values) - len(there))
    by_bytes = [v.encode() if isinstance(v, str) else v for v in there]
    if name == "labels":
        by_bytes = [[e.encode() for e in v] for v in there]
    assert by_bytes == sorted(by_bytes, reverse=sort.startswith("-"))


def test_paging_within_a_filter(things: Workbench) -> None:
    where = [("size", "empty", False), ("word", "ne", "a")]
    wanted = list(things.records("things", order_by="-weight", where=where).rows())
    assert pages(things, "-weight", 4, where=where) == wanted and len(wanted) > 8


def test_a_page_of_some_fields_in_the_order_of_another(things: Workbench) -> None:
    cursor = query.encode_cursor([7, list(things.records("things").rows())[0]["record_id"]])
    found = things.records("things", fields=["word"], order_by="size", after=cursor, limit=100)
    assert found.columns() == ["word"]
    whole = things.records("things", order_by="size", after=cursor)
    assert [r["word"] for r in found.rows()] == [r["word"] for r in whole.rows()]


@pytest.mark.parametrize(
    "cursor",
    ["", "x", "ä", "W10", "W251bGxd", "eyJhIjoxfQ", query.encode_cursor(["1"]), "\0", "===="]
    + [query.encode_cursor(["not a number", "not an id"]), query.encode_cursor([["a"], "x"])],
)
def test_a_foreign_cursor_is_refused(things: Workbench, cursor: str) -> None:
    with pytest.raises(BadQuery):
        things.records("things", order_by="size", after=cursor).fetchall()


def test_a_forged_cursor_is_refused(things: Workbench) -> None:
    for values in ([1, 2], [{"a": 1}, None], [True, "x"], "ab"):
        forged = base64.urlsafe_b64encode(json.dumps(values).encode()).decode()
        with pytest.raises(BadQuery):
            things.records("things", order_by="size", after=forged).fetchall()


@pytest.mark.parametrize("limit,offset", [(-1, 0), (1, -1), ("x", 0), (1, "1; DROP TABLE things")])
def test_limits_are_counts(things: Workbench, limit: Any, offset: Any) -> None:
    with pytest.raises(BadQuery):
        things.records("things", limit=limit, offset=offset)


# ---------------------------------------------------------------- forms of an answer


def test_the_answer_in_every_form(things: Workbench) -> None:
    found = things.records("things", fields=["word", "size", "labels"], order_by="size", limit=9)
    rows = list(found.rows())
    assert found.columns() == ["word", "size", "labels"] == list(rows[0])
    assert [tuple(r.values()) for r in rows] == found.fetchall()
    assert found.arrow().to_pylist() == rows
    assert found.pl().to_dicts() == rows
    frame = found.df()
    assert list(frame.columns) == list(rows[0]) and len(frame) == 9
    assert "things" in repr(found)


def test_ids_are_text_in_rows(things: Workbench) -> None:
    first = next(things.records("things").rows())
    assert isinstance(first["record_id"], str)
    assert things.record("things", first["record_id"])["word"] == first["word"]


def test_numbers_survive(things: Workbench) -> None:
    found = {r["weight"] for r in things.records("things").rows() if r["weight"] is not None}
    assert found <= {-1.5, 0.1, 2.0, 1e300, 1 / 3} and not any(map(math.isnan, found))


def test_user_data_reaches_sql_only_as_values(
    things: Workbench, csv_file: Callable[..., Path]
) -> None:
    nasty = 'a"; DROP TABLE things; --'
    upload = things.import_file(
        csv_file(f'word,"{nasty.replace(chr(34), chr(34) * 2)}"', "zz,1"), "things"
    )
    assert upload.status == "imported"
    things.rollback(upload.id)
    assert things.count("things") == len(RECORDS)
