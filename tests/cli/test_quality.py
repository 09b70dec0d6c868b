"""The commands about quality."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Marquee


def test_a_score_and_its_rows(marquee: Marquee) -> None:
    marquee("import", "people.csv")
    found = marquee("quality", "score")
    assert found.code == 0 and "completeness:birth_date" not in found.out
    assert "completeness:gender\t0.0\t2\t2\tGender is missing" in found.out
    score = marquee("quality", "score", "--json").json
    assert score["records"] == 2 and score["dimensions"]["completeness"] < 100
    rows = marquee("quality", "rows", "completeness:gender", "--json").json
    assert {r["name"] for r in rows} == {"Ada Lovelace", "周杰伦"}
    wrong = marquee("quality", "rows", "beauty")
    assert wrong.code == 4 and "no check 'beauty'" in wrong.err


def test_rows_of_ones_own_check_by_its_id_and_sources(marquee: Marquee) -> None:
    marquee("import", "people.csv")
    made = marquee("quality", "expect", "not_null", "field=gender", "--json").json["id"]
    rows = marquee("quality", "rows", made, "--json").json
    assert {r["name"] for r in rows} == {"Ada Lovelace", "周杰伦"}
    some = marquee("quality", "rows", "completeness:gender", "--source", "nobody", "--json").json
    assert some == []
    assert "people.csv" in marquee("quality", "sources").out
    assert marquee("quality", "sources", "--json").json[0]["score"]["records"] == 2
    assert marquee("quality", "anomalies", "--json").json == []
    marquee("quality", "expect", "not_null", "field=name", f"id={made}")
    assert [c["check"]["field"] for c in marquee("quality", "checks", "--json").json] == ["name"]
    marquee("quality", "run")
    assert marquee("quality", "incidents", "--dataset", "celebrities", "--json").json == []


def test_a_profile(marquee: Marquee) -> None:
    marquee("import", "people.csv")
    assert "Birth date" in marquee("quality", "profile").out
    file = marquee("quality", "profile", "people.csv", "--json").json
    assert file["rows"] == 4 and file["columns"][0]["name"] == "name"


def test_trend_checks_and_incidents(marquee: Marquee) -> None:
    marquee("import", "people.csv")
    assert "upload people.csv" in marquee("quality", "trend").out
    made = marquee("quality", "expect", "not_null", "field=gender", "owner=eva", "--json").json
    run = marquee("quality", "run")
    assert run.code == 10 and "2 of 2 are otherwise" in run.out
    assert "eva" in marquee("quality", "checks").out
    [incident] = marquee("quality", "incidents", "--json").json
    marquee("quality", "incident", incident["id"], "--owner", "bob", "--note", "asked")
    shown = marquee("quality", "incident", incident["id"], "--resolve")
    assert "resolved" in shown.out and "asked" in shown.out and "bob" in shown.out
    assert marquee("quality", "incidents", "--json").json == []
    assert marquee("quality", "forget", made["id"]).code == 0
    wrong = marquee("quality", "expect", "not_null", "gender")
    assert wrong.code == 2 and "is not NAME=VALUE" in wrong.err


def test_a_gate_and_a_suite(marquee: Marquee, folder: Path) -> None:
    suite = '{"expectations": [{"type": "expect_column_values_to_not_be_null", "kwargs": {"column": "mbti"}}]}'
    (folder / "suite.json").write_text(suite, "utf-8")
    marquee("import", "people.csv")
    assert "not_null" in marquee("quality", "suite", "suite.json").out
    marquee("quality", "expect", "row_count", "min=9", "gate=ask")
    (folder / "few.csv").write_text("name\nEve\n", "utf-8")
    refused = marquee("import", "few.csv", "--json")
    assert "quality_gate" in refused.out
    [upload] = [u for u in marquee("uploads", "--json").json if u["filename"] == "few.csv"]
    gate = marquee("quality", "gate", upload["id"])
    assert gate.code == 2 or "ask" in gate.out
    marquee("quality", "accept", upload["id"], "--reason", "it is small")
    assert marquee("quality", "gate", upload["id"]).code == 0
    assert marquee("import", upload["id"]).code == 0
