"""The one place where a page shows what went wrong."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st
from streamlit.errors import FragmentHandledException

from core.errors import MarqueeError
from core.observe import logs
from pages._formats import plain
from pages._observed import met

log = logs.get("pages")


def show(error: MarqueeError) -> None:
    """Title, what was found, what to do, and the code to ask for help with."""
    lines = [f"**{plain(error.title)}**"]
    lines += [plain(text) for text in (error.detail, error.hint) if text]
    lines.append(f":small[:gray[{error.code}]]")
    st.error("  \n".join(lines), icon=":material/error:")


def show_stored(error: dict[str, str]) -> None:
    """The same for an error that was kept with an upload or a job."""
    kept = MarqueeError(error.get("detail", ""), hint=error.get("hint", ""))
    kept.code, kept.title = error.get("code", "error"), error.get("title", kept.title)  # type: ignore[misc]
    show(kept)


def unexpected(error: Exception) -> None:
    """A fault of the program: short on the page, whole in the log, tied by an id."""
    number = secrets.token_hex(4)
    log.say("page.failed", error, number=number)
    st.error(
        f"**This page met a fault of Marquee**  \nNothing was changed by it. Reload the page; if it "
        f"happens again, report it with this id: **{number}** (the page Monitoring and the log have the details).",
        icon=":material/bug_report:",
    )


def on_script_error(error: Exception) -> bool:
    """For Streamlit: what nobody caught (fragments, callbacks) is shown the same way."""
    if isinstance(error, FragmentHandledException):  # the fragment has shown it
        return True
    met(error)
    if isinstance(error, MarqueeError):
        show(error)
    else:
        unexpected(error)
    return True


@contextmanager
def guard() -> Iterator[list[Exception]]:
    """Around anything that may fail: the error is shown where it happened, the page goes on.

    Gives a list that holds the error afterwards, if there was one.
    """
    caught: list[Exception] = []
    try:
        yield caught
    except Exception as error:
        caught.append(error)
        on_script_error(error)
