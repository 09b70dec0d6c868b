"""The address: what can be listened on, and what is printed for the browser."""

from __future__ import annotations

import socket

import pytest

from core.launch.address import AddressError, address, check_free


def test_a_free_address_is_fine() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = int(listener.getsockname()[1])
    check_free("127.0.0.1", port)
    check_free("0.0.0.0", port)


def test_a_taken_port_is_refused_with_the_way_out() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = int(listener.getsockname()[1])
        with pytest.raises(AddressError, match=f"Port {port} is in use by another program.\n"):
            check_free("127.0.0.1", port)


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(AddressError, match="192.0.2.7:8501 cannot be used"):
        check_free("192.0.2.7", 8501)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", "http://localhost:80"),
        ("0.0.0.0", "http://localhost:80"),
        ("::", "http://[::1]:80"),
    ],
)
def test_the_printed_address_can_be_opened(host: str, expected: str) -> None:
    assert address(host, 80) == expected
