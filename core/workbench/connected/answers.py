"""What a server answered, as a notebook likes it: attributes, tables, frames."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from core import shown
from core.workbench.connected.line import Line

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow


class Answer(dict[str, Any]):
    """An object of the API: `upload["counts"]["new"]` is `upload.counts.new`."""

    def __getattr__(self, name: str) -> Any:
        try:
            return answer(self[name])
        except KeyError as error:
            raise AttributeError(f"there is no {name!r}; there are: {', '.join(self)}") from error

    def _repr_html_(self) -> str:
        return shown.table(["", ""], list(self.items()))


class Answers(list[Any]):
    """Objects of the API, as a table."""

    def _repr_html_(self) -> str:
        names = list(self[0]) if self and isinstance(self[0], dict) else []
        return shown.table(names, [[row.get(n) for n in names] for row in self[: shown.ROWS]])

    def df(self) -> pandas.DataFrame:
        """As a pandas DataFrame."""
        import pandas

        return pandas.DataFrame(list(self))

    def pl(self) -> polars.DataFrame:
        """As a polars DataFrame."""
        import polars

        return polars.DataFrame(list(self), infer_schema_length=None)


def answer(value: Any) -> Any:
    """JSON as answers."""
    if isinstance(value, dict):
        return Answer(value)
    if isinstance(value, list) and all(isinstance(item, dict) for item in value):
        return Answers(map(Answer, value))
    return value


class Selection:
    """Records that fit, fetched when they are asked for, in the form that is asked for."""

    def __init__(self, line: Line, path: str, query: Mapping[str, Any]) -> None:
        self._line, self._path, self._query = line, path, dict(query)

    def arrow(self) -> pyarrow.Table:
        """As a pyarrow Table."""
        import pyarrow.ipc

        content = self._line.arrow(self._path, self._query)
        with pyarrow.ipc.open_stream(content) as stream:
            return stream.read_all()

    def pl(self) -> polars.DataFrame:
        """As a polars DataFrame."""
        import polars

        return polars.DataFrame(polars.from_arrow(self.arrow()))

    def df(self) -> pandas.DataFrame:
        """As a pandas DataFrame."""
        return self.arrow().to_pandas()

    def rows(self) -> Iterator[Answer]:
        """Rows as they are in JSON, page by page."""
        page = self._line.get(self._path, **{**self._query, "limit": 1_000})
        while True:
            yield from map(Answer, page["records"])
            if not page["next"]:
                return
            page = self._line.get(
                self._path, **{**self._query, "limit": 1_000, "cursor": page["cursor"]}
            )

    def __iter__(self) -> Iterator[Answer]:
        return self.rows()

    def _repr_html_(self) -> str:
        page = self._line.get(self._path, **{**self._query, "limit": shown.ROWS})
        return Answers(page["records"])._repr_html_()
