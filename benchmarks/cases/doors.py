"""Through the real server, over HTTP: its start, an upload, and reading by API."""

from __future__ import annotations

import time
from itertools import cycle
from typing import Any

from benchmarks.cases.case import DATASET, Case, Work, timed
from benchmarks.server import PATIENCE, Client, Server

RECORDS = f"/api/v1/datasets/{DATASET}/records"
LIMIT = 10 * PATIENCE


def start(work: Work) -> dict[str, Any]:
    """Until health answers and the HTML of the first page came."""
    with Server(work.folder) as server:
        return {"seconds": server.started, "cpu_seconds": server.cpu_seconds()}


def upload(work: Work) -> dict[str, Any]:
    """The file by POST into an empty dataset, until the answer says that it is imported."""
    file = work.files.path("people")
    with Server(work.folder) as server:
        client, used = Client(server.port), server.cpu_seconds()
        begin = time.perf_counter()
        status, answer = client.send(f"/api/v1/uploads?filename={file.name}&wait=60", file)
        while status == 202 and time.perf_counter() - begin < LIMIT:
            time.sleep(0.05)
            job = client.json(f"/api/v1/jobs/{answer['id']}")
            if job["status"] not in ("queued", "running"):
                status, answer = 201, client.json(f"/api/v1/uploads/{job['upload_id']}")
        seconds = time.perf_counter() - begin
        if status != 201 or answer["status"] != "imported":
            raise RuntimeError(f"{status}: {answer}")
        cpu = server.cpu_seconds() - used
    return {"seconds": seconds, "cpu_seconds": cpu, "rows": answer["counts"]["rows"]}


def read(work: Work) -> dict[str, Any]:
    """Pages and single records over one kept connection."""
    with Server(work.folder) as server:
        client = Client(server.port)
        first = client.json(f"{RECORDS}?limit=1000")["records"]
        one = cycle([record["record_id"] for record in first[:: max(len(first) // 60, 1)]])
        cursor = [""]

        def follow() -> None:
            page = client.json(f"{RECORDS}?limit=100{cursor[0]}")
            cursor[0] = f"&cursor={page['cursor']}" if page["cursor"] else ""

        calls = {
            "api, one record": lambda: client.json(f"{RECORDS}/{next(one)}"),
            "api, page": follow,
        }
        return {"calls": {name: timed(call) for name, call in calls.items()}}


CASES = (
    Case("start", "Start of the server to the first page", start, (), None),
    Case("api upload", "Upload of the CSV file through the API, until it is imported", upload),
    Case("api read", "Reading through the API", read, (), None),
)
CALLS = {
    "api, one record": "One record by its id, through the API",
    "api, page": "Page of 100 records through the API, by cursor",
}
