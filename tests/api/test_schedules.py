"""Schedules over the API."""

from __future__ import annotations

import time
from pathlib import Path

from starlette.testclient import TestClient


def test_a_schedule_is_made_run_paused_and_removed(client: TestClient, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "one.csv").write_text("name,mbti\nAda Lovelace,INTJ\n", "utf-8")
    body = {
        "name": "Nightly",
        "dataset": "celebrities",
        "place": {"kind": "folder", "folder": str(folder), "pattern": "*.csv"},
        "rhythm": {"at": "04:30", "zone": "Europe/Berlin"},
    }
    assert client.post("schedules/try", json=body).json() == {"files": ["one.csv"]}
    made = client.post("schedules", json=body)
    assert made.status_code == 201 and made.json()["next_at"].endswith("Z")
    assert "every day at 04:30 (Europe/Berlin)" in made.json()["sentence"]
    assert client.post("schedules", json=body).status_code == 409
    wrong = {**body, "name": "x", "rhythm": {"zone": "Mars/Base"}}
    assert client.post("schedules", json=wrong).status_code == 422
    assert client.post("schedules/Nightly/run").status_code == 202
    end = time.monotonic() + 60
    while (run := client.get("schedules/Nightly/runs").json()["runs"][0])["ended_at"] is None:
        assert time.monotonic() < end
        time.sleep(0.02)
    assert (run["status"], run["files"], len(run["uploads"])) == ("done", 1, 1)
    assert client.post("schedules/Nightly/pause").json()["next_at"] is None
    assert client.post("schedules/Nightly/resume").json()["next_at"] is not None
    changed = client.put("schedules/Nightly", json={**body, "act": "preview"}).json()
    assert changed["definition"]["act"] == "preview" and changed["id"] == made.json()["id"]
    assert client.delete("schedules/Nightly").status_code == 204
    assert client.get("schedules").json() == {"schedules": []}
