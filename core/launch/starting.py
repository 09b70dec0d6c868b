"""What `python -m core.launch` does: check the settings and the address, then keep the server running."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence

from core.errors import SettingsError
from core.launch import server, supervisor
from core.launch.address import AddressError, check_free
from core.launch.console import fail
from core.settings import load

UNUSABLE = 4  # the exit code for an address that cannot be used


def main(arguments: Sequence[str] | None = None) -> int:
    cli = argparse.ArgumentParser(prog="core.launch", description=__doc__)
    cli.add_argument("--no-browser", action="store_true", help="do not open a browser")
    options = cli.parse_args(arguments)
    try:
        settings = load()
    except SettingsError as error:
        return fail(f"{error}\n{error.hint}".strip(), error.exit_code)
    try:
        settings.check_address()
        check_free(settings.host, settings.port)
    except SettingsError as error:
        return fail(f"{error}\n{error.hint}", UNUSABLE)
    except AddressError as error:
        return fail(str(error), UNUSABLE)
    environment = {**os.environ, **server.environment(settings)}
    command = server.command(settings)
    return supervisor.serve(
        lambda: supervisor.start(command, environment),
        *(settings.host, settings.port, not options.no_browser),
    )
