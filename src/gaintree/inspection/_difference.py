"""At which node do two trees differ first, and why?"""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from sklearn.utils import check_array, check_consistent_length
from sklearn.utils.validation import check_is_fitted

from gaintree.frames import EncodedTable, as_table
from gaintree.information import information_gain
from gaintree.tree import LEAF

__all__ = ["TreeDifference", "first_difference"]

_TIE = 1e-9
# scikit-learn takes values for equal that are no farther apart than this.
_SKLEARN_RESOLUTION = 1e-7

Mask = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class TreeDifference:
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
        Infinite where a tree splits on being missing, None where it splits by category.
    gains : tuple of (float or None)
        What either split gains on the given samples: in bits, or in Gini impurity if both trees
        were grown by it.
    reason : {"tie", "leaf", "rounding", "gain"}
        "tie": both gain the same. "rounding": the better split parts values that scikit-learn
        cannot tell apart, since it rounds to float32 and takes values within 1e-7 for equal.
        "leaf": one of the trees stops here. "gain": none of these, one of the splits is worse.
    """

    nodes: tuple[int, int]
    depth: int
    n_samples: int
    features: tuple[int | None, int | None]
    thresholds: tuple[float | None, float | None]
    gains: tuple[float | None, float | None]
    reason: Literal["tie", "leaf", "rounding", "gain"]


def first_difference(
    first: Any,
    second: Any,
    X: Any,
    y: npt.ArrayLike,
    sample_weight: npt.ArrayLike | None = None,
) -> TreeDifference | None:
    """Find the first node at which two trees split on another column or part the samples otherwise.

    Thresholds may differ as long as they send the same samples left. Sets of categories may be
    mirrored, too: what one tree sends left the other sends right.

    Parameters
    ----------
    first, second : fitted classifiers with a `tree_`
        GainTreeClassifier or sklearn.tree.DecisionTreeClassifier.
    X : array-like or data frame of shape (n_samples, n_features)
        The samples that the trees were fitted on, with the categories as they were. NaN is a
        missing value.
    y : array-like of shape (n_samples,)
        Their labels.
    sample_weight : array-like of shape (n_samples,), default=None
        The weights they were fitted with; None weighs each sample 1.

    Returns
    -------
    difference : TreeDifference or None
        None if the trees are the same on these samples.

    Raises
    ------
    NotFittedError
        If one of the trees is not fitted.
    ValueError
        If `X`, `y` and `sample_weight` differ in length, or `X` has not the trees' columns.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.tree import DecisionTreeClassifier
    >>> from gaintree import GainTreeClassifier
    >>> from gaintree.inspection import first_difference
    >>> X, y = load_iris(return_X_y=True)
    >>> ours = GainTreeClassifier(max_depth=1).fit(X, y)
    >>> theirs = DecisionTreeClassifier(criterion="entropy", max_depth=1, random_state=1).fit(X, y)
    >>> difference = first_difference(ours, theirs, X, y)
    >>> difference.features, difference.reason
    ((2, 3), 'tie')
    >>> [round(gain, 6) for gain in difference.gains]
    [0.918296, 0.918296]
    """
    trees = (_Reader(first, X), _Reader(second, X))
    y = np.asarray(y)
    weights = np.ones(len(y)) if sample_weight is None else np.asarray(sample_weight, dtype=float)
    check_consistent_length(trees[0].X, y, weights)
    codes = np.unique(y, return_inverse=True)[1]
    by_gini = all(getattr(estimator, "criterion", None) == "gini" for estimator in (first, second))
    stack = [((0, 0), np.flatnonzero(weights > 0.0), 0)]
    while stack:
        nodes, rows, depth = stack.pop()
        one, other = trees[0].split(nodes[0], rows), trees[1].split(nodes[1], rows)
        if len(rows) == 0 or (one is None and other is None):
            continue
        is_mirrored = _are_mirrored(one, other)
        if one is None or other is None or not (is_mirrored or _same(one, other)):
            gains = tuple(
                _gain(split, codes[rows], weights[rows], by_gini) for split in (one, other)
            )
            return _describe(trees, nodes, depth, len(rows), (one, other), gains)
        below, beside = trees[0].children(nodes[0]), trees[1].children(nodes[1])
        if is_mirrored:
            beside = beside[::-1]
        lefts, rights = zip(below, beside, strict=True)
        stack.append((rights, rows[~one.goes_left], depth + 1))
        stack.append((lefts, rows[one.goes_left], depth + 1))
    return None


@dataclass(frozen=True)
class _Split:
    feature: int
    threshold: float | None
    goes_left: Mask
    values: npt.NDArray[Any]


class _Reader:
    """A tree of either library, and the table as that tree reads it."""

    def __init__(self, estimator: Any, X: Any) -> None:
        check_is_fitted(estimator, "tree_")
        encoder = getattr(estimator, "_encoder", None)
        if isinstance(X, EncodedTable):
            X, encoder = X.matrix, None
        X = as_table(X)
        if estimator.n_features_in_ != X.shape[1]:
            raise ValueError(
                f"X has {X.shape[1]} features, but {type(estimator).__name__} was fitted on"
                f" {estimator.n_features_in_}."
            )
        if encoder is not None:
            X = encoder.transform(X)
        X = check_array(X, dtype=(np.float64, np.float32), ensure_all_finite="allow-nan")
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
        missing = np.isnan(values)
        if np.isnan(threshold):
            is_left = self.tree.goes_left(node)[np.where(missing, 0, values).astype(np.int64)]
        else:
            # float64 on both sides: float32 values must not round the threshold.
            is_left = values.astype(np.float64) <= threshold
        goes_left = np.where(missing, bool(self.tree.missing_go_to_left[node]), is_left)
        return _Split(feature, None if np.isnan(threshold) else threshold, goes_left, values)


def _same(one: _Split, other: _Split) -> bool:
    return one.feature == other.feature and np.array_equal(one.goes_left, other.goes_left)


def _are_mirrored(one: _Split | None, other: _Split | None) -> bool:
    """Whether two splits by category, or one of them by its codes, differ by nothing but sides."""
    if one is None or other is None or one.feature != other.feature:
        return False
    by_category = one.threshold is None or other.threshold is None
    return by_category and np.array_equal(one.goes_left, ~other.goes_left)


def _gain(
    split: _Split | None, codes: npt.NDArray[np.int64], weights: Floats, by_gini: bool
) -> float | None:
    if split is None:
        return None
    n_classes = int(codes.max()) + 1
    sides = (split.goes_left, ~split.goes_left)
    children = [np.bincount(codes[side], weights[side], minlength=n_classes) for side in sides]
    impurity: Literal["gini", "entropy"] = "gini" if by_gini else "entropy"
    return information_gain(np.sum(children, axis=0), children, impurity=impurity)


def _describe(
    trees: tuple[_Reader, _Reader],
    nodes: tuple[int, int],
    depth: int,
    n_samples: int,
    splits: tuple[_Split | None, _Split | None],
    gains: Any,
) -> TreeDifference:
    one, other = splits
    return TreeDifference(
        nodes=nodes,
        depth=depth,
        n_samples=n_samples,
        features=(
            None if one is None else one.feature,
            None if other is None else other.feature,
        ),
        thresholds=(
            None if one is None else one.threshold,
            None if other is None else other.threshold,
        ),
        gains=gains,
        reason=_reason(trees, splits, gains),
    )


def _reason(
    trees: tuple[_Reader, _Reader],
    splits: tuple[_Split | None, _Split | None],
    gains: tuple[float | None, float | None],
) -> Literal["tie", "leaf", "rounding", "gain"]:
    one, other = (-1.0 if gain is None else gain for gain in gains)
    if min(one, other) >= 0.0 and abs(one - other) <= _TIE * max(one, other) + 1e-15:
        return "tie"
    better, worse = (0, 1) if one > other else (1, 0)
    if trees[worse].rounds and not trees[better].rounds and _hidden_from_sklearn(splits[better]):
        return "rounding"
    return "leaf" if None in gains else "gain"


def _hidden_from_sklearn(split: _Split | None) -> bool:
    """Whether scikit-learn takes the values on both sides of the threshold for equal."""
    if split is None or split.threshold is None:
        return False
    values = split.values[~np.isnan(split.values)]
    below, above = values[values <= split.threshold], values[values > split.threshold]
    if len(below) == 0 or len(above) == 0:
        return False
    return bool(np.float32(above.min()) - np.float32(below.max()) <= _SKLEARN_RESOLUTION)
