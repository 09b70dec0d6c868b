"""The grid of an open upload: seen, fixed, undone."""

from __future__ import annotations

from collections.abc import Callable

import httpx2 as httpx
from starlette.testclient import TestClient

Send = Callable[..., httpx.Response]
MIXED = "name,mbti\nAda Lovelace,INTJ\nBob,XXXX\nCid,xxxx\nDan,XXXX\n"


def test_cells_are_fixed_before_the_import(client: TestClient, upload: Send) -> None:
    it = upload(content=MIXED, commit="false").json()["id"]
    base = f"uploads/{it}"
    grid = client.get(f"{base}/grid", params={"severity": "error"}).json()
    assert (grid["total"], grid["all"], [r["row"] for r in grid["rows"]]) == (3, 4, [2, 3, 4])
    assert grid["rows"][0]["cells"] == {"0": "Bob", "1": "XXXX"}
    assert grid["rows"][0]["marks"][0] | {"expected": ""} == {
        "column": 1,
        "field": "mbti",
        "rule": "choices",
        "severity": "error",
        "title": "MBTI is not one of the allowed values",
        "expected": "",
        "repair": None,
    }
    body = {"column": "mbti", "found": ["XXXX"], "text": "INTP", "dry_run": True}
    assert client.post(f"{base}/fixes/all", json=body).json()["cells"] == 2
    done = client.post(f"{base}/fixes", json={"rows": {"3": {"mbti": "ENFJ"}}}).json()
    assert (done["cells"], done["errors"], done["standing"]["undo"]) == (1, 2, True)
    assert client.post(f"{base}/fixes/undo").json()["errors"] == 3
    assert client.post(f"{base}/fixes/redo").json()["errors"] == 2
    swap = {"find": "XXXX", "text": "INTP", "column": "mbti"}
    assert client.post(f"{base}/fixes/replace", json=swap).json()["errors"] == 0
    facet = client.get(f"{base}/facet", params={"column": "mbti"}).json()
    assert facet["texts"][0] == {"text": "INTP", "count": 2, "kind": "value"}
    assert client.get(f"{base}/clusters", params={"column": "name"}).json() == {"clusters": []}
    assert client.post(f"{base}/fixes", json={"rows": {"9": {"mbti": "x"}}}).status_code == 404


def test_an_upload_that_is_imported_has_no_grid(client: TestClient, upload: Send) -> None:
    it = upload().json()["id"]
    assert client.get(f"uploads/{it}/grid").status_code == 409


def test_rows_are_decided_in_the_preview(client: TestClient, upload: Send) -> None:
    upload(content="name,mbti,birth_date\nAda,INTJ,1990\nAda,INTP,1980\nBob,ENTP,\n")
    it = upload(content="name,mbti\nAda,ISFP\nBob,ISFJ\nCid,ESTP\n", commit="false").json()["id"]
    base = f"uploads/{it}"
    assert client.get(f"{base}/decisions").json()["changing"] == {"mbti": 1}
    (conflict,) = client.get(f"{base}/conflicts").json()["conflicts"]
    assert [r["apart"] for r in conflict["records"]] == ["1990", "1980"]
    body = {"rows": {"1": conflict["records"][1]["record_id"], "3": "leave"}}
    body["kept_fields"] = ["birth_date"]  # type: ignore[assignment]
    done = client.put(f"{base}/decisions", json=body).json()
    assert (done["counts"]["changed"], done["counts"]["rejected"]) == (2, 1)
    assert done["rows"] == body["rows"] and done["kept_fields"] == ["birth_date"]
    body = {"outcome": "changed", "choice": "leave"}
    assert client.put(f"{base}/decisions", json=body).json()["counts"]["rejected"] == 3
    assert client.put(f"{base}/decisions", json={"rows": {"1": "maybe"}}).status_code == 422
    # Neither half means all or nothing, nor does null alone, which would do nothing.
    for half in ({"outcome": "changed"}, {"choice": "leave"}, {"choice": None}):
        refused = client.put(f"{base}/decisions", json=half)
        assert refused.status_code == 422 and "needs a" in refused.text
    assert client.get(f"{base}/decisions").json()["rows"] != {}
    body = {"outcome": "changed", "choice": None}  # type: ignore[dict-item]
    assert client.put(f"{base}/decisions", json=body).json()["rows"] == {}
