"""Under which names an installation may be asked for, by which pages, and by whom through which proxies.

A browser lets any web page send requests to 127.0.0.1 and to machines behind a firewall. Two headers that no page
can forge tell such a request: `Host` is the name that the browser was told (a foreign one is DNS rebinding), and
`Origin` is the page that asks, with scheme, name and port.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import SplitResult, urlsplit

PORTS = {"http": 80, "https": 443}
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def is_loopback(name: str) -> bool:
    """Whether a host name or address is this machine's own, and no other machine's."""
    if name.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True)
class Places:
    """`host`: what is listened on. `public`: scheme, name and port under which others come, if that is said.

    `guarded`: a token or an account is asked for, so that a foreign name reads nothing.
    """

    host: str = "127.0.0.1"
    public: str | None = None
    guarded: bool = False
    proxies: tuple[str, ...] = ()

    @cached_property
    def secure(self) -> bool:
        """Whether browsers come by TLS."""
        return (self.public or "").startswith("https:")

    def knows_host(self, host: str) -> bool:
        """Whether the header `Host` names this installation."""
        asked = _split(f"//{host}")
        if asked is None or not asked.hostname or asked.netloc != host or "@" in host:
            return False
        name = asked.hostname.rstrip(".")
        if is_loopback(name) or name == self.host.strip("[]").lower():
            return True
        if self.public is not None:
            return self._netloc(host, self.public) == self._netloc(urlsplit(self.public).netloc)
        return self.guarded and not is_loopback(self.host)

    def knows_origin(self, origin: str, host: str) -> bool:
        """Whether the page that asks is one of ours: exactly the name and the port that it asks for."""
        asking = _split(origin)
        if asking is None or asking.scheme not in PORTS or asking.path or not asking.hostname:
            return False
        if self.public is not None and origin.lower() == self.public:
            return True
        asked = _split(f"//{host}")
        name = asked.hostname if asked else None
        if self.public is not None and not (name and is_loopback(name)):
            return False  # one address is said, so no other is ours
        return self._netloc(asking.netloc, origin) == self._netloc(host, origin)

    def client(self, peer: str, forwarded: str) -> str:
        """The address that asks: that of the connection, or what a trusted proxy says of it."""
        found = peer
        for each in reversed([part.strip() for part in forwarded.split(",") if part.strip()]):
            if not self.trusts(found):
                break
            found = each
        return found

    def trusts(self, address: str) -> bool:
        """Whether it is the address of a proxy of ours."""
        try:
            given = ipaddress.ip_address(address.strip("[]"))
        except ValueError:
            return False
        return any(given in network for network in self._networks)

    @cached_property
    def _networks(self) -> tuple[Network, ...]:
        return tuple(ipaddress.ip_network(each, strict=False) for each in self.proxies)

    def _netloc(self, netloc: str, like: str | None = None) -> tuple[str, int]:
        """Name and port; where no port is said, that of the scheme of `like`."""
        parts = _split(f"//{netloc}")
        scheme = urlsplit(like or self.public or "http:").scheme
        port = parts.port if parts else None
        name = (parts.hostname or "") if parts else ""
        return name.rstrip("."), port or PORTS.get(scheme, 80)


def _split(address: str) -> SplitResult | None:
    try:
        found = urlsplit(address)
        _ = found.port, found.hostname  # both are looked at only when they are asked for
        return found
    except ValueError:
        return None
