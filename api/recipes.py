"""Recipes: the steps of an upload and what they do; saved by name, replayed on other files."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Path, Query, Request
from starlette.responses import Response

from api import recipes_models as models, uploads_models, views
from api.bench import Bench
from core.cleaning.clusters import Method
from core.cleaning.plan import parse_steps
from core.ingest.recipes.kept import Saved
from core.ingest.recipes.recipe import Recipe

router = APIRouter(tags=["recipes"])
Name = Annotated[str, Path(max_length=100, examples=["Monthly list"])]
DatasetName = Annotated[str, Path(max_length=63, examples=["celebrities"])]


def _view(saved: Saved) -> models.SavedRecipe:
    return models.SavedRecipe.model_validate(saved)


# ------------------------------------------------------------------ of an upload


@router.patch("/uploads/{upload_id}/plan", response_model=uploads_models.Upload)
def change_plan(
    request: Request, workbench: Bench, upload_id: str, body: models.PlanBody
) -> Response:
    """Change how an open upload is read, shaped, mapped and cleaned. What is left out stays; it can be undone."""
    given = {n: getattr(body, n) for n in body.model_fields_set}
    if "mapping" in given:
        given["choices"] = given.pop("mapping")
    upload = workbench.uploads.plan(upload_id, **given)
    return views.answer(views.upload(request, workbench, upload))


@router.get("/uploads/{upload_id}/recipe", response_model=Recipe)
def get_recipe(workbench: Bench, upload_id: str) -> Response:
    """The whole recipe of an upload, to be kept in a file: reading, table steps, mapping, cleaning steps."""
    return Response(workbench.recipes.of(upload_id).as_json(), media_type="application/json")


@router.put("/uploads/{upload_id}/recipe", response_model=uploads_models.Upload)
def use_recipe(
    request: Request, workbench: Bench, upload_id: str, body: models.UseBody
) -> Response:
    """Use a recipe for an open upload: a saved one by its name, or one that was exported.

    Steps that do not fit the file are left out, and told in its notes.
    """
    recipe = body.recipe.model_dump() if body.recipe else body.name or ""
    upload = workbench.recipes.apply(upload_id, recipe)
    return views.answer(views.upload(request, workbench, upload))


@router.post("/uploads/{upload_id}/recipe", status_code=201, response_model=models.SavedRecipe)
def save_recipe(workbench: Bench, upload_id: str, body: models.SaveBody) -> Response:
    """Save the recipe of an upload under a name. With a `source`, the source's next file gets it by itself."""
    saved = workbench.recipes.save(upload_id, body.name, source=body.source, replace=body.replace)
    return views.answer(_view(saved), 201)


@router.get("/uploads/{upload_id}/effects", response_model=models.Effects)
def get_effects(
    workbench: Bench,
    upload_id: str,
    whole: Annotated[bool, Query(description="Of the whole file, not of its first rows")] = False,
) -> Response:
    """What each step does: cells changed, rows taken away, some texts before and after."""
    steps = workbench.uploads.get(upload_id).plan.recipe or ()
    found = workbench.uploads.effects(upload_id, steps=steps, whole=whole)
    return views.answer(models.Effects.model_validate(found))


@router.post("/uploads/{upload_id}/effects", response_model=models.Effects)
def try_effects(workbench: Bench, upload_id: str, body: models.EffectsBody) -> Response:
    """What other steps would do, before they are kept: nothing changes. `PATCH /uploads/{id}/plan` keeps them."""
    plan = workbench.uploads.get(upload_id).plan
    steps = plan.recipe or ()
    if body.steps is not None:
        steps = parse_steps(workbench.datasets.get(plan.dataset), body.steps)
    tried = None if body.table_steps is None else tuple(body.table_steps)
    found = workbench.uploads.effects(upload_id, steps=steps, table_steps=tried, whole=body.whole)
    return views.answer(models.Effects.model_validate(found))


