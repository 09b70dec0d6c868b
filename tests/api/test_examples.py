"""The examples of the description run: each body, and each value of a parameter, is answered as the description says."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from api import examples
from api.compatible import PRESENT
from core import Workbench
from core.fetching import post
from tests.api.conftest import client_of, settings_in

DOC = json.loads(PRESENT.read_text("utf-8"))
OPERATIONS: dict[str, tuple[str, str, dict[str, Any]]] = {
    operation["operationId"]: (method, path.removeprefix("/v1/"), operation)
    for path, item in DOC["paths"].items()
    for method, operation in item.items()
}
NAMES = {"dataset": "celebrities", "schedule": "Nightly", "name": "press"}
# Their bodies name records, rows, queries or files of one database, or a whole definition.
WITHOUT = set(
    "accept_upload acknowledge_alert adapt_recipe change_dataset change_incident change_records create_dataset decide_match"
    " decide_possible_duplicates discard_rows edit_record evaluate_matches fetch_upload fix_file forget_person merge_records"
    " opened_hit place_upload preview_change requeue_rows split_upload view_as".split()
)
FILE = b"name,mbti,birth_date\nAda,INTJ,1815-12-10\nGrace,INTX,1906-12-09\n"


@pytest.fixture(name="client", scope="module")
def _client(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Iterator[TestClient]:
    settings = settings_in(tmp_path_factory.mktemp("examples"))
    settings.database.parent.mkdir(parents=True)
    shutil.copyfile(empty_database, settings.database)
    with Workbench.open(settings=settings) as workbench:
        workbench.start()
        yield client_of(workbench)


@pytest.fixture(name="upload", scope="module")
def _upload(client: TestClient) -> str:
    client.post("uploads?filename=first.csv", content=b"name,mbti\nJay Chou,ISFP\n")
    made = client.post("uploads?filename=people.csv&commit=false", content=FILE).json()
    return str(made["id"])


@pytest.fixture(name="elsewhere")
def _elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """No folder or address of the examples is there: a folder of the test takes its place, and no name is looked up."""
    monkeypatch.setattr(post, "check", lambda *_: None)
    return str(tmp_path)


def test_values_of_parameters_are_taken(client: TestClient, upload: str) -> None:
    asked = 0
    for name, (method, path, operation) in OPERATIONS.items():
        given = {
            p["name"]: p["schema"]["examples"][0]
            for p in operation.get("parameters", [])
            if p["in"] == "query" and p.get("schema", {}).get("examples")
        }
        if method == "get" and given:
            answer = client.get(path.format(**NAMES, upload_id=upload), params=given)
            assert answer.status_code == 200, (name, answer.text)
            asked += 1
    assert asked >= 5


@pytest.mark.parametrize("name", examples.BODIES)
def test_the_body_is_taken(client: TestClient, upload: str, elsewhere: str, name: str) -> None:
    method, path, operation = OPERATIONS[name]
    shown = operation["requestBody"]["content"]["application/json"]["example"]
    body = json.loads(json.dumps(shown).replace("/data/incoming", elsewhere))
    place = path.format(
        **{**NAMES, "upload_id": upload, "webhook_id": _hook(client, path), **_own(name)}
    )
    answer = client.request(method, place, json=body)
    good = [status for status in operation["responses"] if status.startswith("2")]
    assert str(answer.status_code) in good, answer.text


def _own(name: str) -> dict[str, str]:
    names = {"change_account": "eva", "save_role": "reader", "save_rules": "reader"}
    return {"name": names[name]} if name in names else {}


def test_a_new_operation_has_an_example() -> None:
    taken = {
        name
        for name, (_, _, operation) in OPERATIONS.items()
        if "application/json" in operation.get("requestBody", {}).get("content", {})
    }
    assert taken - set(examples.BODIES) == WITHOUT


def _hook(client: TestClient, path: str) -> str:
    if "{webhook_id}" not in path:
        return ""
    found = client.get("webhooks").json()["webhooks"]
    if not found:
        found = [client.post("webhooks", json=examples.BODIES["create_webhook"]).json()["webhook"]]
    return str(found[0]["id"])
