"""Who claims files of a folder that several apps share, and whether anybody comes back for them.

An owner is a database, by the random id that is kept in it (`storage/installation.py`). Its path would
not do: containers have the same path for different databases, and hosts do not see each other's. While
an app works on the database it holds a lock beside its claims, which no crash leaves behind.

    pending/.claimed/<id>/      what it has claimed
    pending/.claimed/<id>.lock  locked while it lives; where its database is; changed every minute
"""

from __future__ import annotations

import os
import platform
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows, where an open file would keep its folder from being removed, too
    fcntl = None  # type: ignore[assignment]

OWNER = ".owner"  # in a claiming folder: the path of the database, all that earlier versions know
RENEWAL = 60.0  # seconds between two renewals
SILENT = 24 * 3_600.0  # seconds without one, after which an owner that nobody can see is given up


@dataclass(frozen=True)
class Home:
    """Where a database is: its path, and the place in which that path means something."""

    place: str
    database: str

    @property
    def there(self) -> bool:
        """Whether a file is at that path, seen from here; also when that may not be asked."""
        try:
            return Path(self.database).exists()
        except OSError:
            return True


def here(database: Path) -> Home:
    """The home of a database that this process works on."""
    return Home(_place(), str(database.resolve()))


def _place() -> str:
    """This machine since its start, and this view of its files: a container has its own."""
    told = [platform.node()]
    with suppress(OSError):  # Linux alone tells more
        told.append(Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip())
        told.append(os.readlink("/proc/self/ns/mnt"))
    return " ".join(told)


class Lock:
    """The lease of the owner of a claiming folder, beside that folder."""

    def __init__(self, folder: Path) -> None:
        self.path = folder.with_name(folder.name + ".lock")
        self._handle: int | None = None

    @property
    def held(self) -> bool:
        """Whether it is held here; not when somebody tidied up and it is another file by now."""
        if self._handle is None:
            return False
        with suppress(OSError):
            return os.path.samestat(os.fstat(self._handle), self.path.stat())
        return False

    def take(self, patience: float = 0.0) -> bool:
        """Hold it until `release`, unless another holds it. Raises OSError where it cannot be written.

        Where there are no locks, it is free when its owner has not renewed it.
        """
        until = time.monotonic() + patience
        while not (taken := self.held or self._try()) and time.monotonic() < until:
            time.sleep(0.02)  # somebody may only be looking whether it is held
        return taken

    def _try(self) -> bool:
        self.release()
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o666)
        locked = _locked(handle)
        if locked:
            self._handle = handle
            return True
        os.close(handle)
        return locked is None and (self.told() is None or self.silence() > 3 * RENEWAL)

    def release(self) -> None:
        """Let go of it; harmless when it is not held."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def tell(self, home: Home) -> None:
        """Write down where the owner is: a renewal for those who cannot ask for the lock, too."""
        text = os.fsencode(f"{home.place}\n{home.database}")
        with open(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o666), "r+b", buffering=0) as file:
            file.write(text)
            file.truncate()  # afterwards, so that it is never empty

    def told(self) -> Home | None:
        """Where the owner is; None for one of an earlier version."""
        try:
            place, _, database = os.fsdecode(self.path.read_bytes()).partition("\n")
        except FileNotFoundError:
            return None
        return Home(place, database) if database else None

    def silence(self) -> float:
        """Seconds since the last renewal."""
        return time.time() - self.path.stat().st_mtime


def _locked(handle: int) -> bool | None:
    """Lock an open file; None where there are no locks."""
    if not hasattr(fcntl, "flock"):
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True


def gone(folder: Path, home: Home, lock: Lock) -> bool:
    """Whether nobody but us, at `home`, comes back for what is claimed there; then `lock` is held.

    That its database is not there says something only in the place where it was. Seen from elsewhere
    an owner must not have renewed it for a day: it may just be starting again.
    """
    told = lock.told()
    if told is None:
        return _gone_earlier(folder, home)
    ours = told.database == home.database
    seen = told.place == home.place
    if not ours and told.there:
        return False
    return (seen or lock.silence() > SILENT) and lock.take()


def _gone_earlier(folder: Path, home: Home) -> bool:
    """The same for a folder of an earlier version, which has the path of its database and no lock."""
    owner = folder / OWNER
    if not owner.exists():
        return True
    told = Home("", os.fsdecode(owner.read_bytes()))
    if told.database == home.database:
        return True
    newest = max(owner.stat().st_mtime, folder.stat().st_mtime)
    return not told.there and time.time() - newest > SILENT
