"""Errors: every code there is, as a problem document with its status; nothing inside leaks."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import httpx2 as httpx
import pytest
from fastapi import APIRouter
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from api import create
from core.errors import catalogue
from core import MarqueeError, Workbench
from tests.api.conftest import BASE, Client, client_of

KINDS = catalogue()


def raising(workbench: Workbench, error: Exception) -> TestClient:
    """The API with one more route, which raises."""

    def fail() -> None:
        raise error

    app = create(lambda: workbench)
    router = APIRouter()
    router.add_api_route("/v1/fail", fail)
    app.include_router(router)
    return Client(
        Starlette(routes=[Mount("/api", app)]), base_url=BASE, raise_server_exceptions=False
    )


def test_codes_are_unique() -> None:
    codes = [kind.code for kind in KINDS]
    assert len(set(codes)) == len(codes) > 30


@pytest.mark.parametrize("kind", KINDS, ids=[k.code for k in KINDS])
def test_every_error_is_a_problem(workbench: Workbench, kind: type[MarqueeError]) -> None:
    error = kind("what was found", hint="what to do", limit=5, status="no", type="no")
    answer = raising(workbench, error).get("fail")
    assert answer.status_code == kind.status
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert list(told)[:6] == ["type", "title", "status", "detail", "code", "hint"]
    assert told == {
        "type": f"/api/problems/{kind.code}",
        "title": kind.title,
        "status": kind.status,
        "detail": "what was found",
        "code": kind.code,
        "hint": "what to do",
        "limit": 5,
    }
    assert ("www-authenticate" in answer.headers) == (kind.status == 401)


def test_an_unexpected_error_is_logged_and_not_told(
    workbench: Workbench, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, "marquee.api"):
        answer = raising(workbench, ZeroDivisionError("secret words")).get("fail")
    assert answer.status_code == 500 and answer.json()["code"] == "error"
    assert "secret" not in answer.text and "Traceback" not in answer.text
    assert "secret words" in caplog.text


def test_a_database_that_cannot_be_opened() -> None:
    def locked() -> Workbench:
        raise errors_of("database_locked")("process 7 holds it")

    app = Starlette(routes=[Mount("/api", create(locked))])
    answer = Client(app, base_url=BASE).get("health")
    assert (answer.status_code, answer.json()["code"]) == (503, "database_locked")


def errors_of(code: str) -> type[MarqueeError]:
    return next(kind for kind in KINDS if kind.code == code)


@pytest.mark.parametrize(
    "path", ["nope", "uploads/", "uploads/nonsense", "jobs/nonsense", "../nope"]
)
def test_nothing_there(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_a_method_that_is_not_taken(client: TestClient) -> None:
    answer = client.put("uploads", content=b"x")
    assert (answer.status_code, answer.json()["code"]) == (405, "method_unknown")
    assert "POST" in answer.headers["allow"] or "GET" in answer.headers["allow"]


def test_too_much_json(client: TestClient) -> None:
    where = "uploads/01a20616-7108-7288-b1bb-151a700b11f6/requeue"
    for headers in ({}, {"transfer-encoding": "chunked"}):
        body = b'{"rows": {"1": {"a": "' + b"x" * 11_000_000 + b'"}}}'
        kind = {"content-type": "application/json", **headers}
        answer = client.post(where, content=body, headers=kind)
        assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


BAD_FILES: list[tuple[str, bytes, str, int]] = [
    ("empty_file", b"", "a.csv", 422),
    ("empty_file", b"  \n\n", "a.csv", 422),
    ("header_only", b"name,mbti\n", "a.csv", 422),
    ("unknown_format", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)) * 4, "a.png", 415),
    ("broken_file", b'[{"name": "Ada"}, {"na', "a.json", 422),
    ("broken_file", b"PK\x03\x04" + b"broken" * 50, "a.xlsx", 422),
    ("too_many_columns", b",".join(b"c%d" % n for n in range(3_200)) + b"\n" + b"x," * 3_199 + b"x\n", "a.csv", 422),
    ("cell_too_long", b"name,description\nAda," + b"x" * 1_100_000 + b"\n", "a.csv", 422),
]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "content", "name", "status"),
    BAD_FILES,
    ids=[f"{f[0]}-{n}" for n, f in enumerate(BAD_FILES)],
)
def test_files_that_cannot_be_taken(
    upload: Callable[..., httpx.Response], code: str, content: bytes, name: str, status: int
) -> None:
    answer = upload(content, filename=name)
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert answer.json()["hint"] and answer.json()["upload_id"]


def test_too_many_rows(open_workbench: Callable[..., Workbench]) -> None:
    client = client_of(open_workbench(max_rows=3))
    answer = client.post("uploads?filename=a.csv", content=b"name\n" + b"A\nB\nC\nD\n")
    assert (answer.status_code, answer.json()["code"]) == (413, "too_many_rows")


def test_unknown_parameters_are_refused(upload: Callable[..., Any]) -> None:
    for query in (
        {"datset": "x"},
        {"mode": "merge"},
        {"wait": 61},
        {"wait": "nan"},
        {"commit": "maybe"},
    ):
        answer = upload(**query)
        assert (answer.status_code, answer.json()["code"]) == (422, "input_error"), query
        assert answer.json()["faults"][0]["place"] == f"query.{next(iter(query))}"


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("uploads?limit=abc", "query.limit: it is a whole number, and 'abc' is none"),
        ("uploads?limit=1e3", "query.limit: it is a whole number, and '1e3' is none"),
        ("uploads?limit=0", "query.limit: it is 1 or more, and '0' is not"),
        ("datasets/celebrities/records?count=perhaps", "neither"),
        ("check?deep=5", "query.deep: it is true or false, and '5' is neither"),
    ],
)
def test_a_parameter_of_a_wrong_type_is_told_in_our_words(
    client: TestClient, path: str, said: str
) -> None:
    answer = client.get(path)
    assert answer.status_code == 422 and said in answer.json()["detail"]
