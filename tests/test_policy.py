"""Every act of the Workbench asks one policy."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from core import Settings, Workbench
from core.actor import Actor
from core.backups.service import Backups as BackupsService
from core.errors import Forbidden
from core.workbench import policy
from core.workbench.policy import PERMISSIONS
from core.workbench.services import Services

Csv = Callable[..., Path]
NOUNS = (
    "uploads",
    "decisions",
    "records",
    "datasets",
    "history",
    "jobs",
    "search",
    "backups",
    "quality",
    "engine",
    "matching",
    "access",
    "monitoring",
    "privacy",
    "recipes",
    "queue",
    "transfers",
    "schedules",
    "webhooks",
)
# What says who acts or starts and ends the process, and verbs that are a noun's method by another name.
NO_ACTS = {
    "open",
    "acting_as",
    "connect",
    "through",
    "start",
    "close",
    "read",
    "receive",
    "record",
    "edit",
}
SERVICES = {"run", "tick", "due", "through"}  # of backups: what the worker and the clock do


class Refusing:
    """Refuses all but what is allowed, and remembers what was asked."""

    def __init__(self, *allowed: str) -> None:
        self.allowed, self.asked = allowed, list[tuple[Actor, str, Mapping[str, Any]]]()

    def check(self, actor: Actor, permission: str, arguments: Mapping[str, Any]) -> None:
        self.asked.append((actor, permission, arguments))
        if permission not in self.allowed:
            raise Forbidden(f"{actor.who} may not {PERMISSIONS[permission]}")


@pytest.fixture
def services(settings: Settings) -> Iterator[Services]:
    opened = Services(settings)
    yield opened
    opened.close()


def _methods(part: object) -> Iterator[tuple[str, Any]]:
    for name, method in inspect.getmembers(type(part), callable):
        if name == "__call__" and "__call__" in vars(type(part)) or not name.startswith("_"):
            yield name, method


def test_every_public_method_names_its_permission(services: Services) -> None:
    wb = Workbench(services.settings, services=services)
    missing = [
        f"{noun}.{name}"
        for noun in NOUNS
        for name, method in _methods(getattr(wb, noun))
        if not hasattr(method, "permission") and name not in (SERVICES if noun == "backups" else ())
    ]
    missing += [
        name
        for name, method in _methods(wb)
        if not hasattr(method, "permission") and name not in NO_ACTS
    ]
    assert missing == []


def test_every_permission_is_asked_by_something(services: Services) -> None:
    wb = Workbench(services.settings, services=services)
    parts = [wb, *(getattr(wb, noun) for noun in NOUNS)]
    used = {m.permission for p in parts for _, m in _methods(p) if hasattr(m, "permission")}
    assert used | {"database.benchmark"} == set(PERMISSIONS)


def test_what_is_refused_does_nothing(services: Services, csv_file: Csv) -> None:
    path = csv_file("name", "Ada")
    done = Workbench(services.settings, services=services).import_file(path)
    services.policy = refusing = Refusing("records.read", "uploads.read")
    eva = Workbench(services.settings, services=services, actor=Actor("eva", "page", "viewer"))
    one = next(eva.records().rows())
    acts: dict[str, Callable[[], object]] = {
        "uploads.import": lambda: eva.import_file(path, force=True),
        "uploads.write": lambda: eva.uploads.plan(done.id, mode="insert"),
        "uploads.rollback": lambda: eva.rollback(done.id),
        "quarantine.requeue": lambda: eva.uploads.requeue(done.id, {}),
        "records.edit": lambda: eva.edit("celebrities", one["record_id"], {"gender": "female"}),
        "records.delete": lambda: eva.records.delete("celebrities", one["record_id"]),
        "database.sql": lambda: eva.sql("SELECT 1"),
        "database.benchmark": lambda: eva.engine.benchmarks,
        "backups.write": lambda: eva.backups.create(),
    }
    for permission, act in acts.items():
        with pytest.raises(Forbidden, match="eva may not"):
            act()
        actor, asked, arguments = refusing.asked[-1]
        assert (actor.role, asked) == ("viewer", permission)
    assert list(eva.records().rows()) == [one]
    assert [u.status for u in eva.uploads()] == ["imported"]


def test_the_policy_sees_what_it_is_about(services: Services) -> None:
    services.policy = refusing = Refusing("records.read")
    wb = Workbench(services.settings, services=services)
    assert list(wb.records("celebrities", limit=3).rows()) == []
    assert refusing.asked[-1][2] == {"dataset": "celebrities", "limit": 3}


def test_a_job_acts_for_whoever_submitted_it(services: Services, csv_file: Csv) -> None:
    actor = Actor("eva", "api", "editor", request="r-17")
    eva = Workbench(services.settings, services=services, actor=actor)
    upload = eva.receive(csv_file("name", "Ada"))
    job = eva.jobs.submit(upload.id)
    assert job.by == actor
    services.start()
    while eva.jobs.get(job.id).active:
        pass
    imported = next(e for e in eva.history.events() if e.kind == "upload.imported")
    assert (imported.actor, imported.door, imported.details["request"]) == ("eva", "api", "r-17")


def test_another_door_keeps_the_role(services: Services) -> None:
    actor = Actor("eva", "page", "viewer", request="r-1")
    wb = Workbench(services.settings, services=services, actor=actor).through("api", "eva")
    assert wb.actor == Actor("eva", "api", "viewer", request="r-1")


def test_a_method_needs_a_permission_that_there_is() -> None:
    with pytest.raises(KeyError):
        policy.needs("records.paint")
    assert not hasattr(BackupsService.create, "permission")


def test_a_policy_is_given_where_the_workbench_is_opened(settings: Settings) -> None:
    with Workbench.open(settings=settings, policy=Refusing("records.read")) as wb:
        assert list(wb.records().rows()) == []
        with pytest.raises(Forbidden):
            wb.sql("SELECT 1")
