"""Keycloak on a free port of this machine, from a folder in which its distribution was unpacked (MARQUEE_KEYCLOAK_HOME).

The distribution is `org.keycloak:keycloak-quarkus-dist:26.4.0:zip` of Maven Central; it takes a minute or more to start.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

STARTING = 600  # seconds
REALM, CLIENT, SECRET = "people", "marquee", "s3cret-of-the-client"


class Unavailable(Exception):
    """Why there can be no server here."""


def realm() -> dict[str, object]:
    """One client with PKCE, a person with a role, and one without."""

    def mapper(name: str, kind: str, **config: str) -> dict[str, object]:
        told = {each.replace("__", "."): value for each, value in config.items()}
        return {
            "name": name,
            "protocol": "openid-connect",
            "protocolMapper": kind,
            "config": told,
        }

    def person(name: str, *roles: str) -> dict[str, object]:
        password = {"type": "password", "value": f"pw-of-{name}"}
        mail = {"email": f"{name}@example.com", "emailVerified": True}
        names = {"firstName": name.title(), "lastName": "Example"}
        return {"username": name, "enabled": True, "credentials": [password]} | {
            **mail,
            **names,
            "realmRoles": list(roles),
        }

    both = {"id__token__claim": "true", "access__token__claim": "true"}
    client = {
        "clientId": CLIENT,
        "secret": SECRET,
        "enabled": True,
        "directAccessGrantsEnabled": True,
        "redirectUris": ["http://127.0.0.1:*", "http://localhost/*"],
        "attributes": {"pkce.code.challenge.method": "S256", "post.logout.redirect.uris": "+"},
        "protocolMappers": [
            mapper(
                "roles",
                "oidc-usermodel-realm-role-mapper",
                **{"claim__name": "roles", "jsonType__label": "String", "multivalued": "true"},
                **both,
            ),
            mapper(
                "audience",
                "oidc-audience-mapper",
                **{"included__client__audience": CLIENT, "access__token__claim": "true"},
            ),
        ],
    }
    people = [person("alice", "people-editors"), person("nobody")]
    roles = {"realm": [{"name": "people-editors"}]}
    start = {"realm": REALM, "enabled": True, "sslRequired": "none", "roles": roles}
    return {**start, "clients": [client], "users": people}


class Keycloak:
    """Use it as a context manager. Raises Unavailable."""

    def __init__(self) -> None:
        self.home = Path(os.environ.get("MARQUEE_KEYCLOAK_HOME", ""))
        with socket.socket() as one:
            one.bind(("127.0.0.1", 0))
            self.port = int(one.getsockname()[1])
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}/realms/{REALM}"

    def __enter__(self) -> Keycloak:
        script = self.home / "bin" / "kc.sh"
        if not os.environ.get("MARQUEE_KEYCLOAK_HOME") or not script.is_file():
            raise Unavailable("MARQUEE_KEYCLOAK_HOME names no folder with Keycloak")
        place = self.home / "data" / "import"
        place.mkdir(parents=True, exist_ok=True)
        (place / "realm.json").write_text(json.dumps(realm()), "utf-8")
        command = [str(script), "start-dev", "--http-host=127.0.0.1", f"--http-port={self.port}"]
        with (self.home / "log.txt").open("wb") as log:
            self._process = subprocess.Popen([*command, "--import-realm"], stdout=log, stderr=log)
        until = time.monotonic() + STARTING
        while time.monotonic() < until and self._process.poll() is None:
            try:
                address = f"{self.issuer}/.well-known/openid-configuration"
                with urllib.request.urlopen(address, timeout=10):
                    return self
            except (OSError, urllib.error.URLError):
                time.sleep(0.5)
        self.__exit__()
        raise Unavailable((self.home / "log.txt").read_text("utf-8")[-500:])

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(60)
