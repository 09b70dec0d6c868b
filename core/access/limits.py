"""Rate limits: how many requests somebody may send, by what they ask for. Counted here, or in Redis for all replicas.

Who is limited is noted by the hour, without a write for each refusal.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from core.errors import SettingsError
from core.observe import metrics
from core.storage.redis import counting

POLICIES = {
    "api": "1200/minute",
    "search": "600/minute",
    "upload": "120/minute",
    "export": "60/minute",
    "login": "10/minute",
    "guess": "20/minute",  # tokens and keys that were wrong
}
NAMESPACE = "marquee"


@dataclass(frozen=True)
class Standing:
    """How somebody stands with a policy: `left` of `most` requests in `window` seconds; `reset` seconds until more."""

    policy: str
    most: int
    window: int
    left: int
    reset: int
    allowed: bool = True

    def headers(self) -> dict[str, str]:
        """RateLimit and RateLimit-Policy, as the IETF's draft writes them; Retry-After when it is too much."""
        found = {
            "RateLimit-Policy": f'"{self.policy}";q={self.most};w={self.window}',
            "RateLimit": f'"{self.policy}";r={self.left};t={self.reset}',
        }
        if not self.allowed:
            found["Retry-After"] = str(max(1, self.reset))
        return found


class Limits:
    """Counts requests. Safe in several threads; in several processes with Redis."""

    def __init__(self, address: str | None = None, said: Mapping[str, str] | None = None) -> None:
        self._items: dict[str, RateLimitItem] = {}
        for policy, text in {**POLICIES, **(said or {})}.items():
            if policy not in POLICIES:
                raise SettingsError(
                    f"there is no limit {policy!r}; there are {', '.join(POLICIES)}"
                )
            try:
                self._items[policy] = parse(text)
            except ValueError as error:
                raise SettingsError(
                    f"the limit {policy} is {text!r}; expected such as 100/minute"
                ) from error
        self._memory = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._counter = (
            SlidingWindowCounterRateLimiter(counting(address)) if address else self._memory
        )
        self._lock = threading.Lock()
        self._refused: dict[tuple[str, str], int] = {}
        self._down_until = 0.0

    def hit(self, policy: str, subject: str, cost: int = 1) -> Standing:
        """Count a request of somebody."""
        item = self._items[policy]
        counter = self._present()
        try:
            return self._hit(counter, item, policy, subject, cost)
        except (
            Exception
        ):  # Redis does not answer: nobody is kept out by that, this process counts alone
            self._down_until = time.monotonic() + 10
            return self._hit(self._memory, item, policy, subject, cost)

    def _present(self) -> SlidingWindowCounterRateLimiter:
        return self._memory if time.monotonic() < self._down_until else self._counter

    def _hit(
        self,
        counter: SlidingWindowCounterRateLimiter,
        item: RateLimitItem,
        policy: str,
        subject: str,
        cost: int,
    ) -> Standing:
        allowed = counter.hit(item, NAMESPACE, policy, subject, cost=cost)
        window = counter.get_window_stats(item, NAMESPACE, policy, subject)
        reset = max(0, round(window.reset_time - time.time()))
        if not allowed:
            metrics.count("marquee.limits.refused", limit=policy)
            with self._lock:
                key = (subject, policy)
                self._refused[key] = self._refused.get(key, 0) + 1
        return Standing(
            policy, item.amount, item.get_expiry(), max(0, window.remaining), reset, allowed
        )

    def would(self, policy: str, subject: str) -> bool:
        """Whether one more would be allowed; counts nothing."""
        return bool(self._present().test(self._items[policy], NAMESPACE, policy, subject))

    def refused(self) -> dict[tuple[str, str], int]:
        """Who was refused since this was asked last: (subject, policy) to how often."""
        with self._lock:
            found, self._refused = self._refused, {}
            return found
