"""What the API answers and takes about the queue of files, and about files that arrive in chunks."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.models import CONFIRM, Answer, Time
from api.uploads_models import UploadShort
from core.cleaning.plan import Mode, OnError

Act = Literal["preview", "import"]
State = Literal[
    "asks", "waiting", "working", "ready", "imported", "rolled_back", "failed", "cancelled"
]


class Proposal(Answer):
    """How well a dataset fits the content of a file."""

    dataset: str
    label: str
    fits: bool
    found: int = Field(description="Columns that go to fields")
    columns: int
    missing: list[str] = Field(description="Required fields without a column")
    why: str


class Entry(Answer):
    """One file in the queue. `asks`: none of the datasets fits, so somebody has to say what the rows are."""

    upload: UploadShort
    state: State
    proposals: list[Proposal]
    actor: str
    added_at: Time
    stage: str | None
    share: float = Field(description="0 to 1")
    rows_done: int
    rows_total: int
    rate: float = Field(description="Rows per second")
    seconds_left: float | None
    error: dict[str, Any] | None
    waiting_rows: int = Field(description="Rows in quarantine")


class EntryList(Answer):
    """Files in the order in which they came."""

    entries: list[Entry]


class Ids(Answer):
    """The uploads for which something was done."""

    uploads: list[str]


class Some(BaseModel):
    """Which uploads are meant; without any, all."""

    model_config = ConfigDict(extra="forbid")

    uploads: list[str] | None = Field(None, max_length=1_000)


class PlaceBody(BaseModel):
    """The dataset of a file: one that is there, or `new` for one made of its columns and values."""

    model_config = ConfigDict(extra="forbid")

    dataset: str | None = Field(None, max_length=63)
    new: bool = False
    title: str = Field("", max_length=200)


class SheetPeek(Answer):
    """A sheet of a workbook: its size in cells, its column names and first rows."""

    name: str
    rows: int
    columns: int
    hidden: bool
    chosen: bool
    names: list[str]
    first: list[list[str]]
    problem: str


class SheetList(Answer):
    """The sheets of a workbook; none for other files."""

    sheets: list[SheetPeek]


class SplitBody(BaseModel):
    """The sheets that are taken, each as an upload of its own."""

    model_config = ConfigDict(extra="forbid")

    sheets: list[str] = Field(min_length=1, max_length=50)


class ProposalList(Answer):
    """Every dataset with how well it fits, the best first."""

    proposals: list[Proposal]


class StartBody(BaseModel):
    """A file that will come in chunks, and what is done with it then."""

    model_config = ConfigDict(extra="forbid")

    filename: str = Field(min_length=1, max_length=1_000)
    size: int = Field(ge=1, description="Bytes")
    dataset: str | None = Field(None, max_length=63, description="None: told from the content")
    mode: Mode = "upsert"
    on_error: OnError = "quarantine"
    source: str | None = Field(None, max_length=200)
    force: bool = False
    confirm_deletions: bool = Field(False, description=CONFIRM)
    act: Act = Field("preview", description="What is done when it is there")


class Transfer(Answer):
    """A file on its way. The next chunk begins at byte `received`."""

    id: str
    filename: str
    size: int
    received: int
    complete: bool
    chunk: int = Field(description="Bytes that a chunk should have; 9,000,000 at most by the API")
    created_at: Time
    expires_at: Time
    opened: str | None = Field(description="The upload that was opened for it")


class TransferList(Answer):
    """Files that are on their way."""

    transfers: list[Transfer]
