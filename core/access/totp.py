"""The second factor: six digits that change every half minute (RFC 6238), and codes for when the device is lost."""

from __future__ import annotations

import time
from urllib.parse import quote

import pyotp

STEP = 30  # seconds
DRIFT = 1  # steps by which a clock may be wrong


def secret() -> str:
    """160 random bits, as an app takes them."""
    return pyotp.random_base32(32)


def address(kept: str, name: str, place: str = "Marquee") -> str:
    """What an app reads from a picture or a link."""
    return pyotp.TOTP(kept).provisioning_uri(name=name, issuer_name=quote(place))


def step_of(code: str, kept: str, after: int = 0, now: float | None = None) -> int | None:
    """The step whose code it is, when that is a later one than `after`: no code works twice. None when it is wrong."""
    present = int((time.time() if now is None else now) // STEP)
    plain = "".join(code.split())
    if len(plain) != 6 or not plain.isascii() or not plain.isdigit():
        return None
    made = pyotp.TOTP(kept)
    for step in range(present - DRIFT, present + DRIFT + 1):
        if step > after and pyotp.utils.strings_equal(made.generate_otp(step), plain):
            return step
    return None
