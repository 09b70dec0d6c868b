"""`python -m tests.servers.elasticsearch --home DIR --port N`: one node until Ctrl+C."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tests.servers.elasticsearch import Node, Unavailable


def main(arguments: Sequence[str] | None = None) -> int:
    """Start it, say where it listens, wait. Gives the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.servers.elasticsearch")
    parser.add_argument("--home", type=Path, required=True, help="a folder for its data and logs")
    parser.add_argument("--port", type=int, help="without it, a free one")
    options = parser.parse_args(arguments)
    options.home.mkdir(parents=True, exist_ok=True)
    begun = time.monotonic()
    try:
        with Node(options.home, options.port) as node:
            print(f"{node.url} (process {node.pid}, {time.monotonic() - begun:.1f} s)", flush=True)
            while True:
                time.sleep(3600)
    except Unavailable as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0


if __name__ == "__main__":
    sys.exit(main())
