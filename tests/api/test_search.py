"""The search over HTTP: pages of hits with their reasons, exports, kept searches and their news, figures."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

HERE = "datasets/celebrities"
PEOPLE = (
    "name,name_en,birth_date,occupations,mbti\n周杰伦,Jay Chou,1979-01-18,singer,ISFP\n"
    "Bob Dylan,,1941-05-24,singer; poet,INFP\nAda Lovelace,,1815-12-10,mathematician,INTJ\n"
)


def indexed(client: TestClient) -> TestClient:
    """Wait until the index has every change."""
    until = time.monotonic() + 30
    while (told := client.get(f"{HERE}/search/status").json())["state"] != "ready" or told[
        "behind"
    ]:
        assert time.monotonic() < until, told
        time.sleep(0.05)
    return client


@pytest.fixture
def filled(client: TestClient, upload: Callable[..., Any]) -> TestClient:
    upload(PEOPLE)
    return indexed(client)


def test_an_answer_has_its_reasons_and_facets(filled: TestClient) -> None:
    told = filled.get(f"{HERE}/search?q=jay%20ch&facets=all&explain=true").json()
    (hit,) = told["hits"]
    assert hit["record"]["name"] == "周杰伦" and "_key" not in hit["record"]
    assert [(w["word"], w["text"], w["how"]) for w in hit["why"]][:2] == [
        ("jay", "Jay", "same"),
        ("ch", "Chou", "beginning"),
    ]
    assert hit["parts"] and told["total"] == 1 and told["behind"] == 0 and told["cursor"] is None
    assert [(b["value"], b["count"]) for b in told["facets"]["mbti"]["buckets"]] == [("ISFP", 1)]


def test_pages_follow_one_another(filled: TestClient) -> None:
    address, seen = f"{HERE}/search?q=singer&limit=1", []
    while address:
        told = filled.get(address).json()
        seen += [hit["record"]["name"] for hit in told["hits"]]
        address = told["next"]
    assert sorted(seen) == ["Bob Dylan", "周杰伦"]


@pytest.mark.parametrize(
    "wrong",
    [
        *("filters=nonsense", 'filters={"field":"height","value":1}', "sort=height"),
        *("cursor=nonsense", "limit=5000", "facetts=all"),
    ],
)
def test_what_makes_no_sense_is_refused(filled: TestClient, wrong: str) -> None:
    answer = filled.get(f"{HERE}/search?q=x&{wrong}")
    assert answer.status_code in (400, 422) and answer.json()["detail"]


def test_a_filter_is_a_tree(filled: TestClient) -> None:
    tree = {
        "any": [
            {"field": "mbti", "value": "INTJ"},
            {"not": {"field": "mbti", "op": "empty", "value": True}},
        ]
    }
    found = filled.get(f"{HERE}/search", params={"filters": json.dumps(tree)}).json()
    assert found["total"] == 3
    tree = {"all": [tree, {"not": {"field": "occupations", "value": "singer"}}]}
    found = filled.get(f"{HERE}/search", params={"filters": json.dumps(tree)}).json()
    assert [h["record"]["name"] for h in found["hits"]] == ["Ada Lovelace"]


def test_matched_texts_are_marked_and_escaped(
    client: TestClient, upload: Callable[..., Any]
) -> None:
    upload("name,aliases\nJay & <b>Chou</b>,Jayzee; Other\n")
    (hit,) = indexed(client).get(f"{HERE}/search?q=jayzee%20chou&highlight=true").json()["hits"]
    assert hit["highlights"] == {
        "aliases": ["<mark>Jayzee</mark>"],
        "name": ["Jay &amp; &lt;b&gt;<mark>Chou</mark>&lt;/b&gt;"],
    }
    (hit,) = client.get(f"{HERE}/search?q=jayzee").json()["hits"]
    assert hit["highlights"] == {}


def test_facets_alone_and_the_search_inside_one(filled: TestClient) -> None:
    told = filled.get(f"{HERE}/search/facets?q=singer&fields=mbti,occupations").json()["facets"]
    assert {b["value"] for b in told["mbti"]["buckets"]} == {"ISFP", "INFP"}
    told = filled.get(f"{HERE}/search/facets?fields=occupations&beginning=po").json()["facets"]
    assert [(b["value"], b["count"]) for b in told["occupations"]["buckets"]] == [("poet", 1)]
    assert filled.get(f"{HERE}/search/facets?fields=birth_date&beginning=1").status_code == 400


def test_an_export_keeps_the_order(filled: TestClient) -> None:
    answer = filled.get(f"{HERE}/search/export?format=jsonl&fields=name&sort=-birth_date")
    assert [json.loads(line)["name"] for line in answer.text.splitlines()] == [
        *("周杰伦", "Bob Dylan", "Ada Lovelace")
    ]


def test_an_export_by_a_job(filled: TestClient) -> None:
    wanted = {"query": "singer", "fields": ["name"], "format": "jsonl"}
    job = filled.post(f"{HERE}/search/exports", json=wanted)
    assert job.status_code == 202
    address = f"search/exports/{job.json()['id']}"
    until = time.monotonic() + 30
    while filled.get(address).json()["status"] != "done":
        assert time.monotonic() < until
        time.sleep(0.05)
    answer = filled.get(f"{address}/file")
    assert {json.loads(x)["name"] for x in answer.text.splitlines()} == {"Bob Dylan", "周杰伦"}
    assert "celebrities.jsonl" in answer.headers["content-disposition"]
    assert filled.delete(address).status_code == 200
    assert filled.get(f"{address}/file").status_code == 404


def test_the_whole_site(filled: TestClient) -> None:
    told = filled.get("search?q=dylan").json()
    assert told["records"]["celebrities"][0]["text"] == "Bob Dylan"
    assert [d["name"] for d in filled.get("search?q=celebr").json()["datasets"]] == ["celebrities"]


def test_suggestions(filled: TestClient) -> None:
    told = filled.get(f"{HERE}/search/suggest?q=dyl").json()["suggestions"]
    assert ("record", "Bob Dylan") in [(s["kind"], s["text"]) for s in told]


def test_an_export(filled: TestClient) -> None:
    answer = filled.get(f"{HERE}/search/export?q=dylan&format=jsonl&fields=name,birth_date")
    first = json.loads(answer.text.splitlines()[0])  # behind it, who sounds alike
    assert first == {"name": "Bob Dylan", "birth_date": "1941-05-24"}
    assert answer.headers["content-disposition"].endswith('filename="celebrities.jsonl"')
    assert filled.get(f"{HERE}/search/export?format=csv&fields=height").status_code == 400
    assert filled.get(f"{HERE}/search/export?format=odt").status_code == 422


def test_kept_searches(filled: TestClient, upload: Callable[..., Any]) -> None:
    new = {"name": "Singers", "query": "singer", "filters": {"field": "mbti", "value": "INFP"}}
    kept = filled.post(f"{HERE}/searches", json=new)
    assert kept.status_code == 201 and kept.json()["news"] == 0
    assert kept.json()["filters"]["field"] == "mbti"
    assert filled.post(f"{HERE}/searches", json=new).status_code == 409
    here = f"searches/{kept.json()['id']}"
    upload("name,occupations,mbti\nNina Simone,singer,INFP\n")
    assert indexed(filled).get(f"{HERE}/search?q=nina").json()["total"] == 1
    news = filled.get(f"{here}/news").json()
    assert news["counts"] == {"new": 1, "gone": 0, "changed": 0}
    assert news["new"][0]["title"] == "Nina Simone" and news["new"][0]["filename"]
    assert filled.post(f"{here}/looked").status_code == 204
    assert filled.get(f"{here}/news").json()["counts"]["new"] == 0
    assert filled.delete(here).status_code == 204
    assert filled.get(f"{here}/news").status_code == 404
    assert filled.get(f"{HERE}/searches").json() == {"searches": []}


def test_figures(filled: TestClient) -> None:
    assert filled.get("search/analytics").json()["without_hits"] is None
    told = filled.get(f"{HERE}/search?q=dylan").json()
    hit = {"query_id": told["query_id"], "record_id": told["hits"][0]["record_id"], "position": 1}
    assert filled.post(f"{HERE}/search/opened", json=hit).status_code == 204
    assert filled.post(f"{HERE}/search/opened", json={**hit, "query_id": "x"}).status_code == 404
    figures = filled.get("search/analytics?days=1&dataset=celebrities").json()
    assert (figures["searches"], figures["opened"], figures["position"]) == (1, 1.0, 1.0)
    assert figures["top"][0]["text"] == "dylan"


def test_the_state_of_the_index(filled: TestClient) -> None:
    filled.get(f"{HERE}/search?q=x")
    told = filled.get(f"{HERE}/search/status").json()
    assert (told["state"], told["documents"], told["behind"]) == ("ready", 3, 0)


def test_a_search_comes_in_the_form_that_is_asked_for(filled: TestClient) -> None:
    place = "datasets/celebrities/search?q=jay&fields=name"
    lines = filled.get(place, headers={"Accept": "application/x-ndjson"})
    assert lines.headers["content-type"].startswith("application/x-ndjson")
    hits = filled.get(place).json()["hits"]
    assert [json.loads(line) for line in lines.text.splitlines()] == [h["record"] for h in hits]
    assert (
        filled.get(place, headers={"Accept": "text/csv"})
        .text.lstrip("\ufeff")
        .startswith("name\r\n")
    )
    parquet = filled.get(place, headers={"Accept": "application/vnd.apache.parquet"})
    assert parquet.content[:4] == b"PAR1"
    assert filled.get(f"{place},nothing").status_code == 400
