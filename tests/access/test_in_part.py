"""Row rules, hidden fields and masks: every door is tried as somebody who sees a part, and nothing hidden comes out."""

from __future__ import annotations

import inspect
import io
import json
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import polars
import pytest
from starlette.testclient import TestClient

from core import Workbench
from core.actor import Actor
from core.datasets import tables
from core.errors import BadQuery, BadRole, Forbidden, MarqueeError, NotFound
from core.settings import Settings
from core.workbench.policy import PERMISSIONS
from tests.access.conftest import Team
from tests.api.conftest import client_of
from tests.test_policy import NOUNS

PEOPLE = """name,birth_date,source,description,nationality
Ada Vane,1987-03-12,press,likes tea,Japan
Bo Hidden,1990-05-06,inside,secret words,Peru
Cy Park,1971-11-02,press,zzplain,Japan
"""
RULES = {
    "rows": {"field": "source", "op": "eq", "value": "press"},
    "hidden": ["description"],
    "masks": {"birth_date": "year"},
}
DATES = ("1987-03-12", "1987-03-13", "1971-11-02", "1990-05-06")
HIDDEN = ("Bo Hidden", *DATES, "likes tea", "zzplain", "secret words", "Peru")
ALL = [p for p in PERMISSIONS if not p.startswith(("access.", "backups."))]


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Iterator[Team]:
    folder = tmp_path_factory.mktemp("part")
    shutil.copyfile(empty_database, folder / "m.duckdb")
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]
        database=folder / "m.duckdb",
        data_dir=folder / "raw",
        datasets_dir=folder / "datasets",
        backup_dir=folder / "backups",
        watch_folder=False,
        mode="team",
    )
    (folder / "people.csv").write_text(PEOPLE)
    with Workbench.open(settings=settings) as wb:
        wb.import_file(folder / "people.csv")
        wb.search.rebuild()
        ada = next(wb.records(where={"name": "Ada Vane"}).rows())
        wb.edit("celebrities", ada["record_id"], {"description": "likes tea much"})
        wb.edit("celebrities", ada["record_id"], {"birth_date": "1987-03-13"})
        wb.edit("celebrities", ada["record_id"], {"birth_date": "1987-03-12"})
        wb.access.save_role("part", [*ALL, "access.self", "access.keys"])
        wb.access.save_rules("part", "celebrities", RULES)
        yield Team(wb)


@pytest.fixture(scope="module")
def eva(team: Team) -> Workbench:
    return team.wb.acting_as(Actor("eva", "page", "part"))


def one(team: Team, name: str) -> str:
    return str(next(team.wb.records(where={"name": name}).rows())["record_id"])


def harmless(text: str) -> None:
    assert not [word for word in HIDDEN if word in text]


def told(value: Any) -> str:
    """Whatever a method gives, with all that it would give when it is read."""
    if hasattr(value, "fetchall"):
        value = [value.fetchall(), value.columns()]
    elif inspect.isgenerator(value) or isinstance(value, Iterator):
        value = list(value)
    return repr(value)


def methods(wb: Workbench) -> Iterator[tuple[str, Callable[..., Any]]]:
    for noun in NOUNS:
        part = getattr(wb, noun)
        for name, method in inspect.getmembers(type(part), callable):
            if hasattr(method, "permission"):
                yield f"{noun}.{name}", method.__get__(part)
    for name, method in inspect.getmembers(Workbench, callable):
        if hasattr(method, "permission"):
            yield name, method.__get__(wb)


