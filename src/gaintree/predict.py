"""Send samples down a tree: each starts at the root and goes left or right until a leaf."""

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from gaintree._jit import allocating_kernel, kernel
from gaintree.tree import LEAF, Tree


@allocating_kernel
def _find_leaves(X, left, right, feature, threshold, missing_left):
    leaves = np.empty(len(X), dtype=np.int64)
    for i in range(len(X)):
        node = np.uint64(0)
        while left[node] != LEAF:
            value = X[np.uint64(i), np.uint64(feature[node])]
            if np.isnan(value):
                goes_left = missing_left[node] != 0
            else:
                goes_left = value <= threshold[node]
            node = np.uint64(left[node]) if goes_left else np.uint64(right[node])
        leaves[i] = node
    return leaves


@kernel
def _write_paths(leaves, starts, parents, path):
    """Write the nodes from the root to each leaf to ``path[starts[i]:starts[i + 1]]``."""
    for i in range(len(leaves)):
        node = leaves[i]
        for step in range(starts[i + 1] - 1, starts[i] - 1, -1):
            path[step] = node
            node = parents[node]


def apply(tree: Tree, X: npt.NDArray[np.floating[Any]]) -> npt.NDArray[np.int64]:
    """Return the leaf that each row of `X`, C-ordered float32 or float64, ends in."""
    return _find_leaves(
        X,
        tree.children_left,
        tree.children_right,
        tree.feature,
        tree.threshold,
        tree.missing_go_to_left,
    )


def decision_path(tree: Tree, X: npt.NDArray[np.floating[Any]]) -> csr_matrix:
    """Return the nodes that each row of `X` passes, as an indicator matrix."""
    leaves = apply(tree, X)
    starts = np.concatenate(([0], np.cumsum(tree.depths[leaves] + 1)))
    path = np.empty(starts[-1], dtype=np.int64)
    _write_paths(leaves, starts, tree.parents, path)
    ones = np.ones(len(path), dtype=np.int64)
    return csr_matrix((ones, path, starts), shape=(len(X), tree.node_count))
