"""People, keys and limits over the API: each door's answer, and what a key may not."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from core import Workbench
from tests.api.conftest import client_of

Open = Callable[..., Workbench]
PASSWORD = "violet anchor seven kettles"


@pytest.fixture
def team(open_workbench: Open) -> tuple[Workbench, TestClient]:
    workbench = open_workbench(mode="team")
    return workbench, client_of(workbench)


def bearer(secret: str) -> dict[str, str]:
    return {"authorization": f"Bearer {secret}"}


def key_of(workbench: Workbench, name: str, role: str, *scopes: str) -> dict[str, str]:
    workbench.access.invite(name, role)
    actor = workbench.services.access.actor(workbench.access.get(name), "page")
    return bearer(workbench.acting_as(actor).access.make_key("a program", scopes)[1])


def test_accounts_keys_and_roles(team: tuple[Workbench, TestClient]) -> None:
    workbench, client = team
    admin = key_of(workbench, "ada", "admin", "admin")
    made = client.post("access/accounts", json={"name": "Eva", "role": "editor"}, headers=admin)
    assert made.status_code == 201 and made.json()["account"]["name"] == "eva"
    changed = client.patch(
        "access/accounts/eva", json={"roles": {"press": "viewer"}}, headers=admin
    )
    assert changed.json()["roles"] == {"press": "viewer"}
    assert (
        client.patch("access/accounts/eva", json={"admin": True}, headers=admin).status_code == 422
    )
    role = client.put("access/roles/press", json={"permissions": ["records.read"]}, headers=admin)
    assert role.json()["permissions"] == ["records.read"]
    assert client.delete("access/accounts/ada", headers=admin).json()["code"] == "last_admin"
    key = client.post("access/keys", json={"name": "nightly"}, headers=admin).json()
    assert client.get("access/me", headers=bearer(key["secret"])).json()["scopes"] == ["read"]
    assert key["secret"] not in client.get("access/keys", headers=admin).text
    assert client.delete(f"access/keys/{key['key']['id']}", headers=admin).status_code == 204
    gone = client.get("access/me", headers=bearer(key["secret"]))
    assert (gone.status_code, gone.json()["code"]) == (401, "not_allowed")


def test_a_key_reads_and_no_more(team: tuple[Workbench, TestClient]) -> None:
    workbench, client = team
    reader = key_of(workbench, "eva", "editor", "read")
    assert client.get("uploads", headers=reader).status_code == 200
    assert (
        client.post("uploads?filename=a.csv", content=b"name\nA\n", headers=reader).status_code
        == 403
    )
    for path in ("access/accounts", "access/limited", "backups"):
        assert client.get(path, headers=reader).status_code == 403, path
    assert client.get("uploads").status_code == 401
    broken = bearer(reader["authorization"].removeprefix("Bearer ")[:-1] + "!")
    assert "another form" in client.get("uploads", headers=broken).json()["detail"]


def test_a_key_that_imports_sees_what_it_brought(team: tuple[Workbench, TestClient]) -> None:
    workbench, client = team
    importer = key_of(workbench, "eva", "editor", "import")
    other = key_of(workbench, "bob", "editor", "import")
    sent = {"content": b"name\nAda\n", "headers": importer}
    made = client.post("uploads?filename=a.csv&dataset=celebrities&commit=true", **sent)
    assert (made.status_code, made.json()["status"]) == (201, "imported")
    mine = f"uploads/{made.json()['id']}"
    assert client.get(f"{mine}/problems", headers=importer).status_code == 200
    assert client.get(f"jobs/{made.json()['job']}", headers=importer).status_code == 200
    for path in (mine, f"{mine}/original", f"jobs/{made.json()['job']}"):
        assert client.get(path, headers=other).status_code == 403, path
    for path in ("uploads", "jobs", "datasets/celebrities/records"):
        assert client.get(path, headers=importer).status_code == 403, path


@pytest.mark.parametrize(
    ("permissions", "commit", "status"),
    [
        ("uploads.write uploads.read jobs.read", False, 201),  # a preview imports nothing
        ("uploads.write uploads.read jobs.read", True, 403),
        ("uploads.write uploads.import jobs.read", False, 403),  # nobody could read the answer
        ("uploads.write uploads.import uploads.read", True, 403),
    ],
)
def test_what_is_refused_is_not_kept(
    team: tuple[Workbench, TestClient], permissions: str, commit: bool, status: int
) -> None:
    workbench, client = team
    workbench.access.save_role("bringer", [*permissions.split(), "access.keys", "access.self"])
    bringer = key_of(workbench, "eva", "bringer", "read", "import")
    for number, place in enumerate(("filename=a.csv", "dataset=celebrities")):
        body = f"name\nAda {number}\n".encode()
        made = client.post(f"uploads?{place}&commit={commit}", content=body, headers=bringer)
        assert made.status_code == status, made.text
    assert workbench.uploads.count() == (2 if status == 201 else 0)


def test_too_many_requests(open_workbench: Open) -> None:
    workbench = open_workbench(mode="team", rate_limits={"api": "3/minute", "guess": "2/minute"})
    client, reader = client_of(workbench), key_of(workbench, "eva", "editor", "read")
    left = [client.get("uploads", headers=reader).headers["ratelimit"] for _ in range(3)]
    assert [one.split(";")[1] for one in left] == ["r=2", "r=1", "r=0"]
    answer = client.get("uploads", headers=reader)
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many")
    assert (
        answer.headers["ratelimit-policy"] == '"api";q=3;w=60'
        and int(answer.headers["retry-after"]) > 0
    )
    assert answer.headers["content-type"] == "application/problem+json"
    guesses = [client.get("jobs", headers=bearer("wrong")).status_code for _ in range(4)]
    assert guesses == [401, 401, 429, 429]
    assert {one.policy for one in workbench.access.limited()} == {"api", "guess"}


def test_logging_in_with_an_account(team: tuple[Workbench, TestClient]) -> None:
    workbench, client = team
    _, path = workbench.access.invite("eva")
    assert "account eva" in client.get(path).text
    weak = client.post(path, data={"password": "short"})
    assert "5 characters" in weak.text and "set-cookie" not in weak.headers
    done = client.post(path, data={"password": PASSWORD}, follow_redirects=False)
    cookie = done.headers["set-cookie"]
    assert {"HttpOnly", "Path=/", "SameSite=strict"} <= {p.strip() for p in cookie.split(";")}
    assert client.get(path).status_code == 410
    assert "Your account" in client.get("/api/session/account").text
    client.post("/api/session/end")
    assert workbench.access.sessions() == []
    wrong = client.post("/api/session", data={"name": "eva", "password": "wrong"})
    assert wrong.status_code == 401 and "is wrong" in wrong.text
    again = client.post(
        "/api/session",
        data={"name": "EVA", "password": PASSWORD, "next": "/records"},
        follow_redirects=False,
    )
    assert again.headers["location"] == "/records"


def test_what_may_not_be_imported_is_not_kept(open_workbench: Open) -> None:
    workbench = open_workbench(mode="team", imports_at_once=1)
    client = client_of(workbench)
    workbench.access.save_role("clerk", ["uploads.read", "uploads.write", "access.keys"])
    clerk = key_of(workbench, "cleo", "clerk", "read", "import")
    eva = {**key_of(workbench, "eva", "editor", "read", "import"), "idempotency-key": "one"}
    place, body = "uploads?commit=true&filename=a.csv&wait=30", b"name\nAda Lovelace\n"
    assert client.post(place, content=body, headers=clerk).status_code == 403
    with workbench.services.access.importing("eva"):
        for _ in range(2):
            assert client.post(place, content=body, headers=eva).status_code == 429
    assert workbench.uploads() == []
    assert client.post(place, content=body, headers=eva).status_code == 201
    with workbench.services.access.importing("eva"):
        again = client.post(place, content=body, headers=eva)
    assert again.status_code == 201 and again.headers["idempotency-replayed"] == "true"
