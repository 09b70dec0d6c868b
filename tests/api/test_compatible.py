"""A client of the last release goes on working: what breaks one is found, what only grows is not."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from api import deprecating
from api.compatible import PRESENT, RELEASED, breaks, released
from api.differences import changes

Doc = dict[str, Any]
RECORD = "/v1/datasets/{dataset}/records/{record_id}"
OLD = json.loads(PRESENT.read_text("utf-8"))


def upload(doc: Doc) -> Doc:
    found: Doc = doc["components"]["schemas"]["Upload"]
    return found


def _parameter(doc: Doc, path: str, name: str) -> Doc:
    found: Doc
    (found,) = (p for p in doc["paths"][path]["get"]["parameters"] if p["name"] == name)
    return found


def _status(doc: Doc) -> list[str]:
    """The choice of a parameter that may be null."""
    values: list[str] = _parameter(doc, "/v1/uploads", "status")["schema"]["anyOf"][0]["enum"]
    return values


CHANGES: dict[str, Callable[[Doc], object]] = {
    f"DELETE {RECORD}: went": lambda d: d["paths"][RECORD].pop("delete"),
    "GET /v1/jobs: the parameter limit went": lambda d: d["paths"]["/v1/jobs"]["get"][
        "parameters"
    ].__delitem__(1),
    "GET /v1/uploads/{upload_id}: 200.filename went": lambda d: upload(d)["properties"].pop(
        "filename"
    ),
    "GET /v1/uploads/{upload_id}: 200.status may be missing now": lambda d: upload(d)[
        "required"
    ].remove("status"),
    "GET /v1/uploads/{upload_id}: 200.filename may be integer now": lambda d: upload(d)[
        "properties"
    ]["filename"].update(type="integer"),
    "POST /v1/webhooks: body.dataset is needed now": lambda d: d["components"]["schemas"][
        "NewWebhook"
    ]["required"].append("dataset"),
    "GET /v1/uploads: parameter status may not be staged any more": lambda d: _status(d).remove(
        "staged"
    ),
    "GET /v1/jobs: parameter upload is one of all only now": lambda d: _parameter(
        d, "/v1/jobs", "upload"
    )["schema"].update(anyOf=[{"type": "string", "enum": ["all"]}, {"type": "null"}]),
    f"GET {RECORD}: is called other now": lambda d: d["paths"][RECORD]["get"].update(
        operationId="other"
    ),
}


@pytest.mark.parametrize("said", CHANGES)
def test_what_breaks_a_client_is_found(said: str) -> None:
    new = copy.deepcopy(OLD)
    CHANGES[said](new)
    assert said in breaks(OLD, new)


def test_what_only_grows_breaks_nothing() -> None:
    new = copy.deepcopy(OLD)
    new["paths"]["/v1/new"] = new["paths"]["/v1/jobs"]
    upload(new)["properties"]["more"] = {"type": "string"}
    new["paths"]["/v1/jobs"]["get"]["parameters"].append(
        {"name": "more", "in": "query", "schema": {"type": "string"}}
    )
    assert breaks(OLD, new) == []


def test_nothing_breaks_clients_of_the_last_release() -> None:
    assert breaks(json.loads(RELEASED.read_text("utf-8")), OLD) == []


def test_what_goes_has_half_a_year() -> None:
    names = {o["operationId"] for p in OLD["paths"].values() for o in p.values()}
    for name, end in deprecating.ENDING.items():
        assert name in names
        assert end.until - end.since >= timedelta(days=deprecating.LEAST)


def test_the_changelog_says_what_came() -> None:
    new = copy.deepcopy(OLD)
    assert changes(OLD, new) == "Nothing.\n"
    job = new["paths"]["/v1/jobs/{job_id}"]
    job["post"] = {**job["get"], "operationId": "again"}
    new["paths"]["/v1/jobs"]["get"]["parameters"].append({"name": "only", "in": "query"})
    new["paths"]["/v1/jobs"]["get"]["deprecated"] = True
    upload(new)["properties"] |= {"colour": {"type": "string"}}
    old, schemas = copy.deepcopy(OLD), new["components"]["schemas"]
    old["components"]["schemas"]["Shade"] = {"enum": ["red"]}
    schemas["Shade"] = {"enum": ["red", "blue"]}
    upload(old)["properties"]["taste"] = {"type": "string"}
    upload(new)["properties"]["taste"] = {"type": "string", "enum": ["sweet"]}
    _status(old).remove("staged")
    for doc, extra in ((old, []), (new, ["round"])):
        upload(doc)["properties"]["shapes"] = {"items": {"enum": ["flat", *extra]}}
    new["components"]["schemas"]["Problem404"]["properties"]["code"]["examples"].append("lost")
    told = changes(old, new)
    for line in (
        "- `POST /v1/jobs/{job_id}` (`again`): ",
        "- `only`: `GET /v1/jobs`",
        "- `Upload`: `colour`",
        "- `Shade` may be `blue`",
        "- `Upload.shapes` may be `round`",
        "- `Upload.taste` is one of `sweet`",
        "- `GET /v1/uploads`: `status` may be `staged`",
        "- `lost`",
        "### Deprecated\n\n- `GET /v1/jobs`",
    ):
        assert line in told
    log = "# Log\n<!-- generated: changes -->\n\n- news\n\n<!-- end -->\n\n## 0.1.0 (2026-01-01)\n\n- old\n"
    after = released(log, "0.2.0", date(2026, 12, 1))
    assert "Nothing.\n\n<!-- end -->\n\n## 0.2.0 (2026-12-01)\n\n- news\n\n## 0.1.0" in after
