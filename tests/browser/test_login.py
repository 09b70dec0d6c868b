"""With a token set, in a real browser: asked once, kept by reloads, deep links and tabs, until logged out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from core.security.sessions import COOKIE
from tests.browser.conftest import serving
from tests.browser.helpers import button, say

pytestmark = [pytest.mark.browser, pytest.mark.integration]
TOKEN = "a long secret"


def test_a_reload_does_not_ask_again(page: Page, complaints: Any, tmp_path: Path) -> None:
    with serving(tmp_path, MARQUEE_API_TOKEN=TOKEN) as server:
        page.goto(f"{server.url}/records?q=nobody")
        say(page, "This Marquee asks for its token")
        expect(page.get_by_role("link", name="Records")).to_have_count(0)
        page.get_by_label("Token").fill("wrong")
        page.get_by_label("Token").press("Enter")
        say(page, "This is not the token.")
        page.get_by_label("Token").fill(TOKEN)
        button(page, "Open").click()
        expect(page).to_have_url(f"{server.url}/records?q=nobody")
        expect(page.get_by_role("heading", name="Records")).to_be_visible()

        page.reload()
        expect(page.get_by_role("heading", name="Records")).to_be_visible()
        other = page.context.new_page()
        other.goto(f"{server.url}/datasets")
        say(other, "Make your own")
        [cookie] = [c for c in page.context.cookies() if c["name"] == COOKIE]
        assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")
        assert COOKIE not in page.evaluate("document.cookie")

        button(page, "Log out").click()
        say(page, "This Marquee asks for its token")
        say(other, "This Marquee asks for its token")  # the other tab is out as well, by itself
        assert complaints.found == []
