"""Time of `predict`: a million rows at once, and one row.

Both walk the same tree: gaintree's, handed to scikit-learn by `to_sklearn`, nodes numbered alike.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from datasets import depth_name, n_rows, synthetic_case
from learners import CHALLENGER, Learner, learners

_ROWS = 1_000_000


@dataclass(frozen=True)
class PredictCase:
    name: str
    max_depth: int | None
    n_grown_on: int
    n_predicted: int
    iterations: int
    rounds: int = 7
    group: str = "synthetic"


def predict_case(size: str, max_depth: int | None, one_row: bool = False) -> PredictCase:
    """Return a case of a tree grown on the first `size` rows; one row is predicted often."""
    what, n_predicted, iterations = ("1 row", 1, 200) if one_row else ("1M rows", _ROWS, 1)
    name = f"{what}, {depth_name(max_depth)}, grown on {size} x 20"
    return PredictCase(name, max_depth, n_rows(size), n_predicted, iterations)


def cases(config):
    size = "100k" if config.option.grid == "small" else "1M"
    kinds = [(max_depth, one_row) for max_depth in (8, None) for one_row in (False, True)]
    return [predict_case(size, *kind) for kind in kinds]


def competitors(case, config):
    return learners()


@lru_cache(maxsize=1)
def _data():
    return synthetic_case("1M").load()


@lru_cache(maxsize=1)
def _grown(max_depth: int | None, n_rows: int) -> dict[bool, Any]:
    """Return the tree as scikit-learn's class (True) and as gaintree's (False)."""
    X, y = _data()
    tree = Learner(CHALLENGER).make(max_depth=max_depth).fit(X[:n_rows], y[:n_rows])
    models = {True: tree.to_sklearn(), False: tree}
    for model in models.values():
        model.predict(X[:1_000])
    return models


def bench_predict(measure, case, learner):
    model = _grown(case.max_depth, case.n_grown_on)[learner.is_baseline]
    X = _data()[0][: case.n_predicted]
    measure(lambda: model.predict(X), case.iterations)
    measure.note(nodes=int(model.tree_.node_count))
