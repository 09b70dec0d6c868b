"""Who acts: it goes with every act, into the history, the events and the jobs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Actor:
    """A person or a program, the role in which it acts, through which door, and for which request.

    Doors: page, folder, api, cli, notebook, schedule. The request's id stands in the details of its events.
    """

    who: str = "local"
    door: str = "notebook"
    role: str = "owner"
    request: str | None = None

    @property
    def scope(self) -> str:
        """What answers may be kept under: two actors of one scope see the same."""
        return self.role
