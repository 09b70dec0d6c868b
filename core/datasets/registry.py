"""Which datasets there are: the built-in ones and the TOML files in the user's folder."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from core.datasets.model import Dataset, from_toml, to_toml
from core.errors import BadDataset, Conflict, NotFound
from core.settings import DATASET

DEFAULT = DATASET
BUILT_IN = Path(__file__).resolve().parent


@dataclass
class Registry:
    """All definitions by name, and the files that could not be used with why."""

    folder: Path
    datasets: dict[str, Dataset] = field(default_factory=dict)
    broken: dict[str, BadDataset] = field(default_factory=dict)
    _seen: tuple[tuple[str, int, int], ...] = ()

    def refresh(self) -> None:
        """Look at the folders again; cheap when nothing changed (names, sizes and times are compared)."""
        files = [*sorted(BUILT_IN.glob("*.toml")), *sorted(self.folder.glob("*.toml"))]
        seen = tuple((str(p), p.stat().st_mtime_ns, p.stat().st_size) for p in files)
        if seen == self._seen:
            return
        datasets: dict[str, Dataset] = {}
        broken: dict[str, BadDataset] = {}
        for path in files:
            built_in = path.parent == BUILT_IN
            try:
                dataset = from_toml(path)
                if dataset.name in datasets:
                    raise BadDataset(f"{path.name}: there is a dataset {dataset.name!r} already")
            except BadDataset as error:
                broken[path.name] = error
                continue
            origin = "built-in" if built_in else "user"
            datasets[dataset.name] = dataset.model_copy(update={"origin": origin})
        self.datasets, self.broken, self._seen = datasets, broken, seen

    def get(self, name: str) -> Dataset:
        """The dataset of that name. Raises NotFound listing what there is."""
        self.refresh()
        if not isinstance(name, str) or name not in self.datasets:
            raise NotFound(
                f"there is no dataset {name!r}",
                hint=f"Known datasets: {', '.join(sorted(self.datasets)) or 'none'}.",
            )
        return self.datasets[name]

    def all(self) -> list[Dataset]:
        """Every usable dataset, the built-in ones first."""
        self.refresh()
        return list(self.datasets.values())

    def remove(self, name: str) -> None:
        """Take the file of a user's dataset away. Raises NotFound, and Conflict for a built-in one."""
        if self.get(name).origin == "built-in":
            raise Conflict(f"{name} comes with Marquee and cannot be deleted")
        for path in self.folder.glob("*.toml"):
            if from_toml(path).name == name:
                path.unlink()
        self._seen = ()

    def save(self, dataset: Dataset, *, replace: bool = False) -> Path:
        """Write a user's dataset as TOML into the folder. Raises Conflict when the name is taken."""
        self.refresh()
        present = self.datasets.get(dataset.name)
        if present and (present.origin == "built-in" or not replace):
            raise Conflict(
                f"there is a dataset {dataset.name!r} already", hint="Choose another name."
            )
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{dataset.name}.toml"
        half = path.with_suffix(".part")  # a crash leaves the old definition or the new one
        half.write_text(to_toml(dataset), "utf-8")
        os.replace(half, path)
        self._seen = ()
        return path
