"""The support bundle: what helps to find a fault, in one ZIP file. No record, no name of a file or a person, no secret.

Settings are told as set or not set, paths by their last part; errors by type and place; sizes and counts as they are.
"""

from __future__ import annotations

import json
import platform
import sys
import zipfile
from collections.abc import Callable, Iterable
from datetime import datetime, timezone
from importlib import metadata
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from core.monitoring import kept
from core.monitoring.health import Health
from core.monitoring.monitor import Monitor
from core.observe import scrub
from core.settings import Settings

LIBRARIES = ("duckdb", "streamlit", "fastapi", "polars", "pyarrow", "tantivy", "pydantic")
LOG_BYTES = 500_000  # the end of the log file
_TEXTS = (
    "log_level",
    "log_format",
    "memory_limit",
    "backup_format",
    "environment",
    "watch_dataset",
)


def parts(monitor: Monitor) -> dict[str, Any]:
    """From a database that this process has open."""
    health: Health = monitor.checks.look(fresh=True)
    return {
        "health": [vars(one) for one in health.found],
        "alerts": _nameless(vars(one) for one in monitor.store.read(kept.states).values()),
        "errors": [vars(one) for one in monitor.store.read(kept.errors)],
        "files": vars(monitor.store.files()),
        "tables": [vars(one) for one in monitor.store.tables()],
    }


def asked(get: Callable[[str], Any]) -> dict[str, Any]:
    """From the app that has it open."""
    performance, alerts = get("/performance"), get("/monitoring/alerts")
    return {
        "health": get("/monitoring/health"),
        "alerts": {**alerts, "alerts": _nameless(alerts["alerts"])},
        "errors": get("/monitoring/errors"),
        **{name: performance[name] for name in ("operations", "tables", "files", "memory")},
    }


def _nameless(alerts: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Alerts without who sees to them, and without what people wrote about them."""
    hidden = ("acknowledged_by", "note")
    return [{name: v for name, v in one.items() if name not in hidden} for one in alerts]


def write(to: Path, settings: Settings, found: dict[str, Any]) -> list[str]:
    """Write the file; gives the names in it."""
    scrub.learn(settings)
    everything = {"system": system(), "settings": told(settings), **found}
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in everything.items():
            text = json.dumps(scrub.deep(_plain(content)), indent=1, default=str)
            archive.writestr(f"{name}.json", text)
        if settings.log_file and settings.log_file.is_file():
            data = settings.log_file.read_bytes()[-LOG_BYTES:].decode("utf-8", "replace")
            archive.writestr("log.jsonl", scrub.secrets(data))
        return archive.namelist()


def system() -> dict[str, Any]:
    """Versions, and nothing that names the machine."""
    return {
        "made_at": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "python": sys.version.split()[0],
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "libraries": {name: _version(name) for name in LIBRARIES},
    }


def told(settings: Settings) -> dict[str, Any]:
    """The settings: numbers and choices as they are, everything else as set or not."""
    found: dict[str, Any] = {}
    for name, value in settings.__dict__.items():
        if value is None or isinstance(value, (bool, int, float)) or name in _TEXTS:
            found[name] = value
        elif isinstance(value, (SecretStr, str, Path)):
            found[name] = "set"
        else:
            found[name] = f"{len(value)} set" if hasattr(value, "__len__") else "set"
    return found


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "not installed"


def _plain(value: Any) -> Any:
    return json.loads(json.dumps(value, default=str))
