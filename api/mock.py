"""The real app on made-up data that is always the same, with switches for faults: `python -m core mock`.

`POST /mock/reset` brings the data back; `POST /mock/faults` with `{"status": 429 or 503, "share": 0.5, "slow": 2.0,
"times": 3}` makes a share of the next answers fail or wait; `{}` ends that. Everything is in a temporary folder and gone
at the end.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from api import errors
from api.app import below_api, create
from core.errors import BadValue, Busy, MarqueeError, TooMany
from core.settings import Settings
from core.workbench import Workbench

SEED, ROWS = 7, 200
FAULTS: dict[int, type[MarqueeError]] = {429: TooMany, 503: Busy}
_FIRST = ("Ada", "Grace", "Alan", "Katherine", "Edsger", "Barbara", "Hedy", "Jay", "Mei", "Yuki")
_LAST = ("Lovelace", "Hopper", "Turing", "Johnson", "Liskov", "Lamarr", "Chou", "Lin", "Sato")


class Mock:
    """One workbench on made-up people, made anew by `reset`."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="marquee-mock-"))
        self.faults: dict[str, Any] = {}
        self.chance = random.Random(SEED)  # nosec B311
        self._number = 0
        self.workbench = self._made()

    def reset(self) -> None:
        """The data and the chance of faults are as at the start."""
        self.workbench.close()
        self.faults, self.chance = {}, random.Random(SEED)  # nosec B311
        self.workbench = self._made()

    def close(self) -> None:
        """Nothing is left."""
        self.workbench.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _made(self) -> Workbench:
        self._number += 1
        home = self.folder / str(self._number)
        settings = Settings(
            database=home / "mock.duckdb",
            data_dir=home / "data",
            datasets_dir=home / "datasets",
            backup_dir=home / "backups",
            watch_folder=False,
        )
        workbench = Workbench.open(settings=settings)
        workbench.import_file([people()], filename="people.csv")
        workbench.start()
        return workbench

    async def fail(self) -> MarqueeError | None:
        """The fault that is due, if any; waits when answers shall be slow."""
        faults = self.faults
        if not faults or self.chance.random() >= float(faults.get("share", 1.0)):
            return None
        if "times" in faults:
            faults["times"] -= 1
            if faults["times"] < 0:
                self.faults = {}
                return None
        await asyncio.sleep(float(faults.get("slow", 0)))
        kind = FAULTS.get(int(faults.get("status", 0)))
        return kind("the mock was told to", headers={"Retry-After": "1"}) if kind else None


def people() -> bytes:
    """200 made-up people, always the same."""
    chance = random.Random(SEED)  # nosec B311
    lines = ["name,birth_date,gender,nationality,mbti,occupations"]
    types = ("INTJ", "INTP", "INFJ", "ENFP", "ISFP", "ESTJ")
    for number in range(ROWS):
        name = f"{chance.choice(_FIRST)} {chance.choice(_LAST)} {number:03}"
        day = f"{chance.randint(1900, 2005)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
        where = chance.choice(("Japan", "France", "Brazil", "Kenya", "Taiwan"))
        work = chance.choice(("singer", "actor", "writer", "singer; actor"))
        sex = chance.choice(("female", "male"))
        lines.append(f"{name},{day},{sex},{where},{chance.choice(types)},{work}")
    return ("\n".join(lines) + "\n").encode()


class _Faults:
    """ASGI middleware around the API."""

    def __init__(self, app: ASGIApp, mock: Mock) -> None:
        self.app, self.mock = app, mock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        error = await self.mock.fail() if scope["type"] == "http" else None
        if error is not None:
            return await errors.problem(error)(scope, receive, send)
        await self.app(scope, receive, send)


def app() -> Starlette:
    """The mock as an app: /api is the real one, /mock has the switches."""
    mock = Mock()

    async def reset(_request: Request) -> Response:
        await run_in_threadpool(mock.reset)
        return Response(status_code=204)

    async def faults(request: Request) -> Response:
        try:
            mock.faults = _checked(await request.json())
        except (ValueError, MarqueeError) as error:
            told = error if isinstance(error, MarqueeError) else BadValue("expected JSON")
            return errors.problem(told)
        return JSONResponse(mock.faults)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        yield
        await run_in_threadpool(mock.close)

    return Starlette(
        routes=[
            Route("/mock/reset", reset, methods=["POST"]),
            Route("/mock/faults", faults, methods=["POST"]),
            below_api(_Faults(create(lambda: mock.workbench), mock)),
        ],
        lifespan=lifespan,
    )


def _checked(given: Any) -> dict[str, Any]:
    known = {"status": (429, 503), "share": None, "slow": None, "times": None}
    if not isinstance(given, dict) or set(given) - set(known):
        raise BadValue(f"expected an object with {', '.join(known)}")
    if not all(isinstance(v, (int, float)) and 0 <= v <= 600 for v in given.values()):
        raise BadValue("expected numbers from 0 to 600")
    if given and given.get("status", 429) not in FAULTS:
        raise BadValue("the status of a fault is 429 or 503")
    return given


def main(arguments: list[str] | None = None) -> int:
    """Serve it until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m core mock", description=__doc__)
    parser.add_argument("--port", type=int, default=8502)
    found = parser.parse_args(arguments)
    for name in [n for n in os.environ if n.startswith("MARQUEE_")]:
        del os.environ[name]  # nothing of this machine's settings reaches the mock
    print(f"The mock answers at http://127.0.0.1:{found.port}/api/v1", flush=True)
    uvicorn.run(app(), host="127.0.0.1", port=found.port, log_level="warning")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
