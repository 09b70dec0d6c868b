"""The address of a server: whether it can be listened on, and how it is reached from this machine."""

from __future__ import annotations

import errno
import http.client
import ipaddress
import socket

from core.launch.environment import WINDOWS


class AddressError(Exception):
    """The address cannot be listened on; the text says why and what to do."""


def check_free(host: str, port: int) -> None:
    """Refuse an address that is taken or not this machine's. Raises AddressError."""
    try:
        family, kind, _, _, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            if (
                not WINDOWS
            ):  # there it would mean "share"; here: a port that was just closed is free
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(where)
    except OSError as error:
        raise AddressError(unusable(host, port, error)) from error


def unusable(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE or getattr(error, "winerror", None) == 10048:
        mine = " (a Marquee or another Streamlit app)" if healthy(host, port) else ""
        another = port + 1 if port < 65535 else 8501
        return (
            f"Port {port} is in use by another program{mine}.\n"
            f"Stop that one, or choose another port: python3 run_app.py --port {another}"
        )
    if isinstance(error, PermissionError):
        return f"Port {port} may not be used by this user. Choose one above 1023: --port 8501"
    return (
        f"The address {host}:{port} cannot be used: {error.strerror or error}. Try --host 127.0.0.1"
    )


def contact(host: str) -> str:
    """Where to reach a server that listens on `host`."""
    try:
        listened = ipaddress.ip_address(host)
    except ValueError:
        return host
    if not listened.is_unspecified:
        return host
    return "127.0.0.1" if listened.version == 4 else "::1"


def healthy(host: str, port: int) -> bool:
    """Whether a Streamlit server answers there."""
    connection = http.client.HTTPConnection(contact(host), port, timeout=2)
    try:
        connection.request("GET", "/_stcore/health")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def address(host: str, port: int) -> str:
    """What to type into a browser on this machine."""
    name = contact(host)
    name = "localhost" if name == "127.0.0.1" else f"[{name}]" if ":" in name else name
    return f"http://{name}:{port}"
