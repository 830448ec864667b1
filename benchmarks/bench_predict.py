"""Time of predictions: a million rows at once, and one row."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from datasets import classification
from learners import Learner, learners

_ROWS = 1_000_000
_DEPTHS = {"depth 8": 8, "full depth": None}
_CALLS = [
    ("apply", "float32", _ROWS),
    ("predict", "float32", _ROWS),
    ("predict", "float64", _ROWS),
    ("predict", "float32", 1),
]


@dataclass(frozen=True)
class PredictCase:
    name: str
    max_depth: int | None
    n_grown_on: int
    method: str
    dtype: str
    n_predicted: int
    iterations: int
    rounds: int = 7
    group: str = "synthetic"


def cases(config):
    n_rows, size = (100_000, "100k") if config.option.grid == "small" else (_ROWS, "1M")
    found = []
    for depth, max_depth in _DEPTHS.items():
        for method, dtype, n_predicted in _CALLS:
            rows, iterations = ("1M rows", 1) if n_predicted > 1 else ("1 row", 200)
            name = f"{method}, {rows} of {dtype}, {depth}, grown on {size} x 20"
            call = (method, dtype, n_predicted, iterations)
            found.append(PredictCase(name, max_depth, n_rows, *call))
    return found


def competitors(config):
    return learners(config.option.jobs)


@lru_cache(maxsize=1)
def _data():
    return classification(_ROWS)


@lru_cache(maxsize=1)
def _rows(n_rows: int, dtype: str) -> Any:
    return _data()[0][:n_rows].astype(dtype)


@lru_cache(maxsize=3)
def _grown(learner: Learner, max_depth: int | None, n_rows: int) -> Any:
    X, y = _data()
    model = learner.make(max_depth=max_depth).fit(X[:n_rows], y[:n_rows])
    for dtype in (np.float32, np.float64):
        model.predict(X[:1_000].astype(dtype))
    return model


def bench_predict(measure, case, learner):
    model = _grown(learner, case.max_depth, case.n_grown_on)
    X = _rows(case.n_predicted, case.dtype)
    method = getattr(model, case.method)
    measure(lambda: method(X), case.iterations)
    measure.note(nodes=int(model.tree_.node_count))
