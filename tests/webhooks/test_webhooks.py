"""Messages to addresses of others, with a real receiver: signed, tried again, ended by 410, sent again by hand."""

from __future__ import annotations

import json
import shutil
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from core import Workbench
from core.errors import AddressRefused, BadValue, NotFound
from core.history.events import now
from core.settings import Settings
from core.quality import incidents
from core.storage.ids import new_id
from core.storage.store import Connection
from core.webhooks import deliveries, signing

PEOPLE = b"name,mbti\nAda,INTJ\nGrace,INTP\n"


class Receiver:
    """What came, and what is answered."""

    def __init__(self) -> None:
        self.came: list[tuple[dict[str, str], bytes]] = []
        self.answer = 200
        ours = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                ours.came.append(({k.lower(): v for k, v in self.headers.items()}, body))
                self.send_response(ours.answer)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Nothing on the console."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def kinds(self) -> list[str]:
        return [json.loads(body)["type"] for _, body in self.came]


@pytest.fixture(scope="module", name="bench")
def _bench(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Iterator[Workbench]:
    home = tmp_path_factory.mktemp("hooks")
    shutil.copyfile(empty_database, home / "m.duckdb")
    settings = Settings(
        database=home / "m.duckdb",
        data_dir=home / "data",
        datasets_dir=home / "datasets",
        fetch_hosts=("127.0.0.1",),
    )
    with Workbench.open(settings=settings) as workbench:
        yield workbench


@pytest.fixture(name="receiver")
def _receiver(bench: Workbench) -> Iterator[Receiver]:
    found = Receiver()
    yield found
    found.server.shutdown()
    found.server.server_close()
    for hook in bench.webhooks():
        bench.webhooks.remove(hook.id)


def told(bench: Workbench) -> None:
    bench.services.webhooks.look()
    bench.services.webhooks.send()


def test_what_happens_is_told_once_and_signed(bench: Workbench, receiver: Receiver) -> None:
    bench.import_file([b"name\nBefore\n"], filename="before.csv")
    made = bench.webhooks.add(receiver.url)
    told(bench)
    assert receiver.came == []  # what was before is told to nobody
    upload = bench.import_file([PEOPLE], filename="people.csv")
    told(bench)
    told(bench)
    assert receiver.kinds() == ["upload.received", "upload.imported", "records.changed"]
    headers, body = receiver.came[1]
    assert json.loads(body)["data"]["upload_id"] == upload.id
    at = int(time.time())
    assert signing.holds(made.secret, headers, body, at=at)
    assert not signing.holds(made.secret, headers, body + b" ", at=at)
    assert not signing.holds(made.secret, headers, body, at=at + 301)
    assert not signing.holds(signing.new_secret(), headers, body, at=at)
    changed = json.loads(receiver.came[2][1])["data"]
    after = bench.history.feed("celebrities", changed["after"])
    assert changed["changes"] == len(after) == 2


def test_only_what_was_asked_for_is_told(bench: Workbench, receiver: Receiver) -> None:
    bench.webhooks.add(receiver.url, ["upload.rolled_back"], dataset="celebrities")
    upload = bench.import_file([b"name\nOnly\n"], filename="only.csv")
    bench.rollback(upload.id)
    told(bench)
    assert receiver.kinds() == ["upload.rolled_back"]


def test_news_incidents_and_duplicates_are_told_once(bench: Workbench, receiver: Receiver) -> None:
    kept = bench.search.save("mine", "ada", "celebrities")
    bench.webhooks.add(receiver.url, ["search.found", "quality.fell", "duplicate.found"])
    told(bench)
    assert receiver.came == []

    def found(connection: Connection) -> None:
        connection.execute("UPDATE ops.searches SET news = 2 WHERE search_id = ?", [kept.id])
        incidents.saw(connection, "celebrities", "x", failing=True, title="fewer are filled", bad=3)
        run = new_id()
        connection.execute(
            "INSERT INTO ops.match_runs BY NAME SELECT ?::UUID AS run_id, 'celebrities' AS dataset,"
            " ?::TIMESTAMP AS run_at",
            [run, now()],
        )
        connection.execute(
            "INSERT INTO ops.match_pairs BY NAME SELECT ?::UUID AS run_id, 'celebrities' AS dataset",
            [run],
        )

    bench.database.write(found)
    told(bench)
    told(bench)
    assert receiver.kinds() == ["search.found", "quality.fell", "duplicate.found"]
    data = [json.loads(body)["data"] for _, body in receiver.came]
    assert (data[0]["search_id"], data[0]["news"]) == (kept.id, 2)
    assert (data[1]["title"], data[1]["dataset"]) == ("fewer are filled", "celebrities")
    assert data[2] == {"dataset": "celebrities", "pairs": 1}
    # A real run has a model, by which the next import is compared.
    bench.database.write(lambda c: c.execute("DELETE FROM ops.match_runs WHERE model IS NULL"))


def test_a_message_is_tried_again_until_it_is_taken(bench: Workbench, receiver: Receiver) -> None:
    hook = bench.webhooks.add(receiver.url).webhook
    receiver.answer = 500
    first = bench.webhooks.test(hook.id)
    assert (first.status, first.attempts, first.answer) == ("waiting", 1, 500)
    assert first.next_at is not None and first.next_at - first.created_at < timedelta(seconds=6)
    receiver.answer = 204
    bench.services.database.write(
        lambda c: c.execute("UPDATE ops.webhook_deliveries SET next_at = ?", [now()])
    )
    told(bench)
    (last,) = bench.webhooks.deliveries(hook.id)
    assert (last.status, last.attempts, last.error) == ("delivered", 2, None)
    assert len({headers["webhook-id"] for headers, _ in receiver.came}) == 1


def test_a_message_is_given_up_after_a_day(bench: Workbench, receiver: Receiver) -> None:
    hook = bench.webhooks.add(receiver.url).webhook
    receiver.answer = 503
    one = bench.webhooks.test(hook.id)
    waits = []
    while one.status == "waiting":
        assert one.next_at is not None
        waits.append(round((one.next_at - one.created_at).total_seconds()))
        bench.services.webhooks.deliver(one)
        one = bench.services.database.read(lambda c: deliveries.get(c, one.id))
    assert waits == [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]
    assert (one.status, one.attempts) == ("given_up", 10)


def test_an_address_that_is_gone_is_told_nothing_more(bench: Workbench, receiver: Receiver) -> None:
    hook = bench.webhooks.add(receiver.url).webhook
    receiver.answer = 410
    assert bench.webhooks.test(hook.id).status == "given_up"
    gone = bench.webhooks.get(hook.id)
    assert gone.disabled_at and "410" in (gone.reason or "")
    bench.import_file([b"name\nUnheard\n"], filename="unheard.csv")
    told(bench)
    assert len(receiver.came) == 1
    receiver.answer = 200
    assert bench.webhooks.change(hook.id, enabled=True).disabled_at is None
    (sent,) = bench.webhooks.deliveries(hook.id)
    again = bench.webhooks.replay(sent.id)
    assert (again.status, again.message_id) == ("delivered", sent.message_id)


def test_addresses_inside_are_refused(bench: Workbench) -> None:
    for url in ("http://169.254.169.254/latest", "file:///etc/passwd", "http://localhost:9/x"):
        with pytest.raises(AddressRefused):
            bench.webhooks.add(url)
    with pytest.raises(BadValue):
        bench.webhooks.add("http://127.0.0.1/x", ["no.such"])
    with pytest.raises(NotFound):
        bench.webhooks.remove("01a20616-6fd8-7b92-9bad-b28eef4cd136")
    assert bench.webhooks() == []
