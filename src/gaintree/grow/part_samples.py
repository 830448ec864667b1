"""Part the samples of a node: those that go left to the front, all in the order that they have.

One half of them after the other, so that the room for what goes right need hold a half only:

    | left, right | left, right |  ->  | left, left, right, right |
"""

import numpy as np

from gaintree._jit import prefetch, subkernel
from gaintree.encode import value_at
from gaintree.grow.fine_count import fine_bin, step_of
from gaintree.grow.histogram import AHEAD
from gaintree.grow.split import NO_FINE, midpoint
from gaintree.grow.tally import add_sample


@subkernel
def _append(samples, start, buffer, n):
    for i in range(n):
        samples[start + i] = buffer[i]


@subkernel
def _part_wide(feature, start, end, samples, codes, buffer, side):
    """Part a range by a column whose codes take two bytes; return where the right ones start."""
    column = codes.wide[codes.wide_row[feature]]
    n_left, n_right = start, np.int64(0)
    for i in range(start, end):
        sample = samples[np.uint64(i)]
        if side[column[sample]] == 1:
            samples[n_left] = sample
            n_left += 1
        else:
            buffer[n_right] = sample
            n_right += 1
    _append(samples, n_left, buffer, n_right)
    return n_left


@subkernel
def _part_range(
    record, fine, low, scale, start, end, samples, codes, table, labels, buffer, side, tally
):
    """Part a range; return where the right ones start, and the values next to the cut."""
    feature, bins = record.feature, codes.codes
    origin, stride = codes.origin[feature], codes.stride[feature]
    n_left, n_right, greatest, least = np.uint64(start), np.uint64(0), -np.inf, np.inf
    for i in range(start, end):
        if i + AHEAD < end:
            prefetch(bins, origin + np.uint64(samples[np.uint64(i + AHEAD)]) * stride)
        sample = np.uint64(samples[np.uint64(i)])
        goes_left = np.uint64(side[np.uint64(bins[origin + sample * stride])])
        if goes_left == 2:
            value = value_at(table, sample, feature)
            if fine != NO_FINE:
                goes_left = np.uint64(fine_bin(value, low, scale) <= fine)
            else:
                goes_left = np.uint64(value <= record.threshold)
            if goes_left == 1:
                greatest = max(greatest, value)
                add_sample(tally, np.int64(sample), labels)
            else:
                least = min(least, value)
        samples[n_left] = sample
        buffer[n_right] = sample
        n_left += goes_left
        n_right += np.uint64(1) - goes_left
    _append(samples, np.int64(n_left), buffer, np.int64(n_right))
    return np.int64(n_left), greatest, least


@subkernel
def part_samples(record, fine, samples, codes, table, labels, buffer, side, tally):
    """Part the samples of a node.

    Those whose value decided are added to the tally. Where a cut between fine bins decided, the
    threshold is found on the way: the bin has values on both sides of the cut, else it were the
    edge of the bin.
    """
    feature, start, end = record.feature, record.start, record.end
    low, scale, middle = 0.0, 0.0, (start + end) // 2
    if fine != NO_FINE:
        low, scale = step_of(record.code, feature, codes)
    if codes.wide_row[feature] >= 0:
        first = _part_wide(feature, start, middle, samples, codes, buffer, side)
        second = _part_wide(feature, middle, end, samples, codes, buffer, side)
    else:
        first, greatest, least = _part_range(
            record, fine, low, scale, start, middle, samples, codes, table, labels, buffer, side,
            tally,
        )  # fmt: skip
        second, greatest_too, least_too = _part_range(
            record, fine, low, scale, middle, end, samples, codes, table, labels, buffer, side,
            tally,
        )  # fmt: skip
        if fine != NO_FINE:
            greatest, least = max(greatest, greatest_too), min(least, least_too)
            record.threshold = midpoint(greatest, least)
    n_left = second - middle
    for i in range(n_left):
        buffer[i] = samples[middle + i]
    for i in range(middle - first):
        samples[second - 1 - i] = samples[middle - 1 - i]
    _append(samples, first, buffer, n_left)
