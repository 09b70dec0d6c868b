"""Where a running app is found: a file beside its database, that only its user can read."""

from __future__ import annotations

import json
import os
import secrets
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from core.launch.environment import WINDOWS


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
        address = str(Path(tempfile.mkdtemp(prefix="marquee-")) / "app")
    return Door(address, secrets.token_hex(32), version, os.getpid())


def write(database: Path, door: Door) -> None:
    """Say it to commands of this user."""
    path = place(database)
    path.unlink(missing_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(asdict(door), file)


def read(database: Path) -> Door | None:
    """What an app said, if one did and it may be read."""
    try:
        return Door(**json.loads(place(database).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def remove(database: Path, door: Door) -> None:
    """Nobody listens any more. The file of another app that came since stays."""
    if read(database) == door:
        place(database).unlink(missing_ok=True)
    if not WINDOWS:
        Path(door.address).unlink(missing_ok=True)
        folder = Path(door.address).parent
        if folder.is_dir():
            folder.rmdir()
