"""The holes that an attack found, tried again on a real server process: each of them stays closed."""

from __future__ import annotations

import shutil
import socket
import time
from pathlib import Path

import httpx2 as httpx
import pytest

from api.connections import HEAD
from tests.security.conftest import START, TOKEN, Target, started

pytestmark = pytest.mark.integration


# ---------------------------------------------------------------- 1: nothing before the login


@pytest.mark.parametrize(
    "path",
    [
        "/_stcore/upload_file/session/file",
        "/_stcore/metrics",
        "/_stcore/host-config",
        "/_stcore/agent/openapi.json",
        "/media/0123456789abcdef.csv",
        "/static/js/index.js",
        "/component/x/index.html",
        "/api/docs",
        "/api/openapi.json",
        "/api/v1/records",
    ],
)
def test_nothing_is_open_before_the_login(guarded: Target, path: str) -> None:
    for method in ("GET", "PUT", "POST", "OPTIONS"):
        answer = httpx.request(method, guarded.url + path, content=b"x" * 100, timeout=20)
        assert answer.status_code in (401, 403), (method, answer.status_code)


def test_a_visitor_is_sent_to_the_form_and_gets_no_session_of_streamlit(guarded: Target) -> None:
    answer = guarded.get("/records?q=a&b=c")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/api/session?next=/records%3Fq%3Da%26b%3Dc"
    status, connection = guarded.socket()
    with connection:
        got = connection.recv(1_000)
        while not got.endswith(b"\x88\x02\x03\xf0"):  # a frame that closes, with the code 1008
            got += connection.recv(1_000)
    # Told where to log in, in one short message, and closed: no session, so no place for an upload.
    assert status == 101 and b"/api/session" in got and len(got) < 100


def test_with_the_cookie_all_of_it_is_there(guarded: Target) -> None:
    cookie = guarded.log_in()
    assert "Streamlit" in guarded.get("/records", cookie=cookie).text
    for path in ("/_stcore/host-config", "/api/docs"):
        assert guarded.get(path, cookie=cookie).status_code == 200
    status, connection = guarded.socket(cookie=cookie)
    with connection:
        connection.settimeout(HEAD + 2)
        with pytest.raises(
            TimeoutError
        ):  # nothing is said until the browser asks, and it stays open
            while connection.recv(1_000):
                pass
    assert status == 101


def test_an_open_websocket_ends_with_the_session(guarded: Target) -> None:
    cookie = guarded.log_in()
    status, connection = guarded.socket(cookie=cookie)
    assert status == 101
    httpx.post(f"{guarded.url}/api/session/end", headers={"cookie": cookie}, timeout=20)
    begun = time.monotonic()
    with connection:
        connection.settimeout(10)
        got = b""
        while b"/api/session" not in got:
            part = connection.recv(1_000)
            assert part
            got += part
    assert time.monotonic() - begun < 3


# ---------------------------------------------------------------- 2, 4: hosts and origins


def test_a_foreign_origin_is_refused_at_once_and_nothing_is_asked_outside(guarded: Target) -> None:
    cookie, begun = guarded.log_in(), time.monotonic()
    for _ in range(10):
        status, connection = guarded.socket(cookie=cookie, origin="http://evil.example")
        connection.close()
        assert status == 403
    for path in ("/_stcore/health", "/_stcore/host-config", "/records"):
        assert guarded.get(path, cookie=cookie, origin="http://evil.example").status_code == 403
    assert time.monotonic() - begun < 5
    assert guarded.outside.came == []


@pytest.mark.parametrize(
    "origin",
    ["http://127.0.0.1:1", "http://127.0.0.1", "http://localhost:{port}", "null", "", "file://"],
)
def test_another_port_or_name_of_this_machine_is_another_site(guarded: Target, origin: str) -> None:
    given = origin.format(port=guarded.port)
    status, connection = guarded.socket(cookie=guarded.log_in(), origin=given)
    connection.close()
    assert status == 403


