"""Which words mean nothing: by the field, by the other values of the column, by the rest of the row."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import example, given, settings, strategies as st

from core import Workbench
from core.cleaning import nothing
from core.cleaning.step import Step
from core.datasets.empty_words import WORDS, bared, is_error_cell, may_name, says_nothing
from core.datasets.model import from_dict

SET = "celebrities"
File = Callable[..., Path]


def imported(wb: Workbench, path: Path, dataset: str = SET) -> dict[str, dict[str, Any]]:
    """The records that the file gives, by name."""
    wb.import_file(path, dataset)
    return {r["name"]: r for r in wb.records(dataset).rows()}


def kept(wb: Workbench, path: Path, op: str = "keep_words") -> dict[str | None, set[str]]:
    """What the recipe of a preview says about single words, by field; the key's own list aside."""
    steps = [s for s in wb.preview(path).recipe if s.op == op and s.field and len(s.words) == 1]
    assert all(s.reason for s in steps)
    return {s.field: set(s.words) for s in steps}


def test_words_are_kept_aloud_only_where_one_stands(wb: Workbench, csv_file: File) -> None:
    def said(*lines: str) -> list[str]:
        return [s.op for s in wb.preview(csv_file(*lines)).recipe if s.op == "keep_words"]

    assert said("name,nationality", "Ines Roth,DE", "Ina Null,JP") == []
    assert said("name,nationality", "Ines Roth,DE", "\u200eNull,JP") == ["keep_words"]
    assert said("First name,Last name", "Ines,Roth", ",Null") == ["keep_words"]


# ------------------------------------------------------------------ codes


def test_namibia_is_one_of_the_codes_of_its_column(wb: Workbench, csv_file: File) -> None:
    path = csv_file(
        "name,nationality", "Ines Roth,DE", "Omar Haddad,NA", "Yuki Tanaka,JP", "P N,CZ"
    )
    assert kept(wb, path) == {"nationality": {"NA"}}
    assert imported(wb, path)["Omar Haddad"]["nationality"] == "Namibia"


def test_na_among_names_of_countries_means_nothing(wb: Workbench, csv_file: File) -> None:
    path = csv_file("name,nationality", "A B,Germany", "C D,NA", "E F,Japan", "G H,Chad")
    assert kept(wb, path) == {}
    assert imported(wb, path)["C D"]["nationality"] is None


def test_a_code_that_stands_in_most_rows_is_none(wb: Workbench, csv_file: File) -> None:
    rows = [*(f"P{i} Q,NA" for i in range(9)), "A B,DE", "C D,JP"]
    assert kept(wb, csv_file("name,nationality", *rows)) == {}


