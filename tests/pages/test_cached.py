"""What the pages keep in memory is kept by who may see it."""

from __future__ import annotations

from typing import Any

import pytest

from core import Workbench
from core.actor import Actor
from core.workbench.records import Records
from pages import _cached, _state


def test_answers_are_kept_by_scope(wb: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    acting, asked = [Actor(door="page")], list[str]()

    def count(records: Records, *given: Any, **more: Any) -> int:
        asked.append(records._actor.role)
        return len(asked)

    monkeypatch.setattr(_state, "workbench", lambda: wb.acting_as(acting[0]))
    monkeypatch.setattr(Records, "count", count)
    assert _cached.total("celebrities") == _cached.total("celebrities") == 1
    acting[0] = Actor("eva", "page", role="viewer")
    assert _cached.total("celebrities") == 2
    acting[0] = Actor("bo", "page", role="viewer")
    assert _cached.total("celebrities") == 2
    assert asked == ["owner", "viewer"]
