"""JSON as a file format."""

from __future__ import annotations

import re
from pathlib import Path

import orjson

from core.files.format import FileFormat, Format, Look, binary
from core.files.json.beginning import cut
from core.files.source import Source
from core.files.table import Table

NAMES = (".json", ".jsonl", ".ndjson", ".geojson")


def detect(look: Look) -> Format | None:
    """Begins as JSON does, or is named so and is no table."""
    path, head = look.path, look.head
    text = _characters(head)
    start = text.lstrip("\ufeff \t\r\n")
    named = look.suffix in NAMES
    if start.startswith("{\\rtf"):
        return None
    if start[:1] in ("{", "["):
        if named or _looks_json(start) or _parses(path, head):
            return Format("json", "json", f"its first character is {start[0]}")
        return None
    if named and (_parses(path, head) or not _looks_tabular(start)):
        # A single value is JSON; anything else under this name is JSON gone wrong, and the
        # parser will say where.
        if not binary(head):
            return Format("json", "json", "it is named so, and is no table")
    return None


def _characters(head: bytes) -> str:
    for bom, codec in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if head.startswith(bom):
            return head.decode(codec, "replace")
    if head[:1] in b"[{" and head[1:2] == b"\0":
        return head.decode("utf-16-le", "replace")
    if head[:1] == b"\0" and head[1:2] in (b"[", b"{"):
        return head.decode("utf-16-be", "replace")
    return head.decode("utf-8", "replace")


def _looks_json(start: str) -> bool:
    """Begins as JSON does, even if it is broken further down."""
    return re.match(r'\{\s*"[^"\n]*"\s*:|\[\s*\{\s*"|\{\s*\}\s*$|\[\s*\{\s*\}', start) is not None


def _parses(path: Path, head: bytes) -> bool:
    if path.stat().st_size > len(head):
        return False
    try:
        orjson.loads(head.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError:
        return False
    return True


def _looks_tabular(start: str) -> bool:
    """At least two lines with the same number of the same delimiter."""
    lines = [line for line in start.splitlines()[:50] if line.strip()][:20]
    if len(lines) < 2:
        return False
    for sign in ",;\t|":
        counts = [line.count(sign) for line in lines]
        if counts[0] and sum(count == counts[0] for count in counts) >= 0.7 * len(counts):
            return True
    return False


def _read(source: Source, kind: str) -> Table:
    from core.files.json.table import read_json

    return read_json(source)


FORMAT = FileFormat(
    name="json",
    suffixes=NAMES,
    detect=detect,
    read=_read,
    decisions=("encoding", "shape", "list_key", "table"),
    shown=(("shape", "table", "list_key"), ("encoding", "format")),
    beginning=cut,
    kinds={"json": "JSON"},
    by_name=True,
    spreadsheet=False,
    other_tables=True,
)
