"""What machines ask beside the API: /livez, /readyz, /startupz and /metrics, at the root of the server.

The first three tell no secret and need no key. /metrics needs the key where one is set; on a port of its own
(MARQUEE_METRICS_PORT, this machine alone) it needs none.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api import errors, guard
from api.bench import REQUEST, as_json
from core import server
from core.errors import MarqueeError
from core.monitoring.health import Health
from core.workbench import Workbench

PATHS = ("/livez", "/readyz", "/startupz", "/metrics")
_NO_STORE = {"Cache-Control": "no-store"}


def routes(running: Callable[[], Workbench | None] = server.running) -> list[Route]:
    """The routes for the server's root. `running` gives the workbench once it is open."""

    async def livez(_request: Request) -> Response:
        """The process answers; nothing else is looked at, so a full disk restarts nothing."""
        return as_json({"status": "ok"}, headers=_NO_STORE)

    async def startupz(_request: Request) -> Response:
        """Whether the start is over."""
        if running() is None:
            return as_json({"status": "starting"}, 503, _NO_STORE)
        return as_json({"status": "ok"}, headers=_NO_STORE)

    async def readyz(_request: Request) -> Response:
        """Whether requests can be served: every part with its time and, where it does not work, its cause."""
        workbench = running()
        if workbench is None:
            return as_json({"status": "starting", "checks": []}, 503, _NO_STORE)
        health = await run_in_threadpool(workbench.services.monitor.checks.look)
        return as_json(told(health), 200 if health.ready else 503, _NO_STORE)

    async def metrics(request: Request) -> Response:
        """All metrics, for Prometheus."""
        from core.observe import exposition

        workbench = running()
        if workbench is None:
            return as_json({"status": "starting"}, 503, _NO_STORE)
        try:
            guard.check(request.scope, workbench.settings)
            request.scope[REQUEST] = uuid.uuid4().hex
            await run_in_threadpool(guard.admit, request.scope, workbench)
        except MarqueeError as error:
            return errors.problem(error)
        body = await run_in_threadpool(exposition.text)
        return Response(body, 200, _NO_STORE, exposition.CONTENT_TYPE)

    found = {"/livez": livez, "/readyz": readyz, "/startupz": startupz, "/metrics": metrics}
    return [Route(path, endpoint, methods=["GET"]) for path, endpoint in found.items()]


def told(health: Health) -> dict[str, Any]:
    """The health as the answer tells it. Causes name parts and error titles, and no value."""
    checks = [
        {
            "name": one.name,
            "status": "unused" if not one.used else "ok" if one.ok else "failed",
            "needed": one.needed,
            "seconds": round(one.seconds, 4),
            **({"cause": one.cause, "hint": one.hint} if one.cause else {}),
        }
        for one in health.found
    ]
    return {"status": "ready" if health.ready else "not ready", "checks": checks}
