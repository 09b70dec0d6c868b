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

P = ParamSpec("P")
R = TypeVar("R")

PERMISSIONS = {
    "uploads.read": "see uploads, their previews, problems, rows and raw files",
    "uploads.write": "bring a file, change how it is read, mapped and cleaned, cancel it",
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
    "matching.decide": "say whether two records are one person",
    "matching.merge": "make one record of several, and take that apart again",
    "jobs.read": "see work in the background",
    "backups.read": "see and verify backups",
    "backups.write": "make, test and delete backups",
    "database.read": "see how the database works: sizes, times, plans",
    "database.check": "check the database for contradictions",
    "database.sql": "ask by SQL",
    "database.benchmark": "measure this installation",
}
Arguments = Mapping[str, Any]


class Policy(Protocol):
    """Decides whether an actor may do something."""

    def check(self, actor: Actor, permission: str, arguments: Arguments) -> None:
        """Raises Forbidden unless the actor may do that with these arguments (such as `dataset`, `upload_id`)."""


class Everyone:
    """Whoever reaches this process may do everything: one person on a machine of their own."""

    def check(self, actor: Actor, permission: str, arguments: Arguments) -> None:
        """Refuses nothing."""


class Asking(Protocol):
    """What the methods belong to."""

    def _may(self, permission: str, arguments: Arguments) -> None:
        """Raises Forbidden."""


def needs(permission: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Mark a method with its permission: it is asked for with the method's arguments, before it runs."""
    if permission not in PERMISSIONS:
        raise KeyError(permission)

    def decorate(method: Callable[P, R]) -> Callable[P, R]:
        signature = inspect.signature(method)

        @functools.wraps(method)
        def asked(*args: P.args, **kwargs: P.kwargs) -> R:
            bound = dict(signature.bind(*args, **kwargs).arguments)
            bound.pop("self")._may(permission, bound)
            return method(*args, **kwargs)

        setattr(asked, "permission", permission)
        return asked

    return decorate
