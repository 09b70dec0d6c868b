"""An OpenID provider: where it is, what it signed, and the way to it and back (code flow with PKCE).

What it answers is believed only after its signature, issuer, audience, times and nonce were looked at. Its description and
its keys are kept for an hour; a key that is not known is asked for once more, twice a minute at most.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from core.access import secrets
from core.errors import NotAllowed, ProviderFailed
from core.security.places import is_loopback
from core.settings import Settings

if TYPE_CHECKING:
    from joserfc.jwk import KeySet

Claims = Mapping[str, Any]
KEPT = 3_600.0  # seconds
FAILED = 10.0  # in which one that did not answer is not asked again
WAITING = 2.0  # for another thread that asks it
AGAIN = 30.0  # between two looks for a key that is not known
TIMEOUTS = (5, 10)  # seconds to connect, and without a byte
MOST = 1_000_000  # bytes of an answer
LOGOUT = "http://schemas.openid.net/event/backchannel-logout"  # the name of the event; nothing is asked there
FRESH = 300  # seconds for which a logout token counts
LEEWAY = 60  # seconds by which two clocks may differ
SIGNED = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
_NO_TOKEN = (
    "Ask the provider for another token, and look at the clock of this machine."  # nosec B105
)


@dataclass(frozen=True)
class Flow:
    """What the browser brings back: it began the login that ends."""

    state: str
    nonce: str
    verifier: str
    next: str = "/"


class Provider:
    """The provider that the settings name. Safe in several threads."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.issuer = settings.oidc_issuer or ""
        self._lock = threading.Lock()
        self._described: tuple[float, dict[str, Any]] = (0, {})
        self._keys: tuple[float, KeySet | None] = (0, None)
        self._asking = threading.Lock()
        self._failed: tuple[float, ProviderFailed | None] = (0, None)

    # ------------------------------------------------------------------ the way there and back

    def begin(self, back: str, after: str = "/") -> tuple[str, Flow]:
        """The address to which somebody goes to log in, and what their browser keeps. Raises ProviderFailed."""
        flow = Flow(secrets.token(), secrets.token(), secrets.token(), after)
        with self._session(back) as session:
            address, _ = session.create_authorization_url(
                self._endpoint("authorization_endpoint"),
                state=flow.state,
                nonce=flow.nonce,
                code_verifier=flow.verifier,
            )
        return str(address), flow

    def finish(self, flow: Flow, code: str, back: str) -> Claims:
        """Who came back with a code. Raises NotAllowed, ProviderFailed."""
        from authlib.integrations.base_client import OAuthError
        from requests import RequestException

        try:
            with self._session(back) as session:
                answer = session.fetch_token(
                    self._endpoint("token_endpoint"),
                    code=code,
                    code_verifier=flow.verifier,
                    timeout=TIMEOUTS,
                    allow_redirects=False,
                )
        except OAuthError as error:
            raise NotAllowed(f"the provider refused the login: {error.error}", hint="") from error
        except (RequestException, ValueError) as error:
            raise ProviderFailed(f"{self.issuer} does not answer as it should") from error
        return self._believed(str(answer.get("id_token", "")), self._client, nonce=flow.nonce)

    def bearer(self, token: str) -> Claims:
        """Who a program with an access token acts for. Raises NotAllowed, ProviderFailed."""
        claims = self._believed(token, self.settings.oidc_audience or self._client)
        if {"nonce", "at_hash", "events"} & {*claims} or claims.get("typ") in (
            "ID",
            "Logout",
            "Refresh",
        ):
            raise NotAllowed("this is no access token", hint="Send the access token, no other one.")
        return claims

    def logged_out(self, token: str) -> tuple[str | None, str | None]:
        """Whom the provider logged out, and of which session: (sub, sid), one of them at least. Raises NotAllowed."""
        claims = self._believed(token, self._client, subject=False)
        told = claims.get("events")
        if not isinstance(told, Mapping) or LOGOUT not in told or "nonce" in claims:
            raise NotAllowed("this is no logout token", hint="")
        if not isinstance(claims.get("iat"), (int, float)) or not claims.get("jti"):
            raise NotAllowed("a logout token says when it was made, and its id", hint="")
        if time.time() - float(claims["iat"]) > FRESH:
            raise NotAllowed("the logout token is too old", hint="")
        subject_, sid = (str(claims[n]) if claims.get(n) else None for n in ("sub", "sid"))
        if subject_ is None and sid is None:
            raise NotAllowed("the logout token names nobody", hint="")
        return subject_, sid and sid[:200]

    def way_out(self, back: str) -> str | None:
        """The address where somebody logs out of the provider, too; None where it has none."""
        try:
            address = self._description().get("end_session_endpoint")
        except ProviderFailed:
            return None
        said = urlencode({"client_id": self._client, "post_logout_redirect_uri": back})
        return f"{address}?{said}" if isinstance(address, str) else None

    # ------------------------------------------------------------------ what is believed

    def _believed(
        self, token: str, audience: str, nonce: str | None = None, *, subject: bool = True
    ) -> Claims:
        from joserfc import jwt
        from joserfc.errors import JoseError

        wanted: dict[str, Any] = {"exp": {"essential": True}, "sub": {"essential": subject}}
        wanted["iss"] = {"essential": True, "value": self.issuer}
        wanted["aud"] = {"essential": True, "value": audience}
        if nonce is not None:
            wanted["nonce"] = {"essential": True, "value": nonce}
        try:
            try:
                found = jwt.decode(token, self._keyset(), algorithms=SIGNED)
            except (JoseError, ValueError):  # it may have other keys by now
                found = jwt.decode(token, self._keyset(anew=True), algorithms=SIGNED)
            jwt.JWTClaimsRegistry(leeway=LEEWAY, **wanted).validate(found.claims)
        except (JoseError, ValueError) as error:
            why = getattr(error, "description", "") or getattr(error, "error", "") or "its form"
            raise NotAllowed(f"the token is not valid: {why}", hint=_NO_TOKEN) from error
        return found.claims

    def _keyset(self, anew: bool = False) -> KeySet:
        from joserfc.jwk import KeySet

        with self._lock:
            at, kept = self._keys
            if kept is not None and time.monotonic() - at < (AGAIN if anew else KEPT):
                return kept
        told = self._get(self._endpoint("jwks_uri"))
        usable = [k for k in told.get("keys", []) if k.get("use", "sig") == "sig" and "kty" in k]
        if not usable:
            raise ProviderFailed(f"{self.issuer} names no key with which it signs")
        found = KeySet.import_key_set({"keys": usable})
        with self._lock:
            self._keys = (time.monotonic(), found)
        return found

    # ------------------------------------------------------------------ what it says of itself

    def _description(self) -> dict[str, Any]:
        with self._lock:
            at, kept = self._described
            if kept and time.monotonic() - at < KEPT:
                return kept
        found = self._get(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
        if found.get("issuer") != self.issuer:
            raise ProviderFailed(
                f"{self.issuer} calls itself {str(found.get('issuer'))[:200]!r}",
                hint="Set MARQUEE_OIDC_ISSUER to exactly what the provider calls itself.",
            )
        with self._lock:
            self._described = (time.monotonic(), found)
        return found

    def _endpoint(self, name: str) -> str:
        found = self._description().get(name)
        parts = urlsplit(found) if isinstance(found, str) else urlsplit("")
        safe = parts.scheme == "https" or is_loopback(parts.hostname or "")
        if not parts.hostname or not safe:
            raise ProviderFailed(f"{self.issuer} has no {name} by https")
        return str(found)

    def _get(self, address: str) -> dict[str, Any]:
        """What it answers, asked by one thread at a time; a failure is the answer for a while, so that nobody waits for it."""
        if not self._asking.acquire(timeout=WAITING):
            raise ProviderFailed(f"{self.issuer} is slow to answer")
        try:
            at, failure = self._failed
            if failure is not None and time.monotonic() - at < FAILED:
                raise ProviderFailed(failure.detail, hint=failure.hint)
            try:
                found = self._ask(address)
            except ProviderFailed as error:
                self._failed = (time.monotonic(), error)
                raise
            self._failed = (0, None)
            return found
        finally:
            self._asking.release()

    def _ask(self, address: str) -> dict[str, Any]:
        import requests

        try:
            with requests.get(
                address, timeout=TIMEOUTS, allow_redirects=False, stream=True
            ) as answer:
                answer.raise_for_status()
                body = answer.raw.read(MOST + 1, decode_content=True)
            found = json.loads(body) if len(body) <= MOST else None
        except (requests.RequestException, OSError, ValueError) as error:
            raise ProviderFailed(f"{self.issuer} does not answer as it should") from error
        if not isinstance(found, dict):
            raise ProviderFailed(f"{self.issuer} does not answer with a description")
        return found

    @property
    def _client(self) -> str:
        return self.settings.oidc_client_id or ""

    def _session(self, back: str) -> Any:
        from authlib.integrations.requests_client import OAuth2Session

        secret = self.settings.oidc_client_secret
        return OAuth2Session(
            self._client,
            secret.get_secret_value() if secret else None,
            scope=self.settings.oidc_scope,
            redirect_uri=back,
            code_challenge_method="S256",
            token_endpoint_auth_method="client_secret_basic" if secret else "none",
        )
