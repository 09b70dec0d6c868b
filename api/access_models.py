"""What the API takes and answers about people, roles, keys and sessions."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.models import Answer, Time


class Asked(BaseModel):
    """What is sent: nothing else is taken."""

    model_config = ConfigDict(extra="forbid")


class Account(Answer):
    """Somebody who may log in. `status`: active or disabled. `roles`: another role for some datasets."""

    id: str
    name: str
    shown: str
    role: str
    roles: dict[str, str]
    status: str
    has_password: bool
    second_factor: bool
    recovery_codes: int
    issuer: str | None
    created_at: Time | None
    seen_at: Time | None


class AccountList(BaseModel):
    """All accounts by name."""

    accounts: list[Account]


class NewAccount(Asked):
    """Somebody who shall be able to log in."""

    name: str = Field(max_length=200)
    role: str = Field("viewer", max_length=50)
    shown: str = Field("", max_length=200)
    roles: dict[str, str] = {}


class AccountChange(Asked):
    """What shall be another; what is left out stays."""

    role: str | None = Field(None, max_length=50)
    roles: dict[str, str] | None = None
    shown: str | None = Field(None, max_length=200)
    disabled: bool | None = None


class Invited(BaseModel):
    """A new account, and the path of the link by which its owner sets a password. It is shown this once."""

    account: Account
    link: str


class Link(BaseModel):
    """The path of a link that sets a password, once, within a day."""

    link: str


class Rules(Asked):
    """What a role sees of a dataset. `rows`: a filter; null: every record."""

    rows: dict[str, Any] | None = Field(
        None, examples=[{"field": "source", "op": "eq", "value": "press"}]
    )
    hidden: list[str] = Field([], max_length=500, description="Fields that are not seen")
    masks: dict[str, Literal["year", "month", "initial", "present"]] = Field(
        {}, description="Fields that are seen in part"
    )


class Role(BaseModel):
    """A role; `permissions` null: all there are. `rules`: what it sees of a dataset, where not all."""

    name: str
    permissions: list[str] | None
    built_in: bool
    rules: dict[str, Rules] = {}


class ViewAs(Asked):
    """A role; null: one's own."""

    role: str | None = Field(max_length=100)


class RoleList(BaseModel):
    """All roles, and what each permission means."""

    roles: list[Role]
    permissions: dict[str, str]


class Permissions(Asked):
    """What a role may."""

    permissions: list[str] = Field(max_length=200)


class Session(Answer):
    """A login that is not over."""

    id: str
    account_id: str
    created_at: Time
    ends_at: Time
    address: str
    agent: str
    view_as: str | None


class SessionList(BaseModel):
    """Who is logged in, the newest first."""

    sessions: list[Session]


class Key(Answer):
    """An API key without its secret. No `datasets`: all."""

    id: str
    name: str
    hint: str = Field(description="Its last four characters")
    owner: str
    scopes: list[str]
    datasets: list[str]
    works: bool
    created_at: Time
    ends_at: Time | None
    used_at: Time | None
    revoked_at: Time | None


class KeyList(BaseModel):
    """API keys, the newest first."""

    keys: list[Key]


class NewKey(Asked):
    """A key for a program. `days`: until it ends."""

    name: str = Field(max_length=200)
    scopes: list[str] = Field(["read"], max_length=10)
    datasets: list[str] = Field([], max_length=100)
    days: float | None = None


class MadeKey(BaseModel):
    """A new key with its secret, which is shown this once."""

    key: Key
    secret: str


class Limited(Answer):
    """Somebody who sent too much in an hour."""

    hour: Time
    subject: str
    policy: str
    refused: int
    last_at: Time


class LimitedList(BaseModel):
    """Who was limited, the newest first."""

    limited: list[Limited]


class Me(BaseModel):
    """Who asks, and what they may (where no dataset is named: in all of them)."""

    who: str
    role: str
    roles: dict[str, str]
    key: str | None
    scopes: list[str] | None
    datasets: list[str]
    permissions: list[str]
