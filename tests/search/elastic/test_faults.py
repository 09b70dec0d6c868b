"""A server that is killed, slow, full, red, too busy or not one at all: imports go on, the search says so, the feed catches up."""

from __future__ import annotations

import http.server
import logging
import shutil
import signal
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from elastic_transport import ConnectionTimeout
from elasticsearch import Elasticsearch

from core import Workbench
from core.errors import SearchUnavailable
from core.search.elastic import bulk
from core.search.elastic.server import Server, unavailable
from core.settings import Settings
from tests.search.elastic.conftest import Opener, until
from tests.servers.elasticsearch import Node

Csv = Callable[..., Path]


def found(wb: Workbench, text: str) -> list[str]:
    return [hit.record["name"] for hit in wb.search(text, limit=1_000)]


@pytest.fixture
def client(node: Node) -> Iterator[Elasticsearch]:
    with Elasticsearch(node.url) as made:
        yield made


def index_of(wb: Workbench) -> str:
    return wb.services.search.of(wb.datasets.get("celebrities")).engine.generation


def test_killed_in_the_middle_of_an_import(
    node: Node, opened: Opener, csv_file: Csv, monkeypatch: pytest.MonkeyPatch
) -> None:
    wb = opened()
    wb.import_file(csv_file("name", "Ada Lovelace"))
    assert found(wb, "ada") == ["Ada Lovelace"]
    monkeypatch.setattr(bulk, "LARGEST", 40_000)  # bytes: the import below is several chunks
    sent: list[int] = []
    send = bulk.Bulk._send

    def killing(self: bulk.Bulk, chunk: list[bulk.Action]) -> list[bulk.Action]:
        sent.append(len(chunk))
        if len(sent) == 2:
            node.kill()
        return send(self, chunk)

    monkeypatch.setattr(bulk.Bulk, "_send", killing)
    wb.start()
    wb.import_file(csv_file("name", *(f"Grace Hopper{i}" for i in range(600)), name="b.csv"))
    until(lambda: len(sent) >= 2)
    monkeypatch.setattr(bulk.Bulk, "_send", send)
    wb.import_file(csv_file("name", "Alan Turing", name="c.csv"))  # nobody waits for the server
    answer = wb.search("alan")
    assert [h.record["name"] for h in answer] == ["Alan Turing"] and answer.engine == "scan"
    assert "the search server cannot be reached" in answer.notes[0]
    assert wb.search.status().state == "away"
    node.start()
    until(lambda: wb.search("grace").engine == "elasticsearch" and not wb.search("grace").behind)
    assert wb.search("grace").total == 600 and found(wb, "alan") == ["Alan Turing"]
    assert wb.search.check().ok and wb.search.status().state == "ready"


def test_counts_that_come_late_are_marked(
    opened: Opener, csv_file: Csv, monkeypatch: pytest.MonkeyPatch
) -> None:
    wb = opened()
    wb.import_file(csv_file("name,mbti", "Ada Lovelace,INTJ"))
    assert wb.search("ada", facets=["mbti"]).facets["mbti"].buckets
    call = Server.call

    def late(self: Server, method: str, path: str, body: Any = None, **more: Any) -> Any:
        if isinstance(body, dict) and "aggs" in body:
            raise unavailable("slow")
        return call(self, method, path, body, **more)

    monkeypatch.setattr(Server, "call", late)
    answer = wb.search("ada", facets=["mbti", "birth_date"])
    assert (answer.total, answer.engine) == (1, "elasticsearch")
    assert [(f.timed_out, f.buckets) for f in answer.facets.values()] == [(True, ())] * 2


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="no process can be paused here")
def test_a_server_that_does_not_answer_in_time(node: Node, opened: Opener, csv_file: Csv) -> None:
    wb = opened(search_seconds=0.4)
    wb.import_file(csv_file("name", "Ada Lovelace"))
    assert found(wb, "ada") == ["Ada Lovelace"]
    node.pause()
    begun = time.monotonic()
    answer = wb.search("ada")
    assert (answer.total, answer.engine) == (1, "scan") and time.monotonic() - begun < 3
    assert "did not answer in time" in answer.notes[0]
    node.go_on()
    until(lambda: wb.search("ada").engine == "elasticsearch")


