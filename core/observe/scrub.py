"""What must not leave in a log or an error: secrets of the settings, tokens, and what people wrote.

Lines of our own are clean by their catalogue. This is for the lines of libraries, and the last guard for all.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from typing import Any

from pydantic import SecretStr

from core.settings import Settings

HIDDEN = "[hidden]"
_PATTERNS = (
    (re.compile(r"(?i)\b(bearer|basic|token)\s+[A-Za-z0-9._~+/=-]{6,}"), r"\1 " + HIDDEN),
    (
        re.compile(r"(?i)\b((?:api[_-]?)?(?:key|token|secret|password|passwd|dsn)\s*[=:]\s*)\S+"),
        r"\1" + HIDDEN,
    ),
    (re.compile(r"(\w+://)[^/\s@]+@"), r"\1" + HIDDEN + "@"),
    (re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+"), HIDDEN),
    (re.compile(r"\?[^\s\"']*=[^\s\"']*"), "?" + HIDDEN),  # queries of addresses: what was searched
    (re.compile(r"'[^']*'|\"[^\"]*\""), "'" + HIDDEN + "'"),
)
_secrets: set[str] = set()


def learn(settings: Settings) -> None:
    """Remember every secret of the settings, to find it wherever it turns up."""
    for value in settings.__dict__.values():
        for one in value.values() if isinstance(value, dict) else (value,):
            if isinstance(one, SecretStr) and len(one.get_secret_value()) >= 4:
                _secrets.add(one.get_secret_value())


def secrets(text: str) -> str:
    """The text without the secrets of the settings."""
    for secret in _secrets:
        if secret in text:
            text = text.replace(secret, HIDDEN)
    return text


def foreign(text: str, most: int = 500) -> str:
    """The text of somebody else, without what may be personal or secret: quoted texts, addresses, tokens, queries."""
    text = secrets(text[: 4 * most])
    for pattern, instead in _PATTERNS:
        text = pattern.sub(instead, text)
    return text[:most]


def network(address: str) -> str:
    """The network of an address (/24, /48): enough to see that one place asks again and again, and no person."""
    try:
        found = ipaddress.ip_address(address.strip("[]").partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return str(ipaddress.ip_network((found, 24 if found.version == 4 else 48), strict=False))


def deep(value: Any) -> Any:
    """The same for all texts of a JSON value."""
    if isinstance(value, str):
        return secrets(value)
    if isinstance(value, dict):
        return {key: deep(one) for key, one in value.items()}
    if isinstance(value, Iterable) and not isinstance(value, (bytes, bytearray)):
        return [deep(one) for one in value]
    return value
