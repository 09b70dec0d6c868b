"""Resumable uploads by tus 1.0: a file in two parts, what the protocol asks for, and what is refused."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from starlette.testclient import TestClient

TUS = {"Tus-Resumable": "1.0.0"}
BYTES = {**TUS, "Content-Type": "application/offset+octet-stream"}
FILE = b"name,mbti\nAda Lovelace,INTJ\nGrace Hopper,ENTJ\n"


def described(**pairs: str) -> str:
    return ",".join(f"{k} {base64.b64encode(v.encode()).decode()}" for k, v in pairs.items())


def created(client: TestClient, size: int = len(FILE), **more: Any) -> str:
    described_ = described(filename="people.csv", dataset="celebrities", act="import")
    headers = {**TUS, "Upload-Length": str(size), "Upload-Metadata": described_}
    answer = client.post("/api/v1/tus", headers=headers, **more)
    assert answer.status_code == 201, answer.text
    return answer.headers["Location"]


def test_a_file_comes_in_parts_and_becomes_an_upload(client: TestClient) -> None:
    can = client.options("/api/v1/tus")
    assert can.status_code == 204 and can.headers["Tus-Version"] == "1.0.0"
    assert "creation-with-upload" in can.headers["Tus-Extension"]
    where = created(client)
    assert client.head(where, headers=TUS).headers["Upload-Offset"] == "0"
    first = client.patch(where, headers={**BYTES, "Upload-Offset": "0"}, content=FILE[:20])
    assert first.status_code == 204 and first.headers["Upload-Offset"] == "20"
    state = client.head(where, headers=TUS)
    assert (state.headers["Upload-Offset"], state.headers["Upload-Length"]) == ("20", "46")
    assert state.headers["Cache-Control"] == "no-store" and state.content == b""
    last = client.patch(where, headers={**BYTES, "Upload-Offset": "20"}, content=FILE[20:])
    assert last.status_code == 204 and last.headers["Upload-Offset"] == "46"
    upload = client.get(last.headers["Upload-Link"])
    assert upload.json()["filename"] == "people.csv"
    assert client.head(where).headers["Upload-Link"] == last.headers["Upload-Link"]


def test_the_bytes_may_come_with_the_beginning(client: TestClient) -> None:
    headers = {**BYTES, "Upload-Length": "46", "Upload-Metadata": described(filename="a.csv")}
    answer = client.post("/api/v1/tus", headers=headers, content=FILE)
    assert answer.status_code == 201 and answer.headers["Upload-Offset"] == "46"
    assert client.get(answer.headers["Upload-Link"]).json()["filename"] == "a.csv"


@pytest.mark.parametrize(
    "headers, content, status, code",
    [
        ({**BYTES, "Upload-Offset": "7"}, FILE, 409, "chunk_out_of_place"),
        ({**BYTES, "Upload-Offset": "0"}, FILE + b"more", 422, "input_error"),
        ({**TUS, "Upload-Offset": "0"}, FILE, 415, "unknown_format"),
        (BYTES, FILE, 422, "input_error"),
        (
            {**BYTES, "Upload-Offset": "0", "Tus-Resumable": "2.0.0"},
            FILE,
            412,
            "protocol_unknown",
        ),
    ],
    ids=["gap", "too many", "another type", "no offset", "another version"],
)
def test_what_does_not_fit_changes_nothing(
    client: TestClient, headers: dict[str, str], content: bytes, status: int, code: str
) -> None:
    where = created(client)
    answer = client.patch(where, headers=headers, content=content)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    if code == "protocol_unknown":
        assert answer.headers["Tus-Version"] == "1.0.0"
    assert client.head(where).headers["Upload-Offset"] == "0"
    assert client.delete(where, headers=TUS).status_code == 204
    assert client.head(where).status_code == 404


@pytest.mark.parametrize("given", ["filename !!", "act bm90aGluZw==", "mode eA=="])
def test_a_bad_description_of_a_file_names_what_is_wrong(client: TestClient, given: str) -> None:
    headers = {**TUS, "Upload-Length": "10", "Upload-Metadata": given}
    answer = client.post("/api/v1/tus", headers=headers)
    assert answer.status_code == 422
    assert given.split()[0] in answer.text
