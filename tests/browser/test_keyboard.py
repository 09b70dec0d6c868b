"""The upload journey by Tab alone: everything has a name, shows that it has the focus, and lets go of it."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.helpers import ask, button

pytestmark = [pytest.mark.browser, pytest.mark.integration]
MOST = 90  # stops of one page
FOCUS = """() => {
  let a = document.activeElement
  while (a && a.shadowRoot && a.shadowRoot.activeElement) a = a.shadowRoot.activeElement
  if (!a || a === document.body) return null
  const s = getComputedStyle(a)
  return {tag: a.tagName, outline: s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2,
          name: (a.getAttribute('aria-label') || a.innerText || a.placeholder || a.labels?.[0]?.innerText || '').trim()}
}"""


def walk(page: Page) -> list[dict[str, Any]]:
    """Where Tab leads, from the beginning of the page until it leaves it."""
    found: list[dict[str, Any]] = []
    for _ in range(MOST):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUS)
        if stop is None:
            return found
        found.append(stop)
    raise AssertionError(f"Tab does not leave the page: {found[-6:]}")


def test_the_upload_journey_by_tab(server: Any, page: Page) -> None:
    text = b"name,birth_date,mbti\nEva Tab,1990-01-01,INTJ\nBob Tab,1970-13-01,XXXX\n"
    upload = ask(server.url, "uploads?filename=tab.csv&commit=false&wait=60", text)["id"]
    for step, last in (("map", "Continue"), ("check", "Continue"), ("preview", "Import")):
        page.goto(f"{server.url}/upload?upload={upload}&step={step}")
        expect(button(page, last)).to_be_enabled()
        page.wait_for_timeout(1_500)  # what is drawn below it
        stops = walk(page)
        links = [s for s in stops if s["tag"] == "A"]
        assert len(links) >= 10 and [s for s in links if not s["outline"]] == []
        assert [s for s in stops if s["tag"] in ("A", "BUTTON") and not s["name"]] == []
        assert any(last in s["name"] for s in stops)


def test_the_grid_by_arrows(server: Any, page: Page) -> None:
    text = b"name,mbti\nEva Arrow,XXXX\nBob Arrow,YYYY\n"
    upload = ask(server.url, "uploads?filename=arrow.csv&commit=false&wait=60", text)["id"]
    page.goto(f"{server.url}/upload?upload={upload}&step=check")
    cell = page.get_by_role("gridcell", name="XXXX").first
    expect(cell).to_be_visible()
    for _ in range(MOST):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUS)["tag"] == "TD":
            break
    for _ in range(9):  # to the end of the row
        page.keyboard.press("ArrowRight")
        if "XXXX" in page.evaluate(FOCUS)["name"]:
            break
    assert "XXXX" in page.evaluate(FOCUS)["name"] and page.evaluate(FOCUS)["outline"]
    page.keyboard.press("ArrowDown")
    assert "YYYY" in page.evaluate(FOCUS)["name"]
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUS) is None or page.evaluate(FOCUS)["tag"] != "TD"  # it lets go
