"""The server process: its command, and the settings that it gets as variables."""

from __future__ import annotations

import sys

from core.settings import Settings


def environment(settings: Settings) -> dict[str, str]:
    """What the server shall see, whatever its working folder is."""
    return {
        "MARQUEE_DATABASE": str(settings.database.absolute()),
        "MARQUEE_DATA_DIR": str(settings.data_dir.absolute()),
        "MARQUEE_DATASETS_DIR": str(settings.datasets_dir.absolute()),
        "MARQUEE_BACKUP_DIR": str(settings.backup_dir.absolute()),
        "MARQUEE_HOST": settings.host,
        "MARQUEE_PORT": str(settings.port),
    }


def command(settings: Settings) -> list[str]:
    """On a loopback address no foreign host name gets in: a website whose name points at this machine."""
    words = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true"]
    words += [f"--server.address={settings.host}", f"--server.port={settings.port}"]
    if settings.loopback:
        names = dict.fromkeys(("localhost", "127.0.0.1", "::1", settings.host))
        words += [f"--server.allowedHosts={name}" for name in names]
    return words
