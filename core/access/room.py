"""Who comes in, as what, and how often: what the doors of a process ask. Answers are kept for half a second.

One number in the database grows with every change that takes something away (a logout, a revoked key, another role).
Each process looks at it twice a second at most, and forgets what it knew when it grew: whoever is shut out is out
within a second, in every process.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import TypeVar

from core.access import accounts, keys, quota, roles, secrets, sessions
from core.access.accounts import Account
from core.access.keys import Key
from core.access.limits import Limits, Standing
from core.access.provider import Provider
from core.access.roles import Role
from core.access.sessions import Session
from core.actor import Actor
from core.datasets.model import Dataset
from core.errors import BadRole, Forbidden, NotAllowed, SettingsError, TooMany
from core.history import events
from core.observe import logs, scrub
from core.records.narrowing import Rules, narrow
from core.settings import Settings
from core.storage.store import Connection, Store

log = logs.get("access")

T = TypeVar("T")
FRESH = 0.5  # seconds
MOST = 10_000  # answers kept
NOTED = 60.0  # seconds between two notes of one thing
ANYWHERE = frozenset({"datasets.read", "access.self"})  # asked without a dataset, and harmless


class Room:
    """Accounts, sessions, keys, roles and limits of an installation. Safe in several threads."""

    def __init__(self, database: Store, settings: Settings) -> None:
        self._database, self.settings = database, settings
        address = settings.redis_url.get_secret_value() if settings.redis_url else None
        self.limits = Limits(address, settings.rate_limits)
        self.provider = Provider(settings) if settings.oidc_issuer else None
        self.permissions: Mapping[str, str] = {}
        self._lock = threading.Lock()
        self._kept: dict[tuple[str, str], object] = {}
        self._revision, self._looked = -1, -FRESH
        self._noted: dict[tuple[str, ...], float] = {}
        self._used: dict[str, datetime] = {}  # sessions
        self._importing: dict[str, int] = {}  # by who, in this process, without a job
        self._counting = (
            threading.Lock()
        )  # held from the count of imports until the next one counts

    def read(self, question: Callable[[Connection], T]) -> T:
        """Ask the database."""
        return self._database.read(question)

    def write(self, task: Callable[[Connection], T]) -> T:
        """Change the database in a transaction."""
        try:
            return self._database.write(task)
        finally:
            self._looked = -FRESH

    # -------------------------------------------------------------- what is known

    def _fresh(self) -> None:
        if time.monotonic() - self._looked < FRESH:
            return
        row = self._database.read(
            lambda c: c.execute("SELECT max(revision) FROM ops.access_state").fetchone()
        )
        revision = int(row[0] or 0) if row else 0
        with self._lock:
            self._looked = time.monotonic()
            if revision != self._revision:
                self._revision = revision
                self._kept.clear()

    def _find(self, kind: str, name: str, question: Callable[[Connection], T]) -> T:
        self._fresh()
        key = (kind, name)
        with self._lock:
            if key in self._kept:
                return self._kept[key]  # type: ignore[return-value]
            revision = self._revision
        found = self._database.read(question)
        with self._lock:
            if len(self._kept) >= MOST:
                self._kept.clear()
            if revision == self._revision:
                self._kept[key] = found
        return found

    def changed(self, connection: Connection) -> None:
        """In the transaction of a change: everybody shall forget what they knew."""
        connection.execute("UPDATE ops.access_state SET revision = revision + 1")

    def roles(self) -> dict[str, Role]:
        """All roles by name."""
        return self._find("roles", "", roles.find)

    def session(self, secret: str) -> tuple[Session, Account] | None:
        """Who a cookie is of; None for nobody, somebody disabled, or a login that is over."""
        if not secret:
            return None

        def question(connection: Connection) -> tuple[Session, Account] | None:
            found = sessions.by_secret(connection, secret)
            return (found, accounts.get(connection, found.account_id)) if found else None

        found = self._find("session", secrets.digest(secret), question)
        if found is None or not found[1].active or found[0].ends_at <= _now():
            return None
        if self._idle(found[0]):
            found = self._database.read(question)  # another process may know of its use
            if found is None or self._idle(found[0]):
                return None
        return found

    def sessions(self, account_id: str | None = None) -> list[Session]:
        """Who is logged in, the newest first; of one account, or of all."""
        found = self._database.read(lambda c: sessions.find(c, account_id))
        return [each for each in found if not self._idle(each)]

    def _idle(self, session: Session) -> bool:
        return session.idle(self.settings.session_idle_minutes, self._used.get(session.id))

    def _note_session(self, session: Session) -> None:
        at = self._used[session.id] = _now()
        if self._once("session", session.id) and not self._database.writing:
            self._database.queue(lambda c: sessions.used(c, session.id, at), note=True)
            if len(self._used) > MOST:
                self._used.clear()

    def check_settings(self) -> None:
        """Raises SettingsError where the settings ask a role for a second factor that there is not."""
        known = [name for name in self.roles() if name != roles.OWNER]
        if unknown := sorted(set(self.settings.second_factor) - set(known)):
            raise SettingsError(
                f"MARQUEE_SECOND_FACTOR names {', '.join(unknown)}, and there is no such role",
                hint=f"There are {', '.join(sorted(known))}.",
            )

    def needs_second_factor(self, account: Account) -> bool:
        """Whether the settings ask an account with this role for one. A provider has its own."""
        held = {account.role, *account.roles.values()}
        return account.issuer is None and not held.isdisjoint(self.settings.second_factor)

    def key(self, secret: str) -> tuple[Key, Account | None]:
        """The key of a secret, and its owner's account. Raises NotAllowed."""
        if not secrets.is_api_key(secret):
            raise NotAllowed("the API key has another form", hint="Copy it once more, whole.")

        def question(connection: Connection) -> tuple[Key, Account | None] | None:
            found = keys.by_secret(connection, secret)
            if found is None:
                return None
            return found, accounts.get(connection, found.account_id) if found.account_id else None

        found = self._find("key", secrets.digest(secret), question)
        if found is None or not found[0].works or (found[1] and not found[1].active):
            raise NotAllowed("the API key does not work", hint="Ask its owner, or make a new one.")
        return found

    def of_provider(self, issuer: str, subject: str) -> Account | None:
        """The account that a provider knows under this id."""
        name = f"{issuer} {subject}"
        return self._find("provider", name, lambda c: accounts.of_provider(c, issuer, subject))

    # -------------------------------------------------------------- who acts

    def by_session(self, secret: str, door: str = "page", *, used: bool = True) -> Actor | None:
        """Who looks at the pages; None for somebody who has to log in. `used`: they do something."""
        found = self.session(secret)
        if found is None:
            return None
        if used:
            self._note_session(found[0])
        return self.actor(found[1], door, found[0].view_as)

    def by_key(self, secret: str, request: str | None = None) -> Actor:
        """Who a program with a key acts for. Raises NotAllowed."""
        key, account = self.key(secret)
        self._note_use(key)
        role = account.role if account else roles.OWNER
        more = tuple(sorted(account.roles.items())) if account else ()
        return Actor(key.owner, "api", role, request, more, key.id, key.scopes, key.datasets)

    def actor(self, account: Account, door: str, view_as: str | None = None) -> Actor:
        """Somebody with an account. An admin may look at the pages as another role sees them.

        Who needs a second factor and has none may do nothing but set it up.
        """
        if self.needs_second_factor(account) and not account.second_factor:
            return Actor(account.name, door, "none")
        if view_as and account.role == accounts.ADMIN:
            return Actor(account.name, door, view_as)
        return Actor(account.name, door, account.role, roles=tuple(sorted(account.roles.items())))

    def _note_use(self, key: Key) -> None:
        if self._once("used", key.id):
            self._database.queue(lambda c: keys.used(c, key.id))

    def _once(self, *about: str) -> bool:
        """Whether it was not noted within the last minute."""
        present = time.monotonic()
        with self._lock:
            if present - self._noted.get(about, -NOTED) < NOTED:
                return False
            if len(self._noted) >= MOST:
                self._noted.clear()
            self._noted[about] = present
            return True

    # -------------------------------------------------------------- what each may do

    def check(self, actor: Actor, permission: str, arguments: Mapping[str, object]) -> None:
        """The policy of the process. Raises Forbidden."""
        if actor.role == roles.OWNER and actor.within is None:
            return
        dataset = self._dataset(arguments) if actor.roles or actor.datasets else None
        if self.may(actor, permission, dataset):
            return
        if self._own(actor, permission, arguments) and self.may(
            actor, permission, dataset, own=True
        ):
            return
        self._refused(actor, permission, dataset)
        what = self.permissions.get(permission, permission)
        raise Forbidden(
            f"{actor.who} ({actor.role}) may not {what}",
            permission=permission,
            hint=keys.why_not(actor.within, permission),
        )

    def may(
        self, actor: Actor, permission: str, dataset: str | None = None, *, own: bool = False
    ) -> bool:
        """Whether somebody may; without a dataset, in all of them. `own`: it is about what they brought."""
        if actor.role == roles.OWNER and actor.within is None:
            return True
        if actor.within is not None and not keys.may(actor.within, permission, own=own):
            return False
        # A key for some datasets makes no other keys, accounts and roles: they would open the rest.
        if actor.datasets and permission not in ANYWHERE:
            if permission.startswith("access.") or dataset not in actor.datasets:
                return False
        held = self._held(actor, dataset)
        known = self.roles()
        can = [known[name].may(permission) if name in known else False for name in held]
        return any(can) if permission in ANYWHERE else all(can)

    def _own(self, actor: Actor, permission: str, arguments: Mapping[str, object]) -> bool:
        """Whether a key asks what becomes of a file that its owner brought, or is about to bring (`bringing`)."""
        if "own" not in arguments or not keys.may(actor.within or (), permission, own=True):
            return False
        return "bringing" in arguments or self._brought(arguments)[0] == actor.who

    def _brought(self, arguments: Mapping[str, object]) -> tuple[str | None, str | None]:
        """Who brought the file that an act is about, and for which dataset: by an upload, a job of one, a transfer."""
        ids = [arguments.get(name) for name in ("upload_id", "job_id", "transfer_id")]
        if not any(isinstance(each, str) for each in ids):
            return None, None
        row = self._database.read(
            lambda c: c.execute(
                "SELECT actor, dataset FROM ops.uploads WHERE upload_id::VARCHAR = ? OR upload_id ="
                " (SELECT upload_id FROM ops.jobs WHERE job_id::VARCHAR = ?) UNION ALL"
                " SELECT actor, json_extract_string(options, '$.dataset') FROM ops.transfers"
                " WHERE transfer_id::VARCHAR = ?",
                ids,
            ).fetchone()
        )
        return (row[0], row[1]) if row else (None, None)

    @staticmethod
    def shows_records(actor: Actor) -> bool:
        """Whether what is told of an upload may name records: not to a key that sees uploads of its owner alone."""
        return actor.within is None or keys.may(actor.within, "uploads.read")

    @staticmethod
    def _held(actor: Actor, dataset: str | None) -> list[str]:
        """The roles that decide. Where no dataset is named, it may be any: so all of them have to agree."""
        own = dict(actor.roles)
        if dataset is None:
            return [actor.role, *own.values()]
        return [own.get(dataset, actor.role)]

    # -------------------------------------------------------------- what each sees

    @property
    def revision(self) -> int:
        """Grows when roles, rules and the like change: a part of the key of whatever is kept for somebody."""
        self._fresh()
        return self._revision

    def rules(self, actor: Actor) -> dict[str, Rules]:
        """What somebody sees in part, by dataset; empty for who sees everything."""
        if actor.role == roles.OWNER and not actor.roles:
            return {}
        known, own = self.roles(), dict(actor.roles)
        ruled = {d for r in known.values() for d in r.rules}
        found = {}
        for dataset in ruled:
            role = known.get(own.get(dataset, actor.role))
            if role and dataset in role.rules:
                found[dataset] = role.rules[dataset]
        return found

    def narrow(self, actor: Actor, dataset: Dataset) -> Dataset:
        """A dataset as somebody may see it. Raises Forbidden where a rule does not fit the definition any more."""
        rules = self.rules(actor).get(dataset.name)
        if rules is None:
            return dataset
        try:
            return narrow(dataset, rules)
        except BadRole as error:
            raise Forbidden(
                f"what {actor.role} may see of {dataset.name} is not clear: {error.detail}",
                hint="An admin has to change the rules of the role.",
            ) from error

    def whole(self, actor: Actor, permission: str, arguments: Mapping[str, object]) -> None:
        """Raises Forbidden for who sees a part of the records that an act is about, which cannot be kept apart.

        An upload, a job of one and the dataset of an upload say what it is about; elsewhere it may be any dataset.
        """
        ruled = self.rules(actor)
        if not ruled or permission.startswith("access."):
            return
        sure = not {"upload_id", "job_id"}.isdisjoint(arguments) or permission.startswith(
            "uploads."
        )
        dataset = self._dataset(arguments) if sure else None
        if dataset is not None and dataset not in ruled:
            return
        names = ", ".join([dataset] if dataset else sorted(ruled))
        self._refused(actor, permission, dataset)
        raise Forbidden(
            f"{actor.who} ({actor.role}) sees a part of {names}, and this shows more than that",
            permission=permission,
            hint="Ask somebody who sees all of it.",
        )

    def _dataset(self, arguments: Mapping[str, object]) -> str | None:
        options = arguments.get("options")
        named = (
            arguments.get("dataset"),
            options.get("dataset") if isinstance(options, Mapping) else None,
            getattr(arguments.get("request"), "dataset", None),
        )
        known = [each for each in named if isinstance(each, str)]
        return known[0] if known else self._brought(arguments)[1]

    def _refused(self, actor: Actor, permission: str, dataset: str | None) -> None:
        if (
            self._once("refused", actor.who, permission, dataset or "")
            and not self._database.writing
        ):
            self.tell("access.refused", actor, dataset=dataset, permission=permission)

    def tell(
        self, kind: str, actor: Actor, *, dataset: str | None = None, **details: object
    ) -> None:
        """Add to the audit trail, without waiting for it."""
        told = {k: v for k, v in {**details, "role": actor.role, "key": actor.key}.items() if v}
        self._database.queue(
            lambda c: events.append(c, kind, actor, dataset=dataset, details=told), note=True
        )

    def tell_taken(self, what: str, actor: Actor, arguments: Mapping[str, object]) -> None:
        """Somebody takes data out: one line a minute for each thing."""
        named = {k: str(arguments[k]) for k in ("upload_id", "record_id") if arguments.get(k)}
        dataset = self._dataset(arguments)
        if self._once("taken", actor.who, what, *named.values(), dataset or ""):
            self.tell("access.taken", actor, dataset=dataset, what=what, **named)

    def tell_failed(self, actor: Actor, address: str) -> None:
        """Somebody gave a wrong token or key: one line a minute for each address."""
        if self._once("failed", address):
            log.say("security.wrong_key", network=scrub.network(address))
            self.tell("access.login_failed", actor, address=address)

    def tell_refused(self, why: str, address: str) -> None:
        """Somebody came back from a provider and was not let in."""
        if self._once("provider", address):
            self.tell(
                "access.login_failed", Actor("unknown", "page", "none"), address=address, why=why
            )

    # -------------------------------------------------------------- how often

    def hit(self, policy: str, subject: str) -> Standing:
        """Count a request. Raises TooMany with `standing`'s headers in it."""
        standing = self.limits.hit(policy, subject)
        if not standing.allowed:
            if self._once("limited", policy, subject):
                log.say(
                    "security.limited",
                    limit=policy,
                    most=standing.most,
                    seconds=standing.window,
                )
                self.tell("access.limited", Actor(subject, "server"), policy=policy)
            raise TooMany(
                f"{standing.most} requests in {standing.window} s are allowed ({policy})",
                seconds=max(1, standing.reset),
                headers=standing.headers(),
            )
        return standing

    def keep(self) -> None:
        """Write down who was limited. The clock calls it."""
        found = self.limits.refused()
        if found:
            self._database.write(lambda c: _limited(c, found), note=True)

    def limited(self) -> list[tuple[datetime, str, str, int, datetime]]:
        """Who was limited: hour, subject, policy, how often, the last time; the newest first."""
        self.keep()
        rows = self._database.read(
            lambda c: c.execute(
                "SELECT hour, subject, policy, refused, last_at FROM ops.access_limited"
                " ORDER BY last_at DESC LIMIT 1000"
            ).fetchall()
        )
        return [tuple(row) for row in rows]

    def check_quota(self, subject: str) -> None:
        """Raises TooMany when somebody has uploaded today as much as the settings allow."""
        if self.settings.day_mb:
            self._database.read(lambda c: quota.check_bytes(c, self.settings, subject))

    def count_bytes(self, subject: str, size: int) -> None:
        """Count what somebody uploads today. The upload that goes over the quota is the last of the day."""
        if self.settings.day_mb:
            self._database.write(lambda c: quota.count(c, subject, size=size))

    def count_rows(self, connection: Connection, staged: quota.Staged, actor: Actor) -> None:
        """A part of every import's transaction. Raises TooMany."""
        quota.count_rows(connection, self.settings, actor.who, staged)

    def check_imports(self, subject: str) -> None:
        """Raises TooMany when as many imports of somebody wait or run as the settings allow."""
        if self.settings.imports_at_once:
            now = self._importing.get(subject, 0)
            self._database.read(lambda c: quota.check_imports(c, self.settings, subject, now))

    @contextmanager
    def ordering(self, subject: str) -> Iterator[None]:
        """An import of somebody begins to count within: as a job, or in `importing`. Raises TooMany."""
        if not self.settings.imports_at_once:
            yield
            return
        self.check_imports(subject)  # who is refused does not wait for the others
        with self._counting:
            self.check_imports(subject)
            yield

    @contextmanager
    def importing(self, subject: str) -> Iterator[None]:
        """Somebody imports without a job, and waits. Raises TooMany."""
        with self.ordering(subject), self._lock:
            self._importing[subject] = self._importing.get(subject, 0) + 1
        try:
            yield
        finally:
            with self._lock:
                self._importing[subject] -= 1
                if not self._importing[subject]:
                    del self._importing[subject]


def _limited(connection: Connection, found: Mapping[tuple[str, str], int]) -> None:
    at = _now()
    hour = at.replace(minute=0, second=0, microsecond=0)
    for (subject, policy), count in found.items():
        row = connection.execute(
            "UPDATE ops.access_limited SET refused = refused + ?, last_at = ?"
            " WHERE hour = ? AND subject = ? AND policy = ? RETURNING refused",
            [count, at, hour, subject, policy],
        ).fetchall()
        if not row:
            connection.execute(
                "INSERT INTO ops.access_limited VALUES (?, ?, ?, ?, ?)",
                [hour, subject, policy, count, at],
            )


def _now() -> datetime:
    return events.now()
