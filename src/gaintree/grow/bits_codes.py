"""Place the samples of a node that becomes bits, by the codes of each column where these tell all.

Where each code stands for one value, counting sorts the samples, and no value need be looked at:

    code        0 1 2 3 4 5 6 7
    samples     2 0 3 0 0 1 0 2      counted
    places      0   2     5   6      where those of a code begin

Other columns are sorted by their values (small.py).
"""

import numpy as np

from gaintree._jit import prefetch, subkernel
from gaintree.grow.bits import (
    add_column,
    below,
    class_words_at,
    close_block,
    place_column,
    places_at,
    start_level,
)
from gaintree.grow.histogram import AHEAD
from gaintree.grow.small import sort_column


@subkernel
def _is_exact(feature, codes):
    """Whether each code of a column stands for one value."""
    if codes.wide_row[feature] >= 0:
        return False
    n_exact, n_values, is_exact = 0, codes.n_values[feature], codes.is_exact[feature]
    for code in range(n_values):
        n_exact += is_exact[np.uint64(code)] != 0
    return n_exact == n_values


@subkernel
def _count_codes(samples, start, end, feature, codes, s):
    """Count the samples of each code, that of missing values last."""
    bins, origin, stride = codes.codes, codes.origin[feature], codes.stride[feature]
    buckets, places = s.buckets, s.places
    for code in range(codes.n_values[feature] + 1):
        places[code] = 0
    for i in range(end - start):
        if i + AHEAD < end - start:
            prefetch(bins, origin + np.uint64(samples[np.uint64(start + i + AHEAD)]) * stride)
        code = bins[origin + np.uint64(samples[np.uint64(start + i)]) * stride]
        buckets[np.uint64(i)] = code
        places[np.uint64(code)] += 1


@subkernel
def _find_places(n_values, places):
    """Make of the counts where the places of a code begin; return how many codes there are."""
    n_before, n_blocks = np.int64(0), np.int64(0)
    for code in range(n_values):
        count = places[np.uint64(code)]
        places[np.uint64(code)] = n_before
        n_before += count
        n_blocks += count > 0
    places[n_values] = n_before
    return n_blocks


@subkernel
def _place_samples(level, feature, n_features, n_classes, s, b):
    """Place each sample behind the last one of its code."""
    n_samples, n_words, base = b.n_samples[level], b.sizes[level] // 64, np.uint64(b.base[level])
    at = np.uint64(places_at(level, feature, n_features, b))
    own = np.uint64(class_words_at(level, feature, 0, n_features, n_classes, b))
    place_of, number_of, classes, of_class = b.place, b.number, b.classes, b.of_class
    class_at, buckets, places = b.class_at, s.buckets, s.places
    ones = own + np.uint64(n_words)
    for i in range(n_samples):
        code = np.uint64(buckets[np.uint64(i)])
        place = np.uint64(places[code])
        places[code] += 1
        place_of[at + np.uint64(i)] = place
        number_of[at + place] = i
        k = np.uint64(classes[base + np.uint64(i)])
        if n_classes == 2:
            of_class[ones + (place >> np.uint64(6))] |= k << (place & np.uint64(63))
        else:
            class_at[at + place] = k
            word = own + k * np.uint64(n_words) + (place >> np.uint64(6))
            of_class[word] |= np.uint64(1) << (place & np.uint64(63))
    if n_classes == 2:
        for word in range(n_words):
            of_one = of_class[ones + np.uint64(word)]
            of_class[own + np.uint64(word)] = ~of_one & below(n_samples, word)


@subkernel
def _place_by_codes(samples, start, end, level, feature, n_features, n_classes, codes, s, b):
    n_samples, n_values = end - start, codes.n_values[feature]
    _count_codes(samples, start, end, feature, codes, s)
    n_blocks = _find_places(n_values, s.places)
    n_present, is_tied = np.int64(s.places[n_values]), n_blocks < n_samples
    add_column(level, feature, n_present, n_blocks, is_tied, n_features, b)
    if not b.is_live[level * n_features + feature]:
        return
    _place_samples(level, feature, n_features, n_classes, s, b)
    if is_tied:
        at, first = np.uint64(places_at(level, feature, n_features, b)), np.int64(0)
        for code in range(n_values + 1):  # which have moved to where those of the next one begin
            close_block(first, s.places[np.uint64(code)], at, b.first, b.behind)
            first = s.places[np.uint64(code)]


@subkernel
def take_samples(samples, start, end, level, codes, table, labels, s, b):
    """Place the samples of a node, listed in ``samples[start:end]``."""
    n_features, n_classes, base = len(s.features), len(labels.class_weight), b.base[level]
    start_level(level, end - start, n_features, n_classes, b)
    for i in range(end - start):
        sample = samples[np.uint64(start + i)]
        b.samples[base + i], b.classes[base + i] = sample, labels.classes[sample]
    for feature in range(n_features):
        if _is_exact(feature, codes):
            _place_by_codes(samples, start, end, level, feature, n_features, n_classes, codes, s, b)
        else:
            n_present = sort_column(samples, start, end, feature, codes, table, s)
            place_column(level, feature, n_present, n_features, n_classes, s, b)
