"""The list of backups, the one that is being made, and how to come back."""

from __future__ import annotations

import io
import zipfile

import streamlit as st

from core.backups.service import Backup, Backups
from core.settings import Settings
from pages import _progress, _state
from pages._errors import guard
from pages._formats import ago, count, exact, number, plain, size

SHOWN = 10
MOST = 200_000_000  # bytes that a download through the page may have: it is held in memory


@st.fragment(run_every=0.5)
def watch() -> None:
    """The backup that is being made; ends with a redraw of everything."""
    with guard():
        job = _state.workbench().backups.state().job
        if job is None or not job.active:
            if job and job.status == "done":
                _state.flash("The backup was made, and its restore test passed")
            st.rerun()
        assert job is not None  # nosec B101
        with st.container(border=True):
            _progress.bar(job)
            if st.button("Cancel", icon=":material/stop_circle:", key="cancel-backup"):
                _state.workbench().backups.cancel()
                st.rerun()


def listed(backups: Backups) -> None:
    """Every backup with its test and what can be done with it."""
    st.subheader("Kept backups")
    found = backups.all()
    if not found:
        st.caption("There is none yet. The first one copies everything, the next ones what is new.")
        return
    most = _state.whole("n", SHOWN, 1_000)
    for backup in found[:most]:
        with st.container(border=True):
            _line(backups, backup)
    if len(found) > most and st.button("Show more", icon=":material/expand_more:"):
        _state.set_params(n=most + SHOWN)
        st.rerun()


def _line(backups: Backups, backup: Backup) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        with st.container(width="stretch", gap=None):
            _describe(backup)
        name = backup.name
        verify = st.button("Verify", icon=":material/verified:", key=f"verify-{name}")
        test = st.button(
            "Test again",
            icon=":material/restore_page:",
            key=f"test-{name}",
            help="Restores it into a file of its own, compares, and deletes that file.",
            disabled=backup.manifest is None,
        )
        if backup.manifest and backup.manifest.size <= MOST:
            st.download_button(
                "Download",
                data=lambda: _zip(backups, name),
                file_name=f"{name}.zip",
                mime="application/zip",
                icon=":material/download:",
                key=f"download-{name}",
                on_click="ignore",
            )
    if verify or test:
        with guard():
            _look(backups, name, test)


def _describe(backup: Backup) -> None:
    manifest = backup.manifest
    if manifest is None:
        st.markdown(f"**{plain(backup.name)}** :red-badge[:material/error: damaged]")
        st.caption(plain(backup.error))
        return
    badge = ":gray-badge[not tested]"
    if backup.test:
        badge = (
            f":green-badge[:material/check: restored {plain(ago(backup.test.at))}]"
            if backup.test.ok
            else ":red-badge[:material/error: restore test failed]"
        )
    if backup.foreign:
        badge += " :orange-badge[:material/database: of another database]"
    st.markdown(f"**{plain(exact(manifest.made_at))}** {badge}")
    facts = [
        f"{number(manifest.records)} records",
        count(len(manifest.raw), "raw file"),
        f"{size(manifest.size)}, {size(manifest.written)} of it new",
        "Parquet" if manifest.format == "parquet" else "DuckDB file",
        backup.name,
    ]
    st.caption(plain(" · ".join(facts)))
    if backup.foreign:
        st.caption(plain(f"Of {manifest.database}. It is never deleted here."))
    if backup.test and not backup.test.ok:
        st.markdown(f":small[:red[{plain(backup.test.detail)}]]")
    if manifest.missing:
        lost = count(len(manifest.missing), "raw file was", "raw files were")
        st.markdown(f":small[:orange[{lost} gone or altered already when it was made]]")


def _look(backups: Backups, name: str, test: bool) -> None:
    if test:
        with st.spinner("Restoring it into a file of its own …"):
            done = backups.restore_test(name)
        (st.success if done.ok else st.error)(plain(done.detail))
        return
    with st.spinner("Looking at every byte …"):
        found = backups.verify(name)
    if found.ok:
        st.success(
            f"Every byte is as it was written: {count(found.parts, 'part')} and"
            f" {count(found.raw, 'raw file')}.",
            icon=":material/verified:",
        )
    else:
        st.error("  \n".join(plain(line) for line in found.wrong[:5]), icon=":material/error:")


def _zip(backups: Backups, name: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for inside, path in backups.files(name):
            archive.write(path, inside)
    return packed.getvalue()


def ways_back(settings: Settings) -> None:
    """What to type when it is needed: a restore wants the app stopped."""
    with st.expander("How to restore", icon=":material/history:"):
        st.markdown(
            "A wrong import needs no backup: take it back on its page. For the rest, **stop Marquee** and"
            " use the command line; the database that is there is kept beside the restored one."
        )
        st.code(
            "python -m core backups                        # the names\n"
            "python -m core restore --backup NAME          # in the place of the database\n"
            "python -m core restore --backup NAME --files  # only raw files that are missing\n"
            "python -m core rebuild --to new.duckdb        # from raw files and history alone",
            language="bash",
        )
        st.caption(
            f"Backups are kept in {plain(settings.backup_dir.absolute())}. Another disk is safer than"
            " the one of the database: set MARQUEE\\_BACKUP\\_DIR. MARQUEE\\_BACKUP\\_EVERY\\_HOURS makes"
            " them by themselves."
        )
