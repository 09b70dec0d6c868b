"""Roles: names for sets of permissions. Four are there; others are made of the same permissions.

A role may see a part of a dataset: some records, some fields, some values in part (core/records/narrowing.py).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from core.errors import BadRole, NotFound
from core.history.events import now
from core.records.narrowing import Rules, read
from core.storage.store import Connection

OWNER = "owner"  # whoever has the machine: command line, notebook, jobs of the server
BEYOND = frozenset({"access.write", "backups.read", "backups.write"})
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,40}\Z")

VIEWER = frozenset(
    "uploads.read recipes.read records.read search.read search.keep history.read datasets.read quality.read matching.read"
    " jobs.read schedules.read access.self".split()
)
EDITOR = VIEWER | set(
    "uploads.write uploads.import recipes.write schedules.run records.edit records.delete database.sql".split()
)
STEWARD = EDITOR | set(
    "uploads.rollback quarantine.requeue schedules.write datasets.write quality.write quality.accept matching.run matching.decide"
    " matching.merge search.write search.analytics history.consume database.check access.keys".split()
)
BUILT_IN: Mapping[str, frozenset[str] | None] = {
    "none": frozenset({"access.self"}),  # for whoever has a role in some datasets alone
    "viewer": VIEWER,
    "editor": frozenset(EDITOR | {"access.keys"}),
    "steward": frozenset(STEWARD),
    "admin": None,  # all there are
    OWNER: None,
}


@dataclass(frozen=True)
class Role:
    """A role and its permissions; None: all there are. `rules`: what it sees of a dataset, where not all."""

    name: str
    permissions: frozenset[str] | None
    built_in: bool = False
    rules: Mapping[str, Rules] = field(default_factory=dict)

    def may(self, permission: str) -> bool:
        return self.permissions is None or permission in self.permissions


def built_in() -> dict[str, Role]:
    """The roles that are always there."""
    return {n: Role(n, p, built_in=True) for n, p in BUILT_IN.items()}


def find(connection: Connection) -> dict[str, Role]:
    """All roles by name."""
    rows = connection.execute(
        "SELECT name, permissions, rules FROM ops.access_roles ORDER BY name"
    ).fetchall()
    found = built_in()
    for name, permissions, kept in rows:
        rules = {d: read(each) for d, each in json.loads(kept or "{}").items()}
        held = found.get(name) or Role(name, frozenset(permissions or ()))
        found[name] = replace(held, rules=rules)
    return found


def get(connection: Connection, name: str) -> Role:
    """One role. Raises NotFound."""
    known = find(connection)
    if name not in known or name == OWNER:
        raise NotFound(f"there is no role {name!r}", hint=f"There are {', '.join(known)}.")
    return known[name]


def save(
    connection: Connection,
    name: str,
    permissions: Iterable[str],
    known: Mapping[str, str],
) -> Role:
    """Make or change a role of one's own; `known` are the permissions that there are. Raises BadRole."""
    wanted = frozenset(permissions)
    if not _NAME.match(name) or name in BUILT_IN:
        raise BadRole(f"{name!r} cannot be the name of a role", hint="Small letters and digits.")
    if unknown := sorted(wanted - set(known)):
        raise BadRole(f"there is no permission {', '.join(unknown)}")
    before = find(connection).get(name)
    made = Role(name, wanted, rules=before.rules if before else {})
    _check_ruled(made)
    _keep(connection, made)
    return made


def save_rules(connection: Connection, name: str, dataset: str, rules: Rules | None) -> Role:
    """Say what a role sees of a dataset; None or empty rules: all. Raises BadRole, NotFound."""
    before = get(connection, name)
    kept = {d: r for d, r in before.rules.items() if d != dataset}
    if rules is not None and not rules.empty:
        kept[dataset] = rules
    made = replace(before, rules=kept)
    _check_ruled(made)
    _keep(connection, made)
    return made


def _check_ruled(role: Role) -> None:
    """Who may change rules, or the database below them, sees everything: no rule would hold."""
    if role.rules and any(role.may(each) for each in BEYOND):
        raise BadRole(
            f"{role.name} may {' or '.join(sorted(BEYOND))}: it sees everything",
            hint="Give the rules to a role without these permissions.",
        )


def _keep(connection: Connection, role: Role) -> None:
    connection.execute("DELETE FROM ops.access_roles WHERE name = ?", [role.name])
    permissions = None if role.built_in else sorted(role.permissions or ())
    rules = {d: r.model_dump(mode="json") for d, r in role.rules.items()}
    connection.execute(
        "INSERT INTO ops.access_roles VALUES (?, ?, ?, ?)",
        [role.name, permissions, json.dumps(rules) if rules else None, now()],
    )


def delete(connection: Connection, name: str) -> None:
    """Remove a role of one's own. Raises NotFound, BadRole while somebody has it."""
    if get(connection, name).built_in:
        raise BadRole(f"the role {name} is always there")
    row = connection.execute(
        "SELECT count(*) FROM ops.access_accounts WHERE role = $1 OR contains(roles, '\"' || $1 || '\"')",
        [name],
    ).fetchone()
    if row and row[0]:
        raise BadRole(
            f"{row[0]} accounts have the role {name}", hint="Give them another role first."
        )
    connection.execute("DELETE FROM ops.access_roles WHERE name = ?", [name])
