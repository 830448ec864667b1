"""Send samples down a tree: each starts at the root and goes left or right until a leaf.

A step is mostly waiting: for the node, then for the value that the node looks at. So some rows walk
at once, a step each in turn, and the processor waits for all of them together.
"""

from concurrent.futures import ThreadPoolExecutor
from math import ceil
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, get_index_dtype

from gaintree._jit import inlined, kernel, subkernel
from gaintree.tree import Tree

_LANES = 16  # rows that walk at once

# What a thread has to do to be worth starting, in values looked at: it takes a millisecond or more.
_WORTH_A_THREAD = 2**22
_TYPICAL_DEPTH = 16


@subkernel
def _any_not_finite(values, first, last):
    found = False
    for i in range(first, last):
        found |= not np.isfinite(values[np.uint64(i)])
    return found


@subkernel
def _any_infinite(values, first, last):
    found = False
    for i in range(first, last):
        found |= np.isinf(values[np.uint64(i)])
    return found


@inlined
def category_goes_left(value, row, sets):
    """Whether a category, a float that is not missing, is in a row of a tree's sets."""
    category = np.int64(value)
    return sets[row, category >> 6] >> np.uint64(category & 63) & np.uint64(1) != 0


@kernel
def _find_answers(values, n_columns, nodes, missing_right, answer, start, place, found):
    """Write the answer at the leaf of each row; return whether any value is infinite.

    The row of each lane has its `start` in `values`, and is at some `place` in the tree.
    """
    found_infinity = False
    for first in range(0, len(found), _LANES):
        last = min(first + _LANES, len(found))
        # This also loads the values, in order, before the walk jumps about in them.
        any_missing = _any_not_finite(values, first * n_columns, last * n_columns)
        if any_missing:
            found_infinity |= _any_infinite(values, first * n_columns, last * n_columns)
        for lane in range(_LANES):
            start[lane] = min(first + lane, last - 1) * n_columns  # spare lanes repeat the last row
            place[lane] = 0
        moving = True
        while moving:
            for lane in range(_LANES):
                at = np.uint64(place[lane])
                node = nodes[at]
                value = values[start[lane] + node["column"]]
                goes_right = np.uint32(value > node["threshold"])
                if any_missing:
                    goes_right |= np.uint32(np.isnan(value)) & np.uint32(missing_right[at])
                place[lane] = node["child"] + goes_right
            moving = False
            for lane in range(_LANES):
                moving |= nodes[np.uint64(place[lane])]["child"] != place[lane]
        for lane in range(last - first):
            found[first + lane] = answer[np.uint64(place[lane])]
    return found_infinity


@kernel
def _find_answers_by_sets(
    values, n_columns, nodes, missing_right, category_set, sets, answer, found
):
    """`_find_answers` for trees that split by category, row by row."""
    found_infinity = False
    for i in range(len(found)):
        at, row = np.uint64(0), np.uint64(i * n_columns)
        found_infinity |= _any_infinite(values, i * n_columns, (i + 1) * n_columns)
        while True:
            node = nodes[at]
            value, row_of_set = values[row + node["column"]], category_set[at]
            if np.isnan(value):
                goes_right = missing_right[at] != 0
            elif row_of_set < 0:
                goes_right = value > node["threshold"]
            else:
                goes_right = not category_goes_left(value, row_of_set, sets)
            following = np.uint64(node["child"]) + np.uint64(goes_right)
            if node["child"] == at:
                break
            at = following
        found[i] = answer[at]
    return found_infinity


@kernel
def _write_paths(leaves, starts, parents, path):
    """Write the nodes from the root to each leaf to ``path[starts[i]:starts[i + 1]]``."""
    for i in range(len(leaves)):
        node = leaves[i]
        for step in range(starts[i + 1] - 1, starts[i] - 1, -1):
            path[step] = node
            node = parents[node]


def apply(
    tree: Tree, X: npt.NDArray[np.floating[Any]], n_threads: int = 1
) -> tuple[npt.NDArray[np.int64], bool]:
    """Return the leaf that each row of `X` ends in, and whether `X` holds infinity.

    `X` is C-ordered, float32 or float64.
    """
    return _answer(tree, tree.packed.number, X, n_threads)


def classify(
    tree: Tree, X: npt.NDArray[np.floating[Any]], n_threads: int = 1
) -> tuple[npt.NDArray[np.int64], bool]:
    """Return the majority of that leaf instead, as the number of a class."""
    return _answer(tree, tree.packed.majority, X, n_threads)


def _answer(
    tree: Tree,
    answer: npt.NDArray[np.int64],
    X: npt.NDArray[np.floating[Any]],
    n_threads: int,
) -> tuple[npt.NDArray[np.int64], bool]:
    n_rows, n_columns = X.shape
    packed, sets = tree.packed, tree.left_categories
    found = np.empty(n_rows, dtype=np.int64)

    def find(rows: slice) -> bool:
        values = X[rows].reshape(-1)
        values.flags.writeable = False  # one compiled kernel, whether `X` can be written or not
        if len(sets) > 0:
            return _find_answers_by_sets(
                values, n_columns, packed.nodes, packed.missing_right, packed.category_set, sets,
                answer, found[rows],
            )  # fmt: skip
        start, place = np.empty(_LANES, dtype=np.uint64), np.empty(_LANES, dtype=np.uint32)
        nodes, missing_right = packed.nodes, packed.missing_right
        return _find_answers(
            values, n_columns, nodes, missing_right, answer, start, place, found[rows]
        )

    n_threads = min(n_threads, n_rows * (n_columns + _TYPICAL_DEPTH) // _WORTH_A_THREAD)
    if n_threads <= 1:
        return found, find(slice(None))
    n_each = ceil(n_rows / (4 * n_threads))
    chunks = [slice(first, first + n_each) for first in range(0, n_rows, n_each)]
    with ThreadPoolExecutor(n_threads) as pool:
        return found, any(list(pool.map(find, chunks)))


def decision_path(tree: Tree, leaves: npt.NDArray[np.int64]) -> csr_matrix:
    """Return the nodes on the way to each of `leaves`, as an indicator matrix."""
    starts = np.concatenate(([0], np.cumsum(tree.depths[leaves] + 1)))
    starts = starts.astype(get_index_dtype(maxval=max(starts[-1], tree.node_count)))
    path = np.empty(starts[-1], dtype=starts.dtype)
    _write_paths(leaves, starts, tree.parents, path)
    ones = np.ones(len(path), dtype=np.int64)
    return csr_matrix((ones, path, starts), shape=(len(leaves), tree.node_count))
