"""Search a column of few values, in a node of bits: whole values are counted, class by class.

    value       1 1 1 2 2 2 2 5 5
    members     1 0 1 0 1 1 0 1 1
    class a     1 0 0 0 1 0 0 0 1      members of class a up to each cut, by counting bits: 1 2 3
    class b     0 0 1 0 0 1 0 1 0

That takes a step a value, class and word; to go from sample to sample takes one a sample.
"""

import numpy as np

from gaintree._jit import count_ones, first_one, subkernel
from gaintree.grow.bits import below, class_words_at, members_at, places_at
from gaintree.grow.constraints import keeps_order
from gaintree.grow.scratch import LEFT
from gaintree.grow.split import takes_lead, tie_with
from gaintree.grow.tables import factor_of


@subkernel
def has_few_values(level, feature, n_features, n_others, n_kinds, b):
    """Whether counting values is sooner done than looking at `n_others` samples."""
    column = level * n_features + feature
    n_words = b.sizes[level] // 64
    return b.is_tied[column] and n_kinds * (b.n_blocks[column] + n_words) < n_others


@subkernel
def scan_blocks(
    level, slot, feature, side, n_missing, n_samples, node, phi, factor, n_features, labels, least,
    best, s, b, m,
):  # fmt: skip
    """Offer every cut between the values of a column."""
    left, n_classes, n_words = s.tallies[LEFT], len(node), b.sizes[level] // 64
    of_node, of_class, behind = b.members, b.of_class, b.behind
    n_places = b.n_places[level * n_features + feature]
    at = np.uint64(places_at(level, feature, n_features, b))
    members = np.uint64(members_at(level, slot, feature, n_features, b))
    own = np.uint64(class_words_at(level, feature, 0, n_features, n_classes, b))
    n_none = n_missing if side == 1 else np.int64(0)
    for k in range(n_classes):
        left[k] = 0
        if side == 1 and node[k] > 0:
            for word in range(n_places >> 6, n_words):
                bits = of_node[members + np.uint64(word)] & ~below(n_places, word)
                left[k] += count_ones(bits & of_class[own + np.uint64(k * n_words + word)])
    near, n_left = tie_with(best.cost), n_none
    word, last = np.int64(0), (n_places - 1) >> 6
    bits = of_node[members] & below(n_places, word)
    while True:
        while bits == 0 and word < last:
            word += 1
            bits = of_node[members + np.uint64(word)] & below(n_places, word)
        if bits == 0:
            return
        end = np.int64(behind[at + np.uint64(64 * word + first_one(bits))])
        first, stop = word, (end - 1) >> 6
        phi_left, phi_right, n_left = np.int64(0), np.int64(0), np.int64(0)
        for k in range(n_classes):
            count = left[k]
            if count < node[k]:
                words = own + np.uint64(k * n_words)
                count += count_ones(bits & of_class[words + np.uint64(first)] & below(end, first))
                for j in range(first + 1, stop + 1):
                    inside = of_node[members + np.uint64(j)] & below(end, j)
                    count += count_ones(inside & of_class[words + np.uint64(j)])
                left[k] = count
            n_left += count
            phi_left += phi[np.uint64(count)]
            phi_right += phi[np.uint64(node[k] - count)]
        word = stop
        if word > first:
            bits = of_node[members + np.uint64(word)] & below(n_places, word)
        bits &= ~below(end, word)
        n_right = n_samples - n_left
        if n_left < least or n_right < least:
            continue
        cost = factor_of(n_left, factor) * (phi[np.uint64(n_left)] - phi_left)
        cost += factor_of(n_right, factor) * (phi[np.uint64(n_right)] - phi_right)
        if cost <= near:
            n_before = n_left - n_none
            if keeps_order(left, node, feature, labels, m) and takes_lead(
                best, cost, feature, n_before
            ):
                best.feature, best.n_before = feature, n_before
                best.missing_left, best.code = side == 1, end
            near = tie_with(best.cost)
