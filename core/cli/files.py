"""Commands that take files: import, preview, read, infer."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Annotated, Any, BinaryIO, Literal
from uuid import UUID

import typer

from core.datasets.registry import DEFAULT
from core.cli import output, show
from core.cli.options import InDataset, Json, Limit, Place, with_place, with_reading
from core.cli.running import run
from core.datasets.infer import infer as infer_dataset
from core.errors import BadMapping, BadRecipe, Cancelled, InputError, MarqueeError, NotFound
from core.files import reader
from core.files.table import Table
from core.ingest.uploads import Upload
from core.jobs.progress import Progress
from core.settings import Settings
from core.workbench import Workbench

SET_ASIDE = 10  # the exit code of --strict

Mode = Annotated[
    Literal["upsert", "insert", "replace"],
    typer.Option("--mode", help="What happens to records that are there already."),
]
OnError = Annotated[
    Literal["quarantine", "refuse"],
    typer.Option("--on-error", help="Set faulty rows aside, or import nothing."),
]
Maps = Annotated[
    list[str] | None,
    typer.Option(
        "--map",
        metavar="COLUMN=FIELD",
        help="Where a column goes: a field, extra, or drop. '#3=name' means the third column.",
    ),
]
RecipeFile = Annotated[
    Path | None,
    typer.Option(
        "--recipe",
        metavar="FILE.json|NAME",
        help="The cleaning steps, as preview shows them; a whole recipe; or the name of a saved one.",
    ),
]
Filename = Annotated[
    str | None, typer.Option("--filename", help="What a file from stdin is called.")
]
Source = Annotated[
    str | None, typer.Option("--source", help="Name that ties the files of one source together.")
]
Deletions = Annotated[
    bool,
    typer.Option(
        "--confirm-deletions",
        help="With --mode replace: also when more than a tenth of what the source brought goes.",
    ),
]
OneFile = Annotated[str, typer.Argument(metavar="FILE", help="A file, or - for stdin.")]


@with_place
@with_reading
def import_(
    files: Annotated[
        list[str],
        typer.Argument(metavar="FILE...", help="Files, - for stdin, or ids of previewed uploads."),
    ],
    place: Place,
    reading: dict[str, Any],
    dataset: InDataset = DEFAULT,
    mode: Mode = "upsert",
    on_error: OnError = "quarantine",
    maps: Maps = None,
    recipe: RecipeFile = None,
    force: Annotated[
        bool, typer.Option("--force", help="Also when the same bytes were imported before.")
    ] = False,
    confirm_deletions: Deletions = False,
    strict: Annotated[
        bool,
        typer.Option("--strict", help="End with 10 when rows are in quarantine or questions open."),
    ] = False,
    filename: Filename = None,
    source: Source = None,
    as_json: Json = False,
) -> int:
    """Import files. Faulty rows wait in quarantine; anything can be taken back with rollback.

    Several files are imported one after the other; one that fails does not stop the others.
    """
    options: dict[str, Any] = dict(mode=mode, on_error=on_error, source_name=source)
    options |= dict(reading=reading, force=force, confirm_deletions=confirm_deletions)
    mapping = parse_maps(maps)
    done: list[Upload] = []
    failed: list[tuple[str, MarqueeError]] = []
    with place.open(create=True) as wb:
        steps = _steps(wb, dataset, recipe)
        for file in files:

            def work(progress: Progress, file: str = file) -> Upload:
                if _is_upload(file):
                    if mapping or steps is not None or reading:
                        raise InputError("a previewed upload is imported as it was previewed")
                    return wb.commit(file, progress, confirm_deletions=confirm_deletions)
                return wb.import_file(
                    *(_source(file), dataset),
                    mapping=mapping,
                    recipe=steps,
                    progress=progress,
                    filename=clean_name(file, filename),
                    **options,
                )

            try:
                upload = run(work, _label(file))
            except MarqueeError as error:
                failed.append((file, error))
                if isinstance(error, Cancelled):
                    break
                continue
            done.append(upload)
            if not as_json:
                show.imported(upload, wb.uploads.problems(upload.id))
    return _ended(done, failed, len(files), strict, as_json)


def _ended(
    done: list[Upload],
    failed: list[tuple[str, MarqueeError]],
    files: int,
    strict: bool,
    as_json: bool,
) -> int:
    """Tell what failed; the first failure decides the exit code."""
    if as_json:
        errors = [{"file": output.printable(f), **e.as_dict()} for f, e in failed]
        output.emit({"uploads": done, "errors": errors})
    else:
        for file, error in failed:
            output.fail(error, as_json=False, about=_label(file) if files > 1 else None)
    if failed:
        return failed[0][1].exit_code
    aside = any(u.counts.rejected or u.counts.conflicting or _asked(u) for u in done)
    return SET_ASIDE if strict and aside else 0


def _asked(upload: Upload) -> bool:
    """Whether values came in that an answer would change; how a small file was read is said, and no reason to fail."""
    return any(doubt["question"] and doubt["rule"] != "reading" for doubt in upload.doubts)


@with_place
@with_reading
def preview(
    file: OneFile,
    place: Place,
    reading: dict[str, Any],
    dataset: InDataset = DEFAULT,
    mode: Mode = "upsert",
    on_error: OnError = "quarantine",
    maps: Maps = None,
    recipe: RecipeFile = None,
    filename: Filename = None,
    source: Source = None,
    limit: Limit = 10,
    as_json: Json = False,
) -> None:
    """Show what an import would do. Records stay as they are; `import ID` then does it."""
    options: dict[str, Any] = dict(mode=mode, on_error=on_error, source_name=source)
    mapping = parse_maps(maps)
    with place.open(create=True) as wb:
        steps = _steps(wb, dataset, recipe)

        def work(progress: Progress) -> Any:
            return wb.preview(
                *(_source(file), dataset),
                mapping=mapping,
                recipe=steps,
                progress=progress,
                reading=reading,
                filename=clean_name(file, filename),
                **options,
            )

        found = run(work, _label(file))
        changes = found.changes(limit=limit)
        if as_json:
            output.emit(show.preview_dict(found, changes))
        else:
            show.preview(found, changes)


@with_place
@with_reading
def read(
    file: OneFile,
    place: Place,
    reading: dict[str, Any],
    limit: Limit = 10,
    first: Annotated[
        bool, typer.Option("--first", help="Look at the beginning of a large file only.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Show how a file is read: the decisions with their evidence, and the first rows.

    Needs no database.
    """
    table, rows = _first_rows(file, place.settings(), reading, limit, first)
    if as_json:
        decisions = [vars(d) for d in table.decisions]
        whole = {"format": table.format, "whole": table.whole, "columns": table.names}
        whole["decisions"] = decisions
        notes = {"notes": table.notes, "metadata": table.metadata, "sheets": table.sheets}
        around = {"tables": table.tables, "raw": table.raw}
        output.emit({**whole, **notes, **around, "rows": rows})
        return
    output.table(
        ("decision", "value", "evidence"),
        [
            (d.name, d.value, d.evidence + ("" if d.sure else " (not sure)"))
            for d in table.decisions
        ],
    )
    if not table.whole:
        output.say("note: only the beginning of the file was looked at")
    for text in table.notes:
        output.say(f"note: {output.printable(text)}")
    for sheet in table.sheets if len(table.sheets) > 1 else ():
        hidden = ", hidden" if sheet.hidden else ""
        size = f"{sheet.rows:,} x {sheet.columns:,}{hidden}"
        output.say(f"sheet: {output.printable(sheet.name)} ({size})")
    for each in table.tables:
        chosen = ", read" if each.chosen else ""
        output.say(f"table: {each.name} ({each.where}, {each.rows:,} rows{chosen})")
    output.say()
    output.table(table.names, rows)


