"""Encoding, mark and line ends of a JSON file. JSON is UTF-8, and what is not is refused by name."""

from __future__ import annotations

import codecs
from pathlib import Path

from core.errors import BrokenFile
from core.files.encodings import decoding, encoding
from core.files.table import Decision

HEAD = 64 << 10
_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)


def decide(path: Path, override: str | None) -> tuple[Decision, Decision, Decision]:
    """The decisions `encoding`, `bom` and `line_end`."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    found = next(((codec, name) for mark, codec, name in _BOMS if head.startswith(mark)), None)
    if override is not None:
        coded = encoding.decide_encoding(path, override)
    elif found:
        coded = Decision("encoding", found[0], f"the file begins with the mark of {found[1]}")
    else:
        coded = _unmarked(head)
    if found:
        mark = Decision("bom", True, f"the file begins with the mark of {found[1]}")
    else:
        mark = Decision("bom", False, "the file does not begin with a byte order mark")
    return coded, mark, _line_end(head, codec_of(coded))


def codec_of(coded: Decision) -> str:
    """The codec that opens the file; JSON has no lines of another encoding."""
    name = str(coded.value)
    return "utf-8-sig" if name == "utf-8" or decoding.is_mixed(name) else name


def _unmarked(head: bytes) -> Decision:
    # JSON begins with ASCII, so the zero bytes among the first four tell.
    zeros = tuple(not byte for byte in head[:4])
    wide = {
        (True, True, True, False): "utf-32-be",
        (False, True, True, True): "utf-32-le",
        (True, False): "utf-16-be",
        (False, True): "utf-16-le",
    }
    codec = wide.get(zeros) or (wide.get(zeros[:2]) if len(head) % 2 == 0 else None)
    if codec:
        return Decision("encoding", codec, "zero bytes stand beside its first characters")
    return Decision("encoding", "utf-8", "all bytes are valid UTF-8, which JSON is")


def _line_end(head: bytes, codec: str) -> Decision:
    text = head.decode(codec, "ignore")
    windows = text.count("\r\n")
    counts = {"CRLF": windows, "LF": text.count("\n") - windows, "CR": text.count("\r") - windows}
    kinds = sorted((name for name in counts if counts[name]), key=lambda n: -counts[n])
    if not kinds:
        return Decision("line_end", "any", "the file is one line, as far as it was looked at")
    said = ", ".join(f"{counts[name]:,} {name}" for name in kinds)
    runner_up = kinds[1] if len(kinds) > 1 else None
    evidence = f"its first lines end in {said}; JSON takes all of them"
    return Decision("line_end", kinds[0], evidence, len(kinds) == 1, runner_up)


def _reason(error: UnicodeError) -> str:
    return error.reason if isinstance(error, UnicodeDecodeError) else str(error)


def foreign(path: Path, codec: str, error: UnicodeError) -> BrokenFile:
    """The error about a byte that is not of the encoding, with its place."""
    if not codec.startswith("utf-8"):
        return BrokenFile(
            f"a byte does not exist in {codec} ({_reason(error)})",
            hint="Choose another encoding.",
            reason="encoding",
        )
    place = encoding.first_bad_utf8(path) or 0
    line, column = _line_of(path, place)
    guess = encoding.decide_encoding(path).value
    hint = f"JSON is UTF-8; save it so. Or choose its encoding: it may be {guess}."
    reason = f"a byte is not UTF-8 ({_reason(error)})"
    return BrokenFile(
        f"line {line:,}, column {column:,}: {reason}",
        hint="JSON is UTF-8; save it so." if decoding.is_mixed(guess) else hint,
        line=line,
        column=column,
        reason=reason,
    )


def _line_of(path: Path, place: int) -> tuple[int, int]:
    line, start, done = 1, b"", 0
    with path.open("rb") as file:
        while done < place:
            chunk = file.read(min(1 << 20, place - done))
            done += len(chunk)
            line += chunk.count(b"\n")
            start = chunk.rpartition(b"\n")[2] if b"\n" in chunk else start + chunk
    return line, len(start.decode("utf-8-sig", "replace")) + 1