def test_a_full_disk(opened: Opener, client: Elasticsearch, csv_file: Csv) -> None:
    wb = opened()
    wb.import_file(csv_file("name", "Ada Lovelace"))
    assert found(wb, "ada") == ["Ada Lovelace"]
    block = "index.blocks.read_only_allow_delete"  # what the server sets at its flood stage
    client.indices.put_settings(index=index_of(wb), settings={block: True})
    upload = wb.import_file(csv_file("name", "Grace Hopper", name="b.csv"))
    assert upload.status == "imported"
    answer = wb.search("ada")
    assert [h.record["name"] for h in answer] == ["Ada Lovelace"] and answer.behind == 1
    assert "the disk of the search server is full" in answer.notes[0]
    assert wb.search.status().behind == 1
    client.indices.put_settings(index=index_of(wb), settings={block: None})
    assert found(wb, "grace") == ["Grace Hopper"] and wb.search.check().ok


def test_a_red_index_and_the_way_out_of_it(
    node: Node, opened: Opener, client: Elasticsearch, csv_file: Csv
) -> None:
    wb = opened()
    wb.import_file(csv_file("name", "Ada Lovelace"))
    assert found(wb, "ada") == ["Ada Lovelace"]
    client.indices.flush(index=index_of(wb))
    said = client.indices.get_settings(index=index_of(wb))
    [uuid] = [each["settings"]["index"]["uuid"] for each in said.values()]
    node.kill()
    for path in (node.home / "data" / "indices" / uuid / "0" / "index").glob("segments_*"):
        path.write_bytes(b"nothing")
    node.start()
    assert client.cluster.health()["status"] == "red"
    wb.import_file(csv_file("name", "Grace Hopper", name="b.csv"))
    answer = wb.search("grace")
    assert (answer.total, answer.engine) == (1, "scan")
    assert "a part of the index is not available" in answer.notes[0]
    assert wb.search.rebuild().state == "ready"
    assert found(wb, "grace") == ["Grace Hopper"]


def test_an_index_that_was_deleted_is_built_anew(
    opened: Opener, client: Elasticsearch, csv_file: Csv
) -> None:
    wb = opened()
    wb.import_file(csv_file("name", "Ada Lovelace"))
    assert found(wb, "ada") == ["Ada Lovelace"]
    before = index_of(wb)
    client.indices.delete(index=before)
    wb.import_file(csv_file("name", "Grace Hopper", name="b.csv"))
    wb.search("grace")  # notices it
    assert found(wb, "grace") == ["Grace Hopper"] and index_of(wb) != before
    assert not client.indices.exists(index=before)  # no write has made it again


# ------------------------------------------------------------------ what is no real node


def test_without_the_fallback_the_search_is_refused(settings: Settings, csv_file: Csv) -> None:
    server = {"search_url": "http://127.0.0.1:9", "search_fallback": False}
    with Workbench.open(settings=settings.model_copy(update=server)) as wb:
        wb.import_file(csv_file("name", "Ada Lovelace"))
        with pytest.raises(SearchUnavailable, match="cannot be reached") as caught:
            wb.search("ada")
        assert caught.value.status == 503 and "MARQUEE_SEARCH_URL" in caught.value.hint
        assert wb.records("celebrities", search="ada").fetchall()


class _Answers(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("content-length", "2")
        self.send_header("content-type", "application/json")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: Any) -> None:
        pass


def test_something_else_that_answers() -> None:
    with http.server.HTTPServer(("127.0.0.1", 0), _Answers) as other:
        threading.Thread(target=other.serve_forever, daemon=True).start()
        server = Server(f"http://127.0.0.1:{other.server_port}")
        with pytest.raises(SearchUnavailable, match="neither Elasticsearch nor OpenSearch"):
            server.call("GET", "/x")
        other.shutdown()


class _Known(_Answers):
    keys: list[str | None] = []

    def end_headers(self) -> None:
        self.send_header("x-elastic-product", "Elasticsearch")
        self.keys.append(self.headers["authorization"])
        super().end_headers()


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificate")
def test_a_server_is_known_by_its_certificate(tmp_path: Path) -> None:
    name = ("-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1")
    made = ("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *name)
    files = ("-keyout", str(tmp_path / "key.pem"), "-out", str(tmp_path / "ca.pem"))
    subprocess.run((*made, *files), check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "ca.pem", tmp_path / "key.pem")
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Known) as other:
        other.socket = context.wrap_socket(other.socket, server_side=True)
        threading.Thread(target=other.serve_forever, daemon=True).start()
        url = f"https://127.0.0.1:{other.server_port}"
        stranger = Server(url, api_key="s3cret")
        with pytest.raises(SearchUnavailable, match="certificate") as caught:
            stranger.call("GET", "/x")
        assert "MARQUEE_SEARCH_CA" in caught.value.hint and _Known.keys == []
        known = Server(url, api_key="s3cret", certificates=tmp_path / "ca.pem")
        assert known.call("GET", "/x") == {}
        assert set(_Known.keys) == {"ApiKey s3cret"}  # it asks once who answers, too
        known.close()
        other.shutdown()


