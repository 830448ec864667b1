"""What a pruning method is: a level for each split, at which it is given up with all below it.

So the trees that a method leaves are nested: the greater the level, the smaller the tree. A method
has a level of its own, which follows from its parameters; the tree at that level is its answer.

Methods come in two kinds. Those of `LeastCost` give every leaf a cost, and look for the subtree of
the least sum. Those of `SplitScore` judge split by split.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
from sklearn import get_config
from sklearn.utils._param_validation import validate_parameter_constraints

from gaintree.prune import passes
from gaintree.tree import ROUNDING, Tree

Floats: TypeAlias = npt.NDArray[np.float64]

_WHOLE = 1e-9  # a weight of a class that is a whole number but for this share of the node's is one


class Candidates(NamedTuple):
    """How many splits each node could choose among; see `count_candidates`."""

    of_feature: npt.NDArray[np.int64]  # (node_count,), on the column that it splits on
    of_all: npt.NDArray[np.int64]  # (node_count,), on all columns


def misclassified(tree: Tree, counts: Floats) -> Floats:
    """Weight in each node that is not of the class that the node predicts."""
    return counts.sum(axis=1) - counts[np.arange(tree.node_count), tree.majority]


@dataclass(frozen=True, eq=False, repr=False)
class Nodes:
    """The nodes of a tree, as pruning methods look at them."""

    tree: Tree
    held_out: Floats | None = None  # (node_count, n_classes), weight of each class held out
    known_candidates: Candidates | None = None

    @cached_property
    def counts(self) -> Floats:
        """Training weight of each class in each node, of shape (node_count, n_classes)."""
        weight = self.tree.weighted_n_node_samples[:, None]
        counts = self.tree.value[:, 0] * weight
        whole = np.rint(counts)
        return np.where(np.abs(counts - whole) <= _WHOLE * weight, whole, counts)

    @cached_property
    def size(self) -> Floats:
        """Training weight of each node."""
        return self.counts.sum(axis=1)

    @cached_property
    def errors(self) -> Floats:
        """Training weight in each node that is not of its majority."""
        return misclassified(self.tree, self.counts)

    @cached_property
    def splits(self) -> npt.NDArray[np.int64]:
        """The nodes that split, ascending."""
        return np.flatnonzero(~self.tree.is_leaf)

    @cached_property
    def candidates(self) -> Candidates:
        """The given candidates; else as many as there are if no two samples share a value."""
        if self.known_candidates is not None:
            return self.known_candidates
        cuts = np.maximum(self.tree.n_node_samples - 1, 1)
        return Candidates(cuts, cuts * self.tree.n_features)

    def tables(self) -> tuple[Floats, Floats]:
        """Training weight of each class on the left and right of each split, a row a split."""
        left, right = self.tree.children_left[self.splits], self.tree.children_right[self.splits]
        return self.counts[left], self.counts[right]

    def add_up(self, amounts: Floats) -> Floats:
        """Return the sum of `amounts`, of shape (node_count, n), over each node's branch."""
        sums = np.array(amounts, dtype=np.float64, order="C")
        passes.add_up(self.tree.children_left, self.tree.children_right, sums)
        return sums


@dataclass(frozen=True, kw_only=True)
class PruningMethod(ABC):
    """A rule for which splits of a grown tree to give up.

    Attributes
    ----------
    name : str
        What `get` finds it by.
    scale : str
        What its levels are, in words for an axis.
    ranges : dict of list
        The values that each parameter may have, in scikit-learn's terms.
    needs_held_out : bool
        Whether it needs samples that the tree was not grown from.
    is_nested : bool
        Whether what it leaves is a pruned tree of the whole one, so that there is a path.
    uses_candidates : bool
        Whether it matters to it how many splits a node could choose among.
    level : float
        The level that its parameters ask for.
    """

    name: ClassVar[str]
    scale: ClassVar[str]
    ranges: ClassVar[dict[str, list[Any]]] = {}
    needs_held_out: ClassVar[bool] = False

    def __post_init__(self) -> None:
        if self.ranges and not get_config()["skip_parameter_validation"]:
            validate_parameter_constraints(
                self.ranges, dict(vars(self)), caller_name=type(self).__name__
            )

    @property
    def is_nested(self) -> bool:
        return True

    @property
    def uses_candidates(self) -> bool:
        return False

    @property
    def level(self) -> float:
        return 0.0

    @abstractmethod
    def split_levels(self, nodes: Nodes) -> Floats:
        """Return the level at which each node turns into a leaf, -inf for leaves.

        It turns at a lower level, too, if a node above it does.
        """


class LeastCost(PruningMethod):
    """The subtree of the least cost, summed over its leaves and splits; of tied ones the smallest.

    Its levels are alphas: that of the least ``cost + alpha * leaves`` (Breiman et al. 1984). They
    start below zero where the whole tree is not the cheapest, and the level of the least cost is 0.
    """

    @abstractmethod
    def leaf_cost(self, nodes: Nodes) -> Floats:
        """Return what each node costs as a leaf."""

    def split_cost(self, nodes: Nodes) -> Floats:
        """Return what the split of each node costs; nothing matters in leaves."""
        return np.zeros(nodes.tree.node_count)

    def split_levels(self, nodes: Nodes) -> Floats:
        tree = nodes.tree
        leaf_cost, split_cost = self.leaf_cost(nodes), self.split_cost(nodes)
        return passes.weakest_links(
            tree.children_left, tree.children_right, leaf_cost, split_cost, ROUNDING
        )[0]


class SplitScore(PruningMethod):
    """Splits that score no more than the level are given up: all, or those with none better below.

    With `stop`, all of them, as if growth had stopped there.
    """

    stop: bool

    @abstractmethod
    def scores(self, nodes: Nodes) -> Floats:
        """Return the score of each of ``nodes.splits``: the higher, the better the split."""

    def split_levels(self, nodes: Nodes) -> Floats:
        tree = nodes.tree
        levels = np.full(tree.node_count, -np.inf)
        levels[nodes.splits] = self.scores(nodes)
        if not self.stop:
            passes.lift(tree.children_left, tree.children_right, levels)
        return levels
