"""How things look in a notebook: small tables in HTML, every text escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

ROWS = 20
CHARACTERS = 200  # of one cell


def table(names: Sequence[str], rows: Iterable[Sequence[Any]], caption: str = "") -> str:
    """A table. Texts are escaped and cut."""
    head = "".join(f"<th>{_cell(name)}</th>" for name in names)
    body = "".join(
        "<tr>" + "".join(f"<td>{_cell(value)}</td>" for value in row) + "</tr>" for row in rows
    )
    told = f"<caption>{_cell(caption)}</caption>" if caption else ""
    return f"<table>{told}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cell(value: Any) -> str:
    if value is None:
        return ""
    text = "; ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
    text = text.encode("utf-8", "replace").decode("utf-8")
    return escape(text if len(text) <= CHARACTERS else f"{text[:CHARACTERS]}…")
