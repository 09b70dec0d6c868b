"""The code flow and access tokens against a real Keycloak, started where MARQUEE_KEYCLOAK_HOME names one."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import httpx2 as httpx
import pytest
from pydantic import SecretStr

from core import Workbench
from core.settings import Settings
from tests.access.conftest import Team
from tests.api.conftest import client_of
from tests.servers.keycloak import CLIENT, SECRET, Keycloak, Unavailable

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def keycloak() -> Iterator[Keycloak]:
    server = Keycloak()
    try:
        server.__enter__()
    except Unavailable as error:
        pytest.skip(str(error))
    yield server
    server.__exit__()


def test_somebody_logs_in_at_keycloak_and_a_program_with_its_token(
    keycloak: Keycloak, team_settings: Settings, empty_database: Path
) -> None:
    said = {
        "oidc_issuer": keycloak.issuer,
        "oidc_client_id": CLIENT,
        "oidc_client_secret": SecretStr(SECRET),
        "oidc_roles": {"people-editors": "editor"},
    }
    team_settings.database.parent.mkdir(parents=True)
    shutil.copyfile(empty_database, team_settings.database)
    with Workbench.open(settings=team_settings.model_copy(update=said)) as wb:
        team, ours = Team(wb), client_of(wb)
        with httpx.Client(follow_redirects=False, timeout=60) as theirs:
            place = ours.get("/api/session/oidc", follow_redirects=False).headers["location"]
            form = theirs.get(place)
            action = re.search(r'id="kc-form-login"[^>]*action="([^"]+)"', form.text)
            assert action, form.text[:500]
            given = {"username": "alice", "password": "pw-of-alice"}
            # Its cookies are for TLS alone; a browser makes an exception of this machine, and a client does not.
            kept = "; ".join(f"{c.name}={c.value}" for c in theirs.cookies.jar)
            answer = theirs.post(unescape(action[1]), data=given, headers={"Cookie": kept})
            back = answer.headers["location"]
            answer = ours.get(back[back.index("/api/") :])
            assert answer.status_code == 200, answer.text
            assert team.wb.access.get("alice").role == "editor"
            asked = {"client_id": CLIENT, "client_secret": SECRET, "grant_type": "password"}
            token = theirs.post(
                f"{keycloak.issuer}/protocol/openid-connect/token",
                data={**asked, **given, "scope": "openid"},
            ).json()
        for name, status in (("access_token", 200), ("id_token", 401)):
            headers = {"Authorization": f"Bearer {token[name]}"}
            assert ours.get("/api/v1/datasets", headers=headers).status_code == status
