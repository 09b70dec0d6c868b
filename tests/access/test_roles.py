"""Who may do what: every permission, for every role, by session, by key, and by dataset."""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from core.access import keys, roles
from core.access.room import Room
from core.actor import Actor
from core.datasets.model import from_dict
from core.errors import BadRole, Forbidden, MarqueeError, NotAllowed, NotFound
from core.workbench.policy import PERMISSIONS
from core.workbench.request import ImportRequest
from tests.access.conftest import Team
from tests.test_policy import NOUNS


def test_roles_are_made_of_permissions_that_there_are() -> None:
    held = [p for p in roles.BUILT_IN.values() if p is not None]
    assert set().union(*held) <= set(PERMISSIONS)
    ordered = [
        roles.BUILT_IN[n] or frozenset(PERMISSIONS)
        for n in ("none", "viewer", "editor", "steward", "admin")
    ]
    assert all(less < more for less, more in itertools.pairwise(ordered))


@pytest.mark.parametrize("role", [n for n in roles.BUILT_IN if n != "owner"])
@pytest.mark.parametrize("permission", PERMISSIONS)
def test_each_permission_of_each_role(matrix: Team, role: str, permission: str) -> None:
    """By login, and by keys of every scope, which never may more than their owner."""
    held = roles.BUILT_IN[role]
    expected = held is None or permission in held
    actor = Actor("eva", "page", role)
    assert allowed(matrix, actor, permission) is expected
    for scope in keys.SCOPES:
        by_key = Actor("eva", "api", role, key="k", within=(scope,))
        assert allowed(matrix, by_key, permission) is (expected and keys.may((scope,), permission))


def test_the_scopes_of_keys() -> None:
    granted = {s: {p for p in PERMISSIONS if keys.may((s,), p)} for s in keys.SCOPES}
    assert granted["admin"] == set(PERMISSIONS)
    assert not {
        p
        for p in granted["read"]
        if p.rpartition(".")[2] in ("write", "edit", "delete", "import", "sql")
    }
    assert {"uploads.import", "uploads.rollback"} <= granted["import"]
    assert not {
        p
        for s in ("read", "import", "edit")
        for p in granted[s]
        if p.startswith(("access.w", "access.k", "backups."))
    }


def test_what_a_key_may_ask_of_its_own_uploads(matrix: Team) -> None:
    """Each new one has to be looked at: it may show no value of a record."""
    nouns = {name: getattr(matrix.wb, name) for name in NOUNS}
    parts = {"": matrix.wb, **nouns}
    found = {
        f"{noun}.{name}": method
        for noun, part in parts.items()
        for name, method in inspect.getmembers(type(part), callable)
        if getattr(method, "own", False)
    }
    assert set(found) == set(
        "uploads.get uploads.problems uploads.waiting uploads.quarantine uploads.quarantine_csv"
        " uploads.quarantine_workbook jobs.__call__ jobs.count jobs.get transfers.get".split()
    )
    assert {method.permission for method in found.values()} == keys.OWN


