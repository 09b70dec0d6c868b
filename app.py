"""Marquee as one server: the pages, the REST API below /api, and the services behind both.

Started by `streamlit run app.py`, by `python app.py`, and by `python run_app.py`, which sets up first.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import FrameType
from typing import Any

import streamlit as st
from starlette.middleware import Middleware
from streamlit.file_util import get_static_dir

from api import connections, pictures, probes, site
from api.app import api, below_api
from api.gate import Gate
from api.prompt import answer_at_once
from core import server
from core.errors import MarqueeError, SettingsError
from core.launch.supervisor import AGAIN
from core.security import headers
from core.settings import Settings, load
from core.storage import memory
from pages._errors import on_script_error
from pages._farewell import farewell
from pages._html import UP

GRACE = 10  # seconds for requests to end when the app is told to stop
LAST = 25  # seconds until it ends, whatever hangs


def settings() -> Settings:
    """What this process was told, with the address that it really listens on."""
    # No address means every address of the machine, so it is checked as one that others can reach.
    return load(host=st.get_option("server.address") or "*", port=st.get_option("server.port"))


def _end_anyway_after(seconds: int) -> None:
    """What hangs does not keep the process alive: it can hang for ever when memory has run out once."""

    def end(_number: int, _frame: FrameType | None) -> None:
        print(
            "\nSomething hangs, so Marquee ends without waiting for it. What was not committed is rolled "
            "back, and goes on at the next start.\n",
            file=sys.stderr,
            flush=True,
        )
        os._exit(AGAIN)

    if hasattr(signal, "SIGALRM"):  # no thread, which might be what hangs
        signal.signal(signal.SIGALRM, end)
        signal.alarm(seconds)


def end_now(reason: str) -> None:
    """It cannot go on in this process: whoever started it starts it again (run_app.py does)."""
    print(
        f"\nMarquee ends, to be started again: {reason}. What was committed is safe.\n",
        file=sys.stderr,
        flush=True,
    )
    server.giving_up(reason)
    os._exit(AGAIN)


def _uvicorn() -> Any:
    """The server that runs this app, if it is uvicorn: known by its signal handler. It says so nowhere else."""
    theirs: Any = getattr(signal.getsignal(signal.SIGTERM), "__self__", None)
    return theirs if hasattr(theirs, "should_exit") and hasattr(theirs, "config") else None


def limit_connections(found: Settings) -> None:
    """Who is slow or silent does not keep others out."""
    running = _uvicorn()
    if running is not None:
        running.config.http_protocol_class = connections.limited(found.places.trusts)
        running.config.backlog = connections.at_once()
        connections.quiet(asyncio.get_running_loop())


def end_well() -> None:
    """A SIGTERM that was obeyed in order ends with 0.

    uvicorn closes everything and then kills the process with the same signal, which says to whoever
    watches it that it failed. Here it is told to stop without keeping the signal in mind.
    """
    theirs, server = signal.getsignal(signal.SIGTERM), _uvicorn()
    if not callable(theirs) or server is None:
        return  # another server: it knows best

    # Requests that are still at it, such as a download over a slow line, do not hold it up without end.
    server.config.timeout_graceful_shutdown = GRACE

    def stop(number: int, frame: FrameType | None) -> None:
        _end_anyway_after(LAST)
        if server.should_exit:
            theirs(number, frame)  # the second one is in earnest
        server.should_exit = True

    signal.signal(signal.SIGTERM, stop)


@asynccontextmanager
async def lifespan(_app: Any) -> AsyncIterator[None]:
    """Open the workbench before the first page and close it after the last: no WAL stays behind."""
    try:
        found = settings()
        found.check_address()
        limit_connections(found)
        server.workbench(found).engine.when_lost(end_now)
        end_well()
        answer_at_once()
    except MarqueeError as error:
        print(f"\n{error}\n{error.hint}\n", file=sys.stderr)
        raise error.with_traceback(None) from None  # a traceback would hide the message
    try:
        yield
    finally:
        server.close()


memory.few_heaps(os.cpu_count() or 2)  # of all threads: one for each core instead of eight


def _policy() -> str:
    """What a page may load and run; the scripts that are written into pages are known by their hashes."""
    page = Path(get_static_dir()) / "index.html"
    return headers.pages(headers.inline_scripts(page.read_text("utf-8") + UP))


app = st.App(
    "pages/_router.py",
    routes=[*probes.routes(), *site.routes(), *pictures.routes(), below_api(api)],
    middleware=[Middleware(Gate, workbench=server.workbench, policy=_policy(), farewell=farewell)],
    lifespan=lifespan,
    on_script_error=on_script_error,
)


def main() -> int:
    """`python app.py`: the address and the port come from the settings."""
    try:
        found = load()
        found.check_address()
    except SettingsError as error:
        print(f"{error}\n{error.hint}", file=sys.stderr)
        return error.exit_code
    app.run(config={"server.address": found.host, "server.port": found.port})
    return 0


if __name__ == "__main__":
    sys.exit(main())
