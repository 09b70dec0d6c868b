"""A server's workbench: the verbs and the nouns of `Workbench`, of which each is a request."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import quote

from core.datasets.registry import DEFAULT
from core.errors import FileError, InputError
from core.files import frames
from core.ingest.recipes.recipe import Recipe
from core.workbench.connected import nouns
from core.workbench.connected.answers import Answer, answer
from core.workbench.connected.line import Line

RENAMED = {"source_name": "source"}  # an option of ours, and what the API calls it


class Connected:
    """The workbench of a server. Its errors are those of `core.errors`; what it gives are answers of the API.

    Verbs: import_file, import_frame, preview, commit, rollback, record, edit, check. Nouns: `uploads`, `records`,
    `datasets`, `history`, `search`, `jobs`, `quality`, `matching`, `backups`. Whatever else the API can is
    `ask("GET", "/...")`.
    """

    def __init__(self, url: str, key: str | None = None, *, timeout: float = 120.0) -> None:
        self.line = Line(url, key, timeout)
        self.line.get("/datasets")  # whether it answers, and lets us in, is known now

    def __repr__(self) -> str:
        return f"<Workbench of {self.line.url}>"

    def __enter__(self) -> Connected:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Nothing stays open between two requests."""

    def ask(self, method: str, path: str, body: Any = None, /, **query: Any) -> Any:
        """Any request of the API, by its path below /api/v1."""
        if method.upper() == "GET":
            return answer(self.line.get(path, **query))
        return answer(self.line.send(method.upper(), path, body))

    # -------------------------------------------------------------- nouns

    @cached_property
    def uploads(self) -> nouns.Uploads:
        """Files that somebody brought. Calling it lists them."""
        return nouns.Uploads(self.line)

    @cached_property
    def records(self) -> nouns.Records:
        """What came in. Calling it selects: `records("celebrities", where={"name": "Ada"}).pl()`."""
        return nouns.Records(self.line)

    @cached_property
    def datasets(self) -> nouns.Datasets:
        """What a record is. Calling it lists the datasets."""
        return nouns.Datasets(self.line)

    @cached_property
    def history(self) -> nouns.History:
        """What was done. Calling it gives the history of one record."""
        return nouns.History(self.line)

    @cached_property
    def search(self) -> nouns.Search:
        """Find records by words. Calling it searches: `search("ben joh")`."""
        return nouns.Search(self.line)

    @cached_property
    def jobs(self) -> nouns.Jobs:
        """Work in the background. Calling it lists the jobs."""
        return nouns.Jobs(self.line)

    @cached_property
    def quality(self) -> nouns.Quality:
        """How good the records are."""
        return nouns.Quality(self.line)

    @cached_property
    def matching(self) -> nouns.Matching:
        """The same person twice."""
        return nouns.Matching(self.line)

    @cached_property
    def backups(self) -> nouns.Backups:
        """Backups of the server's database."""
        return nouns.Backups(self.line)

    # -------------------------------------------------------------- verbs

    def import_file(self, source: Any, dataset: str = DEFAULT, **options: Any) -> Answer:
        """Bring a file (a path, bytes, a stream or a frame) and wait for its import. Raises DuplicateUpload unless `force`."""
        return self._bring(source, dataset, options, commit=True)

    def import_frame(self, frame: Any, dataset: str = DEFAULT, **options: Any) -> Answer:
        """`import_file` for a pandas, polars or Arrow frame. Raises InputError for anything else."""
        if not frames.is_frame(frame):
            raise InputError(
                f"a {type(frame).__name__} is no frame", hint="Use import_file for a file."
            )
        return self.import_file(frame, dataset, **options)

    def preview(self, source: Any, dataset: str = DEFAULT, **options: Any) -> Answer:
        """What importing a file would do. Live data stays untouched."""
        return self._bring(source, dataset, {"force": True, **options}, commit=False)

    def commit(self, upload_id: str, *, confirm_deletions: bool = False) -> Answer:
        """Import what was previewed. Raises StalePreview when it would do something else by now.

        ManyDeletions where many records would go, unless `confirm_deletions` says that it is meant.
        """
        return self._committed(upload_id, {"confirm_deletions": True} if confirm_deletions else {})

    def _committed(self, upload_id: str, body: Mapping[str, Any]) -> Answer:
        found = self.line.send("POST", f"/uploads/{quote(upload_id)}/commit", body)
        if "upload_id" in found:  # a job
            self.line.wait(found["id"])
        return Answer(self.line.get(f"/uploads/{quote(upload_id)}"))

    def rollback(self, upload_id: str, *, dry_run: bool = False) -> Answer:
        """Take an upload back: .reversed, .kept and .failed, each with record and reason."""
        path = f"/uploads/{quote(upload_id)}/rollback?dry_run={str(dry_run).lower()}"
        return Answer(self.line.send("POST", path))

    def record(self, dataset: str, record_id: str) -> Answer:
        """One record with `_version`, `_upload_id`, ... Raises NotFound."""
        return self.records.get(dataset, record_id)

    def edit(
        self, dataset: str, record_id: str, values: Mapping[str, Any], *, version: int | None = None
    ) -> Answer:
        """Change fields of a record. Raises BadValue with every fault, VersionMismatch for another version."""
        return self.records.edit(dataset, record_id, values, version=version)

    def check(self, *, deep: bool = False) -> Answer:
        """Tables against history, ledger against uploads, files against hashes; reads only."""
        return Answer(self.line.get("/check", deep=deep))

    def _bring(
        self, source: Any, dataset: str, options: Mapping[str, Any], *, commit: bool
    ) -> Answer:
        given = {RENAMED.get(name, name): value for name, value in options.items()}
        mapping, recipe = given.pop("mapping", None), given.pop("recipe", None)
        reading = given.pop("reading", None) or {}
        planned = mapping is not None or recipe is not None
        with ExitStack() as stack:
            path, name = _file(source, stack)
            first = {"dataset": dataset, "filename": name, "commit": commit and not planned}
            query = {**first, **reading, **given}
            upload_id = self._received(path, query, planned=planned)
        if not planned:
            return self.uploads.get(upload_id)
        where, columns = f"/uploads/{upload_id}", {} if mapping is None else dict(mapping)
        body: dict[str, Any] = {"mapping": columns} if columns else {}
        if isinstance(recipe, (Mapping, Recipe)):
            self.line.send("PUT", f"{where}/recipe", {"recipe": _whole(recipe, reading)})
        elif recipe is not None:
            body["recipe" if commit else "steps"] = [_plain(step) for step in recipe]
        if commit:
            return self._committed(upload_id, body)
        if body:
            self.line.send("PATCH", f"{where}/plan", body)
        self.line.get(f"{where}/changes", limit=1)  # the preview of the plan as it is now
        return Answer(self.line.get(where))

    def _received(self, path: Path, query: Mapping[str, Any], *, planned: bool) -> str:
        try:
            return str(self.line.bring(path, query)["id"])
        except (FileError, InputError) as error:  # what mapping or recipe put right stops nothing
            if not planned or "upload_id" not in error.extra:
                raise
            return str(error.extra["upload_id"])


def _plain(step: Any) -> Any:
    """A step as JSON takes it."""
    return step.model_dump(mode="json") if hasattr(step, "model_dump") else step


def _whole(recipe: Mapping[str, Any] | Recipe, reading: Mapping[str, Any]) -> dict[str, Any]:
    """A whole recipe; how the file is read is as the request says, where it says so."""
    found = dict(json.loads(recipe.as_json()) if isinstance(recipe, Recipe) else recipe)
    return {**found, "reading": {**found.get("reading", {}), **reading}}


def _file(source: Any, stack: ExitStack) -> tuple[Path, str]:
    """A source as a file on the disk, with its name."""
    if isinstance(source, (str, Path)):
        path = Path(source)
        if not path.is_file():
            raise InputError(f"there is no file {path}", hint="Check the path.")
        return path, path.name
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="marquee-")))
    if frames.is_frame(source):
        frames.write(source, folder / "frame.json")
        return folder / "frame.json", "frame.json"
    path = folder / "upload"
    with path.open("wb") as file:
        if hasattr(source, "read"):
            shutil.copyfileobj(source, file)
        else:
            file.writelines([source] if isinstance(source, (bytes, bytearray)) else source)
    return path, str(getattr(source, "name", "upload"))
