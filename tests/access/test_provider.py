"""Logging in at an OpenID provider, and what one that lies, is down or knows nobody leads to."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from pydantic import SecretStr

from core import Workbench
from core.access import provider as oidc
from core.errors import ProviderFailed, SettingsError
from core.settings import Settings, load
from tests.access.conftest import Team
from tests.api.conftest import client_of
from tests.servers.provider import CLIENT, SECRET, Provider, key

START = "/api/session/oidc"


@pytest.fixture
def provider() -> Iterator[Provider]:
    with Provider() as started:
        yield started


@pytest.fixture
def team(team_settings: Settings, provider: Provider, empty_database: Path) -> Iterator[Team]:
    said = {
        "oidc_issuer": provider.issuer,
        "oidc_client_id": CLIENT,
        "oidc_client_secret": SecretStr(SECRET),
        "oidc_roles": {"editors": "editor", "chiefs": "admin", "press": "celebrities:steward"},
        "oidc_role_claim": "realm.groups",
    }
    team_settings.database.parent.mkdir(parents=True)
    shutil.copyfile(empty_database, team_settings.database)
    with Workbench.open(settings=team_settings.model_copy(update=said)) as opened:
        yield Team(opened)


def groups(*names: str) -> dict[str, Any]:
    return {"realm": {"groups": list(names)}}


def come(team: Team, provider: Provider, back: dict[str, str] | None = None, **claims: Any) -> Any:
    """Go to the provider, log in there, come back; the last answer, and the browser."""
    browser = client_of(team.wb)
    sent = browser.get(f"{START}?next=/history", follow_redirects=False)
    if sent.status_code != 303:
        return sent, browser
    brought = provider.log_in(sent.headers["location"], **claims)
    answer = browser.get(
        f"{START}/callback", params={**brought, **(back or {})}, follow_redirects=False
    )
    return answer, browser


def test_somebody_comes_in_by_the_provider_with_the_roles_of_its_claims(
    team: Team, provider: Provider
) -> None:
    answer, browser = come(team, provider, **groups("editors", "press", "of no meaning"))
    assert answer.status_code == 200 and "url=/history" in answer.text
    alice = team.wb.access.get("alice")
    assert (alice.role, alice.roles, alice.has_password) == (
        "editor",
        {"celebrities": "steward"},
        False,
    )
    assert "alice" in browser.get("/api/session/account").text
    assert team.events("access.login")[0].actor == "alice"
    come(team, provider, **groups("chiefs"))  # what the provider says now is what counts
    assert team.wb.access.get("alice").role == "admin" and len(team.wb.access()) == 1
    out = browser.post("/api/session/end")
    assert urlsplit(provider.issuer).netloc in out.text and "post_logout_redirect_uri" in out.text
    assert "alice" not in browser.get("/api/session/account").text


def test_a_name_that_somebody_has_is_not_given_away(team: Team, provider: Provider) -> None:
    team.join("alice", "admin")
    answer, _ = come(team, provider, **groups("editors"))
    assert answer.status_code == 200
    assert team.wb.access.get("alice").role == "admin"
    assert team.wb.access.get("alice@127.0.0.1").issuer == provider.issuer


@pytest.mark.parametrize(
    ("lie", "why"),
    [
        ({"claimed": {"iss": "https://elsewhere.example"}}, "iss"),
        ({"claimed": {"aud": "another client"}}, "aud"),
        ({"claimed": {"exp": int(time.time()) - 3600}}, "expired"),
        ({"claimed": {"exp": None}}, "exp"),
        ({"claimed": {"nonce": "of another login"}}, "nonce"),
        ({"signs": key("one")}, "not valid"),
        ({"signs": key("two")}, "not valid"),
        ({"described": {"issuer": "https://elsewhere.example"}}, "calls itself"),
        ({"described": {"token_endpoint": "http://elsewhere.example/token"}}, "by https"),
        ({"described": {"jwks_uri": None}}, "jwks_uri"),
    ],
)
def test_what_a_provider_says_is_looked_at(
    team: Team, provider: Provider, lie: dict[str, Any], why: str
) -> None:
    for name, value in lie.items():
        setattr(provider, name, value)
    answer, browser = come(team, provider, **groups("editors"))
    assert answer.status_code in (401, 502) and why in answer.text, answer.text
    assert not team.wb.access() and "marquee_login" not in browser.cookies


def test_only_who_began_a_login_ends_it_and_once(team: Team, provider: Provider) -> None:
    for back in ({"state": "another"}, {"iss": "https://elsewhere.example"}, {"error": "denied"}):
        answer, _ = come(team, provider, back, **groups("editors"))
        assert answer.status_code == 401
    brought = provider.log_in(
        client_of(team.wb).get(START, follow_redirects=False).headers["location"],
        **groups("editors"),
    )  # the browser of somebody else opens the address
    stranger = client_of(team.wb)
    assert stranger.get(f"{START}/callback", params=brought).status_code == 401
    other = stranger.get(START, follow_redirects=False)
    assert other.status_code == 303
    assert stranger.get(f"{START}/callback", params=brought).status_code == 401
    assert not team.wb.access()


def test_who_has_no_role_or_is_disabled_stays_out(team: Team, provider: Provider) -> None:
    answer, _ = come(team, provider, **groups("visitors"))
    assert answer.status_code == 401 and "no role here belongs to your groups" in answer.text
    come(team, provider, **groups("editors"))
    team.wb.access.change("alice", disabled=True)
    answer, _ = come(team, provider, **groups("editors"))
    assert answer.status_code == 401 and "disabled" in answer.text
    token = provider.token(sub="1", **groups("editors"))
    headers = {"Authorization": f"Bearer {token}"}
    assert client_of(team.wb).get("/api/v1/datasets", headers=headers).status_code == 401
    assert len(team.events("access.login_failed")) == 2  # a line a minute for each way


def test_programs_come_with_access_tokens(team: Team, provider: Provider) -> None:
    browser = client_of(team.wb)

    def ask(path: str, token: str) -> int:
        headers = {"Authorization": f"Bearer {token}"}
        return int(browser.get(f"/api/v1/{path}", headers=headers).status_code)

    bob = {"sub": "2", "preferred_username": "bob"}
    token = provider.token(**bob, **groups("editors"))
    assert [ask(p, token) for p in ("datasets", "access/accounts")] == [200, 403]
    assert ask("access/accounts", provider.token(**bob, **groups("chiefs"))) == 200
    assert team.wb.access.get("bob").role == "editor"  # a token says what it may itself
    wrong = [
        provider.token(**bob, aud="another", **groups("chiefs")),
        provider.token(**bob, nonce="of a login", **groups("chiefs")),
        provider.token(**bob, events=LOGOUT, **groups("chiefs")),
        provider.token(**bob, **groups("nobody")),
        token[:-4] + "AAAA",
        "a.b.c",
    ]
    assert [ask("datasets", each) for each in wrong] == [401] * len(wrong)
    provider.key = key("new")  # it changed its key: asked for again, and not by every request
    before = provider.looked
    assert ask("datasets", provider.token(**bob, **groups("editors"))) == 401
    assert provider.looked == before


def test_one_that_is_down_leaves_the_passwords(team: Team, provider: Provider) -> None:
    provider.__exit__()
    answer = client_of(team.wb).get(START, follow_redirects=False)
    assert answer.status_code == 502 and "does not answer" in answer.text
    form = client_of(team.wb).get("/api/session").text
    assert "your organisation" in form and 'name="password"' in form
    provider.__enter__()  # so that the fixture has something to end


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"oidc_issuer": "http://login.example"}, "https"),
        ({"oidc_issuer": "https://login.example?x=1"}, "expected"),
        ({"oidc_issuer": "https://login.example", "mode": "team"}, "no client"),
        ({"oidc_issuer": "https://login.example", "oidc_client_id": "m"}, "team mode"),
    ],
)
def test_settings_that_do_not_fit_are_told(said: dict[str, str], why: str) -> None:
    with pytest.raises(SettingsError, match=why):
        load(**said).check_address()


def test_one_that_is_down_is_not_asked_by_every_request(
    team_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def ask(self: Any, address: str) -> dict[str, Any]:
        asked.append(address)
        raise ProviderFailed("it is down")

    monkeypatch.setattr(oidc.Provider, "_ask", ask)
    one = oidc.Provider(team_settings.model_copy(update={"oidc_issuer": "http://127.0.0.1:9"}))
    for _ in range(3):
        with pytest.raises(ProviderFailed, match="it is down"):
            one.begin("http://127.0.0.1/back")
    assert len(asked) == 1
    later = time.monotonic() + oidc.FAILED
    monkeypatch.setattr(oidc.time, "monotonic", lambda: later)
    with pytest.raises(ProviderFailed):
        one.begin("http://127.0.0.1/back")
    assert len(asked) == 2


LOGOUT = {"http://schemas.openid.net/event/backchannel-logout": {}}


def leave(team: Team, token: str) -> Any:
    return client_of(team.wb).post("/api/session/oidc/logout", data={"logout_token": token})


def said(provider: Provider, **claims: Any) -> str:
    return provider.token(**{"sub": "1", "sid": "s-1", "jti": "j", "events": LOGOUT, **claims})


def logged_in(team: Team) -> list[str]:
    return [each.account_id for each in team.wb.access.sessions("alice")]


@pytest.mark.parametrize("claims", [{}, {"sid": None}, {"sub": None}])
def test_who_logs_out_at_the_provider_is_out_here(
    team: Team, provider: Provider, claims: dict[str, Any]
) -> None:
    _, browser = come(team, provider, sid="s-1", **groups("editors"))
    team.join("bob", "editor")
    assert "alice" in browser.get("/api/session/account").text
    answer = leave(team, said(provider, **claims))
    assert (answer.status_code, answer.text) == (200, "")
    assert answer.headers["cache-control"] == "no-store"
    assert logged_in(team) == [] and len(team.wb.access.sessions("bob")) == 1
    time.sleep(0.6)
    assert "alice" not in browser.get("/api/session/account").text
    assert team.events("access.session_ended")[0].details["account"] == "alice"


def test_another_session_of_theirs_goes_on(team: Team, provider: Provider) -> None:
    come(team, provider, sid="s-1", **groups("editors"))
    come(team, provider, sid="s-2", **groups("editors"))
    assert leave(team, said(provider, sub="of nobody")).status_code == 200
    assert len(logged_in(team)) == 2
    assert leave(team, said(provider)).status_code == 200
    assert len(logged_in(team)) == 1


@pytest.mark.parametrize(
    "claims",
    [
        {"events": None},
        {"events": {"another": {}}},
        {"nonce": "of a login"},
        {"jti": None},
        {"iat": int(time.time()) - 3_600},
        {"sub": None, "sid": None},
        {"aud": "another client"},
        {"iss": "https://elsewhere.example"},
        {"exp": int(time.time()) - 600},
    ],
)
def test_what_is_no_logout_token_ends_nothing(
    team: Team, provider: Provider, claims: dict[str, Any]
) -> None:
    come(team, provider, sid="s-1", **groups("editors"))
    answer = leave(team, said(provider, **claims))
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
    provider.signs = key("one")  # another one of that name
    assert leave(team, said(provider)).status_code == 400
    assert leave(team, "no token").status_code == 400
    assert len(logged_in(team)) == 1
