"""The short form: everything in any order against the model, for a fixed seed."""

from __future__ import annotations

from tests.faults import stateful
from tests.faults.machine import TALLY


def test_every_act_in_any_order_equals_the_model() -> None:
    TALLY.clear()
    stateful.walk(2026, examples=4, steps=20)
    assert TALLY["steps"] > 40
