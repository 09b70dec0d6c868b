"""A file at an http or https address, in pieces. Redirects are followed, and each is looked at like the first address."""

from __future__ import annotations

import http.client
import re
import socket
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from pathlib import PurePosixPath
from urllib.parse import unquote, urljoin, urlsplit

from core.errors import AddressRefused, FetchFailed
from core.fetching import hosts
from core.fetching.hosts import Resolve
from core.settings import Settings

PIECE = 1 << 18  # bytes
HOPS = 5  # redirects
AGAIN = frozenset({301, 302, 303, 307, 308})
PORTS = frozenset({80, 443, 8000, 8080, 8443})  # of others only an allowed host is asked
_NAME = re.compile(r"[^\w.\- ()]+")


@dataclass(frozen=True)
class Fetched:
    """What answered: the file's name, its marks of this version, and its bytes in pieces."""

    url: str
    filename: str
    etag: str | None
    modified: str | None
    pieces: Iterator[bytes]
    unchanged: bool = False  # the marks that were given are still true, so there are no bytes


@contextmanager
def fetching(
    url: str,
    settings: Settings,
    *,
    etag: str | None = None,
    modified: str | None = None,
    look_up: Resolve = hosts.resolve,
) -> Iterator[Fetched]:
    """Ask for a file. Raises AddressRefused for what may not be asked, FetchFailed for what does not answer well."""
    deadline = time.monotonic() + settings.fetch_seconds
    headers = {"If-None-Match": etag, "If-Modified-Since": modified}
    for _ in range(HOPS + 1):
        connection = connected(url, settings, look_up)
        try:
            answer = _ask(connection, url, {k: v for k, v in headers.items() if v})
            if answer.status in AGAIN and answer.headers.get("Location"):
                url = urljoin(url, answer.headers["Location"])
                continue
            if answer.status != 304 and answer.status != 200:
                raise FetchFailed(f"{_short(url)} answered {answer.status} {answer.reason}")
            pieces = _pieces(answer, deadline, url)
            yield Fetched(
                *(url, _filename(url, answer.headers)),
                *(answer.headers.get("ETag"), answer.headers.get("Last-Modified")),
                *(pieces, answer.status == 304),
            )
            return
        finally:
            connection.close()
    raise FetchFailed(f"{_short(url)} leads on more than {HOPS} times")


def connected(url: str, settings: Settings, look_up: Resolve) -> http.client.HTTPConnection:
    """A connection to an address that may be asked; it connects with the first request. Raises AddressRefused."""
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError as error:
        raise AddressRefused(f"{_short(url)} is no address: {error}") from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise AddressRefused(f"{_short(url)} is no http or https address")
    if parts.username or parts.password:
        raise AddressRefused("an address holds no name and no password")
    allowed = settings.fetch_hosts
    if port not in PORTS and parts.hostname.lower() not in allowed:
        raise AddressRefused(f"port {port} of {parts.hostname} may not be asked")
    addresses = hosts.checked(parts.hostname, port, allowed, look_up)
    kind = _Secure if parts.scheme == "https" else _Plain
    found = kind(parts.hostname, port, timeout=settings.fetch_patience)
    found.addresses = addresses
    return found


class _Plain(http.client.HTTPConnection):
    """Connects to an address that was looked at, and to no other."""

    addresses: list[str]

    def connect(self) -> None:
        self.sock = _socket(self.addresses, self.port, self.timeout)


class _Secure(http.client.HTTPSConnection):
    """The same; the certificate has to be that of the name."""

    addresses: list[str]

    def connect(self) -> None:
        plain = _socket(self.addresses, self.port, self.timeout)
        self.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=self.host)


def _socket(addresses: list[str], port: int, seconds: float | None) -> socket.socket:
    last: OSError | None = None
    for address in addresses:
        try:
            return socket.create_connection((address, port), timeout=seconds)
        except OSError as error:
            last = error
    raise last or OSError("no address")


def _ask(
    connection: http.client.HTTPConnection, url: str, headers: Mapping[str, str]
) -> http.client.HTTPResponse:
    parts = urlsplit(url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    known = {"User-Agent": "Marquee", "Accept": "*/*", "Accept-Encoding": "identity"}
    try:
        connection.request("GET", path, headers={**known, **headers})
        return connection.getresponse()
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise FetchFailed(f"{_short(url)} does not answer: {error}") from error


def _pieces(answer: http.client.HTTPResponse, deadline: float, url: str) -> Iterator[bytes]:
    """The bytes; how many are allowed is the raw store's to say."""
    if answer.status == 304:
        return
    expected = answer.length
    got = 0
    while True:
        if time.monotonic() > deadline:
            raise FetchFailed(f"{_short(url)} takes too long: {got:,} bytes came in time")
        try:
            piece = answer.read(PIECE)
        except (OSError, http.client.HTTPException) as error:
            raise FetchFailed(f"{_short(url)} broke off after {got:,} bytes: {error}") from error
        if not piece:
            break
        got += len(piece)
        yield piece
    if expected is not None and got < expected:
        raise FetchFailed(f"{_short(url)} broke off: {got:,} of {expected:,} bytes came")


def _filename(url: str, headers: Message) -> str:
    said = headers.get_filename()
    name = said or unquote(PurePosixPath(urlsplit(url).path).name)
    clean = _NAME.sub("_", PurePosixPath(name.replace("\\", "/")).name).strip(" .")[:200]
    if "." not in clean:
        kind = headers.get_content_type()
        clean = (clean or "fetched") + {"application/json": ".json", "text/csv": ".csv"}.get(
            kind, ""
        )
    return clean


def _short(url: str) -> str:
    """An address to be told of: without what follows a question mark, which may be a secret."""
    return url.split("?")[0][:200]