def test_a_key_that_reads_is_not_asked_who_brought_an_upload(
    team: Team, csv_file: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = team.wb.import_file(csv_file("name", "Ada"))
    asked: list[Mapping[str, object]] = []
    brought = Room._brought

    def noted(room: Room, arguments: Mapping[str, object]) -> tuple[str | None, str | None]:
        asked.append(arguments)
        return brought(room, arguments)

    monkeypatch.setattr(Room, "_brought", noted)
    eva = team.join("eva", "editor")
    for scopes, times in ((["read"], 0), (["admin"], 0), (["import"], 1)):
        _, secret = eva.access.make_key("a program", scopes)
        uploads = team.wb.acting_as(team.room.by_key(secret)).uploads
        asked.clear()
        if times:
            with pytest.raises(Forbidden):  # somebody else brought it
                uploads.get(upload.id)
        else:
            assert uploads.get(upload.id).id == upload.id
        assert len(asked) == times


def allowed(team: Team, actor: Actor, permission: str) -> bool:
    try:
        team.room.check(actor, permission, {"dataset": "celebrities"})
        return True
    except Forbidden:
        return False


@pytest.fixture(scope="module")
def matrix(tmp_path_factory: pytest.TempPathFactory, empty_database: object) -> Team:
    import shutil

    from core import Workbench
    from core.settings import Settings

    home = tmp_path_factory.mktemp("matrix")
    shutil.copyfile(str(empty_database), home / "m.duckdb")
    settings = Settings(
        database=home / "m.duckdb", data_dir=home / "u", datasets_dir=home / "d", mode="team"
    )
    return Team(Workbench.open(settings=settings))


def test_a_role_of_a_dataset_holds_there_instead(team: Team) -> None:
    eva = team.join("eva", "none", celebrities="editor")
    assert list(eva.records().rows()) == []  # the usual dataset, though none was named
    assert list(eva.records("celebrities").rows()) == []
    with pytest.raises(Forbidden):
        eva.records("press")
    with pytest.raises(Forbidden):  # uploads of all datasets
        eva.uploads()
    with pytest.raises(Forbidden):
        eva.sql("SELECT 1")
    assert [d.name for d in eva.datasets()] == ["celebrities"]
    refused = team.events("access.refused")
    assert ("eva", "records.read", "press") in [
        (e.actor, e.details["permission"], e.dataset) for e in refused
    ]


def test_an_upload_belongs_to_its_dataset(team: Team, csv_file: object) -> None:
    upload = team.wb.import_file(csv_file("name", "Ada"))  # type: ignore[operator]
    viewer, other = team.join("vera", "none", celebrities="viewer"), team.join(
        "otto", "viewer", celebrities="none"
    )
    assert viewer.uploads.get(upload.id).id == upload.id
    for act in (lambda: viewer.rollback(upload.id), lambda: other.uploads.get(upload.id)):
        with pytest.raises(Forbidden):
            act()


def test_own_roles(team: Team) -> None:
    with pytest.raises(BadRole, match="no permission"):
        team.wb.access.save_role("press", ["records.paint"])
    with pytest.raises(BadRole):
        team.wb.access.save_role("admin", ["records.read"])
    team.wb.access.save_role("press", ["records.read"])
    eva = team.join("eva", "press")
    assert list(eva.records().rows()) == []
    with pytest.raises(Forbidden):
        eva.uploads()
    team.wb.access.save_role("press", ["uploads.read"])
    assert eva.uploads() == []
    with pytest.raises(BadRole, match="1 accounts"):
        team.wb.access.delete_role("press")
    team.wb.access.change("eva", role="viewer")
    team.wb.access.delete_role("press")
    with pytest.raises(MarqueeError):
        team.wb.access.change("eva", role="press")


def test_a_role_that_is_gone_gives_nothing(team: Team) -> None:
    lost = team.wb.acting_as(Actor("eva", "page", "lost"))
    with pytest.raises(Forbidden):
        lost.records()


def test_keys_of_ones_own(team: Team) -> None:
    eva, otto = team.join("eva", "editor"), team.join("otto", "editor")
    key, secret = eva.access.make_key(
        "nightly", ["read", "import"], datasets=["celebrities"], days=30
    )
    program = team.wb.acting_as(team.room.by_key(secret))
    assert program.actor.who == "eva" and list(program.records().rows()) == []
    for act in (
        lambda: program.records("press"),
        lambda: program.edit("celebrities", "0" * 36, {"gender": "female"}),
        lambda: program.access.make_key("more", ["admin"]),
        lambda: program.sql("SELECT 1"),
    ):
        with pytest.raises(Forbidden):
            act()
    with pytest.raises(MarqueeError):
        otto.access.revoke_key(key.id)
    assert [k.id for k in eva.access.keys()] == [key.id] and otto.access.keys() == []
    assert [k.id for k in team.wb.access.keys()] == [key.id]

    after, other = eva.access.rotate_key(key.id, overlap_days=1)
    assert team.room.by_key(secret) and team.room.by_key(other)
    with pytest.raises(MarqueeError, match="0 to 7"):
        eva.access.rotate_key(after.id, overlap_days=8)
    eva.access.revoke_key(key.id)
    with pytest.raises(NotAllowed):
        team.room.by_key(secret)
    team.wb.access.change("eva", role="viewer")  # a key never may more than its owner
    with pytest.raises(Forbidden):
        team.wb.acting_as(team.room.by_key(other)).uploads.receive(b"", ImportRequest())
    team.wb.access.change("eva", disabled=True)
    with pytest.raises(NotAllowed):
        team.room.by_key(other)


def test_no_statement_reads_what_is_kept_of_secrets(team: Team) -> None:
    for name in (
        "ops.access_accounts",
        "OPS.ACCESS_KEYS",
        '"ops"."access_sessions"',
        "m.ops.access_links",
    ):
        with pytest.raises(MarqueeError):
            team.wb.sql(f"SELECT * FROM {name}").fetchall()
    with pytest.raises(MarqueeError):
        team.wb.sql("SELECT * FROM access_accounts").fetchall()


def test_only_admins_manage(team: Team) -> None:
    steward = team.join("sam", "steward")
    for act in (
        lambda: steward.access(),
        lambda: steward.access.invite("mallory", "admin"),
        lambda: steward.access.change("sam", role="admin"),
        lambda: steward.access.reset("sam"),
        lambda: steward.access.save_role("all", PERMISSIONS),
        lambda: steward.access.limited(),
        lambda: steward.backups.create(),
    ):
        with pytest.raises(Forbidden):
            act()


def test_a_key_for_one_dataset_opens_no_other_one(team: Team) -> None:
    """With the scope admin, too: what it could make (keys, accounts, roles) would not be limited."""
    root = team.join("root", "admin")
    key, secret = root.access.make_key("press", ["admin"], datasets=["press"])
    theirs = team.wb.acting_as(team.room.by_key(secret))
    for act in (
        lambda: theirs.access.make_key("all", ["admin"]),
        lambda: theirs.access.rotate_key(key.id),
        lambda: theirs.access.invite("mallory", "admin"),
        lambda: theirs.access.reset("root"),
        lambda: theirs.access.save_role("all", PERMISSIONS),
        lambda: theirs.access.save_rules("viewer", "press", None),
        lambda: theirs.access(),
        lambda: theirs.access.keys(),
        lambda: theirs.access.revoke_key(key.id),
        lambda: theirs.access.sessions(),
        lambda: theirs.access.end_session("a session"),
        lambda: theirs.records(),
        lambda: theirs.backups.create(),
    ):
        with pytest.raises(Forbidden):
            act()
    assert [each.name for each in team.wb.access.keys()] == ["press"]


def test_a_check_of_another_dataset_opens_nothing(team: Team) -> None:
    fields = {"fields": [{"name": "name"}], "key": {"fields": ["name"]}}
    team.wb.datasets.save(from_dict({"name": "people", **fields}))
    made = team.wb.quality.expect("people", "not_null", field="name")
    score = team.wb.quality.score("people").checks[0]
    quality = team.join("eva", "none", celebrities="steward").quality
    acts: list[Callable[[], object]] = [
        lambda: quality.rows(made.id),
        lambda: quality.values("celebrities", made.id),
        lambda: quality.project("celebrities", made.id, {"a": "b"}),
        lambda: quality.repair("celebrities", made.id, {"a": "b"}),
        lambda: quality.expect("celebrities", "not_null", field="name", id=made.id),
        lambda: quality.rows(made.model_copy(update={"dataset": "celebrities"})),
    ]
    for act in acts:
        with pytest.raises(NotFound, match="there is no check"):
            act()
    for check in (made, score):
        with pytest.raises(Forbidden):
            quality.rows(check)
        with pytest.raises(NotFound):
            team.wb.quality.rows(check, dataset="press")
        assert list(team.wb.quality.rows(check).rows()) == []
    assert team.wb.quality.checks("people") == [made]
