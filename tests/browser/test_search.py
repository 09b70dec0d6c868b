"""Search in a real browser: the box answers while somebody types, and the keyboard is enough."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.helpers import ask, say

pytestmark = [pytest.mark.browser, pytest.mark.integration]

ROWS = (
    "name\tname_en\tbirth_date\toccupations\n周杰伦\tJay Chou\t1979-01-18\tsinger\n"
    "Bob Dylan\t\t1941-05-24\tsinger\nAda Lovelace\t\t1815-12-10\twriter\n"
)


@pytest.fixture(scope="module")
def people(server: Any) -> str:
    """The address of the search, with three people in the index."""
    ask(server.url, "uploads?filename=people.tsv", ROWS.encode())
    for _ in range(200):
        told = ask(server.url, "datasets/celebrities/search/status")
        if told["state"] == "ready" and told["documents"] == 3:
            break
    return f"{server.url}/search"


def test_it_answers_while_somebody_types(people: str, page: Page, complaints: Any) -> None:
    page.goto(people)
    say(page, re.compile("^3 records in"))
    box = page.get_by_role("combobox", name="Search")
    expect(box).to_have_attribute("placeholder", re.compile("field:value"))
    page.keyboard.press("/")
    expect(box).to_be_focused()
    page.keyboard.type("jay c", delay=30)
    say(page, re.compile("^1 record in"))
    expect(page.get_by_role("option").first).to_contain_text("周杰伦")
    expect(box).to_have_value("jay c")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="周杰伦")).to_be_visible()
    page.go_back()
    expect(box).to_have_attribute("placeholder", re.compile("field:value"))
    page.keyboard.press("/")
    page.keyboard.type("dylen")
    page.keyboard.press("Enter")
    say(page, re.compile("searched for “Dylan” instead"))
    expect(page).to_have_url(re.compile("q=dylen"))
    page.keyboard.press("Control+A")
    page.keyboard.type("ada")
    page.keyboard.press("Enter")
    say(page, "Ada Lovelace")
    expect(page).to_have_url(re.compile("q=ada"))  # it answers before Enter was heard
    page.go_back()
    say(page, re.compile("searched for “Dylan” instead"))
    expect(box).to_have_value("dylen")
    page.get_by_role("link", name="Bob Dylan").click()
    expect(page.get_by_role("heading", name="Bob Dylan")).to_be_visible()
    expect(page).not_to_have_url(re.compile("from="))
    assert complaints.found == []


def test_choices_and_address_are_one(people: str, page: Page, complaints: Any) -> None:
    page.goto(f"{people}?q=singer")
    page.get_by_text("singer · 2").click()
    expect(page).to_have_url(re.compile("f=occupations%3Asinger"))
    page.reload()
    expect(page.get_by_role("checkbox", name=re.compile("^singer"))).to_be_checked()
    page.get_by_role("button", name="Clear the choices").click()
    expect(page).not_to_have_url(re.compile("f="))
    assert complaints.found == []
