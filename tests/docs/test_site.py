"""The site of the documentation: every link leads somewhere, and it is served with its scripts allowed and no others."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from starlette.applications import Starlette
from starlette.testclient import TestClient

from api.site import FOR_EVER, routes

ROOT = Path(__file__).resolve().parents[2]


def test_the_site_is_built_and_served(tmp_path: Path) -> None:
    assert routes(tmp_path) == []
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "-d", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    with TestClient(Starlette(routes=routes(tmp_path))) as client:
        page = client.get("/docs/api.html")
        assert page.status_code == 200 and "Send it once" in page.text
        policy = page.headers["Content-Security-Policy"]
        inline = re.findall(r"<script>(.*?)</script>", page.text, re.DOTALL)
        assert policy.count("'sha256-") == len(inline) > 0
        assert not re.search(r"<(?:script|link)[^>]+(?:src|href)=\"https?:", page.text)
        assert "cdn.redoc" not in client.get("/docs/assets/redoc.standalone.js").text
        style = re.findall(r'href="(assets/stylesheets/main\.[^"]+)"', page.text)[0]
        assert client.get(f"/docs/{style}").headers["Cache-Control"] == FOR_EVER
