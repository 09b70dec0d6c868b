"""The page Webhooks: an empty state, a refused address, what an address was sent, turning it off."""

from __future__ import annotations

from core import Workbench
from tests.pages.helpers import Open, button, fine, said


def test_an_address_is_shown_with_what_it_was_sent(wb: Workbench, open_page: Open) -> None:
    at = fine(open_page("webhooks"))
    assert "No address is told anything yet." in said(at)
    at.text_input[0].set_value("http://169.254.169.254/latest")
    button(at, "Add the webhook").click().run()
    assert "This address may not be asked" in "\n".join(e.value for e in at.error)
    hook = wb.webhooks.add("https://8.8.8.8/hook", ["upload.imported"]).webhook
    at = fine(open_page("webhooks"))
    assert "Active" in said(at) and "upload.imported · all datasets" in said(at)
    button(at, "Disable").click().run()
    assert wb.webhooks.get(hook.id).reason == "turned off"
    assert "Disabled" in said(at)
    button(at, "Remove").click().run()
    assert wb.webhooks() == []
