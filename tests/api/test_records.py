"""Records: filters, pages that cover everything once, versions, history, export."""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from hypothesis import HealthCheck, example, given, settings, strategies as st
from starlette.testclient import TestClient

from core import Workbench
from core.datasets.model import Dataset
from tests.api.conftest import client_of, settings_in

Send = Callable[..., httpx.Response]
HERE = "datasets/celebrities/records"
FIELDS = ("name", "birth_date", "gender", "nationality", "mbti", "_version", "_updated_at")


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """60 people with many equal and missing values, and 40 measurements of every type."""
    with Workbench(settings_in(tmp_path_factory.mktemp("crowd"))) as workbench:
        chance = random.Random(1)
        days = ["", "1958", "1958-08", "1958-08-29", "1979-01-18"]
        lines = [
            f"P{n};{chance.choice(days)};{chance.choice(['', 'male', 'female'])};"
            f"{chance.choice(['', 'Japan', 'Österreich'])};{chance.choice(['', 'INTJ', 'ISFP'])};"
            f"{chance.choice(['', 'singer|actor', 'singer', 'writer'])}"
            for n in range(60)
        ]
        head = "name;birth_date;gender;nationality;mbti;occupations"
        workbench.import_file([f"{head}\n{chr(10).join(lines)}\n".encode()], filename="p.csv")
        fields = [{"name": "title"}, {"name": "size", "type": "integer"}]
        fields += [{"name": "weight", "type": "number"}, {"name": "good", "type": "boolean"}]
        fields += [{"name": "limit"}]
        made = Dataset.model_validate({"name": "things", "fields": fields})
        workbench.save_dataset(made)
        rows = [f"T{n},{n % 7},{n / 3},{n % 2 == 0},L{n % 2}" for n in range(40)]
        text = "title,size,weight,good,limit\n" + "\n".join(rows) + "\n"
        workbench.import_file([text.encode()], "things", filename="t.csv")
        yield client_of(workbench)


def walk(client: TestClient, where: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while where:
        answer = client.get(where)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        found += page["records"]
        where = page["next"]
        assert ("link" in answer.headers) == bool(where)
    return found


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    sort=st.lists(st.sampled_from([p + f for f in FIELDS for p in ("", "-")]), max_size=3),
    limit=st.integers(5, 70),
)
@example(sort=["-birth_date", "mbti"], limit=1)
def test_pages_cover_every_record_once(crowd: TestClient, sort: list[str], limit: int) -> None:
    found = walk(crowd, f"{HERE}?limit={limit}&sort={','.join(sort)}&fields=record_id,name")
    assert sorted(r["name"] for r in found) == sorted(f"P{n}" for n in range(60))
    whole = crowd.get(f"{HERE}?limit=1000&sort={','.join(sort)}&fields=record_id,name").json()
    assert found == whole["records"] and set(found[0]) == {"record_id", "name"}


@pytest.mark.parametrize("sort", ["size", "-weight", "good,-size", "-good,weight"])
def test_pages_of_numbers_and_booleans(crowd: TestClient, sort: str) -> None:
    found = walk(crowd, f"datasets/things/records?limit=3&sort={sort}")
    assert len({r["record_id"] for r in found}) == len(found) == 40


def test_pages_go_on_while_records_come_and_go(client: TestClient, upload: Send) -> None:
    upload("name\n" + "".join(f"P{n:02}\n" for n in range(0, 20, 2)))
    first = client.get(f"{HERE}?limit=5&sort=name").json()
    upload("name\nP01\nP17\n")
    rest = walk(client, first["next"])
    names = [r["name"] for r in first["records"] + rest]
    assert names == sorted({f"P{n:02}" for n in range(0, 20, 2)} | {"P17"})


