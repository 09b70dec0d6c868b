"""How one server is spoken to: Elasticsearch by its official client, OpenSearch by the connections of the same client.

The official clients of the two refuse each other's servers, and the requests that an index needs are the same for both: so what
differs is found out once, by who answers.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote, urlencode

from elastic_transport import ApiResponseMeta
from elasticsearch import ApiError, Elasticsearch, UnsupportedProductError

Json = dict[str, Any]
Product = Literal["elasticsearch", "opensearch"]
JSON, LINES = "application/json", "application/x-ndjson"
OLDEST = 2  # OpenSearch


class Client:
    """Asks one server. Raises TransportError, ApiError, UnsupportedProductError. Safe in several threads."""

    def __init__(self, url: str, key: str | None, certificates: Path | None) -> None:
        more: Json = {"ca_certs": str(certificates)} if certificates else {}
        self._headers = {"accept": JSON, **_authorization(key)}
        self._official = Elasticsearch(url, max_retries=0, **more)
        self._product: Product | None = None

    @property
    def product(self) -> Product:
        """Who answers; Elasticsearch until it is known."""
        return self._product or "elasticsearch"

    def request(
        self,
        method: str,
        path: str,
        body: Json | bytes | None,
        seconds: float,
        parameters: Mapping[str, str],
    ) -> Json:
        """One request; gives the object that answers."""
        if self._product is None:
            self._product = self._known(seconds)
        headers = dict(self._headers)
        if body is not None:
            headers["content-type"] = LINES if isinstance(body, bytes) else JSON
        if self._product == "opensearch":
            meta, said = self._plain(method, path, body, seconds, parameters, headers)
            if meta.status >= 400:
                raise ApiError(str(meta.status), meta, said)
        else:
            client = self._official.options(request_timeout=seconds)
            said = client.perform_request(
                method, path, params=dict(parameters), headers=headers, body=body
            ).body
        return said if isinstance(said, dict) else {}

    def _known(self, seconds: float) -> Product | None:
        """Who answers; None where it does not say so, as to a key that may not ask. Raises UnsupportedProductError."""
        meta, said = self._plain("GET", "/", None, seconds, {}, self._headers)
        if meta.headers.get("x-elastic-product") == "Elasticsearch":
            return "elasticsearch"
        version = said.get("version") if isinstance(said, dict) else None
        if isinstance(version, dict) and version.get("distribution") == "opensearch":
            if int(str(version.get("number", "0")).partition(".")[0]) >= OLDEST:
                return "opensearch"
        if meta.status < 400:
            raise UnsupportedProductError("neither Elasticsearch nor OpenSearch", meta, said)
        return None

    def _plain(
        self,
        method: str,
        path: str,
        body: Json | bytes | None,
        seconds: float,
        parameters: Mapping[str, str],
        headers: Mapping[str, str],
    ) -> tuple[ApiResponseMeta, Any]:
        """A request that asks nobody which product it is."""
        target = quote(path, safe="/*,_-") + (f"?{urlencode(parameters)}" if parameters else "")
        answer = self._official.transport.perform_request(
            method, target, body=body, headers=dict(headers), request_timeout=seconds
        )
        return answer.meta, answer.body

    def close(self) -> None:
        """Close the connections."""
        self._official.close()


def _authorization(key: str | None) -> dict[str, str]:
    """A key in its encoded form, or a name and its password with a colon between them."""
    if key is None:
        return {}
    if ":" in key:
        return {"authorization": f"Basic {base64.b64encode(key.encode()).decode()}"}
    return {"authorization": f"ApiKey {key}"}
