"""What the process and the engine have in memory."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb
import psutil


@dataclass(frozen=True)
class Memory:
    """Bytes: DuckDB's share and its limit, this process now and at its peak, its child processes."""

    duckdb: int
    limit: int
    spilled: int
    process: int
    process_peak: int
    children: int
    threads: int
    by_use: dict[str, int]


def memory(connection: duckdb.DuckDBPyConnection) -> Memory:
    """What is in memory now, and the most that this process ever had."""
    uses = connection.execute(
        "SELECT tag, memory_usage_bytes, temporary_storage_bytes FROM duckdb_memory()"
    ).fetchall()
    limits = connection.execute(
        "SELECT parse_formatted_bytes(current_setting('memory_limit')), current_setting('threads')"
    ).fetchone() or (0, 0)
    me = psutil.Process()
    return Memory(
        duckdb=sum(use[1] for use in uses),
        limit=int(limits[0]),
        spilled=sum(use[2] for use in uses),
        process=me.memory_info().rss,
        process_peak=peak(),
        children=sum(_rss(child) for child in me.children(recursive=True)),
        threads=int(limits[1]),
        by_use={use[0]: use[1] for use in uses if use[1]},
    )


def peak() -> int:
    """The most memory in bytes that this process ever had resident."""
    if sys.platform == "win32":
        return int(psutil.Process().memory_info().peak_wset)
    try:
        for line in Path("/proc/self/status").read_text("utf-8").splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


def _rss(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.Error:  # it ended meanwhile
        return 0
