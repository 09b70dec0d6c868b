"""What the tests of the pages say often."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).resolve().parents[2]
ROUTER = ROOT / "pages" / "_router.py"
SAMPLES = ROOT / "core" / "datasets" / "samples"
Open = Callable[..., AppTest]


def button(at: AppTest, label: str) -> Any:
    """The button that is called so."""
    found = [b for b in at.button if b.label.replace("\\", "") == label.replace("\\", "")]
    assert found, f"no button {label!r} among {[b.label for b in at.button]}"
    return found[0]


def labels(at: AppTest, kind: str) -> list[str]:
    """The labels of all elements of a kind."""
    return [str(e.label).replace("\\", "") for e in at.get(kind)]


def said(at: AppTest) -> str:
    """Everything that is written on the page, escapes taken out."""
    kinds = ("title", "subheader", "markdown", "caption", "error", "warning", "info", "success")
    parts = [str(e.value) for kind in kinds for e in getattr(at, kind)]
    parts += [str(e.value) for e in at.get("html")]
    return "\n".join(parts).replace("\\", "").replace("\u2060", "")


def fine(at: AppTest) -> AppTest:
    """Nothing went wrong on the page."""
    assert not at.exception, at.exception
    assert not at.error, [e.value for e in at.error]
    return at
