"""Answers leave at once.

The server's socket is bound before the event loop sees it, and asyncio then leaves Nagle's algorithm on
(Kludex/uvicorn#3149): on a kept connection everything after the first packet of an answer waits some 40 ms
for the client's acknowledgement. Connections inherit the option of the socket that accepts them.
"""

from __future__ import annotations

import os
import socket

import psutil


def answer_at_once() -> int:
    """Switch Nagle's algorithm off for what this process listens on; gives the number of sockets."""
    changed = 0
    try:
        listening = psutil.Process().net_connections("tcp")
    except (psutil.Error, OSError):
        return 0  # an answer a little later is no reason not to start
    for each in listening:
        if each.status == psutil.CONN_LISTEN and each.fd >= 0:
            with socket.socket(fileno=os.dup(each.fd)) as door:
                door.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            changed += 1
    return changed
