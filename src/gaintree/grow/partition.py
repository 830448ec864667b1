"""Part the samples of a node: its words in every sorted column, stably, in place.

    before   | a b c d e f |     a word goes left where its sample is marked (here b, d, e)
    after    | b d e|a c f |     both halves keep their order, so they stay sorted

The column of the split is parted already, unless missing values have to come to the front, or it
holds categories.
"""

import numpy as np

from gaintree._jit import subkernel
from gaintree.encode import sample_of, value_at
from gaintree.grow.sets import is_in_set


@subkernel
def partition_row(row, start, end, goes_left, buffer):
    n_left, n_right = start, 0
    for i in range(start, end):
        word = row[np.uint64(i)]
        side = goes_left[sample_of(word)]
        # Both places are written and one index moves: no branch to mispredict.
        row[np.uint64(n_left)] = word
        buffer[np.uint64(n_right)] = word
        n_left += side
        n_right += 1 - side
    for i in range(n_right):
        row[np.uint64(n_left + i)] = buffer[np.uint64(i)]


@subkernel
def partition_words(words, start, end, split, table, sets, goes_left, buffer):
    """Bring the samples that go left to the front of every ``words[f, start:end]``."""
    row = words[split.feature]
    stop = end - split.n_missing
    position = start + split.n_left - (split.n_missing if split.missing_left else 0)
    for i in range(start, end):
        is_left = i < position
        if i >= stop:
            is_left = split.missing_left
        elif split.set >= 0:
            category = np.int64(value_at(table, sample_of(row[i]), split.feature))
            is_left = is_in_set(sets[split.set], category)
        goes_left[sample_of(row[i])] = 1 if is_left else 0
    is_parted = split.set < 0 and not (split.missing_left and stop < end)
    for feature in range(len(words)):
        if feature != split.feature or not is_parted:
            partition_row(words[feature], start, end, goes_left, buffer)
