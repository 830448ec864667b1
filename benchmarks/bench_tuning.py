"""Time of choosing the size of a tree: 50 values of `ccp_alpha` on 5 folds.

The grids grow a tree for each value on each fold, `GainTreeClassifierCV` one a fold.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.model_selection import GridSearchCV

from datasets import classification, n_rows
from learners import BASELINE, CHALLENGER, Learner

OURS = "GainTreeClassifierCV"
_N_ALPHAS = 50


@dataclass(frozen=True)
class Tuner:
    """A name for the tables, and what it chooses with."""

    name: str
    make: Callable[[npt.NDArray[np.float64], str], Any]
    threads: int = 1


@dataclass(frozen=True)
class TuningCase:
    name: str
    size: str
    scoring: str
    rounds: int = 3
    group: str = "synthetic"

    def load(self):
        return _load(self.size)

    def alphas(self):
        return _alphas(self.size)


@cache
def _load(size: str):
    return classification(n_rows(size), n_columns=10)


@cache
def _alphas(size: str) -> npt.NDArray[np.float64]:
    """Values that leave from one leaf to all, evenly along the path of the whole tree."""
    X, y = _load(size)
    path = Learner(CHALLENGER).make().cost_complexity_pruning_path(X, y)
    alphas = np.unique(path.ccp_alphas)
    return alphas[np.linspace(0, len(alphas) - 1, _N_ALPHAS).astype(int)]


def _grid(learner: str) -> Callable[[npt.NDArray[np.float64], str], Any]:
    return lambda alphas, scoring: GridSearchCV(
        Learner(learner).make(), {"ccp_alpha": alphas}, scoring=scoring
    )


def _all_at_once(alphas: npt.NDArray[np.float64], scoring: str) -> Any:
    from gaintree import GainTreeClassifierCV

    return GainTreeClassifierCV(ccp_alphas=alphas, scoring=scoring)


def cases(config):
    sizes = ["2k", "20k"] if config.option.grid == "small" else ["2k", "20k", "200k"]
    return [
        TuningCase(f"{size} x 10, {scoring}", size, scoring, rounds=1 if size == "200k" else 3)
        for size in sizes
        for scoring in ("accuracy", "neg_log_loss", "roc_auc")
    ]


def competitors(case, config):
    return [
        Tuner(f"{BASELINE}, GridSearchCV", _grid(BASELINE)),
        Tuner(f"{CHALLENGER}, GridSearchCV", _grid(CHALLENGER)),
        Tuner(OURS, _all_at_once),
    ]


@cache
def _warm_up(size: str) -> None:
    """Compile what gaintree needs for this data."""
    X, y = _load(size)
    for scoring in ("accuracy", "roc_auc"):
        _all_at_once(_alphas(size)[:2], scoring).fit(X, y)


def bench_tuning(measure, case, learner):
    X, y = case.load()
    _warm_up(case.size)
    search = learner.make(case.alphas(), case.scoring)
    measure(lambda: search.fit(X, y))
    tree = getattr(search, "best_estimator_", search)
    measure.note(leaves=int(tree.get_n_leaves()), score=float(search.best_score_))
