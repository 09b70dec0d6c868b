"""The commands by name, and the one place where whatever goes wrong becomes text and a code."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from typing import Annotated

import typer
from typer.exceptions import TyperException
from typer.main import get_command

import core
from core.cli import (
    access_rules,
    admin,
    backups,
    completing,
    dataset,
    decisions,
    files,
    fixes,
    monitoring,
    output,
    privacy,
    quality_repairs,
    queue,
    recipes,
    records,
    reviewing,
    schedules,
    search,
    searches,
    uploads,
    webhooks,
)
from core.errors import Cancelled, Fault, FileError, MarqueeError, Usage

EXIT_CODES = """
Exit codes: 0 done; 1 a fault in Marquee; 2 wrong usage, input or settings; 3 the file cannot be read;
4 not found; 5 it does not fit the present state (already imported, changed meanwhile); 6 cancelled, nothing
changed; 7 not allowed; 8 the database or the disk; 10 done, but rows are in quarantine (only with --strict);
130 interrupted; 141 the reader of a pipe went away.
"""

app = typer.Typer(
    name="python -m core",
    help="Marquee: a workbench for data about people.",
    epilog=EXIT_CODES,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(asked: bool) -> None:
    if asked:
        output.say(f"Marquee {core.__version__}")
        raise typer.Exit()


@app.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option(
            "--version", "-V", callback=_show_version, is_eager=True, help="Say the version."
        ),
    ] = False,
) -> None:
    """Marquee: a workbench for data about people."""


for name, command in {
    "import": files.import_,
    "preview": files.preview,
    "read": files.read,
    "infer": files.infer,
    "fetch": uploads.fetch,
    "send": queue.send,
    "uploads": uploads.uploads,
    "analytics": uploads.analytics,
    "upload": uploads.upload,
    "changes": uploads.changes,
    "problems": uploads.problems,
    "grid": fixes.grid,
    "quarantine": uploads.quarantine,
    "rollback": uploads.rollback,
    "records": records.records,
    "record": records.record,
    "edit": records.edit,
    "new": records.new,
    "undo": records.undo,
    "delete": records.delete,
    "restore": records.restore,
    "sql": records.sql,
    "search": search.search,
    "searches": searches.searches,
    "check": backups.check,
    "backup": backups.backup,
    "backups": backups.backups,
    "encrypt": backups.encrypt,
    "verify": backups.verify,
    "rebuild": backups.rebuild,
    "datasets": admin.datasets,
    "template": admin.template,
    "performance": admin.performance,
    "serve": admin.serve,
    "mock": admin.mock,
    "completion": completing.completion,
    "doctor": monitoring.doctor,
    "support-bundle": monitoring.support_bundle,
}.items():
    app.command(name)(command)
app.add_typer(admin.audit, name="audit")
app.add_typer(quality_repairs.group, name="quality")
app.add_typer(fixes.group, name="fix")
app.add_typer(decisions.group, name="decide")
app.add_typer(reviewing.group, name="matching")
app.add_typer(access_rules.access, name="access")
app.add_typer(privacy.privacy, name="privacy")
app.add_typer(monitoring.alerts, name="alerts")
app.add_typer(dataset.dataset, name="dataset")
app.add_typer(queue.queue, name="queue")
app.add_typer(schedules.schedules, name="schedules")
app.add_typer(recipes.recipes, name="recipes")
app.add_typer(webhooks.webhooks, name="webhooks")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; gives the exit code. Arguments default to those of the process."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if completing.asked():
        return completing.answer(get_command(app), words)
    as_json = "--json" in words
    _let_any_text_out()
    try:
        code = _run(words)
        sys.stdout.flush()
        return code
    except MarqueeError as error:
        return output.fail(error, as_json=as_json)
    except TyperException as error:
        if not words:  # the help was shown instead
            return Usage.exit_code
        shown = Usage(error.format_message(), hint="python -m core --help")
        return output.fail(shown, as_json=as_json)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Nobody reads on; the interpreter must not stumble over it again when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        return output.fail(FileError(f"{where}{error.strerror or error}"), as_json=as_json)
    except Exception as error:
        if not as_json:
            traceback.print_exc()
        fault = Fault(f"{type(error).__name__}: {error}")
        return output.fail(fault, as_json=as_json)


def script() -> None:
    """The program `marquee`, which an installed package brings."""
    sys.exit(main())


def _run(words: list[str]) -> int:
    command = get_command(app)
    try:
        # A copy: the parser takes out what it has read.
        with command.make_context("python -m core", list(words)) as context:
            result = command.invoke(context)
    except typer.Exit as end:
        return end.exit_code
    except typer.Abort as end:
        raise Cancelled("nothing was changed") from end
    return result if isinstance(result, int) else 0


def _let_any_text_out() -> None:
    """Text of every script, on every system; half characters (names that are not UTF-8) as escapes."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(
                errors="backslashreplace", **({} if stream.isatty() else {"encoding": "utf-8"})
            )
