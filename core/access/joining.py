"""Accounts of people whom a provider knows: made when they come first, with roles as its claims say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from core.access import accounts, sessions
from core.access.accounts import Account
from core.access.provider import Claims, Provider
from core.access.room import Room
from core.actor import Actor
from core.errors import BadAccount, NotAllowed
from core.history import events
from core.settings import Settings
from core.storage.store import Connection

ORDER = ("none", "viewer", "editor", "steward", "admin")  # who has several gets the last of these


def join(room: Room, claims: Claims, *, follow: bool = True) -> Account:
    """The account of somebody who logged in at the provider, brought up to date. Raises NotAllowed."""
    role, roles = placed(room, claims)
    issuer, subject = str(claims["iss"]), str(claims["sub"])

    def task(connection: Connection) -> Account:
        known = accounts.of_provider(connection, issuer, subject)
        if known is None:
            room.changed(connection)
            return _made(connection, claims, role, roles)
        if not known.active:
            raise NotAllowed(f"the account {known.name} is disabled", hint="Ask an admin.")
        if not follow or (known.role, dict(known.roles)) == (role, roles):
            return known
        found = accounts.follow(connection, known.id, role, roles)
        room.changed(connection)
        _tell(connection, found, "access.account_changed")
        return found

    return room.write(task)


def by_bearer(room: Room, claims: Claims, request: str | None) -> Actor:
    """Who a program with an access token acts for: the token's own claims say what it may. Raises NotAllowed."""
    role, roles = placed(room, claims)
    known = room.of_provider(str(claims["iss"]), str(claims["sub"]))
    known = known or join(room, claims, follow=False)
    if not known.active:
        raise NotAllowed(f"the account {known.name} is disabled", hint="Ask an admin.")
    return Actor(known.name, "api", role, request, tuple(sorted(roles.items())))


def log_out(room: Room, provider: Provider, token: str) -> int:
    """The provider says that somebody logged out there: their sessions here end, too. Raises NotAllowed."""
    subject, sid = provider.logged_out(token)

    def task(connection: Connection) -> int:
        known = accounts.of_provider(connection, provider.issuer, subject) if subject else None
        account_id = known.id if known else sessions.account_of_sid(connection, sid or "")
        if account_id is None or (subject and known is None):
            return 0
        found = accounts.get(connection, account_id)
        ended = sessions.end_of_provider(connection, found.id, sid)
        if ended:
            details = {"account": found.name, "by": provider.issuer, "ended": ended}
            actor = Actor(found.name, "page", found.role)
            events.append(connection, "access.session_ended", actor, details=details)
        return ended

    return room.write(task)


def placed(room: Room, claims: Claims) -> tuple[str, dict[str, str]]:
    """The role that claims give, and those for single datasets. Raises NotAllowed for who has none."""
    settings = room.settings
    mapped = [settings.oidc_roles[v] for v in _values(claims, settings) if v in settings.oidc_roles]
    for name in (each.rpartition(":")[2] for each in mapped):
        if name not in room.roles() or name == "owner":
            raise NotAllowed(
                f"MARQUEE_OIDC_ROLES names a role {name!r}, and there is no such role",
                hint="Ask whoever runs Marquee to change the setting, or an admin to make the role.",
            )
    general = _highest([m for m in mapped if ":" not in m])
    roles: dict[str, str] = {}
    for dataset in {m.partition(":")[0] for m in mapped if ":" in m}:
        wanted = [m.partition(":")[2] for m in mapped if m.startswith(f"{dataset}:")]
        roles[dataset] = _highest(wanted) or "none"
    role = general or settings.oidc_default_role or ("none" if roles else None)
    if role is None:
        raise NotAllowed(
            "you are logged in at the provider, but no role here belongs to your groups or roles there",
            hint="Ask an admin which group or role at the provider gives access to Marquee, and to be added to it.",
        )
    return role, roles


def _highest(names: Iterable[str]) -> str | None:
    def rank(name: str) -> int:
        return ORDER.index(name) if name in ORDER else 1  # a role of one's own: more than none

    return max(names, key=rank, default=None)


def _values(claims: Claims, settings: Settings) -> list[str]:
    """The texts of the claim with roles or groups; `a.b` is b in a."""
    found: object = claims
    for part in settings.oidc_role_claim.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    if isinstance(found, str):
        return found.split()
    return [str(each) for each in found] if isinstance(found, list) else []


def _made(connection: Connection, claims: Claims, role: str, roles: Mapping[str, str]) -> Account:
    issuer, subject = str(claims["iss"]), str(claims["sub"])
    said = [str(claims[k]) for k in ("preferred_username", "email", "sub") if claims.get(k)]
    names = [*said, f"{said[0]}@{urlsplit(issuer).hostname}"]
    for name in names[:1] + names[-1:] + names[1:-1]:  # nobody gets the account of another's name
        try:
            made = accounts.create(
                connection,
                name,
                role,
                shown=str(claims.get("name", "")),
                roles=roles,
                issuer=issuer,
                subject=subject,
            )
        except BadAccount:
            continue
        _tell(connection, made, "access.account_made")
        return made
    raise NotAllowed(
        "other accounts already have every name that the provider gives for you",
        hint="Ask an admin to free one of these names.",
    )


def _tell(connection: Connection, account: Account, kind: str) -> None:
    details = {"account": account.name, "as_": account.role, "by": account.issuer}
    events.append(connection, kind, Actor(account.name, "page", account.role), details=details)
