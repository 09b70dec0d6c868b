"""How a file is to be imported: what every door can say about it, explained in one place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, TypedDict

from core.datasets.registry import DEFAULT, Registry
from core.files.frames import Frame
from core.ingest.recipes.recipe import Recipe, parse, plan_parts
from core.cleaning.plan import Mode, OnError, Plan, checked, parse_steps, reading as reading_

# A path, a stream, chunks of bytes, or a frame: of pandas, polars, Arrow, or what speaks Arrow's C stream.
Bytes = Path | str | BinaryIO | Iterable[bytes] | Frame


class ImportOptions(TypedDict, total=False):
    """The fields of an ImportRequest as keyword arguments; see there."""

    mode: Mode
    on_error: OnError
    source_name: str | None
    reading: Mapping[str, Any] | None
    recipe: Sequence[Any] | Mapping[str, Any] | Recipe | None
    force: bool
    confirm_deletions: bool
    filename: str | None


@dataclass(frozen=True, kw_only=True)
class ImportRequest:
    """What is to be done with a file.

    - `dataset`: where its records go.
    - `mode`: `upsert` adds new records and changes known ones; `insert` only adds; `replace` also deletes what
      the same source brought before and does not bring now.
    - `on_error`: `quarantine` imports the good rows and keeps the others to be fixed; `refuse` imports all or nothing.
    - `source_name`: who brings it; files of one source replace one another with `replace`. Without one, the
      file name is it.
    - `reading`: decisions of the reader taken by a person, such as {"delimiter": ";"}; `core.files.source` lists them.
    - `recipe`: cleaning steps in place of the usual ones; or a whole recipe, as `recipes.of` gives it or a file holds it.
    - `force`: import it although the same bytes are imported already.
    - `confirm_deletions`: that `replace` deletes more than a tenth of what the source brought is meant. Without it such
      a file is refused at every door but in Python (ManyDeletions); its preview on the page asks.
    - `filename`: the name its owner gave it, where the source has none.
    """

    dataset: str = DEFAULT
    mode: Mode = "upsert"
    on_error: OnError = "quarantine"
    source_name: str | None = None
    reading: Mapping[str, Any] | None = field(default_factory=dict)
    recipe: Sequence[Any] | Mapping[str, Any] | Recipe | None = None
    force: bool = False
    confirm_deletions: bool = False
    filename: str | None = None

    def plan(self, registry: Registry) -> Plan:
        """The plan that an upload keeps. Raises NotFound, InputError and BadRecipe for what makes no sense."""
        dataset, reading = registry.get(self.dataset), reading_(self.reading or {})
        parts: dict[str, Any] = {}
        if isinstance(self.recipe, (Mapping, Recipe)):
            recipe = parse(self.recipe, dataset)
            parts, reading = plan_parts(recipe, dataset), {**recipe.reading, **reading}
        elif self.recipe is not None:
            parts = {"recipe": parse_steps(dataset, self.recipe)}
        return checked(
            {
                "dataset": self.dataset,
                "mode": self.mode,
                "on_error": self.on_error,
                "source": self.source_name,
                "together": True,
                "confirm_deletions": self.confirm_deletions,
                "reading": reading,
                **parts,
            }
        )
