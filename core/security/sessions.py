"""Who may see the pages while a token is set: a signed note that the browser brings back as a cookie.

The note holds no token, only when it ends and a signature by a key of this process: it cannot be made
or prolonged elsewhere, nobody can guess the token from it, and a restart asks again.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time

COOKIE = "marquee_session"
LIFETIME = 12 * 3600  # seconds: a working day

_KEY = secrets.token_bytes(32)
_ended: dict[str, int] = {}  # what was logged out, and when it would have ended by itself


def same(given: str, token: str) -> bool:
    """Whether it is the token; takes the same time however much of it is right."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), token.encode())


def begin(token: str) -> str:
    """A note for somebody who knew the token."""
    note = f"{int(time.time()) + LIFETIME}-{secrets.token_urlsafe(12)}"
    return f"{note}.{_sign(token, note)}"


def holds(token: str, cookie: str) -> bool:
    """Whether a cookie is a note of ours for this token, not over and not logged out."""
    note, _, signature = cookie.rpartition(".")
    if not same(signature, _sign(token, note)):
        return False
    return int(note.partition("-")[0]) > time.time() and note not in _ended


def end(token: str, cookie: str) -> None:
    """Log out: from now on the note opens nothing, in no tab."""
    if holds(token, cookie):
        now = time.time()
        for note in [n for n, until in _ended.items() if until < now]:
            del _ended[note]
        note = cookie.rpartition(".")[0]
        _ended[note] = int(note.partition("-")[0])


def _sign(token: str, note: str) -> str:
    return hmac.new(_KEY, f"{token}\0{note}".encode("utf-8", "replace"), hashlib.sha256).hexdigest()
