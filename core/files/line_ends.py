"""How the lines of a text end: LF, CRLF, CR, or several ways ("any")."""

from __future__ import annotations

from pathlib import Path

from core.files.table import Decision

SAMPLE = 4 << 20  # bytes


def decide_line_end(path: Path, wanted: str | None = None) -> Decision:
    """Look at the first lines of a UTF-8 text."""
    if wanted is not None:
        return Decision("line_end", wanted, "chosen by the user")
    with path.open("rb") as file:
        data = file.read(SAMPLE)
    both = data.count(b"\r\n")
    alone = {"CRLF": both, "LF": data.count(b"\n") - both, "CR": data.count(b"\r") - both}
    found = {name: count for name, count in alone.items() if count}
    if not found:
        return Decision("line_end", "any", "the file is one line")
    usual = max(found, key=lambda name: found[name])
    if len(found) == 1:
        return Decision("line_end", usual, f"all {found[usual]:,} lines looked at end in {usual}")
    counts = ", ".join(f"{count:,} in {name}" for name, count in found.items())
    return Decision("line_end", "any", f"lines end in several ways: {counts}", runner_up=usual)