def test_every_method_keeps_to_the_rules_or_refuses(team: Team, eva: Workbench) -> None:
    """With what a method may be asked for: a hidden record, its upload, words that only hidden values have."""
    upload = team.wb.uploads()[0].id
    values = {
        "dataset": ["celebrities"],
        "name": ["celebrities", "eva"],
        "record_id": [one(team, "Bo Hidden"), one(team, "Ada Vane")],
        "upload_id": [upload],
        "source": [upload, "people.csv", "inside"],
        "text": ["hidden", "tea", "1987-03-12", "ada"],
        "field": ["description", "birth_date", "nationality", "name"],
        "check": ["any"],
        "version": [1],
        "values": [{"nationality": "France"}],
        "statement": ["SELECT * FROM celebrities", "SELECT * FROM history.changes"],
        "session_id": ["x"],
    }
    refused, answered = set(), set()
    for name, method in methods(eva):
        needed = [
            p.name
            for p in inspect.signature(method).parameters.values()
            if p.default is p.empty and p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)
        ]
        tries = max([len(values.get(n, [""])) for n in needed], default=1)
        for place in range(tries):
            given = {n: (v := values.get(n, [""]))[place % len(v)] for n in needed}
            if name in ("records.delete", "access.delete"):
                given = {n: "00000000-0000-7000-8000-000000000000" for n in needed} | {
                    "dataset": "celebrities"
                }
                given = {n: given[n] for n in needed}
            try:
                harmless(told(method(**given)))
                answered.add(name)
            except Forbidden:
                refused.add(name)
            except MarqueeError as error:
                harmless(f"{error.detail} {error.hint} {error.extra}")
            except (AttributeError, TypeError):  # a word where something else belongs
                answered.add(name)
    assert {"records.__call__", "search.__call__", "history.__call__", "sql"} <= answered
    unmarked = {
        name
        for name, method in methods(eva)
        if not method.narrowed  # type: ignore[attr-defined]
        and not method.permission.startswith("access.")  # type: ignore[attr-defined]
    }
    assert not unmarked & answered, "what nobody thought of shows nothing"


def test_the_records_are_those_of_the_rule(team: Team, eva: Workbench) -> None:
    rows = {r["name"]: r for r in eva.records().rows()}
    assert set(rows) == {"Ada Vane", "Cy Park"} and eva.records.count() == 2
    assert rows["Ada Vane"]["birth_date"] == "1987" and "description" not in rows["Ada Vane"]
    with pytest.raises(NotFound):
        eva.record("celebrities", one(team, "Bo Hidden"))
    assert eva.records.count(where={"birth_date": "1987"}) == 1
    assert eva.records.count(where={"birth_date": "1987-03-12"}) == 0
    assert eva.records.count(search="tea") == 0
    with pytest.raises(BadQuery):
        eva.records.count(where={"description": "likes tea"})


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM main.celebrities",
        "SELECT * FROM history.changes",
        "SELECT * FROM ops.events",
        "WITH celebrities AS (SELECT * FROM celebrities) SELECT * FROM celebrities",
        "WITH y AS (WITH celebrities AS (FROM celebrities) FROM celebrities) FROM y",
        "SUMMARIZE celebrities",
        "SELECT * FROM duckdb_tables()",
        "SELECT description FROM celebrities",
        "SELECT rowid FROM celebrities",
        'SELECT * FROM "Main"."Celebrities"',
        "SELECT * FROM sqlite_master",
    ],
)
def test_sql_that_reaches_beside_the_rules(eva: Workbench, statement: str) -> None:
    with pytest.raises(BadQuery) as told_:
        eva.sql(statement).fetchall()
    harmless(str(told_.value))


def test_sql_sees_what_the_person_sees(eva: Workbench) -> None:
    assert eva.sql("SELECT name, birth_date FROM celebrities ORDER BY 1").fetchall() == [
        ("Ada Vane", "1987"),
        ("Cy Park", "1971"),
    ]
    assert eva.sql('WITH x AS (FROM "Celebrities") SELECT count(*) FROM x').fetchall() == [(2,)]


