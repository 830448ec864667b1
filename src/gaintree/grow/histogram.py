"""Histograms of a node: the tally of each bin of each column.

    hist   | column 0: bin 0, bin 1, .., missing | column 1: ... |      each bin a tally

The samples of a node stand together in `samples`, ascending.

The larger child of a split has what the smaller one leaves of its parent's histogram: numbers are
whole, so this is the direct count.
"""

import numpy as np

from gaintree._jit import inlined, prefetch, subkernel
from gaintree.grow.tally import tally_length_in

# A sample's codes are asked for so many samples ahead.
AHEAD = 32


@inlined
def ends_of(code, feature, codes):
    """Between what the values of a bin lie; those at the ends reach to the known values alone."""
    low, high = codes.edges[feature, code], codes.edges[feature, code + 1]
    if code == 0:
        low = codes.ends[feature, 0]
    if code + 1 == codes.n_values[feature]:
        high = codes.ends[feature, 1]
    return low, high


@subkernel
def count_columns(hist, samples, start, end, first_column, last_column, codes, labels):
    """Count the samples of a node in the bins of neighbouring columns of one group."""
    bins, first, n_classes = codes.codes, codes.first, np.uint64(len(labels.class_weight))
    is_weighted = len(labels.coarse) > 0
    length = n_classes * np.uint64(3) if is_weighted else n_classes
    for j in range(first[first_column] * length, first[last_column] * length):
        hist[j] = 0
    origin, stride = codes.origin[first_column], codes.stride[first_column]
    width = last_column - first_column
    classes, all_coarse, all_fine = labels.classes, labels.coarse, labels.fine
    for i in range(start, end):
        if i + AHEAD < end:
            ahead = np.uint64(samples[np.uint64(i + AHEAD)])
            prefetch(classes, ahead)
            prefetch(bins, origin + ahead * stride)
            prefetch(bins, origin + ahead * stride + np.uint64(width - 1))
        sample = np.uint64(samples[np.uint64(i)])
        k = np.uint64(classes[sample])
        at = origin + sample * stride
        if is_weighted:
            coarse, fine = all_coarse[sample], all_fine[sample]
            for j in range(width):
                code = np.uint64(bins[at + np.uint64(j)])
                entry = (np.uint64(first[first_column + j]) + code) * length + k
                hist[entry] += 1
                hist[entry + n_classes] += coarse
                hist[entry + n_classes + n_classes] += fine
        else:
            for j in range(width):
                code = np.uint64(bins[at + np.uint64(j)])
                hist[(np.uint64(first[np.uint64(first_column + j)]) + code) * length + k] += 1


@subkernel
def count_samples(hist, samples, start, end, codes, labels):
    """Count the samples of a node in the bins of all columns."""
    for g in range(len(codes.groups) - 1):
        first, last = codes.groups[g], codes.groups[g + 1]
        count_columns(hist, samples, start, end, first, last, codes, labels)
    for feature in range(len(codes.wide_row)):
        if codes.wide_row[feature] >= 0:
            _count_wide(hist, samples, start, end, feature, codes, labels)


@subkernel
def count_column(hist, samples, start, end, feature, codes, labels):
    """Count the samples of a node in the bins of one column."""
    if codes.wide_row[feature] >= 0:
        _count_wide(hist, samples, start, end, feature, codes, labels)
    else:
        count_columns(hist, samples, start, end, feature, feature + 1, codes, labels)


@subkernel
def _count_wide(hist, samples, start, end, feature, codes, labels):
    n_classes, length = len(labels.class_weight), tally_length_in(labels)
    first, last = codes.first[feature] * length, codes.first[feature + 1] * length
    column = codes.wide[codes.wide_row[feature]]
    for j in range(first, last):
        hist[j] = 0
    for i in range(start, end):
        sample = np.uint64(samples[np.uint64(i)])
        entry = np.uint64(first + np.int64(column[sample]) * length + labels.classes[sample])
        hist[entry] += 1
        if len(labels.coarse) > 0:
            hist[entry + np.uint64(n_classes)] += labels.coarse[sample]
            hist[entry + np.uint64(2 * n_classes)] += labels.fine[sample]


@subkernel
def subtract(hist, other):
    """Make of a parent's histogram the larger child's, `other` being the smaller one's."""
    for j in range(len(hist)):
        hist[np.uint64(j)] -= other[np.uint64(j)]
