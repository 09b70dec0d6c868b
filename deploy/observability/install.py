"""Installs what `start.py` starts: `python3 deploy/observability/install.py [PART ...]`. Needs apt-get (as root) and Go.

Go builds take some minutes each; they and Bugsink's environment lie in the user's cache.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

from start import COLLECTOR, HERE, PARTS, cache

VICTORIALOGS, BUGSINK = "v1.52.1", "2.6.2"


def main() -> int:
    """Install the parts that are named, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", default=list(PARTS), help="which (all)")
    parts = parser.parse_args().parts
    place = cache() / "go"
    place.mkdir(parents=True, exist_ok=True)
    go = {**os.environ, "GOBIN": str(place), "CGO_ENABLED": "0"}
    if {"prometheus", "alertmanager"} & set(parts):
        packages = ["prometheus", "prometheus-alertmanager"]
        words = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
        subprocess.run(words, check=True)
    if "victorialogs" in parts:
        module = f"github.com/VictoriaMetrics/VictoriaLogs/app/victoria-logs@{VICTORIALOGS}"
        subprocess.run(["go", "install", module], env=go, check=True)
    if "collector" in parts:
        collector(place, go)
    if "bugsink" in parts:
        subprocess.run([sys.executable, "-m", "venv", str(cache() / "bugsink")], check=True)
        pip = str(cache() / "bugsink/bin/pip")
        subprocess.run([pip, "install", "-q", f"bugsink=={BUGSINK}"], check=True)
    return 0


def collector(place: Path, go: dict[str, str]) -> None:
    """Build the collector with what `collector/builder.yaml` lists."""
    tool = f"go.opentelemetry.io/collector/cmd/builder@v{COLLECTOR}"
    subprocess.run(["go", "install", tool], env=go, check=True)
    folder = place / "collector"
    folder.mkdir(exist_ok=True)
    words = [str(place / "builder"), "--config", str(HERE / "collector/builder.yaml")]
    subprocess.run(words, env=go, cwd=folder, check=True)
    (folder / "build" / "otelcol-marquee").replace(place / f"otelcol-marquee-{COLLECTOR}")


if __name__ == "__main__":
    sys.exit(main())
