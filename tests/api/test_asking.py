"""What is asked the wrong way: unknown parameters, HEAD, other methods, wrong types, cancelled uploads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from core import Workbench

HERE = "datasets/celebrities/records"
Send = Callable[..., Any]


@pytest.mark.parametrize(
    "address",
    [
        *("uploads?limitt=5", "uploads?status=imported&foo=1", "datasets?x=1", "jobs?upload_id=3"),
        *("datasets/celebrities?x=1", "backups?keep=1", "check?depp=true", "health?x=1"),
        *("uploads/{id}?x=1", "uploads/{id}/problems?x=1", "uploads/{id}/changes?limits=1"),
    ],
)
def test_unknown_parameters_are_refused_on_get(
    client: TestClient, upload: Send, address: str
) -> None:
    found = upload().json()
    answer = client.get(address.format(id=found["id"]))
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, "input_error"), answer.text
    name = problem["faults"][0]["place"].removeprefix("query.")
    assert name in address and name in problem["detail"]


def test_a_parameter_that_is_misspelt_is_offered(client: TestClient) -> None:
    assert "Is limit meant?" in client.get("uploads?limt=5").json()["hint"]


def test_unknown_parameters_are_refused_on_other_methods(client: TestClient, upload: Send) -> None:
    base = f"uploads/{upload(commit=False).json()['id']}"
    for path in (f"{base}/commit?force=true", f"{base}/rollback?dry=true", f"{base}/cancel?x=1"):
        answer = client.post(path)
        assert (answer.status_code, answer.json()["code"]) == (422, "input_error"), path
    assert client.get(base).json()["status"] == "previewed"


def test_an_export_takes_no_parameters_of_pages(client: TestClient, upload: Send) -> None:
    upload()
    for name in ("limit=1", "cursor=x", "count=true"):
        answer = client.get(f"{HERE}.csv?{name}")
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_query"), name


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("birth_date.gt=abc", "is a date"),
        ("birth_date=soon", "is a date"),
        ("birth_date.in=1990,x", "'x' is none"),
        ("record_id=nonsense", "is an id"),
        ("_version=nonsense", "is a whole number"),
        ("_version.in=1,x", "'x' is none"),
        ("_version.ge=1.5", "is a whole number"),
        ("_version=99999999999999999999", "is a whole number"),
        ("_updated_at.ge=nonsense", "is a moment"),
        ("name.empty=perhaps", "is yes or no"),
    ],
)
def test_a_condition_of_a_wrong_type(
    client: TestClient, upload: Send, query: str, words: str
) -> None:
    upload()
    for place in (HERE, f"{HERE}.csv"):
        answer = client.get(f"{place}?{query}")
        assert (answer.status_code, answer.json()["code"]) == (422, "wrong_type"), answer.text
        assert words in answer.json()["detail"]


def test_right_types_are_answered(client: TestClient, upload: Send) -> None:
    upload()
    record = client.get(HERE).json()["records"][0]
    day = record["_updated_at"][:10]
    for query in (
        *("birth_date.ge=1800", "birth_date.in=1815-12-10,1979", "name.empty=no", "_version=1"),
        *(f"record_id={record['record_id']}", f"_updated_at.ge={day}", "birth_date.lt=-0044"),
    ):
        assert client.get(f"{HERE}?{query}").status_code == 200, query


def test_head_works_wherever_get_does(client: TestClient, upload: Send) -> None:
    found = upload().json()
    for path in (
        *("uploads", f"uploads/{found['id']}", f"uploads/{found['id']}/original", HERE),
        *(f"{HERE}.csv", "datasets", "health", "/api/docs", "/api/openapi.json", "jobs"),
    ):
        got, head = client.get(path), client.head(path)
        assert (head.status_code, head.content) == (got.status_code, b""), path
        assert head.headers.get("content-type") == got.headers.get("content-type"), path
    assert client.head("uploads/nope").status_code == client.get("uploads/nope").status_code
    assert client.head(f"uploads/{found['id']}/commit").status_code == 405


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "uploads", "GET, HEAD, POST, OPTIONS"),
        ("PUT", f"{HERE}/x", "GET, HEAD, PATCH, DELETE, OPTIONS"),
        ("GET", "uploads/x/commit", "POST, OPTIONS"),
        ("POST", "health", "GET, HEAD, OPTIONS"),
        ("POST", "/api/docs", "GET, HEAD, OPTIONS"),
    ],
)
def test_allow_names_every_method(client: TestClient, method: str, path: str, allowed: str) -> None:
    answer = client.request(method, path)
    assert (answer.status_code, answer.headers["allow"]) == (405, allowed)
    assert allowed in answer.json()["hint"]


def test_a_cancelled_upload_is_not_committed(
    client: TestClient, upload: Send, workbench: Workbench
) -> None:
    base = f"uploads/{upload(commit=False).json()['id']}"
    client.post(f"{base}/cancel")
    for body in (None, {"mode": "insert"}):
        answer = client.post(f"{base}/commit", json=body)
        assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")
        assert "was cancelled" in answer.json()["detail"]
    assert (client.get(base).json()["status"], workbench.count()) == ("cancelled", 0)


def test_a_conflict_names_what_changed(client: TestClient, upload: Send) -> None:
    upload()
    record = client.get(HERE).json()["records"][0]
    place, seen = f"{HERE}/{record['record_id']}", {"If-Match": '"1"'}
    client.patch(place, json={"description": "x", "mbti": "ENFP"}, headers=seen)
    for act in (
        lambda: client.patch(place, json={"mbti": "INTP"}, headers=seen),
        lambda: client.delete(place, headers=seen),
    ):
        answer = act()
        problem = answer.json()
        assert (answer.status_code, problem["code"]) == (412, "version_mismatch")
        assert sorted(problem["changed"]) == ["description", "mbti"]
        assert "MBTI" in problem["detail"] and "Description" in problem["detail"]
    assert client.patch(place, json={"mbti": "INTP"}, headers=seen).json()["both"] == ["mbti"]
