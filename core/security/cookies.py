"""Cookies as a browser sends them."""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie

HOST_COOKIE = "__Host-marquee"  # only by TLS; browsers bind it to this very host
PLAIN_COOKIE = "marquee_login"  # over plain http, which only this machine should use


def cookies(header: str) -> dict[str, str]:
    """Name to value; none where the header cannot be read."""
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(header).items()}
    except CookieError:
        return {}