@pytest.mark.parametrize(
    ("where", "count"),
    [
        ("mbti=INTJ", "mbti = 'INTJ'"),
        ("mbti.ne=INTJ", "mbti IS DISTINCT FROM 'INTJ'"),
        (
            "birth_date.ge=1958-08&birth_date.lt=1979",
            # One day of a partial date is enough: 1958 has days in August and after it.
            "birth_date IN ('1958', '1958-08', '1958-08-29')",
        ),
        ("occupations=singer", "list_contains(occupations, 'singer')"),
        ("occupations.contains=ACTOR", "list_contains(occupations, 'actor')"),
        ("mbti.in=INTJ,ISFP", "mbti IN ('INTJ', 'ISFP')"),
        ("gender.empty=true", "gender IS NULL"),
        ("gender.empty=false", "gender IS NOT NULL"),
        ("name.starts=p1", "name LIKE 'P1%'"),
        ("q=singer actor", "list_contains(occupations, 'actor')"),
        ("_version=1", "true"),
        ("mbti=' OR 1=1 --", "false"),
    ],
)
def test_filters(crowd: TestClient, where: str, count: str) -> None:
    workbench: Workbench = crowd.app.routes[0].app.state.workbench()  # type: ignore[attr-defined]
    expected = workbench.sql(f"SELECT count(*) FROM celebrities WHERE {count}").fetchall()[0][0]
    page = crowd.get(f"{HERE}?count=true&limit=1000&{where}").json()
    assert page["total"] == len(page["records"]) == expected


def test_a_field_that_is_called_like_a_parameter(crowd: TestClient) -> None:
    page = crowd.get("datasets/things/records?limit.eq=L1&limit=500&good=false&size.ge=3").json()
    assert {r["limit"] for r in page["records"]} == {"L1"}
    assert all(r["size"] >= 3 and r["good"] is False for r in page["records"])


@pytest.mark.parametrize(
    "query",
    [
        "nope=1", "name.nope=1", "name.eq.eq=1", "_key=x", "sort=nope", "sort=-_key",
        "fields=nope", "fields=_key", "cursor=garbage", "aliases.lt=3", "name.has=x", "name=%00",
        "sort=--name",
        'name"; DROP TABLE celebrities; --=1',
    ],
)  # fmt: skip
def test_bad_questions(crowd: TestClient, query: str) -> None:
    for place in (HERE, f"{HERE}.csv"):
        if query.startswith("cursor") and place != HERE:
            continue
        answer = crowd.get(f"{place}?{query}")
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_query"), answer.text
        assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("query", ["limit=0", "limit=1001", "limit=9" + "9" * 30, "limit=x"])
def test_bad_limits(crowd: TestClient, query: str) -> None:
    answer = crowd.get(f"{HERE}?{query}")
    assert (answer.status_code, answer.json()["code"]) == (422, "input_error")
    assert answer.json()["faults"][0]["place"] == "query.limit"


@pytest.mark.parametrize("query", ["size=x", "weight.lt=x", "good=perhaps", "size=1.5"])
def test_bad_numbers(crowd: TestClient, query: str) -> None:
    answer = crowd.get(f"datasets/things/records?{query}")
    assert (answer.status_code, answer.json()["code"]) == (422, "wrong_type")


def test_a_cursor_belongs_to_its_question(crowd: TestClient) -> None:
    cursor = crowd.get(f"{HERE}?limit=5&sort=name").json()["cursor"]
    for other in ("sort=-name", "sort=mbti", "sort=name&mbti=INTJ", "sort=name&q=x"):
        answer = crowd.get(f"{HERE}?limit=5&{other}", params={"cursor": cursor})
        assert answer.status_code == 400, other
    mark = cursor.partition(".")[0]
    for forged in (
        "",
        ".",
        f"{mark}.",
        f"{mark}.!!",
        f"{mark}.e30",
        f"{mark}.W10",
        f"{mark}.W1tdLHt9XQ",
    ):
        answer = crowd.get(f"{HERE}?limit=5&sort=name", params={"cursor": forged})
        assert answer.status_code == 400, (forged, answer.text)


def test_a_page_that_did_not_change(client: TestClient, upload: Send) -> None:
    upload()
    first = client.get(f"{HERE}?limit=5")
    same = client.get(f"{HERE}?limit=5", headers={"if-none-match": first.headers["etag"]})
    assert same.status_code == 304 and same.content == b""
    upload("name\nNew\n")
    assert client.get(
        f"{HERE}?limit=5", headers={"if-none-match": first.headers["etag"]}
    ).is_success


