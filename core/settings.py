"""What an installation can decide: environment (prefix `MARQUEE_`), then `.env`, then these defaults."""

from __future__ import annotations

import ipaddress
import re
import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import (
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from core.errors import SettingsError

_SIZE = re.compile(r"(\d+(?:\.\d+)?) ?(?:([KMGT])(i?))?B\Z")
DATABASE = Path("db/marquee.duckdb")
DATASET = "celebrities"  # where nothing else is said
SECRETS = ("api_token", "search_api_key")  # never part of an error
LEAST_MEMORY = 150_000_000  # bytes; with less, not even a file of one row can be imported


class Settings(BaseSettings):
    """All settings. Sizes are in the unit of their name; paths are relative to the working folder."""

    model_config = SettingsConfigDict(
        env_prefix="MARQUEE_", env_file=".env", env_file_encoding="utf-8", extra="ignore"
    )

    database: Path = DATABASE
    data_dir: Path = Path("data_uploads")
    datasets_dir: Path = Path("datasets")

    host: str = "127.0.0.1"
    port: int = Field(8501, ge=1, le=65535)
    api_token: SecretStr | None = None

    max_file_mb: int = Field(2_000, ge=1)
    max_rows: int = Field(20_000_000, ge=1)
    max_columns: int = Field(3_000, ge=1)
    max_cell_chars: int = Field(1_000_000, ge=1)
    max_unpacked_mb: int = Field(1_000, ge=1)  # of an archive, and of the cells of a workbook
    max_ratio: int = Field(100, ge=2)  # unpacked to packed size of one member
    max_members: int = Field(1_000, ge=1)
    child_memory_mb: int = Field(2_000, ge=256)
    child_seconds: int = Field(120, ge=1)

    memory_limit: str = Field("1GB", pattern=r"^\d+(\.\d+)? ?([KMGT]i?)?B$")
    threads: int = Field(2, ge=1)
    max_temp_mb: int = Field(20_000, ge=1)
    min_free_mb: int = Field(200, ge=0)

    watch_folder: bool = True
    watch_dataset: str = DATASET
    preview_days: float = Field(7, gt=0)  # so long is kept what is staged and not imported

    backup_dir: Path = Path("db/backups")  # where nothing is said: beside the database, see below
    backup_every_hours: float = Field(0, ge=0)  # 0: only when somebody asks
    backup_keep: int = Field(14, ge=1)  # how many stay when the schedule made a new one
    backup_format: Literal["parquet", "duckdb"] = "parquet"

    search_history_days: int = Field(90, ge=0)  # 0: what was searched is not kept
    # Where alerts may go: names to addresses of Apprise, as JSON.
    alert_targets: dict[str, SecretStr] = Field(default_factory=dict)

    search_url: str | None = (
        None  # an Elasticsearch server; None: the index lies beside the database
    )
    search_api_key: SecretStr | None = None
    search_ca: Path | None = None  # certificates by which the server is known
    search_prefix: str = Field("marquee", pattern=r"^[a-z][a-z0-9]{0,30}$")  # of its indexes
    search_seconds: float = Field(3, gt=0, le=600)  # so long a search waits for the server
    search_fallback: bool = True  # without an index, the records themselves are looked through

    @field_validator("search_url", "search_api_key", "search_ca", mode="before")
    @classmethod
    def _none(cls, value: Any) -> Any:
        return None if isinstance(value, str) and not value.strip() else value

    @field_validator("search_url")
    @classmethod
    def _server(cls, value: str | None) -> str | None:
        return None if value is None else server_address(value)

    @field_validator("search_api_key")
    @classmethod
    def _guarded(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if value is None:
            return None
        if not re.fullmatch(r"[!-~]+", value.get_secret_value()):
            raise ValueError("the key has characters that no key has")
        url = urlsplit(info.data.get("search_url") or "")
        if url.scheme == "http" and not _is_loopback(url.hostname or ""):
            raise ValueError("a key is sent to another machine by https alone; change the address")
        return value

    @field_validator("search_ca")
    @classmethod
    def _certificates(cls, value: Path | None, info: ValidationInfo) -> Path | None:
        if value is None:
            return None
        if not value.is_file():
            raise ValueError("there is no such file")
        if (info.data.get("search_url") or "").startswith("http:"):
            raise ValueError("a server has a certificate by https alone; change the address")
        try:
            ssl.create_default_context(cafile=str(value))
        except (ssl.SSLError, OSError) as error:
            raise ValueError("expected a PEM file with certificates") from error
        return value

    @field_validator("memory_limit")
    @classmethod
    def _enough(cls, value: str) -> str:
        number, power, thousand = _SIZE.match(value).groups()  # type: ignore[union-attr]
        size = float(number) * (1024 if thousand else 1000) ** " KMGT".index(power or " ")
        if size < LEAST_MEMORY:
            raise ValueError("the database needs 150MB at least, and 1GB to be quick")
        return value

    @field_validator("host")
    @classmethod
    def _bare(cls, value: str) -> str:
        return value.strip("[]")  # as an IPv6 address is written in a link

    @model_validator(mode="after")
    def _places(self) -> Settings:
        self._place_backups()
        return self

    def _place_backups(self) -> None:
        """Backups lie beside their database, each database's in a folder of its own."""
        if "backup_dir" not in self.model_fields_set:
            beside = self.database.parent / "backups"
            alone = self.database.name == DATABASE.name
            self.__dict__["backup_dir"] = beside if alone else beside / self.database.name

    def model_copy(
        self, *, update: Mapping[str, Any] | None = None, deep: bool = False
    ) -> Settings:
        """A copy with other values; the backups move with the database unless their folder was said."""
        made = super().model_copy(update=update, deep=deep)
        made._place_backups()
        return made

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach the address."""
        return _is_loopback(self.host)

    def check_address(self) -> None:
        """Refuse to be reachable by others without a token. Raises SettingsError."""
        token = self.api_token.get_secret_value().strip() if self.api_token else ""
        if not self.loopback and not token:
            raise SettingsError(
                f"the address {self.host} can be reached by other machines, and no API token is set",
                hint="Set MARQUEE_API_TOKEN to a long random text, or MARQUEE_HOST to 127.0.0.1.",
            )


def _is_loopback(host: str) -> bool:
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def server_address(text: str) -> str:
    """The address of a server as scheme, host, port and path. Raises ValueError without showing a password."""
    url = urlsplit(text.strip())
    if url.username or url.password or "@" in url.netloc:
        raise ValueError("an address holds no name and no password; use MARQUEE_SEARCH_API_KEY")
    if url.scheme not in ("http", "https") or not url.hostname or url.query or url.fragment:
        raise ValueError("expected an address such as https://search.example:9200")
    if url.port is None:
        raise ValueError("the port is missing; expected such as https://search.example:9200")
    return f"{url.scheme}://{url.netloc}{url.path.rstrip('/')}"


def load(**overrides: object) -> Settings:
    """Settings of this process; keyword arguments win. Raises SettingsError in plain words."""
    try:
        return Settings(**{k: v for k, v in overrides.items() if v is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = "MARQUEE_" + ".".join(str(part) for part in first["loc"]).upper()
        found = first.get("input")
        if {*SECRETS} & {*first["loc"]} or "@" in str(found):
            raise SettingsError(f"{name}: {first['msg']}") from None
        raise SettingsError(f"{name}: {first['msg']} (found {found!r})") from error
    except (OSError, UnicodeError) as error:
        raise SettingsError(f"the file .env cannot be read: {error}") from error
