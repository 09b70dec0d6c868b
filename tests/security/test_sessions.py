"""The note in the cookie: only ours, only for this token, only for its time, and not after logging out."""

from __future__ import annotations

import time

import pytest

from core.security import sessions

TOKEN = "Zürich-long-random"


def test_a_note_holds_for_its_token() -> None:
    note = sessions.begin(TOKEN)
    assert sessions.holds(TOKEN, note) and TOKEN not in note
    assert not sessions.holds("another", note) and sessions.begin(TOKEN) != note


def test_nothing_else_holds() -> None:
    note = sessions.begin(TOKEN)
    text, _, signature = note.rpartition(".")
    until, _, rest = text.partition("-")
    longer = f"{int(until) + 1}-{rest}.{signature}"
    for made_up in (
        "",
        ".",
        "x",
        TOKEN,
        text,
        f"{text}.",
        longer,
        note + "0",
        note[:-1],
        "\udce4.ä",
    ):
        assert not sessions.holds(TOKEN, made_up), made_up


def test_it_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    note, now = sessions.begin(TOKEN), time.time()
    monkeypatch.setattr(time, "time", lambda: now + sessions.LIFETIME - 5)
    assert sessions.holds(TOKEN, note)
    monkeypatch.setattr(time, "time", lambda: now + sessions.LIFETIME + 1)
    assert not sessions.holds(TOKEN, note)


def test_logging_out_ends_one_note_for_good(monkeypatch: pytest.MonkeyPatch) -> None:
    note, other = sessions.begin(TOKEN), sessions.begin(TOKEN)
    sessions.end(TOKEN, "made up")
    sessions.end(TOKEN, note)
    assert not sessions.holds(TOKEN, note) and sessions.holds(TOKEN, other)
    # What is over is forgotten, so the list does not grow.
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + sessions.LIFETIME + 1)
    last = sessions.begin(TOKEN)
    sessions.end(TOKEN, last)
    assert list(sessions._ended) == [last.rpartition(".")[0]]


def test_a_restart_asks_again(monkeypatch: pytest.MonkeyPatch) -> None:
    note = sessions.begin(TOKEN)
    monkeypatch.setattr(sessions, "_KEY", b"of another process")
    assert not sessions.holds(TOKEN, note)
