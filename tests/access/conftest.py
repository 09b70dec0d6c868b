"""An installation in team mode, with people in it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from core import Workbench
from core.access import login
from core.access.login import Visit
from core.access.room import Room
from core.history.events import Event
from core.settings import Settings

PASSWORD = "violet anchor seven kettles"
HERE = Visit("192.0.2.1", "a browser")


@dataclass(frozen=True)
class Team:
    """A workbench, and how to become somebody on it."""

    wb: Workbench

    @property
    def room(self) -> Room:
        return self.wb.services.access

    def join(self, name: str, role: str, **roles: str) -> Workbench:
        """A new account with a password; the workbench as that person sees it."""
        _, path = self.wb.access.invite(name, role, roles=roles)
        login.by_link(self.room, path.rsplit("/", 1)[1], "", PASSWORD, HERE)
        return self.as_(name)

    def events(self, kind: str) -> list[Event]:
        """Of one kind, the newest first, with those that are still on their way."""
        self.wb.database.write(lambda c: None)
        return [e for e in self.wb.history.events() if e.kind == kind]

    def as_(self, name: str) -> Workbench:
        return self.wb.acting_as(self.room.actor(self.wb.access.get(name), "page"))


@pytest.fixture
def team_settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"mode": "team"})


@pytest.fixture
def team(team_settings: Settings, empty_database: Path) -> Iterator[Team]:
    team_settings.database.parent.mkdir(parents=True)
    shutil.copyfile(empty_database, team_settings.database)
    with Workbench.open(settings=team_settings) as opened:
        yield Team(opened)


Open = Callable[..., Workbench]
