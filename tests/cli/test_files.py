"""import, preview, read, infer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.cli.files import clean_name, parse_maps
from core.errors import BadMapping
from tests.cli.conftest import Marquee


def test_import_tells_what_it_did(marquee: Marquee) -> None:
    answer = marquee("import", "people.csv")
    assert answer.code == 0
    assert "people.csv -> celebrities   4 rows: 2 new, 2 rejected" in answer.out
    assert "Name is missing" in answer.out and "line 4" in answer.out
    assert answer.err == ""


def test_import_as_json_is_one_document(marquee: Marquee) -> None:
    answer = marquee("import", "people.csv", "--json")
    (upload,) = answer.json["uploads"]
    assert answer.json["errors"] == []
    assert (upload["status"], upload["counts"]["new"], upload["door"]) == ("imported", 2, "cli")


def test_strict_ends_with_ten_when_rows_were_set_aside(marquee: Marquee, folder: Path) -> None:
    assert marquee("import", "people.csv", "--strict").code == 10
    (folder / "good.csv").write_text("name,mbti\nGood One,INTP\n", "utf-8")
    assert marquee("import", "good.csv", "--strict").code == 0


def test_an_open_question_is_said(marquee: Marquee, folder: Path) -> None:
    rows = "name,nationality,birth_date\nAda Roth,Korea,1980\nBo Roth,Chile,1990\n"
    (folder / "asked.csv").write_text(rows, "utf-8")
    answer = marquee("import", "asked.csv", "--strict")
    assert answer.code == 10 and "1 question is open" in answer.out
    (upload,) = marquee("import", "asked.csv", "--force", "--json").json["uploads"]
    assert [d["rule"] for d in upload["reading"]["doubts"] if d["question"]] == ["meanings"]


def test_refuse_imports_nothing(marquee: Marquee) -> None:
    assert marquee("import", "people.csv", "--on-error", "refuse").code == 2
    assert marquee("sql", "SELECT count(*) AS n FROM celebrities", "--json").json == [{"n": 0}]


def test_the_same_file_twice_needs_force(marquee: Marquee) -> None:
    marquee("import", "people.csv")
    again = marquee("import", "people.csv")
    assert again.code == 5
    assert again.err.startswith("error: This file was already imported")
    assert "--force" in again.err.splitlines()[1]
    assert marquee("import", "people.csv", "--force").code == 0


def test_one_failing_file_does_not_stop_the_others(marquee: Marquee) -> None:
    answer = marquee("import", "missing.csv", "people.csv", "--json")
    assert answer.code == 4
    assert len(answer.json["uploads"]) == 1
    assert [e["code"] for e in answer.json["errors"]] == ["not_found"]


def test_preview_changes_nothing_and_its_id_imports(marquee: Marquee) -> None:
    preview = marquee("preview", "people.csv", "--json").json
    assert preview["counts"]["new"] == 2
    assert {m["column"]: m["field"] for m in preview["mapping"]}["name"] == "name"
    assert [c["outcome"] for c in preview["changes"]] == ["new", "new", "rejected", "rejected"]
    assert marquee("records", "--json").json == []
    assert marquee("import", preview["id"]).code == 0
    assert len(marquee("records", "--json").json) == 2


def test_a_saved_recipe_from_a_preview_is_replayed(marquee: Marquee, folder: Path) -> None:
    steps = marquee("preview", "people.csv", "--json").json["recipe"]
    steps.append({"op": "replace", "field": "mbti", "value": "XXXX", "to": "ENFP"})
    (folder / "recipe.json").write_text(json.dumps({"recipe": steps}), "utf-8")
    answer = marquee("import", "people.csv", "--recipe", "recipe.json", "--json")
    assert answer.json["uploads"][0]["counts"]["new"] == 3


def test_mapping_and_reading_options(marquee: Marquee, folder: Path) -> None:
    (folder / "odd.txt").write_text("x|y\nAda|INTJ\n", "utf-8")
    options = ("--delimiter", "|", "--map", "x=name", "--map", "#2=mbti")
    assert marquee("import", "odd.txt", *options).code == 0
    assert marquee("records", "--json").json[0]["mbti"] == "INTJ"


def test_read_shows_decisions_and_needs_no_database(marquee: Marquee, folder: Path) -> None:
    answer = marquee("read", "people.csv", "--json", "--limit", "1")
    assert answer.json["columns"] == ["name", "birth_date", "mbti", "aliases"]
    assert answer.json["rows"] == [["Ada Lovelace", "1815-12-10", "intj", "Countess"]]
    assert not (folder / "db").exists()


def test_infer_makes_a_dataset(marquee: Marquee, folder: Path) -> None:
    answer = marquee("infer", "people.csv", "--name", "people", "--json", "--save")
    assert answer.json["name"] == "people"
    assert (folder / "datasets" / "people.toml").exists()
    assert marquee("import", "people.csv", "--dataset", "people").code == 0


@pytest.mark.parametrize(
    "name",
    ["a b.csv", "[red]x.csv", "-dash.csv", "周.csv"],
    ids=["blank", "rich", "-", "cjk"],
)
def test_names_are_text(marquee: Marquee, folder: Path, name: str) -> None:
    (folder / name).write_bytes((folder / "people.csv").read_bytes())
    answer = marquee("import", "--", name)
    assert answer.code == 0
    assert name in answer.out


def test_texts_to_choices() -> None:
    assert parse_maps(["a=b=name", "#3=", "x=extra"]) == {"a=b": "name", 2: None, "x": "extra"}
    assert parse_maps([]) is None
    with pytest.raises(BadMapping):
        parse_maps(["name"])


def test_a_name_that_is_not_utf8_keeps_what_can_be_read() -> None:
    assert clean_name("folder/caf\udce9.csv", None) == "caf\ufffd.csv"
    assert clean_name("-", "given.csv") == "given.csv"


def test_read_may_look_at_the_beginning_only(marquee: Marquee, folder: Path) -> None:
    line = "Somebody,INTJ," + "x" * 200 + "\n"
    (folder / "large.csv").write_text("name,mbti,note\n" + line * 45_000, "utf-8")
    assert "only the beginning" not in marquee("read", "large.csv").out
    answer = marquee("read", "large.csv", "--first")
    assert "only the beginning of the file was looked at" in answer.out and "INTJ" in answer.out
    found = marquee("read", "large.csv", "--first", "--json").json
    assert not found["whole"] and len(found["rows"]) == 10


def test_read_lists_the_tables_of_a_file_and_takes_the_one_that_is_asked_for(
    marquee: Marquee, folder: Path
) -> None:
    text = "name,born,city\nAnn,1979,Rome\nBob,1980,Oslo\nCem,1981,Bonn\n\nfilm,year\nAlien,1979\nX,1\n"
    (folder / "two.csv").write_text(text, "utf-8")
    assert "table: 2 (lines 6 to 8, 2 rows)" in marquee("read", "two.csv").out
    taken = marquee("read", "two.csv", "--table", "2", "--json").json
    assert taken["columns"] == ["film", "year"] and taken["rows"][0] == ["Alien", "1979"]
    assert [t["chosen"] for t in taken["tables"]] == [False, True]
    assert taken["raw"][5]["fate"] == "header"


def test_every_reading_decision_is_an_option(marquee: Marquee, folder: Path) -> None:
    (folder / "t.csv").write_text("a|b\n1|2\n\nnote\n", "utf-8")
    options = ("--delimiter", "|", "--header", "1", "--footer", "0", "--no-mend", "--columns", "2")
    read = marquee("read", "t.csv", *options, "--line-end", "LF", "--json").json
    assert read["rows"] == [["1", "2"], ["note", ""]]
    chosen = [d["name"] for d in read["decisions"] if d["evidence"] == "chosen by the user"]
    assert {"delimiter", "header", "footer", "columns", "line_end"} <= set(chosen)


def test_many_deletions_need_an_option(marquee: Marquee, folder: Path) -> None:
    (folder / "few.csv").write_text("name\nAda Lovelace\n", "utf-8")
    replace = ("--source", "people.csv", "--mode", "replace")
    assert marquee("import", "people.csv").code == 0
    refused = marquee("import", "few.csv", *replace)
    assert refused.code != 0 and "--confirm-deletions" in refused.err
    assert len(marquee("records", "--json").json) == 2
    waits = marquee("uploads", "--json").json[0]["id"]
    assert marquee("import", waits).code != 0
    assert marquee("import", waits, "--confirm-deletions").code == 0
    assert len(marquee("records", "--json").json) == 1
    (folder / "other.csv").write_text("name\nGrace Hopper\n", "utf-8")
    assert marquee("import", "other.csv", *replace, "--confirm-deletions").code == 0
