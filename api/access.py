"""People, roles, API keys, sessions and limits."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from api import access_models as models, views
from api.bench import Bench
from core.access.keys import Key
from core.access.roles import Role
from core.workbench.policy import PERMISSIONS

router = APIRouter(tags=["access"], prefix="/access")


@router.get("/me", response_model=models.Me)
def get_me(workbench: Bench) -> Response:
    """Who asks, and what they may."""
    actor = workbench.actor
    held = [name for name, has in workbench.access.permissions().items() if has]
    return views.answer(
        models.Me(
            who=actor.who,
            role=actor.role,
            roles=dict(actor.roles),
            key=actor.key,
            scopes=None if actor.within is None else list(actor.within),
            datasets=list(actor.datasets),
            permissions=held,
        )
    )


# ------------------------------------------------------------------ accounts


@router.get("/accounts", response_model=models.AccountList)
def list_accounts(workbench: Bench) -> Response:
    """All accounts by name."""
    found = [models.Account.model_validate(each) for each in workbench.access()]
    return views.answer(models.AccountList(accounts=found))


@router.post("/accounts", response_model=models.Invited, status_code=201)
def create_account(workbench: Bench, body: models.NewAccount) -> Response:
    """A new account, with the link by which its owner sets a password."""
    made, link = workbench.access.invite(body.name, body.role, shown=body.shown, roles=body.roles)
    view = models.Invited(account=models.Account.model_validate(made), link=link)
    return views.answer(view, 201)


@router.get("/accounts/{name}", response_model=models.Account)
def get_account(workbench: Bench, name: str) -> Response:
    """One account, by its name or id."""
    return views.answer(models.Account.model_validate(workbench.access.get(name)))


@router.patch("/accounts/{name}", response_model=models.Account)
def change_account(workbench: Bench, name: str, body: models.AccountChange) -> Response:
    """Give an account another role or name, or shut it out (`disabled`), which ends its sessions and keys."""
    found = workbench.access.change(
        name, role=body.role, roles=body.roles, shown=body.shown, disabled=body.disabled
    )
    return views.answer(models.Account.model_validate(found))


@router.delete("/accounts/{name}", status_code=204)
def delete_account(workbench: Bench, name: str) -> Response:
    """Remove an account with its sessions and keys. What it did stays in history and audit trail."""
    workbench.access.delete(name)
    return Response(status_code=204)


@router.post("/accounts/{name}/link", response_model=models.Link, status_code=201)
def create_link(
    workbench: Bench,
    name: str,
    second_factor: Annotated[
        bool, Query(description="Also ask for no second factor any more")
    ] = False,
) -> Response:
    """A link by which somebody sets a new password, once, within a day."""
    link = workbench.access.reset(name, second_factor=second_factor)
    return views.answer(models.Link(link=link), 201)


# ------------------------------------------------------------------ roles


@router.get("/roles", response_model=models.RoleList)
def list_roles(workbench: Bench) -> Response:
    """All roles, and what each permission means."""
    found = [_role(role) for role in workbench.access.roles().values()]
    return views.answer(models.RoleList(roles=found, permissions=dict(PERMISSIONS)))


@router.put("/roles/{name}", response_model=models.Role)
def save_role(workbench: Bench, name: str, body: models.Permissions) -> Response:
    """Make or change a role of one's own."""
    made = workbench.access.save_role(name, body.permissions)
    return views.answer(_role(made))


@router.put("/roles/{name}/rules/{dataset}", response_model=models.Role)
def save_rules(workbench: Bench, name: str, dataset: str, body: models.Rules) -> Response:
    """Say what a role sees of a dataset: which records, without which fields, and which values in part.

    An admin sees what a role sees by sending its name in the header `X-View-As`.
    """
    return views.answer(_role(workbench.access.save_rules(name, dataset, body.model_dump())))


@router.delete("/roles/{name}/rules/{dataset}", response_model=models.Role)
def delete_rules(workbench: Bench, name: str, dataset: str) -> Response:
    """Let a role see all of a dataset."""
    return views.answer(_role(workbench.access.save_rules(name, dataset, None)))


@router.delete("/roles/{name}", status_code=204)
def delete_role(workbench: Bench, name: str) -> Response:
    """Remove a role that nobody has."""
    workbench.access.delete_role(name)
    return Response(status_code=204)


# ------------------------------------------------------------------ sessions, keys, limits


@router.get("/sessions", response_model=models.SessionList)
def list_sessions(
    workbench: Bench,
    account: Annotated[str | None, Query(description="Only those of one account")] = None,
) -> Response:
    """Who is logged in: one's own sessions; those of all for who may see accounts."""
    found = [models.Session.model_validate(s) for s in workbench.access.sessions(account)]
    return views.answer(models.SessionList(sessions=found))


@router.delete("/sessions/{session_id}", status_code=204)
def end_session(workbench: Bench, session_id: str) -> Response:
    """End a session."""
    workbench.access.end_session(session_id)
    return Response(status_code=204)


@router.put("/sessions/{session_id}/view-as", status_code=204)
def view_as(workbench: Bench, session_id: str, body: models.ViewAs) -> Response:
    """See the pages of a session of an admin as another role does; null: as its own."""
    workbench.access.view_as(session_id, body.role)
    return Response(status_code=204)


@router.get("/keys", response_model=models.KeyList)
def list_keys(workbench: Bench) -> Response:
    """API keys: one's own; all for who may see accounts."""
    return views.answer(models.KeyList(keys=[_key(key) for key in workbench.access.keys()]))


@router.post("/keys", response_model=models.MadeKey, status_code=201)
def create_key(workbench: Bench, body: models.NewKey) -> Response:
    """A key of one's own. The secret is shown this once."""
    key, secret = workbench.access.make_key(
        body.name, body.scopes, datasets=body.datasets, days=body.days
    )
    return views.answer(models.MadeKey(key=_key(key), secret=secret), 201)


@router.post("/keys/{key_id}/rotation", response_model=models.MadeKey, status_code=201)
def rotate_key(
    workbench: Bench,
    key_id: str,
    overlap_days: Annotated[float, Query(ge=0, le=7, description="So long both work")] = 0,
) -> Response:
    """A key in the place of another."""
    key, secret = workbench.access.rotate_key(key_id, overlap_days=overlap_days)
    return views.answer(models.MadeKey(key=_key(key), secret=secret), 201)


@router.delete("/keys/{key_id}", status_code=204)
def revoke_key(workbench: Bench, key_id: str) -> Response:
    """End a key at once."""
    workbench.access.revoke_key(key_id)
    return Response(status_code=204)


@router.get("/limited", response_model=models.LimitedList)
def list_limited(workbench: Bench) -> Response:
    """Who sent too much, by the hour."""
    found = [models.Limited.model_validate(each) for each in workbench.access.limited()]
    return views.answer(models.LimitedList(limited=found))


def _role(role: Role) -> models.Role:
    return models.Role(
        name=role.name,
        permissions=None if role.permissions is None else sorted(role.permissions),
        built_in=role.built_in,
        rules={d: models.Rules(**r.model_dump(mode="json")) for d, r in role.rules.items()},
    )


def _key(key: Key) -> models.Key:
    return models.Key.model_validate(key)
