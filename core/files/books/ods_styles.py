"""What the styles of an .ods say that its cells do not: hidden tables, durations, lines through a text."""

from __future__ import annotations

from core.files.safe.xml_stream import attributes


class Styles:
    """The styles in front of the tables; `hidden` are names of those of tables, `struck` of cells and texts."""

    def __init__(self) -> None:
        self.hidden: set[str] = set()
        self.struck: set[str] = set()
        self._long_times: set[str] = set()  # data styles of durations
        self._data: dict[str, str] = {}  # cell style to data style
        self._name = ""

    def start(self, tag: str, flat: list[str]) -> None:
        """An element in front of the tables begins."""
        given = attributes(flat)
        if tag == "style":
            self._name = given.get("name", "")
            if given.get("family") == "table-cell":
                self._data[self._name] = given.get("data-style-name", "")
        elif tag == "table-properties" and given.get("display") == "false":
            self.hidden.add(self._name)
        elif tag == "time-style" and given.get("truncate-on-overflow") == "false":
            self._long_times.add(given.get("name", ""))
        elif tag == "text-properties":
            if given.get("text-line-through-style", "none") != "none":
                self.struck.add(self._name)

    def is_long(self, style: str) -> bool:
        """Whether hours of cells in that style count on beyond a day."""
        return self._data.get(style, "") in self._long_times
