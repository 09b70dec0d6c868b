"""What a page needs to know: the workbench, the address bar, and a word to say after a move."""

from __future__ import annotations

from typing import Any, NoReturn
from urllib.parse import urlencode

import streamlit as st
from streamlit.errors import StreamlitPageNotFoundError

from core import server
from core.access.accounts import Account
from core.access.sessions import Session
from core.actor import Actor
from core.datasets.model import Dataset
from core.security.cookies import HOST_COOKIE, PLAIN_COOKIE
from core.storage import patience
from core.workbench import Workbench

FLASH = "_flash"
NOBODY = Actor("nobody", "page", "none")


def workbench() -> Workbench:
    """The process's workbench, for whoever looks at the page; what is done here is logged under the door `page`.

    What is read for them takes a while at most.
    """
    opened = server.workbench()
    patience.offer(opened.settings.read_seconds)
    if opened.settings.mode == "personal":
        return opened.through("page")
    return opened.acting_as(visitor() or NOBODY)


def may(permission: str) -> bool:
    """Whether whoever looks at the page has a permission, in every dataset."""
    opened = workbench()
    return opened.actor.role == "owner" or opened.access.permissions()[permission]


def in_part() -> bool:
    """Whether whoever looks at the page sees a part of the records alone."""
    opened = workbench()
    return opened.actor.role != "owner" and bool(opened.access.seen_in_part())


def own_session() -> Session | None:
    """The login of whoever looks at the page, in team mode."""
    found = _login()
    return found[0] if found else None


def lacks_second_factor() -> bool:
    """Whether whoever looks at the page has to set one up first."""
    found = _login()
    needed = found and server.workbench().services.access.needs_second_factor(found[1])
    return bool(found and needed and not found[1].second_factor)


def _login() -> tuple[Session, Account] | None:
    opened = server.workbench()
    name = HOST_COOKIE if opened.settings.places.secure else PLAIN_COOKIE
    secret = st.context.cookies.get(name, "")
    return opened.services.access.session(secret) if isinstance(secret, str) else None


def visitor() -> Actor | None:
    """Who looks at the page, in team mode; None for somebody who has to log in."""
    opened = server.workbench()
    name = HOST_COOKIE if opened.settings.places.secure else PLAIN_COOKIE
    return opened.services.access.by_session(st.context.cookies.get(name, ""))


def param(name: str, default: str = "") -> str:
    """One value of the address bar."""
    value = st.query_params.get(name, default)
    return str(value) if value else default


def whole(name: str, default: int, most: int = 1_000_000_000) -> int:
    """A positive whole number of the address bar; anything else is the default."""
    value = param(name)
    return min(int(value), most) if value.isascii() and value.isdigit() and int(value) else default


def set_params(**values: object) -> None:
    """Change the address bar; None or '' takes a name out. Draws nothing."""
    for name, value in values.items():
        found = [str(v) for v in value] if isinstance(value, list) else [str(value)]
        if value in (None, "", []):
            if name in st.query_params:
                del st.query_params[name]
        elif st.query_params.get_all(name) != found:
            st.query_params[name] = found


def address() -> str:
    """The address of what is shown, to be given to somebody."""
    pairs = [(n, v) for n in st.query_params for v in st.query_params.get_all(n)]
    page = str(st.context.url or "").partition("?")[0]
    return f"{page}?{urlencode(pairs)}" if pairs else page


def keep_address() -> None:
    """Tell the browser the parameters again.

    A link to the page that is already shown reaches the server with its parameters, but the
    browser keeps its old address, and would send the old parameters with the next click.
    """
    now = {name: st.query_params.get_all(name) for name in st.query_params}
    if now:
        st.query_params.from_dict(now)
    else:
        st.query_params.clear()


def _clean(params: dict[str, Any]) -> dict[str, str | list[str]]:
    given = {k: v for k, v in params.items() if v not in (None, "", [], ())}
    return {
        k: [str(i) for i in v] if isinstance(v, (list, tuple)) else str(v) for k, v in given.items()
    }


def go(page: str, /, **params: object) -> NoReturn:
    """Open another page (or the same with other parameters)."""
    st.switch_page(f"{page}.py", query_params=_clean(params))


def link(
    page: str, label: str, /, *, icon: str | None = None, help: str | None = None, **params: Any
) -> None:
    """A link to a page with parameters; its words alone where whoever looks may not open that page."""
    try:
        st.page_link(
            f"{page}.py", label=label, icon=icon, help=help, query_params=_clean(params) or None
        )
    except StreamlitPageNotFoundError:
        st.caption(label)


def flash(message: str, icon: str = ":material/check_circle:") -> None:
    """Say something once, on whatever is drawn next."""
    st.session_state[FLASH] = (message, icon)


def show_flash() -> None:
    """The word that waits, if any."""
    if FLASH in st.session_state:
        message, icon = st.session_state.pop(FLASH)
        st.toast(message, icon=icon)


def pick_dataset(key: str = "dataset", label: str = "Dataset", **options: Any) -> Dataset:
    """The dataset of the address bar; a picker when there are several."""
    wb = workbench()
    known = {d.name: d for d in wb.datasets()}
    wanted = param(key, next(iter(known)))
    dataset = wb.datasets.get(wanted)
    if len(known) > 1:
        names = list(known)
        chosen = st.selectbox(
            label,
            names,
            index=names.index(wanted),
            format_func=lambda n: known[n].label,
            key=f"pick-{key}-{wanted}",
            **options,
        )
        if chosen != wanted:
            st.query_params.clear()
            set_params(**{key: chosen})
            st.rerun()
    return dataset