@with_place
@with_reading
def infer(
    file: OneFile,
    place: Place,
    reading: dict[str, Any],
    name: Annotated[str, typer.Option("--name", help="The new dataset's name.")],
    save: Annotated[bool, typer.Option("--save", help="Keep it as datasets/NAME.toml.")] = False,
    as_json: Json = False,
) -> None:
    """Make a dataset from a sample file: its fields with types and rules."""
    settings = place.settings()
    table, sample = _first_rows(file, settings, reading, 5_000, False)
    dataset = infer_dataset(name, table.names, sample)
    if save:
        with place.open(create=True) as wb:
            path = wb.datasets.save(dataset)
        output.note(f"saved as {output.printable(str(path))}")
    if as_json:
        output.emit(dataset.model_dump(mode="json", exclude_defaults=True))
        return
    show.fields(dataset)


# ------------------------------------------------------------------ arguments


def _first_rows(
    file: str, settings: Settings, reading: dict[str, Any], limit: int, first: bool
) -> tuple[Table, list[list[str]]]:
    if file == "-":
        raise InputError(
            "a file that is only looked at cannot come from stdin", hint="Name the file."
        )
    path, name = _existing(file), clean_name(file, None)
    with tempfile.TemporaryDirectory() as folder:
        if not _is_utf8(file):  # DuckDB cannot open such a path
            path = Path(shutil.copyfile(path, Path(folder) / "file"))
        table = reader.read(path, filename=name, settings=settings, first=first, **reading)
        return table, list(islice(table.rows(limit=limit or None), limit or None))


