"""Health, events, jobs and the documentation page."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from typing import Any

from starlette.testclient import TestClient

from api import docs
from api.app import VERSION
from tests.api.conftest import ROOT


def test_health(client: TestClient) -> None:
    assert client.get("health").json() == {"status": "ok", "version": VERSION, "database": "ok"}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["version"] == VERSION


def test_events_page(client: TestClient, upload: Callable[..., Any]) -> None:
    upload()
    where, kinds = "events?limit=1", []
    while where:
        page = client.get(where).json()
        kinds += [event["kind"] for event in page["events"]]
        where = page["next"]
    assert kinds == ["upload.imported", "upload.received"]


def test_jobs(client: TestClient, upload: Callable[..., Any]) -> None:
    first, second = upload().json(), upload("name\nB\n").json()
    assert len(client.get("jobs").json()["jobs"]) == 2
    (job,) = client.get(f"jobs?upload={first['id']}").json()["jobs"]
    assert job["upload_id"] == first["id"] != second["id"] and job["status"] == "done"
    assert client.get("jobs?upload=nonsense").status_code == 404


def test_the_page_needs_nothing_from_outside(client: TestClient) -> None:
    page = client.get("/api/docs")
    assert (
        page.status_code == 200 and "default-src 'self'" in page.headers["content-security-policy"]
    )
    addresses = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert addresses and all(a.startswith("/api/docs/static/") for a in addresses)
    for address in addresses:
        assert len(client.get(address).content) > 1_000
    assert "https://" not in page.text and "/api/openapi.json" in page.text


def test_the_document_names_every_error_as_a_problem(client: TestClient) -> None:
    found = client.get("/api/openapi.json").json()
    assert found["servers"] == [{"url": "/api"}]
    operations = [o for path in found["paths"].values() for o in path.values()]
    names = [o["operationId"] for o in operations]
    assert len(set(names)) == len(names)
    for operation in operations:
        assert list(operation["responses"]["default"]["content"]) == ["application/problem+json"]
        assert operation["responses"]["422"] == {"$ref": "#/components/responses/Problem422"}
        assert operation["description"]
    assert found == docs.openapi()


def test_no_address_has_two_endpoints() -> None:
    """The first one would answer for both, and nothing would say so."""
    routes = [
        (method, path)
        for file in (ROOT / "api").glob("*.py")
        for method, path in re.findall(
            r'@router\.(get|post|put|patch|delete)\(\s*"([^"]+)"', file.read_text("utf-8")
        )
        if path != "/health"  # of the API, and of the root for machines
    ]
    assert len(routes) > 100
    assert [route for route in set(routes) if routes.count(route) > 1] == []


def test_every_reference_in_the_document_leads_somewhere() -> None:
    document = docs.openapi()
    text = docs.as_text(document)
    for name in re.findall(r'"#/components/schemas/([^"]+)"', text):
        assert name in document["components"]["schemas"], name


def test_the_table_of_requests_names_the_answer_in_json() -> None:
    lines = docs.endpoints(docs.openapi()).splitlines()
    for path, answer in (("records", "RecordPage"), ("search", "SearchAnswer")):
        (line,) = [each for each in lines if f"`GET /api/v1/datasets/{{dataset}}/{path}`" in each]
        assert f"200 {answer} or another format, an error" in line


def test_stale_docs_are_told(tmp_path: Any, monkeypatch: Any, capsys: Any) -> None:
    text = (docs.DOCS / "api.md").read_text("utf-8").replace("`duplicate_upload` | 409", "`x` | 1")
    (tmp_path / "api.md").write_text(text, "utf-8")
    for name in ("api-changelog.md", "openapi.released.json"):
        (tmp_path / name).write_text((docs.DOCS / name).read_text("utf-8"), "utf-8")
    monkeypatch.setattr(docs, "DOCS", tmp_path)
    assert docs.main(["--check"]) == 1
    assert "stale: api.md" in capsys.readouterr().err


def test_performance_tells_the_same_figures(client: TestClient) -> None:
    client.get("datasets/celebrities/records?q=nobody")
    found = client.get("performance").json()
    assert "search" in [one["name"] for one in found["operations"]]
    assert found["memory"]["limit"] > found["memory"]["duckdb"] > 0
    assert found["files"]["database"] > 0 and found["imports"] == []
    assert client.get("performance?days=0").status_code == 422


def test_a_request_has_an_id_that_its_events_name(
    client: TestClient, upload: Callable[..., Any]
) -> None:
    given = client.get("health", headers={"X-Request-ID": "from-a-proxy-1"})
    assert given.headers["x-request-id"] == "from-a-proxy-1"
    strange = client.get("health", headers={"X-Request-ID": "no id <script>"})
    assert len(strange.headers["x-request-id"]) == 32
    upload("name\nAda\n")
    received = [e for e in client.get("events").json()["events"] if e["kind"] == "upload.received"]
    assert len(received[0]["details"]["request"]) == 32
