"""Records typed, undone and counted over the API; saved views."""

from __future__ import annotations

from starlette.testclient import TestClient


def test_a_record_is_typed_changed_and_brought_back(client: TestClient) -> None:
    base = "datasets/celebrities"
    made = client.post(f"{base}/records", json={"name": "Ada Lovelace", "mbti": "intj"})
    assert made.status_code == 201 and made.json()["mbti"] == "INTJ"
    it = made.json()["record_id"]
    wrong = client.post(f"{base}/records", json={"name": "Bob", "mbti": "XXXX"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "bad_value")
    seen = {"If-Match": made.headers["ETag"]}
    assert (
        client.patch(f"{base}/records/{it}", json={"mbti": "ENFP"}, headers=seen).status_code == 200
    )
    undone = client.post(f"{base}/records/{it}/undo", params={"version": 2})
    assert undone.json()["mbti"] == "INTJ" and undone.headers["ETag"] == '"3"'
    back = client.post(f"{base}/records/{it}/back", params={"version": 2})
    assert back.json()["mbti"] == "ENFP"
    figures = client.get(f"{base}/statistics", params={"fields": "mbti,gender"}).json()["fields"]
    assert {f["field"]: (f["filled"], f["top"]) for f in figures} == {
        "mbti": (1, [["ENFP", 1]]),
        "gender": (0, []),
    }
    client.put(f"{base}/views/Mine", json={"definition": {"q": "ada"}})
    assert client.get(f"{base}/views").json()["views"][0]["definition"] == {"q": "ada"}
    assert client.delete(f"{base}/views/Mine").status_code == 204
