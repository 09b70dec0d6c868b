"""Searching on the command line: exports, and kept searches with their news."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Marquee

TREE = '{"field": "mbti", "value": "INTJ"}'


@pytest.mark.usefixtures("imported")
def test_all_that_is_found_goes_into_a_file(marquee: Marquee, tmp_path: Path) -> None:
    out = tmp_path / "found.jsonl"
    marquee("search", "ada", "--filter", TREE, "--to", str(out))
    assert json.loads(out.read_text("utf-8"))["name"] == "Ada Lovelace"
    assert "odt" in marquee("search", "ada", "--to", str(tmp_path / "found.odt")).err
    assert marquee("search", "ada", "--to", str(out)).code == 5
    assert json.loads(out.read_text("utf-8"))["name"] == "Ada Lovelace"


@pytest.mark.usefixtures("imported")
def test_kept_searches(marquee: Marquee, tmp_path: Path) -> None:
    marquee("searches", "keep", "INTJ", "--filter", TREE)
    (kept,) = marquee("searches", "--json").json
    assert (kept["name"], kept["query"]) == ("INTJ", "")
    more = tmp_path / "more.csv"
    more.write_text("name,mbti\nIsaac Newton,INTJ\n", "utf-8")
    marquee("import", str(more))
    news = marquee("searches", "news", "intj", "--json").json
    assert [item["title"] for item in news["new"]] == ["Isaac Newton"]
    assert "more.csv" in marquee("searches", "news", "INTJ").out
    marquee("searches", "looked", "INTJ")
    assert marquee("searches", "news", "INTJ", "--json").json["new"] == []
    marquee("searches", "remove", "INTJ")
    assert marquee("searches", "--json").json == []
    assert marquee("searches", "paint", "it").code == 2
    assert marquee("searches", "news", "INTJ").code != 0


@pytest.mark.usefixtures("imported")
def test_a_kept_search_runs_and_the_last_ones_are_forgotten(marquee: Marquee) -> None:
    marquee(
        "searches",
        "keep",
        "Minds",
        "a",
        "--filter",
        TREE,
        "--sort",
        "-name",
        "--fields",
        "name,mbti",
    )
    (kept,) = marquee("searches", "--json").json
    assert (kept["sort"], kept["fields"]) == ("-name", ["name", "mbti"])
    ran = marquee("searches", "run", "minds")
    assert "Ada Lovelace" in ran.out and "INTJ" in ran.out
    assert marquee("searches", "recent", "--json").json == []
    assert marquee("searches", "forget").code == 0
    assert marquee("searches", "forget", "it").code == 2
    assert marquee("searches", "run").code == 2
