"""Scores of the trees of a path on samples left out, which are sent down the whole tree once.

Accuracy and log loss are sums over leaves: those of all trees follow from what each split adds. For
any other score, an estimator that stands for a tree answers from the leaves of the whole one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from sklearn.metrics import get_scorer

from gaintree.estimators import GainTreeClassifier
from gaintree.leaves import LeafProbability
from gaintree.model_selection._view import PrunedView
from gaintree.prune import PruningPath
from gaintree.prune._base import Nodes

Floats: TypeAlias = npt.NDArray[np.float64]
Scoring: TypeAlias = str | Callable[..., float] | None

_LEAST = np.finfo(np.float64).eps  # as scikit-learn's log_loss clips probabilities


def _correct(counts: Floats, proba: Floats) -> Floats:
    """Weight in each node that is of the class that it predicts."""
    return counts[np.arange(len(counts)), proba.argmax(axis=1)]


def _log_likelihood(counts: Floats, proba: Floats) -> Floats:
    return (counts * np.log(np.clip(proba, _LEAST, 1.0 - _LEAST))).sum(axis=1)


_SUMS: dict[Any, Callable[[Floats, Floats], Floats]] = {
    None: _correct,
    "accuracy": _correct,
    "neg_log_loss": _log_likelihood,
}


@dataclass(frozen=True, eq=False)
class LeftOut:
    """Samples left out of a fit, and the leaf of the whole tree that each of them `ends` in."""

    estimator: GainTreeClassifier
    path: PruningPath
    X: Any
    codes: npt.NDArray[np.int32]
    classes: npt.NDArray[Any]
    sample_weight: Floats | None
    ends: npt.NDArray[np.int64]

    def scores(
        self, trees: npt.NDArray[np.int64], rule: LeafProbability, scoring: Scoring
    ) -> Floats:
        """Return the scores of some trees of the path."""
        proba = self._of_all_classes(rule.of_nodes(self.path.tree))
        if isinstance(scoring, str | None) and scoring in _SUMS:
            counts = self._counts()
            sums = self.path.sum_over_leaves(_SUMS[scoring](counts, proba))
            return sums[trees] / counts[0].sum()
        scorer, y = get_scorer(scoring), self.classes.take(self.codes)
        weight = {} if self.sample_weight is None else {"sample_weight": self.sample_weight}
        views = (self._view(tree, rule, proba) for tree in trees.tolist())
        return np.array([scorer(view, self.X, y, **weight) for view in views])

    def _counts(self) -> Floats:
        """Weight of each class in each node of the whole tree."""
        shape = (self.path.tree.node_count, len(self.classes))
        cells = np.ravel_multi_index((self.ends, self.codes), shape)
        counts = np.bincount(cells, self.sample_weight, shape[0] * shape[1]).astype(np.float64)
        return Nodes(self.path.tree).add_up(counts.reshape(shape))

    def _view(self, tree: int, rule: LeafProbability, proba: Floats) -> PrunedView:
        known = (self.X, self.ends)
        return PrunedView.of(self.estimator, self.path, tree, rule, proba, self.classes, known)

    def _of_all_classes(self, proba: Floats) -> Floats:
        """The same with a 0 for each class that was not among the samples of the fit."""
        if len(self.classes) == proba.shape[1]:
            return proba
        all_proba = np.zeros((len(proba), len(self.classes)))
        all_proba[:, np.isin(self.classes, self.estimator.classes_)] = proba
        return all_proba
