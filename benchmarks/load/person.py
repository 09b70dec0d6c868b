"""One person at the page: speaks Streamlit's protocol over the websocket, as the browser's half does.

What is shown is read from the messages; a click sends the state of the widget and waits until the script
has ended for good, with everything it sent received.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

PATIENCE = 30.0  # seconds for one rerun
SHOWN = ("button", "selectbox", "text_input", "pagination", "dataframe")


class Fault(Exception):
    """The page said that something is wrong, or nothing at all."""


@dataclass
class Person:
    """`url` is the server's address without a scheme."""

    url: str
    query: str = ""
    page: str = ""  # hash of the page's script
    pages: dict[str, str] = field(default_factory=dict)  # path to hash
    shown: list[tuple[str, Any]] = field(default_factory=list)
    states: dict[str, Any] = field(default_factory=dict)
    _socket: Any = None

    async def arrive(self, path: str, query: str = "") -> float:
        """Open the page as from a bookmark; seconds until it stood."""
        self._socket = await websockets.connect(
            f"ws://{self.url}/_stcore/stream",
            origin=f"http://{self.url}",  # type: ignore[arg-type]
            subprotocols=["streamlit"],  # type: ignore[list-item]
            max_size=None,
        )
        seconds = await self._rerun(name=path, query=query)
        self.page = self.pages.get(path, self.page)
        return seconds

    async def leave(self) -> None:
        """Close the tab."""
        if self._socket:
            await self._socket.close()

    async def go(self, query: str) -> float:
        """Back to an address of before, as the browser's button does."""
        self.states = {}
        return await self._rerun(query=query)

    async def act(self, kind: str, label: str, **value: Any) -> float:
        """Click or fill in the widget with this label; seconds until the page stood again."""
        return await self._rerun(click=(self.find(kind, label).id, value))

    def find(self, kind: str, label: str) -> Any:
        """A widget that is shown. Raises Fault."""
        for shown, element in self.shown:
            if shown == kind and (not label or element.label == label):
                return element
        raise Fault(f"there is no {kind} {label!r}")

    def has(self, kind: str, label: str = "") -> bool:
        """Whether such a widget is shown."""
        return any(k == kind and (not label or e.label == label) for k, e in self.shown)

    async def _rerun(
        self,
        *,
        name: str = "",
        query: str | None = None,
        click: tuple[str, dict[str, Any]] | None = None,
    ) -> float:
        if query is not None:
            self.query = query
        message = BackMsg()
        state = message.rerun_script
        state.query_string, state.page_script_hash, state.page_name = self.query, self.page, name
        if click:
            self.states[click[0]] = click[1]
        for one, value in self.states.items():
            state.widget_states.widgets.add(id=one, **value)
        if click and "trigger_value" in click[1]:
            del self.states[click[0]]  # a button is pressed once
        begin = time.perf_counter()
        await self._socket.send(message.SerializeToString())
        await asyncio.wait_for(self._watch(), PATIENCE)
        there = {element.id for _, element in self.shown}  # a browser forgets what is not there
        self.states = {one: value for one, value in self.states.items() if one in there}
        return time.perf_counter() - begin

    async def _watch(self) -> None:
        self.shown = []
        while True:
            message = ForwardMsg.FromString(await self._socket.recv())
            kind = message.WhichOneof("type")
            if kind == "delta":
                self._element(message.delta)
            elif kind == "new_session":
                self.shown = []
                self.page = message.new_session.page_script_hash or self.page
            elif kind == "navigation":
                pages = message.navigation.app_pages
                self.pages = {page.url_pathname: page.page_script_hash for page in pages}
                self.page = message.navigation.page_script_hash or self.page
            elif kind == "page_info_changed":
                self.query = message.page_info_changed.query_string
            elif kind == "session_event" and message.session_event.HasField(
                "script_compilation_exception"
            ):
                raise Fault(message.session_event.script_compilation_exception.message)
            elif kind == "script_finished":
                if message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                    return
                if message.script_finished == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
                    raise Fault("the script cannot be compiled")

    def _element(self, delta: Any) -> None:
        if delta.WhichOneof("type") != "new_element":
            return
        kind = delta.new_element.WhichOneof("type")
        element = getattr(delta.new_element, kind) if kind else None
        if kind == "exception":
            raise Fault(f"{element.type}: {element.message}")
        if kind == "alert" and element.format == element.ERROR:
            raise Fault(element.body)
        if kind in SHOWN:
            self.shown.append((kind, element))
