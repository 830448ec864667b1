"""Sort the columns of a node of few samples, to hand it over to exhaustive search.

Codes are in order already, so samples are counted into their bins; values are compared only where a
bin has several samples and is not one of a single value.
"""

import numpy as np

from gaintree._jit import subkernel
from gaintree.encode import value_at
from gaintree.grow.histogram import SAMPLE_MASK
from gaintree.grow.scratch import CHOSEN, ENDS, OTHER_KEYS, OTHER_WORDS
from gaintree.grow.sort import sort_pairs

_RANK = 2**32


@subkernel
def _place(row, samples, start, end, feature, codes, ends):
    """Write the samples to `row` in the order of their codes, and where each bin ends."""
    bins, origin, stride = codes.codes, codes.origin[feature], codes.stride[feature]
    n_bins = codes.first[feature + 1] - codes.first[feature]
    for code in range(n_bins + 1):
        ends[code] = 0
    for i in range(start, end):
        sample = samples[np.uint64(i)] & SAMPLE_MASK
        ends[np.uint64(bins[origin + sample * stride]) + np.uint64(1)] += 1
    for code in range(n_bins):
        ends[np.uint64(code + 1)] += ends[np.uint64(code)]
    for i in range(start, end):
        sample = samples[np.uint64(i)] & SAMPLE_MASK
        code = np.uint64(bins[origin + sample * stride])
        row[np.uint64(ends[code])] = sample
        ends[code] += 1


@subkernel
def _rank(row, feature, codes, table, ends, s):
    """Sort what is left to sort, and put its rank before each sample; return their number."""
    n_values = codes.n_values[feature]
    n_ranks, first = 0, 0
    for code in range(n_values):
        last = ends[code]
        n_inside = last - first
        if n_inside == 0:
            continue
        if n_inside == 1 or codes.is_exact[feature, code] != 0:
            for i in range(first, last):
                row[i] |= np.uint64(n_ranks * _RANK)
        else:
            values, chosen = s.values, s.words[CHOSEN]
            for i in range(n_inside):
                chosen[i] = row[first + i]
                values[i] = value_at(table, chosen[i], feature)
            sort_pairs(
                values, chosen, n_inside, s.words[OTHER_KEYS], s.words[OTHER_WORDS], s.counts
            )
            for i in range(n_inside):
                if i > 0 and values[i] != values[i - 1]:
                    n_ranks += 1
                row[first + i] = chosen[i] | np.uint64(n_ranks * _RANK)
        n_ranks += 1
        first = last
    for i in range(first, ends[codes.first[feature + 1] - codes.first[feature] - 1]):
        row[i] |= np.uint64(n_ranks * _RANK)
    return n_ranks


@subkernel
def sort_columns(words, n_values, samples, start, end, codes, table, s):
    """Fill `words` and `n_values` with the sorted columns of the samples of a node."""
    for feature in range(len(words)):
        ends = s.counts[ENDS]
        _place(words[feature], samples, start, end, feature, codes, ends)
        n_values[feature] = _rank(words[feature], feature, codes, table, ends, s)
