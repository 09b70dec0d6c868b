"""HTTP as clients expect it: conditional reads, methods, forms of an answer, keys for requests, jobs in place of waiting."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pyarrow
import pyarrow.parquet
import pytest
from starlette.testclient import TestClient

from api.deprecating import ENDING, Ending
from core import Workbench
from core.errors import catalogue
from tests.api.conftest import PEOPLE, client_of, settings_in

HERE = "datasets/celebrities/records"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with Workbench(settings_in(tmp_path_factory.mktemp("http"))) as workbench:
        workbench.start()
        workbench.import_file([PEOPLE.encode()], filename="people.csv")
        yield client_of(workbench)


def record(client: TestClient, name: str = "Ada Lovelace") -> httpx.Response:
    found = client.get(HERE, params={"name": name}).json()["records"][0]
    return client.get(f"{HERE}/{found['record_id']}")


@pytest.mark.parametrize("place", [HERE, "uploads", "events", "datasets", "jobs"])
def test_what_a_client_has_is_not_sent_again(client: TestClient, place: str) -> None:
    first = client.get(place)
    again = client.get(place, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert client.get(place, headers={"If-None-Match": '"other"'}).status_code == 200


def test_a_change_ends_what_a_client_has(client: TestClient) -> None:
    tag = client.get(HERE).headers["ETag"]
    ada = record(client)
    address, seen = f"{HERE}/{ada.json()['record_id']}", ada.headers["ETag"]
    changed = client.patch(address, json={"tags": ["x"]}, headers={"If-Match": seen})
    assert changed.status_code == 200
    assert client.get(HERE, headers={"If-None-Match": tag}).status_code == 200


def test_every_address_says_its_methods(client: TestClient) -> None:
    one = client.options(f"{HERE}/{record(client).json()['record_id']}")
    assert one.status_code == 204
    assert one.headers["Allow"] == "GET, HEAD, PATCH, DELETE, OPTIONS"
    assert "application/merge-patch+json" in one.headers["Accept-Patch"]
    head = client.head(HERE)
    assert (head.status_code, head.content) == (200, b"") and head.headers["ETag"]
    assert client.options("nothing").status_code == 404


def test_a_merge_patch_is_taken(client: TestClient) -> None:
    ada = record(client)
    headers = {"If-Match": "*", "Content-Type": "application/merge-patch+json"}
    body = json.dumps({"description": "first", "tags": None})
    found = client.patch(f"{HERE}/{ada.json()['record_id']}", content=body, headers=headers)
    assert found.json()["description"] == "first" and found.json()["tags"] is None


def test_records_come_in_the_form_that_is_asked_for(client: TestClient) -> None:
    def ask(kind: str) -> bytes:
        answer = client.get(HERE, params={"sort": "name"}, headers={"Accept": kind})
        assert answer.status_code == 200
        assert answer.headers["content-type"].partition(";")[0] == kind
        return answer.content

    names = [json.loads(line)["name"] for line in ask("application/x-ndjson").splitlines()]
    assert names == ["Ada Lovelace", "周杰伦"]
    assert "Ada Lovelace" in ask("text/csv").decode("utf-8-sig")
    parquet = pyarrow.parquet.read_table(io.BytesIO(ask("application/vnd.apache.parquet")))
    arrow = pyarrow.ipc.open_stream(ask("application/vnd.apache.arrow.stream")).read_all()
    assert parquet.column("name").to_pylist() == arrow.column("name").to_pylist() == names
    assert client.get(HERE, headers={"Accept": "text/csv;q=0.1, application/json"}).json()


def test_the_audit_trail_tells_of_records_that_leave_as_a_file(tmp_path: Path) -> None:
    with Workbench(settings_in(tmp_path)) as workbench:
        workbench.import_file([PEOPLE.encode()], filename="people.csv")
        client = client_of(workbench)
        client.get(HERE)
        assert _exports(client) == 0
        client.get(HERE, headers={"Accept": "text/csv"})
        assert _exports(client) == 1


def _exports(client: TestClient) -> int:
    events = client.get("events?limit=200").json()["events"]
    return sum(event["kind"] == "access.taken" for event in events)


def test_texts_are_sorted_as_a_language_does_and_lists_by_their_elements(
    client: TestClient,
) -> None:
    rows = [{"name": n, "tags": t} for n, t in (("Zoe", "b;c"), ("Ötzi", "a"), ("Oda", "b"))]
    client.post("uploads?filename=s.json", content=json.dumps(rows).encode())

    def names(sort: str) -> list[str]:
        found, where = [], f"{HERE}?limit=1&name.in=Zoe,Ötzi,Oda&sort={sort}"
        while where:
            page = client.get(where).json()
            found += [each["name"] for each in page["records"]]
            where = page["next"]
        return found

    assert names("name:de") == ["Oda", "Ötzi", "Zoe"]
    assert names("name:sv") == ["Oda", "Zoe", "Ötzi"]
    assert names("-name:sv") == ["Ötzi", "Zoe", "Oda"]
    assert names("tags") == ["Ötzi", "Oda", "Zoe"]
    assert names("-tags,name") == ["Zoe", "Oda", "Ötzi"]
    for wrong in ("name:klingon", "birth_date:de", "name:de:sv"):
        assert client.get(HERE, params={"sort": wrong}).status_code == 400


def test_an_answer_is_packed_when_the_client_can_unpack_it(client: TestClient) -> None:
    for kind in ("gzip", "br", "zstd"):
        answer = client.get("datasets/celebrities", headers={"Accept-Encoding": kind})
        assert answer.headers["Content-Encoding"] == kind
        assert "Accept-Encoding" in answer.headers["Vary"]


def test_a_request_with_a_key_is_done_once(client: TestClient) -> None:
    address = f"{HERE}/{record(client).json()['record_id']}"
    headers = {"If-Match": "*", "Idempotency-Key": "edit-1"}
    first = client.patch(address, json={"mbti": "INFJ"}, headers=headers)
    again = client.patch(address, json={"mbti": "INFJ"}, headers=headers)
    assert (again.json(), again.headers["ETag"]) == (first.json(), first.headers["ETag"])
    assert again.headers["Idempotency-Replayed"] == "true"
    other = client.patch(address, json={"mbti": "INTP"}, headers=headers)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_mismatch")


def test_a_refused_request_leaves_no_key(client: TestClient) -> None:
    address = f"{HERE}/{record(client).json()['record_id']}"
    headers = {"If-Match": "*", "Idempotency-Key": "edit-2"}
    assert client.patch(address, json={"mbti": "never"}, headers=headers).status_code == 422
    done = client.patch(address, json={"mbti": "INTJ"}, headers=headers)
    assert done.status_code == 200 and "Idempotency-Replayed" not in done.headers
    assert client.patch(address, json={}, headers={"Idempotency-Key": "k" * 256}).status_code == 422


def test_many_records_are_changed_each_for_itself(client: TestClient) -> None:
    ada, jay = (record(client, name).json() for name in ("Ada Lovelace", "周杰伦"))
    items = [
        {"record_id": ada["record_id"], "values": {"gender": "female"}},
        {"record_id": jay["record_id"], "values": {"birth_date": "no date"}},
        {"record_id": jay["record_id"], "op": "delete", "version": jay["_version"]},
        {"record_id": "01a20616-6fd8-7b92-9bad-b28eef4cd136", "op": "delete"},
    ]
    answer = client.post(f"{HERE}/bulk", json={"items": items}).json()
    assert [each["status"] for each in answer["results"]] == [200, 422, 204, 404]
    assert (answer["done"], answer["refused"]) == (2, 2)
    assert answer["results"][1]["error"]["code"] == "bad_value"
    gone = client.get("datasets/celebrities/deleted").json()["records"]
    assert [each["fields"]["name"] for each in gone] == ["周杰伦"]
    back = {"items": [{"record_id": jay["record_id"], "op": "restore"}]}
    assert client.post(f"{HERE}/bulk", json=back).json()["done"] == 1


def test_a_program_follows_the_changes(client: TestClient) -> None:
    where, cursor = "datasets/celebrities/changes?limit=1", ""
    seen = []
    while where:
        page = client.get(where).json()
        seen += [(c["act"], c["record_id"], c["version"]) for c in page["changes"]]
        cursor, where = page["cursor"] or cursor, page["next"]
    assert seen == sorted(set(seen)) and seen[-1][0] == page["last"]
    client.patch(
        f"{HERE}/{record(client).json()['record_id']}",
        json={"source": "feed"},
        headers={"If-Match": "*"},
    )
    lines = client.get(
        "datasets/celebrities/changes",
        params={"after": cursor},
        headers={"Accept": "application/x-ndjson"},
    )
    (line,) = [json.loads(each) for each in lines.text.splitlines()]
    assert line["fields"] == [{"field": "source", "old": None, "new": "feed"}]
    for wrong in ("x", "-1", "1.2.3", "9" * 30):
        assert client.get(f"datasets/celebrities/changes?after={wrong}").status_code == 400


def wait_for(client: TestClient, answer: httpx.Response) -> httpx.Response:
    assert answer.status_code == 202 and answer.headers["Retry-After"] == "1"
    for _ in range(400):
        job = client.get(answer.headers["Location"]).json()
        if job["status"] not in ("queued", "running"):
            return client.get(job["links"]["result"])
    raise AssertionError(job)


def test_long_work_is_done_by_a_job_on_wish(client: TestClient) -> None:
    wish = {"Prefer": "respond-async"}
    check = wait_for(client, client.get("check", headers=wish)).json()
    assert check["ok"] is True
    made = client.post("uploads?filename=more.csv", content=b"name\nGrace Hopper\n").json()
    upload = f"uploads/{made['id']}"
    taken = wait_for(client, client.post(f"{upload}/rollback", headers=wish)).json()
    assert taken["counts"]["reversed"] == 1 and taken["id"]
    again = client.post("uploads?filename=n.csv", content=b"name\nN N\n", headers=wish)
    assert again.status_code == 202


def test_the_audit_trail_is_verified(client: TestClient) -> None:
    found = client.post("events/verification").json()
    assert (
        found["ok"] and found["events"] == client.get("events?limit=1").json()["events"][0]["seq"]
    )


def test_an_original_is_fetched_in_parts(client: TestClient) -> None:
    upload = client.get("uploads?kind=import&limit=1000").json()["uploads"][-1]
    part = client.get(f"uploads/{upload['id']}/original", headers={"Range": "bytes=5-9"})
    assert (part.status_code, part.content) == (206, PEOPLE.encode()[5:10])


def test_every_error_has_a_page(client: TestClient) -> None:
    listed = client.get("/api/problems").json()["problems"]
    assert {each["code"] for each in listed} == {kind.code for kind in catalogue()}
    assert all(each["what"] and each["why"] and each["todo"] for each in listed)
    told = client.get("nothing").json()
    page = client.get(told["type"], headers={"Accept": "text/html"})
    assert "<h1>Not found</h1>" in page.text and "What to do" in page.text
    assert client.get("/api/problems/none").status_code == 404


def test_use_is_counted_by_route_and_names_nobody(client: TestClient) -> None:
    def counted() -> dict[str, dict[str, Any]]:
        routes = client.get("monitoring/usage").json()["routes"]
        return {r["route"]: r for r in routes if r["method"] == "GET"}

    before = counted()
    client.get(HERE, headers={"User-Agent": "marquee-client-python/0.1.0 eva@example.org"})
    client.get(f"{HERE}/01a20616-6fd8-7b92-9bad-b28eef4cd136")
    after = counted()
    many, one = "/v1/datasets/{dataset}/records", "/v1/datasets/{dataset}/records/{record_id}"
    new = [after[r]["requests"] - before.get(r, {"requests": 0})["requests"] for r in (many, one)]
    assert new == [1, 1]
    assert "marquee-client-python/0.1.0" in after[many]["programs"]
    assert "eva" not in json.dumps(after)
    assert after[one]["refused"] >= 1 and 0 < after[many]["p50"] <= after[many]["p95"]


def test_what_will_go_says_so(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    end = Ending(date(2026, 1, 1), date(2026, 7, 1), "/docs/api-governance")
    monkeypatch.setitem(ENDING, "list_jobs", end)
    answer = client.get("jobs")
    assert answer.headers["Deprecation"] == "@1767225600"
    assert answer.headers["Sunset"] == "Wed, 01 Jul 2026 00:00:00 GMT"
    assert "Deprecation" not in client.get("uploads").headers


def test_only_some_fields_and_totals_are_answered_on_wish(client: TestClient) -> None:
    answer = client.get("uploads?fields=id,status&count=true&limit=1").json()
    assert answer["total"] >= 1 == len(answer["uploads"]) and set(answer["uploads"][0]) == {
        "id",
        "status",
    }
    one = client.get(f"uploads/{answer['uploads'][0]['id']}?fields=filename")
    assert set(one.json()) == {"filename"} and one.headers["etag"]
    jobs = client.get("jobs?count=true&limit=1").json()
    assert jobs["total"] >= len(jobs["jobs"]) and "next" in jobs
    assert client.get("events?count=true&limit=1").json()["total"] >= 1
    refused = client.get("uploads?fields=nothing")
    assert refused.status_code == 400 and "Fields here: id" in refused.json()["hint"]
    assert client.post("events/verification?fields=ok").status_code == 422
