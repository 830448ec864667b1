"""The trees that a pruning method leaves, from the whole tree to its root."""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from gaintree.prune import passes
from gaintree.prune._base import Candidates, Floats, Nodes, PruningMethod, misclassified
from gaintree.tree import LEAF, UNDEFINED, Tree, keep_used_sets

Loss: TypeAlias = Literal["error", "log_loss"]

_LEAST_SHARE = np.finfo(np.float64).eps  # as scikit-learn's log_loss clips probabilities


@dataclass(frozen=True, eq=False, repr=False)
class PruningPath:
    """Nested trees: each is what is left of the one before, the last is the root alone.

    Tree i is the answer at levels from ``levels[i]`` up to, not including, ``levels[i + 1]``.

    Attributes
    ----------
    tree : Tree
        The whole tree.
    method : PruningMethod
        It says what levels are (`method.scale`).
    split_levels : ndarray of float64 of shape (tree.node_count,)
        The level at which each split is given up, -inf in leaves. No node has a greater level than
        the one above it.
    levels : ndarray of float64 of shape (n_trees,)
        Ascending from -inf, at which the tree is whole.
    n_leaves : ndarray of int64 of shape (n_trees,)
        Number of leaves of each tree, descending.
    """

    method: PruningMethod
    nodes: Nodes
    split_levels: Floats

    def __len__(self) -> int:
        return len(self.levels)

    def __repr__(self) -> str:
        return f"PruningPath({self.method!r}, n_trees={len(self)}, {self.tree!r})"

    @property
    def tree(self) -> Tree:
        return self.nodes.tree

    @cached_property
    def _steps(self) -> tuple[Floats, npt.NDArray[np.int64]]:
        """The distinct levels, ascending, and which of them each split is given up at."""
        return np.unique(self.split_levels[self.nodes.splits], return_inverse=True)

    @cached_property
    def levels(self) -> Floats:
        return np.concatenate(([-np.inf], self._steps[0]))

    @cached_property
    def n_leaves(self) -> npt.NDArray[np.int64]:
        n_given_up = np.bincount(self._steps[1], minlength=len(self) - 1)
        return self.tree.n_leaves - np.concatenate(([0], np.cumsum(n_given_up)))

    def index(self, level: float | None = None) -> int:
        """Return the number of the tree at a level.

        Parameters
        ----------
        level : float, default=None
            None is the level that the method's parameters ask for.

        Returns
        -------
        i : int
        """
        level = self.method.level if level is None else level
        return int(np.searchsorted(self.levels, level, side="right")) - 1

    def tree_at(self, i: int) -> Tree:
        """Return a tree of the path.

        Parameters
        ----------
        i : int
            Its number, from 0, the whole tree; -1 is the last, the root alone.

        Returns
        -------
        tree : Tree
        """
        return self._at(self.levels[i])

    def chosen(self) -> Tree:
        """Return the tree at the level that the method's parameters ask for.

        Returns
        -------
        tree : Tree
        """
        return self._at(self.method.level)

    def _at(self, level: float) -> Tree:
        splits = self.nodes.splits
        return turn_into_leaves(self.tree, splits[self.split_levels[splits] <= level])

    def loss(self, kind: Loss = "error") -> Floats:
        """Return the loss of each tree on the samples that it was grown from.

        Parameters
        ----------
        kind : {"error", "log_loss"}, default="error"
            Share of the weight that is misclassified; or the mean of -log2 of the share that the
            leaf gives to the true class, in bits.

        Returns
        -------
        loss : ndarray of float64 of shape (n_trees,)
        """
        return self._loss(self.nodes.counts, kind)

    def held_out_loss(self, kind: Loss = "error") -> Floats:
        """Return the loss of each tree on the samples held out.

        Parameters
        ----------
        kind : {"error", "log_loss"}, default="error"
            As in `loss`. Shares are clipped from below to the precision of float64.

        Returns
        -------
        loss : ndarray of float64 of shape (n_trees,)

        Raises
        ------
        ValueError
            If the path was made without samples held out.
        """
        if self.nodes.held_out is None:
            raise ValueError("held_out_loss needs a path made with held_out=class_counts(...).")
        return self._loss(self.nodes.held_out, kind)

    def _loss(self, counts: Floats, kind: Loss) -> Floats:
        if kind not in _LOSSES:
            raise ValueError(f"kind={kind!r} is unknown; it must be one of {sorted(_LOSSES)}.")
        losses = self.sum_over_leaves(_LOSSES[kind](self.tree, counts))
        return np.maximum(losses, 0.0) / counts[0].sum()

    def sum_over_leaves(self, amounts: npt.ArrayLike) -> Floats:
        """Return the sum of an amount over the leaves of each tree, from what each split adds.

        Parameters
        ----------
        amounts : array-like of float of shape (tree.node_count,)
            What each node of the whole tree adds if it is a leaf.

        Returns
        -------
        sums : ndarray of float64 of shape (n_trees,)
        """
        tree, splits = self.tree, self.nodes.splits
        amounts = np.asarray(amounts, dtype=np.float64)
        left, right = tree.children_left[splits], tree.children_right[splits]
        added = amounts[splits] - amounts[left] - amounts[right]
        steps = np.bincount(self._steps[1], weights=added, minlength=len(self) - 1)
        return amounts[tree.is_leaf].sum() + np.concatenate(([0.0], np.cumsum(steps)))

    def ends(self, i: int) -> npt.NDArray[np.int64]:
        """Return where samples end that reach a node of the whole tree, in a tree of the path.

        Parameters
        ----------
        i : int
            The number of the tree, as in `tree_at`.

        Returns
        -------
        ends : ndarray of int64 of shape (tree.node_count,)
            The leaf above each node, or the node itself where there is none; by its number in the
            whole tree.
        """
        return passes.ends(self.tree.parents, self.split_levels, self.levels[i])


