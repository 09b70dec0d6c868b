"""Workbooks to a Table, the parent's side: checks, then a child process does the parsing."""

from __future__ import annotations

import mmap
from dataclasses import asdict
from pathlib import Path
from typing import Any, cast

from core.errors import EncryptedFile, UnknownFormat
from core.files import sandbox
from core.files.cache import cache_key, derive
from core.files.parquet import load_summary, select_parts
from core.files.source import Source
from core.files.table import Decision, Sheet, Table, unique_names
from core.files.zipguard import check_zip

_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_STREAMS = ("Workbook".encode("utf-16-le"), "Book".encode("utf-16-le"))


def read_excel(source: Source, kind: str) -> Table:
    """Read one sheet. Raises EncryptedFile, BrokenFile, FileTooLarge, ReaderDied, BadOverride."""
    if kind == "xls":
        _check_ole(source.path)
    else:
        check_zip(source.path)
    chosen = source.overrides
    key = cache_key(
        source.path, "excel", chosen.sheet, chosen.header, chosen.skip, str(source.settings)
    )
    folder = derive(source.cache_dir / f"{key}.cells", lambda path: _run(source, path))
    return _table(cast(dict[str, Any], load_summary(folder)), folder)


def _check_ole(path: Path) -> None:
    with path.open("rb") as file:
        if not file.read(4).startswith(b"\xd0\xcf"):
            return  # a bare sheet of Excel 4 or older
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            if data.find(_ENCRYPTED) >= 0:
                raise EncryptedFile("the workbook is encrypted")
            if all(data.find(name) < 0 for name in _STREAMS):
                raise UnknownFormat("it is an old Office document, but holds no workbook")


def _run(source: Source, folder: Path) -> None:
    """Parse in a child: a workbook can make the parser abort, and then only the child dies."""
    request = {"path": str(source.path.resolve()), "overrides": asdict(source.overrides)}
    sandbox.run("workbook", request, folder, source.settings)


def _table(found: dict[str, Any], folder: Path) -> Table:
    columns, notes = unique_names(found["columns"])
    inner = select_parts(folder, int(found["width"]))
    names = ", ".join(f"c{old} AS c{new}" for new, old in enumerate(found["kept"]))
    decisions = [Decision(**decision) for decision in found["decisions"]]
    decisions.append(
        Decision("parser", "sandbox", "workbooks are parsed in a process of their own")
    )
    return Table(
        format="excel",
        columns=columns,
        decisions=tuple(decisions),
        sql=f"SELECT _line, {names} FROM ({inner})",
        first_line=int(found["first"]),
        row_name="row",
        sheet=found["sheet"],
        sheets=tuple(Sheet(**sheet) for sheet in found["sheets"]),
        notes=(*notes, *found["notes"]),
        total=int(found["rows"]),
    )
