"""Cost-complexity pruning, and what scikit-learn's ``ccp_alpha`` asks of it."""

from dataclasses import dataclass
from numbers import Real
from typing import ClassVar, Literal

import numpy as np
from scipy.special import entr
from sklearn.utils._param_validation import Interval, StrOptions

from gaintree.prune import passes
from gaintree.prune._base import Floats, LeastCost, Nodes
from gaintree.prune.nested import make_path
from gaintree.tree import Tree


@dataclass(frozen=True, kw_only=True)
class CostComplexity(LeastCost):
    """Minimal cost-complexity pruning: the subtree of the least ``cost + alpha * leaves``.

    A leaf t costs ``w(t) * loss(t)``, w(t) its share of the weight. By impurity this is
    scikit-learn's `ccp_alpha`; by error it is the rule of the book. A split never adds to the cost,
    so alphas are not negative.

    Parameters
    ----------
    alpha : float, default=0.0
        What a leaf costs besides, from 0: in the unit of the loss, for a sample at the root. At 0
        only splits that gain nothing are given up.
    loss : {"impurity", "error", "log_loss"}, default="impurity"
        The loss of a leaf: its impurity; the share of other classes than the majority; or the
        entropy of its classes, in bits, which is its log loss on the training data.

    References
    ----------
    L. Breiman, J. Friedman, R. Olshen, C. Stone, "Classification and Regression Trees",
    Wadsworth, 1984, chapter 3.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from gaintree import GainTreeClassifier, prune
    >>> tree = GainTreeClassifier().fit(*load_iris(return_X_y=True)).tree_
    >>> path = prune.path(tree, prune.CostComplexity(loss="error"))
    >>> path.n_leaves
    array([9, 7, 4, 3, 2, 1])
    >>> path.levels.round(4)
    array([  -inf, 0.0033, 0.0067, 0.0133, 0.2933, 0.3333])
    """

    name = "cost_complexity"
    scale = "alpha"
    ranges: ClassVar = {
        "alpha": [Interval(Real, 0.0, None, closed="left")],
        "loss": [StrOptions({"impurity", "error", "log_loss"})],
    }

    alpha: float = 0.0
    loss: Literal["impurity", "error", "log_loss"] = "impurity"

    @property
    def level(self) -> float:
        return self.alpha

    def leaf_cost(self, nodes: Nodes) -> Floats:
        tree = nodes.tree
        if self.loss == "impurity":
            return _share(tree) * tree.impurity
        if self.loss == "error":
            return nodes.errors / nodes.size[0]
        return _share(tree) * entr(tree.value[:, 0]).sum(axis=1) / np.log(2.0)

    def split_levels(self, nodes: Nodes) -> Floats:
        levels = super().split_levels(nodes)
        # An alpha is never negative, except by rounding.
        return np.where(nodes.tree.is_leaf, levels, np.maximum(levels, 0.0))


def _share(tree: Tree) -> Floats:
    return tree.weighted_n_node_samples / tree.weighted_n_node_samples[0]


def prune_cost_complexity(tree: Tree, ccp_alpha: float) -> Tree:
    """Return the subtree of least ``impurity + ccp_alpha * leaves``, of tied ones the smallest.

    Parameters
    ----------
    tree : Tree
    ccp_alpha : float
        Not negative.

    Returns
    -------
    tree : Tree
    """
    return make_path(tree, CostComplexity(alpha=ccp_alpha), None, None).chosen()


def cost_complexity_path(tree: Tree) -> tuple[Floats, Floats]:
    """Return the alphas at which the tree loses a branch, and the cost of what is left of it.

    It is scikit-learn's: a branch an entry, so that an alpha may be there twice.

    Parameters
    ----------
    tree : Tree

    Returns
    -------
    ccp_alphas : ndarray of float64
        Ascending from 0, at which the tree is whole.
    impurities : ndarray of float64
        Summed impurity of the leaves, each times its share of the weight.
    """
    leaf_cost = _share(tree) * tree.impurity
    no_cost = np.zeros(tree.node_count)
    alpha, added_cost = passes.weakest_links(
        tree.children_left, tree.children_right, leaf_cost, no_cost, 0.0
    )
    capped = alpha.copy()
    passes.cap(tree.children_left, tree.children_right, capped)
    least_above = capped[tree.parents]
    least_above[0] = np.inf
    links = np.flatnonzero(~tree.is_leaf & (alpha < least_above))
    links = links[np.lexsort((links, alpha[links]))]
    alphas = np.maximum(alpha[links], 0.0)
    costs = leaf_cost[tree.is_leaf].sum() + np.concatenate(([0.0], np.cumsum(added_cost[links])))
    return np.concatenate(([0.0], alphas)), costs
