"""Sort the columns of a node of few samples.

Samples are counted into buckets: parts of equal width of the bins of their codes, as many as there
are about samples. So most are in order then, and sorting the few in a bucket is all that is left.

    code         |  7        |  8        |  9        |
    bucket       | 0 : 1 : 2 | 3 : 4 : 5 | 6 : 7 : 8 |     3 buckets a bin
    samples      |   : x : x | xx:   :   | x :   : x |
"""

import numpy as np

from gaintree._jit import inlined, prefetch, subkernel
from gaintree.encode import prefetch_value, value_at
from gaintree.grow.histogram import AHEAD, ends_of
from gaintree.grow.scratch import OTHER_KEYS, OTHER_WORDS
from gaintree.grow.sort import sort_pairs

_RANK = 2**32
_PARTS = 256  # of a bin, at most
_FEW = 48  # so few samples are one bucket


@subkernel
def _fill_buckets(samples, start, end, feature, codes, table, s):
    """Note value and bucket of each sample; return the bucket of what is missing.

    A bin of one value is a bucket, and its number stands for the value.
    """
    n_samples, n_values = end - start, codes.n_values[feature]
    if codes.wide_row[feature] >= 0:
        column = codes.wide[codes.wide_row[feature]]
        for i in range(n_samples):
            code = np.int64(column[np.uint64(samples[np.uint64(start + i)])])
            s.unsorted[i], s.buckets[i] = code, 1 if code == n_values else 0
        return np.int64(1)
    bins, origin, stride = codes.codes, codes.origin[feature], codes.stride[feature]
    unsorted, buckets, steps = s.unsorted, s.buckets, s.steps
    lowest, highest, n_parts, all_exact = n_values, np.int64(-1), np.int64(0), True
    for i in range(n_samples):
        if i + AHEAD < n_samples:
            ahead = np.uint64(samples[np.uint64(start + i + AHEAD)])
            prefetch(bins, origin + ahead * stride)
            prefetch_value(table, ahead, feature)
        sample = np.uint64(samples[np.uint64(start + i)])
        code = np.int64(bins[origin + sample * stride])
        buckets[np.uint64(i)], unsorted[np.uint64(i)] = code, code
        if code < n_values:
            lowest, highest = min(lowest, code), max(highest, code)
    if highest < 0:
        return n_values
    n_bins = highest - lowest + 1
    if n_samples > _FEW:
        n_parts = max(min(n_samples // n_bins, _PARTS), 1)
    for code in range(lowest, highest + 1):
        low, high = ends_of(code, feature, codes)
        width = high - low
        steps[code, 0], steps[code, 1] = low, 0.0
        if codes.is_exact[feature, code] == 0:
            all_exact = False
            if 0.0 < width < np.inf:
                steps[code, 1] = min(n_parts / width, 1e300)
    if all_exact and n_samples > _FEW:
        return n_values
    missing, last_part = max(n_parts * n_bins, 1), max(n_parts - 1.0, 0.0)
    for i in range(n_samples):
        sample = np.uint64(samples[np.uint64(start + i)])
        code = np.int64(buckets[np.uint64(i)])
        if code >= n_values:
            buckets[np.uint64(i)] = missing
            continue
        bucket = np.int64(0)
        if not all_exact:
            value = value_at(table, sample, feature)
            unsorted[np.uint64(i)] = value
            part = (value - steps[np.uint64(code), 0]) * steps[np.uint64(code), 1]
            part = part if part > 0.0 else 0.0
            part = part if part < last_part else last_part
            bucket = (code - lowest) * n_parts + np.int64(part)
        buckets[np.uint64(i)] = bucket
    return missing


@inlined
def _insert(values, order, first, last):
    """Sort the values ``first .. last - 1`` by insertion, and their samples along."""
    for i in range(first + 1, last):
        value, number = values[np.uint64(i)], order[np.uint64(i)]
        if not values[np.uint64(i - 1)] > value:
            continue
        j = i
        while j > first and values[np.uint64(j - 1)] > value:
            values[np.uint64(j)] = values[np.uint64(j - 1)]
            order[np.uint64(j)] = order[np.uint64(j - 1)]
            j -= 1
        values[np.uint64(j)], order[np.uint64(j)] = value, number


@inlined
def _ascends(values, first, last):
    n_descents = 0
    for i in range(first + 1, last):
        n_descents += values[np.uint64(i - 1)] > values[np.uint64(i)]
    return n_descents == 0


@subkernel
def sort_column(samples, start, end, feature, codes, table, s):
    """Sort the samples of a node by a column; return how many have a value.

    ``s.order`` then holds their numbers in the node, those of missing values last, and ``s.values``
    something that is equal where the values are.
    """
    n_samples, most = end - start, np.int64(0)
    missing = _fill_buckets(samples, start, end, feature, codes, table, s)
    unsorted, buckets, places, values, order = s.unsorted, s.buckets, s.places, s.values, s.order
    for bucket in range(missing + 2):
        places[bucket] = 0
    for i in range(n_samples):
        places[np.uint64(buckets[np.uint64(i)]) + np.uint64(1)] += 1
    for bucket in range(missing + 1):
        most = max(most, places[np.uint64(bucket + 1)])
        places[np.uint64(bucket + 1)] += places[np.uint64(bucket)]
    n_present = np.int64(places[missing])
    for i in range(n_samples):
        bucket = np.uint64(buckets[np.uint64(i)])
        place = np.uint64(places[bucket])
        places[bucket] += 1
        values[place], order[place] = unsorted[np.uint64(i)], i
    if most <= n_present // 8 + _FEW:
        _insert(values, order, np.int64(0), n_present)
        return n_present
    first = np.int64(0)
    for bucket in range(missing):
        last = np.int64(places[np.uint64(bucket)])
        if not _ascends(values, first, last):
            sort_pairs(
                values[first:last], order[first:last], last - first, s.words[OTHER_KEYS],
                s.words[OTHER_WORDS], s.counts,
            )  # fmt: skip
        first = last
    return n_present


@subkernel
def sort_columns(words, n_values, samples, start, end, codes, table, s):
    """Fill `words` and `n_values` with the sorted columns of the samples of a node."""
    values, order = s.values, s.order
    for feature in range(len(words)):
        row, rank = words[feature], 0
        n_present = sort_column(samples, start, end, feature, codes, table, s)
        for i in range(end - start):
            if 0 < i <= n_present and (i == n_present or values[i] != values[i - 1]):
                rank += 1
            row[i] = np.uint64(rank * _RANK) | np.uint64(samples[np.uint64(start) + order[i]])
        n_values[feature] = rank if n_present < end - start else rank + 1
