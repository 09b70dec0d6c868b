"""The keys with which the database and its backups are encrypted: from the environment, a file, or a command.

Several may be given, one a line, the newest first: that one writes, and all of them read. What is used is derived of a key for
its purpose, so that no file of ours is opened by the key as it stands.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import shlex
import subprocess  # nosec B404
from functools import lru_cache
from importlib import metadata
from pathlib import Path

from core.errors import SettingsError
from core.settings import Settings

LEAST = 20  # characters of a key
SECONDS = 30  # that a command may take
EXTENSION = "duckdb-extension-httpfs"  # OpenSSL: without it DuckDB writes nothing that is encrypted


def keys(settings: Settings) -> tuple[str, ...]:
    """The keys, the newest first; none where nothing is encrypted. Raises SettingsError."""
    given = settings.encryption_key
    file, command = settings.encryption_key_file, settings.encryption_key_command
    return _keys(given.get_secret_value() if given else "", file, command or "")


@lru_cache(maxsize=8)
def _keys(given: str, file: Path | None, command: str) -> tuple[str, ...]:
    if sum(map(bool, (given, file, command))) > 1:
        raise SettingsError("the key of the database is set in more than one setting", hint=_ONE)
    try:
        text = given or (file.read_text("utf-8") if file else _said(command) if command else "")
    except (OSError, UnicodeError, ValueError, subprocess.SubprocessError) as error:
        raise SettingsError(
            f"the key of the database cannot be read: {error}", hint=_ONE
        ) from error
    found = tuple(line.strip() for line in text.splitlines() if line.strip())
    if (file or command) and not found:
        raise SettingsError("the key of the database is empty", hint=_ONE)
    if any(len(each) < LEAST or len(set(each)) < 8 for each in found):
        raise SettingsError(
            "the key of the database can be guessed",
            hint="Take random characters: python3 -c 'import secrets; print(secrets.token_urlsafe(32))'",
        )
    return found


_ONE = "Set one of MARQUEE_ENCRYPTION_KEY, MARQUEE_ENCRYPTION_KEY_FILE and MARQUEE_ENCRYPTION_KEY_COMMAND."


def _said(command: str) -> str:
    done = subprocess.run(  # nosec B603
        shlex.split(command), capture_output=True, encoding="utf-8", timeout=SECONDS, check=False
    )
    if done.returncode:
        raise ValueError(f"the command ended with {done.returncode}")
    return done.stdout


def derived(key: str, purpose: str) -> bytes:
    """32 bytes of a key for one purpose."""
    return hmac.digest(key.encode(), f"marquee {purpose}".encode(), "sha256")


def for_database(key: str) -> str:
    """What DuckDB is given."""
    return derived(key, "database").hex()


def for_databases(settings: Settings) -> tuple[str, ...]:
    """What DuckDB is given for each key, the newest first; none where nothing is encrypted. Raises SettingsError."""
    return tuple(map(for_database, keys(settings)))


def for_parquet(key: str) -> tuple[str, str]:
    """The name of a key in Parquet files, which tells nothing of it, and what DuckDB is given."""
    name = hashlib.sha256(derived(key, "name")).hexdigest()[:16]
    return f"mq{name}", base64.b64encode(derived(key, "parquet")).decode()


def library() -> Path:
    """The file with OpenSSL for DuckDB, of its wheel. Raises SettingsError."""
    try:
        files = metadata.files(EXTENSION) or []
    except metadata.PackageNotFoundError:
        files = []
    found = [Path(str(each.locate())) for each in files if each.suffix == ".duckdb_extension"]
    if not found:
        raise SettingsError(
            f"the database is to be encrypted, and {EXTENSION} is not installed",
            hint=f"Install it in the version of DuckDB: pip install {EXTENSION}",
        )
    return found[0]
