"""grid and fix: cells typed anew before the import."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Marquee


def test_cells_are_fixed_by_command(marquee: Marquee, folder: Path) -> None:
    (folder / "open.csv").write_text("name,mbti\nAda,INTJ\nBob,XXXX\nCid,XXXX\n", "utf-8")
    marquee("preview", "open.csv")
    it = marquee("uploads", "--json").json[0]["id"]
    assert "2 of 3 rows; 2 would be kept out" in marquee("grid", it).out
    assert [r["row"] for r in marquee("grid", it, "--json").json["rows"]] == [2, 3]
    assert "1 cell fixed; 1 rows" in marquee("fix", "cell", it, "2", "mbti", "INTP").out
    dry = marquee("fix", "all", it, "mbti", "XXXX", "ENFJ", "--dry-run").out
    assert "1 cell would be fixed" in dry
    assert marquee("fix", "undo", it, "--json").json["errors"] == 2
    assert marquee("fix", "redo", it, "--json").json["errors"] == 1
    assert (
        marquee("fix", "replace", it, "XX", "YY", "--column", "mbti", "--json").json["cells"] == 1
    )
    assert marquee("fix", "facet", it, "mbti", "--json").json["distinct"] == 3
    assert marquee("fix", "clusters", it, "name", "--json").json == []
    assert marquee("grid", it, "--severity", "odd").code == 2


def test_rows_are_decided_by_command(marquee: Marquee, folder: Path) -> None:
    (folder / "there.csv").write_text("name,birth_date\nAda,1990\nAda,1980\nBob,1970\n", "utf-8")
    (folder / "open.csv").write_text("name,mbti\nAda,INTJ\nBob,INTP\nCid,INFJ\n", "utf-8")
    marquee("import", "there.csv")
    marquee("preview", "open.csv")
    it = marquee("uploads", "--json").json[0]["id"]
    (conflict,) = marquee("decide", "conflicts", it, "--json").json
    record = conflict["records"][0]["record_id"]
    assert record in marquee("decide", "conflicts", it).out
    assert (
        "1 new, 2 changed, 0 repeated, 0 conf"
        in marquee("decide", "row", it, "1", "--as", record).out
    )
    assert marquee("decide", "all", it, "new", "--as", "leave", "--json").json["rejected"] == 1
    assert marquee("decide", "keep", it, "--field", "mbti", "--json").json["unchanged"] == 2
    assert marquee("decide", "withdraw", it, "--json").json["conflicting"] == 1
