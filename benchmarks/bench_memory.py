"""Peak memory of `fit` over the memory in use before it: one process a fit."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from datasets import classification
from learners import learners

_CHILD = Path(__file__).with_name("fit_in_child.py")


@dataclass(frozen=True)
class MemoryCase:
    name: str
    n_rows: int
    max_depth: int | None
    rounds: int = 1
    group: str = "synthetic"


def cases(config):
    sizes = {"200k": 200_000}
    if config.option.grid == "full":
        sizes["1M"] = 1_000_000
    return [
        MemoryCase(f"{size} x 20, {depth}", n_rows, max_depth)
        for size, n_rows in sizes.items()
        for depth, max_depth in {"depth 8": 8, "full depth": None}.items()
    ]


def competitors(config):
    return learners(config.option.jobs)


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    """A function that writes the data to files once, and returns their folder."""
    folders = {}

    def store(n_rows):
        if n_rows not in folders:
            folders[n_rows] = tmp_path_factory.mktemp("data")
            X, y = classification(n_rows)
            np.save(folders[n_rows] / "X.npy", X)
            np.save(folders[n_rows] / "y.npy", y)
        return folders[n_rows]

    return store


def _fit(learner, folder, max_depth):
    arguments = [learner.name, learner.threads, folder, max_depth or 0]
    done = subprocess.run(
        [sys.executable, _CHILD, *map(str, arguments)],
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    return json.loads(done.stdout)


def bench_memory(measure, case, learner, stored):
    folder = stored(case.n_rows)
    if not learner.is_baseline:
        _fit(learner, folder, case.max_depth)  # compiling takes memory, too: it is done here
    measure.note(**measure(lambda: _fit(learner, folder, case.max_depth)))
