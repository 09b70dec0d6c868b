"""Every example of the documents: what stands in a fence, or is set in by four blanks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    *sorted((ROOT / "docs").glob("*.md")),
    ROOT / "data_uploads" / "README.md",
]
_FENCE = re.compile(r"^ *(```+|~~~+) *(\w*)")
_INDENTED = re.compile(r"^(?: {4}|\t)")


@dataclass(frozen=True)
class Example:
    """One example. `kind` is the word behind the fence; what is set in is a `shell` example."""

    document: str
    line: int
    kind: str
    text: str

    def __str__(self) -> str:
        return f"{self.document}:{self.line}"


def find(document: str, text: str) -> Iterator[Example]:
    """The examples of one document, in their order."""
    lines = text.splitlines()
    place = 0
    while place < len(lines):
        fence = _FENCE.match(lines[place])
        blank_before = place == 0 or not lines[place - 1].strip()
        end = place + 1
        if fence:
            while end < len(lines) and not lines[end].strip().startswith(fence[1]):
                end += 1
            inside = "\n".join(lines[place + 1 : end]) + "\n"
            yield Example(document, place + 1, fence[2] or "no language", inside)
            end += 1
        elif _INDENTED.match(lines[place]) and lines[place].strip() and blank_before:
            while end < len(lines) and _INDENTED.match(lines[end]):
                end += 1
            inside = "\n".join(_INDENTED.sub("", line) for line in lines[place:end]) + "\n"
            yield Example(document, place + 1, "shell", inside)
        place = end


def every() -> list[Example]:
    """All examples of all documents."""
    return [
        example
        for path in DOCUMENTS
        for example in find(path.relative_to(ROOT).as_posix(), path.read_text("utf-8"))
    ]


def of(*claims: tuple[str, str]) -> list[Example]:
    """The examples of these documents and kinds."""
    return [example for example in every() if (example.document, example.kind) in claims]
