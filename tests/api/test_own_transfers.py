"""Large files by keys with the scope `import` alone, or for some datasets: refused before they are kept, or answered."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import pytest
from starlette.testclient import TestClient

from core import Workbench
from core.errors import Forbidden
from tests.api.conftest import client_of
from tests.api.test_own_uploads import Open, key_of

BOOKS = b"title,isbn,pages\n" + b"".join(b"Book %d,978-%07d,%d\n" % (n, n, n) for n in range(30))
SMALL = b"name,mbti\nAda Lovelace,INTJ\n"


@pytest.fixture(name="team")
def _team(open_workbench: Open) -> tuple[Workbench, TestClient]:
    workbench = open_workbench(mode="team")
    return workbench, client_of(workbench)


def sent(client: TestClient, headers: dict[str, str], data: bytes = SMALL, **options: Any) -> Any:
    """A whole file in one chunk: the answer to its end."""
    body = {"filename": "people.csv", "size": len(data), **options}
    begun = client.post("transfers", json=body, headers=headers)
    assert begun.status_code == 201, begun.text
    place = f"transfers/{begun.json()['id']}"
    params = {"offset": 0, "sha256": hashlib.sha256(data).hexdigest()}
    assert client.put(place, params=params, content=data, headers=headers).status_code == 200
    assert client.get(place, headers=headers).json()["received"] == len(data)
    return client.post(f"{place}/finish", headers=headers)


def test_a_key_that_imports_sends_a_file_in_chunks(team: tuple[Workbench, TestClient]) -> None:
    workbench, client = team
    eva, bob = key_of(workbench, "eva", "import"), key_of(workbench, "bob", "import")
    done = sent(client, eva, act="import")
    assert done.status_code == 201, done.text
    upload = done.json()["upload"]
    assert client.get(f"uploads/{upload['id']}", headers=eva).status_code == 200
    body = {"filename": "people.csv", "size": len(SMALL)}
    place = f"transfers/{client.post('transfers', json=body, headers=eva).json()['id']}"
    params = {"offset": 0, "sha256": hashlib.sha256(SMALL).hexdigest()}
    answers = [
        client.get(place, headers=bob),
        client.put(place, params=params, content=SMALL, headers=bob),
        client.post(f"{place}/finish", headers=bob),
        client.delete(place, headers=bob),
        client.get("transfers", headers=eva),
    ]
    assert [answer.status_code for answer in answers] == [403] * 5
    assert [t.received for t in workbench.transfers()] == [0]
    assert client.delete(place, headers=eva).status_code == 204


def test_a_key_that_imports_sends_a_file_by_tus(team: tuple[Workbench, TestClient]) -> None:
    workbench, client = team
    eva = key_of(workbench, "eva", "import") | {"Tus-Resumable": "1.0.0"}
    name = base64.b64encode(b"people.csv").decode()
    begin = {"Upload-Length": str(len(SMALL)), "Upload-Metadata": f"filename {name}"}
    where = client.post("/api/v1/tus", headers=eva | begin).headers["Location"]
    part = eva | {"Content-Type": "application/offset+octet-stream"}
    first = client.patch(where, headers=part | {"Upload-Offset": "0"}, content=SMALL[:9])
    assert first.status_code == 204, first.text
    assert client.head(where, headers=eva).headers["Upload-Offset"] == "9"
    last = client.patch(where, headers=part | {"Upload-Offset": "9"}, content=SMALL[9:])
    assert last.status_code == 204, last.text
    assert client.get(last.headers["Upload-Link"], headers=eva).status_code == 200


def test_a_key_that_imports_says_what_a_file_is_for(team: tuple[Workbench, TestClient]) -> None:
    workbench, client = team
    eva, bob = key_of(workbench, "eva", "import"), key_of(workbench, "bob", "import")
    entry = sent(client, eva, BOOKS).json()
    assert entry["state"] == "asks"
    place = f"uploads/{entry['upload']['id']}/dataset"
    assert client.put(place, json={"dataset": "celebrities"}, headers=bob).status_code == 403
    placed = client.put(place, json={"dataset": "celebrities"}, headers=eva)
    assert placed.json()["upload"]["dataset"] == "celebrities"


def test_what_could_not_be_told_is_not_kept(team: tuple[Workbench, TestClient]) -> None:
    """By a transfer, an address, the queue: refused before the first byte is kept."""
    workbench, client = team
    held = ["uploads.write", "uploads.import", "access.keys"]
    workbench.access.save_role("blind", held)
    eva = key_of(workbench, "eva", "read", "import", role="blind")
    asked: list[tuple[str, dict[str, Any]]] = [
        ("transfers", {"filename": "a.csv", "size": 9, "dataset": "celebrities"}),
        ("transfers", {"filename": "a.csv", "size": 9}),
        ("uploads/fetch", {"url": "http://127.0.0.1:9/a.csv"}),
    ]
    for path, body in asked:
        assert client.post(path, json=body, headers=eva).status_code == 403, path
    workbench.access.save_role("blind", [*held, "uploads.read"])  # the jobs are in the answer, too
    path, body = asked[-1]
    assert client.post(path, json=body, headers=eva).status_code == 403
    workbench.access.save_role("blind", held)
    actor = workbench.services.access.actor(workbench.access.get("eva"), "page")
    source = workbench.settings.data_dir.parent / "a.csv"
    source.write_bytes(SMALL)
    for dataset in (None, "celebrities"):
        with pytest.raises(Forbidden):
            workbench.acting_as(actor).queue.add(source, dataset=dataset)
    nothing_is_kept(workbench)


def test_what_may_not_be_imported_does_not_begin(team: tuple[Workbench, TestClient]) -> None:
    workbench, client = team
    held = "uploads.write uploads.read jobs.read access.keys access.self".split()
    workbench.access.save_role("bringer", held)
    eva = key_of(workbench, "eva", "read", "import", role="bringer")
    body = {"filename": "a.csv", "size": 9, "dataset": "celebrities", "act": "import"}
    assert client.post("transfers", json=body, headers=eva).status_code == 403
    actor = workbench.services.access.actor(workbench.access.get("eva"), "page")
    source = workbench.settings.data_dir.parent / "a.csv"
    source.write_bytes(SMALL)
    with pytest.raises(Forbidden):
        workbench.acting_as(actor).queue.add(source, dataset="celebrities", act="import")
    nothing_is_kept(workbench)
    assert client.post("transfers", json=body | {"act": "preview"}, headers=eva).status_code == 201


def nothing_is_kept(workbench: Workbench) -> None:
    raw = workbench.corridor.folder / "raw"
    assert workbench.transfers() == [] and workbench.uploads() == []
    assert [path for path in raw.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("scopes", [("read", "import"), ("import",)])
def test_a_key_for_some_datasets_sends_files_for_them(
    team: tuple[Workbench, TestClient], scopes: tuple[str, ...]
) -> None:
    workbench, client = team
    eva = key_of(workbench, "eva", *scopes, datasets=("celebrities",))
    elsewhere = key_of(workbench, "bob", "read", "import", datasets=("people",))
    body = {"filename": "a.csv", "size": len(SMALL), "dataset": "celebrities"}
    assert client.post("transfers", json=body, headers=elsewhere).status_code == 403
    assert sent(client, eva, dataset="celebrities").status_code == 201
    undecided = {"filename": "a.csv", "size": len(SMALL)}  # the content could be for another one
    assert client.post("transfers", json=undecided, headers=eva).status_code == 403
    assert workbench.transfers() == []
