"""The table of nodes while the tree grows: one record a node, and what is done with a record."""

import math

import numpy as np

from gaintree._jit import kernel, subkernel
from gaintree.grow.constraints import bequeath
from gaintree.grow.draw import LEFT_CHILD, RIGHT_CHILD, derive
from gaintree.grow.split import NOWHERE
from gaintree.grow.tally import add_sample, weigh
from gaintree.tree import ROUNDING

# Records that may be filled before more room is made: all under two nodes that become bits.
SPARE = 2 * (2 * 1024) + 4

NODE = np.dtype(
    [
        ("start", np.int64),  # its samples stand together, from `start` to `end`
        ("end", np.int64),
        ("depth", np.int64),
        ("key", np.uint64),  # of its random draws
        ("impurity", np.float64),
        ("weight", np.float64),
        ("feature", np.int64),  # of the split
        ("threshold", np.float64),
        ("n_left", np.int64),
        ("n_missing", np.int64),
        ("missing_left", np.bool_),
        ("left", np.int64),  # record of the left child; the right one is next; 0 if not split
        ("gain", np.float64),
        ("code", np.int64),  # bins up to this one go left ...
        ("is_inside", np.bool_),  # ... but of this one only what is not above the threshold
        ("slot", np.int64),  # of its histogram, or NOWHERE
        ("set", np.int64),  # of the categories that go left, or NOWHERE
        ("is_split", np.bool_),
    ]
)

# How far growing has come.
STATE = np.dtype(
    [
        ("n_nodes", np.int64),
        ("n_leaves", np.int64),
        ("n_entries", np.int64),  # of the frontier
        ("n_slots", np.int64),  # histograms that are free
        ("n_sets", np.int64),  # of categories
        ("pending", np.int64),  # the node that the latest slice left to others, or 0
        ("hand_over", np.int64),  # smaller children of more samples are left to others; 0 for none
        ("total_weight", np.float64),  # of all samples
        ("work", np.int64),  # values looked at since the slice began ...
        ("budget", np.int64),  # ... which ends when this many are
    ]
)

# As scikit-learn: an impurity or a lack of decrease below this is rounding.
EPSILON = np.finfo(np.float64).eps


@subkernel
def may_split(node, rules):
    """Whether a node is worth searching: the stopping rules that need no split."""
    n_samples = node.end - node.start
    return (
        node.depth < rules.max_depth
        and n_samples >= rules.min_samples_split
        and n_samples >= 2 * rules.min_samples_leaf
        and node.weight >= 2 * rules.min_weight_leaf
        and node.impurity > EPSILON
    )


@subkernel
def write_node(node, tally, labels, formulas, weights):
    """Fill what a record says of its samples."""
    node.weight = weigh(tally, labels, weights)
    node.impurity = formulas.impurity(weights, node.weight, formulas.parameter)
    node.left = 0
    node.is_split = False
    node.set = NOWHERE


@kernel
def write_root(nodes, tallies, states, samples, labels, formulas, seed, weights):
    """Make record 0 the node of all samples; list them, if there is room to."""
    root, tally = nodes[0], tallies[0]
    for j in range(len(tally)):
        tally[j] = 0
    for sample in range(len(labels.classes)):
        add_sample(tally, sample, labels)
    for sample in range(len(samples)):
        samples[sample] = sample
    root.start, root.end, root.depth, root.key = 0, len(labels.classes), 0, derive(seed, 0)
    write_node(root, tally, labels, formulas, weights)
    states[0].n_nodes, states[0].n_leaves, states[0].total_weight = 1, 1, root.weight


@subkernel
def write_children(i, at, total_weight, g, labels, formulas, rules, weights, m):
    """Write the children of node `i` to `at` and `at` + 1; tell if the split gains enough.

    The tally of the left child is there already.
    """
    nodes, tallies = g.nodes, g.tallies
    node, left, right = nodes[i], nodes[at], nodes[at + 1]
    left.start, right.end = node.start, node.end
    left.end = right.start = node.start + node.n_left
    left.depth = right.depth = node.depth + 1
    left.key, right.key = derive(node.key, LEFT_CHILD), derive(node.key, RIGHT_CHILD)
    for j in range(tallies.shape[1]):
        tallies[at + 1, j] = tallies[i, j] - tallies[at, j]
    write_node(left, tallies[at], labels, formulas, weights)
    write_node(right, tallies[at + 1], labels, formulas, weights)
    gain = (
        node.impurity
        - right.weight / node.weight * right.impurity
        - left.weight / node.weight * left.impurity
    )
    if -ROUNDING * node.impurity < gain < 0.0:
        gain = 0.0
    node.gain = gain * (node.weight / total_weight)
    if node.gain + EPSILON < rules.min_impurity_decrease:
        return False
    node.left = at
    bequeath(i, at, g, labels, m)
    return True


@subkernel
def coarse_gain(gain):
    """A gain without its last bits, so that gains equal but for rounding are a tie."""
    mantissa, exponent = math.frexp(gain)
    return math.ldexp(np.rint(mantissa * 2.0**40), exponent - 40)
