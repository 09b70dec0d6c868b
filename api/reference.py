"""The API reference within the site of the documentation: a page by Redoc, whose files come with fastapi-offline.

mkdocs calls `on_post_build` (mkdocs.yml, `hooks`); nothing of the page is fetched from elsewhere.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import fastapi_offline

NAME = "api-reference.html"
SCRIPT = "redoc.standalone.js"
# Redoc has no option for the picture beside "API docs by Redocly". Of an empty one it shows the words alone.
PICTURE, NO_PICTURE = "https://cdn.redoc.ly/redoc/logo-mini.svg", "data:,"
STATIC = Path(fastapi_offline.__file__).parent / "static"
PAGE = f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>API reference - Marquee</title>
<style>body {{ margin: 0; background: #fff }} nav {{ font: 16px sans-serif; padding: .7rem 1rem; border-bottom: 1px solid #ddd }}</style>
</head>
<body>
<nav><a href="index.html">Marquee</a> / API reference</nav>
<redoc spec-url="openapi.json" hide-download-button sort-props-alphabetically></redoc>
<script src="assets/{SCRIPT}"></script>
</body>
</html>
"""


def on_post_build(config: Any, **_more: Any) -> None:
    """Write the page beside the others."""
    site = Path(config["site_dir"])
    (site / NAME).write_text(PAGE, "utf-8")
    script = (STATIC / SCRIPT).read_text("utf-8").replace(PICTURE, NO_PICTURE)
    (site / "assets" / SCRIPT).write_text(script, "utf-8")
