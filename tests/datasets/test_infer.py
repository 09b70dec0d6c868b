"""Datasets made from samples."""

from __future__ import annotations

import string
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from core.datasets.infer import field_names, infer
from core.datasets.model import Dataset, Field, from_toml
from core.datasets.registry import Registry
from core.datasets.shapes import fold
from core.errors import BadDataset
from core.ingest.columns.mapping import guess
from core.storage.sql import check_name


def one(values: list[str], header: str = "x") -> Field:
    return infer("things", [header], [[v] for v in values]).fields[0]


@pytest.mark.parametrize(
    "values, kind",
    [
        (["1", "20", "-3"], "integer"), (["1979", "1980"], "integer"), (["1", "007"], "text"),
        (["1", "9" * 19], "text"), (["9" * 18], "integer"), (["1.5", "2"], "number"), (["00.5", "1.5"], "text"),
        (["true", "No", "n/a"], "boolean"), (["1979-01-18", "03/04/1990", "1958"], "date"),
        (["19790118"], "integer"), (["18/1/79"], "text"), (["a; b", "c", "d; e"], "list"),
        (["a|b", "b|c"], "list"), (["red, blue", "red", "blue, green, red", "green, red"], "list"),
        (["Turing, Alan", "Curie, Marie"], "text"), (["1,234", "5,678"], "text"), ([], "text"), (["", "n/a"], "text"),
        (["He wrote; she sang. Both left.", "Born; raised. Done."], "text"), (["https://a.org;x", "b"], "text"),
    ],
)  # fmt: skip
def test_types(values: list[str], kind: str) -> None:
    assert one(values).type == kind


def test_formats() -> None:
    assert one(["a@b.org", "c@d.org"]).format == "email"
    mostly = one([f"https://a.org/{i}" for i in range(39)] + ["later"])
    assert (mostly.format, mostly.severity) == ("url", {"format": "warning"})
    assert one(["https://a.org"] * 9 + ["later"]).format is None


def test_required_needs_twenty_rows() -> None:
    assert not one([f"v{i}" for i in range(19)]).required
    assert one([f"v{i}" for i in range(20)]).required
    assert not one([*(f"v{i}" for i in range(30)), "N/A"]).required


def test_choices_come_back_as_a_warning() -> None:
    field = one(["red", "blue", "red"] * 4)
    assert field.choices == ("red", "blue")
    assert field.severity == {"choices": "warning"}
    assert one(["red", "blue", "red", "green"] * 1).choices == ()
    assert one([f"v{i}" for i in range(13)] * 5).choices == ()


def test_the_key_prefers_what_is_called_like_one() -> None:
    rows = [[f"town {i}", f"Person {i}", f"p{i}@x.org", f"{i}"] for i in range(5)]
    columns = ["Town", "Full name", "E-mail", "ID"]
    assert infer("p", columns, rows).key.fields == ("id",)
    assert infer("p", columns[:3], rows).key.fields == ("e_mail",)
    assert infer("p", columns[:2], rows).key.fields == ("full_name",)
    assert infer("p", columns[:1], rows).key.fields == ("town",)


def test_no_key_when_nothing_tells_rows_apart() -> None:
    assert infer("p", ["name"], [["Ada"], ["ADA"]]).key.fields == ()
    assert infer("p", ["name"], [["Ada"], [""]]).key.fields == ()
    assert infer("p", ["height"], [["1.5"], ["1.6"]]).key.fields == ()
    assert infer("p", ["name"], []).key.fields == ()


def test_field_names() -> None:
    headers = [
        "Name",
        "name",
        "姓名",
        "",
        "2020 sales",
        "Record ID",
        "birthDate",
        "Größe",
        'a"; DROP',
        "x" * 99,
    ]
    assert field_names(headers) == [
        "name", "name_2", "column_3", "column_4", "field_2020_sales", "record_id_2", "birth_date",
        "grosse", "a_drop", "x" * 52,
    ]  # fmt: skip


@given(st.lists(st.text(max_size=80), min_size=1, max_size=30))
def test_field_names_are_usable_and_different(headers: list[str]) -> None:
    names = field_names(headers)
    assert len(set(names)) == len(names) == len(headers)
    for name in names:
        check_name(name)
    assert "record_id" not in names


HEADERS = st.lists(
    st.text(string.ascii_letters + "é_ 姓名生日#", min_size=1, max_size=14), min_size=1, max_size=8
)
CELLS = st.sampled_from(["", "1", "007", "1979-01-18", "a; b", "x@y.org", "yes", "=1+1"]) | st.text(
    max_size=8
)


@given(HEADERS, st.lists(st.lists(CELLS, max_size=8), max_size=25))
@settings(deadline=None)
def test_a_file_fits_the_dataset_made_from_it(headers: list[str], rows: list[list[str]]) -> None:
    made = infer("things", headers, rows, title="Things")
    assert len(made.fields) == len(headers)
    folded = [fold(header) for header in headers]
    found = guess(made, headers, rows)
    for mapping, field in zip(found, made.fields):
        if folded[mapping.index] and folded.count(folded[mapping.index]) == 1:
            assert mapping.field == field.name


def test_it_can_be_saved_and_read(tmp_path: Path) -> None:
    made = infer("people", ["Name", "性别"], [["A", "女"], ["B", "男"]] * 10, title="People")
    path = Registry(tmp_path).save(made)
    read = from_toml(path)
    assert read == made
    assert isinstance(read, Dataset) and read.fields[1].title == "性别"


@pytest.mark.parametrize("name", ["", "My File", "main", "1st", 'a"b'])
def test_names_that_cannot_be_tables(name: str) -> None:
    with pytest.raises(BadDataset):
        infer(name, ["a"], [])


@pytest.mark.parametrize("width", [0, 501])
def test_too_few_and_too_many_columns(width: int) -> None:
    with pytest.raises(BadDataset, match=f"{width} columns"):
        infer("wide", [f"c{i}" for i in range(width)], [])
