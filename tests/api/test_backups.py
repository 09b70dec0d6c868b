"""Backups and the check over HTTP."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from core import Workbench
from core.backups.folder import Folder
from core.backups.restoring import verify
from core.settings import Settings
from tests.api.conftest import client_of


def _made(client: TestClient, **query: Any) -> dict[str, Any]:
    answer = client.post("backups", params=query)
    assert answer.status_code == 202
    where = answer.headers["location"]
    while (job := client.get(where).json())["status"] in ("queued", "running"):
        time.sleep(0.05)
    assert job["status"] == "done" and job["upload_id"] is None and job["kind"] == "backup"
    newest: dict[str, Any] = client.get("backups").json()["backups"][0]
    return newest


def test_make_list_verify_download(
    client: TestClient, workbench: Workbench, upload: Callable[..., Any], tmp_path: Path
) -> None:
    upload()
    before = client.get("backups").json()
    assert before["backups"] == [] and before["worry"] is None and not before["scheduled"]
    made = _made(client)
    assert made["records"] == 2 and made["test_passed"] is True
    assert made["size"] > 0 and made["made_at"].endswith("Z")
    assert client.get(made["links"]["self"]).json() == made
    assert client.post(made["links"]["verify"]).json()["ok"] is True

    answer = client.get(made["links"]["download"])
    assert answer.headers["content-disposition"].startswith("attachment")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        archive.extractall(tmp_path / "elsewhere")
    assert verify(Folder(tmp_path / "elsewhere"), made["name"]).ok

    first = client.get(made["links"]["files"]).json()["files"][0]
    part = client.get(first["link"], headers={"Range": "bytes=3-9"})
    assert part.status_code == 206 and part.headers["content-range"].endswith(f"/{first['size']}")
    assert part.content == client.get(first["link"]).content[3:10]
    assert client.get(f"{made['links']['files']}/..%2f..%2fetc").status_code == 404

    next(workbench.backups.folder.path.glob("parts/*/*")).unlink()
    broken = client.post(made["links"]["verify"]).json()
    assert broken["ok"] is False and "missing" in broken["wrong"][0]


def test_a_copy_in_one_file(client: TestClient, upload: Callable[..., Any]) -> None:
    upload()
    assert _made(client, format="duckdb")["format"] == "duckdb"
    assert client.post("backups?format=exe").status_code == 422


def test_the_database_is_named_by_its_whole_path(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: Settings
) -> None:
    """The command line asks whether it means the same one, from whatever folder."""
    monkeypatch.chdir(tmp_path)
    near = settings.model_copy(update={"database": Path("near.duckdb")})
    with Workbench.open(settings=near) as wb:
        assert client_of(wb).get("backups").json()["database"] == str(
            (tmp_path / "near.duckdb").resolve()
        )


def test_names_are_looked_up_never_followed(client: TestClient) -> None:
    for name in ("nonsense", "..%2f..%2fetc", "%2e%2e", "20260101T000000Z"):
        assert client.get(f"backups/{name}").status_code == 404
        assert client.get(f"backups/{name}/download").status_code == 404
        assert client.post(f"backups/{name}/verify").status_code == 404


def test_check(client: TestClient, workbench: Workbench, upload: Callable[..., Any]) -> None:
    upload()
    sound = client.get("check?deep=true").json()
    assert sound["ok"] and sound["deep"] and sound["findings"] == []
    assert sound["looked"]["records"] == 2
    workbench.database.write(lambda c: c.execute("DELETE FROM ops.ledger"))
    found = client.get("check").json()
    assert not found["ok"]
    assert [f["code"] for f in found["findings"]] == ["not_in_ledger"]
    assert found["findings"][0]["action"]
