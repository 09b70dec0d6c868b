"""Who asks: a browser by the cookie of its login, a program by its key or the token."""

from __future__ import annotations

from collections.abc import Mapping

from core.access import joining, tickets
from core.access.room import Room
from core.access.secrets import KEY
from core.actor import Actor
from core.errors import NotAllowed
from core.security import sessions
from core.security.cookies import HOST_COOKIE, PLAIN_COOKIE
from core.settings import Settings
from core.workbench import Workbench

CLIENT = "marquee.client"  # the address that asks, in the scope
TICKET = "marquee-ticket"  # the header by which a page sends a file
ACTOR = "marquee.actor"  # who asks, in the scope of a request


def cookie_name(secure: bool) -> str:
    """The name of the cookie of an account's session."""
    return HOST_COOKIE if secure else PLAIN_COOKIE


def secret_of(settings: Settings, cookies: Mapping[str, str]) -> str:
    """The secret in the cookie of a login. Where browsers come by TLS, no other cookie counts."""
    return cookies.get(cookie_name(settings.places.secure), "")


def visitor(workbench: Workbench, cookies: Mapping[str, str], *, used: bool = True) -> Actor | None:
    """Who looks at the pages; None for somebody who has to log in first. May read the database.

    `used`: they do something, so their session goes on; else it is only asked whether it does.
    """
    settings = workbench.settings
    if settings.mode == "team":
        return workbench.services.access.by_session(secret_of(settings, cookies), used=used)
    if settings.token:
        known = sessions.holds(settings.token, cookies.get(sessions.COOKIE, ""))
        return Actor("token", "page") if known else None
    return Actor("local", "page")


def page(workbench: Workbench, ticket: str, request: str) -> Actor:
    """Who a page sends a file for. Raises NotAllowed."""
    return tickets.actor(workbench.services.access, ticket, request)


def program(workbench: Workbench, authorization: str, address: str, request: str) -> Actor:
    """Who a request to the API acts for. Raises NotAllowed, TooMany. May read the database.

    What failed is counted by address: whoever guesses has to wait, and a key that is right goes on working.
    """
    room, settings = workbench.services.access, workbench.settings
    scheme, _, given = authorization.partition(" ")
    # Header bytes come decoded as Latin-1; a token is compared as the UTF-8 that was sent.
    given = given.strip().encode("latin-1", "replace").decode("utf-8", "replace")
    if not authorization and not settings.guarded:
        return Actor("local", "api", request=request)
    try:
        if scheme.lower() != "bearer" or not given:
            raise NotAllowed("the token is missing")
        if given.startswith(KEY):
            return room.by_key(given, request)
        if settings.token and sessions.same(given, settings.token):
            return Actor("token", "api", request=request)
        if room.provider and given.count(".") == 2:
            return joining.by_bearer(room, room.provider.bearer(given), request)
        if not settings.guarded:
            return Actor("local", "api", request=request)
        raise NotAllowed("the token is wrong")
    except NotAllowed:
        if given:
            _failed(room, address)
        raise


def _failed(room: Room, address: str) -> None:
    room.tell_failed(Actor("unknown", "api", "none"), address)
    room.hit("guess", address)
