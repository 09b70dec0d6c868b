"""The commands about quality."""

from __future__ import annotations

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


def test_a_profile(marquee: Marquee) -> None:
    marquee("import", "people.csv")
    assert "Birth date" in marquee("quality", "profile").out
    file = marquee("quality", "profile", "people.csv", "--json").json
    assert file["rows"] == 4 and file["columns"][0]["name"] == "name"
