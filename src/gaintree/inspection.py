"""Ask fitted trees questions: where do two trees part, and why?"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from gaintree.information import information_gain
from gaintree.tree import LEAF

__all__ = ["Parting", "find_parting"]

_TIE = 1e-9
# scikit-learn takes values for equal that are no farther apart than this.
_SKLEARN_RESOLUTION = 1e-7

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Parting:
    """The first node at which two trees do not do the same, in depth-first order.

    Attributes
    ----------
    nodes : tuple of int
        The number of the node in either tree.
    depth : int
        Number of splits above it, which the trees have in common.
    n_samples : int
        Number of the given samples in it.
    features : tuple of (int or None)
        What either tree splits on; None where it has a leaf.
    thresholds : tuple of (float or None)
    gains : tuple of (float or None)
        What either split gains on the given samples, in bits.
    reason : {"tie", "leaf", "rounding", "gain"}
        "tie": both gain the same. "leaf": one of the trees stops here. "rounding": the better split
        parts values that scikit-learn cannot tell apart, since it rounds to float32 and takes
        values within 1e-7 for equal. "gain": none of these, one of the splits is worse.
    """

    nodes: tuple[int, int]
    depth: int
    n_samples: int
    features: tuple[int | None, int | None]
    thresholds: tuple[float | None, float | None]
    gains: tuple[float | None, float | None]
    reason: str


def find_parting(first: Any, second: Any, X: npt.ArrayLike, y: npt.ArrayLike) -> Parting | None:
    """Find the first node at which two trees split on another column or part the samples otherwise.

    Thresholds may differ as long as they send the same samples left. Gains are in bits, whatever
    the criterion of the trees.

    Parameters
    ----------
    first, second : fitted classifiers with a `tree_`
        GainTreeClassifier or sklearn.tree.DecisionTreeClassifier.
    X : array-like of shape (n_samples, n_features)
        The samples that the trees were fitted on. NaN is a missing value.
    y : array-like of shape (n_samples,)
        Their labels.

    Returns
    -------
    parting : Parting or None
        None if the trees are the same on these samples.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.tree import DecisionTreeClassifier
    >>> from gaintree import GainTreeClassifier
    >>> from gaintree.inspection import find_parting
    >>> X, y = load_iris(return_X_y=True)
    >>> ours = GainTreeClassifier(max_depth=1).fit(X, y)
    >>> theirs = DecisionTreeClassifier(criterion="entropy", max_depth=1, random_state=1).fit(X, y)
    >>> parting = find_parting(ours, theirs, X, y)
    >>> parting.features, parting.reason
    ((2, 3), 'tie')
    >>> [round(gain, 6) for gain in parting.gains]
    [0.918296, 0.918296]
    """
    X = np.asarray(X)
    codes = np.unique(np.asarray(y), return_inverse=True)[1]
    trees = (_Reader(first, X), _Reader(second, X))
    stack = [((0, 0), np.arange(len(X)), 0)]
    while stack:
        nodes, rows, depth = stack.pop()
        first, second = (t.split(n, rows) for t, n in zip(trees, nodes, strict=True))
        if first is None and second is None:
            continue
        if first is None or second is None or not _same(first, second):
            return _describe(trees, nodes, depth, (first, second), codes[rows])
        lefts, rights = zip(
            *(t.children(n) for t, n in zip(trees, nodes, strict=True)), strict=True
        )
        goes_left = first.goes_left
        stack.append((rights, rows[~goes_left], depth + 1))
        stack.append((lefts, rows[goes_left], depth + 1))
    return None


@dataclass(frozen=True)
class _Split:
    feature: int
    threshold: float
    goes_left: Mask
    values: npt.NDArray[Any]


class _Reader:
    """A tree of either library, and the table as that library reads it."""

    def __init__(self, estimator: Any, X: npt.NDArray[Any]) -> None:
        self.tree = estimator.tree_
        self.rounds = not type(estimator).__module__.startswith("gaintree")
        self.X = X.astype(np.float32) if self.rounds else X

    def children(self, node: int) -> tuple[int, int]:
        return int(self.tree.children_left[node]), int(self.tree.children_right[node])

    def split(self, node: int, rows: npt.NDArray[np.int64]) -> _Split | None:
        """The split of a node and what it does with the given rows; None if it is a leaf."""
        if self.tree.children_left[node] == LEAF:
            return None
        feature, threshold = int(self.tree.feature[node]), float(self.tree.threshold[node])
        values = self.X[rows, feature]
        # float64 on both sides: float32 values must not round the threshold.
        below = values.astype(np.float64) <= threshold
        goes_left = np.where(np.isnan(values), bool(self.tree.missing_go_to_left[node]), below)
        return _Split(feature, threshold, goes_left, values)


def _same(first: _Split, second: _Split) -> bool:
    return first.feature == second.feature and np.array_equal(first.goes_left, second.goes_left)


def _describe(
    trees: tuple[_Reader, _Reader],
    nodes: tuple[int, int],
    depth: int,
    splits: tuple[_Split | None, _Split | None],
    codes: npt.NDArray[np.int64],
) -> Parting:
    gains = (_gain(splits[0], codes), _gain(splits[1], codes))
    return Parting(
        nodes=nodes,
        depth=depth,
        n_samples=len(codes),
        features=(
            None if splits[0] is None else splits[0].feature,
            None if splits[1] is None else splits[1].feature,
        ),
        thresholds=(
            None if splits[0] is None else splits[0].threshold,
            None if splits[1] is None else splits[1].threshold,
        ),
        gains=gains,
        reason=_reason(trees, splits, gains),
    )


def _gain(split: _Split | None, codes: npt.NDArray[np.int64]) -> float | None:
    if split is None:
        return None
    n_classes = int(codes.max()) + 1
    sides = (split.goes_left, ~split.goes_left)
    children = [np.bincount(codes[side], minlength=n_classes) for side in sides]
    return float(information_gain(np.bincount(codes, minlength=n_classes), children))


def _reason(
    trees: tuple[_Reader, _Reader],
    splits: tuple[_Split | None, _Split | None],
    gains: tuple[float | None, float | None],
) -> str:
    if gains[0] is None or gains[1] is None:
        return "leaf"
    if abs(gains[0] - gains[1]) <= _TIE * max(gains[0], gains[1]) + 1e-15:
        return "tie"
    better, worse = (0, 1) if gains[0] > gains[1] else (1, 0)
    if trees[worse].rounds and _hidden_from_sklearn(splits[better]):
        return "rounding"
    return "gain"


def _hidden_from_sklearn(split: _Split | None) -> bool:
    """Whether scikit-learn takes the values on both sides of the threshold for equal."""
    if split is None:
        return False
    values = split.values[~np.isnan(split.values)]
    below, above = values[values <= split.threshold], values[values > split.threshold]
    if len(below) == 0 or len(above) == 0:
        return False
    return bool(np.float32(above.min()) - np.float32(below.max()) <= _SKLEARN_RESOLUTION)
