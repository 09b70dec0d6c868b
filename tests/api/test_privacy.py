"""What is known of a person, and forgetting them, over the API."""

from __future__ import annotations

from collections.abc import Callable

from starlette.testclient import TestClient

from core import Workbench
from tests.api.conftest import PEOPLE
from tests.api.test_access import key_of, team  # noqa: F401

Team = tuple[Workbench, TestClient]
NOBODY = "00000000-0000-7000-8000-000000000000"


def ada(workbench: Workbench) -> str:
    where = {"name": "Ada Lovelace"}
    return str(next(workbench.records(where=where).rows())["record_id"])


def test_look_export_forget_and_the_paper_again(
    workbench: Workbench, client: TestClient, upload: Callable[..., object]
) -> None:
    workbench.import_file(PEOPLE.encode(), filename="people.csv")
    place = f"datasets/celebrities/records/{ada(workbench)}"
    known = client.get(f"{place}/known").json()
    assert (known["live"], known["versions"], known["files"][0]["rows"]) == (True, 1, [1])
    assert client.get(f"{place}/person").json()["record"]["mbti"] == "INTJ"
    assert client.post(f"{place}/forget", json={"why": "x"}).status_code == 422
    done = client.post(f"{place}/forget", json={"reason": "asked"})
    assert done.status_code == 200, done.text
    paper = done.json()["paper"]
    assert "Reason: asked" in paper and "Lovelace" not in paper
    again = client.get(f"privacy/papers/{done.json()['forgotten_id']}")
    assert again.headers["content-type"].startswith("text/markdown") and again.text == paper
    assert client.get(place).status_code == 404
    assert "Lovelace" not in client.get(f"{place}/history").text
    assert "Lovelace" not in client.get(f"{place}/person").text
    restored = client.post(f"{place}/restore")
    assert (restored.status_code, "forgotten" in restored.json()["detail"]) == (409, True)


def test_nobody_and_while_a_file_comes_in(
    open_workbench: Callable[..., Workbench], client: TestClient, workbench: Workbench
) -> None:
    workbench.import_file(PEOPLE.encode(), filename="people.csv")
    for door in ("known", "person"):
        answer = client.get(f"datasets/celebrities/records/{NOBODY}/{door}")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    nobody = client.post(f"datasets/celebrities/records/{NOBODY}/forget", json={})
    assert nobody.status_code == 404
    assert client.get(f"privacy/papers/{NOBODY}").status_code == 404
    workbench.services.worker.stop()
    coming = workbench.receive(b"name\nSomebody Else\n", filename="next.csv")
    workbench.jobs.submit(coming.id)
    busy = client.post(f"datasets/celebrities/records/{ada(workbench)}/forget", json={})
    assert busy.status_code == 409 and "next.csv is being imported" in busy.json()["detail"]
    assert workbench.records.count() == 2


def test_who_may_not(team: Team) -> None:  # noqa: F811
    workbench, client = team
    workbench.import_file(PEOPLE.encode(), filename="people.csv")
    place = f"datasets/celebrities/records/{ada(workbench)}"
    workbench.access.save_role(
        "looks", ["records.read", "privacy.read", "access.self", "access.keys"]
    )
    steward = key_of(workbench, "stew", "steward", "read", "edit", "import")
    looks = key_of(workbench, "lou", "looks", "read", "edit", "import", "admin")
    for door in ("known", "person"):
        answer = client.get(f"{place}/{door}", headers=steward)
        assert (answer.status_code, answer.json()["permission"]) == (403, "privacy.read")
        assert client.get(f"{place}/{door}", headers=looks).status_code == 200
    for who in (steward, looks):
        answer = client.post(f"{place}/forget", json={}, headers=who)
        assert (answer.status_code, answer.json()["permission"]) == (403, "privacy.forget")
    assert workbench.records.count() == 2
