"""Bringing files: raw and as a form, previewed, imported, refused, taken back, exactly once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from starlette.testclient import TestClient

from core import Workbench
from core.errors import DiskFull, ManyDeletions
from core.ingest import importing
from core.ingest.rows import promise
from tests.api.conftest import PEOPLE, client_of

Send = Callable[..., httpx.Response]
MIXED = "name,mbti\nAda Lovelace,INTJ\n=cmd(),XXXX\nGrace Hopper,ENTP\n"


def raw_files(workbench: Workbench) -> list[Path]:
    folder = workbench.settings.data_dir / "raw"
    return [p for p in folder.rglob("*") if p.is_file()]


def test_a_raw_body_is_imported(client: TestClient, upload: Send, workbench: Workbench) -> None:
    answer = upload()
    assert answer.status_code == 201
    found = answer.json()
    assert found["status"] == "imported" and found["counts"]["new"] == 2
    assert found["door"] == "api" and found["created_at"].endswith("Z")
    assert [c["field"] for c in found["mapping"]] == ["name", "birth_date", "mbti"]
    assert {d["name"] for d in found["decisions"]} >= {"format", "encoding", "delimiter"}
    assert answer.headers["location"] == found["links"]["self"]
    for name in ("self", "problems", "changes", "job", "original", "quarantine"):
        assert client.get(found["links"][name]).status_code == 200, name
    assert workbench.count() == 2


def test_the_answer_says_what_is_doubtful(upload: Send) -> None:
    rows = "name,nationality,birth_date\nAda Roth,Korea,1980\nBo Roth,Chile,1990\n"
    (doubt,) = upload(rows).json()["doubts"]
    assert (doubt["about"], doubt["rule"], doubt["count"], doubt["question"]) == (
        "nationality",
        "meanings",
        1,
        True,
    )
    assert upload().json()["doubts"] == []


def test_no_content_type_and_any_content_type(upload: Send) -> None:
    assert upload(headers={"content-type": ""}).status_code == 201
    odd = upload(MIXED, headers={"content-type": "application/x-www-form-urlencoded"})
    assert odd.status_code == 201


def test_a_form(client: TestClient, workbench: Workbench) -> None:
    files = {"file": ('列表 "x".csv', PEOPLE.encode(), "text/csv")}
    answer = client.post("uploads", files=files, data={"source": "agency", "commit": "false"})
    assert answer.status_code == 201, answer.text
    found = answer.json()
    assert found["status"] == "previewed" and found["source"] == "agency"
    assert found["filename"].startswith("列表") and workbench.count() == 0


@pytest.mark.parametrize(
    ("query", "files", "data", "status"),
    [
        ({}, {"other": b"x"}, {}, 422),
        ({}, {"file": b"name\nA\n"}, {"mode": "nonsense"}, 422),
        ({}, {"file": b"name\nA\n"}, {"no_such": "x"}, 422),
        ({}, {"file": b"name\nA\n"}, {"dataset": "nobody"}, 404),
        ({}, {"file": b"name\nA\n"}, {"source": "x" * 70_000}, 422),
        ({"dataset": "nobody"}, {"file": b"name\nA\n"}, {}, 404),
    ],
)
def test_bad_forms(
    client: TestClient, query: Any, files: Any, data: Any, status: int, workbench: Workbench
) -> None:
    answer = client.post("uploads", params=query, files=files, data=data)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert workbench.uploads() == []


def test_a_form_cut_short_leaves_nothing(client: TestClient, workbench: Workbench) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\nname\nAda'
    kind = {"content-type": "multipart/form-data; boundary=x"}
    answer = client.post("uploads", content=body, headers=kind)
    assert answer.status_code == 422 and raw_files(workbench) == []
    assert client.post("uploads", content=b"x", headers={"content-type": "multipart/form-data"})
    noise = client.post("uploads", content=b"\0\1nonsense", headers=kind)
    assert noise.status_code == 422 and noise.json()["code"] == "input_error"


def test_two_files_in_a_form(client: TestClient, workbench: Workbench) -> None:
    files = [("file", ("a.csv", b"name\nA\n")), ("file", ("b.csv", b"name\nB\n"))]
    answer = client.post("uploads", files=files)
    assert answer.status_code == 422 and "two parts" in answer.json()["detail"]
    assert raw_files(workbench) == []


def test_preview_then_commit(client: TestClient, upload: Send, workbench: Workbench) -> None:
    found = upload(MIXED, commit=False).json()
    assert found["status"] == "previewed" and workbench.count() == 0
    assert found["counts"]["new"] == 2 and found["counts"]["rejected"] == 1
    base = f"uploads/{found['id']}"
    problems = client.get(f"{base}/problems").json()["problems"]
    assert problems[0]["field"] == "mbti" and problems[0]["examples"][0]["row"] == 2
    seen = client.get(f"{base}/changes").json()
    assert seen["stage"] == "preview"
    assert [c["outcome"] for c in seen["changes"]] == ["new", "new", "rejected"]
    assert seen["changes"][2]["cells"] == ["=cmd()", "XXXX"]
    done = client.post(f"{base}/commit")
    assert done.status_code == 200 and done.json()["status"] == "imported"
    assert done.json()["waiting"] == 1 and workbench.count() == 2
    again = client.post(f"{base}/commit")
    assert (again.status_code, again.json()["code"]) == (409, "wrong_state")


def test_changes_page_over_all_outcomes(client: TestClient, upload: Send) -> None:
    base = f"uploads/{upload(MIXED, commit=False).json()['id']}"
    where, rows = f"{base}/changes?limit=1", []
    while where:
        page = client.get(where).json()
        rows += [c["row"] for c in page["changes"]]
        where = page["next"]
    assert rows == [1, 3, 2]
    assert client.get(f"{base}/changes?outcome=rejected").json()["changes"][0]["row"] == 2
    assert client.get(f"{base}/changes?outcome=nonsense").status_code == 422


def test_changes_after_the_import_tell_old_and_new(client: TestClient, upload: Send) -> None:
    upload()
    found = upload("name,birth_date,mbti\nAda Lovelace,1815-12-10,INFJ\nNew One,,\n").json()
    seen = client.get(f"uploads/{found['id']}/changes").json()
    assert seen["stage"] == "history"
    first, second = seen["changes"]
    assert (first["outcome"], first["title"], first["version"]) == ("changed", "Ada Lovelace", 2)
    assert first["fields"] == [{"field": "mbti", "old": "INTJ", "new": "INFJ"}]
    assert (second["outcome"], second["row"]) == ("new", 2)
    # A later edit does not change what this upload is said to have done.
    record = f"datasets/celebrities/records/{first['record_id']}"
    client.patch(record, json={"mbti": "ENTP"}, headers={"if-match": "*"})
    again = client.get(f"uploads/{found['id']}/changes?outcome=changed").json()["changes"]
    assert again[0]["fields"] == first["fields"]
    assert client.get(f"uploads/{found['id']}/changes?outcome=rejected").status_code == 400


def test_commit_with_another_mapping(
    client: TestClient, upload: Send, workbench: Workbench
) -> None:
    found = upload("Name,Notes\nAda,first\n", commit=False).json()
    body = {"mapping": {"Notes": "description"}, "recipe": [{"op": "upper", "field": "name"}]}
    done = client.post(f"uploads/{found['id']}/commit", json=body)
    assert done.status_code == 200, done.text
    (record,) = workbench.records(fields=["name", "description"]).rows()
    assert record == {"name": "ADA", "description": "first"}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"mapping": {"Nope": "name"}}, "bad_mapping"),
        ({"mapping": {"name": "nope"}}, "bad_mapping"),
        ({"recipe": [{"op": "upper"}]}, "input_error"),
        ({"recipe": [{"op": "upper", "field": "nope"}]}, "bad_recipe"),
        ({"mode": "nonsense"}, "input_error"),
        ({"unknown": 1}, "input_error"),
    ],
)
def test_bad_commits_change_nothing(
    client: TestClient, upload: Send, workbench: Workbench, body: Any, code: str
) -> None:
    found = upload(commit=False).json()
    answer = client.post(f"uploads/{found['id']}/commit", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, code), answer.text
    assert workbench.upload(found["id"]).status == "previewed" and workbench.count() == 0


def test_a_stale_preview(client: TestClient, upload: Send, workbench: Workbench) -> None:
    found = upload(commit=False).json()
    upload("name,birth_date\nAda Lovelace,1815-12-10\n")
    answer = client.post(f"uploads/{found['id']}/commit")
    assert (answer.status_code, answer.json()["code"]) == (409, "stale_preview")
    assert answer.json()["upload_id"] == found["id"] and workbench.count() == 1
    done = client.post(f"uploads/{found['id']}/commit").json()
    assert (done["counts"]["new"], done["counts"]["changed"]) == (1, 1)


def test_all_or_nothing_and_the_way_out(client: TestClient, upload: Send) -> None:
    answer = upload(MIXED, on_error="refuse")
    assert (answer.status_code, answer.json()["code"]) == (422, "held_back")
    base = f"uploads/{answer.json()['upload_id']}"
    assert client.get(base).json()["status"] == "rejected"
    done = client.post(f"{base}/commit", json={"on_error": "quarantine"})
    assert done.status_code == 200 and done.json()["counts"]["new"] == 2


def test_duplicates(client: TestClient, upload: Send) -> None:
    first = upload().json()
    again = upload(filename="other.csv")
    assert (again.status_code, again.json()["code"]) == (409, "duplicate_upload")
    assert again.json()["upload_id"] == first["id"]
    assert client.get(again.json()["upload"]).json()["id"] == first["id"]
    assert upload(force=True).json()["counts"]["unchanged"] == 2


def test_a_broken_file_is_told_with_its_upload(client: TestClient, upload: Send) -> None:
    answer = upload('{"celebrities": [{"name": "Ada"', filename="people.json")
    assert (answer.status_code, answer.json()["code"]) == (422, "broken_file"), answer.text
    found = client.get(answer.json()["upload"]).json()
    assert found["status"] == "failed" and found["error"]["code"] == "broken_file"
    kept = client.get(found["links"]["original"])
    assert kept.text == '{"celebrities": [{"name": "Ada"'


def test_reading_is_overridden(upload: Send, workbench: Workbench) -> None:
    text = "a comment\nname#mbti\nAda#INTJ\n"
    found = upload(text, delimiter="#", header=2).json()
    assert found["counts"]["new"] == 1 and workbench.count(where={"mbti": "INTJ"}) == 1
    assert upload("name\nB\n", encoding="klingon").json()["code"] == "bad_override"
    assert upload("name\nB\n", header=-1).status_code == 422


def test_requeue_and_rollback(client: TestClient, upload: Send, workbench: Workbench) -> None:
    base = f"uploads/{upload(MIXED).json()['id']}"
    fixed = client.post(f"{base}/requeue", json={"rows": {"2": {"name": "Bob", "mbti": "INFJ"}}})
    assert fixed.status_code == 200 and fixed.json()["waiting"] == 0
    assert workbench.count() == 3
    missing = client.post(f"{base}/requeue", json={"rows": {"99": {"name": "x"}}})
    assert (missing.status_code, missing.json()["code"]) == (404, "not_found")
    dry = client.post(f"{base}/rollback?dry_run=true").json()
    assert dry["dry_run"] and dry["id"] is None and dry["counts"]["reversed"] == 3
    assert workbench.count() == 3
    done = client.post(f"{base}/rollback?limit=1").json()
    assert len(done["reversed"]) == 1 and done["counts"]["reversed"] == 3
    assert workbench.count() == 0
    again = client.post(f"{base}/rollback")
    assert (again.status_code, again.json()["code"]) == (409, "wrong_state")
    kinds = [u["kind"] for u in client.get("uploads").json()["uploads"]]
    assert kinds == ["rollback", "import"]


def test_cancel(client: TestClient, upload: Send, workbench: Workbench) -> None:
    found = upload(commit=False).json()
    done = client.post(f"uploads/{found['id']}/cancel")
    assert done.status_code == 200 and done.json()["status"] == "cancelled"
    imported = upload("name\nB\n").json()
    answer = client.post(f"uploads/{imported['id']}/cancel")
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")


def test_lists_page_and_filter(client: TestClient, upload: Send) -> None:
    ids = [upload(f"name\nP{n}\n", commit=n % 2 == 0).json()["id"] for n in range(5)]
    where, seen = "uploads?limit=2", []
    while where:
        page = client.get(where).json()
        seen += [u["id"] for u in page["uploads"]]
        where = page["next"]
    assert seen == ids[::-1]
    open_ = client.get("uploads?status=previewed&dataset=celebrities&kind=import").json()
    assert {u["id"] for u in open_["uploads"]} == {ids[1], ids[3]}
    assert client.get("uploads?status=nonsense").status_code == 422
    assert client.get("uploads?limit=1001").status_code == 422


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b.csv", "a\\b.csv", "..", "a\0b", "NUL"])
def test_names_that_leave_their_folder(upload: Send, workbench: Workbench, name: str) -> None:
    answer = upload(filename=name)
    assert (answer.status_code, answer.json()["code"]) == (400, "unsafe_path")
    assert raw_files(workbench) == [] and workbench.uploads() == []


@pytest.mark.parametrize(
    "name",
    ['a"; filename=evil.exe; x=".csv', "a\r\nSet-Cookie: x=1\r\n.csv", "名簿 é.csv", "a%22b.csv"],
)
def test_a_name_stays_within_its_header(client: TestClient, upload: Send, name: str) -> None:
    found = upload(filename=name).json()
    answer = client.get(found["links"]["original"])
    assert "set-cookie" not in answer.headers
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-type"] == "application/octet-stream"
    told = answer.headers["content-disposition"]
    assert told.startswith('attachment; filename="') and told.count('"') == 2
    assert "filename=evil" not in told.split('"')[2]
    decoded = httpx.QueryParams("x=" + told.rpartition("''")[2])["x"]
    assert decoded == found["filename"] and answer.text == PEOPLE


def test_quarantine_is_harmless_in_a_spreadsheet(client: TestClient, upload: Send) -> None:
    text = 'name,mbti,row\n=cmd(),XXXX,7\n"+49 30, 1",YYYY,8\nAda,INTJ,9\n'
    found = upload(text).json()
    answer = client.get(found["links"]["quarantine"])
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "_row,line,problems,name,mbti,row"
    assert lines[1].startswith("1,2,") and lines[1].endswith(",'=cmd(),XXXX,7")
    assert '"\'+49 30, 1",YYYY,8' in lines[2] and len(lines) == 3
    assert answer.headers["content-disposition"].startswith("attachment")


def test_too_large(open_workbench: Callable[..., Workbench]) -> None:
    small = open_workbench(max_file_mb=1)
    client = client_of(small)
    for headers in ({}, {"content-type": "multipart/form-data; boundary=x"}):
        start = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'

        def body() -> Any:
            yield start if headers else b"name\n"
            for _ in range(40):
                yield b"x" * 100_000

        answer = client.post("uploads", content=body(), headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (413, "file_too_large")
    told = client.post("uploads", content=b"x" * 5_000_000)
    assert told.status_code == 413 and told.json()["limit"] == 1_000_000
    assert raw_files(small) == [] and small.uploads() == []


def test_a_long_import_goes_on_as_a_job(client: TestClient, upload: Send) -> None:
    text = "name,mbti\n" + "".join(f"Person {n},INTJ\n" for n in range(20_000))
    answer = upload(text, wait=0)
    assert answer.status_code == 202
    where = answer.headers["location"]
    assert client.get(where).json()["upload_id"] == answer.json()["upload_id"]
    deadline = time.monotonic() + 60
    while (job := client.get(where).json())["status"] in ("queued", "running"):
        assert time.monotonic() < deadline
        assert 0 <= job["share"] <= 1
        time.sleep(0.05)
    assert (job["status"], job["rows_done"], job["share"]) == ("done", 20_000, 1.0)
    assert client.get(job["links"]["upload"]).json()["counts"]["new"] == 20_000


# ------------------------------------------------------------------ exactly once


def test_a_key_answers_the_same_upload_again(upload: Send, workbench: Workbench) -> None:
    key = {"headers": {"idempotency-key": "monday 1"}}
    first, again = upload(**key), upload(**key)
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    for other in ({"filename": "b.csv"}, {"mode": "insert"}, {"content": "name\nB\n"}):
        answer = upload(**other, **key)
        assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_mismatch")
    assert len(workbench.uploads()) == 1


def test_a_key_replays_a_failure(upload: Send, workbench: Workbench) -> None:
    key = {"headers": {"idempotency-key": "k"}}
    first, again = upload("", **key), upload("", **key)
    assert first.status_code == again.status_code == 422
    assert first.json() == again.json() and first.json()["code"] == "empty_file"
    assert again.headers["idempotency-replayed"] == "true" and len(workbench.uploads()) == 1


def test_a_key_tries_again_what_failed_for_want_of_a_disk(
    upload: Send, workbench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_given: object) -> None:
        raise DiskFull("nothing is left")

    key = {"headers": {"idempotency-key": "k"}}
    with monkeypatch.context() as patch:
        patch.setattr(promise, "check", full)
        first = upload(**key)
        assert (first.status_code, first.json()["code"]) == (507, "disk_full")
    again = upload(**key)
    assert (again.status_code, again.json()["status"]) == (201, "imported")
    assert again.json()["id"] == first.json()["upload_id"] and workbench.count() == 2
    assert again.headers["idempotency-replayed"] == "true"


def test_a_refused_request_leaves_its_key_free(upload: Send) -> None:
    upload()
    key = {"headers": {"idempotency-key": "k"}}
    assert upload(**key).status_code == 409
    assert upload(**key, force=True).status_code == 201


@pytest.mark.parametrize("key", ["", "x" * 256, "tab\there"])
def test_odd_keys_are_refused(upload: Send, key: str) -> None:
    answer = upload(headers={"idempotency-key": key})
    assert (answer.status_code, answer.json()["code"]) == (422, "input_error")


def test_twenty_at_once_with_one_key(workbench: Workbench) -> None:
    together = threading.Barrier(20)

    def send(_: int) -> httpx.Response:
        client = client_of(workbench)
        together.wait()
        headers = {"idempotency-key": "race"}
        return client.post("uploads?filename=p.csv", content=PEOPLE.encode(), headers=headers)

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(send, range(20)))
    assert {a.status_code for a in answers} == {201}, [a.text for a in answers]
    assert len({a.json()["id"] for a in answers}) == 1
    assert sum("idempotency-replayed" not in a.headers for a in answers) == 1
    assert len(workbench.uploads()) == 1 and workbench.count() == 2
    assert len(workbench.jobs()) == 1


def test_many_deletions_are_confirmed(
    client: TestClient, upload: Send, workbench: Workbench
) -> None:
    first = "name,mbti\n" + "".join(f"Person {chr(65 + n)},INTJ\n" for n in range(20))
    assert upload(first, source="list").status_code == 201
    most = first.replace("Person A,INTJ\n", "")
    assert upload(most, source="list", mode="replace").json()["counts"]["deleted"] == 1
    half = first[: len(first) // 2].rpartition("\n")[0] + "\n"
    refused = upload(half, source="list", mode="replace")
    told = refused.json()
    assert (refused.status_code, told["code"]) == (422, "many_deletions")
    assert "of the 19 records that this source brought would be deleted" in told["detail"]
    assert "confirm_deletions" in told["hint"] and workbench.count() == told["of_source"] == 19
    again = client.post(f"uploads/{told['upload_id']}/commit")
    assert (again.status_code, again.json()["code"]) == (422, "many_deletions")
    done = client.post(f"uploads/{told['upload_id']}/commit", json={"confirm_deletions": True})
    assert (done.status_code, done.json()["counts"]["deleted"]) == (200, told["deleted"])
    last = upload("name\nPerson B\n", source="list", mode="replace", confirm_deletions=True)
    assert last.status_code == 201 and workbench.count() == 1


def test_many_deletions_are_asked_about_at_every_door_but_in_python(workbench: Workbench) -> None:
    page, folder = workbench.through("page", "eva"), workbench.through("folder")
    workbench.import_file([b"name\nAda\nBo\n"], filename="a.csv", source_name="list")
    given: Any = {"filename": "b.csv", "source_name": "list", "mode": "replace"}
    with pytest.raises(ManyDeletions):
        folder.import_file([b"name\nAda\nCy\n"], **given)
    waits = workbench.uploads()[0]
    assert (waits.status, waits.error and waits.error["code"]) == ("rejected", "many_deletions")
    with pytest.raises(ManyDeletions):
        page.commit(page.preview(waits.id).id)
    assert page.commit(waits.id, confirm_deletions=True).counts.deleted == 1
    assert workbench.import_file([b"name\nDi\n"], **given).counts.deleted == 2


def test_a_confirmation_holds_for_one_act(
    client: TestClient, workbench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What failed for another reason is asked about again: by then more records may go."""
    workbench.import_file([b"name\nAda\nBo\n"], filename="a.csv", source_name="list")
    given: Any = {"filename": "b.csv", "source_name": "list", "mode": "replace"}
    it = workbench.preview([b"name\nAda\n"], **given).id

    def full(*_: object) -> None:
        raise DiskFull("no room")

    with monkeypatch.context() as patch:
        patch.setattr(importing, "_write", full)
        failed = client.post(f"uploads/{it}/commit", json={"confirm_deletions": True})
    assert failed.json()["code"] == "disk_full"
    assert client.post(f"uploads/{it}/commit").json()["code"] == "many_deletions"
    assert workbench.count() == 2


