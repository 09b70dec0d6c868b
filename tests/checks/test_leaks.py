"""Secrets are found by their form, and told without their text. The texts here are put together, so that none stands here."""

from __future__ import annotations

import pytest

from checks import leaks
from checks.step import FAILED, PASSED, SKIPPED, Done, Tools

LONG = "0aB1cD2eF3gH4iJ5kL6mN7oP8qR9sT0uV1wX2yZ3aB4c"
SECRETS = {
    "private key": "-----BEGIN " + "OPENSSH PRIVATE KEY-----",
    "Marquee key": "mq_" + "live_" + LONG.lower()[:38],
    "AWS key": "AKIA" + LONG.upper()[:16],
    "GitHub token": "ghp_" + LONG[:36],
    "GitLab token": "glpat-" + LONG[:20],
    "Slack token": "xoxb-" + LONG[:24],
    "Stripe key": "sk_" + "live_" + LONG[:24],
    "Google key": "AIza" + LONG[:35],
    "PyPI token": "pypi-" + "AgE" + LONG + LONG,
    "npm token": "npm_" + LONG[:36],
    "key of a language model": "sk-" + "ant-" + LONG,
    "Sentry address": "https://" + "0a" * 16 + "@errors.example/1",
    "signed token": "eyJ" + LONG + ".eyJ" + LONG + "." + LONG,
    "password in an address": "postgres:/" + "/marquee:hunter22@db.example",
    "secret in a setting": "MARQUEE_API_" + "TOKEN=" + LONG,
}


@pytest.mark.parametrize("kind", SECRETS)
def test_each_form_is_found_and_not_shown(kind: str) -> None:
    text = f"one\ntwo {SECRETS[kind]}\n"
    found = [f for f in leaks.look("a.py", text.encode()) if f.kind == kind]
    assert [f.line for f in found] == [2]
    outcome = leaks.told(found, set(), 1)
    assert outcome.status == FAILED and "a.py:2" in outcome.output
    assert SECRETS[kind] not in outcome.output + outcome.note
    assert leaks.told(found, {f.entry for f in found}, 1).status == PASSED


def test_what_is_no_secret_is_not_found() -> None:
    fine = f"token = make_token({LONG})\nsha256:{'0a' * 32}\nhttps://example.org:8443/a@b\npassword: str\nsk-learn\n"
    assert list(leaks.look("a.py", fine.encode())) == []


def test_an_entry_that_is_not_needed_fails() -> None:
    outcome = leaks.told([], leaks.allowed("# why\na.py 0123 an example\n"), 1)
    assert outcome.status == FAILED and "a.py 0123 is not there any more" in outcome.output
    with pytest.raises(ValueError):
        leaks.allowed("a.py 0123\n")


def test_without_git_nothing_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Tools, "run", lambda *given: Done(128, "not a git repository"))
    assert leaks.leaks(Tools()).status == SKIPPED
