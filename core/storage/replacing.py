"""A file takes the name of another one, whose bytes are overwritten afterwards: whatever stops it, one of them is whole."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

PIECE = 1 << 20


def replace(new: Path, path: Path) -> None:
    """`new`, which is on the disk, becomes `path`; what stood there is overwritten. Raises OSError.

    It is overwritten when the new name is on the disk itself: the zeros could get there before the name does.
    """
    if os.name == "nt":  # an open file keeps its name there, so the old bytes get a second one
        _replace_by_link(new, path)
        return
    with path.open("r+b") as old:
        os.replace(new, path)
        sync_folder(path.parent)
        with suppress(OSError):  # on a failing disk: the new file stands all the same
            _overwrite(old)


def _replace_by_link(new: Path, path: Path) -> None:
    aside = path.with_name(f".{path.name}.old")
    if aside.exists():  # of a time that was stopped
        _end(aside)
    os.link(path, aside)
    os.replace(new, path)
    _end(aside)


def _end(path: Path) -> None:
    with path.open("r+b") as file:
        _overwrite(file)
    path.unlink()


def _overwrite(file: BinaryIO) -> None:
    left = os.fstat(file.fileno()).st_size
    while left > 0:
        left -= file.write(b"\0" * min(left, PIECE))
    file.flush()
    os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Put a folder's entries on the disk itself: a rename is durable only when its folder is.

    Windows cannot open folders and does not need it.
    """
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
