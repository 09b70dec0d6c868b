"""What the answers of all rooms of the API are made of; each room has its own models beside it.

The models are the source of /api/docs.
"""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

# The tables keep UTC without a zone; the answer says so.
Time = Annotated[datetime, AfterValidator(lambda t: t.replace(tzinfo=timezone.utc))]

CONFIRM = (
    "Also when mode=replace would delete more than a tenth of the records that the source brought;"
    " without it that is refused (`many_deletions`)"
)


class Answer(BaseModel):
    """Made from the dataclasses and models of core."""

    model_config = ConfigDict(from_attributes=True)


class Problem(BaseModel):
    """An error, as RFC 9457 has it. Some codes add members, such as `upload_id` or `faults`."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(
        description="Address of a page about this error: what, why, what to do",
        examples=["/api/problems/not_found"],
    )
    title: str = Field(description="What went wrong, the same for every error of this code")
    status: int
    detail: str = Field(description="What was found, and where")
    code: str = Field(description="Stable; for programs")
    hint: str = Field(description="What to do about it")


class FieldChange(Answer):
    """One field, before and after."""

    field: str
    old: Any
    new: Any