@pytest.mark.parametrize("way", START)
def test_a_foreign_host_name_reads_nothing_however_it_was_started(
    tmp_path: Path, empty_database: Path, way: str
) -> None:
    shutil.copyfile(empty_database, tmp_path / "m.duckdb")
    with started(tmp_path, way) as target:
        for path in ("/", "/_stcore/health", "/static/x.js", "/api/v1/records"):
            answer = target.get(path, host=f"evil.example:{target.port}")
            assert answer.status_code in (400, 403), path
        evil = f"evil.example:{target.port}"
        status, connection = target.socket(host=evil, origin=f"http://{evil}")
        connection.close()
        assert status == 403
        status, connection = target.socket()
        connection.close()
        assert status == 101  # and one's own page works
        assert target.outside.came == []


# ---------------------------------------------------------------- 3: framing


def test_no_other_site_may_frame_a_page_or_send_it_messages(guarded: Target) -> None:
    cookie = guarded.log_in()
    page = guarded.get("/", cookie=cookie)
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert page.headers["x-frame-options"] == "DENY"
    assert page.headers["cross-origin-opener-policy"] == "same-origin"
    assert page.headers["x-content-type-options"] == "nosniff"
    assert guarded.get("/_stcore/host-config", cookie=cookie).json()["allowedOrigins"] == []
    framed = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
    assert (
        guarded.get("/", cookie=cookie, **framed, **{"sec-fetch-dest": "iframe"}).status_code == 403
    )
    followed = guarded.get("/", cookie=cookie, **framed, **{"sec-fetch-dest": "document"})
    assert followed.status_code == 200


# ---------------------------------------------------------------- 6: slow and idle connections


def test_half_requests_of_one_address_lock_nobody_out(tmp_path: Path, empty_database: Path) -> None:
    shutil.copyfile(empty_database, tmp_path / "m.duckdb")
    if shutil.which("sh") is None:
        pytest.skip("no shell here that limits file descriptors")
    with started(tmp_path, files=256) as target:
        held = [_half(target.port) for _ in range(280)]
        try:
            assert target.get("/_stcore/health").status_code == 503 or _refused(target)
            end = time.monotonic() + 25
            while time.monotonic() < end and not _healthy(target):
                time.sleep(0.5)
            assert _healthy(target)  # what did not come to its end was closed
        finally:
            for connection in held:
                connection.close()
        assert "Traceback" not in target.written()
        assert "connections; more are refused" in target.written()


def _half(port: int) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), timeout=5)
    try:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")
    except OSError:
        pass
    return connection


def _refused(target: Target) -> bool:
    try:
        target.get("/_stcore/health")
    except httpx.TransportError:
        return True
    return False


def _healthy(target: Target) -> bool:
    try:
        return target.get("/_stcore/health").status_code == 200
    except httpx.TransportError:
        return False


# ---------------------------------------------------------------- 7, 12: tokens and files


def test_a_token_that_can_be_guessed_does_not_start_where_others_reach_it(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="can be guessed"):
        with started(tmp_path, "python app.py", MARQUEE_HOST="0.0.0.0", MARQUEE_API_TOKEN="a"):
            pass


# ---------------------------------------------------------------- 5: TLS behind a proxy


def test_behind_a_proxy_with_tls(tmp_path: Path, empty_database: Path) -> None:
    shutil.copyfile(empty_database, tmp_path / "m.duckdb")
    public = "https://people.example"
    with started(
        tmp_path,
        MARQUEE_API_TOKEN=TOKEN,
        MARQUEE_PUBLIC_URL=public,
        MARQUEE_TRUSTED_PROXIES='["127.0.0.1"]',
    ) as target:
        host = {"host": "people.example"}
        answer = httpx.post(
            f"{target.url}/api/session",
            data={"token": TOKEN},
            headers={**host, "origin": public},
            timeout=20,
        )
        cookie = answer.headers["set-cookie"]
        assert "; Secure" in cookie and answer.headers["strict-transport-security"]
        said = {"cookie": cookie.split(";")[0]}
        for headers in ({**host, "origin": public}, {"origin": public}):  # Host kept, or not
            status, connection = target.socket(**said, **headers)
            connection.close()
            assert status == 101, headers
        for wrong in ("http://people.example", "https://people.example:8443", "https://x.example"):
            status, connection = target.socket(**said, **host, origin=wrong)
            connection.close()
            assert status == 403, wrong
        assert target.get("/", host="other.example").status_code == 403
        assert target.outside.came == []