def test_no_condition_is_tried_on_a_record_that_is_not_seen(team: Team, eva: Workbench) -> None:
    """An error that only a hidden record causes would tell that it is there: the rule is done first."""
    trap = "CASE WHEN name = 'Bo Hidden' THEN error('here') ELSE 'true' END::BOOLEAN"
    assert len(list(eva.records(where=trap).rows())) == 2
    assert len(eva.sql(f"SELECT * FROM celebrities WHERE {trap}").fetchall()) == 2
    view = tables.table(team.room.narrow(eva.actor, team.wb.datasets.get("celebrities")))
    plan = team.wb.database.read(
        lambda c: c.execute(f"EXPLAIN SELECT * FROM {view} WHERE {trap}").fetchall()[0][1]
    )
    assert plan.index("FILTER") < plan.index("LIMIT") < plan.index("SEQ_SCAN")  # from the top


@pytest.mark.parametrize(
    "condition",
    [
        "record_id IN (SELECT record_id FROM main.celebrities WHERE description LIKE '%tea%')",
        "EXISTS (FROM main.celebrities)",
        "description = 'likes tea'",
    ],
)
def test_a_condition_asks_no_other_table(eva: Workbench, condition: str) -> None:
    with pytest.raises(BadQuery):
        list(eva.records(where=condition).rows())


def test_search_facets_suggestions_and_exports(eva: Workbench) -> None:
    for words in ("hidden", "tea", "1987-03-12", "description:tea", "Peru"):
        assert eva.search(words).total == 0
    found = eva.search("", facets=True, limit=10)
    harmless(repr(found))
    assert found.total == 2
    assert [(b.value, b.count) for b in found.facets["birth_date"].buckets] == [
        ("1970s", 1),
        ("1980s", 1),
    ]
    assert [s.text for s in eva.search.suggest("ad")] == ["Ada Vane"]
    assert eva.search.suggest("bo hid") == []
    for kind in ("csv", "jsonl"):
        text = b"".join(eva.search.export("", format=kind)).decode()
        harmless(text)
        assert "Ada Vane" in text and "1987" in text


def test_history_is_seen_without_what_is_hidden(team: Team, eva: Workbench) -> None:
    found = eva.history("celebrities", one(team, "Ada Vane"))
    harmless(repr(found))
    assert found[-1].fields["birth_date"] == (None, "•••")
    assert not any("description" in change.fields for change in found)
    assert eva.history("celebrities", one(team, "Bo Hidden")) == []


def test_edits_of_what_is_seen(team: Team, eva: Workbench) -> None:
    ada = one(team, "Ada Vane")
    assert eva.edit("celebrities", ada, {"nationality": "Chile"})["birth_date"] == "1987"
    assert team.wb.record("celebrities", ada)["description"] == "likes tea much"
    for field in ("birth_date", "name", "source"):  # in part, beside what is not seen, out of sight
        with pytest.raises(Forbidden):
            eva.edit("celebrities", ada, {field: "1999"})
    assert team.wb.record("celebrities", ada)["source"] == "press"
    with pytest.raises(NotFound):
        eva.edit("celebrities", ada, {"description": "x"})
    for act in (
        lambda: eva.edit("celebrities", one(team, "Bo Hidden"), {"nationality": "Chile"}),
        lambda: eva.records.delete("celebrities", one(team, "Bo Hidden")),
    ):
        with pytest.raises(NotFound):
            act()


def test_versions_from_before_a_record_was_seen_stay_hidden(team: Team, eva: Workbench) -> None:
    bo = one(team, "Bo Hidden")
    team.wb.edit("celebrities", bo, {"source": "press"})
    try:
        assert eva.history("celebrities", bo) == []
        team.wb.edit("celebrities", bo, {"gender": "male"})
        assert [c.fields for c in eva.history("celebrities", bo)] == [{"gender": (None, "male")}]
    finally:
        team.wb.edit("celebrities", bo, {"source": "inside"})


@pytest.fixture(scope="module")
def client(team: Team) -> TestClient:
    return client_of(team.wb)


