"""Part the samples of a node: its words in every column, stably, in place.

    before   | a b c d e f |     a word goes left where its sample is marked (here b, d, e)
    after    | b d e|a c f |     both halves keep their order, so they stay sorted

The column of the split is parted already, unless missing values have to come to the front.
"""

from gaintree._jit import kernel, unsigned
from gaintree.encode import sample_of


@kernel
def _mark(goes_left, row, start, end, side):
    for i in range(start, end):
        goes_left[sample_of(row[i])] = side


@kernel
def _partition_row(row, start, end, goes_left, buffer):
    n_left, n_right = start, 0
    for i in range(start, end):
        word = row[unsigned(i)]
        side = goes_left[sample_of(word)]
        # Both places are written and one index moves: no branch to mispredict.
        row[unsigned(n_left)] = word
        buffer[unsigned(n_right)] = word
        n_left += side
        n_right += 1 - side
    for i in range(n_right):
        row[unsigned(n_left + i)] = buffer[unsigned(i)]


@kernel
def partition_samples(words, start, end, split, goes_left, buffer):
    """Bring the samples that go left to the front of every ``words[f, start:end]``."""
    row = words[split.feature]
    _mark(goes_left, row, start, split.position, 1)
    _mark(goes_left, row, split.position, split.stop, 0)
    _mark(goes_left, row, split.stop, end, 1 if split.missing_left else 0)
    for feature in range(len(words)):
        if feature != split.feature or (split.missing_left and split.stop < end):
            _partition_row(words[feature], start, end, goes_left, buffer)
