"""The list of all packages that an installation may have (CycloneDX 1.6), out of requirements.lock: `python -m checks.sbom FILE`.

Its number and contents follow from the lock and the version of Marquee, so the same release has the same list. Licences are
those that the packages say of themselves where they are installed. Standard library only.
"""

from __future__ import annotations

import importlib.metadata
import json
import re
import sys
import tomllib
import uuid
from pathlib import Path
from typing import Any

from core.launch.environment import HERE, LOCK, pins


def made(lock: Path = HERE / LOCK) -> dict[str, Any]:
    """The list as CycloneDX writes it."""
    text = lock.read_text(encoding="utf-8")
    project = tomllib.loads((HERE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    name, version = project["name"], project["version"]
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{name} {version} {text}')}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": f"{name}@{version}",
                "name": name,
                "version": version,
                "licenses": [{"license": {"id": project["license"]}}],
            }
        },
        "components": [_component(pin) for pin in pins(lock)],
    }


def _component(pin: str) -> dict[str, Any]:
    """A package; a marker says on which systems and Pythons alone it is installed."""
    locked, _, marker = (part.strip() for part in pin.partition(";"))
    name, _, version = locked.partition("==")
    name = re.sub(r"[-_.]+", "-", name.partition("[")[0]).lower()
    where = f"pkg:pypi/{name}@{version}"
    found: dict[str, Any] = {
        "type": "library",
        "bom-ref": where,
        "name": name,
        "version": version,
        "purl": where,
    }
    licence = _licence(name, version)
    if licence:
        found["licenses"] = [licence]
    if marker:
        found["properties"] = [{"name": "marquee:marker", "value": marker}]
    return found


def _licence(name: str, version: str) -> dict[str, Any] | None:
    """What an installed package of this version says: an SPDX expression, or the name in its classifier."""
    try:
        told = importlib.metadata.metadata(name)
    except importlib.metadata.PackageNotFoundError:
        return None
    if told["Version"] != version:
        return None
    if told["License-Expression"]:
        return {"expression": told["License-Expression"]}
    names = [
        c.rpartition(" :: ")[2]
        for c in told.get_all("Classifier") or ()
        if c.startswith("License :: ")
    ]
    return {"license": {"name": " and ".join(names)}} if names else None


def main(arguments: list[str]) -> int:
    """Write it into a file, or print it."""
    found = made()
    text = json.dumps(found, indent=2) + "\n"
    if not arguments:
        sys.stdout.write(text)
        return 0
    path = Path(arguments[0])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    print(f"{path}: {len(found['components'])} packages")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