def test_export(client: TestClient, upload: Send) -> None:
    upload('name,description,occupations\nAda,=1+1,a;b\nBob,"+49, x",\n')
    answer = client.get(f"{HERE}.csv?fields=name,description,occupations&sort=-name")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows == [
        ["name", "description", "occupations"],
        ["Bob", "'+49, x", ""],
        ["Ada", "'=1+1", "a; b"],
    ]
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.headers["content-disposition"].startswith("attachment")
    whole = client.get(f"{HERE}.csv").content.decode("utf-8-sig").splitlines()
    assert whole[0].startswith("record_id,name,name_en,") and len(whole) == 3


# ------------------------------------------------------------------ one record


@pytest.fixture
def one(client: TestClient, upload: Send) -> str:
    upload("name,mbti,Extra\nAda Lovelace,INTJ,kept\n", filename="ada.csv")
    return f"{HERE}/{client.get(HERE).json()['records'][0]['record_id']}"


def test_a_record_and_its_version(client: TestClient, one: str) -> None:
    answer = client.get(one)
    record = answer.json()
    assert answer.headers["etag"] == '"1"' and record["_version"] == 1
    assert record["name"] == "Ada Lovelace" and "_key" not in record
    assert record["_created_at"].endswith("Z")
    assert client.get(one, headers={"if-none-match": '"1"'}).status_code == 304
    assert client.get(one, headers={"if-none-match": '"2"'}).status_code == 200


def test_edit_needs_the_version(client: TestClient, one: str) -> None:
    body = {"mbti": "infp", "tags": ["a", "b"], "description": "=data"}
    missing = client.patch(one, json=body)
    assert (missing.status_code, missing.json()["code"]) == (428, "version_missing")
    done = client.patch(one, json=body, headers={"if-match": '"1"'})
    assert done.status_code == 200 and done.headers["etag"] == '"2"'
    assert (done.json()["mbti"], done.json()["tags"]) == ("INFP", ["a", "b"])
    for stale in ('"1"', 'W/"2"', '"x"', "2", '"0", "9"'):
        answer = client.patch(one, json={"mbti": "ENTP"}, headers={"if-match": stale})
        assert (answer.status_code, answer.json()["code"]) == (412, "version_mismatch"), stale
        assert answer.json()["version"] == 2
    several = client.patch(one, json={"mbti": None}, headers={"if-match": '"1", "2"'})
    assert several.status_code == 200 and several.json()["mbti"] is None
    assert client.delete(one).status_code == 428
    assert client.delete(one, headers={"if-match": '"1"'}).status_code == 412


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"mbti": "XXXX"}, "bad_value"), ({"nope": 1}, "bad_value"), ({"name": None}, "bad_value"),
        ({"name": {"a": 1}}, "bad_value"), ({"tags": [["a"]]}, "bad_value"), ({"_version": 9}, "bad_value"),
        ({"record_id": "x"}, "bad_value"), ([1], "input_error"), ("text", "input_error"),
    ],
)  # fmt: skip
def test_bad_edits(client: TestClient, one: str, body: Any, code: str) -> None:
    answer = client.patch(one, json=body, headers={"if-match": "*"})
    assert (answer.status_code, answer.json()["code"]) == (422, code), answer.text
    assert client.get(one).json()["_version"] == 1


def test_every_fault_of_an_edit_is_told(client: TestClient, one: str) -> None:
    body = {"mbti": "XXXX", "birth_date": "yesterday"}
    answer = client.patch(one, json=body, headers={"if-match": "*"}).json()
    assert {f["field"] for f in answer["faults"]} == {"mbti", "birth_date"}


def test_no_json(client: TestClient, one: str) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", ""):
        headers = {"if-match": "*", "content-type": kind}
        answer = client.patch(one, content=b'{"mbti": "ENTP"}', headers=headers)
        assert answer.status_code == 422 and "application/json" in answer.json()["hint"]
    broken = {"if-match": "*", "content-type": "application/json"}
    answer = client.patch(one, content=b'{"mbti": ', headers=broken)
    assert (answer.status_code, answer.json()["code"]) == (422, "input_error")


