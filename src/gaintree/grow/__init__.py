"""Growing: a table and its labels in, a `Tree` out."""

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from gaintree._jit import require_compiler
from gaintree._memory import FEWER, require_memory
from gaintree.criteria import Criterion
from gaintree.encode import MAX_VALUES
from gaintree.grow.bits import SIZES
from gaintree.grow.constraints import ANY_NUMBER, Constraints
from gaintree.grow.engines import Problem, grow_by_histograms, grow_exhaustively
from gaintree.grow.problem import Rules, as_labels
from gaintree.grow.report import Report
from gaintree.tree import Tree

_FEW = SIZES[0]  # samples; they become bits at once, and histograms need not be compiled

__all__ = ["ANY_NUMBER", "Constraints", "Rules", "grow_tree"]


def grow_tree(
    X: npt.NDArray[np.floating[Any]],
    classes: npt.NDArray[np.int32],
    n_classes: int,
    sample_weight: npt.NDArray[np.float64] | None,
    class_weight: npt.NDArray[np.float64] | None,
    criterion: Criterion,
    rules: Rules,
    seed: int,
    n_threads: int,
    exhaustive: bool | None = None,
    n_small: int | None = None,
    n_bins: int = MAX_VALUES,
    n_bits: int = SIZES[0],
    n_categories: npt.NDArray[np.int64] | None = None,
    constraints: Constraints | None = None,
    report: Report | None = None,
) -> Tree:
    """Grow the tree of the best admissible split at every node.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features), float32 or float64
        NaN is a missing value.
    classes : ndarray of int32 of shape (n_samples,)
        Class codes from 0 to `n_classes` - 1.
    n_classes : int
    sample_weight : ndarray of float64 of shape (n_samples,), or None
        None if each sample weighs what its class does. A sample of weight zero is no sample.
    class_weight : ndarray of float64 of shape (n_classes,), or None
        None if each sample weighs 1; not given with `sample_weight`.
    criterion : Criterion
    rules : Rules
    seed : int
        Of the random draws, from 0 to 2 ** 63 - 1.
    n_threads : int
        The tree does not depend on it.
    exhaustive : bool, default=None
        Score every cut of every column; None is where there are few samples. The tree does not
        depend on it.
    n_small : int, default=None
        Nodes of so many samples are searched exhaustively; None is as many as is fast. The tree
        does not depend on it.
    n_bins : int, default=255
        Greatest number of bins of a column, if ``rules.max_bins`` is 0. The tree does not depend on
        it.
    n_bits : int, default=1024
        Nodes of at most so many samples are searched as sets of bits; 0 for none. The tree does not
        depend on it.
    report : callable ``(share) -> bool``, default=None
        Called now and then, from the thread that called this function, with the share of the work
        that is done, about, from 0 to 1. If it returns true, nodes not split yet become leaves.

    n_categories : ndarray of int64 of shape (n_features,), default=None
        Number of categories of each column, whose codes from 0 on stand in `X`; 0 for a column of
        numbers. None if there are only such columns.
    constraints : Constraints, default=None
        Signs are for two classes, and for columns of numbers.

    Returns
    -------
    tree : Tree

    Raises
    ------
    MemoryError
        If growing takes more memory than is left.
    """
    require_compiler()
    weights = sample_weight if class_weight is None else class_weight[classes]
    if weights is not None and not (weights > 0.0).all():
        kept = weights > 0.0
        require_memory(X.nbytes, FEWER, "A copy of X without the samples of weight zero")
        X, classes = X[kept], classes[kept]
        sample_weight = None if sample_weight is None else sample_weight[kept]
    labels = as_labels(classes, n_classes, sample_weight, class_weight)
    if weights is None:
        # Each sample weighs 1, so the least weight of a leaf is a least number of samples.
        least = max(rules.min_samples_leaf, math.ceil(rules.min_weight_leaf))
        rules = rules._replace(min_samples_leaf=least, min_weight_leaf=0.0)
    formulas, tables, cost_tables = criterion.formulas(n_classes), None, None
    if weights is None:
        tables = criterion.tables(len(classes))
        cost_tables = criterion.cost_tables(len(classes), n_classes)
    n_most = 0 if n_categories is None else int(n_categories.max(initial=0))
    if n_categories is None:
        n_categories = np.zeros(X.shape[1], dtype=np.int64)
    problem = Problem(
        X, labels, tables, cost_tables, formulas, rules, seed, n_threads, n_categories, constraints,
        n_most, n_bits, report,
    )  # fmt: skip
    if exhaustive is None:
        exhaustive = len(classes) <= _FEW and rules.max_bins == 0
    if exhaustive or rules.random_thresholds or not criterion.is_bounded(n_classes):
        return grow_exhaustively(problem)
    return grow_by_histograms(problem, n_small, n_bins)
