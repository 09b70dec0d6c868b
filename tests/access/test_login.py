"""Coming in: the first admin, links, passwords, the second factor, and what a guesser meets."""

from __future__ import annotations

import time

import pyotp
import pytest

from core.access import accounts, login, passwords, secrets, totp
from core.access.login import Visit
from core.errors import BadPassword, LastAdmin, LinkOver, MarqueeError, NotAllowed, TooMany
from core.storage.store import Connection
from tests.access.conftest import HERE, PASSWORD, Team


def enter(
    team: Team, name: str, password: str = PASSWORD, code: str = "", address: str = "192.0.2.1"
) -> str:
    return login.log_in(team.room, name, password, code, Visit(address, "a browser"))


def test_the_first_admin_comes_by_a_link_that_works_once(team: Team) -> None:
    link = login.first_link(team.room)
    assert link
    with pytest.raises(BadPassword):  # a slip does not use it up
        login.by_link(team.room, link, "Eva", "short", HERE)
    secret = login.by_link(team.room, link, "Eva", PASSWORD, HERE)
    assert team.room.by_session(secret).role == "admin"  # type: ignore[union-attr]
    with pytest.raises(LinkOver):
        login.by_link(team.room, link, "Mallory", PASSWORD, HERE)
    assert login.first_link(team.room) is None
    with pytest.raises(LastAdmin):
        team.as_("eva").access.delete("eva")
    with pytest.raises(LastAdmin):
        team.as_("eva").access.change("eva", role="viewer")


def test_a_name_is_one_account_however_it_is_typed(team: Team) -> None:
    team.join("Eva", "viewer")
    assert team.room.by_session(enter(team, " EVA ")).who == "eva"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "wrong", ["", "violet anchor seven kettle", PASSWORD.upper(), PASSWORD + "\0"]
)
def test_another_password_opens_nothing_and_says_no_more(team: Team, wrong: str) -> None:
    team.join("eva", "viewer")
    with pytest.raises(NotAllowed) as told:
        enter(team, "eva", wrong)
    with pytest.raises(NotAllowed) as nobody:
        enter(team, "nobody", wrong)
    assert str(told.value) == str(nobody.value)
    failed = team.events("access.login_failed")
    assert {e.actor for e in failed} == {"eva", "nobody"} and PASSWORD not in str(failed)


def test_what_is_kept_is_no_secret(team: Team) -> None:
    eva = team.join("eva", "admin")
    session, (_, key) = enter(team, "eva"), eva.access.make_key("a program")
    kept = str(
        [
            team.wb.database.read(lambda c: c.execute(f"SELECT * FROM ops.access_{t}").fetchall())
            for t in ("accounts", "sessions", "keys", "links")
        ]
    )
    assert "$argon2id$" in kept
    assert not [s for s in (PASSWORD, session, key, key.removeprefix("mq_live_")) if s in kept]


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("elevenchars", "11 characters"),
        ("x" * 257, "257 characters"),
        ("qwertyuiop[]", "guessed"),
        ("123456789012", "leaked|guessed"),
        ("evaevaevaeva", "guessed"),
        ("marqueemarquee", "guessed"),
    ],
)
def test_passwords_that_are_not_safe(password: str, why: str) -> None:
    with pytest.raises(BadPassword, match=why):
        passwords.check(password, ("eva",))


def test_every_leaked_password_that_is_long_enough_is_refused() -> None:
    long = [p for p in passwords.leaked() if len(p) >= passwords.LEAST]
    assert len(long) > 200
    for password in long[::20]:
        with pytest.raises(BadPassword):
            passwords.check(password.upper())


def test_accents_are_one_however_a_keyboard_makes_them() -> None:
    kept = passwords.hashed("Zu\u0308rich anchor kettle seven")
    assert passwords.fits("Z\u00fcrich anchor kettle seven", kept)


def test_a_guesser_keeps_nobody_else_out(team: Team) -> None:
    team.join("eva", "viewer")
    tries = 0
    with pytest.raises(TooMany) as told:
        for tries in range(50):
            with pytest.raises(NotAllowed):
                enter(team, "eva", "wrong wrong wrong", address="198.51.100.9")
    assert tries <= 12 and told.value.extra["seconds"] >= 1
    with pytest.raises(TooMany):  # the right one does not help there
        enter(team, "eva", address="198.51.100.9")
    assert enter(team, "eva", address="203.0.113.5")
    [limited] = [one for one in team.wb.access.limited() if one.subject == "198.51.100.9"]
    assert limited.policy == "login" and limited.refused >= 1


