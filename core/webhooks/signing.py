"""Signatures of Standard Webhooks 1.0: HMAC-SHA256 over id, time and body, with a secret that starts with whsec_."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets

PREFIX = "whsec_"
BYTES = 32


def new_secret() -> str:
    """A fresh secret."""
    return PREFIX + base64.b64encode(secrets.token_bytes(BYTES)).decode()


def headers(secret: str, message_id: str, at: int, body: bytes) -> dict[str, str]:
    """The headers of a message, sent at `at` (seconds since 1970)."""
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(at),
        "webhook-signature": f"v1,{_signature(secret, message_id, at, body)}",
    }


def holds(secret: str, given: dict[str, str], body: bytes, *, at: int, within: int = 300) -> bool:
    """Whether a message is signed with the secret, and not older (or newer) than `within` seconds."""
    try:
        sent = int(given["webhook-timestamp"])
        wanted = _signature(secret, given["webhook-id"], sent, body)
    except (KeyError, ValueError, binascii.Error):
        return False
    signatures = [each.partition(",")[2] for each in given.get("webhook-signature", "").split()]
    fits = [hmac.compare_digest(wanted.encode(), each.encode()) for each in signatures]
    return any(fits) and abs(at - sent) <= within


def _signature(secret: str, message_id: str, at: int, body: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = f"{message_id}.{at}.".encode() + body
    return base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