@pytest.fixture(scope="module")
def bearer(team: Team) -> dict[str, str]:
    team.wb.access.invite("keyed", "part")
    actor = team.room.actor(team.wb.access.get("keyed"), "page")
    _, secret = team.wb.acting_as(actor).access.make_key("all", ["read", "import", "edit", "admin"])
    return {"authorization": f"Bearer {secret}"}


def test_every_address_of_the_api_keeps_to_the_rules(
    team: Team, client: TestClient, bearer: dict[str, str]
) -> None:
    upload = team.wb.uploads()[0].id
    spec = client.get("/api/openapi.json", headers=bearer).json()
    seen, ids = 0, (one(team, "Bo Hidden"), one(team, "Ada Vane"))
    words = ("", "?q=hidden", "?text=tea&facets=nationality")
    for path, item in spec["paths"].items():
        if "get" not in item:
            continue
        for record_id in ids if "{record_id}" in path else ids[:1]:
            place = path.replace("{dataset}", "celebrities").replace("{upload_id}", upload)
            place = place.replace("{record_id}", record_id).replace("{name}", "celebrities")
            for query in words if "{dataset}" in path else words[:1]:
                answer = client.get(f"/api{place}{query}", headers=bearer, follow_redirects=False)
                harmless(answer.text)
                seen += answer.status_code == 200
    assert seen > 10