def test_namibia_may_come_after_the_head(
    wb: Workbench, csv_file: File, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.ingest.staging.SAMPLE", 20)
    rows = [*(f"P{i} Q,{['DE', 'JP', 'FR'][i % 3]}" for i in range(60)), "Omar Haddad,NA"]
    found = imported(wb, csv_file("name,nationality", *rows))
    assert found["Omar Haddad"]["nationality"] == "Namibia"


def test_codes_without_a_vocabulary(wb: Workbench, csv_file: File) -> None:
    fields = [{"name": "name", "required": True}, {"name": "state"}, {"name": "role"}]
    wb.save_dataset(from_dict({"name": "people", "fields": fields, "key": {"fields": ["name"]}}))
    path = csv_file("name,state,role", "A,TX,cook", "B,ND,na", "C,CA,smith", "D,NY,cook", "E,-,ND")
    found = imported(wb, path, "people")
    assert [found[n]["state"] for n in "ABCDE"] == ["TX", "ND", "CA", "NY", None]
    assert [found[n]["role"] for n in "ABCDE"] == ["cook", None, "smith", "cook", None]


def test_an_allowed_value_is_a_value(wb: Workbench, csv_file: File) -> None:
    choices = ["Yes", "No", "Unknown", "n/a"]
    fields = [{"name": "name"}, {"name": "smokes", "choices": choices}, {"name": "note"}]
    wb.save_dataset(from_dict({"name": "people", "fields": fields, "key": {"fields": ["name"]}}))
    path = csv_file("name,smokes,note", "A,Unknown,Unknown", "B,n/a,n/a", "C,none,x", "D,Yes,y")
    found = imported(wb, path, "people")
    assert [found[n]["smokes"] for n in "ABCD"] == ["Unknown", "n/a", None, "Yes"]
    assert [found[n]["note"] for n in "ABCD"] == [None, None, "x", "y"]
    assert wb.edit("people", found["D"]["record_id"], {"smokes": "Unknown"})["smokes"] == "Unknown"


# ------------------------------------------------------------------ names


def test_a_person_may_be_called_null(wb: Workbench, csv_file: File) -> None:
    rows = ["Null,1975-05-05", "NA,1991-04-07", "Ina Null,1980-01-01", "None,1960"]
    found = imported(wb, csv_file("name,birth_date", *rows))
    assert sorted(found) == ["Ina Null", "NA", "None", "Null"]


def test_a_row_that_says_nothing_else_names_nobody(wb: Workbench, csv_file: File) -> None:
    path = csv_file("name,birth_date,mbti", "Null,,", "unknown,n/a,-", "Ann,,", "NA,,INTJ")
    upload = wb.import_file(path)
    assert (upload.counts.new, upload.counts.rejected) == (2, 2)
    assert [p.rule for p in wb.problems(upload.id) if p.severity == "error"] == ["required"]


@pytest.mark.parametrize(
    "text", ["-", "?", "n/a", "N.A.", "(none)", "keine Angabe", "#REF!", r"\N"]
)
def test_what_cannot_be_a_name_names_nobody(wb: Workbench, csv_file: File, text: str) -> None:
    upload = wb.import_file(csv_file("name,birth_date", f"{text},1975-05-05", "Ann,1980"))
    assert (upload.counts.new, upload.counts.rejected) == (1, 1)


def test_a_word_in_many_rows_is_no_name(wb: Workbench, csv_file: File) -> None:
    rows = [*(f"Unknown,19{i}-01-01" for i in range(60, 70)), "Ann,1980-01-01", "Null,1990-01-01"]
    path = csv_file("name,birth_date", *rows)
    assert kept(wb, path, "empty_words") == {"name": {"unknown"}}
    assert sorted(imported(wb, path)) == ["Ann", "Null"]


def test_a_doubtful_name_is_said(wb: Workbench, csv_file: File) -> None:
    upload = wb.import_file(csv_file("name,birth_date", "Null,1975-05-05", "Ann,1980-01-01"))
    (problem,) = wb.problems(upload.id)
    assert (problem.rule, problem.severity, problem.count) == ("placeholder", "warning", 1)
    assert problem.found[0].value == "Null"


def test_a_step_taken_away_stays_away(wb: Workbench, csv_file: File) -> None:
    path = csv_file("name,nationality", "A B,DE", "C D,NA", "E F,JP", "Null,CZ")
    preview = wb.preview(path)
    steps = [s for s in preview.recipe if s.op != "keep_words"]
    wb.preview(preview.id, recipe=steps)
    upload = wb.commit(preview.id)
    assert (upload.counts.new, upload.counts.rejected) == (3, 1)
    assert {r["name"]: r["nationality"] for r in wb.records(SET).rows()}["C D"] is None


# ------------------------------------------------------------------ by hand


def test_an_edit_means_what_it_says(wb: Workbench, csv_file: File) -> None:
    (ann,) = imported(wb, csv_file("name,nationality", "Ann Roth,Germany")).values()
    record = ann["record_id"]
    assert wb.edit(SET, record, {"nationality": "NA"})["nationality"] == "Namibia"
    assert wb.edit(SET, record, {"name": "Null"})["name"] == "Null"
    assert wb.edit(SET, record, {"name_en": "Nil"})["name_en"] == "Nil"
    assert wb.edit(SET, record, {"aliases": "Null; -"})["aliases"] == ["Null"]
    emptied = {"nationality": "n/a", "name_en": "-", "birth_date": "unknown", "gender": "unknown"}
    after = wb.edit(SET, record, emptied)
    assert [after[name] for name in emptied] == [None] * 4


def test_what_was_typed_into_the_quarantine_is_meant(wb: Workbench, csv_file: File) -> None:
    rows = ["Ann,Germany,1980", ",France,1990", "Bo,Chad,soon"]
    upload = wb.import_file(csv_file("name,nationality,birth_date", *rows))
    fixes = {2: {"name": "Null"}, 3: {"nationality": "NA", "birth_date": "n/a"}}
    assert wb.requeue(upload.id, fixes).counts.new == 2
    found = {r["name"]: r for r in wb.records(SET).rows()}
    assert found["Null"]["nationality"] == "France"
    assert (found["Bo"]["nationality"], found["Bo"]["birth_date"]) == ("Namibia", None)
    assert wb.check(deep=True).ok


def test_a_name_taken_for_a_word_comes_in_by_hand(wb: Workbench, csv_file: File) -> None:
    rows = [f"Unknown,19{i}-01-01" for i in range(60, 70)]
    upload = wb.import_file(csv_file("name,birth_date", *rows, "Ann,1980-01-01"))
    assert upload.counts.rejected == 10
    assert wb.requeue(upload.id, {1: {"name": "Unknown"}}).counts.new == 1


# ------------------------------------------------------------------ words and error cells


@pytest.mark.parametrize(
    "text",
    [
        *("#REF!", "#N/A", "#DIV/0!", "#NAME?", "#VALUE!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"),
        *("#BEZUG!", "#NV", "#WERT!", "#ZAHL!", "#¡REF!", "#¿NOMBRE?", "#¡VALOR!", "#¡DIV/0!"),
        *("#VALEUR!", "#NOM?", "#N/D", "#ИМЯ?", "#Н/Д", "#ЗНАЧ!", "#ДЕЛ/0!", "#DEĞER!", "#I/T"),
        *(
            "#PUUTTUU!",
            "#DĚLENÍ_NULOU!",
            "#DIV/0 !",
            "Err:502",
            "Fehler:502",
            "Erro:511",
            "Ошибка:508",
            "エラー:502",
            "#GETTING_DATA",
            "#ERR12!",
        ),
    ],
)
def test_error_cells_in_every_language(text: str) -> None:
    assert is_error_cell(text)


@pytest.mark.parametrize(
    "text",
    [
        "#1",
        "#1!",
        "#tag",
        "#Yolo!",
        "# REF",
        "REF!",
        "#a!",
        "P!nk",
        "#MeToo",
        "#BLM",
        "Err:5",
        "Room:502",
        "Fehler:404",
        "#哇!",
    ],
)
def test_hash_tags_are_no_error_cells(text: str) -> None:
    assert not is_error_cell(text)


@settings(deadline=None)
@given(text=st.text(alphabet="#:5ANEr!?/. ßéЯ字\n0Fehl", max_size=8))
@example(text="#A:5!")
@example(text="Fehler:502")
@example(text="#Err:502")
@example(text="#A:5")
@example(text="#N/A")
def test_in_sql_as_in_python(text: str) -> None:
    sql = f"SELECT {nothing.without_errors('x')} IS NULL FROM (SELECT ? AS x)"
    row = duckdb.execute(sql, [text]).fetchone()
    assert row == (is_error_cell(text),)


@pytest.mark.parametrize("cell", ["#REF!", "#N/A", "#BEZUG!", "#NV", "#¡VALOR!", "Err:502"])
def test_an_error_cell_is_no_value_and_no_person(wb: Workbench, csv_file: File, cell: str) -> None:
    path = csv_file("name,mbti,description,tags", f"{cell},INTJ,x,y", f"Ann,{cell},{cell},{cell}")
    found = imported(wb, path)
    assert list(found) == ["Ann"]
    assert [found["Ann"][f] for f in ("mbti", "description", "tags")] == [None] * 3


@pytest.mark.parametrize(
    "text",
    [
        *(r"\N", "NULL", "None", "NaN", "<NA>", "n.a.", "N.A.", "(none)", "—"),
        *("Unspecified", "not available", "Keine Angabe", "inconnu", "desconocido", "未知", "不詳"),
        *("なし", "없음", "[unknown]", "???", "...", "-/-", "(blank)", "k.A.", "(Leer)", "(vide)"),
    ],
)
def test_words_that_mean_nothing(wb: Workbench, csv_file: File, text: str) -> None:
    header = "name,name_en,birth_date,gender,nationality,mbti,description,image_url,tags,source"
    row = f"Ann Roth,{','.join([text] * 9)}"
    (ann,) = imported(wb, csv_file(header, row)).values()
    assert {k: v for k, v in ann.items() if v and not k.startswith("_")}.keys() == {
        "name",
        "record_id",
    }


def test_elements_that_mean_nothing(wb: Workbench, csv_file: File) -> None:
    rows = ["Ann,x; (none); #REF!; y; ???; keine Angabe", 'Bo,"[""Null"", ""z"", ""\\\\N""]"']
    found = imported(wb, csv_file("name,tags", *rows))
    assert found["Ann"]["tags"] == ["x", "y"]
    assert found["Bo"]["tags"] == ["z"]


def test_ordinary_words_are_values() -> None:
    words = bared(WORDS)
    for text in (
        "No",
        "Ann",
        "C",
        "+",
        "0",
        "x",
        "n",
        "Nana",
        "Naomi",
        "Nullmeyer",
        "Unknown Pleasures",
        "$",
    ):
        assert not says_nothing(text, words), text


def test_the_words_are_written_as_they_are_compared() -> None:
    assert all(word == word.lower() or word == r"\N" for word in WORDS)
    assert len(set(WORDS)) == len(WORDS)
    assert not any(may_name(word) for word in WORDS if " " in word or "/" in word)


def test_a_dataset_may_have_its_own_words(wb: Workbench, csv_file: File) -> None:
    fields = [{"name": "name"}, {"name": "note"}]
    cleaning = {"empty_words": ["gone"], "error_cells": False}
    data = {"name": "people", "fields": fields, "key": {"fields": ["name"]}, "cleaning": cleaning}
    wb.save_dataset(from_dict(data))
    found = imported(
        wb, csv_file("name,note", "A,gone", "B,n/a", "C,-", "D,#REF!", "E,(Gone)"), "people"
    )
    assert [found[n]["note"] for n in "ABCDE"] == [None, "n/a", "-", "#REF!", None]


def test_the_step_says_its_words() -> None:
    step = Step(op="keep_words", field="name", words=("NA",))
    assert step.words == ("NA",)


def test_what_databases_write_for_nothing_is_no_extra_field(
    wb: Workbench, csv_file: Callable[..., Path]
) -> None:
    wb.import_file(csv_file("name,birth_date,deathYear", r"Ann Lee,1990,\N", r"Bo Ek,\N,1999"))
    rows = wb.sql("SELECT name, birth_date, _extra FROM celebrities ORDER BY name").fetchall()
    assert rows == [("Ann Lee", "1990", None), ("Bo Ek", None, '{"deathYear":"1999"}')]
