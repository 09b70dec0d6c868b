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
