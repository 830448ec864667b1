"""Passes over all nodes of a tree, children before parents or the other way.

Nodes are numbered depth first, so counting down the numbers is bottom up and counting up is top
down: a pass is a loop, however deep the tree is.
"""

import numpy as np

from gaintree._jit import allocating_kernel, kernel
from gaintree.tree import LEAF

NO_NODE = -1


@kernel
def add_up(children_left, children_right, amounts):
    """Add to each node's row of `amounts` those of the nodes below it."""
    for node in range(len(amounts) - 1, -1, -1):
        left, right = children_left[node], children_right[node]
        if left != LEAF:
            for j in range(amounts.shape[1]):
                amounts[node, j] += amounts[left, j] + amounts[right, j]


@kernel
def lift(children_left, children_right, levels):
    """Raise each node's level to the greatest below it."""
    for node in range(len(levels) - 1, -1, -1):
        left, right = children_left[node], children_right[node]
        if left != LEAF:
            levels[node] = max(levels[node], levels[left], levels[right])


@kernel
def cap(children_left, children_right, levels):
    """Lower each node's level to the least above it."""
    for node in range(len(levels)):
        left, right = children_left[node], children_right[node]
        if left != LEAF:
            levels[left] = min(levels[left], levels[node])
            levels[right] = min(levels[right], levels[node])


@allocating_kernel
def ends(parents, levels, level):
    """The highest node above each, or itself, whose level is not above `level`; itself if none."""
    found = np.arange(len(levels))
    for node in range(1, len(levels)):
        above = found[parents[node]]
        if levels[above] <= level:
            found[node] = above
    return found


@allocating_kernel
def renumber(children_left, children_right, turned):
    """New number of each node once the `turned` ones are leaves; NO_NODE for those below them."""
    numbers = np.full(len(turned), NO_NODE)
    numbers[0] = 0
    n_nodes = 0
    for node in range(len(turned)):
        if numbers[node] == NO_NODE:
            continue
        numbers[node] = n_nodes
        n_nodes += 1
        if children_left[node] != LEAF and not turned[node]:
            numbers[children_left[node]] = numbers[children_right[node]] = 0
    return numbers


@allocating_kernel
def within_slack(children_left, children_right, leaf_cost, slack):
    """Whether each node costs, as a leaf, at most `slack` more than what is left of its branch."""
    n_nodes = len(leaf_cost)
    cost, turned = leaf_cost.copy(), np.zeros(n_nodes, dtype=np.bool_)
    for node in range(n_nodes - 1, -1, -1):
        if children_left[node] != LEAF:
            branch = cost[children_left[node]] + cost[children_right[node]]
            turned[node] = leaf_cost[node] <= branch + slack
            if not turned[node]:
                cost[node] = branch
    return turned


# Weakest links
#
# For one subtree the least of cost + alpha * leaves is a function of alpha that is concave and
# piecewise linear, its slope the number of leaves left, down to one:
#
#     cost |                    ____________    the subtree is its root alone from here on
#          |            ___----'
#          |      __--'  2 leaves               at each bend an inner node turns into a leaf
#          |   _-'
#          | -'   4 leaves
#          +-------------------------------- alpha
#
# A node's function is the sum of its children's, cut off by the line of the node as a leaf. So the
# bends of the children are merged into one heap and those beyond the crossing are dropped.


@allocating_kernel
def _meld(a, b, key, heap_left, heap_right):
    """Merge two skew heaps (Sleator and Tarjan 1986), the greatest key on top."""
    if a == NO_NODE:
        return b
    if b == NO_NODE:
        return a
    if key[a] < key[b]:
        a, b = b, a
    root = a
    while True:
        below = heap_right[a]
        heap_right[a] = heap_left[a]
        if below == NO_NODE:
            heap_left[a] = b
            return root
        if key[below] < key[b]:
            below, b = b, below
        heap_left[a] = below
        a = below


@allocating_kernel
def weakest_links(children_left, children_right, leaf_cost, split_cost, rounding):
    """The alpha at which each inner node turns into a leaf, and how much more the tree costs then.

    A tree costs what its leaves and its splits cost. Costs that differ by less than a share of
    `rounding` are equal. A node is no link, and goes with the one above it, where that one turns at
    the same alpha or before. O(n log n) for n nodes.
    """
    n_nodes = len(leaf_cost)
    alpha, added_cost = np.full(n_nodes, -np.inf), np.zeros(n_nodes)
    lost_leaves = np.zeros(n_nodes)
    heap_left = np.full(n_nodes, NO_NODE)
    heap_right = np.full(n_nodes, NO_NODE)
    top = np.full(n_nodes, NO_NODE)  # of the heap of bends of each subtree
    for node in range(n_nodes - 1, -1, -1):
        left, right = children_left[node], children_right[node]
        if left == LEAF:
            continue
        # The sum of the children's last pieces: each child is a leaf there.
        cost, n_leaves = leaf_cost[left] + leaf_cost[right] + split_cost[node], 2.0
        bends = _meld(top[left], top[right], alpha, heap_left, heap_right)
        while True:
            added = leaf_cost[node] - cost
            if abs(added) <= rounding * max(abs(leaf_cost[node]), abs(cost)):
                added = 0.0
            crossing = added / (n_leaves - 1.0)
            if bends == NO_NODE or crossing > alpha[bends]:
                break
            cost -= added_cost[bends]
            n_leaves += lost_leaves[bends]
            bends = _meld(heap_left[bends], heap_right[bends], alpha, heap_left, heap_right)
        alpha[node] = crossing
        added_cost[node] = added
        lost_leaves[node] = n_leaves - 1.0
        heap_left[node], heap_right[node] = bends, NO_NODE
        top[node] = node
    return alpha, added_cost
