"""What counts against the objective of pages: time and faults, whoever catches them; not what is expected."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from streamlit.errors import FragmentHandledException

from core.errors import MarqueeError, NotFound, StorageError
from core.observe import faults, metrics
from pages import _errors
from pages._errors import guard, on_script_error
from pages._observed import observed


@pytest.fixture(autouse=True)
def shown(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What the page shows."""
    boxes: list[str] = []
    st = SimpleNamespace(error=lambda text, **_: boxes.append(text))
    monkeypatch.setattr(_errors, "st", st)
    metrics.forget()
    faults.forget()
    yield boxes
    metrics.forget()
    faults.forget()


def counted() -> tuple[float, float]:
    """How many runs of pages were good and bad."""
    found = [metrics.value("marquee.slo.events", slo="pages", outcome=o) for o in ("good", "bad")]
    return found[0] or 0, found[1] or 0


@pytest.mark.parametrize(
    ("kind", "good"),
    [(NotFound, True), (StorageError, False), (MarqueeError, False), (KeyError, False)],
    ids=["expected", "storage", "unsaid", "bug"],
)
@pytest.mark.parametrize("caught", [True, False], ids=["guarded", "raised"])
def test_a_fault_counts_once_whoever_catches_it(
    kind: type[Exception], good: bool, caught: bool, shown: list[str]
) -> None:
    error = kind("no such record")
    with guard():  # as the router has it around all
        with observed("Records"):
            if not caught:
                raise error
            with guard():
                raise error
    assert counted() == ((1, 0) if good else (0, 1)) and len(shown) == 1
    with observed("Records"):
        pass
    assert counted() == ((2, 0) if good else (1, 1))


def test_a_fault_of_a_callback_or_a_fragment_counts_alone(shown: list[str]) -> None:
    on_script_error(KeyError("a bug"))
    on_script_error(NotFound("no such record"))
    assert counted() == (0, 1) and len(shown) == 2


def test_what_a_fragment_has_shown_is_neither_shown_nor_counted_again(shown: list[str]) -> None:
    with guard(), observed("Records"):
        error = NotFound("no such record")
        on_script_error(error)
        raise FragmentHandledException(error)
    assert counted() == (1, 0) and len(shown) == 1
