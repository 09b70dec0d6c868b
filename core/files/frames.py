"""Frames of pandas, polars and Arrow as a file: JSON, one object per row, the same bytes for the same frame.

A frame is kept like a file that was uploaded, so that every value has its row and an import can be
replayed. Texts, numbers and times are written as the reader of workbooks writes them: a whole number
has no `.0`, midnight is left out where a column is all midnight, and a missing value is null.
None of the libraries is loaded unless the frame is one of theirs.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import duckdb
import orjson

from core.errors import EmptyFile, InputError
from core.files.table import unique_names
from core.storage.sql import ident, literal

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


class Frame(Protocol):
    """What pandas, polars, pyarrow and DuckDB's relations have in common."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """Arrow's C stream of the rows."""


NAME = "frame.jsonl"  # as it is listed, unless the caller names it
_PLAIN_PANDAS = frozenset(
    {"string", "empty", "boolean", "integer", "floating", "decimal", "date", "datetime64", "time"}
)


def is_frame(source: object) -> bool:
    """Whether this is a table of rows: a pandas or polars frame, anything that speaks Arrow's C stream."""
    return _is_pandas(source) or _is_lazy(source) or hasattr(source, "__arrow_c_stream__")


def write(frame: object, path: Path) -> None:
    """Write a frame's rows to a file. Raises InputError for a column that cannot be text, EmptyFile."""
    table = _arrow(frame)
    if not table.num_columns:
        raise EmptyFile("the frame has no columns")
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.register("frame", table)
        columns = connection.execute("DESCRIBE frame").fetchall()
        cells = [
            f"{_cell(connection, name, kind, table.schema.field(i).metadata)} AS {ident(name)}"
            for i, (name, kind, *_) in enumerate(columns)
        ]
        connection.execute(
            f"COPY (SELECT {', '.join(cells)} FROM frame) TO {literal(str(path))} (FORMAT json)"
        )


# ------------------------------------------------------------------ to Arrow


def _is_pandas(source: object) -> bool:
    kind = type(source)
    return kind.__module__.split(".")[0] == "pandas" and kind.__name__ == "DataFrame"


def _is_lazy(source: object) -> bool:
    kind = type(source)
    return kind.__module__.split(".")[0] == "polars" and kind.__name__ == "LazyFrame"


def _arrow(frame: Any) -> pa.Table:
    import pyarrow as pa

    if _is_lazy(frame):
        frame = frame.collect()
    try:
        table = _of_pandas(frame) if _is_pandas(frame) else pa.table(frame)
    except InputError:
        raise
    except Exception as error:  # each library has its own for what it cannot turn into Arrow
        raise InputError(f"this frame cannot be turned into rows: {error}") from error
    names = unique_names(str(name) for name in table.column_names)[0]
    return _nested(_local(table.rename_columns(list(names))))


def _nested(table: pa.Table) -> pa.Table:
    """Lists and objects with numbers that JSON has no word for (NaN), or no digits (1.50), as JSON texts."""
    import pyarrow as pa

    for i, field in enumerate(table.schema):
        if pa.types.is_nested(field.type) and re.search(
            "float|double|decimal|binary", str(field.type)
        ):
            texts = [_json(field.name, value) for value in table.column(i).to_pylist()]
            made = pa.field(field.name, pa.string(), metadata={"json": "1"})
            table = table.set_column(i, made, pa.array(texts, pa.string()))
    return table


def _local(table: pa.Table) -> pa.Table:
    """Times of a zone as its clocks show them: a day of birth must not move to the day before."""
    import pyarrow as pa
    import pyarrow.compute as pc

    for i, field in enumerate(table.schema):
        if pa.types.is_timestamp(field.type) and field.type.tz:
            shown = pc.local_timestamp(table.column(i))
            table = table.set_column(i, pa.field(field.name, shown.type), shown)
        elif "binary" in str(field.type) and not pa.types.is_nested(field.type):
            raise InputError(
                f"the column {field.name!r} holds bytes, which are no text", hint="Decode it first."
            )
    return table


def _of_pandas(frame: pd.DataFrame) -> pa.Table:
    import pyarrow as pa

    frame = _with_index(frame)
    names = [_name(name) for name in frame.columns]
    columns, fields = [], []
    for i, name in enumerate(names):
        array, is_json = _of_series(name, frame.iloc[:, i])
        columns.append(array)
        fields.append(pa.field(name, array.type, metadata={"json": "1"} if is_json else None))
    return pa.table(columns, schema=pa.schema(fields))


