"""What goes wrong: every answer that is an error is raised, by its code."""

from __future__ import annotations

from typing import Any


class ApiError(Exception):
    """The API refused: `code` is for programs, `detail` and `hint` are for people, `problem` is all of it."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        self.status, self.problem = status, problem
        self.code = str(problem.get("code", "error"))
        self.title = str(problem.get("title", ""))
        self.detail = str(problem.get("detail", ""))
        self.hint = str(problem.get("hint", ""))
        super().__init__(": ".join(part for part in (self.title, self.detail) if part))


class Unreachable(Exception):
    """No answer came, also when it was asked again."""
