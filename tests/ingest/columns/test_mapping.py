"""Columns to fields: names, values, both together, all columns at once, and the user's word."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from core.datasets.model import Dataset, from_dict
from core.datasets.registry import BUILT_IN, Registry
from core.errors import BadDataset, BadMapping
from core.ingest.columns.choices import CHOSEN, REMEMBERED, apply_choice
from core.ingest.columns.mapping import ColumnMapping, candidates, guess, headers_hash

CELEBRITIES = Registry(Path("nowhere")).get("celebrities")
Rows = list[list[str]]
BIRTHS = ["14/03/1879", "1979-01-18", "31/12/1965", "06/07/1907", "1934-12-09", "12/04/1994"]


def dataset(*fields: dict[str, Any], **more: Any) -> Dataset:
    return from_dict({"name": "things", "fields": list(fields), **more})


def fields(
    columns: list[str], rows: Rows | None = None, of: Dataset = CELEBRITIES
) -> list[str | None]:
    return [m.field for m in guess(of, columns, rows or [])]


def one(column: str, values: list[str], of: Dataset = CELEBRITIES) -> ColumnMapping:
    return guess(of, [column], [[v] for v in values])[0]


# ------------------------------------------------------------------ by name


@pytest.mark.parametrize(
    "column, field",
    [
        ("name", "name"), ("NAME", "name"), (" Name ", "name"), ("Full Name", "name"), ("姓名", "name"),
        ("nom", "name"), ("birth_date", "birth_date"), ("birthDate", "birth_date"),
        ("Birth-Date:", "birth_date"), ("BIRTH DATE", "birth_date"), ("出生日期", "birth_date"),
        ("Date of birth", "birth_date"), ("Ｂｉｒｔｈ＿ｄａｔｅ", "birth_date"), ("pais", "nationality"),
        ("a.k.a.", "aliases"), ("Image", "image_url"), ("来源", "source"), ("標籤", "tags"),
        ("Nationallity", "nationality"), ("ocupations", "occupations"), ("desciption", "description"),
    ],
)  # fmt: skip
def test_a_header_is_enough(column: str, field: str) -> None:
    assert fields([column]) == [field]


@pytest.mark.parametrize(
    "column",
    ["first name", "last name", "file name", "date", "death date", "date of death", "#", "", "id",
     "nmae", "birth place", "mother's name", "country code"],
)  # fmt: skip
def test_half_a_name_is_not_enough(column: str) -> None:
    assert fields([column]) == [None]


def test_digits_tell_labels_apart() -> None:
    lines = dataset({"name": "address_1"}, {"name": "address_2"})
    assert fields(["address1", "address3", "adress 2"], of=lines) == [
        "address_1",
        None,
        "address_2",
    ]


def test_the_reasons() -> None:
    rows = [["x", "1979-01-18", "China"]] * 4
    name, born, nation = guess(CELEBRITIES, ["name", "Born", "nationallity"], rows)
    assert (name.confidence, name.reason) == (1.0, "same name")
    assert born.reason == "known synonym of Birth date; 4 of 4 values are dates"
    assert nation.reason == "96 % alike “nationality”; 4 of 4 values are known countries"
    assert 0.8 < nation.confidence < born.confidence < 1


def test_a_path_that_all_columns_share_says_nothing() -> None:
    assert fields(["person.name", "person.born"]) == ["name", "birth_date"]


def test_the_end_of_a_path_is_enough_but_for_the_key() -> None:
    assert fields(["id", "about.gender", "mother.name"]) == [None, "gender", None]


# ------------------------------------------------------------------ by values


def test_values_speak_where_headers_do_not() -> None:
    rows = [
        ["Albert Einstein", born, sex, kind, f"https://a.org/{i}.jpg", land]
        for i, (born, sex, kind, land) in enumerate(
            zip(BIRTHS, "MFMFMF", ["intp", "ISFP", "ENTJ", "", "INFJ", "ISTJ"], ["UK", "中国"] * 3)
        )
    ]
    for row, first in zip(rows, ["Ada", "Alan", "Grace", "Edsger", "Barbara", "John"]):
        row[0] = f"{first} Smith"
    found = guess(CELEBRITIES, [f"column_{i}" for i in range(1, 7)], rows)
    expected = ["name", "birth_date", "gender", "mbti", "image_url", "nationality"]
    assert [m.field for m in found] == expected
    assert found[0].reason.startswith("the values look like names")
    assert found[3].reason == "5 of 5 values are MBTI types"
    assert all(0.5 <= m.confidence < 0.95 for m in found)


def test_mbti_values_under_any_header() -> None:
    assert one("Charakter", ["INTP", "isfp", "N/A", "ENTJ"]).field == "mbti"


def test_a_type_that_is_no_mbti_type() -> None:
    assert one("type", ["singer", "actor", "singer"]).field is None
    assert one("type", ["INTP", "isfp"]).field == "mbti"
    assert one("type", []).field == "mbti"


def test_a_field_keeps_its_own_name_whatever_the_values() -> None:
    found = one("mbti", ["blue", "red", "green"])
    assert found.field == "mbti"
    assert found.confidence <= 0.6
    assert "none of 3 values are MBTI types" in found.reason


def test_dates_that_are_no_births() -> None:
    recent = [f"{date.today().year}-0{m}-01" for m in range(1, 9)]
    assert one("date", recent).field is None
    # Only "date" does not say of what: proposed, and left to the user.
    assert one("date", BIRTHS).field is None
    (found,) = candidates(CELEBRITIES, ["date"], [[b] for b in BIRTHS])
    assert found[0].field == "birth_date"
    assert one("column_1", BIRTHS).field == "birth_date"


@pytest.mark.parametrize(
    "column", ["created_at", "Died", "updated", "last seen", "去世日期", "todesdatum"]
)
def test_other_dates_are_not_taken(column: str) -> None:
    assert one(column, BIRTHS).field is None


def test_a_place_of_birth_is_no_birth_date() -> None:
    assert one("birth", ["Paris", "London", "Rome", "Ulm"]).field is None
    assert one("year of the birth", ["1879", "1979", "1965"]).field == "birth_date"


def test_an_address_is_only_an_image_when_it_ends_like_one() -> None:
    assert one("link", ["https://a.org/x", "https://b.org/y"]).field is None
    assert one("link", ["https://a.org/x.png", "https://b.org/y.jpg?s=1"]).field == "image_url"


def test_countries_under_another_header_are_only_proposed() -> None:
    values = ["French", "Germany", "Japan", "China"]
    assert one("language", values).field is None
    (found,) = candidates(CELEBRITIES, ["language"], [[v] for v in values])
    assert found[0].field == "nationality"
    assert one("column_2", values).field == "nationality"


def test_two_alike_columns_are_left_to_the_user() -> None:
    rows = [[a, b] for a, b in zip(BIRTHS, reversed(BIRTHS))]
    assert fields(["eins", "zwei"], rows) == [None, None]
    assert fields(["eins", "born"], rows) == [None, "birth_date"]


def test_two_fields_of_one_kind_are_not_told_apart_by_values() -> None:
    two = dataset({"name": "from_day", "type": "date"}, {"name": "to_day", "type": "date"})
    assert fields(["x"], [[b] for b in BIRTHS], of=two) == [None]


def test_numbers_do_not_become_whole_numbers() -> None:
    books = dataset({"name": "books", "type": "integer", "synonyms": ["works"]})
    assert one("works", ["many", "few", "one", "none of them"], books).field is None
    assert one("works", ["1", "20", "3"], books).field == "books"


def test_names_by_shape_only_when_nothing_else_is_the_name() -> None:
    rows = [["Ada Lovelace", "周杰伦"], ["Alan Turing", "Marie Curie"], ["Grace Hopper", "鲁迅"]]
    assert fields(["x", "name"], rows) == [None, "name"]
    born = [[*row, b] for row, b in zip(rows, BIRTHS)]
    assert fields(["x", "shoe", "born"], born) == ["name", None, "birth_date"]
    # Nothing shows that the rows are of people: they could be songs.
    assert fields(["x", "shoe"], rows) == [None, None]


def test_two_silent_columns_of_names_are_left_to_the_user() -> None:
    rows = [
        ["Ada Lovelace", "New York"],
        ["Alan Turing", "Los Angeles"],
        ["Grace Hopper", "St Ives"],
    ]
    rows = [[*row, b] for row, b in zip(rows, BIRTHS)]
    assert fields(["x", "y", "born"], rows) == [None, None, "birth_date"]


def test_organisations_are_nobody_under_any_header() -> None:
    rows = [["University of Bern"], ["Acme Ltd"], ["Blue River GmbH"], ["清华大学"]]
    assert fields(["Name"], rows) == [None]
    assert fields(["Name"], [["Tyra Banks"], ["Larry Page"], ["Charlotte Church"]]) == ["name"]


def test_a_picture_of_something_else() -> None:
    pictures = [["https://a.org/x.png"], ["https://b.org/y.jpg"]]
    assert fields(["logo"], pictures) == [None]
    assert fields(["picture link"], pictures) == ["image_url"]


def test_a_header_that_names_both_parts_is_the_whole_name() -> None:
    assert fields(["Surname, First name"], [["Lovelace, Ada"], ["Turing, Alan"]]) == ["name"]
    for header in (
        *("Last, First", "Name, Vorname", "Nom et prénom", "Nombre y apellidos", "Nome e cognome"),
        *("Vor- und Nachname", "Фамилия, имя", "Фамилия Имя Отчество", "Surname & given name"),
        *("Name/Vorname", "姓名"),
    ):
        assert fields([header]) == ["name"], header
    assert fields(["name_first"]) == fields(["Name (last)"]) == [None]


# ------------------------------------------------------------------ all at once


def test_the_samples_are_mapped_whole() -> None:
    folder = BUILT_IN / "samples"
    with (folder / "people_messy.csv").open(encoding="utf-8-sig", newline="") as file:
        columns, *rows = csv.reader(file, delimiter=";")
    expected = [n for n in CELEBRITIES.field_names if n != "source"]
    assert fields(columns, rows) == expected
    people = json.loads((folder / "celebrities.json").read_text("utf-8"))["celebrities"]
    table = [["; ".join(v) if isinstance(v, list) else v or "" for v in p.values()] for p in people]
    assert all(len(row) == len(people[0]) for row in table)
    assert fields(list(people[0]), table) == list(people[0])


def test_a_sure_name_is_not_broken_up_for_two_guesses() -> None:
    # abcdefgh is also alike the second field, and abcdefg the first: two guesses against one name.
    both = dataset({"name": "abcdefgh"}, {"name": "abcdefghij"})
    assert fields(["abcdefg", "abcdefgh"], of=both) == [None, "abcdefgh"]
    assert fields(["abcdefg"], of=both) == ["abcdefgh"]


def test_the_better_of_two_columns_wins() -> None:
    assert fields(["Country", "nationality"]) == [None, "nationality"]
    assert fields(["job", "profession"]) == ["occupations", None]


@pytest.mark.parametrize(
    "beside, taken",
    [
        (["City", "Country"], False), (["Country", "City"], False), (["Club", "Country"], False), (["大学", "国家"], False),
        (["Prize", "Country name"], False), (["Street address", "Land"], False), (["Place of birth", "Country"], False),
        (["Born", "Country"], True), (["Country", "Club"], True), (["City", "Citizenship"], True), (["Height", "Country"], True),
    ],
)  # fmt: skip
def test_a_country_beside_a_place_or_a_club_may_be_of_that(beside: list[str], taken: bool) -> None:
    found = guess(CELEBRITIES, ["Name", *beside], [["Ann Lee", "France", "Spain"]])
    assert ("nationality" in {m.field for m in found}) is taken
    assert taken or any("may be the country of that" in m.reason for m in found)


@given(
    st.lists(
        st.sampled_from(
            ["name", "Full name", "born", "date", "type", "mbti", "x", "sex", "tags", "", "国"]
        )
        | st.text(max_size=12),
        max_size=12,
    ),
    st.lists(
        st.lists(
            st.sampled_from([*BIRTHS, "INTP", "M", "China", "", "Ada Lovelace"])
            | st.text(max_size=9)
        ),
        max_size=6,
    ),
)
@settings(deadline=None, max_examples=60)
def test_any_file_gets_a_mapping_one_to_one(columns: list[str], rows: Rows) -> None:
    found = guess(CELEBRITIES, columns, rows)
    assert [(m.index, m.column) for m in found] == list(enumerate(columns))
    taken = [m.field for m in found if m.field]
    assert len(set(taken)) == len(taken) and set(taken) <= set(CELEBRITIES.field_names)
    assert all(0 <= m.confidence <= 1 and m.reason for m in found)
    assert guess(CELEBRITIES, columns, rows) == found
    shown = candidates(CELEBRITIES, columns, rows)
    assert len(shown) == len(columns)
    for top in shown:
        assert len(top) <= 3
        assert [c.confidence for c in top] == sorted((c.confidence for c in top), reverse=True)


@given(st.permutations(range(len(CELEBRITIES.fields))))
@settings(deadline=None, max_examples=25)
def test_the_order_of_columns_does_not_matter(order: list[int]) -> None:
    names = [CELEBRITIES.field_names[i] for i in order]
    assert fields(names) == names


def test_unmapped_columns_are_kept_also_when_their_first_rows_are_empty() -> None:
    shoe, empty = guess(CELEBRITIES, ["shoe size", "spare"], [["42", ""], ["39", "n/a"]])
    assert (shoe.field, shoe.keep, empty.field, empty.keep) == (None, True, None, True)
    assert "first rows have no values" in empty.reason and "rows" not in shoe.reason


def test_a_broken_vocabulary_is_named() -> None:
    with pytest.raises(BadDataset, match="'colours'"):
        guess(dataset({"name": "hair", "vocabulary": "colours"}), ["hair"], [])


def test_a_users_vocabulary(tmp_path: Path) -> None:
    (tmp_path / "colours.csv").write_text("word,canonical\nblond,Blond\nbrun,Brown\n", "utf-8")
    hair = dataset({"name": "hair", "vocabulary": "colours"})
    (found,) = guess(hair, ["column_1"], [["blond"], ["brun"]], vocabularies=tmp_path)
    assert (found.field, found.reason) == ("hair", "2 of 2 values are known colours")


# ------------------------------------------------------------------ the user's word


@pytest.fixture
def guessed() -> tuple[ColumnMapping, ...]:
    return guess(CELEBRITIES, ["Name", "Born", "Country", "Shoe"], [["A", "1990", "UK", "42"]])


def test_choices_by_name_and_index(guessed: tuple[ColumnMapping, ...]) -> None:
    found = apply_choice(CELEBRITIES, guessed, {"Shoe": "source", 1: "drop", "country": "extra"})
    assert [(m.field, m.keep) for m in found] == [
        ("name", True), (None, False), (None, True), ("source", True)
    ]  # fmt: skip
    assert found[3].reason == CHOSEN and found[3].confidence == 1.0
    assert found[0] == guessed[0]


@pytest.mark.parametrize("choice", ["", None, "drop"])
def test_ways_to_drop(guessed: tuple[ColumnMapping, ...], choice: str | None) -> None:
    found = apply_choice(CELEBRITIES, guessed, {"Born": choice})[1]
    assert (found.field, found.keep) == (None, False)


def test_a_choice_takes_the_field_from_a_guess(guessed: tuple[ColumnMapping, ...]) -> None:
    found = apply_choice(CELEBRITIES, guessed, {"Shoe": "nationality"}, reason=REMEMBERED)
    assert (found[2].field, found[2].keep) == (None, True)
    assert found[2].reason == "Nationality now comes from another column"
    assert (found[3].field, found[3].reason) == ("nationality", REMEMBERED)


def test_two_columns_change_places(guessed: tuple[ColumnMapping, ...]) -> None:
    found = apply_choice(CELEBRITIES, guessed, {"Name": "source", "Shoe": "name"})
    assert [m.field for m in found] == ["source", "birth_date", "nationality", "name"]


@pytest.mark.parametrize(
    "choices, detail, hint",
    [
        ({"Borm": "name"}, "no column 'Borm'", "'Born'"),
        ({"Born": "birthdate"}, "no field 'birthdate'", "'birth_date'"),
        ({"Born": "zzzzqqq"}, "no field 'zzzzqqq'", "There are 'name'"),
        ({9: "name"}, "no column 9", "0 to 3"),
        ({True: "name"}, "no column True", "0 to 3"),
        ({"Born": "name", "Shoe": "name"}, "'Born' and 'Shoe' are both for name", "Choose one"),
        ({"Born": "name", 1: "drop"}, "'Born' is given twice", ""),
    ],
)
def test_choices_that_do_not_work(
    guessed: tuple[ColumnMapping, ...], choices: dict[str | int, str | None], detail: str, hint: str
) -> None:
    with pytest.raises(BadMapping) as caught:
        apply_choice(CELEBRITIES, guessed, choices)
    assert detail in caught.value.detail
    assert hint in caught.value.hint


def test_headers_hash() -> None:
    same = headers_hash(["Birth date", "Name"])
    assert same == headers_hash(["birth_date", " NAME "]) and len(same) == 64
    assert same != headers_hash(["Name", "Birth date"])
    assert headers_hash(["ab", "c"]) != headers_hash(["a", "bc"])
    assert headers_hash(["#", "a"]) != headers_hash(["%", "a"])
    assert headers_hash(["\ud800"])


@pytest.mark.parametrize(
    "header, values, field",
    [
        ("Sex", ["1", "2", "1"], "gender"),
        ("Geburtstag", ["12345678901", "no 1", "x2"], "birth_date"),
        ("Genre", ["Rock", "Pop", "Jazz"], None),  # of music
        ("Type", ["singer", "poet", "actor"], None),
        ("Born", ["Berlin", "Rome", "Oslo"], None),
    ],
)
def test_a_synonym_of_one_meaning_keeps_values_that_do_not_fit(
    header: str, values: list[str], field: str | None
) -> None:
    assert one(header, values).field == field


@pytest.mark.parametrize("header", ["ad", "vardas", "نام"])
def test_a_word_for_a_given_name_over_whole_names_is_the_name(header: str) -> None:
    rows = [["Orhan Pamuk", "1952"], ["علی رضایی", "1971"]]
    assert fields([header, "born"], rows) == ["name", "birth_date"]
    given = [["Orhan", "Pamuk"], ["Elif", "Safak"]]
    assert {m.part for m in guess(CELEBRITIES, [header, "surname"], given)} == {"given", "family"}
    assert fields([header, "born"], [["Orhan", "1952"], ["Elif", "1971"]])[0] is None
