"""What a client of the API does: reads much, searches, and changes a record now and then.

Also by hand: `locust -f benchmarks/api/locustfile.py --host http://localhost:8501`.
"""

from __future__ import annotations

import os
import random
import uuid
from typing import Any

from locust import HttpUser, between, task

RECORDS = "/api/v1/datasets/celebrities/records"
WORDS = ("ada", "grace", "jay", "japan singer", "lovelac", "mei lin")


class Client(HttpUser):  # type: ignore[misc]
    """A program with one connection."""

    wait_time = between(0.2, 1.0)

    def on_start(self) -> None:
        """Know some records, and carry the key."""
        if key := os.environ.get("MARQUEE_API_TOKEN"):
            self.client.headers["Authorization"] = f"Bearer {key}"
        page = self.client.get(f"{RECORDS}?limit=100&fields=record_id", name="page of 100").json()
        self.ids = [record["record_id"] for record in page["records"]]

    @task(10)
    def read_one(self) -> None:
        """One record by its id."""
        self.client.get(f"{RECORDS}/{self._one()}", name="one record")

    @task(6)
    def read_page(self) -> None:
        """A page of 100, in an order."""
        self.client.get(f"{RECORDS}?limit=100&sort=name", name="page of 100")

    @task(4)
    def search(self) -> None:
        """A search by words."""
        path = "/api/v1/datasets/celebrities/search"
        self.client.get(path, params={"q": random.choice(WORDS)}, name="search")  # nosec B311

    @task(2)
    def edit(self) -> None:
        """One field of a record."""
        self._sent("patch", f"{RECORDS}/{self._one()}", {"mbti": random.choice(("INTJ", "ENFP"))})

    @task(1)
    def bring(self) -> None:
        """A small file, imported."""
        name = uuid.uuid4().hex
        self.client.post(
            "/api/v1/uploads?filename=locust.csv", data=f"name\nLocust {name}\n", name="upload"
        )

    def _sent(self, method: str, path: str, body: Any) -> None:
        headers = {"If-Match": "*", "Idempotency-Key": str(uuid.uuid4())}
        self.client.request(method, path, json=body, headers=headers, name="edit")

    def _one(self) -> str:
        return str(random.choice(self.ids))  # nosec B311
