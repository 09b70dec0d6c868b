"""uploads, upload, problems, quarantine, rollback."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.cli.conftest import Marquee


def test_uploads_and_one_upload(marquee: Marquee, imported: dict[str, Any]) -> None:
    assert [u["id"] for u in marquee("uploads", "--json").json] == [imported["id"]]
    assert marquee("uploads").out.splitlines()[1].split("\t")[0] == imported["id"]
    assert marquee("upload", imported["id"], "--json").json["filename"] == "people.csv"
    assert marquee("upload", "nope").code == 4


def test_problems_are_grouped(marquee: Marquee, imported: dict[str, Any]) -> None:
    found = marquee("problems", imported["id"], "--json").json
    assert {(p["rule"], p["count"]) for p in found} == {("required", 1), ("choices", 1)}


def test_quarantine_as_csv_can_be_fixed_and_imported(
    marquee: Marquee, imported: dict[str, Any], folder: Path
) -> None:
    csv = marquee("quarantine", imported["id"], "--csv").out
    assert "Bob Bad,1960-01-01,XXXX," in csv
    assert csv.splitlines()[0].startswith("\ufeffrow,line,problems,name")
    fixed = csv.replace("XXXX", "ESTP").replace(",,1950", ",Named Now,1950")
    (folder / "fixed.csv").write_text(fixed, "utf-8")
    upload = marquee("import", "fixed.csv", "--json").json["uploads"][0]
    assert upload["counts"]["new"] == 2
    kept = {c["column"]: c["keep"] for c in upload["plan"]["mapping"]}
    assert not (kept["row"] or kept["line"] or kept["problems"])


def test_rollback_there_and_back(marquee: Marquee, imported: dict[str, Any]) -> None:
    dry = marquee("rollback", imported["id"], "--dry-run", "--json").json
    assert (dry["dry_run"], dry["counts"]["reversed"], dry["id"]) == (True, 2, None)
    assert len(marquee("records", "--json").json) == 2
    done = marquee("rollback", imported["id"], "--json").json
    assert marquee("records", "--json").json == []
    assert marquee("rollback", done["id"]).code == 0
    assert len(marquee("records", "--json").json) == 2


def test_nothing_makes_an_empty_database(marquee: Marquee, folder: Path) -> None:
    answer = marquee("uploads", "--db", "slip.duckdb")
    assert answer.code == 4
    assert not (folder / "slip.duckdb").exists()


def test_rows_of_a_preview_are_found_and_turned(
    marquee: Marquee, imported: dict[str, Any], folder: Path
) -> None:
    del imported
    (folder / "twice.csv").write_text(
        "name,birth_date,mbti\nEva Ek,1990,INTJ\nEva Ek,1990,INTP\nAda Lovelace,1815-12-10,ENTP\n",
        "utf-8",
    )
    it = marquee("preview", "twice.csv", "--json").json["id"]
    found = marquee("changes", it, "--json").json
    assert [(c["outcome"], c["row"]) for c in found["changes"]] == [
        *[("new", 2), ("changed", 3), ("repeated", 1)],
    ]
    assert marquee("changes", it, "--search", "eva", "--json").json["total"] == 2
    assert marquee("changes", it, "--field", "mbti", "--json").json["changes"][0]["row"] == 3
    assert marquee("changes", it, "--field", "nofield").code == 4
    csv = marquee("changes", it, "--outcome", "changed", "--csv").out
    assert "Ada Lovelace,mbti,INTJ,ENTP" in csv
    assert "1 repeated" in marquee("decide", "row", it, "1", "--as", "counts").out
    assert "(row 1 counts, as it was chosen)" in marquee("changes", it, "--outcome", "repeated").out
    marquee("decide", "all", it, "repeated", "--as", "last")
    assert marquee("changes", it, "--outcome", "new", "--json").json["changes"][0]["row"] == 2


def test_steps_are_tried_and_kept(marquee: Marquee, folder: Path) -> None:
    (folder / "low.csv").write_text("name,mbti\neva ek,INTJ\n", "utf-8")
    it = marquee("preview", "low.csv", "--json").json["id"]
    step = '{"op": "case", "value": "title", "columns": ["name"]}'
    tried = marquee("recipes", "effects", it, "--add", step, "--json").json
    assert tried["table"][0]["examples"] == [["name", "eva ek", "Eva Ek"]]
    assert marquee("recipes", "steps", it, "--json").json == []
    (folder / "steps.json").write_text(f"[{step}]", "utf-8")
    assert len(marquee("recipes", "steps", it, "--steps", "steps.json", "--json").json) == 1
    assert marquee("changes", it, "--json").json["changes"][0]["title"] == "Eva Ek"
    assert marquee("recipes", "steps", it, "--undo", "--json").json == []
    assert marquee("recipes", "effects", it, "--add", "trim").code == 2
