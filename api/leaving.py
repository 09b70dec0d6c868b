"""Whoever asked and has left: what the database still works on for them is stopped.

The messages of a request are read ahead, up to the limit of its body, so that the end of the connection is seen while the
answer is being made. Uploads are streams and are not read ahead.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.types import Message, Receive

from core.storage.patience import Patience, offered

GONE = "http.disconnect"
FAR = 64  # messages that are read ahead of the application


@asynccontextmanager
async def stopping(receive: Receive, seconds: float) -> AsyncIterator[Receive]:
    """For one request: what it reads takes `seconds` at most, and ends when whoever asked leaves."""
    patience = Patience(seconds)
    kept: asyncio.Queue[Message] = asyncio.Queue(FAR)

    async def ahead() -> None:
        message: Message = {"type": "http.request"}
        while message["type"] != GONE:
            try:
                message = await receive()
            except OSError:
                message = {"type": GONE}
            if message["type"] == GONE:
                patience.leave()
            await kept.put(message)

    async def heard() -> Message:
        message = await kept.get()
        if message["type"] == GONE:  # and stays so, however often it is asked
            kept.put_nowait(message)
        return message

    reading = asyncio.create_task(ahead())
    try:
        with offered(patience):
            yield heard
    finally:
        reading.cancel()