def _bits(tree: Tree, counts: Floats) -> Floats:
    """Log loss of each node as a leaf, times its weight."""
    return -(counts * np.log2(np.maximum(tree.value[:, 0], _LEAST_SHARE))).sum(axis=1)


_LOSSES = {"error": misclassified, "log_loss": _bits}


def make_path(
    tree: Tree,
    method: PruningMethod,
    held_out: npt.ArrayLike | None,
    candidates: Candidates | None,
) -> PruningPath:
    """Check what is given and let the method set the levels."""
    if not method.is_nested:
        raise ValueError(
            f"{method!r} leaves a tree that is on no path of nested ones: call prune_and_raise with"
            " the samples, or fit GainTreeClassifier(pruning=...)."
        )
    if held_out is not None:
        held_out = _check_held_out(tree, held_out)
    elif method.needs_held_out:
        raise ValueError(
            f"pruning by {method.name!r} needs samples that the tree was not grown from: pass"
            " held_out=class_counts(tree, X, y)."
        )
    if candidates is not None and not all(len(n) == tree.node_count for n in candidates):
        raise ValueError(f"candidates must have {tree.node_count} entries, one a node.")
    nodes = Nodes(tree, held_out, candidates)
    split_levels = method.split_levels(nodes)
    passes.cap(tree.children_left, tree.children_right, split_levels)
    split_levels.flags.writeable = False
    return PruningPath(method, nodes, split_levels)


def _check_held_out(tree: Tree, held_out: npt.ArrayLike) -> Floats:
    counts = np.asarray(held_out, dtype=np.float64)
    shape = (tree.node_count, tree.n_classes)
    if counts.shape != shape:
        raise ValueError(f"held_out must have shape (node_count, n_classes) = {shape}.")
    if not (counts >= 0.0).all() or not 0.0 < counts[0].sum() < np.inf:
        raise ValueError("held_out must hold weights that are not negative, and not all zero.")
    return counts


def turn_into_leaves(tree: Tree, nodes: npt.NDArray[np.int64]) -> Tree:
    """Return a tree in which the given nodes are leaves and what was below them is gone.

    Parameters
    ----------
    tree : Tree
    nodes : ndarray of int64
        Numbers of nodes, in any order; leaves and nodes below others may be among them.

    Returns
    -------
    tree : Tree
    """
    turned = np.zeros(tree.node_count, dtype=np.bool_)
    turned[nodes] = True
    numbers = passes.renumber(tree.children_left, tree.children_right, turned)
    kept = numbers != passes.NO_NODE
    is_leaf = (tree.is_leaf | turned)[kept]
    arrays = tree.arrays()
    sets = arrays.pop("left_categories")
    arrays = {name: array[kept] for name, array in arrays.items()}
    for name in ("children_left", "children_right"):
        arrays[name] = np.where(is_leaf, LEAF, numbers[arrays[name]])
    for name in ("feature", "threshold"):
        arrays[name][is_leaf] = UNDEFINED
    arrays["missing_go_to_left"][is_leaf] = 0
    arrays["category_set"][is_leaf] = -1
    arrays["category_set"], sets = keep_used_sets(arrays["category_set"], sets)
    return Tree(n_features=tree.n_features, left_categories=sets, **arrays)