def test_the_second_factor(team: Team) -> None:
    team.join("eva", "viewer")
    account, kept = team.wb.access.get("eva"), totp.secret()
    with pytest.raises(NotAllowed):
        login.use_second_factor(team.room, account, kept, "000000")
    codes = login.use_second_factor(team.room, account, kept, pyotp.TOTP(kept).now())
    for wrong in ("", "000000", pyotp.TOTP(kept).now()):  # the last one was used
        with pytest.raises(NotAllowed):
            enter(team, "eva", code=wrong)
    later = pyotp.TOTP(kept).at(time.time() + totp.STEP)
    assert enter(team, "eva", code=f"{later[:3]} {later[3:]}")
    assert enter(team, "eva", code=codes[3].upper())
    with pytest.raises(NotAllowed):
        enter(team, "eva", code=codes[3])
    path = team.wb.access.reset("eva")
    link = path.rsplit("/", 1)[1]
    assert login.by_link(team.room, link, "", PASSWORD, HERE) == "", "it is the password alone"
    with pytest.raises(NotAllowed):
        enter(team, "eva", address="203.0.113.5")
    team.wb.access.reset("eva", second_factor=True)
    assert enter(team, "eva", address="203.0.113.5")


def test_codes_are_those_of_the_standard() -> None:
    """RFC 6238, appendix B, cut to six digits."""
    kept = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    for moment, code in ((59, "287082"), (1111111109, "081804"), (2000000000, "279037")):
        assert totp.step_of(code, kept, now=moment) == moment // 30
        assert totp.step_of(code, kept, after=moment // 30, now=moment) is None


def test_sessions_end(team: Team) -> None:
    eva = team.join("eva", "viewer")
    first, second = enter(team, "eva"), enter(team, "eva")
    assert len(eva.access.sessions()) == 3
    login.log_out(team.room, first)
    assert team.room.by_session(first) is None and team.room.by_session(second)
    changed = login.change_password(
        team.room, team.wb.access.get("eva"), PASSWORD, "seven other kettles sing", second
    )
    assert changed == 1 and team.room.by_session(second)
    team.wb.access.change("eva", disabled=True)
    assert team.room.by_session(second) is None
    with pytest.raises(NotAllowed):
        enter(team, "eva", "seven other kettles sing")


def test_another_process_knows_within_a_second(team: Team) -> None:
    """Here the other process is another room on the same database, with what it knows of its own."""
    from core.access.room import Room

    team.join("eva", "viewer")
    secret, other = enter(team, "eva"), Room(team.wb.database, team.wb.settings)
    assert other.by_session(secret)
    team.wb.access.change("eva", disabled=True)
    time.sleep(0.6)
    assert other.by_session(secret) is None


def test_a_login_is_another_session(team: Team) -> None:
    team.join("eva", "viewer")
    before = enter(team, "eva")
    after = login.log_in(team.room, "eva", PASSWORD, "", Visit("192.0.2.1", "a browser", before))
    assert before != after and team.room.by_session(before) is None


def test_keys_have_a_form_that_can_be_checked() -> None:
    made = {secrets.api_key() for _ in range(200)}
    assert len(made) == 200 and all(len(key) == 46 and secrets.is_api_key(key) for key in made)
    key = made.pop()
    for place in range(8, 46):  # any one character
        other = "a" if key[place] != "a" else "b"
        assert not secrets.is_api_key(key[:place] + other + key[place + 1 :])
    assert not secrets.is_api_key(key[:-1]) and not secrets.is_api_key(key.upper())


def test_the_clock_may_jump(team: Team) -> None:
    team.join("eva", "viewer")
    secret = enter(team, "eva")

    def later(connection: Connection) -> None:
        connection.execute("UPDATE ops.access_sessions SET ends_at = ends_at - INTERVAL 13 HOUR")

    team.room.write(later)
    team.room.write(team.room.changed)
    assert team.room.by_session(secret) is None


def test_bad_names(team: Team) -> None:
    for name in ("", " ", "a b", "x" * 81, "<b>", "a\nb"):
        with pytest.raises(MarqueeError):
            team.wb.access.invite(name)
    team.wb.access.invite("Eva")
    with pytest.raises(MarqueeError, match="already"):
        team.wb.access.invite("eVa")
    assert accounts.folded("ＥＶＡ") == "eva"
