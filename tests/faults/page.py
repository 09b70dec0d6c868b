"""The page's path: a session of the real pages without a browser, over Streamlit's agent API.

It sets the widgets and presses the buttons that a user does, and the pages' own scripts run. A file
travels as pasted text, since that API takes no uploads.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.faults.app import App

Tree = dict[str, Any]


class PageBroken(Exception):
    """The page raised, or lacks what a user would look for."""


class Page:
    """One visitor of an app: his session, and what is on the page now."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.session: str | None = None
        self.seen: Tree = {}

    def go(self, page: str, **query: str) -> Tree:
        """Open a page by its address."""
        return self._send(page=page, query_params={k: [v] for k, v in query.items()})

    def look(self) -> Tree:
        """Run the page again."""
        return self._send()

    def set(self, label: str, value: Any) -> Tree:
        """Give the widget with that label a value."""
        return self._send(widget_state={self.key(label): value})

    def press(self, label: str) -> Tree:
        """Press the button with that label."""
        return self._send(trigger={"key": self.key(label)})

    def key(self, label: str) -> str:
        """The key of the widget whose label begins so. Raises PageBroken."""
        for action in self.seen.get("actions", []):
            if str(action.get("label", "")).startswith(label):
                return str(action["key"])
        raise PageBroken(
            f"nothing is called {label!r} on this page; there is: {self.words()[:400]}"
        )

    def has(self, label: str) -> bool:
        """Whether a widget's label begins so."""
        found = self.seen.get("actions", [])
        return any(str(a.get("label", "")).startswith(label) for a in found)

    @property
    def query(self) -> dict[str, str]:
        """What stands in the address bar."""
        found = self.seen.get("query_params", {})
        return {k: v[0] if isinstance(v, list) else v for k, v in found.items()}

    def words(self) -> str:
        """Every text on the page."""
        return "\n".join(_texts(self.seen.get("tree", {})))

    def receive(self, text: str) -> str | None:
        """Bring a file as somebody does who pastes it. The upload's id; None when it was there already."""
        self.go("upload")
        self.set("Where it comes from", "Pasted text")
        self.set("Paste rows", text)
        self.press("Continue")
        return self.query.get("upload")

    def import_(self, upload_id: str) -> None:
        """Go to the last step of an upload and press Import. The job goes on by itself."""
        self.go("upload", upload=upload_id, step="preview")
        for _ in range(60):  # the preview is made in a job of its own
            if self.has("Import"):
                self.press("Import")
                return
            if "Imported" in self.words():
                return
            self.look()
        raise PageBroken(f"there is no Import on the page: {self.words()[:400]}")

    def take_back(self, upload_id: str) -> None:
        """Undo an import on its page."""
        self.go("history", upload=upload_id, undo="1")
        self.press("Undo now")

    def _send(self, **wish: Any) -> Tree:
        if self.session is None and ("widget_state" in wish or "trigger" in wish):
            self._send()
        given = {"session_id": self.session, **wish} if self.session else wish
        url = f"{self.app.url}/_stcore/agent/interact"
        answer = self.app.client.post(url, json=given)
        while answer.status_code == 202:  # still at it
            answer = self.app.client.post(url, json={"session_id": answer.json()["session_id"]})
        told = answer.json()
        if answer.status_code != 200:
            raise PageBroken(str(told)[:600])
        self.session, self.seen = told["session_id"], told
        if told["status"] == "error":
            raise PageBroken(self.words()[:600])
        return self.seen


def _texts(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        props = node.get("props", {})
        for name in ("body", "label", "value", "message"):
            if isinstance(props.get(name), str):
                yield props[name]
        for child in node.get("children", []):
            yield from _texts(child)
