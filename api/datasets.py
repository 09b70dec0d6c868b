"""Datasets: what a record is, as a definition, a JSON Schema and templates to fill in."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from api import datasets_models as models, views
from api.bench import Bench, as_json, link
from api.downloads import CSV, attachment
from core.datasets import templates
from core.datasets.model import Dataset

router = APIRouter(tags=["datasets"])
MEDIA_TYPES = {
    "csv": CSV,
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}
Name = Annotated[str, Path(max_length=63, examples=["celebrities"])]


def view(request: Request, dataset: Dataset) -> models.Dataset:
    """A dataset with its addresses."""
    base = f"/datasets/{dataset.name}"
    names = ("schema", "records", "template.csv", "template.xlsx", "template.json")
    links = {name: link(request, f"{base}/{name}") for name in names}
    found = models.Dataset.model_validate(dataset)
    return found.model_copy(update={"links": {"self": link(request, base), **links}})


@router.get("/datasets", response_model=models.DatasetList)
def list_datasets(request: Request, workbench: Bench) -> Response:
    """Every dataset, the built-in ones first."""
    found = [view(request, dataset) for dataset in workbench.datasets()]
    broken = {name: error.detail for name, error in workbench.datasets.broken().items()}
    return views.answer(models.DatasetList(datasets=found, broken=broken))


@router.get("/datasets/{dataset}", response_model=models.Dataset)
def get_dataset(request: Request, workbench: Bench, dataset: Name) -> Response:
    """One dataset: its fields, and how many records there are."""
    found = view(request, workbench.datasets.get(dataset))
    return views.answer(found.model_copy(update={"records": workbench.records.count(dataset)}))


@router.get(
    "/datasets/{dataset}/schema",
    responses={200: {"content": {"application/schema+json": {}}, "description": "JSON Schema"}},
)
def get_schema(workbench: Bench, dataset: Name) -> Response:
    """The JSON Schema (draft 2020-12) of one clean record."""
    answer = as_json(templates.json_schema(workbench.datasets.get(dataset)))
    answer.headers["Content-Type"] = "application/schema+json"
    return answer


@router.get(
    "/datasets/{dataset}/template.{format}",
    response_class=Response,
    responses={
        200: {"content": {kind: {} for kind in MEDIA_TYPES.values()}, "description": "The file"}
    },
)
def get_template(workbench: Bench, dataset: Name, format: templates.Format) -> Response:
    """A file with the field names as header and one or two example rows."""
    found = workbench.datasets.get(dataset)
    content = templates.template(found, format)
    return Response(
        content, headers=attachment(f"{found.name}.{format}"), media_type=MEDIA_TYPES[format]
    )
