"""Prune a grown tree: `Tree` in, smaller `Tree` out.

Minimal cost-complexity pruning: of all subtrees with the same root take the one with the least
``cost + alpha * leaves``, where the cost of a leaf is its impurity times its share of the weight.
As alpha grows the subtrees are nested (Breiman et al. 1984, chapter 3).

For one subtree the least cost-complexity is a function of alpha that is concave and piecewise
linear, its slope the number of leaves left, down to one:

    cost |                    ____________    the subtree is its root alone from here on
         |            ___----'
         |      __--'  2 leaves               at each bend an inner node turns into a leaf
         |   _-'
         | -'   4 leaves
         +-------------------------------- alpha

A node's function is the sum of its children's, cut off by the line of the node as a leaf. So the
bends of the children are merged into one heap and those beyond the crossing are dropped: the whole
sequence costs O(n log n) for n nodes, however deep the tree is.
"""

import numpy as np
import numpy.typing as npt

from gaintree._jit import allocating_kernel
from gaintree.tree import LEAF, UNDEFINED, Tree

_NONE = -1


@allocating_kernel
def _meld(a, b, key, heap_left, heap_right):
    """Merge two skew heaps (Sleator and Tarjan 1986), the greatest key on top."""
    if a == _NONE:
        return b
    if b == _NONE:
        return a
    if key[a] < key[b]:
        a, b = b, a
    root = a
    while True:
        below = heap_right[a]
        heap_right[a] = heap_left[a]
        if below == _NONE:
            heap_left[a] = b
            return root
        if key[below] < key[b]:
            below, b = b, below
        heap_left[a] = below
        a = below


@allocating_kernel
def _weakest_links(children_left, children_right, leaf_cost):
    """The inner nodes that turn into leaves before a node above them does, in no order.

    Returns these nodes, the alpha at which each node turns, and what that adds to the cost.
    """
    n_nodes = len(leaf_cost)
    alpha, added_cost = np.zeros(n_nodes), np.zeros(n_nodes)
    lost_leaves = np.zeros(n_nodes)
    heap_left = np.full(n_nodes, _NONE)
    heap_right = np.full(n_nodes, _NONE)
    top = np.full(n_nodes, _NONE)  # of the heap of bends of each subtree
    for node in range(n_nodes - 1, -1, -1):
        left, right = children_left[node], children_right[node]
        if left == LEAF:
            continue
        # The sum of the children's last pieces: each child is a leaf there.
        cost, n_leaves = leaf_cost[left] + leaf_cost[right], 2.0
        bends = _meld(top[left], top[right], alpha, heap_left, heap_right)
        crossing = leaf_cost[node] - cost
        while bends != _NONE and crossing <= alpha[bends]:
            cost -= added_cost[bends]
            n_leaves += lost_leaves[bends]
            crossing = (leaf_cost[node] - cost) / (n_leaves - 1.0)
            bends = _meld(heap_left[bends], heap_right[bends], alpha, heap_left, heap_right)
        alpha[node] = crossing
        added_cost[node] = leaf_cost[node] - cost
        lost_leaves[node] = n_leaves - 1.0
        heap_left[node], heap_right[node] = bends, _NONE
        top[node] = node

    links, n_links = np.empty(n_nodes, dtype=np.int64), 0
    stack = [top[0]]
    while len(stack) > 0:
        node = stack.pop()
        if node != _NONE:
            links[n_links] = node
            n_links += 1
            stack.append(heap_left[node])
            stack.append(heap_right[node])
    return links[:n_links], alpha, added_cost


@allocating_kernel
def _renumber(children_left, children_right, turned):
    """New number of each node once the `turned` ones are leaves; -1 for those below them."""
    numbers = np.full(len(turned), _NONE)
    numbers[0] = 0
    n_nodes = 0
    for node in range(len(turned)):
        if numbers[node] == _NONE:
            continue
        numbers[node] = n_nodes
        n_nodes += 1
        if children_left[node] != LEAF and not turned[node]:
            numbers[children_left[node]] = numbers[children_right[node]] = 0
    return numbers


def _weakest_first(
    tree: Tree,
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Nodes in the order they turn into leaves, their alphas, and the cost before and after each.

    Nodes of equal alpha turn in the order of their numbers.
    """
    leaf_cost = tree.impurity * tree.weighted_n_node_samples / tree.weighted_n_node_samples[0]
    links, alpha, added_cost = _weakest_links(tree.children_left, tree.children_right, leaf_cost)
    links = links[np.lexsort((links, alpha[links]))]
    # An alpha is never negative nor less than the one before, except by rounding.
    alphas = np.maximum.accumulate(np.maximum(alpha[links], 0.0))
    costs = leaf_cost[tree.is_leaf].sum() + np.concatenate(([0.0], np.cumsum(added_cost[links])))
    return links, alphas, costs


def cost_complexity_path(
    tree: Tree,
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return the alphas at which the tree loses a branch, and the cost of what is left of it.

    Returns
    -------
    ccp_alphas : ndarray of float64
        Ascending from 0, at which the tree is whole.
    impurities : ndarray of float64
        Summed impurity of the leaves, each times its share of the weight.
    """
    _, alphas, costs = _weakest_first(tree)
    return np.concatenate(([0.0], alphas)), costs


def prune_cost_complexity(tree: Tree, ccp_alpha: float) -> Tree:
    """Return the subtree of least ``cost + ccp_alpha * leaves``, of tied ones the smallest."""
    links, alphas, _ = _weakest_first(tree)
    return turn_into_leaves(tree, links[alphas <= ccp_alpha])


def turn_into_leaves(tree: Tree, nodes: npt.NDArray[np.int64]) -> Tree:
    """Return a tree in which the given nodes are leaves and what was below them is gone."""
    turned = np.zeros(tree.node_count, dtype=np.bool_)
    turned[nodes] = True
    numbers = _renumber(tree.children_left, tree.children_right, turned)
    kept = numbers != _NONE
    is_leaf = (tree.is_leaf | turned)[kept]
    arrays = {name: array[kept] for name, array in tree.arrays().items()}
    for name in ("children_left", "children_right"):
        arrays[name] = np.where(is_leaf, LEAF, numbers[arrays[name]])
    for name in ("feature", "threshold"):
        arrays[name][is_leaf] = UNDEFINED
    arrays["missing_go_to_left"][is_leaf] = 0
    return Tree(n_features=tree.n_features, **arrays)
