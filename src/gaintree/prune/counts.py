"""What some pruning methods have to know besides the tree: it is counted from samples."""

from typing import Any

import numpy as np
import numpy.typing as npt

from gaintree._jit import allocating_kernel
from gaintree.predict import apply
from gaintree.prune._base import Candidates, Floats, Nodes
from gaintree.prune.passes import NO_NODE
from gaintree.tree import Tree


@allocating_kernel
def _count_distinct(leaves, ranks, parents):
    """How many distinct values pass each node; samples are in the order of their ranks."""
    n_distinct, latest = np.zeros(len(parents), dtype=np.int64), np.full(len(parents), -1)
    for i in range(len(leaves)):
        node = leaves[i]
        while node != NO_NODE and latest[node] != ranks[i]:  # else it has passed those above, too
            latest[node] = ranks[i]
            n_distinct[node] += 1
            node = parents[node]
    return n_distinct


def class_counts(
    tree: Tree,
    X: npt.NDArray[np.floating[Any]],
    y: npt.ArrayLike,
    sample_weight: npt.ArrayLike | None = None,
) -> Floats:
    """Return the samples of each class that pass each node of a tree: those held out, most often.

    Parameters
    ----------
    tree : Tree
    X : ndarray of float32 or float64 of shape (n_samples, n_features)
        NaN is a missing value, a category its place among the estimator's `categories_`.
    y : array-like of int of shape (n_samples,)
        The class of each sample, by its place in the tree's `value`, from 0.
    sample_weight : array-like of shape (n_samples,), default=None
        Not negative. None weighs each sample 1.

    Returns
    -------
    counts : ndarray of float64 of shape (node_count, n_classes)
        Sums of weights.

    Raises
    ------
    ValueError
        If the arrays are not of these shapes, `X` holds infinity or what cannot be a category where
        the tree splits by it, `y` a class that the tree has not or `sample_weight` a negative
        number.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from gaintree import GainTreeClassifier
    >>> X, y = load_iris(return_X_y=True)
    >>> tree = GainTreeClassifier(max_depth=1).fit(X, y).tree_
    >>> class_counts(tree, X[::10], y[::10])
    array([[5., 5., 5.],
           [5., 0., 0.],
           [0., 5., 5.]])
    """
    leaves, codes = find_leaves(tree, X), np.asarray(y)
    weights = np.ones(len(X)) if sample_weight is None else np.asarray(sample_weight, dtype=float)
    for name, array in (("y", codes), ("sample_weight", weights)):
        if array.shape != (len(X),):
            raise ValueError(f"{name} must have shape {(len(X),)}, got {array.shape}.")
    if codes.dtype.kind not in "iu" or not ((codes >= 0) & (codes < tree.n_classes)).all():
        raise ValueError(f"y must hold classes as integers from 0 to {tree.n_classes - 1}.")
    if not ((weights >= 0.0) & (weights < np.inf)).all():
        raise ValueError("sample_weight must hold finite numbers that are not negative.")
    shape = (tree.node_count, tree.n_classes)
    cells = np.ravel_multi_index((leaves, codes), shape)
    in_leaves: Floats = np.bincount(cells, weights, tree.node_count * tree.n_classes).astype(float)
    return Nodes(tree).add_up(in_leaves.reshape(shape))


def count_candidates(tree: Tree, X: npt.NDArray[np.floating[Any]]) -> Candidates:
    """Return how many splits each node could choose among, whatever the rules of growth forbade.

    A column of v distinct values has v - 1 thresholds; if some are missing, each of them twice,
    missing values going left or right, and once more the missing against the rest. A column of
    categories counts as one of numbers: of its 2 ** (v - 1) - 1 sets, v - 1 in a given order. So
    what charges by candidates is lenient with columns of many categories.

    Parameters
    ----------
    tree : Tree
    X : ndarray of float32 or float64 of shape (n_samples, n_features)
        The samples that the tree was grown from, without those of weight zero.

    Returns
    -------
    candidates : Candidates
        `of_feature`, on the column that the node splits on (0 in leaves), and `of_all`, on all
        columns: ndarrays of int64 of shape (node_count,).

    Raises
    ------
    ValueError
        If `X` is not such a matrix, or holds infinity.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from gaintree import GainTreeClassifier
    >>> X, y = load_iris(return_X_y=True)
    >>> tree = GainTreeClassifier(max_depth=1).fit(X, y).tree_
    >>> count_candidates(tree, X)
    Candidates(of_feature=array([42,  0,  0]), of_all=array([119,  42,  90]))
    """
    leaves = find_leaves(tree, X)
    of_feature, of_all = np.zeros((2, tree.node_count), dtype=np.int64)
    for feature, column in enumerate(X.T):
        missing = np.isnan(column)
        ranks = np.unique(column[~missing], return_inverse=True)[1]
        order = np.argsort(ranks, kind="stable")
        n_values = _count_distinct(leaves[~missing][order], ranks[order], tree.parents)
        one_rank = np.zeros(missing.sum(), dtype=np.int64)
        n_missing = _count_distinct(leaves[missing], one_rank, tree.parents)  # 1 or 0
        n_cuts = np.maximum(n_values - 1, 0) * (1 + n_missing) + np.minimum(n_missing, n_values)
        of_all += n_cuts
        of_feature[tree.feature == feature] = n_cuts[tree.feature == feature]
    return Candidates(of_feature, of_all)


def find_leaves(tree: Tree, X: npt.NDArray[np.floating[Any]]) -> npt.NDArray[np.int64]:
    """Return the leaf of each sample, once `X` has been checked."""
    if X.ndim != 2 or X.shape[1] != tree.n_features or X.dtype not in (np.float32, np.float64):
        raise ValueError(
            f"X must be a matrix of float32 or float64 with {tree.n_features} columns, got one of"
            f" {X.dtype} and shape {X.shape}."
        )
    _refuse_unknown_categories(tree, X)
    leaves, found_infinity = apply(tree, np.ascontiguousarray(X))
    if found_infinity:
        raise ValueError("X must not hold infinity.")
    return leaves


def _refuse_unknown_categories(tree: Tree, X: npt.NDArray[np.floating[Any]]) -> None:
    """Sets of categories are looked up without a check, so a category has to be in their range."""
    n_most = 64 * tree.left_categories.shape[1]
    for feature in np.unique(tree.feature[tree.category_set >= 0]):
        column = X[:, feature]
        is_category = (column >= 0) & (column < n_most) & (column == np.floor(column))
        wrong = column[~is_category & ~np.isnan(column)]
        if len(wrong) > 0:
            raise ValueError(
                f"The tree splits column {feature} by category, and X holds {wrong[0]} there: it"
                " must hold places in the estimator's categories_, from 0, or NaN."
            )
