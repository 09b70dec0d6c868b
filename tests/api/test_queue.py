"""The queue and chunks over the API: as a program with a broken connection uses them."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable

from starlette.testclient import TestClient

from core import Workbench
from tests.api.conftest import client_of

DATA = b"name,mbti\n" + b"".join(b"Person %d,INTJ\n" % n for n in range(500))


def send(client: TestClient, it: str, begin: int, end: int, **headers: str) -> int:
    piece = DATA[begin:end]
    params = {"offset": begin, "sha256": hashlib.sha256(piece).hexdigest()}
    return client.put(f"transfers/{it}", params=params, content=piece, headers=headers).status_code


def settled(client: TestClient) -> list[dict[str, object]]:
    end = time.monotonic() + 60
    while True:
        found: list[dict[str, object]] = client.get("queue").json()["entries"]
        if all(e["state"] not in ("waiting", "working") for e in found):
            return found
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_file_in_chunks_is_imported_from_the_queue(client: TestClient) -> None:
    began = client.post("transfers", json={"filename": "people.csv", "size": len(DATA)})
    assert began.status_code == 201
    it = began.json()["id"]
    assert send(client, it, 0, 3_000) == 200
    lost = client.put(
        f"transfers/{it}", params={"offset": 3_000, "sha256": "0" * 64}, content=DATA[3_000:4_000]
    )
    assert (lost.status_code, lost.json()["code"]) == (422, "broken_chunk")
    ahead = client.put(
        f"transfers/{it}", params={"offset": 5_000, "crc32": "0" * 8}, content=DATA[5_000:]
    )
    assert (ahead.status_code, ahead.json()["received"]) == (409, 3_000)
    assert client.post(f"transfers/{it}/finish").json()["code"] == "wrong_state"
    assert client.get("transfers").json()["transfers"][0]["received"] == 3_000
    assert send(client, it, 3_000, len(DATA)) == 200
    done = client.post(f"transfers/{it}/finish")
    assert done.status_code == 201 and done.json()["upload"]["dataset"] == "celebrities"
    (entry,) = settled(client)
    assert entry["state"] == "ready"
    assert client.post("queue/import").json()["uploads"] == [done.json()["upload"]["id"]]
    assert settled(client)[0]["state"] == "imported"
    assert client.post("queue/discard").json()["uploads"] and not settled(client)
    assert client.delete(f"transfers/{it}").status_code == 204
    assert client.get(f"transfers/{it}").status_code == 404


def test_books_become_a_dataset_of_their_own(client: TestClient) -> None:
    rows = "".join(f"Book {n},978-{n:07d},{n + 90}\n" for n in range(30))
    data = f"title,isbn,pages\n{rows}".encode()
    began = client.post("transfers", json={"filename": "books.csv", "size": len(data)}).json()
    sha = hashlib.sha256(data).hexdigest()
    client.put(f"transfers/{began['id']}", params={"offset": 0, "sha256": sha}, content=data)
    entry = client.post(f"transfers/{began['id']}/finish").json()
    assert entry["state"] == "asks" and not entry["proposals"][0]["fits"]
    it = entry["upload"]["id"]
    assert client.get(f"uploads/{it}/sheets").json() == {"sheets": []}
    placed = client.put(f"uploads/{it}/dataset", json={"new": True}).json()
    assert placed["upload"]["dataset"] == "books"
    assert settled(client)[0]["state"] == "ready"
    fits = client.get(f"uploads/{it}/proposals").json()["proposals"][0]
    assert fits["dataset"] == "books" and fits["fits"]


def test_a_ticket_of_a_page_sends_files_and_nothing_else(
    open_workbench: Callable[..., Workbench],
) -> None:
    workbench = open_workbench(api_token="a-token-of-some-length")
    ticket = {"Marquee-Ticket": workbench.transfers.ticket()}
    client = client_of(workbench)
    body = {"filename": "people.csv", "size": len(DATA)}
    assert client.post("transfers", json=body).status_code == 401
    began = client.post("transfers", json=body, headers=ticket)
    assert began.status_code == 201
    assert send(client, began.json()["id"], 0, len(DATA), **ticket) == 200
    assert client.get("uploads", headers=ticket).status_code == 401
    wrong = {"Marquee-Ticket": "another"}
    assert client.post("transfers", json=body, headers=wrong).status_code == 401
