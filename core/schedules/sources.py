"""Where a schedule takes files from: a folder, an address, a bucket. Each file has a mark that tells whether it changed."""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from core.errors import BadSchedule, FetchFailed, NotFound
from core.fetching.fetch import fetching
from core.schedules.model import Place
from core.settings import Settings

MOST = 1_000  # files of one run
IGNORED = (".", "~$", "_")
Opened = Callable[[], AbstractContextManager[Path | Iterable[bytes]]]


@dataclass(frozen=True)
class Found:
    """A file: its name, the mark of its state, and what opens it."""

    name: str
    mark: str
    open: Opened


def check(place: Place, settings: Settings) -> None:
    """Refuse what can never run here. Raises BadSchedule."""
    if place.kind == "folder":
        _allowed(Path(place.folder), settings)
    if place.kind == "s3":
        _client(settings)


@contextmanager
def found(place: Place, settings: Settings, taken: Mapping[str, str]) -> Iterator[list[Found]]:
    """The files that are there and are not `taken` in this state. Raises NotFound, BadSchedule, FetchFailed ..."""
    if place.kind == "address":
        with _address(place, settings, taken) as files:
            yield files
        return
    files = _folder(place, settings) if place.kind == "folder" else _bucket(place, settings)
    yield [f for f in files if taken.get(f.name) != f.mark][:MOST]


# ------------------------------------------------------------------ a folder


def _allowed(folder: Path, settings: Settings) -> Path:
    """The folder, when it may be read. In team mode only below the folders of the settings."""
    real = folder.expanduser().resolve()
    roots = [root.expanduser().resolve() for root in settings.schedule_folders]
    if settings.guarded and not roots:
        roots = [settings.data_dir.resolve() / "scheduled"]
    if roots and not any(real == root or root in real.parents for root in roots):
        raise BadSchedule(
            f"the folder {folder} may not be read by schedules",
            hint=f"Allowed: {', '.join(map(str, roots))}. MARQUEE_SCHEDULE_FOLDERS names them.",
        )
    return real


def _folder(place: Place, settings: Settings) -> list[Found]:
    folder = _allowed(Path(place.folder), settings)
    if not folder.is_dir():
        raise NotFound(f"there is no folder {place.folder}", hint="Make it, or name another one.")
    paths = folder.rglob(place.pattern) if place.deep else folder.glob(place.pattern)
    files = []
    for path in sorted(paths):
        real = path.resolve()
        if path.name.startswith(IGNORED) or not real.is_file() or folder not in real.parents:
            continue  # a link that leads elsewhere is no file of this folder
        info = real.stat()
        files.append(
            Found(str(path.relative_to(folder)), f"{info.st_size} {info.st_mtime_ns}", _path(real))
        )
    return files


def _path(path: Path) -> Opened:
    @contextmanager
    def opened() -> Iterator[Path]:
        yield path

    return opened


# ------------------------------------------------------------------ an address


@contextmanager
def _address(place: Place, settings: Settings, taken: Mapping[str, str]) -> Iterator[list[Found]]:
    """One file; nothing where the server says that it is the same as before."""
    kept = taken.get(place.url, "\n").split("\n")
    etag, modified = kept[0] or None, kept[1] or None
    with fetching(place.url, settings, etag=etag, modified=modified) as answer:
        if answer.unchanged:
            yield []
            return
        mark = f"{answer.etag or ''}\n{answer.modified or ''}\n{answer.filename}"

        @contextmanager
        def opened() -> Iterator[Iterable[bytes]]:
            yield answer.pieces

        yield [Found(place.url, mark, opened)]


def filename(found_: Found) -> str:
    """What the file is called: the last part of its name, or what its server said."""
    if "\n" in found_.mark:
        return found_.mark.split("\n")[2]
    return found_.name.replace("\\", "/").rsplit("/", 1)[-1]


# ------------------------------------------------------------------ S3


def _client(settings: Settings) -> Any:
    """A client of S3 with the keys of the settings, or those that boto3 finds. Raises BadSchedule without boto3."""
    try:
        import boto3
        from botocore.config import Config
    except ImportError as error:
        raise BadSchedule(
            "files of S3 need the library boto3, which is not installed",
            hint="pip install -r requirements-s3.txt, then set MARQUEE_S3_URL, MARQUEE_S3_KEY and MARQUEE_S3_SECRET.",
        ) from error
    key, secret = settings.s3_key, settings.s3_secret
    return boto3.client(
        "s3",
        endpoint_url=settings.s3_url,
        region_name=settings.s3_region,
        aws_access_key_id=key.get_secret_value() if key else None,
        aws_secret_access_key=secret.get_secret_value() if secret else None,
        config=Config(connect_timeout=10, read_timeout=60, retries={"max_attempts": 3}),
    )


def _bucket(place: Place, settings: Settings) -> list[Found]:
    client, parts = _client(settings), urlsplit(place.url)
    prefix = parts.path.lstrip("/")
    files = []
    try:
        pages = client.get_paginator("list_objects_v2").paginate(Bucket=parts.netloc, Prefix=prefix)
        for page in pages:
            for item in page.get("Contents", ()):
                rest = item["Key"][len(prefix) :].lstrip("/")
                fits = fnmatch.fnmatchcase(rest.rsplit("/", 1)[-1], place.pattern)
                if rest and item["Size"] and fits and (place.deep or "/" not in rest):
                    opened = _object(client, parts.netloc, item["Key"])
                    files.append(Found(item["Key"], item["ETag"], opened))
    except Exception as error:
        raise FetchFailed(f"{place.url} does not answer: {error}") from error
    return files


def _object(client: Any, bucket: str, key: str) -> Opened:
    @contextmanager
    def opened() -> Iterator[Iterable[bytes]]:
        try:
            body = client.get_object(Bucket=bucket, Key=key)["Body"]
            yield body.iter_chunks(1 << 20)
        except Exception as error:
            if hasattr(error, "code"):  # one of ours
                raise
            raise FetchFailed(f"s3://{bucket}/{key} broke off: {error}") from error

    return opened