def filled(schema: Mapping[str, Any], spec: Mapping[str, Any], ids: Mapping[str, Any]) -> Any:
    """A body that fits a schema, with what only hidden values say wherever it takes a text."""
    if "$ref" in schema:
        return filled(spec["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]], spec, ids)
    if "anyOf" in schema:
        return filled(schema["anyOf"][0], spec, ids)
    if "enum" in schema or "const" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    kind = schema.get("type")
    if kind == "object" or "properties" in schema:
        return {
            name: ids.get(name, filled(inner, spec, ids))
            for name, inner in schema.get("properties", {}).items()
            if name in schema.get("required", ()) or name in ids
        }
    if kind == "array":
        return [filled(schema.get("items", {}), spec, ids)] if schema.get("minItems") else []
    return {"integer": 1, "number": 1, "boolean": True}.get(kind or "", "likes tea")


def test_every_act_over_the_api_keeps_to_the_rules(
    team: Team, client: TestClient, bearer: dict[str, str]
) -> None:
    upload, bo, ada = team.wb.uploads()[0].id, one(team, "Bo Hidden"), one(team, "Ada Vane")
    spec = client.get("/api/openapi.json", headers=bearer).json()
    nothing = "00000000-0000-7000-8000-000000000000"
    places = {
        "dataset": "celebrities",
        "record_id": bo,
        "upload_id": upload,
        "name": "x",
        "version": "1",
    }
    ids = {
        "record_id": bo,
        "record_ids": [bo, ada],
        "dataset": "celebrities",
        "values": {"nationality": "Peru"},
    }
    answered: dict[str, int] = {}
    for path, item in spec["paths"].items():
        for method in (m for m in ("post", "put", "patch", "delete") if m in item):
            place = re.sub(r"{(\w+)}", lambda found: places.get(found[1], nothing), path)
            kinds = item[method].get("requestBody", {}).get("content", {})
            body = filled(kinds.get("application/json", {}).get("schema", {}), spec, ids)
            answer = client.request(method, f"/api{place}", json=body, headers=bearer)
            harmless(answer.text.replace("'likes tea'", "").replace('"likes tea"', ""))
            answered[f"{method} {path.removeprefix('/v1')}"] = answer.status_code
    assert max(answered.values()) < 500, answered
    assert {k for k, v in answered.items() if v < 300} == {
        *("put /datasets/{dataset}/views/{name}", "delete /datasets/{dataset}/views/{name}"),
        *("post /datasets/{dataset}/records/bulk", "post /access/keys"),  # each item for itself
    }
    assert list(answered.values()).count(403) > 60, answered


def test_what_is_sent_in_other_forms_is_the_same_part(
    client: TestClient, bearer: dict[str, str]
) -> None:
    asked = "datasets/celebrities/records"
    for form in ("application/x-ndjson", "text/csv"):
        answer = client.get(asked, headers={**bearer, "accept": form})
        harmless(answer.text)
        assert "Ada Vane" in answer.text and answer.headers["content-type"].startswith(form)
    for form, read in (("parquet", polars.read_parquet), ("arrow.stream", polars.read_ipc_stream)):
        answer = client.get(asked, headers={**bearer, "accept": f"application/vnd.apache.{form}"})
        frame = read(io.BytesIO(answer.content))
        harmless(repr(frame.to_dicts()))
        assert set(frame["name"]) == {"Ada Vane", "Cy Park"}
    for form in ("application/json", "application/x-ndjson", "text/csv"):
        headers = {**bearer, "accept": form}
        assert client.get("datasets/celebrities/changes", headers=headers).status_code == 403
    assert client.get("events/stream", headers=bearer).status_code == 403


def test_many_changes_at_once_keep_to_the_rules(
    team: Team, client: TestClient, bearer: dict[str, str]
) -> None:
    bo, ada = one(team, "Bo Hidden"), one(team, "Ada Vane")
    items = [
        {"record_id": bo, "values": {"nationality": "Chile"}},
        {"record_id": bo, "op": "delete"},
        {"record_id": bo, "op": "restore"},
        {"record_id": ada, "values": {"description": "tea"}},
        {"record_id": ada, "values": {"birth_date": "1999-01-01"}},
        {"record_id": ada, "values": {"nationality": "Chile"}, "version": 1},
        {"record_id": ada, "op": "delete", "version": 1},
        {"record_id": ada, "values": {"nationality": "Chile"}},
    ]
    answer = client.post("datasets/celebrities/records/bulk", json={"items": items}, headers=bearer)
    harmless(answer.text)
    assert "description" not in answer.text.replace("no field 'description'", "")
    results = answer.json()["results"]
    assert [r["status"] for r in results] == [404, 404, 403, 404, 403, 412, 412, 200]
    assert "you saw version 1" in results[5]["error"]["detail"]
    team.wb.edit("celebrities", ada, {"nationality": "Japan"})


def test_no_answer_that_is_kept_crosses_to_another_role(team: Team, client: TestClient) -> None:
    team.wb.access.invite("head", "admin")
    actor = team.room.actor(team.wb.access.get("head"), "page")
    _, secret = team.wb.acting_as(actor).access.make_key("all", ["admin"])
    head = {"authorization": f"Bearer {secret}"}
    spec, kept = client.get("/api/openapi.json", headers=head).json(), 0
    for path, item in spec["paths"].items():
        if "get" not in item or "{dataset}" not in path:
            continue
        place = path.replace("{dataset}", "celebrities").replace("{name}", "celebrities")
        place = f"/api{place.replace('{record_id}', one(team, 'Ada Vane'))}"
        whole = client.get(place, headers=head)
        part = client.get(place, headers={**head, "x-view-as": "part"})
        if whole.status_code == 200 and "etag" in whole.headers and whole.content != part.content:
            kept += 1
            again = {**head, "x-view-as": "part", "if-none-match": whole.headers["etag"]}
            assert client.get(place, headers=again).status_code != 304, place
    assert kept > 6
    place = f"datasets/celebrities/records/{one(team, 'Ada Vane')}"
    seen = {**head, "x-view-as": "part"}
    tag = client.get(place, headers=seen).headers["etag"]
    assert client.get(place, headers={**seen, "if-none-match": tag}).status_code == 304
    edited = client.patch(place, json={"nationality": "Japan"}, headers={**head, "if-match": tag})
    assert edited.status_code == 200, "the version that was seen in part is the version"


def test_an_admin_looks_as_a_role_does(team: Team, client: TestClient) -> None:
    team.wb.access.invite("boss", "admin")
    actor = team.room.actor(team.wb.access.get("boss"), "page")
    _, secret = team.wb.acting_as(actor).access.make_key("all", ["admin"])
    boss = {"authorization": f"Bearer {secret}"}
    asked = "datasets/celebrities/records"
    whole = client.get(asked, headers=boss)
    assert "Bo Hidden" in whole.text
    part = client.get(asked, headers={**boss, "x-view-as": "part"})
    harmless(part.text)
    again = {**boss, "x-view-as": "part", "if-none-match": whole.headers["etag"]}
    assert client.get(asked, headers=again).status_code == 200, "nothing kept crosses to a role"
    assert client.get(asked, headers={**boss, "x-view-as": "nobody"}).status_code == 404


def test_who_may_not_manage_does_not_look_as_others(
    client: TestClient, bearer: dict[str, str]
) -> None:
    headers = {**bearer, "x-view-as": "steward"}
    assert client.get("datasets/celebrities/records", headers=headers).status_code == 403


def test_rules_over_the_api(team: Team, client: TestClient) -> None:
    team.wb.access.invite("chief", "admin")
    actor = team.room.actor(team.wb.access.get("chief"), "page")
    _, secret = team.wb.acting_as(actor).access.make_key("all", ["admin"])
    chief = {"authorization": f"Bearer {secret}"}
    saved = client.put(
        "access/roles/viewer/rules/celebrities",
        json={"masks": {"birth_date": "year"}},
        headers=chief,
    )
    assert saved.json()["rules"]["celebrities"]["masks"] == {"birth_date": "year"}
    viewer = team.wb.seeing_as("viewer")
    assert {r["birth_date"] for r in viewer.records().rows()} == {"1987", "1990", "1971"}
    wrong = client.put(
        "access/roles/viewer/rules/celebrities", json={"hidden": ["shoe"]}, headers=chief
    )
    assert (wrong.status_code, wrong.json()["code"]) == (422, "bad_role")
    client.delete("access/roles/viewer/rules/celebrities", headers=chief)
    assert "1987-03-12" in json.dumps([r["birth_date"] for r in viewer.records().rows()])


@pytest.mark.parametrize(
    "rules",
    [
        {"hidden": ["shoe"]},
        {"masks": {"name": "year"}},
        {"masks": {"name": "paint"}},
        {"masks": {"name": "initial"}, "hidden": ["name"]},
        {"rows": {"field": "shoe", "op": "eq", "value": 1}},
        {"rows": {"field": "name", "op": "contains", "value": "a"}},
        {"columns": ["name"]},
    ],
)
def test_rules_that_fit_nothing(team: Team, rules: dict[str, Any]) -> None:
    with pytest.raises(MarqueeError):
        team.wb.access.save_rules("part", "celebrities", rules)
    assert team.wb.access.roles()["part"].rules["celebrities"].hidden == ("description",)


def test_no_rules_for_who_could_lift_them(team: Team) -> None:
    with pytest.raises(BadRole):
        team.wb.access.save_rules("admin", "celebrities", RULES)
    with pytest.raises(BadRole):
        team.wb.access.save_role("part", [*ALL, "access.write"])


def test_a_rule_about_a_field_that_left_shows_nothing(team: Team, eva: Workbench) -> None:
    definition = team.wb.datasets.get("celebrities")
    gone = definition.model_copy(
        update={"fields": tuple(f for f in definition.fields if f.name != "source")}
    )
    with pytest.raises(Forbidden, match="not clear"):
        team.room.narrow(eva.actor, gone)


def test_each_scope_has_its_own_key_for_what_is_kept(team: Team) -> None:
    before = team.room.revision
    team.wb.access.save_rules("steward", "celebrities", {"hidden": ["tags"]})
    assert team.room.revision > before
    team.wb.access.save_rules("steward", "celebrities", None)
