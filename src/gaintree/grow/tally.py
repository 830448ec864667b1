"""Count and weigh the classes of a run of samples.

Weights are added up in two floats a class, the sum and the rest that its rounding left over
(Knuth's two-sum). So the sums hardly depend on the order of the samples, and a class that weighs
1e-9 beside one of 1e9 is still there when the large one has gone to the other side.
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
        weight = labels.weights[sample]
        old = tally.weights[k]
        new = old + weight
        added = new - old
        tally.counts[k] += 1
        tally.weights[k] = new
        tally.rest[k] += (old - (new - added)) + (weight - added)


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
def weigh_sides(node, left, weights_left, weights_right):
    """Write the class weights of `left` and of the rest of `node`; return their two sums.

    A class of which a side has no sample weighs exactly nothing there.
    """
    total_left, total_right = 0.0, 0.0
    for k in range(len(node.counts)):
        weights_left[k] = left.weights[k] + left.rest[k]
        weights_right[k] = (node.weights[k] - left.weights[k]) + (node.rest[k] - left.rest[k])
        if left.counts[k] == node.counts[k]:
            weights_right[k] = 0.0
        total_left += weights_left[k]
        total_right += weights_right[k]
    return total_left, total_right
