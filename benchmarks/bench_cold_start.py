"""Time from starting Python to the end of the first fit: whole processes, one after the other."""

import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass

import pytest

from learners import Learner

IMPORT = Learner("import sklearn.tree")
SKLEARN = Learner("scikit-learn, import and first fit")
EMPTY = Learner("gaintree, import and first fit, empty cache")
WARM = Learner("gaintree, import and first fit, warm cache")

_FIT = """
import numpy as np
from {module} import {name}
rng = np.random.default_rng(0)
X = rng.random(({n_rows}, 4))
y = (X[:, 0] + rng.random({n_rows}) > 1.0).astype(int)
{name}(criterion="entropy").fit(X, y)
"""


@dataclass(frozen=True)
class StartCase:
    name: str
    n_rows: int
    rounds: int = 3
    group: str = "processes"


def cases(config):
    sizes = {"first fit of 20,000 x 4": 20_000}
    if config.option.grid == "full":
        sizes["first fit of 150 x 4"] = 150
    return [StartCase(name, n_rows) for name, n_rows in sizes.items()]


def competitors(config):
    return [IMPORT, SKLEARN, EMPTY, WARM]


def _script(learner, n_rows):
    if learner is IMPORT:
        return "import sklearn.tree"
    if learner is SKLEARN:
        return _FIT.format(module="sklearn.tree", name="DecisionTreeClassifier", n_rows=n_rows)
    return _FIT.format(module="gaintree", name="GainTreeClassifier", n_rows=n_rows)


def _run(script, cache_folder):
    subprocess.run(
        [sys.executable, "-c", script],
        env=os.environ | {"NUMBA_CACHE_DIR": cache_folder},
        capture_output=True,
        check=True,
    )


@pytest.fixture(scope="module")
def warm_cache(tmp_path_factory):
    """A cache folder that a first process has filled."""
    folder = str(tmp_path_factory.mktemp("numba"))
    _run(_script(WARM, 20_000), folder)
    return folder


def bench_cold_start(measure, case, learner, warm_cache):
    script = _script(learner, case.n_rows)
    with tempfile.TemporaryDirectory() as empty_cache:
        folder = empty_cache if learner is EMPTY else warm_cache
        measure(lambda: _run(script, folder))
