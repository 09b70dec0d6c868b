"""Quality in a real browser: from a cell of the heat map to its rows, the new score, the repair, and its undo."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.helpers import ask, button, say

pytestmark = [pytest.mark.browser, pytest.mark.integration]

ROWS = "name\tgender\tnationality\nAda\t\tFrance\nBen\tmale\tJapan\nCy\t\tJapan\n"


def test_from_a_number_to_its_rows_to_the_repair(server: Any, page: Page, complaints: Any) -> None:
    ask(server.url, "uploads?filename=people.tsv", ROWS.encode())
    page.goto(f"{server.url}/quality")
    say(page, "Fields by dimension")
    say(page, re.compile("Not measured, which is neither 0 nor 100"))

    # The cell of Gender and Completeness: the text of the point is in it.
    cell = page.locator(".js-plotly-plot .textpoint text", has_text="33.3").first
    box = cell.bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    say(page, "Gender is missing")
    expect(page).to_have_url(re.compile("check=completeness"))
    say(page, re.compile("^2 records. Select a row"))

    # The same check by its address, and its repair by the API's own way beside the page's.
    button(page, "Show the new score").wait_for()
    body = b'{"check": "completeness:gender", "fixes": {"": "female"}, "dry_run": false}'
    done = ask(
        server.url,
        "datasets/celebrities/quality/repair",
        body,
        **{"Content-Type": "application/json"},
    )
    page.reload()
    say(page, "No record is left here.")
    page.goto(f"{server.url}/quality?view=trend")
    say(page, re.compile("Import of repair of completeness gender"))
    page.goto(f"{server.url}/history?upload={done['upload_id']}")
    button(page, "Undo import").click()
    button(page, "Undo now").click()
    say(page, re.compile("The import that was taken back"))
    page.goto(f"{server.url}/quality?check=completeness:gender")
    say(page, re.compile("^2 records. Select a row"))
    assert complaints.found == []


@pytest.mark.parametrize("view", ["", "trend", "profile", "checks", "incidents"])
def test_no_view_is_wider_than_a_telephone(server: Any, page: Page, view: str) -> None:
    page.set_viewport_size({"width": 420, "height": 900})
    page.goto(f"{server.url}/quality?view={view}")
    expect(page.get_by_role("heading", name="Quality")).to_be_visible()
    page.wait_for_timeout(1_500)
    wide = page.evaluate(
        "() => { const m = document.querySelector('[data-testid=stMain]');"
        " return m.scrollWidth - m.clientWidth }"
    )
    assert wide <= 0
