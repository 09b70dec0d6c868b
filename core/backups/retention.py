"""Old backups go, and then what no backup needs any more."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from uuid import uuid4

from core.backups import manifest as manifest_
from core.backups.folder import MAKING, Folder, sync
from core.backups.ownership import Owner, own
from core.errors import BackupBroken


def prune(folder: Folder, owner: Owner, keep: int, made: str | None = None) -> list[str]:
    """Delete all but the newest `keep` backups of a database, never the last one that passed its restore test.

    Nor the one that was just `made`, whatever times the others have; nor one of another database. The
    caller holds the folder. Gives the names that went.
    """
    names = own(folder, owner)
    passed = [n for n in names if (test := folder.test(n)) and test.ok]
    going = [n for n in names[keep:] if n not in (*passed[:1], made)]
    for name in going:
        _forget(folder, name)
    sweep(folder)
    return going


def _forget(folder: Folder, name: str) -> None:
    # First it is no backup any more, in one step; then its files go.
    gone = folder.path / f"{MAKING}gone-{uuid4().hex}"
    os.replace(folder.of(name), gone)
    sync(folder.path)
    shutil.rmtree(gone, ignore_errors=True)


def sweep(folder: Folder) -> None:
    """Parts and raw files that no backup names. With a manifest that cannot be read nothing is deleted."""
    needed: set[Path] = set()
    if any(p.parent.name not in folder.names() for p in folder.path.glob(f"2*/{manifest_.FILE}")):
        return
    for name in folder.names():
        try:
            found = folder.manifest(name)
        except BackupBroken:
            return
        needed |= folder.needed(found)
    for kind in ("parts", "raw"):
        for path in folder.path.glob(f"{kind}/??/*"):
            if path not in needed:
                path.unlink(missing_ok=True)
