"""`python -m tests.faults NAME [options]`: one fault after the other, with the counts printed.

A fault is a module beside this one with `add_arguments(parser)` and `run(args) -> int`: 0 when every
promise was held. It prints its counts with `tests.faults.report`.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType


def faults() -> dict[str, ModuleType]:
    """Every fault by its name."""
    found = {}
    for path in sorted(Path(__file__).parent.glob("[a-z]*.py")):
        if "\ndef add_arguments(" in path.read_text("utf-8"):
            found[path.stem] = importlib.import_module(f"tests.faults.{path.stem}")
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the fault that is named. Gives the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    names = parser.add_subparsers(dest="name", required=True, metavar="NAME")
    known = faults()
    for name, module in known.items():
        one_line = (module.__doc__ or "").strip().splitlines()[0]
        own = names.add_parser(name, help=one_line, description=module.__doc__)
        module.add_arguments(own)
    args = parser.parse_args(arguments)
    return int(known[args.name].run(args))


if __name__ == "__main__":
    sys.exit(main())
