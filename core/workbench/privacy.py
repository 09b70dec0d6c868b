"""`workbench.privacy`: what is known of a person, as a file for them; and forgetting them."""

from __future__ import annotations

from contextlib import suppress

from core.datasets.registry import DEFAULT
from core.errors import NotFound, SearchUnavailable
from core.privacy import exporting, finding, forgetting
from core.privacy.exporting import Person
from core.privacy.finding import Known
from core.privacy.forgetting import Forgotten
from core.workbench.noun import Noun
from core.workbench.policy import needs


class Privacy(Noun):
    """A person everywhere in this installation."""

    @needs("privacy.read", takes="where a person is")
    def known(self, record_id: str, dataset: str = DEFAULT) -> Known:
        """Where a person is: what `forget` would take out. Reads every raw file of the dataset. Raises NotFound."""
        return finding.known(self._corridor, self._corridor.dataset(dataset), record_id)

    @needs("privacy.read", takes="all that is known of a person")
    def export(self, record_id: str, dataset: str = DEFAULT) -> Person:
        """All that is known of a person: `.data` as plain values, `.json` and `.text` to be handed out."""
        return exporting.person(self._corridor, self._corridor.dataset(dataset), record_id)

    @needs("privacy.forget")
    def forget(
        self,
        record_id: str,
        dataset: str = DEFAULT,
        *,
        reason: str = "",
        destroy_files: bool = False,
    ) -> Forgotten:
        """Forget a person everywhere; the answer has the paper about it. It cannot be taken back.

        `destroy_files`: raw files that cannot be changed row by row go as a whole. Raises NotFound, Conflict.
        """
        definition = self._corridor.dataset(dataset)
        done = forgetting.forget(
            *(self._corridor, definition, record_id, self._actor),
            reason=reason,
            destroy_files=destroy_files,
            backups=tuple(self._services.backups.folder.names()),
        )
        self._services.pictures.forget()
        for path in self._services.exports.folder.glob("*"):
            path.unlink(missing_ok=True)
        with suppress(SearchUnavailable):
            searching = self._services.search.of(definition)
            if searching.engine.standing().mark is not None:
                searching.follower.rebuild()
        return done

    @needs("privacy.read")
    def paper(self, forgotten_id: str) -> str:
        """The paper about somebody who was forgotten, in Markdown. Raises NotFound."""
        row = self._database.read(
            lambda c: c.execute(
                "SELECT paper FROM ops.forgotten WHERE forgotten_id::VARCHAR = ?", [forgotten_id]
            ).fetchone()
        )
        if row is None:
            raise NotFound(f"nobody was forgotten under {forgotten_id!r}")
        return str(row[0])
