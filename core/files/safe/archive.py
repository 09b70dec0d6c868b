"""A file inside a .zip or .gz, unpacked in the sandbox and bounded in size.

The parent asks for it (`unpack`); the child does it (`convert`, the task "archive").
"""

from __future__ import annotations

import gzip
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Protocol, cast

from core.errors import BadOverride, BrokenFile, EmptyFile, FileTooLarge, UnknownFormat
from core.files.cache import cache_key, derive
from core.files.parquet import load_summary, save_summary
from core.files.safe import sandbox
from core.files.safe.zipguard import check_zip
from core.files.source import LARGE, Source
from core.files.table import Decision

KNOWN = (
    *(".csv", ".tsv", ".tab", ".txt", ".psv", ".ssv", ".dat"),
    *(".json", ".jsonl", ".ndjson", ".geojson"),
    *(".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".fods"),
)
PIECE = 1 << 20
RATIO_FROM = 10_000_000  # bytes from which on the ratio matters
SHOWN = 20  # members that a message names


@dataclass(frozen=True)
class Unpacked:
    """The file that was inside: where it is now, its name, and why it was taken; `cut` when only its
    beginning was unpacked."""

    path: Path
    filename: str
    decision: Decision
    cut: bool = False


def unpack(source: Source, kind: str) -> Unpacked:
    """Unpack the one file, or the chosen one; of a large one the first `LARGE` bytes for a first look.

    Raises FileError of several kinds, BadOverride.
    """
    first = LARGE if source.first else None
    member = source.overrides.member
    limits = source.settings.max_unpacked_mb, source.settings.max_ratio, source.settings.max_members
    key = cache_key(source.path, "archive", member, first, limits)
    request = {
        "path": str(source.path.resolve()),
        "kind": kind,
        "member": member,
        "filename": source.filename,
        "first": first,
    }
    folder = derive(
        source.cache_dir / f"{key}.unpacked",
        lambda path: sandbox.run("archive", request, path, source.settings),
    )
    found = cast(dict[str, Any], load_summary(folder))
    decision = Decision("member", **found["decision"])
    content = folder / "content"
    cut = first is not None and content.stat().st_size >= first
    return Unpacked(content, found["name"], decision, cut)


# ------------------------------------------------------------------ in the child


def convert(request: dict[str, Any], folder: Path) -> None:
    """Unpack into `folder/content`. The task "archive" of the sandbox."""
    path = Path(request["path"])
    if request["kind"] == "gz":
        name = request["filename"].removesuffix(".gz") or "content"
        said = {"value": name, "evidence": "the file that is packed in it"}
        with _damage("gz"), gzip.open(path, "rb") as packed:
            _copy(packed, folder / "content", path.stat().st_size, request)
    else:
        check_zip(path, request, "archive")
        with _damage("zip"), zipfile.ZipFile(path) as archive:
            info, said = _choose(archive, request)
            name = PurePosixPath(info.filename.replace("\\", "/")).name
            with archive.open(info) as packed:
                _copy(packed, folder / "content", info.compress_size, request)
    save_summary(folder, {"name": name, "decision": said})


class Packed(Protocol):
    """Bytes that are unpacked as they are read."""

    def read(self, size: int, /) -> bytes: ...


@contextmanager
def _damage(kind: str) -> Iterator[None]:
    try:
        yield
    except (zipfile.BadZipFile, gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise BrokenFile(f"the {kind} archive is damaged: {error}") from error
    except (RuntimeError, NotImplementedError) as error:
        raise BrokenFile(f"the {kind} archive cannot be unpacked: {error}") from error


def _copy(packed: Packed, target: Path, size: int, request: dict[str, Any]) -> None:
    most, ratio = request["max_unpacked"], request["max_ratio"]
    done = 0
    with target.open("wb") as out:
        while piece := packed.read(PIECE):
            done += len(piece)
            if done > most:
                raise FileTooLarge(
                    f"it unpacks to more than {most:,} bytes",
                    hint="Split the file, or raise MARQUEE_MAX_UNPACKED_MB.",
                )
            if done > RATIO_FROM and done > ratio * max(size, 1):
                raise FileTooLarge(
                    f"it unpacks to more than {ratio:,} times its size",
                    hint="Unpack it yourself if you trust it, or raise MARQUEE_MAX_RATIO.",
                )
            out.write(piece)
            if request["first"] and done >= request["first"]:
                return


def _choose(
    archive: zipfile.ZipFile, request: dict[str, Any]
) -> tuple[zipfile.ZipInfo, dict[str, Any]]:
    members = [info for info in archive.infolist() if _is_file(info)]
    wanted = request["member"]
    if wanted is not None:
        for info in members:
            if info.filename == wanted or PurePosixPath(info.filename).name == wanted:
                return info, {"value": info.filename, "evidence": "chosen by the user"}
        raise BadOverride(f"there is no file {wanted!r} in the archive; {_there(members)}")
    if not members:
        raise EmptyFile("there is no file in the archive")
    fitting = [i for i in members if PurePosixPath(i.filename).suffix.lower() in KNOWN]
    if not fitting and len(members) == 1:
        fitting = members
    if not fitting:
        raise UnknownFormat(f"no file in the archive is a table; {_there(members)}")
    taken = max(fitting, key=lambda info: info.file_size)
    others = [info.filename for info in fitting if info is not taken]
    why = "the only file in the archive"
    if others:
        why = f"the largest of {len(fitting)} tables in the archive"
    elif len(members) > 1:
        why = f"the only table among {len(members)} files in the archive"
    runner_up = others[0] if others else None
    return taken, {
        "value": taken.filename,
        "evidence": why,
        "sure": not others,
        "runner_up": runner_up,
    }


def _is_file(info: zipfile.ZipInfo) -> bool:
    name = info.filename
    hidden = name.startswith("__MACOSX/") or PurePosixPath(name).name.startswith(".")
    return not info.is_dir() and not hidden


def _there(members: list[zipfile.ZipInfo]) -> str:
    names = ", ".join(repr(info.filename) for info in members[:SHOWN])
    return f"there are: {names}" if names else "it is empty"
