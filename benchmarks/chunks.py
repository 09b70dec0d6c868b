"""A large file in chunks over a connection that breaks: what it adds to the server's memory, beside writing the bytes alone.

The file that is sent is no table that anybody could import: what is measured is its way to the disk, up to the raw file.
"""

from __future__ import annotations

import argparse
import hashlib
import http.client
import json
import os
import socket
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from benchmarks.server import Server

MOST_MB = 100  # that it may add to the server's memory
CALM, STARTING = 20, 120  # seconds without growth, at most so many


def run(options: argparse.Namespace) -> int:
    """Send it, break twice, go on; 1 with --strict when memory grew by more than 100 MB or bytes were lost."""
    size = options.mb * 1_000_000
    with tempfile.TemporaryDirectory(prefix="marquee-chunks-") as folder:
        path = Path(folder) / "large.csv"
        floor = _write(path, size)
        with Server(Path(folder)) as server:
            _ask(server.port, "GET", "transfers")
            before, peak = _settled(server), _Peak(server)
            began, cpu = time.perf_counter(), server.cpu_seconds()
            breaks, sha, it = _send(server.port, path, size, options.breaks)
            seconds, cpu = time.perf_counter() - began, server.cpu_seconds() - cpu
            grown = (peak.stop() - before) / 1e6
            _ask(server.port, "POST", f"transfers/{it}/finish", b"")
            kept = Path(folder) / "data" / "raw" / sha[:2] / sha
            whole = kept.is_file() and kept.stat().st_size == size
    print(
        f"{options.mb:,} MB in chunks, {breaks} breaks: {seconds:.1f} s, {cpu:.1f} s of the server's processor,"
        f" {grown:.0f} MB more memory at most ({MOST_MB} may be); writing the bytes alone: {floor:.1f} s;"
        f" {'every byte is there' if whole else 'BYTES ARE MISSING'}"
    )
    return 1 if options.strict and (grown > MOST_MB or not whole) else 0


def _settled(server: Server) -> int:
    """The server's memory when it has started: what is loaded and watched after a start is no cost of chunks."""
    least, end = time.monotonic(), time.monotonic() + STARTING
    before = server.memory()
    while time.monotonic() < min(least + CALM, end):
        time.sleep(0.5)
        if (now := server.memory()) > before + 1_000_000:
            before, least = now, time.monotonic()
    return before


def _write(path: Path, size: int) -> float:
    """A file of that size; how long its bytes took to the disk."""
    line = b"Ada Lovelace,1815-12-10,INTJ,mathematician\n"
    block = line * (1_000_000 // len(line))
    began = time.perf_counter()
    with path.open("wb") as file:
        left = size
        while left > 0:
            file.write(block[:left])
            left -= len(block)
        file.flush()
        os.fsync(file.fileno())
    return time.perf_counter() - began


class _Peak(threading.Thread):
    """The most memory that the server had."""

    def __init__(self, server: Server) -> None:
        super().__init__(daemon=True)
        self._server, self._over, self._most = server, threading.Event(), 0
        self.start()

    def run(self) -> None:
        while not self._over.wait(0.05):
            self._most = max(self._most, self._server.memory())

    def stop(self) -> int:
        """Bytes."""
        self._over.set()
        self.join()
        return self._most


def _send(port: int, path: Path, size: int, breaks: int) -> tuple[int, str, str]:
    """The whole file; the connection is lost in the middle of a chunk, so many times. Gives its SHA-256 and id, too."""
    body = json.dumps({"filename": path.name, "size": size, "dataset": "celebrities"})
    transfer = _ask(port, "POST", "transfers", body.encode(), "application/json")
    lost = [size * (n + 1) // (breaks + 1) for n in range(breaks)]
    done, whole = 0, hashlib.sha256()
    with path.open("rb") as file:
        while transfer["received"] < size:
            at = transfer["received"]
            file.seek(at)
            piece = file.read(transfer["chunk"])
            query = (
                f"transfers/{transfer['id']}?offset={at}&sha256={hashlib.sha256(piece).hexdigest()}"
            )
            if lost and at + len(piece) >= lost[0]:
                lost.pop(0)
                done += 1
                _half(port, query, piece)
                transfer = _free(port, transfer["id"])
                continue
            transfer = _ask(port, "PUT", query, piece)
            whole.update(piece)
    return done, whole.hexdigest(), str(transfer["id"])


def _half(port: int, query: str, piece: bytes) -> None:
    with socket.create_connection(("127.0.0.1", port)) as line:
        head = f"PUT /api/v1/{query} HTTP/1.1\r\nHost: localhost:{port}\r\nContent-Length: {len(piece)}\r\n\r\n"
        line.sendall(head.encode())
        line.sendall(piece[: len(piece) // 2])


def _free(port: int, transfer_id: str) -> dict[str, Any]:
    """How far it is, once the server has seen that the connection is gone."""
    time.sleep(0.5)
    return _ask(port, "GET", f"transfers/{transfer_id}")


def _ask(port: int, method: str, path: str, body: bytes | None = None, kind: str = "") -> Any:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
    try:
        headers = {"Content-Type": kind} if kind else {}
        connection.request(method, f"/api/v1/{path}", body, headers)
        answer = connection.getresponse()
        told = answer.read()
        if answer.status >= 400:
            raise RuntimeError(f"{method} {path}: {answer.status} {told[:300]!r}")
        return json.loads(told)
    finally:
        connection.close()
