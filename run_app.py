#!/usr/bin/env python3
"""Set up Marquee beside this file (.venv, pinned requirements) and start it. Standard library only.

Exit codes: 0 stopped as asked, 2 a wrong option or setting, 3 the set-up failed, 4 the address cannot be used;
otherwise the server's own code (128 + n when signal n ended it). A server that ran and ended with 75, or by
a signal that nobody sent through here, is started again, five times within ten minutes at most.
"""

import sys

if sys.version_info < (3, 11):  # before everything that an older Python would stumble over
    sys.exit(
        "Marquee needs Python 3.11 or newer; this is Python %d.%d (%s).\n"
        "Install a newer one from https://www.python.org/downloads/ and run it again with that, "
        "for example: python3.12 run_app.py"
        % (sys.version_info[0], sys.version_info[1], sys.executable)
    )

import argparse
import os
import subprocess  # nosec B404
from collections.abc import Mapping, Sequence
from pathlib import Path

if sys.flags.safe_path:  # told not to look for modules beside the script (-I, -P)
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from core.launch.console import fail, say
from core.launch.environment import HERE, WINDOWS, Environment, SetupError


def parser() -> argparse.ArgumentParser:
    cli = argparse.ArgumentParser(
        prog="run_app.py",
        description="Set up Marquee (.venv, pinned requirements) when needed, and start it.",
        epilog="Every setting can also stand in the environment or in .env, see .env.example.",
    )
    cli.add_argument("--port", type=int, help="default: MARQUEE_PORT or 8501")
    cli.add_argument("--host", help="address to listen on; default: MARQUEE_HOST or 127.0.0.1")
    cli.add_argument("--database", type=Path, help="the DuckDB file; default: db/marquee.duckdb")
    cli.add_argument(
        "--data-dir", type=Path, help="raw files and the watched folder; default: data_uploads"
    )
    cli.add_argument("--no-browser", action="store_true", help="do not open a browser")
    cli.add_argument(
        "--no-install", action="store_true", help="take .venv, or else this Python, as it is"
    )
    cli.add_argument("--reinstall", action="store_true", help="make .venv anew")
    return cli


def variables(options: argparse.Namespace, environment: Mapping[str, str]) -> dict[str, str]:
    """What core.launch shall see: an option wins over its variable, and an empty variable says nothing."""
    chosen = {name: value for name, value in environment.items() if value}
    if options.host:
        chosen["MARQUEE_HOST"] = options.host
    if options.port is not None:
        chosen["MARQUEE_PORT"] = str(options.port)
    for name, path in (
        ("MARQUEE_DATABASE", options.database),
        ("MARQUEE_DATA_DIR", options.data_dir),
    ):
        if path is not None:  # relative to where the user stands; the server stands elsewhere
            chosen[name] = str(path.expanduser().absolute())
    return chosen


def become(command: list[str], environment: dict[str, str]) -> int:
    """Go on as another program, in the project's folder; whoever stops this process stops that one."""
    if not WINDOWS:
        os.chdir(HERE)
        os.execve(command[0], command, environment)  # nosec B606
    child = subprocess.Popen(command, cwd=HERE, env=environment)  # nosec B603
    while True:
        try:
            return child.wait()
        except KeyboardInterrupt:
            pass  # the console told the other one, too


def main(arguments: Sequence[str] | None = None) -> int:
    options = parser().parse_args(arguments)
    say("Marquee")
    venv = Environment()
    try:
        if not options.no_install:
            venv.ensure(again=options.reinstall)
    except SetupError as error:
        return fail(str(error), 3)
    except KeyboardInterrupt:
        return fail("stopped", 130)
    python = str(venv.python) if venv.python.exists() else sys.executable
    quiet = ["--no-browser"] if options.no_browser else []
    return become([python, "-m", "core.launch", *quiet], variables(options, os.environ))


if __name__ == "__main__":
    sys.exit(main())
