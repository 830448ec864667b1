"""Peak memory of `fit` over the memory in use before it: one process a fit."""

import json
import subprocess
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from datasets import depth_name, synthetic_case
from learners import learners

_CHILD = Path(__file__).with_name("fit_in_child.py")


@dataclass(frozen=True)
class MemoryCase:
    name: str
    size: str
    max_depth: int | None
    rounds: int = 1
    group: str = "synthetic"


def memory_case(size: str, max_depth: int | None) -> MemoryCase:
    return MemoryCase(f"{size} x 20, {depth_name(max_depth)}", size, max_depth)


def cases(config):
    sizes = ["200k"] if config.option.grid == "small" else ["200k", "1M"]
    return [memory_case(size, max_depth) for size in sizes for max_depth in (8, None)]


def competitors(case, config):
    return learners(config.option.jobs)


@lru_cache(maxsize=1)
def _stored(size: str) -> TemporaryDirectory:
    """Return a folder with the data in files; it goes when the next one comes."""
    folder = TemporaryDirectory()
    for name, array in zip("Xy", synthetic_case(size).load(), strict=True):
        np.save(Path(folder.name, f"{name}.npy"), array)
    return folder


def _fit(learner, case):
    arguments = [learner.name, learner.threads, _stored(case.size).name, case.max_depth or 0]
    done = subprocess.run(
        [sys.executable, _CHILD, *map(str, arguments)],
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    return json.loads(done.stdout)


def bench_memory(measure, case, learner):
    if not learner.is_baseline:
        _fit(learner, case)  # compiling takes memory, too: it is done here
    measure.note(**measure(lambda: _fit(learner, case)))
