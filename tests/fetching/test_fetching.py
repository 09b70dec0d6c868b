"""One fetcher: what may be asked, redirects, names that change their mind, servers that break off."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from core import Workbench
from core.errors import AddressRefused, DuplicateUpload, FetchFailed
from core.fetching import hosts
from core.fetching.fetch import Fetched, fetching
from core.settings import Settings
from core.workbench import ImportRequest

DATA = b"name\nAda\n" * 40_000


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *_: object) -> None: ...

    def do_GET(self) -> None:
        path = self.path.split("?")[0]
        if path.startswith("/to/"):
            self.send_response(302)
            self.send_header(
                "Location",
                {
                    "private": "http://169.254.169.254/latest",
                    "round": "/to/round",
                    "file": "/people.csv",
                    "odd": "file:///etc/passwd",
                }[path[4:]],
            )
            self.end_headers()
            return
        if path == "/gone":
            self.send_error(404)
            return
        if self.headers.get("If-None-Match") == '"v1"':
            self.send_response(304)
            self.end_headers()
            return
        self.send_response(200)
        self.send_header("ETag", '"v1"')
        self.send_header("Content-Length", str(len(DATA) + (10 if path == "/short" else 0)))
        if path == "/named":
            self.send_header("Content-Disposition", 'attachment; filename="../../evil people.csv"')
        self.end_headers()
        self.wfile.write(DATA)


@pytest.fixture(scope="module")
def base() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def allowed(settings: Settings) -> Settings:
    return settings.model_copy(update={"fetch_hosts": ("127.0.0.1",)})


def got(url: str, settings: Settings, **options: str) -> tuple[Fetched, bytes]:
    with fetching(url, settings, **options) as found:
        return found, b"".join(found.pieces)


def test_a_file_comes_in_pieces_with_its_name_and_marks(base: str, allowed: Settings) -> None:
    found, data = got(f"{base}/people.csv?key=secret", allowed)
    assert (data, found.filename, found.etag) == (DATA, "people.csv", '"v1"')
    found, data = got(f"{base}/people.csv", allowed, etag='"v1"')
    assert found.unchanged and data == b""
    assert got(f"{base}/named", allowed)[0].filename == "evil people.csv"
    assert got(f"{base}/to/file", allowed)[0].url == f"{base}/people.csv"


@pytest.mark.parametrize("to", ["private", "odd"])
def test_a_redirect_is_looked_at_like_the_first_address(
    base: str, allowed: Settings, to: str
) -> None:
    with pytest.raises(AddressRefused):
        got(f"{base}/to/{to}", allowed)


def test_what_does_not_answer_well_is_told(base: str, allowed: Settings) -> None:
    for path, words in (("/gone", "404"), ("/to/round", "more than 5"), ("/short", "broke off")):
        with pytest.raises(FetchFailed, match=words) as told:
            got(f"{base}{path}?key=secret", allowed)
        assert "secret" not in str(told.value)
    with pytest.raises(FetchFailed, match="does not answer"):
        got("http://127.0.0.1:1/x", allowed)


def test_this_machine_is_refused_unless_it_is_allowed(base: str, settings: Settings) -> None:
    with pytest.raises(AddressRefused):
        got(f"{base}/people.csv", settings)
    for url in (
        "http://localhost/",
        "http://[::1]/",
        "ftp://example.org/",
        "http://u:p@example.org/",
        "http://example.org:22/",
        "https://",
        "http://[/",
        "people.csv",
    ):
        with pytest.raises(AddressRefused):
            got(url, settings)


def test_a_name_that_means_another_address_a_moment_later(base: str, settings: Settings) -> None:
    """What was looked at is connected to: a second look-up would go astray."""
    answers = iter([["8.8.8.8", "10.0.0.1"]])
    with pytest.raises(AddressRefused, match="10.0.0.1"):
        with fetching("http://rebind.test/", settings, look_up=lambda h, p: next(answers)):
            pass
    port = int(base.rpartition(":")[2])
    asked = []

    def look_up(host: str, at: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    one = settings.model_copy(update={"fetch_hosts": ("once.test",)})
    with fetching(f"http://once.test:{port}/people.csv", one, look_up=look_up) as found:
        assert b"".join(found.pieces) == DATA
    assert asked == ["once.test"]


def test_which_addresses_are_public() -> None:
    for address in (
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "0.0.0.0",
        "100.64.0.1",
        "::1",
        "fe80::1%eth0",
        "fc00::1",
        "::ffff:10.0.0.1",
        "64:ff9b::a00:1",
        "2002:7f00:1::",
        "224.0.0.1",
    ):
        assert not hosts.public(address), address
    for address in ("8.8.8.8", "2606:4700:4700::1111", "64:ff9b::808:808"):
        assert hosts.public(address), address


def test_the_time_for_a_whole_file_is_limited(base: str, allowed: Settings, tmp_path: Path) -> None:
    with pytest.raises(FetchFailed, match="too long"):
        got(f"{base}/people.csv", allowed.model_copy(update={"fetch_seconds": 1e-9}))


def test_an_address_becomes_an_upload(base: str, wb: Workbench) -> None:
    object.__setattr__(wb.services.settings, "fetch_hosts", ("127.0.0.1",))
    found = wb.uploads.fetch(f"{base}/people.csv?key=secret", ImportRequest())
    assert (found.filename, found.size, found.source) == (
        "people.csv",
        len(DATA),
        f"{base}/people.csv",
    )
    wb.import_file([DATA], filename="same.csv")
    with pytest.raises(DuplicateUpload):
        wb.uploads.fetch(f"{base}/people.csv", ImportRequest())
    with pytest.raises(FetchFailed):  # what broke off leaves nothing behind
        wb.uploads.fetch(f"{base}/short", ImportRequest(force=True))
    assert len(wb.uploads()) == 2
