"""A real Jupyter kernel that has no ipywidgets: Marquee opens, imports and shows in it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.docs.test_examples import NOTEBOOKS, PRINTED, Example

nbformat = pytest.importorskip("nbformat")
nbclient = pytest.importorskip("nbclient")
pytest.importorskip("ipykernel")

ROOT = Path(__file__).parents[1]
# A module that is None in `sys.modules` cannot be imported, whatever is installed.
BARE = f"""
import sys
sys.modules["ipywidgets"] = None
sys.path.insert(0, {str(ROOT)!r})
"""
KIND = """
from core import Workbench
with Workbench.open("m.duckdb", data_dir="d") as wb:
    print(wb.import_file("people.csv").counts.rows, "rows")
    print(list(wb.sql("select count(*) as n from range(100) t(i)").rows()))
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copy(ROOT / "core/datasets/samples/people_messy.csv", tmp_path / "people.csv")
    return tmp_path


def run(folder: Path, *cells: str) -> list[str]:
    """What the cells print, run in a kernel in the folder. Raises the error of a cell."""
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [nbformat.v4.new_code_cell(text) for text in (BARE, *cells)]
    client = nbclient.NotebookClient(
        notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    )
    client.execute()
    return [_printed(cell) for cell in notebook.cells[1:]]


def _printed(cell: Any) -> str:
    return "".join(output.get("text", "") for output in cell.outputs)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_kernel_without_ipywidgets(folder: Path) -> None:
    asked = "import duckdb\ntry:\n    duckdb.connect().execute('SET enable_progress_bar = true')\n"
    refused, said = run(folder, f"{asked}except duckdb.Error: print('refused')", KIND)
    assert "refused" in refused  # otherwise this is no kernel of the kind that is tested here
    assert "30 rows" in said and "100" in said


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("example", NOTEBOOKS, ids=str)
def test_the_examples_in_a_kernel(example: Example, folder: Path) -> None:
    (said,) = run(folder, example.text)
    assert all(words in said for words in PRINTED[example.document])