def _name(name: object) -> str:
    """The header of a column; the parts of one that has several levels are put together."""
    parts = name if isinstance(name, tuple) else (name,)
    return " ".join(str(part) for part in parts if str(part).strip())


def _with_index(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with its index as columns, where that says more than a row's number."""
    import pandas as pd

    index = frame.index
    numbers = index.nlevels == 1 and index.name is None and pd.api.types.is_integer_dtype(index)
    if numbers:
        return frame
    taken = {_name(name) for name in frame.columns}
    names = [
        name if name is not None and str(name) not in taken else f"index_{i}"
        for i, name in enumerate(index.names, 1)
    ]
    levels = index.to_frame(index=False)
    levels.columns = pd.Index(names)
    return pd.concat([levels, frame.set_axis(levels.index)], axis=1)


def _of_series(name: str, series: pd.Series) -> tuple[pa.Array, bool]:
    """A column as Arrow, and whether its texts are JSON: lists, objects and mixtures are made so here."""
    import pandas as pd
    import pyarrow as pa

    kind = series.dtype
    if isinstance(kind, (pd.PeriodDtype, pd.IntervalDtype)):
        series = series.astype("string")
    elif isinstance(kind, pd.SparseDtype):
        series = series.sparse.to_dense()
    elif isinstance(kind, pd.CategoricalDtype):
        series = series.astype(kind.categories.dtype if series.notna().all() else object)
    if (
        series.dtype == object
        and pd.api.types.infer_dtype(series, skipna=True) not in _PLAIN_PANDAS
    ):
        return _texts(name, series), True
    try:
        found = pa.Array.from_pandas(series)
    except (OverflowError, pa.ArrowInvalid):
        if series.dtype != object:
            raise
        return _texts(name, series), True  # whole numbers that are larger than Arrow's
    return (found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found), False


def _texts(name: str, series: pd.Series) -> pa.Array:
    import pyarrow as pa

    return pa.array([_json(name, value) for value in series], pa.string())


def _json(name: str, value: Any) -> str | None:
    plain = _plain(name, value)
    if plain is None:
        return None
    return orjson.dumps(plain, option=orjson.OPT_NON_STR_KEYS).decode()


def _plain(name: str, value: Any) -> Any:
    """A value of Python as JSON: what is missing is null, what is no JSON a text."""
    if isinstance(value, Mapping):
        return {str(k): _plain(name, v) for k, v in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)) or type(value).__name__ == "ndarray":
        items = sorted(value, key=str) if isinstance(value, (set, frozenset)) else value
        return [_plain(name, item) for item in items]
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return None
    if hasattr(value, "item") and type(value).__module__ == "numpy":
        return _plain(name, value.item())
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 2**63:
        return str(value)
    if isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat(" ").removesuffix(" 00:00:00")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, (bytes, complex)) or callable(value):
        raise InputError(
            f"the column {name!r} holds a {type(value).__name__}, which is no text",
            hint="Turn it into text, or leave the column out.",
        )
    return str(value)


def _number(value: float) -> int | float | str | None:
    if math.isnan(value):
        return None
    if math.isinf(value):
        return str(value)
    return int(value) if value.is_integer() and abs(value) < 1e15 else value


# ------------------------------------------------------------------ to text


def _cell(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    kind: str,
    metadata: Mapping[bytes, bytes] | None,
) -> str:
    """SQL for the JSON of one column."""
    x = ident(name)
    if metadata and b"json" in metadata:
        return f"{x}::JSON"
    if kind.endswith("]") or kind.startswith(("STRUCT", "MAP", "UNION")):
        return f"to_json({x})"
    if kind in ("FLOAT", "DOUBLE"):
        whole = f"{x} = trunc({x}) AND abs({x}) < 1e15"
        text = f"CASE WHEN {whole} THEN {x}::BIGINT::VARCHAR ELSE {x}::VARCHAR END"
        return f"CASE WHEN NOT isnan({x}) THEN {text} END"
    if kind.startswith("TIMESTAMP"):
        days = connection.execute(
            f"SELECT bool_and({x}::TIMESTAMP = date_trunc('day', {x}::TIMESTAMP)) FROM frame"
        ).fetchone()
        return f"{x}::DATE::VARCHAR" if days and days[0] else f"{x}::VARCHAR"
    if kind == "BOOLEAN" or kind.endswith(("INT", "INTEGER")):
        return x
    return f"{x}::VARCHAR"
