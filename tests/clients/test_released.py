"""The client of the last release, made of its description, works against the present app."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from clients import generate
from tests.clients.test_journey import _url  # noqa: F401 - the fixture `url`

JOURNEY = """
import asyncio, json, sys
import marquee_client
from marquee_client import AsyncClient, Client
from marquee_client.codes import DuplicateUpload

url, folder, lists = sys.argv[1:]
assert marquee_client.__file__.startswith(folder), marquee_client.__file__
people = b"name,mbti\\nOld Ada,INTJ\\nOld Grace,INTP\\n"
told = {}
with Client(url) as api:
    brought = api.upload(people, filename="old.csv")
    told["new"] = brought["counts"]["new"]
    where = {"name.contains": "Old"}
    told["names"] = [r["name"] for r in api.records("celebrities", where, limit=1, sort="name")]
    one = next(iter(api.records("celebrities", where)))
    api.edit_record("celebrities", one["record_id"], body={"mbti": "ENTP"}, if_match="*")
    try:
        api.upload(people, filename="old.csv")
    except DuplicateUpload as error:
        told["refused"] = error.problem["code"]
    for name in lists.split(","):
        getattr(api, name)()
    job = api.rollback_upload(brought["id"], prefer="respond-async")
    told["reversed"] = api.get_job_result(api.wait(job["id"])["id"])["counts"]

async def awaited():
    async with AsyncClient(url) as api:
        return [r["name"] async for r in api.records("celebrities", where)]

told["left"] = asyncio.run(awaited())
print(json.dumps(told))
"""


def lists() -> list[str]:
    """The lists of the release that need neither an id nor a parameter."""
    paths = json.loads(generate.RELEASED.read_text("utf-8"))["paths"]
    asked = [each["get"] for path, each in paths.items() if "get" in each and "{" not in path]
    return [
        each["operationId"]
        for each in asked
        if each["operationId"].startswith("list_")
        and not any(p.get("required") for p in each.get("parameters", []))
    ]


def test_the_client_of_the_last_release_works(url: str, tmp_path: Path) -> None:
    package = generate.of_release(tmp_path / "released")
    code = f"import sys; sys.path.insert(0, {str(package.parent)!r})\n{JOURNEY}"
    done = subprocess.run(
        [sys.executable, "-c", code, url, str(package.parent), ",".join(lists())],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["new"] == 2 and told["names"] == ["Old Ada", "Old Grace"]
    assert told["refused"] == "duplicate_upload" and len(lists()) >= 10
    assert told["left"] == ["Old Ada"]  # edited since, so it is kept
    released = json.loads(generate.RELEASED.read_text("utf-8"))["info"]["version"]
    assert released in (package / "version.py").read_text("utf-8")
