"""What machines ask at the root, and the API about how the server does."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from api import probes
from core import Workbench
from core.observe import metrics
from tests.api.conftest import BASE


def root(workbench: Workbench | None) -> TestClient:
    return TestClient(
        Starlette(routes=probes.routes(lambda: workbench)), base_url="http://localhost"
    )


def test_machines_ask_whether_it_lives(workbench: Workbench) -> None:
    client = root(workbench)
    assert client.get("/livez").json() == {"status": "ok"}
    assert client.get("/startupz").status_code == 200
    answer = client.get("/readyz")
    assert answer.status_code == 200, answer.text
    checks = {one["name"]: one for one in answer.json()["checks"]}
    assert checks["database"]["status"] == "ok" and checks["catalogue"]["status"] == "unused"
    assert all(one["seconds"] >= 0 for one in checks.values())


def test_a_start_that_is_not_over() -> None:
    client = root(None)
    assert client.get("/livez").status_code == 200
    for path in ("/startupz", "/readyz", "/metrics"):
        assert client.get(path).status_code == 503


def test_it_is_not_ready_without_its_worker(workbench: Workbench) -> None:
    workbench.worker.stop()
    answer = root(workbench).get("/readyz")
    assert answer.status_code == 503
    [found] = [one for one in answer.json()["checks"] if one["status"] == "failed"]
    assert found["name"] == "worker" and "does not run" in found["cause"] and found["hint"]


def test_metrics_are_behind_the_key(open_workbench: Callable[..., Workbench]) -> None:
    client = root(open_workbench(api_token="abc"))
    assert client.get("/metrics").status_code == 401
    assert client.get("/livez").status_code == 200
    metrics.count("marquee.import.rows", 1)
    answer = client.get("/metrics", headers={"Authorization": "Bearer abc"})
    assert answer.status_code == 200 and "marquee_import_rows_total" in answer.text


def test_requests_are_counted_by_route_and_traced(client: TestClient) -> None:
    metrics.forget()
    secret = "0192f0c1-0000-7000-8000-00000000abcd"
    assert client.get(f"uploads/{secret}").status_code == 404
    assert client.get("nowhere-at-all").status_code == 404
    found = {
        s.labels: s.value
        for s in metrics.collect()
        if s.meter.name == "http.server.request.duration"
    }
    routes = {labels[1] for labels in found}
    assert "/uploads/{upload_id}" in routes and "unmatched" in routes and len(routes) == 2
    assert metrics.value("marquee.slo.events", slo="actions", outcome="good") == 2


def test_alerts_silences_and_reports(client: TestClient, workbench: Workbench) -> None:
    workbench.services.monitor.look()
    alerts = client.get("monitoring/alerts").json()["alerts"]
    assert {one["alert"] for one in alerts} >= {"disk_full", "slo_imports_fast"}
    refused = client.post("monitoring/alerts/disk_full/acknowledgement", json={"note": "x"})
    assert refused.status_code == 422 and "does not fire" in refused.json()["detail"]
    made = client.post("monitoring/silences", json={"alert": "disk_full", "hours": 1})
    assert made.status_code == 201
    assert [s["alert"] for s in client.get("monitoring/silences").json()["silences"]] == [
        "disk_full"
    ]
    assert client.delete(f"monitoring/silences/{made.json()['id']}").status_code == 204
    assert client.get("monitoring/silences").json()["silences"] == []
    assert client.get("monitoring/reports/2026-11").text.startswith("from,to,objective")
    assert client.get("monitoring/reports/never").status_code == 422
    assert len(client.get("monitoring/objectives").json()["objectives"]) == 5
    lines = client.get("monitoring/metrics", params={"name": "process.memory.usage"})
    assert lines.status_code == 200 and "lines" in lines.json()
    assert client.get("monitoring/errors").status_code == 200
    assert client.get("monitoring/traces").json() == {"traces": []}
    assert client.get("monitoring/health").json()["parts"]
    assert client.post("monitoring/probe").json()["ok"]


@pytest.mark.parametrize("hours", [0, -1, 1_000])
def test_a_silence_has_an_end(client: TestClient, hours: float) -> None:
    assert (
        client.post("monitoring/silences", json={"alert": "*", "hours": hours}).status_code == 422
    )
    assert BASE.endswith("/v1/")
