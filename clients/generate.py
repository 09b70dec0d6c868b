"""Writes the generated parts of the clients from docs/openapi.json: `python -m clients.generate`.

With `--check` nothing is written, and the exit code is 1 when one of them is stale. The types for TypeScript are made
by openapi-typescript (`npm run types` in clients/typescript).
"""

from __future__ import annotations

import argparse
import json
import keyword
import re
import shutil
import sys
from pathlib import Path
from typing import Any

import black

HERE = Path(__file__).resolve().parent
DESCRIPTION = HERE.parent / "docs" / "openapi.json"
RELEASED = HERE.parent / "docs" / "openapi.released.json"
PACKAGE = HERE / "python" / "marquee_client"
_HEAD = '# flake8: noqa\n"""{what}. Generated from the description of the API by clients/generate.py: do not edit."""\n\n'
_SIMPLE = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}
_SENT_BY_US = {"idempotency-key", "last-event-id", "if-none-match"}
_METHODS = ("get", "post", "put", "patch", "delete")


def name_of(text: str) -> str:
    """A name in Python."""
    found = re.sub(r"\W", "_", text).lower()
    return f"{found}_" if keyword.iskeyword(found) else found


def kind_of(schema: dict[str, Any] | None) -> str:
    """The type of a schema; an @ stands before what is a model."""
    if not schema:
        return "Any"
    if "$ref" in schema:
        return "@" + str(schema["$ref"]).rpartition("/")[2]
    if "enum" in schema:
        return f"Literal[{', '.join(map(repr, schema['enum']))}]"
    if "const" in schema:
        return f"Literal[{schema['const']!r}]"
    for many in ("anyOf", "oneOf"):
        if many in schema:
            return " | ".join(dict.fromkeys(map(kind_of, schema[many])))
    kind = schema.get("type")
    if isinstance(kind, list):
        return " | ".join(_SIMPLE.get(each, "Any") for each in kind)
    if kind == "array":
        return f"list[{kind_of(schema.get('items'))}]"
    if kind == "object":
        inner = schema.get("additionalProperties")
        return f"dict[str, {kind_of(inner if isinstance(inner, dict) else None)}]"
    return _SIMPLE.get(str(kind), "Any")


def models(document: dict[str, Any]) -> str:
    """Every schema as a TypedDict: what comes as JSON is what it is."""
    parts = [
        _HEAD.format(what="What the API takes and answers"),
        "from __future__ import annotations\n\n",
        "from typing import Any, Literal, NotRequired, TypedDict\n",
    ]
    for name, schema in document["components"]["schemas"].items():
        parts.append(_model(name, schema).replace("@", ""))
    return "".join(parts)


def _model(name: str, schema: dict[str, Any]) -> str:
    if schema.get("type") != "object" and "properties" not in schema:
        return (
            f"\n{name} = {kind_of(schema)!r}\n"
            if "|" in kind_of(schema)
            else (f"\n{name} = {kind_of(schema)}\n")
        )
    needed = set(schema.get("required", []))
    lines = []
    for field, inner in schema.get("properties", {}).items():
        kind = kind_of(inner)
        lines.append((field, kind if field in needed else f"NotRequired[{kind}]"))
    words = " ".join(str(schema.get("description", name)).split()).replace('"""', "'''")
    if all(field.isidentifier() and not keyword.iskeyword(field) for field, _ in lines):
        body = "".join(f"    {field}: {kind}\n" for field, kind in lines)
        return f'\n\nclass {name}(TypedDict):\n    """{words}"""\n\n{body}'
    body = ", ".join(f"{field!r}: {kind!r}" for field, kind in lines)
    return f"\n\n{name} = TypedDict({name!r}, {{{body}}})  # {words}\n"


def codes(document: dict[str, Any]) -> str:
    """Every error code as an exception."""
    found: dict[str, int] = {}
    for status, schema in document["components"]["schemas"].items():
        if re.fullmatch(r"Problem\d+", status):
            code = schema["properties"]["code"]
            found |= {each: int(status[7:]) for each in code["examples"]}
    parts = [_HEAD.format(what="Errors by their codes"), "from __future__ import annotations\n\n"]
    parts.append("from marquee_client.errors import ApiError\n")
    for code, status in sorted(found.items()):
        title = _class(code)
        parts.append(f'\n\nclass {title}(ApiError):\n    """`{code}` (HTTP {status})."""\n')
    pairs = "".join(f'    "{code}": {_class(code)},\n' for code in sorted(found))
    parts.append(f"\n\nBY_CODE: dict[str, type[ApiError]] = {{\n{pairs}}}\n")
    return "".join(parts)


def _class(code: str) -> str:
    return "".join(part.capitalize() for part in code.split("_"))


