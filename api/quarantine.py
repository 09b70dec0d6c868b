"""The quarantine as a workbook, repaired files back, rows that nobody will fix."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, File, UploadFile
from pydantic import BaseModel, ConfigDict, Field
from starlette.background import BackgroundTask
from starlette.responses import FileResponse, Response

from api import uploads_models as models, views
from api.bench import Bench
from api.downloads import attachment
from core.files.store import safe_name

router = APIRouter(tags=["uploads"])
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class DiscardBody(BaseModel):
    """Which rows; all of them without `rows`."""

    model_config = ConfigDict(extra="forbid")

    rows: list[int] | None = None
    back: bool = Field(default=False, description="Let discarded rows wait again")


@router.get(
    "/uploads/{upload_id}/quarantine.xlsx",
    response_class=FileResponse,
    responses={200: {"content": {XLSX: {}}, "description": "The workbook"}},
)
def download_quarantine_workbook(workbench: Bench, upload_id: str) -> Response:
    """The rows that wait as an Excel workbook, faulty cells coloured and commented.

    An .xlsx file that was uploaded is marked as it is, everything else in it stays; of other files a workbook is made.
    """
    upload = workbench.uploads.get(upload_id)
    folder = Path(tempfile.mkdtemp(prefix="marquee-quarantine-"))
    try:
        workbench.uploads.quarantine_workbook(upload.id, folder / "quarantine.xlsx")
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    suffix = ".xlsm" if upload.filename.lower().endswith(".xlsm") else ".xlsx"
    stem = upload.filename.rpartition(".")[0] or upload.filename
    return FileResponse(
        folder / "quarantine.xlsx",
        headers=attachment(f"{stem}.quarantine{suffix}"),
        media_type=XLSX,
        background=BackgroundTask(shutil.rmtree, folder, ignore_errors=True),
    )


@router.post("/uploads/{upload_id}/quarantine", response_model=models.Requeued)
def bring_back_file(
    workbench: Bench,
    upload_id: str,
    file: Annotated[UploadFile, File(description="The repaired workbook or CSV file")],
) -> Response:
    """Bring back the rows that were changed in a repaired quarantine file, under the same upload.

    Rows that are not in it, or as they were, stay in quarantine.
    """
    name = safe_name(file.filename or "quarantine.xlsx")
    with tempfile.TemporaryDirectory(prefix="marquee-quarantine-") as folder:
        path = Path(folder) / name
        with path.open("wb") as out:
            shutil.copyfileobj(file.file, out)
        found = workbench.uploads.bring_back(upload_id, path, filename=name)
    return views.answer(models.Requeued.model_validate(found))


@router.post("/uploads/{upload_id}/discard", response_model=models.Requeued)
def discard_rows(workbench: Bench, upload_id: str, body: DiscardBody) -> Response:
    """Rows of the quarantine that nobody will fix wait no more; `back` lets them wait again."""
    found = workbench.uploads.discard(upload_id, body.rows, back=body.back)
    return views.answer(models.Requeued.model_validate(found))
