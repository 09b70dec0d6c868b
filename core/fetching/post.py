"""A small message to an http or https address. Redirects are not followed: who moved says so by changing the address."""

from __future__ import annotations

import http.client
from collections.abc import Mapping
from urllib.parse import urlsplit

from core.errors import FetchFailed
from core.fetching import hosts
from core.fetching.fetch import connected
from core.fetching.hosts import Resolve
from core.settings import Settings


def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    settings: Settings,
    *,
    seconds: float,
    look_up: Resolve = hosts.resolve,
) -> int:
    """Send JSON; the status of the answer. Raises AddressRefused for what may not be asked, FetchFailed."""
    connection = connected(url, settings, look_up)
    connection.timeout = seconds
    parts = urlsplit(url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    known = {"User-Agent": "Marquee", "Content-Type": "application/json"}
    try:
        connection.request("POST", path, body, {**known, **headers})
        return connection.getresponse().status
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise FetchFailed(f"{url.split('?')[0][:200]} does not answer: {error}") from error
    finally:
        connection.close()


def check(url: str, settings: Settings, look_up: Resolve = hosts.resolve) -> None:
    """Raises AddressRefused, or FetchFailed for a host that is not known, before anything is sent."""
    connected(url, settings, look_up).close()
