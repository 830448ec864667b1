"""Time of `predict`: a million rows at once, and one row."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from datasets import classification
from learners import Learner, learners

_ROWS = 1_000_000
_DEPTHS = {"depth 8": 8, "full depth": None}


@dataclass(frozen=True)
class PredictCase:
    name: str
    max_depth: int | None
    n_grown_on: int
    n_predicted: int
    iterations: int
    rounds: int = 7
    group: str = "synthetic"


def cases(config):
    n_rows, size = (100_000, "100k") if config.option.grid == "small" else (_ROWS, "1M")
    found = []
    for depth, max_depth in _DEPTHS.items():
        grown = f"{depth}, grown on {size} x 20"
        found.append(PredictCase(f"1M rows, {grown}", max_depth, n_rows, _ROWS, 1))
        found.append(PredictCase(f"1 row, {grown}", max_depth, n_rows, 1, 200))
    return found


def competitors(config):
    return learners()


@lru_cache(maxsize=1)
def _data():
    return classification(_ROWS)


@lru_cache(maxsize=2)
def _grown(learner: Learner, max_depth: int | None, n_rows: int) -> Any:
    X, y = _data()
    model = learner.make(max_depth=max_depth).fit(X[:n_rows], y[:n_rows])
    model.predict(X[:1_000])
    return model


def bench_predict(measure, case, learner):
    model = _grown(learner, case.max_depth, case.n_grown_on)
    X = _data()[0][: case.n_predicted]
    measure(lambda: model.predict(X), case.iterations)
    measure.note(nodes=int(model.tree_.node_count))
