"""A session that nobody uses ends, and a role that needs a second factor gets in with one alone."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pyotp
import pytest

from core import Workbench
from core.access import login, room as rooms, sessions
from core.errors import NotAllowed, SettingsError
from core.history import events
from core.settings import Settings
from tests.access.conftest import HERE, PASSWORD, Team
from tests.api.conftest import client_of


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[timedelta]:
    """What is added to the time of sessions."""
    past = [timedelta(0)]
    real = events.now

    def now() -> datetime:
        return real() + past[0]

    monkeypatch.setattr(sessions, "now", now)
    monkeypatch.setattr(rooms, "_now", now)
    return past


@pytest.fixture
def team(team_settings: Settings, empty_database: Path) -> Iterator[Team]:
    team_settings.database.parent.mkdir(parents=True)
    shutil.copyfile(empty_database, team_settings.database)
    said = {"session_idle_minutes": 30, "second_factor": ("steward",)}
    with Workbench.open(settings=team_settings.model_copy(update=said)) as opened:
        yield Team(opened)


def test_a_session_ends_when_nobody_uses_it(team: Team, clock: list[timedelta]) -> None:
    team.join("ada", "viewer")
    secret = login.log_in(team.room, "ada", PASSWORD, "", HERE)
    for minutes in (20, 40, 60):  # used each time
        clock[0] = timedelta(minutes=minutes)
        assert team.room.by_session(secret) is not None
    clock[0] = timedelta(minutes=85)
    assert team.room.by_session(secret, used=False) is not None  # an open page that asks
    clock[0] = timedelta(minutes=91)
    assert team.room.by_session(secret, used=False) is None
    assert team.room.by_session(secret) is None, "it cannot be taken up again"


def test_its_use_is_kept_in_the_database(team: Team, clock: list[timedelta]) -> None:
    team.join("ada", "viewer")
    secret = login.log_in(team.room, "ada", PASSWORD, "", HERE)
    clock[0] = timedelta(minutes=20)
    assert team.room.by_session(secret)
    team.wb.database.write(lambda c: None)
    team.room._used.clear()  # as another process
    clock[0] = timedelta(minutes=45)
    assert team.room.by_session(secret)


def test_what_nobody_uses_is_listed_no_more_and_forgotten(
    team: Team, clock: list[timedelta]
) -> None:
    team.join("ada", "viewer")
    team.wb.database.write(lambda c: c.execute("DELETE FROM ops.access_sessions"))
    login.log_in(team.room, "ada", PASSWORD, "", HERE)
    assert len(team.wb.access.sessions("ada")) == 1
    clock[0] = timedelta(minutes=33)
    assert team.wb.access.sessions("ada") == []
    login.log_in(team.room, "ada", PASSWORD, "", HERE)
    count = "SELECT count(*) FROM ops.access_sessions"
    assert team.wb.database.read(lambda c: c.execute(count).fetchall()) == [(1,)]


def test_a_misspelt_role_is_no_role_that_needs_a_second_factor(
    team_settings: Settings, settings: Settings
) -> None:
    said = {"second_factor": ("stewart", "admin")}
    with pytest.raises(SettingsError, match="names stewart") as caught:
        Workbench(team_settings.model_copy(update=said))
    assert "steward" in (caught.value.hint or "")
    Workbench(settings.model_copy(update=said)).close()  # nobody has an account


def test_a_role_that_needs_a_second_factor_may_only_set_one_up(team: Team) -> None:
    client = client_of(team.wb)
    team.join("ada", "viewer", celebrities="steward")
    team.join("bob", "viewer")
    ada = login.log_in(team.room, "ada", PASSWORD, "", HERE)
    bob = login.log_in(team.room, "bob", PASSWORD, "", HERE)
    assert team.room.by_session(bob).role == "viewer"  # type: ignore[union-attr]
    actor = team.room.by_session(ada)
    assert actor is not None and (actor.role, actor.roles) == ("none", ())
    answer = client.post(
        "/api/session", data={"name": "ada", "password": PASSWORD}, follow_redirects=False
    )
    assert answer.headers["location"] == "/api/session/account"
    page = client.get("/api/session/account").text
    assert "needs a second factor" in page
    secret = re.search(r'name="secret" value="(\w+)"', page)
    assert secret, page
    code = pyotp.TOTP(secret[1]).now()
    client.post("/api/session/account/factor", data={"secret": secret[1], "code": code})
    found = team.room.by_session(ada)
    assert found is not None and found.roles == (("celebrities", "steward"),)
    off = client.post("/api/session/account/factor", data={"before": PASSWORD}).text
    assert "needs a second factor" in off and team.wb.access.get("ada").second_factor
    with pytest.raises(NotAllowed):
        login.log_in(team.room, "ada", PASSWORD, "", HERE)
