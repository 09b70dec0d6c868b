"""The rows of an open upload as a grid: what is wrong in which cell, and cells typed anew."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from api import fixes_models as models, views
from api.bench import Bench
from core.cleaning.clusters import Method
from core.ingest.grid.models import Only

router = APIRouter(tags=["uploads"])
Limit = Annotated[int, Query(ge=1, le=1_000)]
Column = Annotated[str, Query(description="A column of the file, or a field")]


@router.get("/uploads/{upload_id}/grid", response_model=models.Grid)
def get_grid(
    workbench: Bench,
    upload_id: str,
    problems: Annotated[bool, Query(description="Only rows with an error or a warning")] = False,
    field: str | None = None,
    rule: str | None = None,
    severity: models.Severity | None = None,
    search: str | None = None,
    fixed: Annotated[bool, Query(description="Only rows in which something was fixed")] = False,
    limit: Limit = 100,
    offset: Annotated[int, Query(ge=0, le=1_000_000_000)] = 0,
) -> Response:
    """Rows of an open upload as they are cleaned, with what is wrong in which cell and the repair."""
    only = Only(problems, field, rule, severity, search or None, fixed=fixed)
    found = workbench.uploads.grid(upload_id, only, limit=limit, offset=offset)
    return views.answer(models.Grid.model_validate(found))


@router.get("/uploads/{upload_id}/facet", response_model=models.Facet)
def get_facet(workbench: Bench, upload_id: str, column: Column, limit: Limit = 50) -> Response:
    """The texts of a column with their counts, blank and wrong cells."""
    found = workbench.uploads.facet(upload_id, column, limit=limit)
    return views.answer(models.Facet.model_validate(found))


@router.get("/uploads/{upload_id}/clusters", response_model=models.ClusterList)
def list_spellings(
    workbench: Bench, upload_id: str, column: Column, method: Method = "fingerprint"
) -> Response:
    """Spellings of a column that may be one text."""
    found = workbench.uploads.clusters(upload_id, column, method)
    return views.answer(
        models.ClusterList(clusters=[models.Cluster.model_validate(c) for c in found])
    )


@router.post("/uploads/{upload_id}/fixes", response_model=models.Fixed)
def fix_cells(workbench: Bench, upload_id: str, body: models.FixBody) -> Response:
    """Type cells anew. It is one act, checked at once, and can be undone. The file stays as it is."""
    found = workbench.uploads.fix(upload_id, body.rows)
    return views.answer(models.Fixed.model_validate(found))


@router.post("/uploads/{upload_id}/fixes/all", response_model=models.Fixed)
def fix_all_like_this(workbench: Bench, upload_id: str, body: models.FixAllBody) -> Response:
    """Every cell of a column in which one of these texts stands; `dry_run` only counts them."""
    found = workbench.uploads.fix_all(
        upload_id, body.column, body.found, body.text, dry_run=body.dry_run
    )
    return views.answer(models.Fixed.model_validate(found))


@router.post("/uploads/{upload_id}/fixes/replace", response_model=models.Fixed)
def find_and_replace(workbench: Bench, upload_id: str, body: models.ReplaceBody) -> Response:
    """A part of a text becomes another, in one column or all; `dry_run` only counts the cells."""
    found = workbench.uploads.find_and_replace(
        upload_id, body.find, body.text, column=body.column, dry_run=body.dry_run
    )
    return views.answer(models.Fixed.model_validate(found))


@router.post("/uploads/{upload_id}/fixes/undo", response_model=models.Fixed)
def undo_fix(workbench: Bench, upload_id: str) -> Response:
    """Take the newest act of fixing back."""
    return views.answer(models.Fixed.model_validate(workbench.uploads.undo_fix(upload_id)))


@router.post("/uploads/{upload_id}/fixes/redo", response_model=models.Fixed)
def redo_fix(workbench: Bench, upload_id: str) -> Response:
    """Do again what was undone last."""
    return views.answer(models.Fixed.model_validate(workbench.uploads.redo_fix(upload_id)))
