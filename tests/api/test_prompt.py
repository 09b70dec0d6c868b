"""An answer on a kept connection waits for no acknowledgement."""

from __future__ import annotations

import socket

from api.prompt import answer_at_once


def test_connections_of_what_listens_are_without_delay() -> None:
    # Bound the way servers bind before their event loop starts, which leaves the delay on.
    with socket.socket(socket.AF_INET) as door:
        door.bind(("127.0.0.1", 0))
        door.listen()
        assert answer_at_once() >= 1
        with socket.create_connection(door.getsockname()) as client:
            server, _ = door.accept()
            with server:
                assert server.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
            client.close()
