"""The house decorators: caches that are fresh, survive damage, and are never required."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import gaintree

SOURCE = Path(gaintree.__file__).parent

FIT = """
from gaintree.encode import encode_columns
import numpy as np
columns = encode_columns(np.array([[3.0], [1.0], [2.0]]))
print([int(word) & 0xFFFFFFFF for word in columns.words[0]])
"""


def run(code, cache, source=SOURCE):
    """Run code in a fresh interpreter with a numba cache of its own; return stdout and stderr."""
    environment = {
        **os.environ,
        "NUMBA_CACHE_DIR": str(cache),
        "PYTHONPATH": str(source.parent),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    result = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    return result.stdout.strip(), result.stderr.strip()


def test_compiling_is_announced_once_and_then_cached(tmp_path):
    first, again = run(FIT, tmp_path), run(FIT, tmp_path)
    assert first[0] == again[0] == "[1, 2, 0]"
    assert "compiling" in first[1]
    assert again[1] == ""


@pytest.mark.parametrize("suffix", ["nbi", "nbc"])
def test_a_damaged_cache_is_written_anew(tmp_path, suffix):
    run(FIT, tmp_path)
    for file in tmp_path.rglob(f"*.{suffix}"):
        file.write_bytes(file.read_bytes()[:30])
    assert run(FIT, tmp_path)[0] == "[1, 2, 0]"
    assert run(FIT, tmp_path) == ("[1, 2, 0]", "")


@pytest.mark.parametrize("edited", ["encode/columns.py", "grow/scratch.py"])
def test_an_edited_file_is_seen(tmp_path, edited):
    """numba's own cache would go on using the old code of a kernel in another file."""
    package = tmp_path / "copy" / "gaintree"
    shutil.copytree(SOURCE, package, ignore=shutil.ignore_patterns("__pycache__"))
    code = "\n".join(
        [
            "from gaintree.grow.draw import derive, draw_next",
            "import numpy as np",
            "print(int(draw_next(np.arange(9), 0, np.uint64(0))))",
        ]
    )
    before = run(code, tmp_path / "cache", package)
    assert run(code, tmp_path / "cache", package) == (before[0], "")
    file = package / edited  # of kernels; of numbers that kernels use
    file.write_text(file.read_text() + "\n# it has changed\n")
    assert "compiling" in run(code, tmp_path / "cache", package)[1]


def test_no_folder_for_a_cache_is_no_reason_to_fail(tmp_path):
    code = "from numba.core import caching; caching.FunctionCache._impl_class._locator_classes = []"
    result, message = run(code + FIT, tmp_path)
    assert result == "[1, 2, 0]"
    assert message.count("compiling") == 1
    assert not list(tmp_path.rglob("*.nbi"))


def test_importing_compiles_nothing_and_loads_little(tmp_path):
    """scikit-learn itself imports pandas where it is installed; gaintree adds numba alone."""
    code = (
        "import sys, sklearn.tree; before = set(sys.modules); import gaintree;"
        "print(sorted({name.split('.')[0] for name in set(sys.modules) - before} - {'gaintree'}))"
    )
    modules, messages = run(code, tmp_path)
    assert messages == ""
    assert "'numba'" in modules
    for name in ("pandas", "matplotlib", "polars", "pyarrow", "argparse"):
        assert f"'{name}'" not in modules
    assert not list(tmp_path.rglob("*.nbi"))


CRITERION = """
from gaintree import GainTreeClassifier
from gaintree._jit import formula
from gaintree.criteria import Gini

@formula
def impurity(weights, total, parameter):
    return {factor} * (1.0 - ((weights / total) ** 2).sum())

class Mine(Gini):
    impurity = staticmethod(impurity)
"""


def test_an_edited_criterion_of_a_user_is_seen(tmp_path):
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import mine;"
        "print(mine.GainTreeClassifier(criterion=mine.Mine()).fit([[0], [1]], [0, 1])"
        ".tree_.impurity[0])"
    )
    shown = []
    for factor in (1.0, 5.0):
        (tmp_path / "mine.py").write_text(CRITERION.format(factor=factor))
        shown.append(run(code, tmp_path / "cache")[0])
    assert shown == ["0.5", "2.5"]


def test_growth_says_that_it_needs_the_compiler():
    code = "from gaintree import GainTreeClassifier; GainTreeClassifier().fit([[0], [1]], [0, 1])"
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1"}
    result = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True
    )
    assert result.stderr.splitlines()[-1].startswith("RuntimeError: NUMBA_DISABLE_JIT is set")
