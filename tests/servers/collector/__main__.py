"""`python -m tests.servers.collector`: build it, once."""

from __future__ import annotations

from tests.servers.collector import build

if __name__ == "__main__":
    print(build())
