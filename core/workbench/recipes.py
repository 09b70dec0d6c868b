"""`workbench.recipes`: cleaning that is saved by name, replayed on other files, exported and imported."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.history import events
from core.ingest import replaying
from core.ingest.recipes import kept, recipe as recipes
from core.ingest.recipes.kept import Saved
from core.ingest.recipes.recipe import Recipe
from core.ingest.replaying import Drift
from core.ingest.uploads import Upload
from core.storage.store import Connection
from core.workbench.noun import Noun
from core.workbench.policy import needs


class Recipes(Noun):
    """Saved recipes: list them by calling, save one of an upload, use one for another upload."""

    @needs("recipes.read")
    def __call__(self, dataset: str | None = None) -> list[Saved]:
        """Saved recipes by name; of one dataset, or of all."""
        return self._database.read(lambda c: kept.listed(c, dataset))

    @needs("recipes.read")
    def get(self, dataset: str, name: str) -> Saved:
        """One by its name. Raises NotFound."""
        return self._database.read(lambda c: kept.get(c, dataset, name))

    @needs("recipes.read")
    def of(self, upload_id: str, name: str = "") -> Recipe:
        """The recipe of an upload as it is now: reading, table steps, mapping, cleaning steps. `.as_json()` exports it."""
        return replaying.of_upload(self._corridor, upload_id, name)

    @needs("recipes.write")
    def save(
        self, upload_id: str, name: str, *, source: str | None = None, replace: bool = False
    ) -> Saved:
        """Save the recipe of an upload under a name. With a `source`, the source's next file gets it by itself.

        Raises Conflict when the name is taken, unless `replace`.
        """
        recipe = replaying.of_upload(self._corridor, upload_id, kept.clean_name(name))
        return self.put(recipe, name, source=source, replace=replace)

    @needs("recipes.write")
    def put(
        self,
        recipe: Recipe | Mapping[str, Any] | str | bytes,
        name: str | None = None,
        *,
        dataset: str | None = None,
        source: str | None = None,
        replace: bool = False,
    ) -> Saved:
        """Save a recipe that was exported: a Recipe, a mapping or JSON text. Raises BadRecipe, Conflict, NotFound."""
        found = self._parsed(recipe, dataset)
        bound = found.model_copy(update={"source": source})
        name = name or found.name

        def task(connection: Connection) -> Saved:
            saved = kept.save(connection, bound, name, self._actor, replace=replace)
            self._tell(connection, "recipe.saved", saved.dataset, saved.name, source)
            return saved

        return self._database.write(task)

    def _parsed(self, data: Any, dataset: str | None) -> Recipe:
        wanted = dataset or recipes.dataset_of(data)
        return recipes.parse(data, self._services.registry.get(wanted))

    @needs("recipes.write")
    def bind(self, dataset: str, name: str, source: str | None) -> Saved:
        """Bind a recipe to a source, whose next file gets it by itself; None lets go of it."""

        def task(connection: Connection) -> Saved:
            saved = kept.bind(connection, dataset, name, source)
            self._tell(connection, "recipe.bound", dataset, saved.name, source)
            return saved

        return self._database.write(task)

    @needs("recipes.write")
    def remove(self, dataset: str, name: str) -> None:
        """Forget a recipe. What was cleaned with it stays as it is. Raises NotFound."""

        def task(connection: Connection) -> None:
            kept.remove(connection, dataset, name)
            self._tell(connection, "recipe.removed", dataset, name, None)

        self._database.write(task)

    def _tell(
        self, connection: Connection, kind: str, dataset: str, name: str, source: str | None
    ) -> None:
        details = {"name": name, **({"source": source} if source else {})}
        events.append(connection, kind, self._actor, dataset=dataset, details=details)

    @needs("uploads.write")
    def apply(self, upload_id: str, recipe: str | Recipe | Mapping[str, Any]) -> Upload:
        """Use a recipe for an open upload: a saved one by its name, or one that was exported.

        Steps that do not fit the file are left out, and told in the notes of its table.
        """
        dataset = self._corridor.upload(upload_id).dataset
        if isinstance(recipe, str) and not recipe.lstrip().startswith("{"):
            found = self.get(dataset, recipe).recipe
        else:
            found = self._parsed(recipe, dataset)
        return replaying.apply(self._corridor, upload_id, found, self._actor)

    @needs("uploads.read")
    def drift(self, upload_id: str) -> Drift | None:
        """What columns an upload's file has otherwise than its recipe, or its source's last file; None without one."""
        return replaying.drift(self._corridor, upload_id)

    @needs("uploads.write")
    def adapt(self, upload_id: str, renamed: Mapping[str, str]) -> Upload:
        """Take new columns for old ones in the recipe of an upload: {old name: new name}, as `drift` proposes."""
        return replaying.adapt(self._corridor, upload_id, renamed, self._actor)
