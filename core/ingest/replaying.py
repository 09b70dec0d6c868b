"""A saved recipe for an upload; and what is otherwise in its file than in the one that the recipe, or its source, had before."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from core.actor import Actor
from core.cleaning.plan import Column
from core.cleaning.shaping.step import TableStep
from core.datasets.model import Dataset
from core.datasets.shapes import fold
from core.errors import BadRecipe
from core.ingest import drafting, uploads
from core.ingest.columns import mapping
from core.ingest.corridor import Corridor
from core.ingest.recipes import kept, recipe as recipes
from core.ingest.recipes.recipe import Recipe
from core.ingest.uploads import Upload

NEAR = 75  # how alike two names are, of 100, before one is proposed for the other


@dataclass(frozen=True)
class Gone:
    """A column that is not in the file any more, what it was used for, and the one that probably is it now."""

    column: str
    used: str
    proposal: str | None = None
    reason: str = ""


@dataclass(frozen=True)
class Drift:
    """What is otherwise than before: columns that came, and that are gone. `against` says what it is held against."""

    against: str
    new: tuple[str, ...] = ()
    gone: tuple[Gone, ...] = ()
    moved: bool = False  # the same columns in another order

    @property
    def any(self) -> bool:
        """Whether there is a difference that somebody should see."""
        return bool(self.new or self.gone)


def apply(corridor: Corridor, upload_id: str, recipe: Recipe, actor: Actor) -> Upload:
    """Use a recipe for an open upload in place of its own: reading, table steps, mapping, cleaning.

    A step that does not fit the file is left out and told. Raises BadRecipe for a recipe of another dataset.
    """
    upload = corridor.upload(upload_id)
    if recipe.dataset != upload.dataset:
        raise BadRecipe(f"the recipe is for {recipe.dataset}, and the upload for {upload.dataset}")
    parts = recipes.plan_parts(recipe, corridor.registry.get(upload.dataset))
    with corridor.shelf.held(upload_id):
        before = upload.plan
        drafting.plan(corridor, upload_id, confirmed=False)  # opens what was refused or cancelled
        drafting.replan(corridor, upload_id, mapping=(), reading=dict(recipe.reading), **parts)
        columns = drafting.draft(corridor, upload_id).mapping
        made = drafting.replan(corridor, upload_id, mapping=columns)
        drafting.note(corridor, upload_id, before, made.plan, actor)
        return made


def of_upload(corridor: Corridor, upload_id: str, name: str = "") -> Recipe:
    """The recipe of an upload as it is now."""
    draft = drafting.draft(corridor, upload_id)
    plan = draft.upload.plan.model_copy(update={"mapping": draft.mapping})
    return recipes.of_plan(plan, draft.table.given or draft.table.names, name)


def drift(corridor: Corridor, upload_id: str) -> Drift | None:
    """The columns of an upload's file beside those of its recipe, or of its source's last file; None without either."""
    upload = corridor.upload(upload_id)
    known = _before(corridor, upload)
    if known is None:
        return None
    against, columns, used = known
    draft = drafting.draft(corridor, upload_id, first=True)
    present = draft.table.given or draft.table.names
    new = tuple(c for c in present if c not in columns)
    gone = [c for c in columns if c not in present]
    dataset = corridor.registry.get(upload.dataset)
    raw = drafting.read_raw(corridor, upload, first=True)
    now = _guessed(dataset, present, list(raw.rows(limit=drafting.SAMPLE_ROWS)))
    was = _guessed(dataset, columns, [])
    told = tuple(_gone(c, used.get(c, ""), was.get(c), {n: now[n] for n in new}) for c in gone)
    moved = not new and not gone and tuple(present) != tuple(columns)
    return Drift(against, new, told, moved)


def _guessed(
    dataset: Dataset, columns: Sequence[str], sample: list[list[str]]
) -> dict[str, str | None]:
    """Where each column would go: to a field, or to a part of one."""
    guess = mapping.guess(dataset, columns, sample)
    return {g.column: Column(**vars(g)).choice if g.field else None for g in guess}


def _before(
    corridor: Corridor, upload: Upload
) -> tuple[str, tuple[str, ...], dict[str, str]] | None:
    """What to hold it against: its name, its columns, and what they were used for."""
    if upload.plan.saved:
        for saved in corridor.database.read(lambda c: kept.listed(c, upload.dataset)):
            if saved.name == upload.plan.saved:
                recipe = saved.recipe
                return f"the recipe “{saved.name}”", recipe.columns, _used(recipe)
    found = corridor.database.read(
        lambda c: uploads.find(c, dataset=upload.dataset, kind="import", status="imported")
    )
    last = next((u for u in found if u.source == upload.source and u.id != upload.id), None)
    if last is None:
        return None
    columns = last.reading.get("file_columns") or last.reading.get("columns") or ()
    recipe = recipes.of_plan(last.plan, tuple(columns))
    return f"{last.filename} of {last.created_at:%Y-%m-%d}", tuple(columns), _used(recipe)


def _used(recipe: Recipe) -> dict[str, str]:
    """Column to what it is used for: a field, or steps of the recipe."""
    used = {c: f for c, f in recipe.mapping.items() if f and f != "extra"}
    for step in recipe.table_steps:
        for column in _columns(step):
            used.setdefault(column, f"the step “{step.sentence()}”")
    return used


def _columns(step: TableStep) -> set[str]:
    named = set(step.columns)
    if step.op in ("compute", "filter"):
        named |= {m.strip() for m in re.findall(r"\[([^\]]+)\]", step.value or "")}
    return named


def _gone(column: str, used: str, was: str | None, new: Mapping[str, str | None]) -> Gone:
    """With the new column that is guessed for the same field, or is called nearly the same."""
    for name, goes in new.items():
        if goes and goes in (was, used):
            return Gone(column, used, name, f"both go to {goes}")
    near = process.extractOne(
        column, list(new), scorer=fuzz.WRatio, processor=fold, score_cutoff=NEAR
    )
    return Gone(column, used, near[0], "its name is like it") if near else Gone(column, used)


def adapt(corridor: Corridor, upload_id: str, renamed: Mapping[str, str], actor: Actor) -> Upload:
    """Take new columns for old ones, wherever the recipe of the upload names them: {old: new}."""
    upload = corridor.upload(upload_id)
    known = _before(corridor, upload)
    used = known[2] if known else {}
    plan = upload.plan
    steps = [_renamed(s, renamed) for s in plan.table_steps]
    wanted = {renamed.get(c, c): f for c, f in plan.wanted.items()}
    choices: dict[str | int, str | None] = {}
    for old, new in renamed.items():
        field = plan.wanted.get(old) or used.get(old)
        if field and not field.startswith("the step"):
            choices[new] = field
    return drafting.plan(
        corridor,
        upload_id,
        choices=choices or None,
        table_steps=steps if steps else None,
        wanted=wanted,
        actor=actor,
    )


def _renamed(step: TableStep, renamed: Mapping[str, str]) -> TableStep:
    value = step.value
    if step.op in ("compute", "filter") and value:
        for old, new in renamed.items():
            value = value.replace(f"[{old}]", f"[{new}]")
    columns = tuple(renamed.get(c, c) for c in step.columns)
    return step.model_copy(update={"columns": columns, "value": value})
