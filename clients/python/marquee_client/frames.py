"""Records as a table of Arrow, polars or pandas."""

from __future__ import annotations

from typing import Any

ARROW = "application/vnd.apache.arrow.stream"


class Frame:
    """Records that came as an Arrow stream."""

    def __init__(self, stream: bytes) -> None:
        self._stream = stream

    def arrow(self) -> Any:
        """As an Arrow table."""
        import pyarrow

        return pyarrow.ipc.open_stream(self._stream).read_all()

    def pl(self) -> Any:
        """As a polars DataFrame."""
        import polars

        return polars.from_arrow(self.arrow())

    def df(self) -> Any:
        """As a pandas DataFrame."""
        return self.arrow().to_pandas()
