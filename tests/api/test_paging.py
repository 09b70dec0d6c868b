"""Lists by pages: one item at a time gives every item once, in the order of the whole list, and `count` says how many."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from core import Workbench
from core.history.events import now
from core.monitoring import kept as monitored
from core.observe.faults import Seen
from core.schedules import kept as scheduled
from core.storage.ids import new_id
from core.storage.store import Connection
from core.webhooks import deliveries
from tests.api.conftest import client_of, settings_in

HERE = "datasets/celebrities"
ROWS = (
    "name,birth_date,gender,nationality,mbti\nAda Lovelace,1815-12-10,female,Japan,\n"
    "Ada Lovelase,1815-12-10,female,Japan,\nAda,1990,,,\nAda,1980,,,\nBob,1970,,,INTJ\nCid,1971,,,INTJ\n"
    "Mei Sato,1950-01-02,female,Kenya,\nMei Satoh,1950-01-02,female,Kenya,\n"
    "Dan,1960,,,\nDan,1961,,,\n"
    "Tom Becker,1944-05-06,male,Chile,\nTom Beckert,1944-05-06,male,Chile,\n"
    "Rosa Lind,1933-03-04,female,Peru,\nRosa Lindt,1933-03-04,female,Peru,\n"
)
PLACE = {"kind": "folder", "folder": "in", "pattern": "*.csv"}


@pytest.fixture(name="client", scope="module")
def _client(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Iterator[TestClient]:
    """Every list has at least two items."""
    settings = settings_in(tmp_path_factory.mktemp("paging"))
    settings.database.parent.mkdir(parents=True)
    shutil.copyfile(empty_database, settings.database)
    with Workbench.open(settings=settings) as workbench:
        workbench.start()
        client = client_of(workbench)
        _fill(client, workbench)
        yield client


def _fill(client: TestClient, workbench: Workbench) -> None:
    client.post("uploads?filename=people.csv", content=ROWS.encode())
    for name in ("Bob", "Cid"):
        [one] = client.get(f"{HERE}/records?name={name}").json()["records"]
        head = {"If-Match": f'"{one["_version"]}"'}
        assert client.delete(f"{HERE}/records/{one['record_id']}", headers=head).status_code == 204
    for _ in range(2):
        assert client.post(f"{HERE}/matches/run").status_code == 200
    for pair in client.get(f"{HERE}/matches").json()["pairs"][:2]:
        client.post(f"{HERE}/matches/{pair['id']}/decision", json={"verdict": "different"})
    body = {"name": "Nightly", "dataset": "celebrities", "place": PLACE, "rhythm": {"at": "04:30"}}
    schedule = client.post("schedules", json=body).json()["id"]
    workbench.services.database.write(lambda c: _write(c, schedule))


def _write(connection: Connection, schedule: str) -> None:
    hook = new_id()
    for number in range(3):
        scheduled.begin(connection, schedule, None, "asked", now() - timedelta(days=number))
        deliveries.add(connection, hook, "webhook.test", {"number": number})
        seen = Seen(f"print {number}", "ValueError", "a fault", (), 0.0, float(number))
        monitored.write_errors(connection, [(seen, 1)])
    connection.execute(
        "UPDATE ops.webhook_deliveries SET status = 'delivered'"
    )  # not sent anywhere


def walked(client: TestClient, address: str, items: str) -> Iterator[Any]:
    """Page by page, of one item each."""
    following: str | None = address + ("&" if "?" in address else "?") + "limit=1"
    while following:
        page = client.get(following).json()
        assert len(page[items]) == 1
        yield page[items][0]
        following = page["next"]


@pytest.mark.parametrize(
    ("address", "items"),
    [
        (f"{HERE}/deleted", "records"),
        (f"{HERE}/matches?min_weight=-100", "pairs"),
        (f"{HERE}/matches?undecided=true&min_weight=-100", "pairs"),
        (f"{HERE}/matches/decisions", "decisions"),
        (f"{HERE}/matching/runs", "runs"),
        (f"{HERE}/quality/rows?check=completeness:mbti", "records"),
        ("schedules/Nightly/runs", "runs"),
        ("webhooks/deliveries", "deliveries"),
        ("monitoring/errors", "errors"),
    ],
)
def test_every_list_has_pages_and_a_total(client: TestClient, address: str, items: str) -> None:
    whole = client.get(address).json()
    assert len(whole[items]) >= 2, "one item has no next page"
    assert whole["total"] is None and whole["next"] is None
    assert list(walked(client, address, items)) == whole[items]
    mark = "&" if "?" in address else "?"
    assert client.get(f"{address}{mark}count=true&limit=1").json()["total"] == len(whole[items])


def test_conflicts_have_pages_and_a_total(client: TestClient) -> None:
    text = "name,mbti\nAda,ISFP\nDan,ISFJ\n"
    made = client.post("uploads?filename=more.csv&commit=false", content=text.encode()).json()
    base = f"uploads/{made['id']}/conflicts"
    whole = client.get(f"{base}?count=true").json()
    assert whole["total"] == len(whole["conflicts"]) == 2
    assert [c["row"] for c in walked(client, base, "conflicts")] == [1, 2]


def test_the_feed_says_how_many_changes_are_left(client: TestClient) -> None:
    first = client.get(f"{HERE}/changes?limit=3&count=true").json()
    assert first["total"] == 16  # fourteen people came, two went
    rest = client.get(first["next"]).json()
    assert (rest["total"], len(rest["changes"])) == (13, 3), "the next page counts as well"
    assert client.get(f"{HERE}/changes").json()["total"] is None


@pytest.mark.parametrize("kind", ["text/csv", "application/x-ndjson"])
def test_the_feed_as_lines_says_so_in_a_header(client: TestClient, kind: str) -> None:
    where, asked = f"{HERE}/changes?limit=3", {"Accept": kind}
    counted = client.get(f"{where}&count=true", headers=asked)
    assert counted.headers["Marquee-Total"] == "16"
    after = counted.headers["Marquee-Cursor"]
    rest = client.get(f"{where}&count=true&after={after}", headers=asked)
    assert rest.headers["Marquee-Total"] == "13"
    assert "Marquee-Total" not in client.get(where, headers=asked).headers
