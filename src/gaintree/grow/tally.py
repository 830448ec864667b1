"""Count and weigh the classes of a run of samples.

Weights are added up in two floats a class, the sum and the rest that rounding took from it. So the
sums hardly depend on the order of the samples, and a class that weighs 1e-9 beside one of 1e9 is
still there when the large one has gone to the other side.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from gaintree._jit import kernel
from gaintree.encode import sample_of


class Tally(NamedTuple):
    """Samples by class: how many, and what they weigh (``weights + rest``)."""

    counts: npt.NDArray[np.int64]  # (n_classes,), as all three
    weights: npt.NDArray[np.float64]
    rest: npt.NDArray[np.float64]


@kernel
def new_tally(n_classes):
    return Tally(
        np.zeros(n_classes, dtype=np.int64),
        np.zeros(n_classes, dtype=np.float64),
        np.zeros(n_classes, dtype=np.float64),
    )


@kernel
def two_sum(a, b):
    """The rounded sum of two numbers, and what rounding took from it (Knuth)."""
    total = a + b
    added = total - a
    return total, (a - (total - added)) + (b - added)


@kernel
def add_samples(tally, row, start, end, labels):
    """Add the samples of ``row[start:end]``."""
    if len(labels.weights) == 0:
        for i in range(start, end):
            k = labels.classes[sample_of(row[i])]
            tally.counts[k] += 1
            tally.weights[k] += 1.0
        return
    for i in range(start, end):
        sample = sample_of(row[i])
        k = labels.classes[sample]
        tally.counts[k] += 1
        tally.weights[k], lost = two_sum(tally.weights[k], labels.weights[sample])
        tally.rest[k] += lost


@kernel
def tally_node(row, start, end, class_weights, labels):
    """Tally of a node of known class weights; where each sample weighs 1 they are its counts."""
    tally = new_tally(len(class_weights))
    if len(labels.weights) == 0:
        for k in range(len(class_weights)):
            tally.counts[k] = np.int64(class_weights[k])
            tally.weights[k] = class_weights[k]
    else:
        add_samples(tally, row, start, end, labels)
    return tally


@kernel
def _add_side(tally, is_left, row, start, end, split, labels):
    if is_left:
        add_samples(tally, row, start, split.position, labels)
    else:
        add_samples(tally, row, split.position, split.stop, labels)
    if split.missing_left == is_left:
        add_samples(tally, row, split.stop, end, labels)


@kernel
def _subtract(tally, node, other):
    for k in range(len(node.counts)):
        tally.counts[k] = node.counts[k] - other.counts[k]
        tally.weights[k] = node.weights[k] - other.weights[k]


@kernel
def tally_children(node, row, start, end, split, labels):
    """Tallies of the two sides of a split. Where each sample weighs 1, the smaller is counted."""
    left, right = new_tally(len(node.counts)), new_tally(len(node.counts))
    if len(labels.weights) > 0:
        _add_side(left, True, row, start, end, split, labels)
        _add_side(right, False, row, start, end, split, labels)
    elif split.position - start <= split.stop - split.position:
        _add_side(left, True, row, start, end, split, labels)
        _subtract(right, node, left)
    else:
        _add_side(right, False, row, start, end, split, labels)
        _subtract(left, node, right)
    return left, right


@kernel
def side_weights(count, total, rest, node_count, node_total, node_rest):
    """Weight of one class on the left, and of what the node has left of it.

    A class of which a side has no sample weighs exactly nothing there.
    """
    if count == node_count:
        return total + rest, 0.0
    return total + rest, (node_total - total) + (node_rest - rest)
