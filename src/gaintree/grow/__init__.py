"""Growing: a table and its labels in, a `Tree` out."""

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from gaintree._jit import require_compiler
from gaintree.criteria import NO_TABLES, Criterion
from gaintree.encode import encode_columns
from gaintree.grow.exhaustive import grow_exhaustive
from gaintree.grow.finish import to_tree
from gaintree.grow.problem import Labels, Rules
from gaintree.tree import Tree

__all__ = ["Rules", "grow_tree"]


def grow_tree(
    X: npt.NDArray[np.floating[Any]],
    classes: npt.NDArray[np.int32],
    n_classes: int,
    sample_weight: npt.NDArray[np.float64] | None,
    criterion: Criterion,
    rules: Rules,
    seed: int,
    n_threads: int,
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
        None if each sample weighs 1. A sample of weight zero is no sample.
    criterion : Criterion
    rules : Rules
    seed : int
        Of the random draws, from 0 to 2 ** 63 - 1.
    n_threads : int
        The tree does not depend on it.

    Returns
    -------
    tree : Tree
    """
    require_compiler()
    if sample_weight is None:
        labels = Labels(classes, np.empty(0), n_classes)
        tables = criterion.tables(len(classes))
        # Each sample weighs 1, so the least weight of a leaf is a least number of samples.
        least = max(rules.min_samples_leaf, math.ceil(rules.min_weight_leaf))
        rules = rules._replace(min_samples_leaf=least)
    else:
        kept = sample_weight > 0.0
        if not kept.all():
            X, classes, sample_weight = X[kept], classes[kept], sample_weight[kept]
        labels, tables = Labels(classes, sample_weight, n_classes), NO_TABLES

    columns = encode_columns(X, n_threads)
    formulas = criterion.formulas()
    nodes, class_weights = grow_exhaustive(
        columns, labels, tables, formulas, rules, np.uint64(seed)
    )
    return to_tree(nodes, class_weights, X.shape[1])
