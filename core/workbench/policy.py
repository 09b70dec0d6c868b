"""Who may do what: every method of the Workbench and its nouns names its permission here, and one policy decides.

A method is marked with `needs("records.edit")`. Before it runs, the policy of the process (`Services.policy`) is
asked whether the actor may; it raises Forbidden if not. Work in the background was asked about when it was submitted.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from typing import Any, ParamSpec, Protocol, TypeVar

from core.actor import Actor
from core.storage import patience

P = ParamSpec("P")
R = TypeVar("R")

PERMISSIONS = {
    "uploads.read": "see uploads, their previews, problems, rows and raw files",
    "uploads.write": "bring a file, change how it is read, mapped and cleaned, cancel it",
    "recipes.read": "see saved recipes",
    "recipes.write": "save, bind and remove recipes",
    "schedules.read": "see schedules and their runs",
    "schedules.write": "make, change, pause and remove schedules: they read files and addresses of the server",
    "schedules.run": "run a schedule now",
    "uploads.import": "import what was previewed",
    "uploads.rollback": "take an import back",
    "quarantine.requeue": "bring fixed rows back from quarantine",
    "records.read": "see, search and count records",
    "records.edit": "change a record by hand",
    "records.delete": "delete a record, and bring a deleted one back",
    "search.read": "find records, and see how the index stands",
    "search.write": "build the index anew",
    "search.keep": "keep and remove one's own searches",
    "search.analytics": "see how the search is used by all",
    "history.read": "see the history of records, and the audit trail",
    "history.consume": "keep a position in the feed of changes",
    "datasets.read": "see how datasets are defined, and read a file without importing it",
    "datasets.write": "make a dataset, and change one",
    "quality.read": "see scores, profiles, checks and incidents of quality",
    "quality.write": "make and run checks of quality, and work on incidents",
    "quality.accept": "let a file in that a quality gate asks about",
    "matching.read": "see which records may be one person",
    "matching.run": "compare all records with one another",
    "matching.rules": "say from which probability records are linked without a person",
    "matching.decide": "say whether two records are one person",
    "matching.merge": "make one record of several, and take that apart again",
    "jobs.read": "see work in the background",
    "backups.read": "see and verify backups",
    "backups.write": "make, test and delete backups",
    "database.read": "see how the database works: sizes, times, plans",
    "database.check": "check the database for contradictions",
    "database.sql": "ask by SQL",
    "database.claim": "run a server on the database: its id, and what is done when it is lost",
    "database.benchmark": "measure this installation",
    "access.self": "see and change one's own account",
    "access.keys": "make API keys of one's own",
    "access.read": "see accounts, roles, keys, sessions and who was limited",
    "access.write": "manage accounts, roles, keys and sessions",
    "webhooks.read": "see webhooks and what they were sent",
    "webhooks.write": "manage webhooks, and send a message again",
    "privacy.read": "see and export all that is known of a person",
    "privacy.forget": "forget a person",
    "monitoring.read": "see how the server does: health, alerts, objectives, errors, traces",
    "monitoring.write": "acknowledge and silence alerts, run the probe",
}
# What reads alone, for somebody who waits: it may be stopped (core/storage/patience.py). To see an upload may be to stage it.
STOPPED = frozenset(
    "records.read search.read history.read datasets.read quality.read matching.read database.read database.sql"
    " search.analytics".split()
)
Arguments = Mapping[str, Any]


class Policy(Protocol):
    """Decides whether an actor may do something."""

    def check(self, actor: Actor, permission: str, arguments: Arguments) -> None:
        """Raises Forbidden unless the actor may do that with these arguments (such as `dataset`, `upload_id`).

        `own` among them: of what they brought themselves, a key with the scope `import` may see that.
        """


class Everyone:
    """Whoever reaches this process may do everything: one person on a machine of their own."""

    def check(self, actor: Actor, permission: str, arguments: Arguments) -> None:
        """Refuses nothing."""


class Asking(Protocol):
    """What the methods belong to."""

    def _may(self, permission: str, arguments: Arguments) -> None:
        """Raises Forbidden."""

    def _whole(self, permission: str, arguments: Arguments) -> None:
        """Raises Forbidden for whoever sees a part of the records alone."""

    def _taken(self, what: str, arguments: Arguments) -> None:
        """Somebody takes data out: the audit trail is told."""


def needs(
    permission: str, *, narrowed: bool = False, takes: str = "", own: bool = False
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Mark a method with its permission: it is asked for with the method's arguments, before it runs.

    `narrowed`: the method keeps to the rules of who sees a part of the records (`core.records.narrowing`), or shows no
    value of a record. Any other is refused to them: what nobody thought of shows nothing. `takes`: data leaves by it in
    bulk, and the audit trail says who took what. `own`: it tells what became of an upload and shows no value of a record,
    so a key with the scope `import` may ask it about uploads that its owner brought.
    """
    if permission not in PERMISSIONS:
        raise KeyError(permission)

    def decorate(method: Callable[P, R]) -> Callable[P, R]:
        signature = inspect.signature(method)
        asked_for = signature.parameters.get("dataset")
        usual = asked_for.default if asked_for is not None else None

        @functools.wraps(method)
        def asked(*args: P.args, **kwargs: P.kwargs) -> R:
            bound = dict(signature.bind(*args, **kwargs).arguments)
            if isinstance(usual, str):  # a dataset that is not named is the usual one
                bound.setdefault("dataset", usual)
            if own:
                bound["own"] = True
            asking = bound.pop("self")
            asking._may(permission, bound)
            if not narrowed:
                asking._whole(permission, bound)
            if takes:
                asking._taken(takes, bound)
            if permission not in STOPPED:
                return method(*args, **kwargs)
            with patience.taken():
                return method(*args, **kwargs)

        setattr(asked, "permission", permission)
        setattr(asked, "narrowed", narrowed)
        setattr(asked, "own", own)
        return asked

    return decorate
