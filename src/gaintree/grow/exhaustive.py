"""Grow a tree by exhaustive search: every cut of every column of every node is scored.

Any criterion can be searched so. It is also the measure of every faster search: same data, same
tree.
"""

import heapq
import math

import numpy as np

from gaintree._jit import kernel
from gaintree.grow.cut import NOWHERE
from gaintree.grow.draw import LEFT_CHILD, RIGHT_CHILD, derive
from gaintree.grow.partition import partition_samples
from gaintree.grow.split import best_split
from gaintree.grow.table import NODE, enlarged_nodes, enlarged_weights
from gaintree.grow.tally import add_samples, new_tally, tally_children, tally_node
from gaintree.tree import ROUNDING

# As scikit-learn: an impurity or a lack of decrease below this is rounding.
_EPSILON = np.finfo(np.float64).eps


@kernel
def _may_split(node, rules):
    """Whether a node is worth searching: the stopping rules that need no split."""
    n_samples = node.end - node.start
    return (
        node.depth < rules.max_depth
        and n_samples >= rules.min_samples_split
        and n_samples >= 2 * rules.min_samples_leaf
        and node.weight >= 2 * rules.min_weight_leaf
        and node.impurity > _EPSILON
    )


@kernel
def _write_node(node, class_weights, tally, formulas):
    """Fill what a record says of its samples."""
    for k in range(len(class_weights)):
        class_weights[k] = tally.weights[k] + tally.rest[k]
    node.weight = class_weights.sum()
    node.impurity = formulas.impurity(class_weights, node.weight, formulas.parameter)
    node.is_split = False


@kernel
def _write_children(node, left, right, n_left):
    """Fill where the children of a split stand, `n_left` samples to the left."""
    left.start, right.end = node.start, node.end
    left.end = right.start = node.start + n_left
    left.depth = right.depth = node.depth + 1
    left.key, right.key = derive(node.key, LEFT_CHILD), derive(node.key, RIGHT_CHILD)


@kernel
def _write_split(node, split, left):
    node.feature, node.threshold, node.left = split.feature, split.threshold, left
    node.position, node.stop, node.missing_left = split.position, split.stop, split.missing_left


@kernel
def _gain(node, left, right):
    """Decrease of impurity by a split; what is below zero by rounding is zero."""
    gain = (
        node.impurity
        - right.weight / node.weight * right.impurity
        - left.weight / node.weight * left.impurity
    )
    return 0.0 if -ROUNDING * node.impurity < gain < 0.0 else gain


@kernel
def _coarse(gain):
    """A gain without its last bits, so that gains equal but for rounding are a tie."""
    mantissa, exponent = math.frexp(gain)
    return math.ldexp(np.rint(mantissa * 2.0**40), exponent - 40)


@kernel
def grow_exhaustive(columns, labels, tables, formulas, rules, seed):
    """Grow a tree; return the records of its nodes and the class weights of each.

    A record that is not split is a leaf, and the records of its children, if it has any, are not
    part of the tree: best-first growth looks one split ahead before it knows whether it has leaves
    to spare.
    """
    words = columns.words
    n_samples, n_classes = words.shape[1], labels.n_classes
    goes_left = np.empty(n_samples, dtype=np.uint8)
    buffer = np.empty(n_samples, dtype=np.uint64)
    nodes = np.empty(64, dtype=NODE)
    class_weights = np.empty((64, n_classes))

    tally = new_tally(n_classes)
    add_samples(tally, words[0], 0, n_samples, labels)
    root = nodes[0]
    root.start, root.end, root.depth, root.key = 0, n_samples, 0, derive(seed, 0)
    _write_node(root, class_weights[0], tally, formulas)
    n_nodes = 1
    n_leaves = 1

    # Depth first is best first with the youngest node as the best.
    best_first = rules.max_leaf_nodes > 0
    frontier = [(0.0, 0) for _ in range(0)]
    first, last = 0, 1  # the records to search next: the root, later the children of a split
    while True:
        for i in range(first, last):
            if not _may_split(nodes[i], rules):
                continue
            start, end = nodes[i].start, nodes[i].end
            tally = tally_node(words[0], start, end, class_weights[i], labels)
            split = best_split(
                columns, labels, tables, formulas, rules, tally, start, end, nodes[i].key
            )
            if split.feature == NOWHERE:
                continue
            if n_nodes + 2 > len(nodes):
                nodes = enlarged_nodes(nodes, n_nodes)
                class_weights = enlarged_weights(class_weights, n_nodes)
            row = words[split.feature]
            left, right = tally_children(tally, row, start, end, split, labels)
            n_left = left.counts.sum()
            _write_children(nodes[i], nodes[n_nodes], nodes[n_nodes + 1], n_left)
            _write_node(nodes[n_nodes], class_weights[n_nodes], left, formulas)
            _write_node(nodes[n_nodes + 1], class_weights[n_nodes + 1], right, formulas)
            gain = _gain(nodes[i], nodes[n_nodes], nodes[n_nodes + 1])
            gain *= nodes[i].weight / nodes[0].weight
            if gain + _EPSILON < rules.min_impurity_decrease:
                continue
            _write_split(nodes[i], split, n_nodes)
            heapq.heappush(frontier, (-_coarse(gain) if best_first else -float(i), i))
            n_nodes += 2

        if len(frontier) == 0:
            break
        node = nodes[heapq.heappop(frontier)[1]]
        node.is_split = True
        n_leaves += 1
        if n_leaves == rules.max_leaf_nodes:
            break
        first, last = node.left, node.left + 2
        if _may_split(nodes[first], rules) or _may_split(nodes[first + 1], rules):
            partition_samples(words, node.start, node.end, node, goes_left, buffer)
    return nodes[:n_nodes], class_weights[:n_nodes]
