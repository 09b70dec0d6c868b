"""Whole lines from the beginning of a large text."""

from __future__ import annotations

LINE_ENDS = 200  # looked at from the last one backwards, for one that stands in no quotes
_WIDE = (b"\n\0", b"\0\n")  # line ends of UTF-16


def cut(head: bytes) -> bytes | None:
    """Whole lines. Of those that could be the last, one behind which no quote is open."""
    if b"\0" in head:
        return _wide(head)
    end = len(head)
    for _ in range(LINE_ENDS):
        end = head.rfind(b"\n", 0, end)
        if end < 0:
            break
        if head.count(b'"', 0, end) % 2 == 0:
            return head[: end + 1]
    end = max(head.rfind(b"\n"), head.rfind(b"\r"))
    return head[: end + 1] if end > 0 else None


def _wide(head: bytes) -> bytes | None:
    for sign in _WIDE:
        end = head.rfind(sign)
        while end > 0 and end % 2:
            end = head.rfind(sign, 0, end)
        if end > 0:
            return head[: end + 2]
    return None
