"""Pictures of records: fetched by the server, only what is a picture, and never from inside its own network."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from api import pictures as routes
from core import Workbench
from core.errors import NotFound
from core.records import pictures
from core.records.pictures import Pictures, kind_of
from core.settings import Settings

PNG = b"\x89PNG\r\n\x1a\n" + bytes(60)
ANSWERS = {"/p.png": PNG, "/page.png": b"<html>", "/big.png": PNG + bytes(pictures.LARGEST)}
asked: list[str] = []


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *_: object) -> None: ...

    def do_GET(self) -> None:
        asked.append(self.path)
        body = ANSWERS.get(self.path)
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", "image/png")
        self.end_headers()
        self.wfile.write(body or b"")


@pytest.fixture(scope="module")
def base() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def wb(
    base: str, empty_database: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Workbench]:
    home = tmp_path_factory.mktemp("pictures")
    (home / "m.duckdb").write_bytes(empty_database.read_bytes())
    people = [
        {"name": name, "image_url": f"{base}/{path}"}
        for name, path in (("Ada", "p.png"), ("Bob", "page.png"))
    ]
    (home / "people.json").write_text(json.dumps([*people, {"name": "Eve"}]), "utf-8")
    settings = Settings(
        database=home / "m.duckdb",
        data_dir=home / "data",
        datasets_dir=home / "datasets",
        fetch_hosts=("127.0.0.1",),
    )
    with Workbench.open(settings=settings) as workbench:
        workbench.import_file(home / "people.json")
        yield workbench


def id_of(wb: Workbench, name: str) -> str:
    (record,) = wb.records(where={"name": name}).rows()
    return str(record["record_id"])


def test_a_picture_is_fetched_once(wb: Workbench) -> None:
    asked.clear()
    for _ in range(2):
        found = wb.records.picture("celebrities", id_of(wb, "Ada"))
        assert (found.content, found.mime) == (PNG, "image/png")
    assert asked == ["/p.png"]


@pytest.mark.parametrize("name", ["Bob", "Eve"])
def test_what_is_no_picture_is_not_shown(wb: Workbench, name: str) -> None:
    with pytest.raises(NotFound):
        wb.records.picture("celebrities", id_of(wb, name))


def test_the_page_gets_it_as_a_picture_alone(wb: Workbench) -> None:
    client = TestClient(Starlette(routes=list(routes.routes(lambda: wb))))
    answer = client.get(f"/pictures/celebrities/{id_of(wb, 'Ada')}")
    assert answer.status_code == 200 and answer.content == PNG
    assert answer.headers["content-type"] == "image/png"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert client.get(f"/pictures/celebrities/{id_of(wb, 'Bob')}").status_code == 404
    assert client.get("/pictures/celebrities/nobody").status_code == 404


def test_private_addresses_large_files_and_the_setting(base: str) -> None:
    asked.clear()
    with pytest.raises(NotFound):
        Pictures(Settings()).get(f"{base}/p.png")
    with pytest.raises(NotFound, match="not fetched"):
        Pictures(Settings(pictures=False, fetch_hosts=("127.0.0.1",))).get(f"{base}/p.png")
    assert asked == []
    open_ = Pictures(Settings(fetch_hosts=("127.0.0.1",)))
    for path in ("big.png", "gone.png"):
        for _ in range(2):
            with pytest.raises(NotFound):
                open_.get(f"{base}/{path}")
    assert asked == ["/big.png", "/gone.png"]  # that there is none is remembered


def test_memory_is_bounded(base: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "KEPT", 700)
    kept = Pictures(Settings(fetch_hosts=("127.0.0.1",)))
    for i in range(10):
        ANSWERS[f"/{i}"] = PNG
        kept.get(f"{base}/{i}")
    assert len(kept._kept) < 4 and 0 < kept._size <= 700


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        (b"\0\0\0\x1cftypavif", "image/avif"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", None),
        (b"", None),
    ],
)
def test_the_bytes_say_what_it_is(content: bytes, kind: str | None) -> None:
    assert kind_of(content) == kind
