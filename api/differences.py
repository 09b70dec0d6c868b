"""What the API has now that the last release had not, for docs/api-changelog.md: written by `python -m api.docs`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Document = dict[str, Any]
METHODS = ("get", "post", "put", "patch", "delete")
MANY = 8  # operations that got the same parameter: more are counted
Operations = dict[str, dict[str, Any]]


def changes(old: Document, new: Document) -> str:
    """Markdown: operations that came, parameters, fields and error codes of those that were there, what will go."""
    parts = [
        _list("New operations", _new(_operations(old), _operations(new))),
        _list("New parameters", _parameters(_operations(old), _operations(new))),
        _list("New values of parameters", _choices(_operations(old), _operations(new))),
        _list("New fields and values", _fields(_schemas(old), _schemas(new))),
        _list("New error codes", (f"`{c}`" for c in sorted(_codes(new) - _codes(old)))),
        _list("Deprecated", _deprecated(_operations(old), _operations(new))),
    ]
    return "\n".join(filter(None, parts)) or "Nothing.\n"


def _list(title: str, lines: Iterator[str]) -> str:
    found = [f"- {line}" for line in lines]
    return "\n".join([f"### {title}", "", *found, ""]) if found else ""


def _operations(document: Document) -> Operations:
    """`POST /v1/uploads` to its operation."""
    return {
        f"{method.upper()} {path}": item[method]
        for path, item in document["paths"].items()
        for method in METHODS
        if method in item
    }


def _new(old: Operations, new: Operations) -> Iterator[str]:
    for place, operation in sorted(new.items()):
        if place not in old:
            what = operation["description"].split("\n\n")[0].replace("\n", " ")
            yield f"`{place}` (`{operation['operationId']}`): {what}"


def _parameters(old: Operations, new: Operations) -> Iterator[str]:
    places: dict[str, list[str]] = {}
    for place, operation in sorted(new.items()):
        known = {p["name"] for p in old.get(place, {}).get("parameters", [])}
        for each in operation.get("parameters", []) if place in old else ():
            if each["name"] not in known:
                places.setdefault(each["name"], []).append(place)
    for name, found in sorted(places.items()):
        told = _names(found) if len(found) <= MANY else f"{len(found)} operations"
        yield f"`{name}`: {told}"


def _schemas(document: Document) -> dict[str, Any]:
    found: dict[str, Any] = document["components"]["schemas"]
    return found


def _fields(old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    for name in sorted(old.keys() & new.keys()):
        was, now = (each[name].get("properties", {}) for each in (old, new))
        if come := [field for field in now if field not in was]:
            yield f"`{name}`: {_names(come)}"
        for field in (f for f in now if f in was):
            yield from _came(f"{name}.{field}", was[field], now[field])
        yield from _came(name, old[name], new[name])


def _choices(old: Operations, new: Operations) -> Iterator[str]:
    for place, operation in sorted(new.items()):
        known = {p["name"]: p for p in old.get(place, {}).get("parameters", [])}
        for each in operation.get("parameters", []):
            if each["name"] in known:
                schemas = (p.get("schema", {}) for p in (known[each["name"]], each))
                yield from (f"`{place}`: {told}" for told in _came(each["name"], *schemas))


def _came(name: str, was: dict[str, Any], now: dict[str, Any]) -> Iterator[str]:
    """What a choice has now. A text that became a choice had all of its values before, so none of them is new."""
    before, after = _values(was), _values(now)
    if not before and after:
        yield f"`{name}` is one of {_names(after)}"
    elif come := [value for value in after if value not in before]:
        yield f"`{name}` may be {_names(come)}"


def _values(schema: dict[str, Any]) -> list[str]:
    """The values of a choice, also of one that may be null, and of the elements of a list."""
    parts = [*schema.get("anyOf", []), *([schema["items"]] if "items" in schema else [])]
    inner = [value for each in parts for value in _values(each)]
    return [str(value) for value in schema.get("enum", [])] + inner


def _codes(document: Document) -> set[str]:
    return {
        code
        for name, schema in _schemas(document).items()
        if name.startswith("Problem")
        for code in schema.get("properties", {}).get("code", {}).get("examples", [])
    }


def _deprecated(old: Operations, new: Operations) -> Iterator[str]:
    for place, operation in sorted(new.items()):
        if operation.get("deprecated") and not old.get(place, {}).get("deprecated"):
            yield f"`{place}`"


def _names(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
