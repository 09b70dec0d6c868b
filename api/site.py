"""The documentation as a site under /docs, where `mkdocs build` has made one (`site/`).

Its pages have scripts of their own written into them; each page's policy names them by their hashes.
"""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

from starlette.responses import Response
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from core.security import headers

FOLDER = Path(__file__).resolve().parent.parent / "site"
FRESH = "no-cache"
FOR_EVER = "public, max-age=31536000, immutable"  # names of these files hold their hash


def routes(folder: Path = FOLDER) -> list[BaseRoute]:
    """Where the site is served; nothing when it was not built."""
    if not (folder / "index.html").is_file():
        return []
    return [Mount("/docs", app=Site(directory=folder, html=True))]


class Site(StaticFiles):
    """Static files with a policy for each page, and caching by name."""

    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        """A file with the headers that it needs."""
        answer = super().file_response(full_path, stat_result, scope, status_code)
        path = Path(full_path)
        hashed = len(path.name.split(".")) > 3 or path.parent.name == "workers"
        answer.headers["Cache-Control"] = FOR_EVER if hashed else FRESH
        if path.suffix == ".html":
            answer.headers["Content-Security-Policy"] = _policy(path, stat_result.st_mtime)
        return answer


@lru_cache(maxsize=256)
def _policy(path: Path, _changed: float) -> str:
    return headers.pages(headers.inline_scripts(path.read_text("utf-8")))