def _is_utf8(text: str) -> bool:
    try:
        return bool(text.encode())
    except UnicodeEncodeError:
        return False


def _is_upload(text: str) -> bool:
    try:
        return str(UUID(text)) == text.lower() and not Path(text).exists()
    except ValueError:
        return False


def _source(file: str) -> Any:
    if _is_upload(file):
        return file
    return _stdin() if file == "-" else _existing(file)


def _stdin() -> BinaryIO:
    if sys.stdin.isatty():
        raise InputError("nothing comes from stdin", hint="Pipe a file in, or name one.")
    return sys.stdin.buffer


def _existing(file: str) -> Path:
    path = Path(file)
    if "\0" in file or not path.exists():
        raise NotFound(f"there is no file {output.printable(file)}", hint="Check the path.")
    return path


def _label(file: str) -> str:
    return "stdin" if file == "-" else Path(file).name


def clean_name(file: str, wanted: str | None) -> str | None:
    """The name that an upload gets. A name that is not UTF-8 keeps what can be read of it."""
    if wanted is None and _is_upload(file):
        return None
    name = wanted if wanted is not None else _label(file)
    return os.fsencode(name).decode("utf-8", "replace")


def parse_maps(texts: Sequence[str] | None) -> dict[str | int, str | None] | None:
    """COLUMN=FIELD texts as choices. A column may hold "="; "#3" is the third column."""
    choices: dict[str | int, str | None] = {}
    for text in texts or []:
        column, equals, field = text.rpartition("=")
        if not equals or not column:
            raise BadMapping(
                f"{text!r} is not COLUMN=FIELD", hint='For example --map "Born=birth_date".'
            )
        number = column[1:] if column.startswith("#") and column[1:].isdecimal() else ""
        choices[int(number) - 1 if number else column] = field or None
    return choices or None


def _steps(wb: Workbench, dataset: str, path: Path | None) -> list[Any] | dict[str, Any] | None:
    """The steps of a file, a whole recipe, or the saved one of that name."""
    if path is None:
        return None
    if not path.exists() and path.suffix != ".json":
        return wb.recipes.get(dataset, str(path)).recipe.model_dump()
    try:
        data = json.loads(path.read_text("utf-8-sig"))
    except (OSError, ValueError) as error:
        raise BadRecipe(f"{path}: {error}") from error
    if isinstance(data, dict) and {"marquee_recipe", "table_steps"} & {*data}:
        return data
    steps = data.get("recipe") if isinstance(data, dict) else data
    if not isinstance(steps, list):
        raise BadRecipe(
            f"{path}: a recipe is a list of steps, or an object with one under 'recipe'"
        )
    return steps
