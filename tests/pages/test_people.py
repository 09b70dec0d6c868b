"""People and keys, Security, and the pages as somebody with less than all permissions sees them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from streamlit.testing.v1 import AppTest

from core import Workbench, server
from core.access import login
from core.access.login import Visit
from core.actor import Actor
from core.errors import NotAllowed
from pages import _state
from tests.pages.helpers import Open, button, fine, labels, said

Become = Callable[[str], Actor]


@pytest.fixture
def become(sample: Workbench, monkeypatch: pytest.MonkeyPatch) -> Iterator[Become]:
    """Team mode, and the pages as a role sees them: a test has no cookie."""
    wb = sample
    monkeypatch.setattr(
        server.workbench(), "settings", wb.settings.model_copy(update={"mode": "team"})
    )

    def become_(role: str) -> Actor:
        wb.access.invite("eva", role)
        actor = Actor("eva", "page", role)
        monkeypatch.setattr(_state, "visitor", lambda: actor)
        return actor

    yield become_


def test_somebody_is_invited_changed_and_removed(wb: Workbench, open_page: Open) -> None:
    at = fine(open_page("people"))
    assert "Nobody has an account yet" in said(at)
    at.text_input[0].set_value("Eva")
    at = fine(button(at, "Make the account").click().run())
    assert "/api/session/link/" in at.code[0].value
    assert [(a.name, a.role) for a in wb.access()] == [("eva", "viewer")]
    at = fine(button(at, "I have sent it to eva").click().run())
    assert not at.code
    next(s for s in at.selectbox if s.label == "In celebrities").set_value("editor")
    at = fine(button(at, "Save").click().run())
    assert dict(wb.access.get("eva").roles) == {"celebrities": "editor"}
    fine(button(at, "Remove the account").click().run())
    assert wb.access() == []


def test_a_key_is_shown_once(wb: Workbench, open_page: Open) -> None:
    at = fine(open_page("people", view="keys"))
    at.text_input[0].set_value("nightly")
    at = fine(button(at, "Make the key").click().run())
    secret = at.code[0].value
    assert wb.services.access.by_key(secret).within == ("read",)
    at = fine(button(at, "I have copied it").click().run())
    assert secret not in said(at) and not at.code
    at = fine(button(at, "Revoke the key").click().run())
    with pytest.raises(NotAllowed):
        wb.services.access.by_key(secret)


def test_roles_sessions_and_limits(wb: Workbench, open_page: Open) -> None:
    _, path = wb.access.invite("eva")
    login.by_link(
        wb.services.access,
        path.rsplit("/", 1)[1],
        "",
        "violet anchor seven kettles",
        Visit("192.0.2.7"),
    )
    at = fine(open_page("people", view="sessions"))
    fine(button(at, "End").click().run())
    assert wb.access.sessions() == []
    at = fine(open_page("people", view="roles"))
    at.text_input[0].set_value("press")
    at.multiselect[0].set_value(["records.read"])
    fine(button(at, "Save the role").click().run())
    assert wb.access.roles()["press"].permissions == {"records.read"}
    assert "Nobody was limited" in said(fine(open_page("people", view="limited")))


def test_security_shows_what_happened(wb: Workbench, open_page: Open) -> None:
    wb.services.access.tell_failed(Actor("unknown", "api", "none"), "198.51.100.9")
    wb.database.write(lambda c: None)
    at = fine(open_page("security"))
    assert next(m for m in at.metric if m.label.startswith("Failed")).value == "1"
    at = fine(button(at, "Check the audit trail").click().run())
    assert "whole" in said(at)


@pytest.mark.parametrize("role", ["viewer", "steward"])
@pytest.mark.parametrize("name", ["home", "records", "people"])
def test_every_page_that_a_role_is_shown_works(
    become: Become, open_page: Open, role: str, name: str
) -> None:
    become(role)
    at: AppTest = fine(open_page(name))
    assert f"eva ({role})" in said(at)


def test_who_may_not_sees_a_refusal(become: Become, open_page: Open) -> None:
    become("viewer")
    with pytest.raises(ValueError, match="Could not find a navigation page"):
        open_page("security")
    assert "Roles" not in labels(fine(open_page("people")), "button")


def test_a_role_without_datasets_is_not_shown_their_pages(become: Become, open_page: Open) -> None:
    become("none")
    for name in ("home", "people"):  # where it begins, too
        at = fine(open_page(name))
        assert "Not permitted" not in said(at) and "Your keys and sessions" in said(at)
    for name in ("records", "search", "history"):
        with pytest.raises(ValueError, match="Could not find a navigation page"):
            open_page(name)


def test_nobody_sees_nothing(
    become: Become, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    become("viewer")
    monkeypatch.setattr(_state, "visitor", lambda: None)
    at = open_page("records")
    assert "Log in" in said(at) and not at.title


def test_who_sees_a_part_sees_it_on_every_page(
    wb: Workbench, become: Become, open_page: Open
) -> None:
    found = next(wb.records(where={"name": "周杰伦"}, limit=1).rows())
    hidden = (str(found["birth_date"]), str(found["description"]))
    example = str(wb.datasets.get("celebrities").field("birth_date").examples)  # of the definition
    wb.access.save_rules(
        "viewer",
        "celebrities",
        {
            "rows": {"field": "nationality", "op": "eq", "value": found["nationality"]},
            "hidden": ["description"],
            "masks": {"birth_date": "year"},
        },
    )
    become("viewer")
    for name, more in (
        ("records", {}),
        ("records", {"record": found["record_id"]}),
        ("search", {"q": "Jay"}),
        ("datasets", {}),
        ("people", {}),
    ):
        at = fine(open_page(name, **more))
        shown = said(at) + "".join(str(frame.value.to_dict()) for frame in at.dataframe)
        assert not [word for word in hidden if word in shown and word not in example], name
    with pytest.raises(ValueError, match="Could not find a navigation page"):
        open_page("history")


def test_what_a_role_sees_is_said_on_the_page(wb: Workbench, open_page: Open) -> None:
    at = fine(open_page("people", view="roles"))
    next(s for s in at.selectbox if s.key == "rules-role").set_value("viewer")
    at = fine(at.run())
    next(m for m in at.multiselect if m.label == "In part").set_value(["birth_date: year"])
    at = fine(button(at, "Save what it sees").click().run())
    assert wb.access.roles()["viewer"].rules["celebrities"].masks == {"birth_date": "year"}
