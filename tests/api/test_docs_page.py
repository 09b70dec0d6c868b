"""/api/docs in a real browser that can reach nothing but the server."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable

import pytest

from tests.api.conftest import Server

pytestmark = [pytest.mark.browser, pytest.mark.integration]


def test_the_page_draws_and_sends_requests(serve: Callable[..., Server]) -> None:
    from playwright.sync_api import Route, sync_playwright

    chromium = os.environ.get("MARQUEE_CHROMIUM") or shutil.which("chromium")
    if not chromium:
        pytest.skip("no Chromium is installed")
    server = serve()
    outside: list[str] = []

    def only_ours(route: Route) -> None:
        if route.request.url.startswith(server.url):
            return route.continue_()
        outside.append(route.request.url)
        route.abort()

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.route("http*://**", only_ours)
        page.goto(f"{server.url}/api/docs")
        page.wait_for_selector(".opblock")
        page.click("#operations-service-get_health .opblock-summary-control")
        page.click("#operations-service-get_health .execute")
        page.wait_for_selector("#operations-service-get_health .live-responses-table .response")
        assert '"status": "ok"' in page.inner_text("#operations-service-get_health")
        browser.close()
    assert outside == [] and errors == []
