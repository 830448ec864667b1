"""Which splits two trees of the same samples have in common, wherever in the trees they stand.

A split is what it does: the samples of the node, the column, and the two parts they are put in.
Every sample gets a random number of 64 bits; the sum over a set of samples stands for the set, and
a split is told by the sums of its two children and its column. Two different splits look the same
with a chance of about 2 ** -64.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from gaintree.tree import LEAF

Keys = npt.NDArray[np.uint64]

_SEED = 0
_MIX = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F), np.uint64(0x165667B19E3779F9))


def sample_numbers(n_samples: int) -> Keys:
    """Return a random number for each sample, the same ones at every call."""
    return np.random.default_rng(_SEED).integers(2**64, size=n_samples, dtype=np.uint64)


def split_keys(tree: Any, leaves: npt.NDArray[np.int64], numbers: Keys) -> Keys:
    """Return a key for each split of a tree, that of the root first.

    Parameters
    ----------
    tree : gaintree.tree.Tree or sklearn.tree._tree.Tree
    leaves : ndarray of int64 of shape (n_samples,)
        The leaf of each of its samples.
    numbers : ndarray of uint64 of shape (n_samples,)
        The number of each sample.

    Returns
    -------
    keys : ndarray of uint64 of shape (n_splits,)
        Distinct; equal to those of another tree of the same samples where splits are the same.
    """
    left, right = tree.children_left, tree.children_right
    sums = np.zeros(len(left), dtype=np.uint64)
    np.add.at(sums, leaves, numbers)
    for nodes in reversed(_levels(left, right)):
        sums[nodes] = sums[left[nodes]] + sums[right[nodes]]
    inner = np.flatnonzero(left != LEAF)
    one, other = sums[left[inner]], sums[right[inner]]
    # Which child is the left one says nothing where a split is by category.
    low, high = np.minimum(one, other), np.maximum(one, other)
    column = tree.feature[inner].astype(np.uint64) + np.uint64(1)
    return low * _MIX[0] + high * _MIX[1] + column * _MIX[2]


def _levels(left: npt.NDArray[np.int64], right: npt.NDArray[np.int64]) -> list[Any]:
    """The nodes that are split, depth by depth."""
    levels, nodes = [], np.array([0])
    while len(nodes := nodes[left[nodes] != LEAF]):
        levels.append(nodes)
        nodes = np.concatenate([left[nodes], right[nodes]])
    return levels


def same_root(one: Keys, other: Keys) -> bool:
    """Whether two trees split all samples alike, or not at all."""
    return bool(np.array_equal(one[:1], other[:1]))


def share_in_common(one: Keys, other: Keys) -> float:
    """Share of all splits of two trees that the other tree makes as well, from 0 to 1."""
    if len(one) + len(other) == 0:
        return 1.0
    n_common = len(np.intersect1d(one, other, assume_unique=True))
    return 2.0 * n_common / (len(one) + len(other))
