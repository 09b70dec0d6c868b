"""Whether a description of the API breaks what a client of an older one relies on: `python -m api.compatible`.

The older one is docs/openapi.released.json, which a release renews (`--release`). Breaking is: an operation, a
parameter, a field of an answer or a value of a choice that went; a type that became another one; something that is
needed now and was not; a good answer that went. New things are not.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

MARK, END = "<!-- generated: changes -->", "<!-- end -->"
DOCS = Path(__file__).resolve().parent.parent / "docs"
RELEASED, PRESENT = DOCS / "openapi.released.json", DOCS / "openapi.json"
CHANGELOG = DOCS / "api-changelog.md"
Schema = dict[str, Any]
_METHODS = ("get", "post", "put", "patch", "delete")


def breaks(old: Schema, new: Schema) -> list[str]:
    """Every breaking change, in words; empty when there is none."""
    return [f"{place}: {what}" for place, what in _found(old, new)]


def _found(old: Schema, new: Schema) -> Iterator[tuple[str, str]]:
    for path, item in old["paths"].items():
        for method in (m for m in _METHODS if m in item):
            place = f"{method.upper()} {path}"
            present = new["paths"].get(path, {}).get(method)
            if present is None:
                yield place, "went"
                continue
            if item[method]["operationId"] != present["operationId"]:
                yield place, f"is called {present['operationId']} now"
            yield from ((place, w) for w in _parameters(item[method], present, old, new))
            yield from ((place, w) for w in _bodies(item[method], present, old, new))
            yield from ((place, w) for w in _answers(item[method], present, old, new))


def _parameters(before: Schema, now: Schema, old: Schema, new: Schema) -> Iterator[str]:
    present = {(p["in"], p["name"]): p for p in now.get("parameters", [])}
    known = {(p["in"], p["name"]): p for p in before.get("parameters", [])}
    for key, each in known.items():
        if key not in present:
            yield f"the parameter {key[1]} went"
            continue
        given = (each.get("schema", {}), present[key].get("schema", {}))
        yield from _takes(f"parameter {key[1]}", *given, old, new, ())
    for key, each in present.items():
        if each.get("required") and not known.get(key, {}).get("required"):
            yield f"the parameter {key[1]} is needed now"


def _bodies(before: Schema, now: Schema, old: Schema, new: Schema) -> Iterator[str]:
    was, present = before.get("requestBody"), now.get("requestBody")
    if present and present.get("required") and not (was and was.get("required")):
        yield "a body is needed now"
    for kind, content in (was or {}).get("content", {}).items():
        taken = (present or {}).get("content", {}).get(kind)
        if taken is None:
            yield f"a body of the type {kind} is not taken any more"
        else:
            yield from _takes(
                "body", content.get("schema", {}), taken.get("schema", {}), old, new, ()
            )


def _answers(before: Schema, now: Schema, old: Schema, new: Schema) -> Iterator[str]:
    for status, answer in before["responses"].items():
        if not status.startswith("2"):
            continue
        present = now["responses"].get(status)
        if present is None:
            yield f"the answer {status} went"
            continue
        for kind, content in answer.get("content", {}).items():
            given = present.get("content", {}).get(kind)
            if given is None:
                yield f"{status} has no {kind} any more"
            else:
                schemas = (content.get("schema", {}), given.get("schema", {}))
                yield from _gives(str(status), *schemas, old, new, ())


def _gives(
    place: str, was: Schema, now: Schema, old: Schema, new: Schema, seen: tuple[str, ...]
) -> Iterator[str]:
    """What a client reads: nothing of it may go."""
    name = str(was.get("$ref", ""))
    if name and name in seen:
        return
    was, now, seen = _resolved(was, old), _resolved(now, new), (*seen, name)
    if _kinds(now) - _kinds(was) and _kinds(was):
        yield f"{place} may be {', '.join(sorted(_kinds(now) - _kinds(was)))} now"
    needed = set(now.get("required", []))
    for field, inner in was.get("properties", {}).items():
        if field not in now.get("properties", {}):
            yield f"{place}.{field} went"
            continue
        if field in was.get("required", []) and field not in needed:
            yield f"{place}.{field} may be missing now"
        yield from _gives(f"{place}.{field}", inner, now["properties"][field], old, new, seen)
    if "items" in was and "items" in now:
        yield from _gives(f"{place}[]", was["items"], now["items"], old, new, seen)


def _takes(
    place: str, was: Schema, now: Schema, old: Schema, new: Schema, seen: tuple[str, ...]
) -> Iterator[str]:
    """What a client sends: all of it has to be taken still."""
    name = str(was.get("$ref", ""))
    if name and name in seen:
        return
    was, now, seen = _resolved(was, old), _resolved(now, new), (*seen, name)
    if _kinds(now) and _kinds(was) - _kinds(now):
        yield f"{place} may not be {', '.join(sorted(_kinds(was) - _kinds(now)))} any more"
    before, left = _choice(was, old), _choice(now, new)
    if left is not None and before is None and _kinds(was) & _kinds(now):
        yield f"{place} is one of {', '.join(sorted(left))} only now"
    elif left is not None and before is not None and before - left:
        yield f"{place} may not be {', '.join(sorted(before - left))} any more"
    for field in set(now.get("required", [])) - set(was.get("required", [])):
        yield f"{place}.{field} is needed now"
    for field, inner in was.get("properties", {}).items():
        present = now.get("properties", {}).get(field)
        if present is None and now.get("additionalProperties") is False:
            yield f"{place}.{field} is not taken any more"
        elif present is not None:
            yield from _takes(f"{place}.{field}", inner, present, old, new, seen)
    if "items" in was and "items" in now:
        yield from _takes(f"{place}[]", was["items"], now["items"], old, new, seen)


def _choice(schema: Schema, document: Schema) -> set[str] | None:
    """The values that are taken, also of a choice that may be null; None where any value is."""
    schema = _resolved(schema, document)
    if "enum" in schema or "const" in schema:
        return set(map(str, schema.get("enum", [schema.get("const")])))
    parts = [_choice(p, document) for p in schema.get("anyOf", []) if p.get("type") != "null"]
    if not parts or None in parts:
        return None
    return {value for part in parts for value in part or ()}


def _resolved(schema: Schema, document: Schema) -> Schema:
    name = schema.get("$ref")
    if not name:
        return schema
    found: Schema = document["components"]["schemas"].get(name.rpartition("/")[2], {})
    return found


def _kinds(schema: Schema) -> set[str]:
    """The types of a schema; empty where it says none."""
    if "anyOf" in schema:
        return {kind for each in schema["anyOf"] for kind in (_kinds(each) or {"object"})}
    kind = schema.get("type")
    return set(kind) if isinstance(kind, list) else {str(kind)} if kind else set()


def released(log: str, version: str, day: date) -> str:
    """The changelog when what is new since the last release is released: it gets a heading of its own below."""
    head, mark, rest = log.partition(MARK)
    news, end, older = rest.partition(END)
    return f"{head}{mark}\n\nNothing.\n\n{end}\n\n## {version} ({day})\n\n{news.strip()}\n\n{older.lstrip()}"


def main(arguments: list[str] | None = None) -> int:
    """Say what breaks. Gives the exit code: 1 when something does."""
    parser = argparse.ArgumentParser(prog="python -m api.compatible", description=__doc__)
    parser.add_argument("--release", action="store_true", help="the present one is released")
    if parser.parse_args(arguments).release:
        version = json.loads(PRESENT.read_text("utf-8"))["info"]["version"]
        log = released(CHANGELOG.read_text("utf-8"), version, date.today())
        CHANGELOG.write_text(log, encoding="utf-8", newline="\n")
        RELEASED.write_bytes(PRESENT.read_bytes())
        return 0
    old, new = (json.loads(path.read_text("utf-8")) for path in (RELEASED, PRESENT))
    found = breaks(old, new)
    for line in found:
        print(line, file=sys.stderr)
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
