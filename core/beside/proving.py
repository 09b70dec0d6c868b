"""The beginning and the end of a connection: both sides prove that they know the key, and neither waits for ever."""

from __future__ import annotations

import os
import socket
import threading
import time
from contextlib import suppress
from multiprocessing.connection import Client, Connection, answer_challenge, deliver_challenge

from core.launch.environment import WINDOWS

LIMIT = 5.0  # seconds in which both have proven it
QUEUE = 16  # commands that may knock at one moment


def reached(address: str, limit: float = LIMIT) -> Connection:
    """A connection to whoever listens there; nothing is proven yet. Raises OSError."""
    if WINDOWS:
        return Client(address)
    with socket.socket(socket.AF_UNIX) as end:
        end.settimeout(limit)  # a stopped app takes so many connections, and no more
        _connect(end, address, time.monotonic() + limit)
        end.setblocking(True)
        return Connection(end.detach())


def _connect(end: socket.socket, address: str, until: float) -> None:
    while True:
        try:
            return end.connect(address)
        except BlockingIOError:  # Linux does not wait where too many knock
            if time.monotonic() >= until:
                raise
            time.sleep(0.05)


def prove(connection: Connection, key: str, *, hosts: bool, limit: float = LIMIT) -> None:
    """Both sides show that they have the key. Raises OSError, EOFError or AuthenticationError, after `limit` at the latest."""
    late = threading.Timer(limit, hang_up, (connection,))
    late.daemon = True
    late.start()
    steps = [deliver_challenge, answer_challenge]
    try:
        for step in steps if hosts else reversed(steps):
            step(connection, key.encode())
    finally:
        late.cancel()
        late.join()  # from here on nobody else touches the connection


def hang_up(connection: Connection) -> None:
    """End it for both sides, also under a thread that waits for bytes. Its owner closes it."""
    with suppress(OSError):
        if WINDOWS:
            connection.close()
            return
        with socket.socket(fileno=os.dup(connection.fileno())) as end:
            end.shutdown(socket.SHUT_RDWR)
