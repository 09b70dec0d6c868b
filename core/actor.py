"""Who acts: it goes with every act, into the history, the events and the jobs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Actor:
    """A person or a program, the role in which it acts, through which door, and for which request.

    Doors: page, folder, api, cli, notebook, schedule. The request's id stands in the details of its events.
    `roles` are (dataset, role), where another role holds than elsewhere. Who comes by an API key has its id, its
    scopes (`within`) and the datasets that it is for (none: all).
    """

    who: str = "local"
    door: str = "notebook"
    role: str = "owner"
    request: str | None = None
    roles: tuple[tuple[str, str], ...] = ()
    key: str | None = None
    within: tuple[str, ...] | None = None
    datasets: tuple[str, ...] = ()

    @property
    def scope(self) -> str:
        """What answers may be kept under: two actors of one scope see the same."""
        parts = (self.roles, self.within, self.datasets)
        return f"{self.role} {parts}" if any(parts) else self.role
