"""Keys with the scope `import` alone, or for some datasets: they see what became of files that they may bring, and no record."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from core import Workbench
from core.datasets.model import from_dict
from tests.api.conftest import client_of

Open = Callable[..., Workbench]
HEAD = "name,name_en,birth_date,description\n"
THERE = (
    "周杰伦,Jay Chou,1979-01-18,Poète\nMei Sato,,1950-01-02,\nMei Sato,,1951-03-04,\n"
    "Old Name,,1900-05-06,\n"
)
MINE = "周杰伦,,1979-01-18,poete\nJay Chou,,1979-01-18,\nMei Sato,,,somebody\n"
HIDDEN = ("1950-01-02", "1951-03-04", "Old Name", "Poète")  # nothing of it stands in MINE


@pytest.fixture(name="team")
def _team(open_workbench: Open) -> tuple[Workbench, TestClient]:
    workbench = open_workbench(mode="team")
    return workbench, client_of(workbench)


def key_of(
    workbench: Workbench,
    name: str,
    *scopes: str,
    role: str = "editor",
    datasets: tuple[str, ...] = (),
) -> dict[str, str]:
    """The header of a new key of a new account."""
    workbench.access.invite(name, role)
    actor = workbench.services.access.actor(workbench.access.get(name), "page")
    made = workbench.acting_as(actor).access.make_key("a program", scopes, datasets=datasets)
    return {"authorization": f"Bearer {made[1]}"}


def records(workbench: Workbench, folder: Path) -> list[str]:
    """Records that somebody else brought; gives their ids."""
    path = folder / "there.csv"
    path.write_text(HEAD + THERE, "utf-8")
    workbench.import_file(path, source_name="press")
    return [str(row["record_id"]) for row in workbench.records().rows()]


def brought(client: TestClient, headers: dict[str, str], **query: Any) -> dict[str, Any]:
    """The upload of MINE."""
    given = {"filename": "mine.csv", "dataset": "celebrities", "commit": False, **query}
    made = client.post("uploads", params=given, content=(HEAD + MINE).encode(), headers=headers)
    assert made.status_code == 201, made.text
    return dict(made.json())


def seen(
    client: TestClient, headers: dict[str, str], upload: str, hidden: tuple[str, ...]
) -> set[str]:
    """The addresses below an upload that answer a key; none of them, and no refusal, has a word of `hidden`."""
    found = set()
    described = client.get("/api/openapi.json", headers=headers).json()["paths"]
    below = {
        p: item["get"] for p, item in described.items() if "{upload_id}" in p and "get" in item
    }
    more = ("", "?outcome=changed", "?outcome=deleted&count=true")
    for path, operation in below.items():
        asked = [p["name"] for p in operation["parameters"] if p["in"] == "query" and p["required"]]
        needed = "?" + "&".join(f"{name}=name" for name in asked)
        for query in more if path.endswith("/changes") else (needed,):
            answer = client.get(f"/api{path.format(upload_id=upload)}{query}", headers=headers)
            assert not [word for word in hidden if word in answer.text], (path, answer.text)
            if answer.status_code != 403:
                found.add(path.partition("{upload_id}")[2])
    return found


def test_a_key_that_imports_sees_no_record(
    team: tuple[Workbench, TestClient], tmp_path: Path
) -> None:
    workbench, client = team
    hidden = (*HIDDEN, *records(workbench, tmp_path))
    eva = key_of(workbench, "eva", "import")
    shown = {"", "/problems", "/quarantine.csv", "/quarantine.xlsx"}
    upload = brought(client, eva, mode="replace", source="press")
    assert upload["counts"]["conflicting"] == 1 and upload["counts"]["deleted"]
    assert seen(client, eva, upload["id"], hidden) == shown
    problems = client.get(f"uploads/{upload['id']}/problems", headers=eva).json()["problems"]
    counted = {p["rule"]: (p["count"], p["examples"]) for p in problems}
    assert counted["kept"] == counted["possible_duplicate"] == (1, [])
    whole = {p.rule: p.examples for p in workbench.uploads.problems(upload["id"])}
    assert whole["kept"] and whole["possible_duplicate"], "whoever sees records sees them"
    done = brought(client, eva, commit=True, force=True)
    assert done["status"] == "imported" and done["waiting"] == 1
    assert seen(client, eva, done["id"], hidden) == shown
    assert "Mei Sato" in client.get(f"uploads/{done['id']}/quarantine.csv", headers=eva).text
    refused = client.get(f"uploads/{done['id']}/changes", headers=eva).json()
    assert "datasets" not in refused["detail"] and "`read`" in refused["hint"]
    reader = key_of(workbench, "ria", "read")
    assert client.get(f"uploads/{done['id']}/changes", headers=reader).status_code == 200


def test_who_is_not_told_changes_nothing(
    team: tuple[Workbench, TestClient], tmp_path: Path
) -> None:
    workbench, client = team
    records(workbench, tmp_path)
    eva, bob = key_of(workbench, "eva", "import"), key_of(workbench, "bob", "import")
    mine = f"uploads/{brought(client, eva)['id']}"
    for act in ("commit", "cancel"):
        assert client.post(f"{mine}/{act}", headers=bob).status_code == 403
    body = {"rows": {"1": "leave"}}
    assert client.put(f"{mine}/decisions", json=body, headers=eva).status_code == 403
    (upload,) = workbench.uploads(status="previewed")
    assert workbench.decisions(upload.id) == {}
    assert client.post(f"{mine}/cancel", headers=eva).json()["status"] == "cancelled"
    assert client.get(f"{mine}/changes", headers=eva).status_code == 403
    assert workbench.uploads.get(upload.id).status == "cancelled", "looking does not open it again"


def test_what_is_taken_back_is_counted_and_not_named(team: tuple[Workbench, TestClient]) -> None:
    workbench, client = team
    eva = key_of(workbench, "eva", "import", role="steward")
    ria = key_of(workbench, "ria", "read", "import", role="steward")
    place = f"uploads/{brought(client, eva, commit=True)['id']}/rollback?dry_run=true"
    counted = client.post(place, headers=eva).json()
    named = client.post(place, headers=ria).json()
    assert counted["counts"] == named["counts"] and named["counts"]["reversed"] == 3
    assert counted["reversed"] == [] and len(named["reversed"]) == 3


@pytest.mark.parametrize("scopes", [("read", "import"), ("import",)])
def test_a_key_for_some_datasets_is_answered(
    team: tuple[Workbench, TestClient], scopes: tuple[str, ...]
) -> None:
    workbench, client = team
    eva = key_of(workbench, "eva", *scopes, datasets=("celebrities",))
    elsewhere = key_of(workbench, "bob", "read", "import", datasets=("people",))
    made = brought(client, eva, commit=True)
    assert made["status"] == "imported"
    assert client.get(f"jobs/{made['job']}", headers=eva).json()["status"] == "done"
    assert client.get(f"jobs/{made['job']}", headers=elsewhere).status_code == 403


def test_who_sees_a_part_of_another_dataset_is_answered(
    team: tuple[Workbench, TestClient],
) -> None:
    workbench, client = team
    fields = [{"name": "name"}, {"name": "city"}]
    workbench.datasets.save(
        from_dict({"name": "people", "fields": fields, "key": {"fields": ["name"]}})
    )
    held = "uploads.read uploads.write uploads.import jobs.read access.keys access.self".split()
    workbench.access.save_role("clerk", held)
    workbench.access.save_rules("clerk", "people", {"hidden": ["city"]})
    eva = key_of(workbench, "eva", "read", "import", role="clerk")
    made = brought(client, eva, commit=True)
    assert made["status"] == "imported"
    assert client.get(f"jobs/{made['job']}", headers=eva).status_code == 200
    upload = workbench.receive([b"name,city\nBo,Oslo\n"], dataset="people", filename="b.csv")
    job = workbench.jobs.submit(upload.id)
    assert client.get(f"jobs/{job.id}", headers=eva).status_code == 403
