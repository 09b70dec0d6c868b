"""Whose a backup is: of this database, or of another one that keeps its backups in the same folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from core.backups.folder import Folder
from core.backups.manifest import Manifest
from core.errors import BackupBroken, ForeignBackup
from core.storage import installation


@dataclass(frozen=True)
class Owner:
    """A database: its id where that is known, and its file."""

    id: str
    database: Path

    def has(self, manifest: Manifest) -> bool:
        """Whether a backup is of this database. Those of earlier versions do not say, and count as its own."""
        if not manifest.installation:
            return True
        if self.id:
            return manifest.installation == self.id
        return manifest.database == str(self.database.resolve())


def of_file(database: Path) -> Owner:
    """Who a database file is, while no app has it open. Without an id where it cannot be read."""
    if not database.exists():
        return Owner("", database)
    try:
        with duckdb.connect(str(database), read_only=True) as connection:
            return Owner(installation.known(connection), database)
    except duckdb.Error:
        return Owner("", database)


def own(folder: Folder, owner: Owner) -> list[str]:
    """The backups of a database, the newest first. One that is damaged is its own when all others are."""
    told: dict[str, bool | None] = {}
    for name in folder.names():
        try:
            told[name] = owner.has(folder.manifest(name))
        except BackupBroken:
            told[name] = None
    alone = False not in told.values()
    return [name for name, mine in told.items() if mine or (mine is None and alone)]


def must_be_own(manifest: Manifest, database: Path) -> None:
    """Refuse to put a backup in the place of another database. Raises ForeignBackup."""
    if not database.exists() or of_file(database).has(manifest):
        return
    raise ForeignBackup(
        f"{manifest.name} is a backup of {manifest.database or 'another database'}, and {database}"
        " is another database",
        hint="Name the right database, restore into a new file with --to FILE, or put it in the place"
        " of this database with --foreign; that one is kept beside it.",
        backup=manifest.name,
        database=manifest.database,
    )
