"""Which imports and rollbacks stand: what is taken back does not, unless that was taken back in turn.

An upload stands when no rollback of it stands. So what happens to an import at the end of a chain, however
long and in whatever order it grew, follows from the lines of `ops.uploads` alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

NEW = "new"  # the id of a rollback that is only planned


@dataclass(frozen=True)
class Acts:
    """All rollbacks by their id, with what they take back, the oldest first."""

    targets: dict[str, str]

    def root(self, upload_id: str) -> str:
        """The import at the end of a chain of rollbacks."""
        while upload_id in self.targets:
            upload_id = self.targets[upload_id]
        return upload_id

    def roots(self) -> set[str]:
        """Every import that was ever taken back."""
        return {self.root(r) for r in self.targets}

    def of(self, root: str) -> list[str]:
        """Every rollback in the chains of an import, the oldest first."""
        return [r for r in self.targets if self.root(r) == root]

    def with_one_more(self, target: str) -> Acts:
        """As it is after `target` is taken back."""
        return Acts({**self.targets, NEW: target})

    def standing(self) -> dict[str, bool]:
        """For every import or rollback that was ever taken back, or takes back: whether it stands."""
        found: dict[str, bool] = {}
        # A rollback is younger than what it takes back, so the youngest are settled first.
        for rollback in reversed(self.targets):
            target = self.targets[rollback]
            found.setdefault(rollback, True)
            found[target] = found.get(target, True) and not found[rollback]
        return found

    def after(self, rollback: str) -> Acts:
        """As it was after one of them."""
        known = list(self.targets)
        return Acts({r: self.targets[r] for r in known[: known.index(rollback) + 1]})

    def fallen(self) -> list[str]:
        """The imports that do not stand."""
        standing = self.standing()
        return sorted(r for r in self.roots() if not standing[r])


def load(connection: duckdb.DuckDBPyConnection, dataset: str) -> Acts:
    """The rollbacks of a dataset's uploads, as they are written down."""
    rows = connection.execute(
        "SELECT upload_id::VARCHAR, target_id::VARCHAR FROM ops.uploads WHERE kind = 'rollback'"
        " AND target_id IS NOT NULL AND dataset = ? ORDER BY created_at, upload_id",
        [dataset],
    ).fetchall()
    return Acts(dict(rows))
