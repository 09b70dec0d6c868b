"""Writes docs/openapi.json, the generated parts of docs/api.md and of the clients: `python -m api.docs`.

With `--check` nothing is written, and the exit code is 1 when one of them is stale.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path
from typing import Any


from api import differences
from api.app import create
from clients import generate
from core.errors import catalogue
from core.monitoring.documents import documents

DOCS = Path(__file__).resolve().parent.parent / "docs"
JSON = "application/json"
_GOOD = ("200", "201", "202", "204", "307")
SECTION = re.compile(r"(<!-- generated: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def openapi() -> dict[str, Any]:
    """The OpenAPI document. No Workbench is opened for it."""
    return create(_nothing).openapi()


def _nothing() -> Any:
    raise RuntimeError("the documentation needs no database")


def as_text(document: dict[str, Any]) -> str:
    """JSON in a stable order, readable in a diff."""
    return json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def endpoints(document: dict[str, Any]) -> str:
    """A table of every address with its parameters and answers, by tag."""
    lines: list[str] = []
    for tag in document["tags"]:
        lines += [f"#### {tag['name'].capitalize()}", "", tag["description"], ""]
        lines += ["| Request | What it does | Parameters | Answers |", "|---|---|---|---|"]
        for path, operations in document["paths"].items():
            for method, operation in operations.items():
                if operation["tags"] == [tag["name"]]:
                    lines.append(_row(path, method, operation))
        lines.append("")
    return "\n".join(lines)


def _row(path: str, method: str, operation: dict[str, Any]) -> str:
    what = operation["description"].split("\n\n")[0].replace("\n", " ")
    everywhere = ("path", "Idempotency-Key")  # said once, in the text
    parameters = [
        p for p in operation.get("parameters", []) if not {p["in"], p["name"]} & {*everywhere}
    ]
    given = ", ".join(_parameter(p) for p in parameters)
    if "requestBody" in operation:
        given = ", ".join(filter(None, [given, "a body"]))
    good = [item for item in operation["responses"].items() if item[0] in ("default", *_GOOD)]
    answers = ", ".join(_answer(*item) for item in good)
    return f"| `{method.upper()} /api{path}` | {_cell(what)} | {given} | {answers} |"


def _parameter(parameter: dict[str, Any]) -> str:
    place = " (header)" if parameter["in"] == "header" else ""
    default = parameter.get("schema", {}).get("default")
    shown = f"={json.dumps(default).strip(chr(34))}" if default is not None else ""
    return f"`{parameter['name']}{shown}`{place}"


def _answer(status: str, answer: dict[str, Any]) -> str:
    if status == "default":
        return "an error"
    kinds = answer.get("content", {"": {}})
    named = (kind.get("schema", {}).get("$ref", "").rpartition("/")[2] for kind in kinds.values())
    name = next(filter(None, named), JSON if JSON in kinds else next(iter(kinds)))
    return f"{status} {name}{' or another format' if len(kinds) > 1 else ''}".strip()


def codes() -> str:
    """A table of every error that the API can answer with."""
    lines = ["| Code | Status | Title | When |", "|---|---|---|---|"]
    for kind in catalogue():
        when = " ".join((kind.__doc__ or "").split("\n\n")[0].split())
        lines.append(f"| `{kind.code}` | {kind.status} | {_cell(kind.title)} | {_cell(when)} |")
    return "\n".join([*lines, ""])


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def pages() -> dict[Path, str]:
    """Every generated file with the text that it should have."""
    document = openapi()
    released = json.loads((DOCS / "openapi.released.json").read_text("utf-8"))
    parts = {
        "endpoints": endpoints(document),
        "errors": codes(),
        "changes": differences.changes(released, json.loads(as_text(document))),
    }
    made = {DOCS / "openapi.json": as_text(document)}
    for page in (DOCS / "api.md", DOCS / "api-changelog.md"):
        made[page] = SECTION.sub(
            lambda m: f"{m[1]}\n{parts[m[2]]}\n{m[3]}", page.read_text("utf-8")
        )
    return {**made, **documents(DOCS.parent)}


def main(arguments: list[str] | None = None) -> int:
    """Write or check. Gives the exit code."""
    parser = argparse.ArgumentParser(prog="python -m api.docs", description=__doc__)
    parser.add_argument("--check", action="store_true", help="only say what is stale")
    check = parser.parse_args(arguments).check
    made = pages()
    stale = [
        path for path, text in made.items() if not path.exists() or path.read_text("utf-8") != text
    ]
    if check:
        for path in stale:
            print(f"stale: {path.name} (run python -m api.docs)", file=sys.stderr)
        return int(bool(stale) or generate.main(["--check"]))
    for path, text in made.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    return generate.main([])


if __name__ == "__main__":
    sys.exit(main())
