"""One fold: a tree is grown once, and all sizes of it are scored on the samples left out."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.utils import _safe_indexing

from gaintree import leaves
from gaintree.estimators import GainTreeClassifier
from gaintree.model_selection._scores import Floats, LeftOut, Scoring
from gaintree.prune import CostComplexity, PruningMethod, PruningPath
from gaintree.prune.samples import path_of


@dataclass(frozen=True, eq=False)
class Data:
    """What a fit was given; `codes` are places among `classes`."""

    X: Any
    codes: npt.NDArray[np.int32]
    classes: npt.NDArray[Any]
    sample_weight: Floats | None
    check_input: bool

    def take(self, rows: Any) -> "Data":
        """Return some of the samples."""
        X, weight = _safe_indexing(self.X, rows), self.sample_weight
        weight = None if weight is None else weight[rows]
        return Data(X, self.codes[rows], self.classes, weight, self.check_input)


@dataclass(frozen=True, eq=False)
class Candidates:
    """Levels of a way to prune, each with every rule for the probabilities in leaves."""

    method: PruningMethod
    levels: Floats
    rules: list[leaves.LeafProbability]

    def trees(self, path: PruningPath) -> npt.NDArray[np.int64]:
        """Return the number of the tree of a path at each level."""
        numbers = np.searchsorted(path.levels, self.levels, side="right") - 1
        if isinstance(self.method, CostComplexity):
            numbers[self.levels == 0.0] = 0  # as `ccp_alpha=0.0`, which does not prune
        return numbers


def score_fold(
    estimator: GainTreeClassifier,
    data: Data,
    train: Any,
    test: Any,
    candidates: Candidates,
    scoring: Scoring,
) -> Floats:
    """Grow a tree from some samples, and score all sizes of it on others.

    Parameters
    ----------
    estimator : GainTreeClassifier
        Not fitted.
    data : Data
    train, test : ndarray
        Rows of `data`.
    candidates : Candidates
    scoring : str, callable or None

    Returns
    -------
    scores : ndarray of float64 of shape (n_levels, n_rules)

    Raises
    ------
    ValueError
        If the samples left out weigh nothing, or as in `GainTreeClassifier.fit`.
    """
    known, held_out = data.take(train), data.take(test)
    if held_out.sample_weight is not None and not held_out.sample_weight.sum() > 0.0:
        raise ValueError("sample_weight is 0 for all samples that a fold leaves out.")
    y = data.classes.take(known.codes)
    samples = estimator._check_samples(known.X, y, known.sample_weight, data.check_input)
    estimator._set_tree(estimator._grow(samples), leaves.Frequency())
    path = path_of(estimator.tree_, candidates.method, samples)
    left_out = LeftOut(
        estimator=estimator,
        path=path,
        X=held_out.X,
        codes=held_out.codes,
        classes=data.classes,
        sample_weight=held_out.sample_weight,
        ends=estimator.apply(held_out.X, data.check_input),
    )
    trees, which = np.unique(candidates.trees(path), return_inverse=True)
    scores = [left_out.scores(trees, rule, scoring) for rule in candidates.rules]
    return np.array(scores).T[which]
