"""What the commands have in common: their options, and how they open the database."""

from __future__ import annotations

import functools
import getpass
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Annotated, Any, NamedTuple, Unpack

import typer

from core import __version__ as VERSION
from core.beside.guest import visiting
from core.errors import NotFound
from core.files.source import KINDS, Overrides, Reading
from core.settings import Settings, load
from core.workbench import Workbench

Command = Callable[..., int | None]

InDataset = Annotated[str, typer.Option("--dataset", "-d", help="The kind of records.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout, nothing else.")]
Csv = Annotated[bool, typer.Option("--csv", help="CSV on stdout; no cell can act as a formula.")]
Limit = Annotated[int, typer.Option("--limit", "-n", min=0, help="At most so many.")]
UploadId = Annotated[str, typer.Argument(metavar="UPLOAD", help="The upload's id.")]
RecordId = Annotated[str, typer.Argument(metavar="RECORD", help="The record's id.")]
Version = Annotated[
    int | None, typer.Option("--version", help="Only if the record is still at this version.")
]


def gathered(name: str, make: Callable[..., Any], **options: Any) -> Callable[[Command], Command]:
    """A decorator: the parameter `name` is made from these options, so that commands share them."""

    def decorate(command: Command) -> Command:
        @functools.wraps(command)
        def wrapped(*args: Any, **given: Any) -> int | None:
            values = {option: given.pop(option) for option in options}
            return command(*args, **{name: make(**values)}, **given)

        signature = inspect.signature(command, eval_str=True)
        own = [p for p in signature.parameters.values() if p.name != name]
        more = [
            inspect.Parameter(option, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=kind)
            for option, kind in options.items()
        ]
        wrapped.__signature__ = signature.replace(parameters=[*own, *more])  # type: ignore[attr-defined]
        return wrapped

    return decorate


# ------------------------------------------------------------------ where the data is


class Place(NamedTuple):
    """Where the data is, as the options say; None leaves it to the settings."""

    db: Path | None
    data_dir: Path | None

    def settings(self) -> Settings:
        """The settings with these options in them."""
        given = {"database": self.db, "data_dir": self.data_dir}
        return load().model_copy(update={k: v for k, v in given.items() if v is not None})

    @contextmanager
    def open(self, *, create: bool = False) -> Iterator[Workbench]:
        """The workbench, under the name of whoever is logged in; that of a running app, where one has the database.

        Only what brings data makes a new database: a slip in --db must not leave an empty one.
        """
        settings = self.settings()
        if not create and not settings.database.exists():
            raise NotFound(
                f"there is no database {settings.database}",
                hint="Import a file first, or name another database with --db.",
            )
        with visiting(settings.database, VERSION, _actor()) as lent:
            if lent is not None:
                yield lent
                return
        with Workbench.open(settings=settings) as workbench:
            yield workbench.through("cli", _actor())


def _actor() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # no such user, as in some containers
        return "local"


def _path(flag: str, help_: str) -> Any:
    return Annotated[Path | None, typer.Option(flag, help=help_, show_default=False)]


with_place = gathered(
    "place",
    Place,
    db=_path("--db", "The DuckDB file (default: MARQUEE_DATABASE)."),
    data_dir=_path("--data-dir", "Folder of the raw files (default: MARQUEE_DATA_DIR)."),
)


# ------------------------------------------------------------------ how a file is read


def _reading(**overrides: Unpack[Reading]) -> dict[str, Any]:
    return {name: value for name, value in overrides.items() if value is not None}


def _override(name: str, help_: str) -> Any:
    kind = KINDS.get(name, str)
    flag = "--" + name.replace("_", "-")
    flags = f"{flag}/--no-{flag[2:]}" if kind is bool else flag
    option = typer.Option(flags, help=f"{help_}.", rich_help_panel="How the file is read")
    return Annotated[kind | None, option]


with_reading = gathered(
    "reading",
    _reading,
    **{each.name: _override(each.name, each.metadata["help"]) for each in fields(Overrides)},
)
