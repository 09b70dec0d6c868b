"""Matching by the API."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from core import Workbench
from tests.api.conftest import client_of

ROWS = (
    b"name,birth_date,gender,nationality\nAda Lovelace,1815-12-10,female,United Kingdom\n"
    b"Ada Lovelase,1815-12-10,female,United Kingdom\n=cmd,1990-01-01,male,France\nAlan Turing,1912-06-23,male,\n"
)
HERE = "datasets/celebrities"


@pytest.fixture
def client(open_workbench: Callable[..., Workbench]) -> TestClient:
    found = client_of(open_workbench())
    found.post("uploads?filename=people.csv&wait=60", content=ROWS)
    return found


def test_from_the_run_to_the_merge_and_back(client: TestClient) -> None:
    assert client.get(f"{HERE}/matches").status_code == 409  # nothing was compared yet
    run = client.post(f"{HERE}/matches/run").json()
    assert run["records"] == 4 and run["links"] == 1
    [pair] = client.get(f"{HERE}/matches").json()["pairs"]
    assert pair["probability"] > 0.9 and {r["field"] for r in pair["why"]} >= {"Name", "Birth date"}
    assert client.post(f"{HERE}/matches/next").json()["id"] == pair["id"]
    assert client.get(f"{HERE}/matches/{pair['id']}").json()["weight"] == pair["weight"]
    said = client.post(
        f"{HERE}/matches/{pair['id']}/decision", json={"verdict": "same", "expect": ""}
    )
    assert said.status_code == 201 and said.json()["holds"]
    twice = client.post(
        f"{HERE}/matches/{pair['id']}/decision", json={"verdict": "different", "expect": ""}
    )
    assert twice.status_code == 409
    [cluster] = client.get(f"{HERE}/matches/clusters").json()["clusters"]
    a, b = cluster["records"]
    body = {"records": [b], "keep": {"name": "longest"}}
    shown = client.post(f"{HERE}/records/{a}/merge", json={**body, "dry_run": True}).json()
    assert shown["id"] is None
    done = client.post(f"{HERE}/records/{a}/merge", json=body).json()
    old = client.get(f"{HERE}/records/{b}", follow_redirects=False)
    assert old.status_code == 307 and old.headers["location"].endswith(a)
    assert client.get(f"{HERE}/records/{b}").json()["record_id"] == a
    [standing] = client.get(f"{HERE}/merges").json()["merges"]
    assert (standing["id"], standing["survivor"], standing["absorbed"]) == (done["id"], a, [b])
    apart = client.post(f"{HERE}/merges/{done['id']}/unmerge").json()
    assert client.get(f"{HERE}/merges").json() == {"merges": []}
    assert set(apart["records"]) == {a, b} and apart["kept"] == []
    assert client.get(f"{HERE}/records/{b}").json()["record_id"] == b
    right = client.post(f"{HERE}/matches/evaluate", json={"labels": [[a, b, True]]}).json()
    assert right["labelled"] == 2 and right["pairwise"]["f1"] == 1.0
    assert client.post(f"{HERE}/matches/evaluate", json={"labels": {}}).status_code == 422
    figures = client.get(f"{HERE}/matches/figures").json()
    assert figures["pairs"] >= 1
    assert len(client.get(f"{HERE}/matches/decisions").json()["decisions"]) >= 2


def test_who_is_this_and_exports(client: TestClient) -> None:
    client.post(f"{HERE}/matches/run")
    found = client.post(
        f"{HERE}/match", json={"name": "ada lovelace", "birth_date": "1815"}
    ).json()["found"]
    assert {f["record"]["name"] for f in found} == {"Ada Lovelace", "Ada Lovelase"}
    assert client.post(f"{HERE}/match", json={"shoe": 1}).status_code == 404
    assert client.get(f"{HERE}/matches/export").text.count("\r\n") == 2
    assert client.get(f"{HERE}/matches/export?what=clusters").text.count("\r\n") == 3
    assert client.get(f"{HERE}/matches/nonsense").status_code == 404
    assert client.get(f"{HERE}/matches/model").json()["comparisons"]


def test_rules_and_a_run_in_the_background(client: TestClient) -> None:
    assert client.get(f"{HERE}/matching/rules").json()["link"] is None
    assert client.put(f"{HERE}/matching/rules", json={"link": 2}).status_code == 422
    assert client.put(f"{HERE}/matching/rules", json={"link": 0.9}).json()["link"] == 0.9
    ordered = client.post(f"{HERE}/matching/runs")
    assert ordered.status_code == 202 and ordered.json()["kind"] == "matching"
    job = ordered.json()["id"]
    assert ordered.headers["location"].endswith(f"/jobs/{job}")
    assert client.post(f"{HERE}/matching/runs").status_code == 409
    assert client.post(f"{HERE}/matching/runs/{job}/cancel").json()["status"] == "cancelled"
    assert client.get(f"{HERE}/matching/runs").json()["runs"] == []
    assert client.post(f"{HERE}/matches/run").json()["linked"] == 1
    [run] = client.get(f"{HERE}/matching/runs").json()["runs"]
    assert run["linked"] == 1 and run["at"]
    assert client.post(f"{HERE}/matching/link").json() == {"links": 0, "merges": 0}
    assert client.delete(f"{HERE}/matching/rules").json()["link"] is None
    assert client.post(f"{HERE}/matching/link").status_code == 409


def test_rows_of_a_file_are_decided_before_the_import(client: TestClient) -> None:
    client.post(f"{HERE}/matches/run")
    rows = b"name,birth_date,gender,nationality\nAlan Turin,1912-06-23,male,United Kingdom\n"
    upload = client.post("uploads?filename=more.csv&commit=false&wait=30", content=rows).json()[
        "id"
    ]
    found = client.get(f"uploads/{upload}/duplicates").json()
    assert (found["total"], found["open"]) == (1, 1)
    [pair] = found["pairs"]
    assert pair["other"]["name"] == "Alan Turing" and pair["verdict"] is None
    decisions = f"uploads/{upload}/duplicates/decisions"
    said = client.post(decisions, json={"verdict": "same", "pairs": [{"row": 1}]}).json()
    assert said["decided"] == 1 and said["open"] == 0 and said["counts"]["changed"] == 1
    assert (
        client.post(decisions, json={"verdict": "same", "pairs": [{"row": 7}]}).status_code == 404
    )
    assert client.post(decisions, json={"verdict": "perhaps"}).status_code == 422
    done = client.post(f"uploads/{upload}/commit?wait=30").json()
    assert done["counts"]["changed"] == 1
    assert client.get(f"uploads/{upload}/duplicates").status_code == 409
