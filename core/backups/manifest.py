"""What a backup says about itself: every part with its hash, every table with its count and contents."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from core.errors import BackupBroken

FILE = "manifest.json"
TESTED = "tested.json"
Format = Literal["parquet", "duckdb"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Part(_Frozen):
    """A file of the backup folder, below it. `first` is the first row of an append-only table in it."""

    path: str
    sha256: str
    size: int
    rows: int = 0
    first: int = 0
    contents: str = ""
    key: str = ""  # the name of the key it is encrypted with; none: it is not


class TableCopy(_Frozen):
    """One table: its columns with their types, its rows, a hash of its contents, and where they are."""

    schema_name: str
    name: str
    columns: dict[str, str]
    rows: int
    contents: str
    parts: tuple[Part, ...] = ()

    @property
    def label(self) -> str:
        """As a person writes it."""
        return f"{self.schema_name}.{self.name}"


class RawCopy(_Frozen):
    """A raw file: its hash, which is its name, and its size."""

    sha256: str
    size: int


class Manifest(_Frozen):
    """A whole backup. `contents` of tables can be compared within one version of DuckDB."""

    name: str
    format: Format
    made_at: datetime
    seconds: float
    duckdb: str
    tables: tuple[TableCopy, ...]
    file: Part | None = None  # the database of the format duckdb
    raw: tuple[RawCopy, ...] = ()
    missing: tuple[str, ...] = ()  # raw files that were gone or altered already
    datasets: dict[str, str] = {}  # definitions: file name to text
    written: int = 0  # bytes that no earlier backup had
    installation: str = ""  # the id of the database, and its file; "" in those of earlier versions
    database: str = ""

    @property
    def parts(self) -> tuple[Part, ...]:
        """Every file but the raw ones."""
        own = (self.file,) if self.file else ()
        return (*own, *(part for table in self.tables for part in table.parts))

    @property
    def size(self) -> int:
        """Bytes that a restore needs of this backup."""
        return sum(p.size for p in self.parts) + sum(r.size for r in self.raw)

    @property
    def records(self) -> int:
        """Records of all datasets."""
        return sum(t.rows for t in self.tables if t.schema_name == "main")


class Test(_Frozen):
    """How the last restore test ended: restored into a file of its own and compared."""

    at: datetime
    ok: bool
    detail: str
    seconds: float


def sealed(manifest: Manifest) -> str:
    """The text of the manifest with the hash of itself: what is cut off or altered shows."""
    body = json.loads(manifest.model_dump_json())
    return json.dumps({"seal": _seal(body), **body}, ensure_ascii=False, indent=1)


def load(path: Path) -> Manifest:
    """Read a manifest. Raises BackupBroken."""
    try:
        body = json.loads(path.read_text("utf-8"))
        seal = body.pop("seal")
        if seal != _seal(body):
            raise BackupBroken(f"{path} was altered")
        return Manifest.model_validate(body)
    except (OSError, UnicodeError) as error:
        raise BackupBroken(f"{path} cannot be read: {error}") from error
    except (ValueError, KeyError, AttributeError, ValidationError) as error:
        raise BackupBroken(f"{path} is no manifest, or was cut off") from error


def _seal(body: object) -> str:
    text = json.dumps(body, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