def test_delete_restore_history_sources(client: TestClient, one: str) -> None:
    client.patch(one, json={"mbti": "ENTP"}, headers={"if-match": '"1"'})
    assert client.delete(one, headers={"if-match": '"2"'}).status_code == 204
    assert client.get(one).status_code == 404
    assert client.patch(one, json={}, headers={"if-match": "*"}).status_code == 404
    gone = client.get(f"{one}/history").json()["changes"]
    assert [c["kind"] for c in gone] == ["delete", "update", "insert"]
    back = client.post(f"{one}/restore")
    assert back.status_code == 200 and back.headers["etag"] == '"4"'
    again = client.post(f"{one}/restore")
    assert (again.status_code, again.json()["code"]) == (409, "wrong_state")
    changes = client.get(f"{one}/history").json()["changes"]
    assert changes[2]["fields"] == [{"field": "mbti", "old": "INTJ", "new": "ENTP"}]
    assert (changes[3]["filename"], changes[3]["row"], changes[3]["door"]) == ("ada.csv", 1, "api")
    assert changes[0]["at"].endswith("Z")
    sources = client.get(f"{one}/sources").json()["sources"]
    assert sources["name"]["change"]["filename"] == "ada.csv"
    assert sources["mbti"]["value"] == "ENTP" and sources["mbti"]["change"]["kind"] == "update"


@pytest.mark.parametrize("tail", ["", "/history", "/sources"])
@pytest.mark.parametrize("name", ["nonsense", "01a20616-7108-7288-b1bb-151a700b11f6", "a%2Fb"])
def test_nobody(client: TestClient, one: str, name: str, tail: str) -> None:
    answer = client.get(f"{HERE}/{name}{tail}")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


# ------------------------------------------------------------------ datasets


def test_datasets(client: TestClient, one: str, workbench: Workbench) -> None:
    found = client.get("datasets").json()["datasets"]
    assert found[0]["name"] == "celebrities" and found[0]["fields"][0]["required"]
    for address in found[0]["links"].values():
        assert client.get(address).status_code == 200, address
    assert client.get("datasets/celebrities").json()["records"] == 1
    schema = client.get("datasets/celebrities/schema")
    assert schema.headers["content-type"] == "application/schema+json"
    assert schema.json()["properties"]["mbti"]["type"] == ["string", "null"]
    assert client.get("datasets/nobody").status_code == 404
    assert client.get("datasets/celebrities/template.pdf").status_code == 422
    folder = Path(workbench.settings.datasets_dir)
    folder.mkdir(exist_ok=True)
    (folder / "bad.toml").write_text("name = ")
    assert "bad.toml" in client.get("datasets").json()["broken"]


@pytest.mark.parametrize("format", ["csv", "xlsx", "json"])
def test_a_template_can_be_uploaded(client: TestClient, upload: Send, format: str) -> None:
    answer = client.get(f"datasets/celebrities/template.{format}")
    done = upload(answer.content, filename=f"t.{format}")
    assert done.status_code == 201 and done.json()["counts"]["new"] >= 1, done.text
    assert done.json()["counts"]["rejected"] == 0


def test_a_filter_is_a_tree_here_too(client: TestClient, upload: Callable[..., Any]) -> None:
    upload("name,mbti\nAda,INTJ\nBob,ISFP\nCy,\n")
    tree = {
        "any": [{"field": "mbti", "value": "INTJ"}, {"field": "mbti", "op": "empty", "value": True}]
    }
    asked = {"filters": json.dumps(tree), "sort": "name", "limit": "1", "count": "true"}
    first = client.get("datasets/celebrities/records", params=asked).json()
    assert first["total"] == 2 and [r["name"] for r in first["records"]] == ["Ada"]
    then = client.get(first["next"]).json()
    assert [r["name"] for r in then["records"]] == ["Cy"]
    both = client.get("datasets/celebrities/records", params={**asked, "name.starts": "C"}).json()
    assert [r["name"] for r in both["records"]] == ["Cy"]
    other = client.get(
        "datasets/celebrities/records", params={"sort": "name", "cursor": first["cursor"]}
    )
    assert other.status_code == 400  # the cursor belongs to another question
    lines = client.get(
        "datasets/celebrities/records.csv", params={"filters": json.dumps(tree), "fields": "name"}
    )
    assert lines.content.decode("utf-8-sig").split() == ["name", "Ada", "Cy"]
    assert client.get("datasets/celebrities/records?filters=no").status_code == 400
