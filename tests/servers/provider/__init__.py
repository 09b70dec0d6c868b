"""A light OpenID provider on a free port of this machine: one client, people by code. It can be told to lie."""

from __future__ import annotations

import base64
import hashlib
import json
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey

CLIENT, SECRET = "marquee", "s3cret-of-the-client"


def key(name: str) -> ECKey:
    return ECKey.generate_key("P-256", {"kid": name, "use": "sig", "alg": "ES256"})


@dataclass
class Provider:
    """What it says of itself and of people. Use it as a context manager."""

    described: dict[str, Any] = field(default_factory=dict)  # lies about itself
    claimed: dict[str, Any] = field(default_factory=dict)  # lies about people
    key: ECKey = field(default_factory=lambda: key("one"))
    signs: ECKey | None = None  # with another key than it tells of
    people: dict[str, dict[str, Any]] = field(default_factory=dict)  # claims by code
    asked: dict[str, dict[str, str]] = field(default_factory=dict)  # how each code was asked for
    looked: int = 0  # how often for its keys

    def __enter__(self) -> Provider:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/realm"

    def log_in(self, address: str, code: str = "code", **claims: Any) -> dict[str, str]:
        """Somebody logs in at the address to which they were sent; what the browser brings back."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert asked["code_challenge_method"] == "S256" and asked["response_type"] == "code"
        self.asked[code] = asked
        self.people[code] = {"sub": "1", "preferred_username": "alice", **claims}
        return {"state": asked["state"], "code": code}

    def token(self, **claims: Any) -> str:
        at = int(time.time())
        told = {"iss": self.issuer, "aud": CLIENT, "iat": at, "exp": at + 60, **claims}
        told = {k: v for k, v in {**told, **self.claimed}.items() if v is not None}
        signs = self.signs or self.key
        return jwt.encode({"alg": "ES256", "kid": signs.kid}, told, signs)

    def description(self) -> dict[str, Any]:
        places = {"authorization_endpoint": "auth", "token_endpoint": "token"}
        places |= {"jwks_uri": "keys", "end_session_endpoint": "out"}
        found = {name: f"{self.issuer}/{path}" for name, path in places.items()}
        return {"issuer": self.issuer, **found, **self.described}

    def exchange(self, form: dict[str, str]) -> dict[str, Any]:
        """A code for tokens, once, for who began the login."""
        asked, claims = self.asked.get(form["code"], {}), self.people.pop(form["code"], None)
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if claims is None or asked["code_challenge"] != challenge:
            return {"error": "invalid_grant"}
        if asked["redirect_uri"] != form["redirect_uri"]:
            return {"error": "invalid_grant"}
        token = self.token(nonce=asked["nonce"], **claims)
        return {"access_token": self.token(**claims), "id_token": token, "token_type": "Bearer"}


def _handler(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.endswith("/keys"):
                provider.looked += 1
                return self._tell({"keys": [provider.key.as_dict(private=False)]})
            self._tell(provider.description())

        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            form = {k: v[0] for k, v in parse_qs(self.rfile.read(length).decode()).items()}
            given = self.headers.get("Authorization", "")
            wanted = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
            if given != f"Basic {wanted}":
                return self._tell({"error": "invalid_client"}, 401)
            told = provider.exchange(form)
            self._tell(told, 400 if "error" in told else 200)

        def _tell(self, told: dict[str, Any], status: int = 200) -> None:
            body = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...

    return Handler