def operations(document: dict[str, Any]) -> str:
    """Every operation as a method, once to be called and once to be awaited."""
    parts = [
        _HEAD.format(what="Every operation of the API"),
        "from __future__ import annotations\n\n",
        "from collections.abc import Mapping\nfrom typing import Any, Literal\n\n",
        "from marquee_client import models\nfrom marquee_client.call import Call, Sender, AsyncSender\n",
    ]
    for face, sender, wait, word in (
        ("Operations", "Sender", "", "def"),
        ("AsyncOperations", "AsyncSender", "await ", "async def"),
    ):
        parts.append(f'\n\nclass {face}({sender}):\n    """Every operation of the API."""\n')
        for path, item in document["paths"].items():
            for method in _METHODS:
                if method in item:
                    parts.append(_operation(path, method, item[method], wait, word))
    return "".join(parts)


def _operation(path: str, method: str, operation: dict[str, Any], wait: str, word: str) -> str:
    places: dict[str, list[tuple[str, str, str]]] = {"path": [], "query": [], "header": []}
    filters = False
    for each in operation.get("parameters", []):
        if each["name"].lower() in _SENT_BY_US:
            continue
        if each["name"] == "field.op":
            filters = True
            continue
        kind = _prefixed(kind_of(each.get("schema")))
        places[each["in"]].append((each["name"], name_of(each["name"]), kind))
    needed = [f"{ours}: {kind}" for _, ours, kind in places["path"]]
    body = operation.get("requestBody")
    sends = _body_kind(body)
    options: list[str] = []
    if sends:
        options.append(
            f"body: {sends}" + ("" if body and body.get("required") else " | None = None")
        )
    if filters:
        options.append("where: Mapping[str, str] | None = None")
    for _, ours, kind in (*places["query"], *places["header"]):
        options.append(f"{ours}: {kind if 'None' in kind else f'{kind} | None'} = None")
    signature = ", ".join(["self", *needed, *(["*", *options] if options else [])])
    answer = _answer_kind(operation)
    lines = [f"    {word} {operation['operationId']}({signature}) -> {answer}:"]
    words = " ".join(operation.get("description", "").split("\n\n")[0].split())
    lines.append(f'        """{words}"""')
    query = ", ".join(f'"{theirs}": {ours}' for theirs, ours, _ in places["query"])
    spread = "**(where or {}), " if filters else ""
    headers = ", ".join(f'"{theirs}": {ours}' for theirs, ours, _ in places["header"])
    filled = path
    for theirs, ours, _ in places["path"]:
        filled = filled.replace("{" + theirs + "}", "{}")
    pieces = ", ".join(ours for _, ours, _ in places["path"])
    call = f'"{method.upper()}", "{filled}", ({pieces}{"," if pieces else ""}), {{{spread}{query}}}, {{{headers}}}, {"body" if sends else "None"}'
    lines.append(f"        found: {answer} = {wait}self.send(Call({call}))")
    lines.append("        return found\n")
    return "\n" + "\n".join(lines)


def _prefixed(kind: str) -> str:
    return kind.replace("@", "models.")


def _body_kind(body: dict[str, Any] | None) -> str:
    if not body:
        return ""
    if "application/json" in body["content"]:
        return _prefixed(kind_of(body["content"]["application/json"].get("schema")))
    return "bytes"


def _answer_kind(operation: dict[str, Any]) -> str:
    for status in ("200", "201", "202"):
        content = operation["responses"].get(status, {}).get("content", {})
        if "application/json" in content:
            return _prefixed(kind_of(content["application/json"].get("schema")))
        if content:
            return "bytes"
    return "None"


def files(description: Path = DESCRIPTION, package: Path = PACKAGE) -> dict[Path, str]:
    """Every generated file with the text that it should have."""
    document = json.loads(description.read_text("utf-8"))
    version = document["info"]["version"]
    made = {
        package / "models.py": models(document),
        package / "codes.py": codes(document),
        package / "operations.py": operations(document),
        package / "version.py": _HEAD.format(what="The version of the API")
        + f'API = "{version}"\n',
    }
    mode = black.Mode(line_length=100)
    return {path: black.format_str(text, mode=mode) for path, text in made.items()}


def of_release(folder: Path) -> Path:
    """The package as the description of the last release makes it, in a folder: its face is the present one."""
    package = folder / PACKAGE.name
    shutil.copytree(PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__"))
    for path, text in files(RELEASED, package).items():
        path.write_text(text, encoding="utf-8", newline="\n")
    return package


def main(arguments: list[str] | None = None) -> int:
    """Write or check. Gives the exit code."""
    parser = argparse.ArgumentParser(prog="python -m clients.generate", description=__doc__)
    parser.add_argument("--check", action="store_true", help="only say what is stale")
    check = parser.parse_args(arguments).check
    wanted = files()
    stale = [p for p, text in wanted.items() if not p.exists() or p.read_text("utf-8") != text]
    if check:
        for path in stale:
            print(f"stale: {path.name} (run python -m clients.generate)", file=sys.stderr)
        return int(bool(stale))
    for path, text in wanted.items():
        path.write_text(text, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
