"""Time from starting Python to the end of the first fit: whole processes, one after the other."""

import os
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from tempfile import TemporaryDirectory

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


def start_case(n_rows: int) -> StartCase:
    return StartCase(f"first fit of {n_rows:,} x 4", n_rows)


def cases(config):
    sizes = [20_000] if config.option.grid == "small" else [20_000, 150]
    return list(map(start_case, sizes))


def competitors(case, config):
    return [IMPORT, SKLEARN, EMPTY, WARM]


def _script(learner, n_rows):
    if learner == IMPORT:
        return "import sklearn.tree"
    if learner == SKLEARN:
        return _FIT.format(module="sklearn.tree", name="DecisionTreeClassifier", n_rows=n_rows)
    return _FIT.format(module="gaintree", name="GainTreeClassifier", n_rows=n_rows)


def _run(script, cache_folder):
    subprocess.run(
        [sys.executable, "-c", script],
        env=os.environ | {"NUMBA_CACHE_DIR": cache_folder},
        capture_output=True,
        check=True,
    )


@cache
def _warm_cache() -> TemporaryDirectory:
    """Return a cache folder that a first process has filled; it goes when Python ends."""
    folder = TemporaryDirectory()
    _run(_script(WARM, 20_000), folder.name)
    return folder


def bench_cold_start(measure, case, learner):
    script = _script(learner, case.n_rows)
    with TemporaryDirectory() as empty_cache:
        folder = empty_cache if learner == EMPTY else _warm_cache().name
        measure(lambda: _run(script, folder))
