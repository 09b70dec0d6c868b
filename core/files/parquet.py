"""Text cells to Parquet in batches: what Python parses ends here, and SQL goes on from here.

A table may gain columns while it is read (a long row, a new key), and a Parquet file cannot. So a
table is a folder of parts; a new part begins when columns were added, and `union_by_name` fills
the older parts with NULL.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

import pyarrow as pa
import pyarrow.parquet as pq

from core.files.cache import sql_path

BATCH = 50_000  # rows per row group; more only costs memory
BATCH_CHARS = 64_000_000  # and never more text than this in one batch


class PartWriter:
    """Writes rows of text into `folder/part-0000.parquet`, ...; a context manager."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rows = 0
        self._parts = 0
        self._width = -1
        self._writer: pq.ParquetWriter | None = None
        folder.mkdir(parents=True, exist_ok=True)

    def write(self, lines: Sequence[int], columns: Sequence[Sequence[str | None]]) -> None:
        """A batch: place numbers, and one sequence of cells per column so far."""
        if not lines:
            return
        arrays = [pa.array(lines, pa.int64())]
        arrays += [pa.array(cells, pa.string()) for cells in columns]
        names = ["_line", *(f"c{i}" for i in range(len(columns)))]
        table = pa.Table.from_arrays(arrays, names=names)
        self._open(len(columns), table.schema).write_table(table)
        self.rows += len(lines)

    def _open(self, width: int, schema: pa.Schema) -> pq.ParquetWriter:
        if self._writer is None or width != self._width:
            self.close()
            path = self.folder / f"part-{self._parts:04d}.parquet"
            self._writer = pq.ParquetWriter(path, schema, compression="snappy", store_schema=False)
            self._parts, self._width = self._parts + 1, width
        return self._writer

    def close(self) -> None:
        """Finish the present part."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def __enter__(self) -> PartWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def select_parts(folder: Path, width: int) -> str:
    """The SELECT over a folder of parts, in order: `_line`, c0, ... c<width-1>."""
    names = ["_line", *(f"c{i}" for i in range(width))]
    paths = sorted(folder.glob("part-*.parquet"))
    if not paths:
        nothing = ", ".join(f"NULL::VARCHAR AS {name}" for name in names[1:])
        return f"SELECT NULL::BIGINT AS _line, {nothing} WHERE false"
    files = ", ".join(sql_path(path) for path in paths)
    return (
        f"SELECT {', '.join(names)} FROM read_parquet([{files}], union_by_name = true, "
        "hive_partitioning = false)"
    )


def select_regular(path: Path, first: int, width: int, wanted: int) -> str:
    """The SELECT over one Parquet file of c0, ... whose rows stand on lines from `first` on."""
    names = [f"c{i}" for i in range(width)] + [f"'' AS c{i}" for i in range(width, wanted)]
    return (
        f"SELECT {first} + file_row_number AS _line, {', '.join(names)} "
        f"FROM read_parquet({sql_path(path)}, file_row_number = true)"
    )


def save_summary(folder: Path, summary: dict[str, object]) -> None:
    """What was learned while writing the parts, kept beside them for the next time."""
    text = json.dumps(summary, ensure_ascii=True)
    (folder / "summary.json").write_text(text, encoding="utf-8")


def load_summary(folder: Path) -> dict[str, object]:
    """What `save_summary` kept."""
    loaded: dict[str, object] = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    return loaded
