"""`Idempotency-Key` on every request that changes something: sent again, it is answered as the first time.

Files that are brought have keys of their own, which hold as long as their upload (`uploads.py`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import errors, guard
from api.entry import ACTOR
from core.errors import Conflict, InputError, MarqueeError
from core.jobs.answers import LARGEST, Answer
from core.storage.patience import Patience, offered
from core.workbench import Workbench

UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
OWN = ("/v1/uploads",)  # has keys of its own
SECRET = ("/v1/access/", "/v1/webhooks")  # answers that hold a secret are not kept
_KEPT = ("content-type", "location", "etag", "retry-after", "link")
_ASKED = ("content-type", "if-match", "prefer", "accept")


class Idempotent:
    """ASGI middleware inside the guard: who asks is known."""

    def __init__(self, app: ASGIApp, workbench: Callable[[], Workbench]) -> None:
        self.app, self.workbench = app, workbench

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in UNSAFE:
            return await self.app(scope, receive, send)
        key, path = Headers(scope=scope).get("idempotency-key"), guard.path_of(scope)
        if key is None or path in OWN or ACTOR not in scope or not path.startswith("/v1/"):
            return await self.app(scope, receive, send)
        try:
            await self._once(scope, receive, send, checked(key))
        except MarqueeError as error:
            await errors.problem(error)(scope, receive, send)

    async def _once(self, scope: Scope, receive: Receive, send: Send, key: str) -> None:
        body = await _body(receive)
        answers = (await run_in_threadpool(self.workbench)).services.answers
        actor = scope[ACTOR]
        owner, print_ = actor.key or actor.who, fingerprint(scope, body)
        with offered(Patience(0)):  # the note of a key is no change: what is asked may be stopped
            earlier = await run_in_threadpool(answers.begin, owner, key, print_)
        if earlier is not None:
            return await _again(earlier)(scope, receive, send)
        taken = _Taken(send, keeping=not guard.path_of(scope).startswith(SECRET))
        try:
            await self.app(scope, _given(body, receive), taken.send)
        except BaseException:
            await run_in_threadpool(answers.drop, owner, key)
            raise
        if taken.answer is None:
            await run_in_threadpool(answers.drop, owner, key)
        else:
            await run_in_threadpool(answers.keep, owner, key, taken.answer)
        await taken.finish()


class _Taken:
    """An answer on its way out, of which a copy is kept if it is a good one. Its end waits until it is kept."""

    def __init__(self, send: Send, *, keeping: bool) -> None:
        self._send, self._keeping = send, keeping
        self._status, self._headers = 0, dict[str, str]()
        self._body = b""
        self._last: Message | None = None

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status = int(message["status"])
            found = Headers(raw=message["headers"])
            self._headers = {name: found[name] for name in _KEPT if name in found}
        elif message["type"] == "http.response.body":
            self._take(message.get("body", b""))
            if not message.get("more_body"):
                self._last = message
                return
        await self._send(message)

    def _take(self, piece: bytes) -> None:
        if self._keeping:
            self._body += piece
            self._keeping = len(self._body) <= LARGEST

    async def finish(self) -> None:
        if self._last is not None:
            await self._send(self._last)

    @property
    def answer(self) -> Answer | None:
        """What is kept; None for what was refused, or broke off."""
        if self._last is None or not 200 <= self._status < 400:
            return None
        return Answer(self._status, self._headers, self._body if self._keeping else None)


def checked(key: str) -> str:
    """The key. Raises InputError for what is none."""
    if not (1 <= len(key) <= 255 and key.isascii() and key.isprintable()):
        raise InputError("an Idempotency-Key is 1 to 255 printable ASCII characters")
    return key


def fingerprint(scope: Scope, body: bytes) -> str:
    """Everything that a request asks for, as one text of fixed length."""
    headers = Headers(scope=scope)
    asked = [headers.get(name, "") for name in _ASKED]
    head = [str(scope["method"]), str(scope["path"]), scope["query_string"].decode("latin-1")]
    return hashlib.sha256("\0".join([*head, *asked, ""]).encode() + body).hexdigest()


async def _body(receive: Receive) -> bytes:
    pieces: list[bytes] = []
    while True:
        message = await receive()
        pieces.append(message.get("body", b""))
        if message["type"] == "http.disconnect" or not message.get("more_body"):
            return b"".join(pieces)


def _given(body: bytes, receive: Receive) -> Receive:
    given = False

    async def receiving() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receiving


def _again(answer: Answer) -> Response:
    if answer.body is None:
        raise Conflict(
            "this request was done already, and its answer is not kept",
            hint="Look up what it made; send another key to do it once more.",
        )
    headers = {**answer.headers, "Idempotency-Replayed": "true"}
    return Response(answer.body, answer.status, headers)
