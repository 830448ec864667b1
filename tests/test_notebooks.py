"""The notebooks run from top to bottom, and what is stored is what they print."""

import json
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
ABSOLUTE_PATH = re.compile(
    r"(?<![\w.:/])/(?:Users|bin|builds|etc|home|mnt|opt|private|root|srv|tmp|usr|var|work)/"
    r"|\b[A-Za-z]:\\Users"
    r"|file://"
)
COMPILING = re.compile(r"gaintree: compiling kernels.*\n?")  # said once, by a fresh installation

# nbclient, jupyter_client and zmq warn about their own sockets and event loops, each version in its
# own way. Warnings of the notebook itself are looked for in what it prints.
pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning:(jupyter_client|nbclient|tornado|zmq)"),
    pytest.mark.filterwarnings("ignore:Proactor event loop:RuntimeWarning:zmq"),
]


def test_there_are_notebooks():
    assert NOTEBOOKS


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def stored(request):
    return nbformat.read(request.param, as_version=4)


@pytest.fixture
def kernel(tmp_path, monkeypatch):
    """Name of a kernel that is the running interpreter, whatever else is installed."""
    # A first import builds the font cache and says so on stderr if it takes long.
    subprocess.run([sys.executable, "-c", "import matplotlib.pyplot"], check=True)

    folder = tmp_path / "jupyter" / "kernels" / "running-interpreter"
    folder.mkdir(parents=True)
    argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec = {"argv": argv, "display_name": "running interpreter", "language": "python"}
    (folder / "kernel.json").write_text(json.dumps(spec))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    return folder.name


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def shown(cell):
    """What a cell shows: text, printed in one or more pieces, and the kinds of all else."""
    parts = []
    for output in cell.outputs:
        if output.output_type == "error":
            parts.append(("error", output.ename))
        elif output.output_type != "stream":
            parts.append(("display", sorted(output.data)))
        elif output.name == "stdout":
            before = parts.pop()[1] if parts and parts[-1][0] == "text" else ""
            parts.append(("text", before + output.text))
    return parts


def complaints(cell):
    """What a cell prints to stderr, and the names of its errors."""
    return "".join(
        output.ename if output.output_type == "error" else output.text
        for output in cell.outputs
        if output.output_type == "error" or output.get("name") == "stderr"
    )


@pytest.mark.slow
def test_a_notebook_runs_and_shows_what_is_stored(stored, kernel, tmp_path):
    fresh = nbformat.from_dict(stored)
    for cell in code_cells(fresh):
        cell.outputs, cell.execution_count = [], None
    folder = tmp_path / "run"
    folder.mkdir()
    NotebookClient(
        fresh,
        kernel_name=kernel,
        timeout=300,
        record_timing=False,
        resources={"metadata": {"path": str(folder)}},
    ).execute()

    for cell, before in zip(code_cells(fresh), code_cells(stored), strict=True):
        assert not COMPILING.sub("", complaints(cell)), cell.source
        assert shown(cell) == shown(before), f"run again and store:\n{cell.source}"
    assert not list(folder.iterdir())


def test_a_stored_notebook_is_executed_in_order(stored):
    nbformat.validate(stored)
    counts = [cell.execution_count for cell in code_cells(stored)]
    assert counts == list(range(1, len(counts) + 1))
    for cell in code_cells(stored):
        assert not complaints(cell), cell.source
        assert cell.outputs or not re.search(r"\b(print|plt\.show)\(", cell.source), cell.source


def strings(node):
    """Every text in a notebook but the pictures."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for key, value in node.items():
            if key != "image/png":
                yield from strings(value)
    elif isinstance(node, list):
        for value in node:
            yield from strings(value)


def test_a_stored_notebook_tells_nothing_of_the_machine(stored):
    assert stored.metadata.kernelspec.name == "python3"
    assert "version" not in stored.metadata.language_info
    for text in strings(stored):
        assert not ABSOLUTE_PATH.search(text)
    for cell in stored.cells:
        assert "execution" not in cell.metadata
