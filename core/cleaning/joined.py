"""The fields that several columns make: the text that the step `join` puts together."""

from __future__ import annotations

from core.cleaning import recipe
from core.cleaning.plan import Plan
from core.cleaning.step import Step
from core.cleaning.steps import join
from core.datasets.parts import DATE_PARTS, GIVEN_FIRST


def texts(plan: Plan, steps: tuple[Step, ...]) -> dict[str, str]:
    """Field to the SQL that puts its columns (c0, c1, ...) together."""
    words = tuple(dict.fromkeys(w for s in steps if s.op == "empty_words" for w in s.words))
    found = {}
    for name, parts in plan.parts().items():
        if parts.keys() <= {*DATE_PARTS}:
            found[name] = join.date({p: f"c{i}" for p, i in parts.items()})
            continue
        order = (recipe.option(steps, "join", name) or " ".join(GIVEN_FIRST)).split()
        found[name] = join.name({p: f"c{parts[p]}" for p in order if p in parts}, words)
    return found
