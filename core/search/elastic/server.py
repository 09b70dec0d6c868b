"""The server: one client, few calls, and what goes wrong with them as one clear word.

After a failure to reach it, or two answers in a row that came too late, the next calls fail at once for a moment, so that
no search waits for a server that is away.
"""

from __future__ import annotations

import threading
import time
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import elasticsearch
from elastic_transport import ConnectionTimeout, TlsError, TransportError
from elasticsearch import ApiError, UnsupportedProductError

from core.errors import SearchUnavailable
from core.search.elastic.client import Client, Product

# A server without security says so in every answer.
warnings.filterwarnings("ignore", category=elasticsearch.ElasticsearchWarning)

Json = dict[str, Any]
PAUSE = 2.0  # seconds in which nobody asks a server that did not answer
PATIENT = (
    25.0  # seconds that a change or a rebuild waits for one answer; less than closing waits for it
)

# Reason: what it means, and what to do.
SAID = {
    "down": ("the search server cannot be reached", "Start it, or look at MARQUEE_SEARCH_URL."),
    "slow": ("the search server did not answer in time", "Look at its load and its memory."),
    "full": ("the disk of the search server is full", "Make room there; it then takes changes."),
    "red": ("a part of the index is not available on the search server", "Look at its health."),
    "busy": ("the search server has too much to do", "Wait, or give it more memory."),
    "refused": ("the search server refuses the key", "Look at MARQUEE_SEARCH_API_KEY."),
    "certificate": (
        "the certificate of the search server is not trusted",
        "Set MARQUEE_SEARCH_CA.",
    ),
    "foreign": (
        "what answers is neither Elasticsearch nor OpenSearch",
        "Look at MARQUEE_SEARCH_URL.",
    ),
    "missing": (
        "there is no index on the search server",
        "It is built by itself, or by a rebuild.",
    ),
    "long": ("the question is too long for the search server", "Ask with fewer words."),
    "broken": ("the search server cannot do this", "Look at its log."),
}
SAFE = "The records are safe, and the index catches up by itself."


def unavailable(reason: str, detail: str = "") -> SearchUnavailable:
    """The error for a reason; the detail is told where the reason alone says little."""
    meaning, advice = SAID[reason]
    text = f"{meaning} ({detail})" if detail and reason in ("broken", "missing") else meaning
    return SearchUnavailable(text, hint=f"{advice} {SAFE}", reason=reason)


class Server:
    """An Elasticsearch server of version 8 or 9, or an OpenSearch server of 2 or newer. Safe in several threads."""

    def __init__(
        self,
        url: str,
        *,
        api_key: str | None = None,
        certificates: Path | None = None,
        prefix: str = "marquee",
        seconds: float = 3.0,
    ) -> None:
        self.prefix, self.seconds = prefix, seconds
        self._client = Client(url, api_key, certificates)
        self._away: tuple[float, SearchUnavailable] | None = None
        self._late = 0  # answers that did not come in time, one after another
        self._lock = threading.Lock()
        self.ending = threading.Event()  # nothing more is asked

    @property
    def product(self) -> Product:
        """Who answers; Elasticsearch until it is known."""
        return self._client.product

    def call(
        self,
        method: str,
        path: str,
        body: Json | bytes | None = None,
        *,
        seconds: float | None = None,
        **parameters: str,
    ) -> Json:
        """One request; a path that is not there gives {}. Raises SearchUnavailable."""
        if self.ending.is_set():
            raise unavailable("down")
        with self._lock:
            if self._away and time.monotonic() < self._away[0]:
                raise self._away[1]
        try:
            answer = self._twice(method, path, body, seconds or self.seconds, parameters)
            self._late = 0
            return answer
        except (TransportError, UnsupportedProductError) as error:
            raise self._left(_of_network(error)) from error
        except ApiError as error:
            if error.status_code == 404:
                return {}
            raise _of_answer(error) from error

    def _twice(
        self,
        method: str,
        path: str,
        body: Json | bytes | None,
        seconds: float,
        parameters: Mapping[str, str],
    ) -> Json:
        """Once more where the connection broke: kept ones do when a server is started again. All calls may be repeated."""
        for last in (False, True):
            try:
                return self._client.request(method, path, body, seconds, parameters)
            except elasticsearch.ConnectionError as error:
                if last or isinstance(error, (ConnectionTimeout, TlsError)):
                    raise
        raise AssertionError

    def _left(self, error: SearchUnavailable) -> SearchUnavailable:
        """Ask nothing for a moment; one answer that is late may be a dear question."""
        with self._lock:
            self._late += error.extra["reason"] == "slow"
            if error.extra["reason"] != "slow" or self._late > 1:
                self._away = (time.monotonic() + PAUSE, error)
        return error

    def close(self) -> None:
        """Close the connections."""
        self.ending.set()
        self._client.close()


def _of_network(error: Exception) -> SearchUnavailable:
    if isinstance(error, UnsupportedProductError):
        return unavailable("foreign")
    if isinstance(error, TlsError):
        return unavailable("certificate")
    return unavailable("slow" if isinstance(error, ConnectionTimeout) else "down")


def _of_answer(error: ApiError) -> SearchUnavailable:
    """What a server says. Of its text only the kind is kept: the rest may hold values."""
    said = error.body if isinstance(error.body, dict) else {}
    cause = said.get("error")
    kind = str(cause.get("type", "")) if isinstance(cause, dict) else ""
    return unavailable(reason_of(error.status_code, kind, str(said)), kind)


def reason_of(status: int, kind: str, text: str = "") -> str:
    """The reason behind a refused request, or a refused line of a bulk."""
    if kind == "cluster_block_exception":
        return "full" if "flood-stage" in text or "read-only" in text else "red"
    if status in (401, 403):
        return "refused"
    if "too_many_clauses" in text or "too_many_nested_clauses" in text:
        return "long"
    if status == 429 or kind == "circuit_breaking_exception":
        return "busy"
    if status == 503 or "no_shard_available" in text or "unavailable_shards" in text:
        return "red"
    return "broken"
