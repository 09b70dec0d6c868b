"""Passwords: what is taken for one, and what is kept of it.

A password is long, was not leaked, and is not easily guessed from what it is made of; which signs are in it does not
matter. The list of leaked ones and the estimate are those of zxcvbn, which ships both.
"""

from __future__ import annotations

import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from core.errors import BadPassword

LEAST, MOST = 12, 256  # characters
LOOKED_AT = 72  # characters that are estimated: the time grows with them, the result hardly does
SAFE = 3  # of 0 to 4: more than 10^8 guesses

_hasher = PasswordHasher(time_cost=3, memory_cost=19_456, parallelism=1)  # 19 MiB, as OWASP has it


def check(password: str, about: tuple[str, ...] = ()) -> str:
    """The password in the form that is kept; `about` is what is known of its owner. Raises BadPassword."""
    text = folded(password)
    if not LEAST <= len(text) <= MOST:
        raise BadPassword(
            f"it has {len(text)} characters; expected {LEAST} to {MOST}",
            hint="Four or five words are easy to remember.",
        )
    if text.lower() in leaked():
        raise BadPassword("it is on the list of leaked passwords", hint="Take another one.")
    if _guesses(text, about) < SAFE:
        raise BadPassword(
            "it is easily guessed",
            hint="Take words that have nothing to do with one another, or a text of a password manager.",
        )
    return text


def folded(password: str) -> str:
    """The same password, however a keyboard put its accents together."""
    return unicodedata.normalize("NFKC", password)


@cache
def leaked() -> frozenset[str]:
    """Passwords that were leaked most often, in lower case."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # half a megabyte, for whoever sets one

    return frozenset(FREQUENCY_LISTS["passwords"])


def _guesses(text: str, about: tuple[str, ...]) -> int:
    from zxcvbn import zxcvbn

    own = ["marquee", *(word for word in about if word)]
    return int(zxcvbn(text[:LOOKED_AT], user_inputs=own)["score"])


def hashed(password: str) -> str:
    """The argon2id hash of a password that was checked."""
    return _hasher.hash(folded(password))


def fits(password: str, kept: str | None) -> bool:
    """Whether it is the password. Without a hash it takes as long: no clock tells which accounts there are."""
    try:
        return _hasher.verify(kept or _nobody(), folded(password)[:MOST]) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def outdated(kept: str) -> bool:
    """Whether it was hashed with less work than today."""
    return _hasher.check_needs_rehash(kept)


@cache
def _nobody() -> str:
    return _hasher.hash("the password of nobody")
