"""A virus scanner that looks at each file before it is opened: clamd, over its socket (INSTREAM).

A file in which it finds something goes to `<data_dir>/quarantine`, where nothing reads it, unless an import of before needs
it. When it does not answer, no file
is taken: what was not looked at is not harmless.
"""

from __future__ import annotations

import os
import socket
import struct
import time
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from core.errors import Infected, ScannerFailed
from core.files import hidden
from core.files.store import CHUNK, RawFile
from core.observe import logs
from core.settings import Settings

log = logs.get("files")
SECONDS = 60  # without an answer
FOLDER = "quarantine"
LASTING = 60  # seconds for which an answer is used again


def check(raw: RawFile, settings: Settings, used: Callable[[], bool]) -> None:
    """Raises Infected for a file in which something is, ScannerFailed. Nothing where no scanner is set.

    The file is put aside, unless it is `used`: equal files are kept once, and an import of before would lose its own.
    """
    if not settings.clamav:
        return
    found = _known(settings.clamav, raw, int(time.monotonic() // LASTING))
    if found is None:
        return
    if not used():
        _put_aside(raw, settings.data_dir / FOLDER)
    _known.cache_clear()  # it is asked again, should the same file come again
    log.say("security.virus", signature=found)
    raise Infected(f"{raw.filename}: {found}")


def _put_aside(raw: RawFile, folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with suppress(FileNotFoundError):  # somebody who brought the same was faster
        os.replace(raw.path, folder / raw.sha256)
        (folder / raw.sha256).chmod(0o600)


@lru_cache(maxsize=256)
def _known(address: str, raw: RawFile, minute: int) -> str | None:
    """What is in it, asked once for a file that goes through several doors of one act; later there are newer signatures."""
    return scan(address, raw)


def scan(address: str, raw: RawFile) -> str | None:
    """The name of what clamd finds; None for nothing. Raises ScannerFailed."""
    try:
        with _connected(address) as connection, hidden.plain(raw.path).open("rb") as file:
            connection.sendall(b"zINSTREAM\0")
            while piece := file.read(CHUNK):
                connection.sendall(struct.pack("!L", len(piece)) + piece)
            connection.sendall(struct.pack("!L", 0))
            answer = _answer(connection)
    except OSError as error:
        raise ScannerFailed(f"clamd at {address}: {error}") from error
    if answer.endswith(" FOUND"):
        return answer.removeprefix("stream: ").removesuffix(" FOUND")
    if answer == "stream: OK":
        return None
    raise ScannerFailed(f"clamd at {address} says {answer[:200]!r} of {raw.filename}")


def _answer(connection: socket.socket) -> str:
    told = b""
    while not told.endswith(b"\0") and (piece := connection.recv(4_096)):
        told += piece
    return told.rstrip(b"\0").decode("utf-8", "replace")


def _connected(address: str) -> socket.socket:
    host, _, port = address.rpartition(":")
    if host and port.isdigit():
        return socket.create_connection((host.strip("[]"), int(port)), timeout=SECONDS)
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(SECONDS)
    try:
        connection.connect(address)
    except BaseException:
        connection.close()
        raise
    return connection
