"""What somebody in front of a browser does again and again, and a look behind it by the API."""

from __future__ import annotations

import json
import re
import urllib.request
from typing import Any

from playwright.sync_api import Page, expect


def button(page: Page, name: str) -> Any:
    return page.get_by_role("button", name=name, exact=True)


def say(page: Page, words: str | re.Pattern[str]) -> None:
    expect(page.get_by_text(words).first).to_be_visible()


def choose(page: Page, label: str, option: str) -> None:
    """Pick an option of a select box by typing its beginning."""
    page.get_by_role("combobox", name=label, exact=True).click()
    page.get_by_role("option", name=re.compile(f"^{re.escape(option)}")).first.click()


def ask(url: str, path: str, content: bytes | None = None, method: str = "", **headers: str) -> Any:
    """The JSON that the API answers; with content it is a POST."""
    method = method or ("GET" if content is None else "POST")
    request = urllib.request.Request(f"{url}/api/v1/{path}", content, headers, method=method)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)
