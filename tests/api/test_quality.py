"""Quality by the API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from core import Workbench
from tests.api.conftest import client_of

ROWS = b"name,birth_date,mbti,gender\nAda,1815-12-10,INTJ,female\nBen,,,\nCy,1970,,male\n"


@pytest.fixture
def client(open_workbench: Callable[..., Workbench]) -> TestClient:
    found = client_of(open_workbench())
    found.post("uploads?filename=people.csv", content=ROWS)
    return found


def test_scores_rows_and_repairs(client: TestClient) -> None:
    score = client.get("datasets/celebrities/quality").json()
    checks = {c["id"]: c for c in score["checks"]}
    assert score["records"] == 3 and checks["completeness:birth_date"]["bad"] == 1
    assert checks["validity:image_url"]["score"] is None  # not measured
    rows = client.get("datasets/celebrities/quality/rows?check=completeness:birth_date").json()
    assert [r["name"] for r in rows["records"]] == ["Ben"] and "_key" not in rows["records"][0]
    one = rows["records"][0]["record_id"]
    assert client.get(f"datasets/celebrities/quality?record={one}").json()["records"] == 1
    assert client.get("datasets/celebrities/quality?source=people.csv").json()["records"] == 3
    ask = {"check": "completeness:gender", "fixes": {"": "male"}}
    seen = client.post("datasets/celebrities/quality/repair", json=ask).json()
    assert seen["records"] == 1 and seen["points"] > 0 and seen["upload_id"] is None
    values = client.get("datasets/celebrities/quality/values?check=completeness:gender").json()
    assert values["values"] == [{"value": "", "count": 1, "suggestion": None}]
    done = client.post("datasets/celebrities/quality/repair", json={**ask, "dry_run": False}).json()
    again = client.get("datasets/celebrities/quality").json()
    assert again["total"] == pytest.approx(seen["after"]) and done["upload_id"]
    trend = client.get("datasets/celebrities/quality/trend").json()
    assert [s["act"] for s in trend["steps"]] == [1, 2] and trend["anomalies"] == []
    assert client.get("datasets/celebrities/quality/sources").json()["sources"][0]["records"] == 3


def test_profiles(client: TestClient) -> None:
    found = client.get("datasets/celebrities/quality/profile").json()
    assert found["rows"] == 3 and found["columns"][0]["name"] == "Name"
    upload = client.get("uploads").json()["uploads"][0]["id"]
    assert client.get(f"uploads/{upload}/profile").json()["columns"][0]["name"] == "name"
    assert client.get(f"uploads/{upload}/drift").status_code == 422


def test_checks_incidents_and_the_gate(client: TestClient) -> None:
    made: dict[str, Any] = {"kind": "not_null", "field": "gender", "gate": "ask", "name": "Gender"}
    check = client.post("datasets/celebrities/checks", json=made)
    assert check.status_code == 201
    wrong = client.post("datasets/celebrities/checks", json={**made, "tolerance": -1})
    assert wrong.status_code == 422 and "tolerance" in wrong.json()["detail"]
    [outcome] = client.post("datasets/celebrities/checks/run").json()["outcomes"]
    assert (outcome["state"], outcome["bad"]) == ("failed", 1)
    [listed] = client.get("datasets/celebrities/checks").json()["checks"]
    assert (listed["last"]["state"], listed["last"]["bad"]) == ("failed", 1)
    other = client.post("datasets/celebrities/checks", json={"kind": "not_null", "field": "mbti"})
    about = {"check": other.json()["id"], "limit": 1, "offset": 1}
    rows = client.get("datasets/celebrities/quality/rows", params=about).json()["records"]
    assert [r["name"] for r in rows] == ["Cy"]  # Ben is before
    client.delete(f"checks/{other.json()['id']}")
    [incident] = client.get("incidents?status=open").json()["incidents"]
    change = {"owner": "eva", "status": "resolved", "note": "known"}
    shown = client.patch(f"incidents/{incident['id']}", json=change).json()
    assert (shown["owner"], shown["status"]) == ("eva", "resolved")
    assert [n["what"] for n in shown["notes"]] == ["opened", "assigned", "resolved"]
    held = client.post("uploads?filename=b.csv", content=b"name,gender\nDi,\n")
    assert "quality_gate" in held.text
    upload = client.get("uploads").json()["uploads"][0]["id"]
    assert client.post(f"uploads/{upload}/accept", json={"reason": "fine"}).status_code == 204
    gate = client.get(f"uploads/{upload}/gate").json()
    assert gate["verdict"] == "ask" and gate["accepted"]["reason"] == "fine"
    assert client.delete(f"checks/{check.json()['id']}").status_code == 204
    assert client.get("datasets/celebrities/checks").json() == {"checks": []}


def test_a_suite(client: TestClient) -> None:
    suite = '{"expectations": [{"type": "expect_nothing", "kwargs": {}}]}'
    found = client.post(
        "datasets/celebrities/checks/suite", content=suite, headers={"content-type": "text/plain"}
    )
    assert found.json()["left"] == [
        {"name": "expect_nothing", "reason": "there is no check of this kind"}
    ]


def test_a_file_is_repaired_by_steps_with_the_new_score_before(client: TestClient) -> None:
    rows = b"name,mbti\nAda,INTX\nBen,INTJ\n"
    upload = client.post("uploads?filename=x.csv&commit=false&wait=30", content=rows).json()["id"]
    here, check = f"uploads/{upload}/quality", "validity:mbti:choices"
    before = client.get(here).json()["total"]
    [value] = client.get(f"{here}/values", params={"check": check}).json()["values"]
    assert value == {"value": "INTX", "count": 1, "suggestion": value["suggestion"]}
    asked = {"check": check, "fixes": {"INTX": "INTP"}}
    seen = client.post(f"{here}/fix", json=asked).json()
    assert seen["rows"] == 1 and seen["added"] == 0 and seen["after"] > before
    assert client.get(here).json()["total"] == before
    client.post(f"{here}/fix", json={**asked, "dry_run": False})
    assert client.get(here).json()["total"] == seen["after"]
