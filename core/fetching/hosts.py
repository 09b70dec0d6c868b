"""Which hosts may be asked. An address of this machine or of its network is refused unless the settings allow its host.

A name is looked up once, every address of it is looked at, and the connection goes to one that was: a name that means
another address a moment later changes nothing.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Iterable

from core.errors import AddressRefused, FetchFailed

Resolve = Callable[[str, int], list[str]]
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_SIX_TO_FOUR = ipaddress.ip_network("2002::/16")


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a name. Raises FetchFailed."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise FetchFailed(f"the host {host} is not known: {error}") from error
    return list(dict.fromkeys(str(each[4][0]) for each in found))


def public(address: str) -> bool:
    """Whether an address is one of the internet. What holds an IPv4 address in it is as public as that."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped:
            return public(str(found.ipv4_mapped))
        if found in _NAT64:
            return public(str(ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)))
        if found in _SIX_TO_FOUR:
            return public(str(ipaddress.IPv4Address((int(found) >> 80) & 0xFFFFFFFF)))
    return found.is_global and not found.is_multicast


def checked(host: str, port: int, allowed: Iterable[str], look_up: Resolve = resolve) -> list[str]:
    """The addresses that may be connected to. Raises AddressRefused when any of them is private."""
    found = look_up(host, port)
    if host.lower().strip("[]").rstrip(".") in {a.lower().strip("[]") for a in allowed}:
        return found
    for address in found:
        if not public(address):
            raise AddressRefused(
                f"{host} is an address of this machine or its network ({address})",
                hint="Whoever runs Marquee can allow the host in MARQUEE_FETCH_HOSTS.",
            )
    return found
