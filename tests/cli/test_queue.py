"""queue and send: many files, a folder, books, sheets; a connection that breaks twice."""

from __future__ import annotations

import http.client
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn

from core import Workbench
from core.cli.main import main
from core.cli.sending import Sender
from tests.cli.conftest import Marquee

BOOKS = "title,isbn,pages\n" + "".join(f"Book {n},978-{n:07d},{n + 90}\n" for n in range(30))


def test_a_folder_of_files_is_imported(marquee: Marquee, folder: Path) -> None:
    (folder / "in" / "deep").mkdir(parents=True)
    (folder / "in" / "a.csv").write_text("name,mbti\nAda,INTJ\n", "utf-8")
    (folder / "in" / "deep" / "b.json").write_text('[{"name": "Bob", "mbti": "INTP"}]', "utf-8")
    (folder / "in" / "notes.pdf").write_bytes(b"%PDF")
    (folder / "in" / "books.csv").write_text(BOOKS, "utf-8")
    added = {e["upload"]["filename"]: e for e in marquee("queue", "add", "in", "--json").json}
    assert {n: e["state"] for n, e in added.items()} == {
        "a.csv": "ready",
        "b.json": "ready",
        "books.csv": "asks",
    }
    books = added["books.csv"]["upload"]["id"]
    assert marquee("queue", "place", books, "--new", "--json").json[0]["state"] == "ready"
    done = marquee("queue", "import", "--json").json
    assert [e["state"] for e in done] == ["imported"] * 3
    assert "3 taken off the list" in marquee("queue", "discard").out


class Breaking(Sender):
    """Sends half of a chunk and loses the connection, as often as it is told."""

    breaks = 2
    asked = 0

    def ask(self, method: str, path: str, body: bytes | str | None = None) -> dict[str, object]:
        self.asked += 1
        if method == "PUT" and self.breaks and self.asked % 2:
            self.breaks -= 1
            assert isinstance(body, bytes)
            with socket.create_connection(_address(self._place)) as line:
                head = f"PUT /api/v1/{path} HTTP/1.1\r\nHost: {self._place}\r\n"
                line.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode())
                line.sendall(body[: len(body) // 2])
            raise http.client.RemoteDisconnected("the line is gone")
        return super().ask(method, path, body)


def _address(place: str) -> tuple[str, int]:
    host, _, port = place.partition(":")
    return host, int(port)


@contextmanager
def _app(wb: Workbench) -> Iterator[str]:
    from starlette.applications import Starlette
    from starlette.routing import Mount

    from api import create

    app = Starlette(routes=[Mount("/api", create(lambda: wb))])
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    end = time.monotonic() + 30
    while not server.started and time.monotonic() < end:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(30)


def test_a_connection_that_breaks_twice_loses_nothing(
    wb: Workbench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.ingest.transfers.CHUNK", 7_000)
    path = tmp_path / "many.csv"
    path.write_bytes(b"name\n" + b"".join(b"Person %d\n" % n for n in range(3_000)))
    with _app(wb) as url:
        sender = Breaking(url, pause=0.05)
        entry = sender.send(path, dataset="celebrities")
        sender.close()
        assert sender.breaks == 0
    assert wb.uploads.original(entry["upload"]["id"]).read_bytes() == path.read_bytes()
    assert wb.transfers() == []


def test_large_deletions_are_agreed_to_where_a_file_is_sent(wb: Workbench, tmp_path: Path) -> None:
    full, half = tmp_path / "full.csv", tmp_path / "half.csv"
    full.write_text("name\nAda\nBob\nCid\n", "utf-8")
    half.write_text("name\nAda\n", "utf-8")
    words = ("--mode", "replace", "--source", "HQ", "--import", "-d", "celebrities")
    wb.start()
    with _app(wb) as url:
        for path, more, left in ((full, (), 3), (half, (), 3), (half, ("--confirm-deletions",), 1)):
            force = ("--force",) if more else ()
            assert main(["send", str(path), "--to", url, *words, *more, *force]) == 0
            end = time.monotonic() + 30
            while any(e.state in ("waiting", "working") for e in wb.queue()):
                assert time.monotonic() < end
                time.sleep(0.05)
            assert wb.count() == left
