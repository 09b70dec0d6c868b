"""Datasets: what a record is, as a definition, a JSON Schema and templates to fill in."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from api import datasets_models as models, views
from api.bench import Bench, as_json, link
from api.downloads import CSV, attachment
from core.datasets import templates
from core.datasets.model import Dataset, from_dict

router = APIRouter(tags=["datasets"])
MEDIA_TYPES = {
    "csv": CSV,
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
    "schema": "application/schema+json",
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


@router.post("/datasets", status_code=201, response_model=models.Dataset)
def create_dataset(request: Request, workbench: Bench, body: models.DefinitionBody) -> Response:
    """Make a dataset. 409 when the name is taken."""
    dataset = from_dict(body.definition)
    workbench.datasets.save(dataset)
    return views.answer(view(request, workbench.datasets.get(dataset.name)), 201)


@router.put("/datasets/{dataset}", response_model=models.Dataset)
def change_dataset(
    request: Request, workbench: Bench, dataset: Name, body: models.DefinitionBody
) -> Response:
    """Change a dataset. `renamed` says which fields have another name now: their values and history come along."""
    definition = from_dict({**body.definition, "name": dataset})
    workbench.datasets.save(definition, replace=True, renamed=body.renamed)
    return views.answer(view(request, workbench.datasets.get(dataset)))


@router.post("/datasets/{dataset}/changes", response_model=models.Migration)
def preview_change(workbench: Bench, dataset: Name, body: models.DefinitionBody) -> Response:
    """What saving a definition would do, and which records would break its rules. Saves nothing."""
    definition = from_dict({**body.definition, "name": dataset})
    told = workbench.datasets.changes(definition, body.renamed)
    tried = workbench.datasets.try_out(definition, renamed=body.renamed)
    return views.answer(models.Migration.model_validate({"changes": told, "records": tried}))


@router.post("/datasets/{dataset}/copy", status_code=201, response_model=models.Dataset)
def copy_dataset(
    request: Request, workbench: Bench, dataset: Name, body: models.CopyBody
) -> Response:
    """A dataset with the same fields and rules, without the records."""
    copied = workbench.datasets.copy(dataset, body.name, title=body.title)
    return views.answer(view(request, copied), 201)


@router.delete("/datasets/{dataset}", response_model=models.Removed)
def remove_dataset(
    workbench: Bench,
    dataset: Name,
    typed: Annotated[str, Query(description="The name of the dataset once more")],
) -> Response:
    """Delete a dataset with its records, history and uploads. Raw files, backups and the audit trail stay."""
    return views.answer(models.Removed(records=workbench.datasets.remove(dataset, typed=typed)))


@router.get("/datasets/{dataset}/definition")
def get_definition(workbench: Bench, dataset: Name) -> Response:
    """The definition as it is saved, without what is the default anyway."""
    found = workbench.datasets.get(dataset)
    return as_json(found.model_dump(mode="json", exclude_defaults=True, exclude={"origin"}))


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
def get_template(
    workbench: Bench,
    dataset: Name,
    format: templates.Format,
    examples: Annotated[bool, Query(description="With one or two example rows")] = True,
) -> Response:
    """A file with the field names as header: CSV, JSON, or Excel with rules as comments and drop-downs."""
    found = workbench.datasets.get(dataset)
    content = templates.template(found, format, examples=examples)
    return Response(
        content, headers=attachment(f"{found.name}.{format}"), media_type=MEDIA_TYPES[format]
    )
