"""Tallies: the samples of a node, a side or a bin by class, as whole numbers.

    counts             coarse             fine
    | c0  c1 .. | w0  w1 .. | v0  v1 .. |     the last two only where samples have own weights

Everything in a tally is a sum over samples, so tallies can be added and subtracted, in any order
and without rounding. Only `weigh` makes weights of them.
"""

import numpy as np

from gaintree._jit import inlined, subkernel


@subkernel
def add_sample(tally, sample, labels):
    k = labels.classes[sample]
    tally[k] += 1
    if len(labels.coarse) > 0:
        n_classes = len(labels.class_weight)
        tally[n_classes + k] += labels.coarse[sample]
        tally[2 * n_classes + k] += labels.fine[sample]


@inlined
def add_bins(tally, hist, first, last):
    """Add bins of a histogram to a tally."""
    length = len(tally)
    for j in range(length):
        total = tally[np.uint64(j)]
        for at in range(first * length + j, last * length + j, length):
            total += hist[np.uint64(at)]
        tally[np.uint64(j)] = total


@inlined
def count_of(tally, n_classes):
    """The number of samples of a tally."""
    n_samples = 0
    for k in range(n_classes):
        n_samples += tally[np.uint64(k)]
    return n_samples


@subkernel
def weigh(tally, labels, weights):
    """Write the weight of each class; return their sum."""
    n_classes = len(weights)
    total = 0.0
    for k in range(n_classes):
        if len(labels.coarse) == 0:
            weights[k] = tally[k] * labels.class_weight[k]
        else:
            weights[k] = (
                tally[n_classes + k] * labels.coarse_unit
                + tally[2 * n_classes + k] * labels.fine_unit
            )
        total += weights[k]
    return total


@subkernel
def tally_length_in(labels):
    return len(labels.class_weight) * (1 if len(labels.coarse) == 0 else 3)


def tally_length_of(labels):
    n_classes = len(labels.class_weight)
    return n_classes if len(labels.coarse) == 0 else 3 * n_classes


def class_weights(tallies, labels):
    """Weights of the classes, as `weigh` has them, of many tallies at once."""
    n_classes = len(labels.class_weight)
    if len(labels.coarse) == 0:
        return tallies * labels.class_weight
    coarse, fine = tallies[:, n_classes : 2 * n_classes], tallies[:, 2 * n_classes :]
    return coarse * labels.coarse_unit + fine * labels.fine_unit
