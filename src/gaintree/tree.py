"""The fitted tree: a frozen set of flat arrays, one entry a node, and nothing of its growth.

Names and dtypes are those of ``sklearn.tree.DecisionTreeClassifier(...).tree_``, to which sets of
categories are added, and so is the numbering of nodes: depth first, a parent before its left
subtree before its right subtree. That holds with ``max_leaf_nodes`` too, where scikit-learn numbers
nodes as it makes them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from gaintree._jit import allocating_kernel
from gaintree.packed import PackedNodes, pack_nodes

LEAF = -1
UNDEFINED = -2

# A gain below zero by less than this share of the impurity is a zero, rounded.
ROUNDING = 1e-12


@allocating_kernel
def _node_depths(children_left, children_right):
    depths = np.zeros(len(children_left), dtype=np.int64)
    for node in range(len(depths)):
        if children_left[node] != LEAF:
            depths[children_left[node]] = depths[node] + 1
            depths[children_right[node]] = depths[node] + 1
    return depths


@allocating_kernel
def _node_ends(children_right):
    ends = np.arange(1, len(children_right) + 1)
    for node in range(len(ends) - 1, -1, -1):
        if children_right[node] != LEAF:
            ends[node] = ends[children_right[node]]
    return ends


def _frozen(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    array.flags.writeable = False
    return array


def keep_used_sets(
    category_set: npt.NDArray[np.int64], left_categories: npt.NDArray[np.uint64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint64]]:
    """Return the sets that nodes split by, in the order of the nodes, and the new row of each."""
    on_set = np.flatnonzero(category_set >= 0)
    rows = np.full(len(category_set), -1)
    rows[on_set] = np.arange(len(on_set))
    return rows, left_categories[category_set[on_set]]


@dataclass(frozen=True, eq=False, repr=False)
class Tree:
    """A binary decision tree as flat arrays of length `node_count`; node 0 is the root.

    Attributes
    ----------
    n_features : int
        Number of columns the tree was grown on.
    children_left, children_right : ndarray of int64
        The two children; -1 in a leaf.
    feature : ndarray of int64
        The column that a node splits on; -2 in a leaf.
    threshold : ndarray of float64
        ``x <= threshold`` goes left. Infinite where the split parts values from missing values;
        -2.0 in a leaf, NaN where the split is by category.
    missing_go_to_left : ndarray of uint8
        Whether a missing value goes left: as learned, or to the child with more samples where
        the node had no missing value. 0 in a leaf.
    impurity : ndarray of float64
        Impurity of the node in the criterion's unit.
    n_node_samples : ndarray of int64
        Number of training samples that reach the node, those of weight zero not counted.
    weighted_n_node_samples : ndarray of float64
        Sum of their weights.
    value : ndarray of float64 of shape (node_count, 1, n_classes)
        Weighted share of each class in the node.
    category_set : ndarray of int64
        Row of `left_categories` of a split by category; -1 for other splits and in a leaf.
    left_categories : ndarray of uint64 of shape (n_category_splits, n_words)
        Sets of categories that go left: category c does where bit ``c % 64`` of word ``c // 64`` is
        one. That of a category which the node had no sample of says where missing values go.
    node_count, n_leaves, max_depth, n_classes : int
        Sizes of the tree.
    """

    n_features: int
    children_left: npt.NDArray[np.int64]
    children_right: npt.NDArray[np.int64]
    feature: npt.NDArray[np.int64]
    threshold: npt.NDArray[np.float64]
    missing_go_to_left: npt.NDArray[np.uint8]
    impurity: npt.NDArray[np.float64]
    n_node_samples: npt.NDArray[np.int64]
    weighted_n_node_samples: npt.NDArray[np.float64]
    value: npt.NDArray[np.float64]
    category_set: npt.NDArray[np.int64] = None  # type: ignore[assignment]
    left_categories: npt.NDArray[np.uint64] = None  # type: ignore[assignment]

    def __post_init__(self) -> None:
        if self.category_set is None:
            vars(self)["category_set"] = np.full(len(self.feature), -1)
            vars(self)["left_categories"] = np.empty((0, 0), dtype=np.uint64)
        for value in vars(self).values():
            if isinstance(value, np.ndarray):
                value.setflags(write=False)

    def __getstate__(self) -> dict[str, Any]:
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        self.__dict__.update(state)
        self.__post_init__()

    def __repr__(self) -> str:
        return (
            f"Tree(node_count={self.node_count}, n_leaves={self.n_leaves},"
            f" max_depth={self.max_depth}, n_features={self.n_features},"
            f" n_classes={self.n_classes})"
        )

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Return the arrays by name."""
        return {field.name: getattr(self, field.name) for field in fields(self)[1:]}

    def equals(self, other: "Tree") -> bool:
        """Whether two trees are the same, array for array and bit for bit."""
        theirs = other.arrays()
        return self.n_features == other.n_features and all(
            np.array_equal(array, theirs[name], equal_nan=array.dtype.kind == "f")
            for name, array in self.arrays().items()
        )

    @property
    def node_count(self) -> int:
        return len(self.feature)

    @property
    def n_classes(self) -> int:
        return self.value.shape[2]

    @cached_property
    def is_leaf(self) -> npt.NDArray[np.bool_]:
        """Whether each node is a leaf."""
        return _frozen(self.children_left == LEAF)

    @cached_property
    def depths(self) -> npt.NDArray[np.int64]:
        """Number of splits above each node."""
        return _frozen(_node_depths(self.children_left, self.children_right))

    @cached_property
    def ends(self) -> npt.NDArray[np.int64]:
        """The number behind the last node under each node, which have numbers in a row."""
        return _frozen(_node_ends(self.children_right))

    @cached_property
    def parents(self) -> npt.NDArray[np.int64]:
        """The node above each node; -1 for the root."""
        inner = np.flatnonzero(~self.is_leaf)
        parents = np.full(self.node_count, -1)
        parents[self.children_left[inner]] = parents[self.children_right[inner]] = inner
        return _frozen(parents)

    @property
    def n_leaves(self) -> int:
        return int(np.count_nonzero(self.is_leaf))

    @property
    def max_depth(self) -> int:
        return int(self.depths.max())

    @cached_property
    def majority(self) -> npt.NDArray[np.int64]:
        """The most frequent class of each node, the first of tied ones."""
        return _frozen(self.value[:, 0].argmax(axis=1))

    @cached_property
    def packed(self) -> PackedNodes:
        """The nodes in the layout that prediction walks."""
        return pack_nodes(
            self.children_left,
            self.children_right,
            self.feature,
            self.threshold,
            self.missing_go_to_left,
            self.majority,
            self.category_set,
        )

    def goes_left(self, node: int) -> npt.NDArray[np.bool_]:
        """Whether each category goes left at a split by category.

        Parameters
        ----------
        node : int
            A split by category.

        Returns
        -------
        goes_left : ndarray of bool
            By code; longer than there are categories, up to a multiple of 64.
        """
        words = self.left_categories[self.category_set[node]]
        bits = words[:, None] >> np.arange(64, dtype=np.uint64) & np.uint64(1)
        return bits.ravel() != 0

    def gains(self) -> npt.NDArray[np.float64]:
        """Return the gain of each split: impurity less the weighted impurity of the children.

        Returns
        -------
        gains : ndarray of float64 of shape (node_count,)
            In the unit of the impurity; 0 in leaves.
        """
        inner = ~self.is_leaf
        left, right = self.children_left[inner], self.children_right[inner]
        weight, gains = self.weighted_n_node_samples, np.zeros(self.node_count)
        gains[inner] = (
            self.impurity[inner]
            - weight[right] / weight[inner] * self.impurity[right]
            - weight[left] / weight[inner] * self.impurity[left]
        )
        gains[(gains < 0.0) & (gains > -ROUNDING * self.impurity)] = 0.0
        return gains

    def compute_feature_importances(self, normalize: bool = True) -> npt.NDArray[np.float64]:
        """Return the gain of each feature, summed over its splits, each weighted by its samples.

        Parameters
        ----------
        normalize : bool
            Whether to divide by the sum, so that importances add up to 1 if there is any split
            that gains. Without it they are in the unit of the impurity, for a sample at the root.

        Returns
        -------
        importances : ndarray of float64 of shape (n_features,)

        References
        ----------
        L. Breiman et al., "Classification and Regression Trees", Wadsworth, 1984, section 5.3.
        """
        inner = ~self.is_leaf
        weight = self.weighted_n_node_samples
        decrease = self.gains()[inner] * weight[inner] / weight[0]
        importances = np.bincount(
            self.feature[inner], weights=decrease, minlength=self.n_features
        ).astype(np.float64)
        total = importances.sum()
        return importances / total if normalize and total > 0.0 else importances
