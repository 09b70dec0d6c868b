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
from core.security.places import Places, is_loopback

_SIZE = re.compile(r"(\d+(?:\.\d+)?) ?(?:([KMGT])(i?))?B\Z")
DATABASE = Path("db/marquee.duckdb")
DATASET = "celebrities"  # where nothing else is said
SECRETS = (
    "api_token",
    "search_api_key",
    "redis_url",
    "sentry_dsn",
    "otlp_key",
    "s3_key",
    "s3_secret",
    "oidc_client_secret",
    "encryption_key",
)  # never part of an error
LEAST_TOKEN = 20  # characters, where other machines reach it
EXAMPLES = {
    "a-long-random-text",
    "a long random text",
    "<a-long-random-text>",
}  # of our own documents
LEAST_MEMORY = 150_000_000  # bytes; with less, not even a file of one row can be imported


class Settings(BaseSettings):
    """All settings. Sizes are in the unit of their name; paths are relative to the working folder."""

    model_config = SettingsConfigDict(
        env_prefix="MARQUEE_", env_file=".env", env_file_encoding="utf-8", extra="ignore"
    )

    database: Path = DATABASE
    data_dir: Path = Path("data_uploads")
    datasets_dir: Path = Path("datasets")

    # With a key, the database and its backups are encrypted (docs/security.md): one of these three says it.
    encryption_key: SecretStr | None = None
    encryption_key_file: Path | None = None
    encryption_key_command: str | None = None  # whose output is the key

    host: str = "127.0.0.1"
    port: int = Field(8501, ge=1, le=65535)
    api_token: SecretStr | None = None
    mode: Literal["personal", "team"] = "personal"  # team: everybody has an account
    public_url: str | None = None  # under which browsers come, such as https://people.example
    session_hours: float = Field(12, gt=0, le=720)
    session_idle_minutes: float = Field(120, ge=0)  # without use, it ends; 0: it does not
    second_factor: tuple[str, ...] = ()  # roles whose accounts need one, as JSON
    # Logging in at an OpenID provider, in team mode: docs/security.md.
    oidc_issuer: str | None = None  # exactly as the provider calls itself
    oidc_client_id: str | None = None
    oidc_client_secret: SecretStr | None = None  # none: a public client
    oidc_audience: str | None = None  # of access tokens; none: the client's id
    oidc_scope: str = "openid profile email"
    oidc_role_claim: str = "roles"  # `realm_access.roles`: roles in realm_access
    oidc_roles: dict[str, str] = Field(
        default_factory=dict
    )  # a claim's value to a role, or to `dataset:role`, as JSON
    oidc_default_role: str = ""  # of whoever the provider knows; none: they stay out
    oidc_name: str = "your organisation"  # on the button
    redis_url: SecretStr | None = None  # where several processes count requests together
    rate_limits: dict[str, str] = Field(
        default_factory=dict
    )  # policy to such as "100/minute", as JSON
    day_mb: int = Field(0, ge=0)  # what one person may upload in a day; 0: no quota
    day_rows: int = Field(0, ge=0)  # what one person may import in a day; 0: no quota
    imports_at_once: int = Field(0, ge=0)  # of one person, waiting or running; 0: no limit
    audit_days: int = Field(0, ge=0)  # so long logins and reads stay in the audit trail; 0: always
    clamav: str | None = (
        None  # a clamd that looks at every file: 127.0.0.1:3310, or a socket's path
    )
    trusted_proxies: list[str] = Field(default_factory=list)  # whose X-Forwarded-For is believed

    max_file_mb: int = Field(2_000, ge=1)
    max_rows: int = Field(20_000_000, ge=1)
    max_columns: int = Field(3_000, ge=1)
    max_cell_chars: int = Field(1_000_000, ge=1)
    max_unpacked_mb: int = Field(1_000, ge=1)  # of an archive, and of the cells of a workbook
    max_ratio: int = Field(100, ge=2)  # unpacked to packed size of one member
    max_members: int = Field(1_000, ge=1)
    child_memory_mb: int = Field(2_000, ge=256)
    child_seconds: int = Field(120, ge=1)

    read_seconds: float = Field(60, ge=0)  # for each statement of a page or the API; 0: no limit

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

    # Hosts of this machine's network that may be fetched from, as JSON; all others of it are refused.
    fetch_hosts: tuple[str, ...] = ()
    fetch_seconds: float = Field(3_600, gt=0)  # for a whole file
    fetch_patience: float = Field(30, gt=0)  # without a byte
    pictures: bool = True  # of records are fetched by this server when a page shows them

    # Folders that schedules may read, as JSON; none: in personal mode all, in team mode data_dir/scheduled.
    schedule_folders: tuple[Path, ...] = ()
    s3_url: str | None = None  # where S3 is asked; none: Amazon
    s3_region: str = "us-east-1"
    s3_key: SecretStr | None = None
    s3_secret: SecretStr | None = None

    search_history_days: int = Field(90, ge=0)  # 0: what was searched is not kept
    # Where alerts may go: names to addresses of Apprise, as JSON.
    alert_targets: dict[str, SecretStr] = Field(default_factory=dict)

    # Watching itself: docs/monitoring.md.
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_levels: dict[str, Literal["debug", "info", "warning", "error"]] = Field(
        default_factory=dict
    )  # by room, as JSON
    log_format: Literal["auto", "json", "pretty"] = "auto"  # auto: readable on a terminal
    log_file: Path | None = None  # beside the output; rotated
    log_file_mb: int = Field(20, ge=1)
    log_keep: int = Field(5, ge=0)  # rotated files that stay
    metrics_port: int = Field(0, ge=0, le=65535)  # of 127.0.0.1; 0: only behind the key
    sentry_dsn: SecretStr | None = None
    environment: str = Field("production", pattern=r"^[\w.-]{1,40}$")
    otlp_url: str | None = None  # a collector: http://127.0.0.1:4318
    otlp_key: SecretStr | None = None  # sent as a bearer token
    trace_ratio: float = Field(1.0, ge=0, le=1)  # of the traces, so many are exported
    trace_slow_seconds: float = Field(0.5, ge=0)  # from here on a trace is kept for the page
    canary_seconds: int = Field(60, ge=0)  # between two probes; 0: none
    alert_to: list[str] = Field(default_factory=list)  # names of MARQUEE_ALERT_TARGETS, as JSON
    certificates: dict[str, Path] = Field(default_factory=dict)  # PEM files that are watched

    search_url: str | None = (
        None  # an Elasticsearch or OpenSearch server; None: the index lies beside the database
    )
    search_api_key: SecretStr | None = None
    search_ca: Path | None = None  # certificates by which the server is known
    search_prefix: str = Field("marquee", pattern=r"^[a-z][a-z0-9]{0,30}$")  # of its indexes
    search_seconds: float = Field(3, gt=0, le=600)  # so long a search waits for the server
    search_fallback: bool = True  # without an index, the records themselves are looked through

    # Comparing records on Spark (docs/matching.md): where it is, a folder that all of its machines see, a Python that has
    # pyspark and splink, and settings of Spark, as JSON.
    spark_master: str = Field(
        "local[*]", pattern=r"^(local(\[.+\])?|(spark|k8s|yarn|mesos)[:/].*|yarn)$"
    )
    spark_folder: Path | None = None
    spark_python: Path | None = None
    spark_conf: dict[str, str] = Field(default_factory=dict)

    @field_validator("otlp_url", "sentry_dsn", "otlp_key", "log_file", mode="before")
    @classmethod
    def _unset(cls, value: Any) -> Any:
        return None if isinstance(value, str) and not value.strip() else value

    @field_validator("otlp_url")
    @classmethod
    def _collector(cls, value: str | None) -> str | None:
        if value is None:
            return None
        url = urlsplit(value.strip())
        if url.scheme not in ("http", "https") or not url.hostname or "@" in url.netloc:
            raise ValueError("expected an address such as http://127.0.0.1:4318")
        return value.strip().rstrip("/")

    @field_validator(
        *("public_url", "search_url", "search_api_key", "search_ca"),
        *("oidc_issuer", "oidc_client_id", "oidc_client_secret", "oidc_audience", "clamav"),
        *("encryption_key", "encryption_key_file", "encryption_key_command"),
        mode="before",
    )
    @classmethod
    def _none(cls, value: Any) -> Any:
        return None if isinstance(value, str) and not value.strip() else value

    @field_validator("public_url")
    @classmethod
    def _origin(cls, value: str | None) -> str | None:
        return None if value is None else origin(value)

    @field_validator("oidc_issuer")
    @classmethod
    def _provider(cls, value: str | None) -> str | None:
        url = urlsplit(value or "")
        if value and (not url.hostname or url.query or "@" in url.netloc):
            raise ValueError("expected an address such as https://login.example/realms/people")
        if value and url.scheme != "https" and not is_loopback(url.hostname or ""):
            raise ValueError("a provider is asked by https alone; change the address")
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: list[str]) -> list[str]:
        for each in value:
            ipaddress.ip_network(each, strict=False)
        return value

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
        if url.scheme == "http" and not is_loopback(url.hostname or ""):
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
        return is_loopback(self.host)

    @property
    def token(self) -> str:
        """The API token; empty where none is set."""
        return self.api_token.get_secret_value() if self.api_token else ""

    @property
    def guarded(self) -> bool:
        """Whether somebody has to say who they are."""
        return bool(self.token) or self.mode == "team"

    @property
    def places(self) -> Places:
        """The names under which this installation may be asked for."""
        return Places(self.host, self.public_url, self.guarded, tuple(self.trusted_proxies))

    def check_address(self) -> None:
        """Refuse to be reachable by others without a token, or with one that can be guessed. Raises SettingsError."""
        token = self.token.strip()
        if self.oidc_issuer and (self.mode != "team" or not self.oidc_client_id):
            raise SettingsError(
                "MARQUEE_OIDC_ISSUER is set, and "
                + ("no client" if self.mode == "team" else "not the team mode"),
                hint="Set MARQUEE_OIDC_CLIENT_ID, and MARQUEE_MODE=team.",
            )
        if self.loopback and not self.public_url:
            return
        where = self.public_url or f"the address {self.host}"
        if not token and self.mode == "personal":
            raise SettingsError(
                f"{where} can be reached by other machines, and no API token is set",
                hint="Set MARQUEE_API_TOKEN to a long random text, MARQUEE_MODE to team, or MARQUEE_HOST to "
                "127.0.0.1.",
            )
        if token and (len(token) < LEAST_TOKEN or len(set(token)) < 8 or token.lower() in EXAMPLES):
            raise SettingsError(
                f"{where} can be reached by other machines, and MARQUEE_API_TOKEN can be guessed",
                hint=f"Take {LEAST_TOKEN} random characters or more: python3 -c 'import secrets; "
                "print(secrets.token_urlsafe(32))'",
            )


def origin(text: str) -> str:
    """Scheme, name and port of an address, as browsers write an origin. Raises ValueError."""
    url = urlsplit(text.strip().lower())
    if url.scheme not in ("http", "https") or not url.hostname or url.path.strip("/") or url.query:
        raise ValueError("expected an address such as https://people.example, without a path")
    if "@" in url.netloc:
        raise ValueError("an address holds no name and no password")
    usual = {"http": ":80", "https": ":443"}[url.scheme]
    return f"{url.scheme}://{url.netloc.removesuffix(usual)}"


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
