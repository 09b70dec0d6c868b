"""Backups and the check: what is kept, whether it is whole, and whether everything adds up."""

from __future__ import annotations

import os
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import FileResponse, Response, StreamingResponse

from api import backups_models as models, jobs_models, views
from api.bench import Bench, link
from api.downloads import attachment
from api.preferring import Prefer, asynchronous
from api.uploads import ACCEPTED
from core.backups.service import Backup
from core.errors import NotFound

router = APIRouter(tags=["backups"])


@router.get("/backups", response_model=models.BackupList)
def list_backups(request: Request, workbench: Bench) -> Response:
    """The whole backups, the newest first, with the result of their last restore test."""
    state = workbench.backups.state()
    return views.answer(
        models.BackupList(
            backups=[_view(request, b) for b in workbench.backups.all()],
            database=str(workbench.settings.database.resolve()),
            scheduled=workbench.backups.scheduled,
            worry=state.worry or None,
        )
    )


@router.post("/backups", response_model=jobs_models.Job, status_code=202)
def make_backup(
    request: Request,
    workbench: Bench,
    format: Annotated[
        Literal["parquet", "duckdb"] | None, Query(description="Default: MARQUEE_BACKUP_FORMAT")
    ] = None,
) -> Response:
    """Make a backup in the background and test that it can be restored. Poll the job."""
    job = workbench.backups.submit(format)
    where = {"Location": link(request, f"/jobs/{job.id}")}
    return views.answer(views.job(request, job), 202, where)


@router.get("/backups/{name}", response_model=models.Backup)
def get_backup(request: Request, workbench: Bench, name: str) -> Response:
    """One backup."""
    manifest = workbench.backups.get(name)
    test = workbench.backups.folder.test(name)
    return views.answer(
        _view(request, Backup(name, manifest, test, foreign=workbench.backups.is_foreign(manifest)))
    )


@router.post("/backups/{name}/verify", response_model=models.BackupVerified)
def verify_backup(workbench: Bench, name: str) -> Response:
    """Hash every file of a backup: is each byte as it was written?"""
    found = workbench.backups.verify(name)
    return views.answer(
        models.BackupVerified(
            name=name, ok=found.ok, parts=found.parts, raw=found.raw, wrong=list(found.wrong)
        )
    )


@router.get(
    "/backups/{name}/download",
    response_class=StreamingResponse,
    responses={200: {"content": {"application/zip": {}}, "description": "The files"}},
)
def download_backup(workbench: Bench, name: str) -> Response:
    """All files of a backup as one .zip, to be unpacked into a backup folder."""
    files = list(workbench.backups.files(name))
    return StreamingResponse(
        _zipped(files), headers=attachment(f"{name}.zip"), media_type="application/zip"
    )


@router.get("/backups/{name}/files", response_model=models.BackupFiles)
def list_backup_files(request: Request, workbench: Bench, name: str) -> Response:
    """The files of a backup with their sizes, to be fetched one by one."""
    base = f"/backups/{name}/files"
    files = [
        models.BackupFile(path=path, size=file.stat().st_size, link=link(request, f"{base}/{path}"))
        for path, file in workbench.backups.files(name)
    ]
    return views.answer(models.BackupFiles(files=files))


@router.get(
    "/backups/{name}/files/{path:path}",
    response_class=FileResponse,
    responses={200: {"content": {"application/octet-stream": {}}, "description": "The file"}},
)
def download_backup_file(workbench: Bench, name: str, path: str) -> Response:
    """One file of a backup. A download that broke off goes on by `Range`."""
    found = dict(workbench.backups.files(name)).get(path)
    if found is None:
        raise NotFound(f"there is no file {path[:200]!r} in {name}")
    return FileResponse(
        found, headers=attachment(found.name), media_type="application/octet-stream"
    )


@router.get("/check", response_model=models.Check, responses={202: ACCEPTED})
def check(
    request: Request,
    workbench: Bench,
    deep: Annotated[bool, Query(description="Also read every raw file again")] = False,
    prefer: Prefer = None,
) -> Response:
    """Tables against history, ledger against uploads, files against hashes. It changes nothing.

    With `Prefer: respond-async` it is done by a job, whose `result` link has the report.
    """
    if asynchronous(request):
        return views.accepted(request, workbench.jobs.check(deep=deep))
    return views.answer(models.Check.model_validate(workbench.check(deep=deep).as_dict()))


def _view(request: Request, backup: Backup) -> models.Backup:
    base, manifest, test = f"/backups/{backup.name}", backup.manifest, backup.test
    return models.Backup(
        name=backup.name,
        error=backup.error or None,
        made_at=manifest.made_at if manifest else None,
        format=manifest.format if manifest else None,
        records=manifest.records if manifest else 0,
        size=manifest.size if manifest else 0,
        written=manifest.written if manifest else 0,
        missing=list(manifest.missing) if manifest else [],
        database=(manifest.database or None) if manifest else None,
        foreign=backup.foreign,
        tested_at=test.at if test else None,
        test_passed=test.ok if test else None,
        test=test.detail if test else None,
        links={
            "self": link(request, base),
            "verify": link(request, f"{base}/verify"),
            "download": link(request, f"{base}/download"),
            "files": link(request, f"{base}/files"),
        },
    )


def _zipped(files: list[tuple[str, Path]]) -> Iterator[bytes]:
    """A .zip while it is made: what is in it is compressed already, so nothing is packed again."""
    reading, writing = os.pipe()

    def write() -> None:
        try:
            with os.fdopen(writing, "wb") as pipe, zipfile.ZipFile(pipe, "w") as archive:
                for name, path in files:
                    archive.write(path, name)
        except OSError:
            pass  # who downloads went away, or a file did: the archive ends short, and is refused

    with os.fdopen(reading, "rb") as pipe:
        thread = threading.Thread(target=write, name="marquee-zip", daemon=True)
        thread.start()
        while chunk := pipe.read(1 << 20):
            yield chunk
    thread.join()
