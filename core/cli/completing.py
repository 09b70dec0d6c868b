"""Completion of commands and options in a shell: the script for it, and what the shell asks for while somebody types."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Annotated, Any, Literal

import typer
from typer.completion import (  # type: ignore[attr-defined]
    completion_init,
    get_completion_script,
)

from core.cli import output

NAME = "marquee"
ASKED = "_MARQUEE_COMPLETE"  # a shell that asks sets it


def completion(
    shell: Annotated[
        Literal["bash", "zsh", "fish", "powershell"], typer.Argument(help="For which shell.")
    ] = "bash",
) -> None:
    """Print the script by which a shell completes `marquee`: source <(marquee completion bash)."""
    script = get_completion_script(prog_name=NAME, complete_var=ASKED, shell=shell)  # nosec B604
    output.say(script)


def answer(command: Any, words: Sequence[str]) -> int:
    """What a shell asked, as its script reads it."""
    completion_init()
    try:
        command.main(args=list(words), prog_name=NAME, complete_var=ASKED)
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def asked() -> bool:
    """Whether a shell asks what may come next."""
    return ASKED in os.environ
