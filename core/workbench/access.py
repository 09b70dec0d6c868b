"""`workbench.access`: people, roles, keys, sessions, and who was limited."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from core.access import accounts, keys, links, login, roles, sessions
from core.access.accounts import Account
from core.access.keys import Key
from core.access.roles import Role
from core.access.room import Room
from core.access.sessions import Session
from core.errors import BadAccount, Forbidden, NotFound
from core.history import events
from core.history.events import Event
from core.records import narrowing
from core.records.narrowing import Rules
from core.storage.store import Connection
from core.workbench.noun import Noun
from core.workbench.policy import PERMISSIONS, needs


class Limited(NamedTuple):
    """Somebody who sent too much in an hour: a key, an account or an address."""

    hour: datetime
    subject: str
    policy: str
    refused: int
    last_at: datetime


class Access(Noun):
    """Who may do what. Calling it lists the accounts."""

    @property
    def _room(self) -> Room:
        return self._services.access

    # -------------------------------------------------------------- accounts

    @needs("access.read")
    def __call__(self) -> list[Account]:
        """All accounts by name."""
        return self._database.read(accounts.find)

    @needs("access.read")
    def get(self, name: str) -> Account:
        """One account by its name or id. Raises NotFound."""
        return self._database.read(lambda c: accounts.get(c, name))

    @needs("access.write")
    def invite(
        self,
        name: str,
        role: str = "viewer",
        *,
        shown: str = "",
        roles: Mapping[str, str] | None = None,
    ) -> tuple[Account, str]:
        """A new account, and the path of the link by which its owner sets a password. Raises BadAccount, NotFound."""

        def task(connection: Connection) -> tuple[Account, str]:
            self._check_roles(connection, [role, *(roles or {}).values()])
            made = accounts.create(connection, name, role, shown=shown, roles=roles)
            self._tell(connection, "access.account_made", account=made.name, as_=role)
            return made, path(links.make(connection, "reset", made.id))

        return self._database.write(task)

    @needs("access.write")
    def change(
        self,
        name: str,
        *,
        role: str | None = None,
        roles: Mapping[str, str] | None = None,
        shown: str | None = None,
        disabled: bool | None = None,
    ) -> Account:
        """Give an account another role (`roles`: by dataset), name, or shut it out. Raises LastAdmin, NotFound."""
        status = None if disabled is None else "disabled" if disabled else "active"

        def task(connection: Connection) -> Account:
            self._check_roles(connection, [*([role] if role else []), *(roles or {}).values()])
            found = accounts.change(
                connection, name, role=role, roles=roles, status=status, shown=shown
            )
            if not found.active:
                sessions.end_all(connection, found.id)
            self._room.changed(connection)
            self._tell(
                connection,
                "access.account_changed",
                account=found.name,
                to=role,
                status=status,
                roles=roles,
            )
            return found

        return self._room.write(task)

    @needs("access.write")
    def delete(self, name: str) -> None:
        """Remove an account, its sessions and its keys. Raises LastAdmin, NotFound."""

        def task(connection: Connection) -> None:
            found = accounts.delete(connection, name)
            self._room.changed(connection)
            self._tell(connection, "access.account_deleted", account=found.name)

        self._room.write(task)

    @needs("access.write")
    def reset(self, name: str, *, second_factor: bool = False) -> str:
        """The path of a link by which somebody sets a new password; with `second_factor`, that is asked no more."""
        found = self.get(name)
        if found.issuer:
            raise BadAccount(f"{found.name} logs in with {found.issuer}", hint="Reset it there.")
        if second_factor:
            login.end_second_factor(self._room, found, self._actor)

        def task(connection: Connection) -> str:
            self._tell(connection, "access.link_made", account=found.name)
            return path(links.make(connection, "reset", found.id))

        return self._database.write(task)

    # -------------------------------------------------------------- roles

    @needs("access.read")
    def roles(self) -> dict[str, Role]:
        """All roles by name; that of the machine's owner, who needs no account, among them."""
        return self._database.read(roles.find)

    @needs("access.write")
    def save_role(self, name: str, permissions: Iterable[str]) -> Role:
        """Make or change a role: a set of permissions. Raises BadRole."""

        def task(connection: Connection) -> Role:
            made = roles.save(connection, name, permissions, PERMISSIONS)
            self._room.changed(connection)
            self._tell(connection, "access.role_saved", name=name)
            return made

        return self._room.write(task)

    @needs("access.write")
    def save_rules(self, role: str, dataset: str, rules: Mapping[str, object] | None) -> Role:
        """Say what a role sees of a dataset: {"rows": filter, "hidden": [field], "masks": {field: mask}}; None: all.

        Raises BadRole, also for a field that there is not; NotFound.
        """
        wanted = narrowing.read(dict(rules)) if rules else None
        definition = self._corridor.dataset(dataset)
        if wanted is not None:
            narrowing.narrow(definition, wanted)

        def task(connection: Connection) -> Role:
            made = roles.save_rules(connection, role, dataset, wanted)
            self._room.changed(connection)
            details = wanted.model_dump(mode="json", exclude_defaults=True) if wanted else {}
            self._tell(connection, "access.rules_saved", name=role, dataset=dataset, rules=details)
            return made

        return self._room.write(task)

    @needs("access.self")
    def seen_in_part(self) -> dict[str, Rules]:
        """The datasets of which one sees a part, with the rules; empty for who sees everything."""
        return self._room.rules(self._actor)

    @needs("access.write")
    def delete_role(self, name: str) -> None:
        """Remove a role that nobody has. Raises BadRole, NotFound."""

        def task(connection: Connection) -> None:
            roles.delete(connection, name)
            self._room.changed(connection)
            self._tell(connection, "access.role_deleted", name=name)

        self._room.write(task)

    # -------------------------------------------------------------- sessions

    @needs("access.self")
    def sessions(self, name: str | None = None) -> list[Session]:
        """Who is logged in, the newest first: one's own sessions; of all or of others for who may see accounts."""
        account_id = self._own(name, "access.read")
        return self._room.sessions(account_id)

    @needs("access.self")
    def end_session(self, session_id: str) -> None:
        """End a session: one's own; any for who may manage accounts. Raises NotFound."""
        account_id = self._own(None, "access.write")

        def task(connection: Connection) -> None:
            sessions.end(connection, session_id, account_id)
            self._tell(connection, "access.session_ended", session=session_id)

        self._room.write(task)

    @needs("access.write")
    def view_as(self, session_id: str, role: str | None) -> None:
        """See the pages of a session as another role does; None for one's own. Raises NotFound."""

        def task(connection: Connection) -> None:
            if role is not None:
                roles.get(connection, role)
            sessions.view_as(connection, session_id, role)
            self._room.changed(connection)
            self._tell(connection, "access.view_as", session=session_id, as_=role)

        self._room.write(task)

    @needs("access.self")
    def end_view(self) -> None:
        """See the pages as oneself again, in all of one's sessions."""

        def task(connection: Connection) -> None:
            mine = self._account(connection)
            if mine is not None:
                for each in sessions.find(connection, mine.id):
                    sessions.view_as(connection, each.id, None)
                self._room.changed(connection)
                self._tell(connection, "access.view_as", as_=mine.role)

        self._room.write(task)

    # -------------------------------------------------------------- keys

    @needs("access.self")
    def keys(self) -> list[Key]:
        """API keys, the newest first: one's own; all for who may see accounts."""
        account_id = self._own(None, "access.read")
        return self._database.read(lambda c: keys.find(c, account_id))

    @needs("access.keys")
    def make_key(
        self,
        name: str,
        scopes: Iterable[str] = ("read",),
        *,
        datasets: Iterable[str] = (),
        days: float | None = None,
    ) -> tuple[Key, str]:
        """A key of one's own, and its secret, which is shown this once. `days`: until it ends. Raises BadKey."""
        wanted = tuple(scopes)
        if self._actor.within is not None and "admin" not in self._actor.within:
            raise Forbidden(
                "a key makes no keys that may do more", hint="Log in and make it there."
            )

        def task(connection: Connection) -> tuple[Key, str]:
            mine = self._account(connection)
            owner = mine.name if mine else self._actor.who
            made = keys.create(
                connection, name, mine.id if mine else None, owner, wanted, datasets, days
            )
            self._tell(connection, "access.key_made", made=made[0].id, name=name, scopes=wanted)
            return made

        return self._database.write(task)

    @needs("access.keys")
    def rotate_key(self, key_id: str, *, overlap_days: float = 0) -> tuple[Key, str]:
        """A key in the place of another, which works on for 0 to 7 days. Raises BadKey, NotFound."""
        account_id = self._own(None, "access.write")

        def task(connection: Connection) -> tuple[Key, str]:
            keys.get(connection, key_id, account_id)
            made = keys.rotate(connection, key_id, overlap_days)
            self._room.changed(connection)
            self._tell(connection, "access.key_rotated", before=key_id, made=made[0].id)
            return made

        return self._room.write(task)

    @needs("access.self")
    def revoke_key(self, key_id: str) -> None:
        """End a key at once: one's own; any for who may manage accounts. Raises NotFound."""
        account_id = self._own(None, "access.write")

        def task(connection: Connection) -> None:
            keys.get(connection, key_id, account_id)
            keys.revoke(connection, key_id)
            self._room.changed(connection)
            self._tell(connection, "access.key_revoked", revoked=key_id)

        self._room.write(task)

    # -------------------------------------------------------------- who was limited, who one is

    @needs("access.read")
    def limited(self) -> list[Limited]:
        """Who sent too much, by the hour, the newest first."""
        return [Limited(*row) for row in self._room.limited()]

    @needs("access.read")
    def events(self, *, limit: int = 100, before: int | None = None) -> list[Event]:
        """Logins, refused acts, limits, and changes of accounts, roles and keys, the newest first."""
        return self._database.read(
            lambda c: events.latest(c, limit=limit, before=before, kind="access.%")
        )

    @needs("access.self")
    def permissions(self) -> dict[str, bool]:
        """Every permission, and whether one has it (where no dataset is named: in all of them)."""
        return {name: self._room.may(self._actor, name) for name in PERMISSIONS}

    # -------------------------------------------------------------- helpers

    def _own(self, name: str | None, wider: str) -> str | None:
        """The account whose things are asked for; None for those of all. Raises NotFound, Forbidden."""
        if self._actor.datasets:
            raise Forbidden(
                "a key for some datasets has nothing to do with keys and sessions",
                hint="Log in, or use a key for all datasets.",
            )
        if self._room.may(self._actor, wider):
            return self.get(name).id if name else None
        mine = self._database.read(self._account)
        if mine is None or (name and accounts.folded(name) != mine.name):
            raise NotFound("there is nothing of yours")
        return mine.id

    def _account(self, connection: Connection) -> Account | None:
        try:
            return accounts.get(connection, self._actor.who)
        except NotFound:
            return None

    def _check_roles(self, connection: Connection, names: Iterable[str]) -> None:
        for name in names:
            roles.get(connection, name)

    def _tell(self, connection: Connection, kind: str, **details: object) -> None:
        told = {k.rstrip("_"): v for k, v in details.items() if v is not None}
        events.append(connection, kind, self._actor, details=told)


def path(link: str) -> str:
    """The path of a link, below the address of the server."""
    return f"/api/session/link/{link}"