def test_rows_of_a_preview_are_filtered_and_counted(client: TestClient, upload: Send) -> None:
    upload("name,mbti\nAnn,INTJ\nBob,INTP\n")
    text = "name,mbti,description\nAnn,ISFP,\nBob,INTP,b\nCid,ESTP,c\nCid,,d\n"
    base = f"/api/v1/uploads/{upload(text, commit=False).json()['id']}/changes"
    seen = client.get(base, params={"count": True, "limit": 1}).json()
    assert (seen["total"], len(seen["changes"])) == (4, 1)
    only = client.get(base, params={"field": "mbti", "count": True}).json()
    assert (only["total"], [c["title"] for c in only["changes"]]) == (1, ["Ann"])
    assert [c["title"] for c in client.get(base, params={"search": "bÓb"}).json()["changes"]] == [
        "Bob"
    ]
    told = client.get(base, params={"field": "nothing"})
    assert told.status_code == 400 and "mbti" in told.json()["hint"]


def test_which_row_of_a_person_counts_by_the_api(client: TestClient, upload: Send) -> None:
    text = "name,birth_date,mbti\nAda,1815-12-10,INTJ\nAda,1815-12-10,INTP\n"
    base = f"/api/v1/uploads/{upload(text, commit=False).json()['id']}"
    told = client.put(f"{base}/decisions", json={"rows": {"1": "counts"}}).json()
    assert told["rows"] == {"1": "counts"} and told["counts"]["repeated"] == 1
    assert client.get(f"{base}/changes?outcome=repeated").json()["changes"][0]["row"] == 2
    body = {"outcome": "repeated", "choice": "last"}
    assert client.put(f"{base}/decisions", json=body).json()["rows"] == {"2": "counts"}


def test_effects_of_steps_before_they_are_kept(client: TestClient, upload: Send) -> None:
    base = (
        f"/api/v1/uploads/{upload('name,mbti' + chr(10) + 'ann,INTJ', commit=False).json()['id']}"
    )
    step = {"op": "case", "value": "upper", "columns": ["name"]}
    told = client.post(f"{base}/effects", json={"table_steps": [step]}).json()
    assert told["table"][0]["cells"] == 1 and told["table"][0]["examples"] == [
        ["name", "ann", "ANN"]
    ]
    assert client.get(f"{base}/effects").json()["table"] == []  # nothing is kept
    gone = {"op": "trim", "columns": ["nowhere"]}
    told = client.post(f"{base}/effects", json={"table_steps": [gone]}).json()
    assert "nowhere" in told["table"][0]["error"]
    bad = client.post(f"{base}/effects", json={"steps": [{"op": "case", "field": "nofield"}]})
    assert bad.status_code == 422