@router.post("/uploads/{upload_id}/undo", response_model=uploads_models.Upload)
def undo_change(request: Request, workbench: Bench, upload_id: str) -> Response:
    """Take the last change of the plan back. 409 when there is none."""
    return views.answer(views.upload(request, workbench, workbench.uploads.undo(upload_id)))


@router.post("/uploads/{upload_id}/redo", response_model=uploads_models.Upload)
def redo_change(request: Request, workbench: Bench, upload_id: str) -> Response:
    """Make the change again that was undone last. 409 when there is none."""
    return views.answer(views.upload(request, workbench, workbench.uploads.redo(upload_id)))


@router.get("/uploads/{upload_id}/spellings", response_model=models.Spellings)
def get_spellings(
    workbench: Bench,
    upload_id: str,
    column: Annotated[str, Query(description="A column of the file", max_length=1_000)],
    method: Method = "fingerprint",
) -> Response:
    """Spellings of a column that probably mean the same. A table step `merge` makes one of them."""
    found = workbench.uploads.spellings(upload_id, column, method)
    views_ = [models.Spelling(to=c.to, rows=c.rows, values=list(c.values)) for c in found]
    return views.answer(models.Spellings(clusters=views_))


@router.get("/uploads/{upload_id}/recipe/drift", response_model=models.Drift)
def get_column_drift(workbench: Bench, upload_id: str) -> Response:
    """What columns the file has otherwise than the recipe that it got, or the source's last file."""
    found = workbench.recipes.drift(upload_id)
    return views.answer(models.Drift.model_validate(found) if found else models.Drift())


@router.post("/uploads/{upload_id}/recipe/drift", response_model=uploads_models.Upload)
def adapt_recipe(
    request: Request,
    workbench: Bench,
    upload_id: str,
    renamed: Annotated[dict[str, str], Body(examples=[{"Last": "Surname"}])],
) -> Response:
    """Take new columns for old ones wherever the recipe names them: old name to new name."""
    upload = workbench.recipes.adapt(upload_id, renamed)
    return views.answer(views.upload(request, workbench, upload))


# ------------------------------------------------------------------ saved


@router.get("/recipes", response_model=models.SavedList)
def list_recipes(workbench: Bench, dataset: str | None = None) -> Response:
    """Saved recipes by name."""
    return views.answer(models.SavedList(recipes=[_view(s) for s in workbench.recipes(dataset)]))


@router.get("/recipes/{dataset}/{name}", response_model=models.SavedRecipe)
def get_saved_recipe(workbench: Bench, dataset: DatasetName, name: Name) -> Response:
    """One saved recipe."""
    return views.answer(_view(workbench.recipes.get(dataset, name)))


@router.put("/recipes/{dataset}/{name}", response_model=models.SavedRecipe)
def put_recipe(
    workbench: Bench,
    dataset: DatasetName,
    name: Name,
    recipe: Recipe,
    replace: bool = False,
    source: Annotated[str | None, Query(description="Bind it to this source")] = None,
) -> Response:
    """Save a recipe that was exported. 409 when the name is taken, unless `replace`."""
    saved = workbench.recipes.put(
        recipe.model_dump(), name, dataset=dataset, source=source, replace=replace
    )
    return views.answer(_view(saved))


@router.patch("/recipes/{dataset}/{name}", response_model=models.SavedRecipe)
def bind_recipe(
    workbench: Bench, dataset: DatasetName, name: Name, body: models.BindBody
) -> Response:
    """Bind a recipe to a source, whose next file gets it by itself; null lets go of it."""
    return views.answer(_view(workbench.recipes.bind(dataset, name, body.source)))


@router.delete("/recipes/{dataset}/{name}", status_code=204)
def remove_recipe(workbench: Bench, dataset: DatasetName, name: Name) -> Response:
    """Forget a recipe. What was cleaned with it stays as it is."""
    workbench.recipes.remove(dataset, name)
    return Response(status_code=204)
