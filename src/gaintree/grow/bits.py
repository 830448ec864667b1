"""Nodes of few samples as sets of bits.

The columns of a node of at most 1024 samples are sorted once. Every sample then has a place in each
column, and each node under it is one bit a place:

    place       0 1 2 3 4 5 6 7 8 9
    value       1 2 2 4 5 6 6 8 ? ?      missing values have the last places
    class       a a b a a b a a a b
    members     1 1 1 0 1 0 1 1 1 1      the samples of some node
    first       0 1 1 3 4 5 5 7          first place of the same value ...
    behind      1 3 3 4 5 7 7 8          ... and the one behind the last

What is copied at a split is one bit a sample and column of the smaller child; the rest is the other
child. Deep down most of the bits are zero, so nodes of a quarter of the samples are packed: they
get places of their own, on a level for fewer.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from gaintree._jit import count_ones, first_one, inlined, subkernel
from gaintree.encode import first_missing, rank_of, sample_of

SIZES = (1024, 256, 64)  # samples of a node, on each level
N_SLOTS = 8  # nodes of a level that wait; as the smaller child is split first, there are few
_ALL = np.uint64(2**64 - 1)
_CLASS_BYTES = 2**20  # of the bits of classes on a level, unless that is the last one


class Bits(NamedTuple):
    """Places and members, level by level; `base` says where a level begins."""

    sizes: npt.NDArray[np.int64]  # (n_levels,), as SIZES, the first ones left out if too large
    base: npt.NDArray[np.int64]  # (n_levels,), sum of the sizes before
    n_samples: npt.NDArray[np.int64]  # (n_levels,), places that are taken
    samples: npt.NDArray[np.uint64]  # (level, number), of the sample
    place: npt.NDArray[np.uint16]  # (level, column, number)
    number: npt.NDArray[np.uint16]  # (level, column, place), of the sample on its level
    first: npt.NDArray[np.uint16]  # (level, column, place)
    behind: npt.NDArray[np.uint16]  # (level, column, place)
    classes: npt.NDArray[np.int32]  # (level, number)
    class_at: npt.NDArray[np.int32]  # (level, column, place), if there are more than two
    is_tied: npt.NDArray[np.bool_]  # (level, column), whether `first` and `behind` are needed
    n_live: npt.NDArray[np.int64]  # (n_levels,), columns that are not constant on a level ...
    live: npt.NDArray[np.int64]  # (level, i), ... and which they are
    is_live: npt.NDArray[np.bool_]  # (level, column)
    n_places: npt.NDArray[np.int64]  # (level, column), with values
    n_blocks: npt.NDArray[np.int64]  # (level, column), distinct values, at most
    of_class: npt.NDArray[np.uint64]  # (level, column, class, word), bits of a class's places
    members: npt.NDArray[np.uint64]  # (level, slot, column, word)
    waiting: npt.NDArray[np.int64]  # (n_levels * N_SLOTS, 3): record, level, slot
    chosen: npt.NDArray[np.uint16]  # (1024,), room for numbers of samples
    is_left: npt.NDArray[np.uint64]  # (16,), places that go left of a split


def new_bits(n_features: int, n_classes: int, n_most: int) -> Bits:
    """Return the room for nodes that become bits: those of at most `n_most` samples, if any."""
    limit = 8 * _CLASS_BYTES // (n_features * n_classes)
    fitting = [size for size in SIZES if size <= max(limit, SIZES[-1]) and size <= n_most]
    sizes = np.array(fitting, dtype=np.int64)
    n = int(sizes.sum())
    n_words = n // 64 * n_features
    return Bits(
        sizes=sizes,
        base=np.cumsum(sizes) - sizes,
        n_samples=np.empty(len(sizes), dtype=np.int64),
        samples=np.empty(n, dtype=np.uint64),
        place=np.empty(n * n_features, dtype=np.uint16),
        number=np.empty(n * n_features, dtype=np.uint16),
        first=np.empty(n * n_features, dtype=np.uint16),
        behind=np.empty(n * n_features, dtype=np.uint16),
        classes=np.empty(n, dtype=np.int32),
        class_at=np.empty(n * n_features if n_classes > 2 else 0, dtype=np.int32),
        is_tied=np.empty(len(sizes) * n_features, dtype=np.bool_),
        n_live=np.empty(len(sizes), dtype=np.int64),
        live=np.empty(len(sizes) * n_features, dtype=np.int64),
        is_live=np.empty(len(sizes) * n_features, dtype=np.bool_),
        n_places=np.empty(len(sizes) * n_features, dtype=np.int64),
        n_blocks=np.empty(len(sizes) * n_features, dtype=np.int64),
        of_class=np.empty(n_words * n_classes, dtype=np.uint64),
        members=np.empty(n_words * N_SLOTS, dtype=np.uint64),
        waiting=np.empty((len(sizes) * N_SLOTS, 3), dtype=np.int64),
        chosen=np.empty(SIZES[0], dtype=np.uint16),
        is_left=np.empty(SIZES[0] // 64, dtype=np.uint64),
    )


@inlined
def below(place, word):
    """The bits of a word of places that stand for places below the given one."""
    place -= 64 * word
    if place >= 64:
        return _ALL
    return (np.uint64(1) << np.uint64(place if place > 0 else 0)) - np.uint64(1)


@inlined
def places_at(level, feature, n_features, b):
    """Where the places of a column begin."""
    return b.base[level] * n_features + feature * b.sizes[level]


@inlined
def class_words_at(level, feature, k, n_features, n_classes, b):
    """Where the bits of a class begin in a column."""
    n_words = b.sizes[level] // 64
    return (b.base[level] // 64 * n_features + feature * n_words) * n_classes + k * n_words


@inlined
def members_at(level, slot, feature, n_features, b):
    """Where the bits of a node begin in a column."""
    n_words = b.sizes[level] // 64
    return (b.base[level] // 64 * N_SLOTS + slot * n_words) * n_features + feature * n_words


@subkernel
def level_for(n_samples, b):
    """The last level that has places for so many samples; -1 if none has."""
    level = -1
    for i in range(len(b.sizes)):
        if n_samples <= b.sizes[i]:
            level = i
    return level


@inlined
def close_block(start, end, at, first, behind):
    """Note the places ``start .. end - 1`` as those of one value."""
    for i in range(start, end):
        first[at + np.uint64(i)] = start
        behind[at + np.uint64(i)] = end


@inlined
def _class_word(i, k, word, at, own, n_words, n_classes, class_at, of_class):
    """Note the class of place `i`; return the word of the bits of class 1 so far, if of two."""
    if n_classes != 2:
        class_at[at + np.uint64(i)] = k
        of_class[own + np.uint64(k * n_words + (i >> 6))] |= np.uint64(1) << np.uint64(i & 63)
        return word
    word = word >> np.uint64(1) | np.uint64(k) << np.uint64(63)
    if i & 63 == 63:
        of_class[own + np.uint64(n_words + (i >> 6))] = word
        of_class[own + np.uint64(i >> 6)] = ~word
    return word


@inlined
def _last_class_word(n_samples, word, own, n_words, n_classes, of_class):
    """Write what a word that is not full has of two classes."""
    if n_classes == 2 and n_samples & 63 != 0:
        i = np.uint64(n_samples >> 6)
        word >>= np.uint64(64 - (n_samples & 63))
        of_class[own + np.uint64(n_words) + i] = word
        of_class[own + i] = ~word & below(n_samples, n_samples >> 6)


@subkernel
def start_level(level, n_samples, n_features, n_classes, b):
    """Make slot 0 a node of all samples of a level, as yet without columns."""
    b.n_samples[level], b.n_live[level] = n_samples, 0
    for feature in range(n_features):
        b.is_live[level * n_features + feature] = False
    n_words = b.sizes[level] // 64
    at = members_at(level, 0, 0, n_features, b)
    for j in range(n_features * n_words):
        b.members[at + j] = below(n_samples, j % n_words)
    at = class_words_at(level, 0, 0, n_features, n_classes, b)
    for j in range(at, at + n_features * n_classes * n_words):
        b.of_class[j] = 0


@subkernel
def add_column(level, feature, n_present, n_blocks, is_tied, n_features, b):
    """Note what is known of a column once it has its places.

    One that is constant and has no missing values is left out: it is so in all nodes below.
    """
    column = level * n_features + feature
    b.n_places[column], b.n_blocks[column], b.is_tied[column] = n_present, n_blocks, is_tied
    if not (is_tied and n_blocks == 1 and n_present == b.n_samples[level]):
        b.live[level * n_features + b.n_live[level]] = feature
        b.is_live[column] = True
        b.n_live[level] += 1


@subkernel
def place_column(level, feature, n_present, n_features, n_classes, s, b):
    """Place the samples in the order ``s.order``; ``s.values`` tells which are equal."""
    n_samples, n_words, base = b.n_samples[level], b.sizes[level] // 64, np.uint64(b.base[level])
    at = np.uint64(places_at(level, feature, n_features, b))
    own = np.uint64(class_words_at(level, feature, 0, n_features, n_classes, b))
    places, numbers, classes, of_class = b.place, b.number, b.classes, b.of_class
    order, values, word = s.order, s.values, np.uint64(0)
    for i in range(n_samples):
        number = order[np.uint64(i)]
        places[at + number] = i
        numbers[at + np.uint64(i)] = number
        k = np.int64(classes[base + number])
        word = _class_word(i, k, word, at, own, n_words, n_classes, b.class_at, of_class)
    _last_class_word(n_samples, word, own, n_words, n_classes, of_class)
    is_tied, first, n_blocks = n_present < n_samples, 0, 0
    for i in range(1, n_present):
        is_tied |= values[np.uint64(i)] == values[np.uint64(i - 1)]
    if is_tied:
        for i in range(1, n_samples + 1):
            if i >= n_present or values[np.uint64(i)] != values[np.uint64(i - 1)]:
                close_block(first, i, at, b.first, b.behind)
                first = i
                n_blocks += i <= n_present
    add_column(level, feature, n_present, n_blocks, is_tied, n_features, b)


@subkernel
def take_words(words, n_values, start, end, level, marks, labels, s, b):
    """Place the samples of a node whose sorted columns are ``words[:, start:end]``."""
    n_features, n_classes, base = len(words), len(labels.class_weight), b.base[level]
    start_level(level, end - start, n_features, n_classes, b)
    for i in range(end - start):
        sample = sample_of(words[0, start + i])
        marks[sample] = i
        b.samples[base + i], b.classes[base + i] = sample, labels.classes[sample]
    order, values = s.order, s.values
    for feature in range(n_features):
        row = words[feature]
        for i in range(end - start):
            word = row[np.uint64(start + i)]
            order[np.uint64(i)] = marks[sample_of(word)]
            values[np.uint64(i)] = rank_of(word)
        n_present = first_missing(row, start, end, n_values[feature]) - start
        place_column(level, feature, n_present, n_features, n_classes, s, b)


@subkernel
def pack(level, slot, next_level, n_samples, n_features, n_classes, b):
    """Place the samples of a node anew, on a level for fewer."""
    n_words, next_words = b.sizes[level] // 64, b.sizes[next_level] // 64
    base, next_base = np.uint64(b.base[level]), np.uint64(b.base[next_level])
    places, numbers, classes, of_class = b.place, b.number, b.classes, b.of_class
    members, chosen, first, behind = b.members, b.chosen, b.first, b.behind
    start_level(next_level, n_samples, n_features, n_classes, b)
    for j in range(b.n_live[level]):
        feature = b.live[level * n_features + j]
        at = np.uint64(places_at(level, feature, n_features, b))
        next_at = np.uint64(places_at(next_level, feature, n_features, b))
        own = np.uint64(class_words_at(next_level, feature, 0, n_features, n_classes, b))
        node = np.uint64(members_at(level, slot, feature, n_features, b))
        i, of_one, is_tied = 0, np.uint64(0), b.is_tied[level * n_features + feature]
        n_places, n_present = b.n_places[level * n_features + feature], 0
        start, stop, n_blocks = 0, np.int64(0), 0
        for word in range(n_words):
            bits = members[node + np.uint64(word)]
            if is_tied:
                n_present += count_ones(bits & below(n_places, word))
            while bits != 0:
                place = 64 * word + first_one(bits)
                bits &= bits - np.uint64(1)
                if is_tied and place >= stop:
                    close_block(start, i, next_at, first, behind)
                    n_blocks += place < n_places
                    start, stop = i, np.int64(behind[at + np.uint64(place)])
                number = np.uint64(numbers[at + np.uint64(place)])
                if j == 0:
                    chosen[number] = i
                    b.samples[next_base + np.uint64(i)] = b.samples[base + number]
                    classes[next_base + np.uint64(i)] = classes[base + number]
                number = np.uint64(chosen[number])
                places[next_at + number] = i
                numbers[next_at + np.uint64(i)] = number
                k = np.int64(classes[next_base + number])
                of_one = _class_word(
                    i, k, of_one, next_at, own, next_words, n_classes, b.class_at, of_class
                )
                i += 1
        _last_class_word(n_samples, of_one, own, next_words, n_classes, of_class)
        if is_tied:
            close_block(start, i, next_at, first, behind)
        n_present = n_present if is_tied else n_samples
        add_column(next_level, feature, n_present, n_blocks, is_tied, n_features, b)


@subkernel
def count_below(level, slot, feature, place, n_features, b):
    """The number of a node's samples that have lower places in a column."""
    at, n = members_at(level, slot, feature, n_features, b), 0
    for word in range(b.sizes[level] // 64):
        n += count_ones(b.members[at + word] & below(place, word))
    return n


@subkernel
def tally_places(tally, level, slot, feature, start, stop, b):
    """Tally a node's samples by the places ``start .. stop - 1`` that they have in a column."""
    n_classes, n_words = len(tally), b.sizes[level] // 64
    n_features = len(b.is_tied) // len(b.sizes)
    node = np.uint64(members_at(level, slot, feature, n_features, b))
    own = np.uint64(class_words_at(level, feature, 0, n_features, n_classes, b))
    of_class = b.of_class
    for k in range(n_classes):
        tally[k] = 0
    for word in range(start >> 6, stop + 63 >> 6):
        bits = b.members[node + np.uint64(word)] & below(stop, word) & ~below(start, word)
        for k in range(n_classes):
            tally[k] += count_ones(bits & of_class[own + np.uint64(k * n_words + word)])
