"""Coming in: by name, password and second factor, or by a link that works once."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from core.access import accounts, links, passwords, secrets, sessions, totp
from core.access.accounts import Account
from core.access.room import Room
from core.actor import Actor
from core.errors import BadAccount, NotAllowed
from core.history import events
from core.history.events import now
from core.storage.store import Connection

_hashing = threading.Semaphore(2)  # each takes 19 MiB and some 50 ms of a core
_WRONG = "the name, the password or the code is wrong"


@dataclass(frozen=True)
class Visit:
    """From where somebody comes: address, browser, the cookie that they had."""

    address: str = ""
    agent: str = ""
    cookie: str = ""


def log_in(room: Room, name: str, password: str, code: str, visit: Visit) -> str:
    """The secret for a new session's cookie. Raises NotAllowed, TooMany.

    Tries are counted by address, and by name from one address: somebody who guesses keeps nobody else out.
    """
    who = accounts.folded(name)[:80]
    room.hit("login", visit.address)
    room.hit("login", f"{visit.address} {who}")
    kept = room.read(lambda c: _kept(c, who))
    with _hashing:
        right = passwords.fits(password, kept.password if kept else None)
    if not kept or not right or kept.status != "active" or not _second(room, kept, code):
        room.tell("access.login_failed", Actor(who, "page", "none"), address=visit.address)
        raise NotAllowed(_WRONG, hint="Try again, or ask an admin for a link.")
    if passwords.outdated(str(kept.password)):
        room.write(lambda c: _keep_password(c, kept.id, password))
    return begin(room, kept.id, visit)


def begin(room: Room, account_id: str, visit: Visit, sid: str | None = None) -> str:
    """A new session, in the place of the one that the browser had. `sid`: what the provider calls it."""

    def task(connection: Connection) -> str:
        if visit.cookie:
            sessions.end_by_secret(connection, visit.cookie)
        account = accounts.get(connection, account_id)
        events.append(
            connection,
            "access.login",
            room.actor(account, "page"),
            details={"address": visit.address},
        )
        hours, idle = room.settings.session_hours, room.settings.session_idle_minutes
        sessions.forget_idle(connection, idle)
        return sessions.begin(connection, account_id, hours, visit.address, visit.agent, sid)

    return room.write(task)


def log_out(room: Room, secret: str) -> None:
    """End the session of a cookie."""
    if secret:
        room.write(lambda c: sessions.end_by_secret(c, secret))


@dataclass(frozen=True)
class _Kept:
    id: str
    password: str | None
    totp: str | None
    step: int
    status: str


def _kept(connection: Connection, name: str) -> _Kept | None:
    row = connection.execute(
        "SELECT account_id::VARCHAR, password, totp, coalesce(totp_step, 0), status"
        " FROM ops.access_accounts WHERE name = ?",
        [name],
    ).fetchone()
    return _Kept(*row) if row else None


def _second(room: Room, kept: _Kept, code: str) -> bool:
    """Whether the second factor is right; what was used is used up."""
    if not kept.totp:
        return True
    step = totp.step_of(code, kept.totp, kept.step)

    def use(connection: Connection) -> bool:
        if step is not None:  # compared again: the same code may be on its way twice
            done = connection.execute(
                "UPDATE ops.access_accounts SET totp_step = $1 WHERE account_id::VARCHAR = $2"
                " AND coalesce(totp_step, 0) < $1 RETURNING 1",
                [step, kept.id],
            ).fetchall()
            return bool(done)
        digest = secrets.digest(code.strip().lower())
        done = connection.execute(
            "UPDATE ops.access_accounts SET recovery = list_filter(recovery, lambda one: one != $1)"
            " WHERE account_id::VARCHAR = $2 AND list_contains(recovery, $1) RETURNING 1",
            [digest, kept.id],
        ).fetchall()
        return bool(done)

    return room.write(use)


# ------------------------------------------------------------------ links and passwords


def first_link(room: Room) -> str | None:
    """The secret of the link for the first admin, in team mode as long as there is none."""
    if room.settings.mode != "team":
        return None
    known = room.read(accounts.find)
    if any(a.role == accounts.ADMIN and a.active for a in known):
        return None
    return room.write(lambda c: links.make(c, "first"))


def whose(room: Room, link: str) -> Account | None:
    """Whose password a link sets; None for that of the first admin. Raises LinkOver."""

    def question(connection: Connection) -> Account | None:
        kind, account_id = links.look(connection, link)
        return None if kind == "first" else accounts.get(connection, account_id)

    return room.read(question)


def by_link(room: Room, link: str, name: str, password: str, visit: Visit) -> str:
    """Set the password by a link; the secret of a new session. Raises LinkOver, BadPassword, BadAccount.

    Empty for whoever has a second factor: a link takes the place of the password alone, so they have to log in.
    """
    room.hit("login", visit.address)
    owner = whose(room, link)
    if owner is None and not name.strip():
        raise BadAccount("an account has a name", hint="Such as yours, without blanks.")
    text = passwords.check(password, (owner.name if owner else name, owner.shown if owner else ""))
    with _hashing:
        kept = passwords.hashed(text)

    def task(connection: Connection) -> str:
        kind, account_id = links.use(connection, link)
        if kind == "first":
            account_id = accounts.create(connection, name, accounts.ADMIN).id
        _set(connection, account_id, kept)
        sessions.end_all(connection, account_id)
        room.changed(connection)
        actor = room.actor(accounts.get(connection, account_id), "page")
        events.append(connection, "access.password_set", actor, details={"by": f"{kind} link"})
        return account_id

    account_id = room.write(task)
    return "" if owner and owner.second_factor else begin(room, account_id, visit)


def change_password(room: Room, account: Account, before: str, password: str, cookie: str) -> int:
    """Set another password; other sessions end. Gives how many did. Raises NotAllowed, BadPassword."""
    confirm(room, account, before)
    text = passwords.check(password, (account.name, account.shown))
    with _hashing:
        hashed = passwords.hashed(text)

    def task(connection: Connection) -> int:
        _set(connection, account.id, hashed)
        room.changed(connection)
        events.append(connection, "access.password_set", room.actor(account, "page"))
        return sessions.end_all(connection, account.id, but=cookie)

    return room.write(task)


def confirm(room: Room, account: Account, password: str) -> None:
    """Ask somebody who is logged in for their password again. Raises NotAllowed, TooMany."""
    room.hit("login", f"password {account.id}")
    kept = room.read(lambda c: _kept(c, account.name))
    with _hashing:
        right = kept is not None and passwords.fits(password, kept.password)
    if not right:
        raise NotAllowed("the present password is wrong", hint="Type it again.")


def _keep_password(connection: Connection, account_id: str, password: str) -> None:
    _set(connection, account_id, passwords.hashed(password))


def _set(connection: Connection, account_id: str, hashed: str) -> None:
    connection.execute(
        "UPDATE ops.access_accounts SET password = ?, changed_at = ? WHERE account_id::VARCHAR = ?",
        [hashed, now(), account_id],
    )


# ------------------------------------------------------------------ the second factor


def use_second_factor(room: Room, account: Account, kept: str, code: str) -> list[str]:
    """Ask for a second factor from now on; gives the recovery codes, which are shown this once. Raises NotAllowed."""
    room.hit("login", f"code {account.id}")
    step = totp.step_of(code, kept)
    if step is None:
        raise NotAllowed("the code is wrong", hint="Look whether the clock of the device is right.")
    codes = secrets.recovery_codes()

    def task(connection: Connection) -> None:
        connection.execute(
            "UPDATE ops.access_accounts SET totp = ?, totp_step = ?, recovery = ?, changed_at = ?"
            " WHERE account_id::VARCHAR = ?",
            [kept, step, [secrets.digest(one) for one in codes], now(), account.id],
        )
        room.changed(connection)
        events.append(connection, "access.second_factor", room.actor(account, "page"))

    room.write(task)
    return codes


def check_second_factor(room: Room, account: Account) -> None:
    """Raises NotAllowed where the role of an account needs one."""
    if room.needs_second_factor(account):
        raise NotAllowed("your role needs a second factor", hint="An admin can renew it.")


def end_second_factor(room: Room, account: Account, actor: Actor) -> None:
    """Ask for the password alone again."""

    def task(connection: Connection) -> None:
        connection.execute(
            "UPDATE ops.access_accounts SET totp = NULL, totp_step = 0, recovery = NULL, changed_at = ?"
            " WHERE account_id::VARCHAR = ?",
            [now(), account.id],
        )
        room.changed(connection)
        events.append(
            connection, "access.second_factor_ended", actor, details={"account": account.name}
        )

    room.write(task)