def test_a_key_is_never_told(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    server = Server("http://127.0.0.1:9", api_key="s3cret")
    with pytest.raises(SearchUnavailable) as caught:
        server.call("GET", "/x")
    assert "s3cret" not in caplog.text + repr(caught.value.as_dict()) + repr(vars(server))


class _Busy:
    """A server that has time for one document in each request, and from time to time for none."""

    def __init__(self) -> None:
        self.ending = threading.Event()
        self.kept: list[str] = []
        self.sizes: list[int] = []

    def call(self, method: str, path: str, body: bytes, **_: Any) -> dict[str, Any]:
        lines = body.splitlines()
        ids = [line.split(b'"')[5].decode() for line in lines if line.startswith(b'{"index"')]
        self.sizes.append(len(ids))
        if len(self.sizes) % 3 == 1:
            raise SearchUnavailable("", reason="busy")
        self.kept.append(ids[0])
        error = {"type": "es_rejected_execution_exception"}
        items: list[dict[str, Any]] = [{"index": {"status": 201}}]
        items += [{"index": {"status": 429, "error": error}} for _ in ids[1:]]
        return {"errors": len(ids) > 1, "items": items}


def test_what_a_busy_server_refuses_is_sent_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "WAITS", (0.0,) * 30)
    server: Any = _Busy()
    wanted = [str(i) for i in range(8)]
    assert bulk.Bulk(server, "x").write((i, b"{}") for i in wanted) == 8
    assert server.kept == wanted and len(server.sizes) > 8
    monkeypatch.setattr(bulk, "WAITS", (0.0, 0.0))
    with pytest.raises(SearchUnavailable, match="too much to do"):
        bulk.Bulk(server, "x").write((i, b"{}") for i in wanted)


def test_a_workbench_that_closes_waits_for_no_busy_server(
    opened: Opener, csv_file: Csv, monkeypatch: pytest.MonkeyPatch
) -> None:
    wb = opened()
    wb.import_file(csv_file("name", "Ada Lovelace"))
    assert found(wb, "ada") == ["Ada Lovelace"]
    tried = threading.Event()

    def busy(self: bulk.Bulk, chunk: list[bulk.Action]) -> list[bulk.Action]:
        tried.set()
        return chunk

    monkeypatch.setattr(bulk.Bulk, "_send", busy)
    monkeypatch.setattr(bulk, "WAITS", (60.0,) * 3)
    wb.start()
    wb.import_file(csv_file("name", "Grace Hopper", name="b.csv"))
    assert tried.wait(10)
    begun = time.monotonic()
    wb.close()
    assert time.monotonic() - begun < 10


def test_a_document_that_no_server_takes_holds_nothing_up(caplog: pytest.LogCaptureFixture) -> None:
    class Refusing:
        def call(self, _: str, __: str, body: bytes, **___: Any) -> dict[str, Any]:
            error = {"type": "document_parsing_exception", "reason": "Ada Lovelace is no number"}
            items = [
                {"index": {"status": 400, "error": error} if b"bad" in line else {"status": 201}}
                for line in body.splitlines()[1::2]
            ]
            return {"errors": True, "items": items}

    refusing: Any = Refusing()
    actions = [(str(i), b'{"x": "bad"}' if i == 7 else b"{}") for i in range(20)]
    assert bulk.Bulk(refusing, "x").write(actions) == 20
    assert "record 7 cannot" in caplog.text and "Ada" not in caplog.text
    with pytest.raises(
        SearchUnavailable, match="document_parsing"
    ):  # all of them: the mapping is wrong
        bulk.Bulk(refusing, "x").write([("1", b'{"x": "bad"}')] * 20)


def test_one_late_answer_is_no_server_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    server = Server("http://127.0.0.1:9")
    answers: list[Any] = [ConnectionTimeout("late"), {"a": 1}, *[ConnectionTimeout("late")] * 2]
    asked = []

    def once(*_: Any) -> Any:
        asked.append(1)
        if isinstance(answers[0], Exception):
            raise answers.pop(0)
        return answers.pop(0)

    monkeypatch.setattr(server._client, "request", once)
    for wanted in ("slow", {"a": 1}, "slow", "slow", "slow"):
        try:
            said: Any = server.call("GET", "/x")
        except SearchUnavailable as error:
            said = error.extra["reason"]
        assert said == wanted
    assert len(asked) == 4  # the last one was not asked
