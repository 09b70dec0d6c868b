"""Where a running app is found: a file beside its database, that only its user can read."""

from __future__ import annotations

import json
import os
import secrets
import tempfile
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from core.launch.environment import WINDOWS

PREFIX = "marquee-"
MOST = 10_000  # bytes of the file
PLAINLY = getattr(os, "O_NOFOLLOW", 0) | getattr(
    os, "O_NONBLOCK", 0
)  # no link, and no pipe that waits


@dataclass(frozen=True)
class Door:
    """The address of a listening app, the key that both sides prove to have, and the app's version."""

    address: str
    key: str
    version: str
    process: int


def place(database: Path) -> Path:
    """The file that says where the app of this database listens."""
    real = database.resolve()
    return real.with_name(f"{real.name}.door")


def made(version: str) -> Door:
    """A door to listen at. A socket lies in a folder of its own: a path of the database may be too long for one."""
    if WINDOWS:
        address = rf"\\.\pipe\marquee-{secrets.token_hex(16)}"
    else:
        address = str(Path(tempfile.mkdtemp(prefix=PREFIX)) / "app")
    return Door(address, secrets.token_hex(32), version, os.getpid())


def tidy(database: Path) -> None:
    """Take away the socket of an app that was killed. Whoever has the database knows that no other app has it."""
    door = read(database)
    if door is not None and Path(door.address).parent.name.startswith(PREFIX):
        with suppress(OSError):
            remove(database, door)


def write(database: Path, door: Door) -> None:
    """Say it to commands of this user."""
    path = place(database)
    path.unlink(missing_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(asdict(door), file)


def read(database: Path) -> Door | None:
    """What an app of this user said. A file of anybody else is none: what the other side sends is believed."""
    try:
        with open(os.open(place(database), os.O_RDONLY | PLAINLY), encoding="utf-8") as file:
            info = os.fstat(file.fileno())
            return Door(**json.loads(file.read(MOST))) if _ours(info) else None
    except (OSError, ValueError, TypeError):
        return None


def _ours(info: os.stat_result) -> bool:
    """Whether it is this user's, and nobody else can read or change it. Where there are no such rights, it is."""
    return WINDOWS or (info.st_uid == os.geteuid() and not info.st_mode & 0o077)


def guarded(door: Door) -> bool:
    """Whether the folder of the socket is still that of this user: after its end somebody else may make one of its name."""
    return WINDOWS or _ours(os.lstat(Path(door.address).parent))


def remove(database: Path, door: Door) -> None:
    """Nobody listens any more. The file of another app that came since stays."""
    if read(database) == door:
        place(database).unlink(missing_ok=True)
    if not WINDOWS:
        Path(door.address).unlink(missing_ok=True)
        folder = Path(door.address).parent
        if folder.is_dir():
            folder.rmdir()
