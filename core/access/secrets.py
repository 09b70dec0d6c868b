"""Secrets that we hand out: sessions, links, keys, recovery codes. Only their hashes are kept.

They have 128 bits and more, so a plain hash is enough: nobody can try them all. A password has fewer; see
`passwords`.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import zlib

KEY = "mq_live_"
ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"
_BODY, _SUM = 31, 7  # characters: 31 of 36 signs are more than 160 bits; 7 hold the 32 of a CRC
_CODE = "abcdefghjkmnpqrstuvwxyz23456789"  # without what is mistaken for something else


def token() -> str:
    """256 random bits, for cookies and links."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def same(given: str, kept: str) -> bool:
    """Whether two texts are equal, in a time that does not depend on how much of them is."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), kept.encode("utf-8", "replace"))


def api_key() -> str:
    """`mq_live_` with 160 random bits and a checksum: 46 characters, which scanners for secrets can know.

    As a pattern: `mq_live_[0-9a-z]{38}`.
    """
    body = _based(secrets.randbits(160), _BODY)
    return f"{KEY}{body}{_checksum(body)}"


def is_api_key(text: str) -> bool:
    """Whether a text has the form and the checksum of a key of ours. A slip in copying is seen without a look-up."""
    body = text.removeprefix(KEY)
    if body == text or len(body) != _BODY + _SUM or not set(body) <= set(ALPHABET):
        return False
    return _checksum(body[:_BODY]) == body[_BODY:]


def recovery_codes(number: int = 10) -> list[str]:
    """Codes for somebody who lost the second factor; each works once. 50 bits each, and tries are limited."""
    return [f"{_code()}-{_code()}" for _ in range(number)]


def _code() -> str:
    return "".join(secrets.choice(_CODE) for _ in range(5))


def _checksum(body: str) -> str:
    return _based(zlib.crc32(body.encode()), _SUM)


def _based(number: int, length: int) -> str:
    digits = ""
    while number:
        number, rest = divmod(number, len(ALPHABET))
        digits = ALPHABET[rest] + digits
    return digits.rjust(length, "0")
