"""Whole items from the beginning of a large JSON text."""

from __future__ import annotations

import re

_SIGNS = re.compile(rb'"(?:[^"\\]|\\.)*+"?|[\[\]{}]', re.DOTALL)
_PARTNER = {b"]": b"[", b"}": b"{"}


def cut(head: bytes) -> bytes | None:
    """Whole items: objects one after the other, of a list, or of a list within an object."""
    ends: dict[int, tuple[int, bytes]] = (
        {}
    )  # depth to the last value that ended there, and what closes it
    still: list[bytes] = []
    for sign in _SIGNS.finditer(head):
        mark = sign[0]
        if mark in b"[{":
            still.append(mark)
        elif mark in b"]}":
            if not still or still.pop() != _PARTNER[mark]:
                return None
            ends[len(still)] = sign.end(), b"".join(still)
    first = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    for depth, around in ((0, b""), (1, b"["), (2, b"{[")):
        place, opened = ends.get(depth, (0, b""))
        if place and opened == around and (depth or first == b"{"):
            return head[:place] + around[::-1].translate(_CLOSING)
    return None


_CLOSING = bytes.maketrans(b"[{", b"]}")
