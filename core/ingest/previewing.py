"""The third step: the whole file is staged, checked, and compared with what is there. Writes nothing live."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import duckdb

from core.cleaning.plan import rebased
from core.cleaning.shaping.registry import kind
from core.datasets import tables
from core.shown import table as html_table
from core.datasets.model import Dataset
from core.errors import BadRecipe, TooManyRows
from core.ingest import (
    doubts,
    drafting,
    fixes,
    preview as preview_,
    problems,
    staging,
    states,
    uploads,
)
from core.ingest.columns import needed
from core.ingest.corridor import Corridor
from core.ingest.preview import Outcome, Preview, RowChange
from core.ingest.rows import chosen, compare, duplicates, promise
from core.ingest.rows.staged import Staged, drop_staged, row_count
from core.ingest.uploads import Upload
from core.jobs.progress import Progress
from core.storage.store import Connection

SHOWN: tuple[Outcome, ...] = ("new", "changed", "conflicting", "rejected", "repeated", "deleted")


def at_hand(corridor: Corridor, upload_id: str) -> bool:
    """Whether `preview` answers at once, because the file is staged as the plan says."""
    upload = corridor.upload(upload_id)
    return corridor.shelf.find(upload, corridor.registry.get(upload.dataset)) is not None


def preview(corridor: Corridor, upload_id: str, progress: Progress | None = None) -> Preview:
    """Stage, check and compare the whole file. Live data stays as it is."""
    progress = progress or Progress()
    with corridor.shelf.held(upload_id):
        with corridor.database.reader() as cursor:
            upload = uploads.get(cursor, upload_id)
            current = tables.data_version(cursor, upload.dataset)
        # Of what is imported the counts tell what was done; another preview would overwrite them.
        states.must_be_open(upload)
        # Rules that changed meanwhile make other rows of the same file.
        kept = corridor.shelf.find(upload, corridor.registry.get(upload.dataset))
        if kept and kept.data_version == current:
            corridor.shelf.used(upload_id)
            return kept
        try:
            with corridor.database.operations.measure("preview") as timer:
                made = _make(corridor, upload, kept, progress)
                if any([link(corridor, made.staged) for link in corridor.links]):
                    made = _make(corridor, corridor.upload(upload_id), None, progress)
                timer.rows = made.counts.rows
                corridor.note(upload_id, progress, timer.rows)
            return made
        except Exception as error:
            states.ended_badly(corridor, upload, error, progress)
            raise


def _make(corridor: Corridor, upload: Upload, kept: Preview | None, progress: Progress) -> Preview:
    dataset = corridor.dataset(upload.dataset)
    with corridor.database.reader() as cursor:
        stays = kept and not duplicates.outdated(cursor, kept.staged)
        staged = (
            kept.staged if kept and stays else _stage(corridor, cursor, upload, dataset, progress)
        )
        progress.stage("comparing")
        with progress.watch(cursor):
            version = tables.data_version(cursor, dataset.name)
            counts = compare.compare(cursor, staged)
            mark = promise.mark(cursor, staged)
            refused, of_source = chosen.refused(cursor, staged), compare.of_source(cursor, staged)
            found = problems.summarise(cursor, staged)
            for alike in corridor.alike:
                found += alike(cursor, staged)
    made = Preview(upload.id, staged, counts, found, version, mark, refused, of_source)
    corridor.database.write(lambda c: _write_down(c, made))
    corridor.shelf.keep(made)
    return made


def _stage(
    corridor: Corridor,
    cursor: duckdb.DuckDBPyConnection,
    upload: Upload,
    dataset: Dataset,
    progress: Progress,
) -> Staged:
    progress.stage("reading")
    draft = drafting.draft(corridor, upload.id)
    if upload.plan.mapping != draft.mapping:
        recipe = rebased(dataset, upload.plan.recipe, upload.plan.mapping, draft.mapping)
        upload = drafting.replan(corridor, upload.id, mapping=draft.mapping, recipe=recipe)
    needed.check(dataset, upload.plan, draft.candidates)
    corridor.database.check_space(2 * (upload.size or 0))
    corridor.database.bound_spill()
    progress.stage("checking", draft.table.total or _estimate(upload, draft.sample))
    with progress.watch(cursor):
        staged = staging.stage(
            cursor,
            upload.id,
            dataset,
            upload.plan,
            draft.table,
            fixed=fixes.live(cursor, upload.id),
        )
        rows = row_count(cursor, staged.rows)
    if rows == 0 and draft.table.columns and upload.plan.table_steps:
        drop_staged(cursor, upload.id)
        raise _nothing_left(upload)
    if rows > corridor.settings.max_rows:
        drop_staged(cursor, upload.id)
        raise TooManyRows(f"{rows} rows, and {corridor.settings.max_rows} are allowed")
    return staged


def _nothing_left(upload: Upload) -> BadRecipe:
    takers = [s for s in upload.plan.table_steps if not s.off and kind(s.op).rows]
    told = "; ".join(f"“{s.sentence()}”" for s in takers)
    return BadRecipe(
        f"no row of {upload.filename} is left after the recipe: {told}",
        hint="Change or switch off such a step. The file is as it was, and nothing was imported.",
    )


def _estimate(upload: Upload, sample: list[list[str]]) -> int:
    """Rows in the file, from the size of the first ones; only for the progress bar."""
    if not sample:
        return 0
    size = sum(len(cell.encode()) + 1 for row in sample for cell in row) / len(sample)
    return int((upload.size or 0) / max(size, 1))


def _write_down(connection: Connection, made: Preview) -> None:
    table = made.staged.table
    reading = {
        "decisions": [vars(d) for d in table.decisions],
        "columns": list(table.names),
        **({"file_columns": list(table.given)} if table.given else {}),
        "sheet": table.sheet,
        "row_name": table.row_name,
        "notes": list(table.notes),
        "doubts": doubts.find(made.problems, table.decisions),
        "metadata": table.metadata,
        "recipe": [s.model_dump(exclude_defaults=True) for s in made.staged.steps],
        "promise": made.mark,
        "rules": uploads.RULES,
        "definition": made.staged.dataset.meaning,
    }
    upload = uploads.get(connection, made.id)  # somebody may have cancelled it meanwhile
    problems.store(connection, upload.id, made.problems)
    columns: uploads.Columns = {
        "counts": made.counts,
        "reading": reading,
        "format": table.format,
        "data_version": made.data_version,
        "error": None,
    }
    if upload.open or upload.status == "failed":
        columns["status"] = "previewed"
    uploads.update(connection, upload.id, **columns)


def renew(corridor: Corridor, upload_id: str, *, rows: bool) -> None:
    """Somebody decided who rows are. `rows`: the comparison is another one, so the next preview makes it anew."""
    with corridor.shelf.held(upload_id):
        upload = corridor.upload(upload_id)
        kept = corridor.shelf.find(upload, corridor.registry.get(upload.dataset))
        if kept is None or rows:
            corridor.shelf.outdated(upload_id)
            preview(corridor, upload_id)  # who decided it need not be shown it to import it
            return
        with corridor.database.reader() as cursor:
            found = problems.summarise(cursor, kept.staged)
            for alike in corridor.alike:
                found += alike(cursor, kept.staged)
        made = replace(kept, problems=found)
        corridor.database.write(lambda c: _write_down(c, made))
        corridor.shelf.keep(made)


def staged(
    corridor: Corridor, upload_id: str, use: Callable[[duckdb.DuckDBPyConnection, Staged], Any]
) -> Any:
    """Run `use(cursor, staged)` on a staged and compared upload, staging it again if need be."""
    with corridor.shelf.held(upload_id):
        made = preview(corridor, upload_id)
        return corridor.database.read(lambda cursor: use(cursor, made.staged))


class PreviewHandle:
    """A preview that can be asked for its rows: .id .counts .mapping .problems .recipe .questions .changes()."""

    def __init__(self, corridor: Corridor, preview: Preview) -> None:
        self._corridor, self._preview = corridor, preview

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # asked while a copy is being made, before there is a preview
            raise AttributeError(name)
        return getattr(self._preview, name)

    def changes(
        self,
        outcome: Outcome | None = None,
        limit: int = 50,
        offset: int = 0,
        field: str | None = None,
        search: str | None = None,
    ) -> list[RowChange]:
        """Rows with what would become of them; one outcome, or all but unchanged in turn.

        `field`: changed rows only, those that change it. `search`: those with it in their title.
        """
        names = [outcome] if outcome else ["changed"] if field else SHOWN
        found: list[RowChange] = []
        for name in names:
            if len(found) < limit:
                asked: dict[str, Any] = {"outcome": name, "field": field, "search": search}
                page = partial(preview_.changes, limit=limit - len(found), offset=offset, **asked)
                found += (here := staged(self._corridor, self._preview.id, page))
                # Of the next outcome, those rows are passed over that this one did not have.
                if name != names[-1] and offset and len(found) < limit:
                    offset = 0 if here else max(offset - self._of(**asked), 0)
        return found

    def number(
        self, outcome: Outcome | None = None, field: str | None = None, search: str | None = None
    ) -> int:
        """How many rows `changes` gives, page by page."""
        names = [outcome] if outcome else ["changed"] if field else SHOWN
        return sum(self._of(outcome=name, field=field, search=search) for name in names)

    def _of(self, **asked: Any) -> int:
        count: int = staged(self._corridor, self._preview.id, partial(preview_.number, **asked))
        return count

    def _repr_html_(self) -> str:
        """What it would do, as a notebook shows it."""
        counts = [(k, v) for k, v in self._preview.counts.model_dump().items() if v]
        return html_table(("rows", "how many"), counts, "Preview: nothing is imported yet")

    def __repr__(self) -> str:
        return f"<Preview {self._preview.id} {self._preview.counts!r}>"
