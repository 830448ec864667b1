"""Search a node of bits for its best split.

    value       1 2 2 4 5 6 6 8 9
    class       a a b a a b b a a
    others      . . x . . x x . .      samples that are not of the node's most frequent class
    cuts         |   |   |   |         around the values that they have

The impurity is strictly concave, so cuts elsewhere need no look: they part values of one and the
same class (Fayyad and Irani 1992). The deeper a node, the fewer others it has.

Where classes are mixed, or limits may bar the best cut, all cuts are scored; but 64 places at a
time are one word, and those whose bound (bound.py) does not reach the best so far are passed over.
Columns of many categories come first: they tend to cost least, and then few cuts of the others need
a look.
"""

import numpy as np

from gaintree._jit import count_ones, first_one, last_one, subkernel
from gaintree.encode import value_at
from gaintree.grow.bits import (
    below,
    class_words_at,
    count_below,
    members_at,
    places_at,
    tally_places,
)
from gaintree.grow.bits_blocks import has_few_values, scan_blocks
from gaintree.grow.bound import bound_of_counts
from gaintree.grow.categories import collect_places, scan_categories
from gaintree.grow.constraints import is_constrained, keeps_order, order_features
from gaintree.grow.cost import cost_of_counts
from gaintree.grow.scan import NO_CLASS
from gaintree.grow.scratch import CORNER, LEFT, B
from gaintree.grow.split import NOWHERE, midpoint, start_search, takes_lead, tie_with
from gaintree.grow.tables import factor_of, table_for, table_number

_NO_PLACE = -1
_LEAST_BOUNDED = 10  # members of a word that a bound is worth ...
_FEW = 4  # ... with at most so many classes
_MIXED = 4 / 3  # of a node whose largest class is smaller, all cuts are scored sooner than few


@subkernel
def _largest_class(node):
    largest = 0
    for k in range(len(node)):
        if node[k] > node[largest]:
            largest = k
    return largest


@subkernel
def _is_constant(level, slot, feature, n_features, b):
    """Whether the members, none of which is missing, have one and the same value in a column."""
    if not b.is_tied[level * n_features + feature]:
        return False
    members = np.uint64(members_at(level, slot, feature, n_features, b))
    at, low, high = np.uint64(places_at(level, feature, n_features, b)), _NO_PLACE, _NO_PLACE
    for word in range(b.sizes[level] // 64):
        bits = b.members[members + np.uint64(word)]
        if bits != 0:
            low = 64 * word + first_one(bits) if low == _NO_PLACE else low
            high = 64 * word + last_one(bits)
    return high < np.int64(b.behind[at + np.uint64(low)])


@subkernel
def _scan_all(
    level, slot, feature, n_samples, node, phi, steps, factor, n_features, labels, least, best, s,
    b, m,
):  # fmt: skip
    """Offer every cut of a column whose values all differ."""
    left, n_classes, n_words = s.tallies[LEFT], len(node), b.sizes[level] // 64
    of_node, of_class, class_at = b.members, b.of_class, b.class_at
    at = np.uint64(places_at(level, feature, n_features, b))
    members = np.uint64(members_at(level, slot, feature, n_features, b))
    ones = np.uint64(class_words_at(level, feature, 1, n_features, n_classes, b))
    n_left, phi_left, phi_right = np.int64(0), np.int64(0), np.int64(0)
    for k in range(n_classes):
        left[k] = 0
        phi_right += phi[node[k]]
    near = tie_with(best.cost)
    for word in range(n_words):
        bits = of_node[members + np.uint64(word)]
        of_one = of_class[ones + np.uint64(word)] if n_classes == 2 else np.uint64(0)
        while bits != 0:
            place = np.uint64(first_one(bits))
            bits &= bits - np.uint64(1)
            if n_classes == 2:
                k = of_one >> place & np.uint64(1)
            else:
                k = np.uint64(class_at[at + np.uint64(64 * word) + place])
            count_left = left[k]
            phi_left += steps[np.uint64(count_left)]
            phi_right -= steps[np.uint64(node[k] - count_left - 1)]
            left[k] = count_left + 1
            n_left += 1
            n_right = n_samples - n_left
            cost = factor_of(n_left, factor) * (phi[np.uint64(n_left)] - phi_left)
            cost += factor_of(n_right, factor) * (phi[np.uint64(n_right)] - phi_right)
            if cost <= near and n_left >= least and n_right >= least:
                if keeps_order(left, node, feature, labels, m) and takes_lead(
                    best, cost, feature, n_left
                ):
                    best.feature, best.n_before, best.missing_left = feature, n_left, False
                    best.code = 64 * word + np.int64(place) + 1
                near = tie_with(best.cost)


@subkernel
def _may_pass(left, beyond, node, phi, factor, best, s):
    """Whether no cut of a word can win: `left` is left of it, `beyond` of what comes behind it."""
    lead = tie_with(best.cost)
    cost = cost_of_counts(left, node, phi, factor)
    cost_beyond = cost_of_counts(beyond, node, phi, factor)
    if min(cost, cost_beyond) <= lead:
        return False
    corner = s.tallies[CORNER]
    return bound_of_counts(left, beyond, cost, cost_beyond, node, corner, phi, factor) > lead


@subkernel
def _scan_tied(
    level, slot, feature, side, n_missing, n_samples, node, phi, steps, factor, n_features, labels,
    least, best, s, b, m,
):  # fmt: skip
    """Offer the cuts of a column that has ties, but for words of places that hold no winner."""
    left, beyond, n_classes = s.tallies[LEFT], s.tallies[B], len(node)
    of_node, of_class, class_at, behind = b.members, b.of_class, b.class_at, b.behind
    at = np.uint64(places_at(level, feature, n_features, b))
    members = np.uint64(members_at(level, slot, feature, n_features, b))
    own = np.uint64(class_words_at(level, feature, 0, n_features, n_classes, b))
    n_places = b.n_places[level * n_features + feature]
    n_words, n_none, n_left = b.sizes[level] // 64, np.int64(0), np.int64(0)
    if side == 1:
        tally_places(left, level, slot, feature, n_places, b.n_samples[level], b)
        n_none = n_left = n_missing
    else:
        for k in range(n_classes):
            left[k] = 0
    near, stop = tie_with(best.cost), _NO_PLACE
    for word in range((n_places + 63) >> 6):
        bits = of_node[members + np.uint64(word)] & below(n_places, word)
        if bits == 0:
            continue
        n_inside = count_ones(bits)
        if n_classes <= _FEW and n_inside >= _LEAST_BOUNDED:
            for k in range(n_classes):
                of_k = of_class[own + np.uint64(k * n_words + word)]
                beyond[k] = left[k] + count_ones(bits & of_k)
            if _may_pass(left, beyond, node, phi, factor, best, s):
                for k in range(n_classes):
                    left[k] = beyond[k]
                n_left, stop = n_left + n_inside, _NO_PLACE
                continue
        phi_left, phi_right = np.int64(0), np.int64(0)
        for k in range(n_classes):
            phi_left += phi[np.uint64(left[k])]
            phi_right += phi[np.uint64(node[k] - left[k])]
        of_one = of_class[own + np.uint64(n_words + word)]
        while bits != 0:
            place = first_one(bits)
            bits &= bits - np.uint64(1)
            here = 64 * word + place
            if here >= stop:
                n_right = n_samples - n_left
                if stop != _NO_PLACE and n_left >= least and n_right >= least:
                    of_cut = factor_of(n_left, factor) * (phi[np.uint64(n_left)] - phi_left)
                    of_cut += factor_of(n_right, factor) * (phi[np.uint64(n_right)] - phi_right)
                    if of_cut <= near:
                        n_before = n_left - n_none
                        if keeps_order(left, node, feature, labels, m) and takes_lead(
                            best, of_cut, feature, n_before
                        ):
                            best.feature, best.n_before = feature, n_before
                            best.missing_left, best.code = side == 1, here
                        near = tie_with(best.cost)
                stop = np.int64(behind[at + np.uint64(here)])
            if n_classes == 2:
                k = of_one >> np.uint64(place) & np.uint64(1)
            else:
                k = np.uint64(class_at[at + np.uint64(here)])
            count_left = left[k]
            phi_left += steps[np.uint64(count_left)]
            phi_right -= steps[np.uint64(node[k] - count_left - 1)]
            left[k] = count_left + 1
            n_left += 1
    if side == 0 and n_missing > 0 and min(n_left, n_missing) >= least:
        cost = cost_of_counts(left, node, phi, factor)
        if keeps_order(left, node, feature, labels, m) and takes_lead(best, cost, feature, n_left):
            best.feature, best.n_before = feature, n_left
            best.missing_left, best.code = False, n_places


@subkernel
def _scan(
    level, slot, feature, side, n_missing, n_samples, largest, node, phi, steps, factor,
    n_features, best, s, b,
):  # fmt: skip
    """Offer the cuts of a column that lie beside samples of others than the `largest` class."""
    left, n_classes = s.tallies[LEFT], len(node)
    of_node, of_class, first, of_behind = b.members, b.of_class, b.first, b.behind
    class_at = b.class_at
    n_words, n_places = b.sizes[level] // 64, b.n_places[level * n_features + feature]
    at = np.uint64(places_at(level, feature, n_features, b))
    members = np.uint64(members_at(level, slot, feature, n_features, b))
    own = np.uint64(class_words_at(level, feature, largest, n_features, n_classes, b))
    base, is_tied = np.uint64(b.base[level]), b.is_tied[level * n_features + feature]

    # Sums of phi over the classes of others on each side, and their number on the left.
    n_largest, n_others, n_none = node[largest], 0, 0
    n_rest = n_samples - n_largest
    phi_left, phi_right = np.int64(0), np.int64(0)
    for k in range(n_classes):
        left[k] = 0
    if side == 1:
        n_none = n_missing
        for i in range(n_places, b.n_samples[level]):
            bit = of_node[members + np.uint64(i >> 6)] >> np.uint64(i & 63)
            k = b.classes[base + np.uint64(b.number[at + np.uint64(i)])]
            if bit & np.uint64(1) and k != largest:
                left[k] += 1
                n_others += 1
    for k in range(n_classes):
        if k != largest:
            phi_left += phi[left[k]]
            phi_right += phi[node[k] - left[k]]

    near = tie_with(best.cost)
    # Places below `reached` are counted; the block of the latest other ends before `behind`.
    word, start, n_start = np.int64(0), np.int64(0), np.int64(0)
    behind, reached, n_reached = np.int64(0), np.int64(0), np.int64(0)
    others = of_node[members] & ~of_class[own] & below(n_places, word)
    while True:
        while others == 0 and word + 1 < n_words:
            word += 1
            others = of_node[members + np.uint64(word)]
            others &= ~of_class[own + np.uint64(word)] & below(n_places, word)
        is_last, place = others == 0, np.int64(0)
        following = n_places if side == 0 and n_missing > 0 else np.int64(0)
        if not is_last:
            following = place = 64 * word + first_one(others)
            if is_tied:
                following = np.int64(first[at + np.uint64(place)])
        if is_last or place >= behind:
            if n_classes == 2:
                phi_left = phi[np.uint64(n_others)]
                phi_right = phi[np.uint64(n_rest - n_others)]
            for cut in (behind, following):
                if cut <= reached:
                    continue
                reached = cut
                while start + 64 <= cut:
                    n_start += count_ones(of_node[members + np.uint64(start >> 6)])
                    start += 64
                n_before = n_start
                if start < cut:
                    n_before += count_ones(
                        of_node[members + np.uint64(start >> 6)] & below(cut, start >> 6)
                    )
                if n_before == n_reached:
                    continue
                n_reached = n_before
                n_left = n_none + n_before
                n_right = n_samples - n_left
                if n_right == 0:
                    continue
                of_left = phi_left + phi[np.uint64(n_left - n_others)]
                of_right = phi_right + phi[np.uint64(n_largest - (n_left - n_others))]
                cost = factor_of(n_left, factor) * (phi[np.uint64(n_left)] - of_left)
                cost += factor_of(n_right, factor) * (phi[np.uint64(n_right)] - of_right)
                if cost <= near:
                    if takes_lead(best, cost, feature, n_before):
                        best.feature, best.n_before = feature, n_before
                        best.missing_left, best.code = side == 1, cut
                    near = tie_with(best.cost)
            if is_last:
                return
            behind = np.int64(of_behind[at + np.uint64(place)]) if is_tied else place + 1
        others &= others - np.uint64(1)
        n_others += 1
        if n_classes == 2:
            continue
        k = np.uint64(class_at[at + np.uint64(place)])
        phi_left += steps[np.uint64(left[k])]
        phi_right -= steps[np.uint64(node[k] - left[k] - 1)]
        left[k] += 1


@subkernel
def find_cut(level, slot, n_samples, node, key, labels, tables, rules, best, s, b, c, m):
    """Fill `best` with the best admissible split of a node; its `code` is the place of the cut."""
    n_features, least = len(s.features), rules.min_samples_leaf
    phi, factor = table_for(n_samples, tables)
    steps = tables.steps[tables.starts[table_number(n_samples, tables)] :]
    largest = _largest_class(node) if tables.is_strict != 0 and least == 1 else NO_CLASS
    is_mixed = largest == NO_CLASS or _MIXED * node[largest] < n_samples
    n_kinds, n_others = 0, n_samples if largest == NO_CLASS else n_samples - node[largest]
    for k in range(len(node)):
        n_kinds += node[k] > 0
    n_allowed = order_features(s.features, rules.max_features < n_features, key, m)
    limit = -np.inf
    while True:
        start_search(best, limit)
        for n_drawn in range(n_allowed):
            if n_drawn >= rules.max_features and best.feature != NOWHERE:
                break
            feature, n_missing = s.features[n_drawn], np.int64(0)
            if not b.is_live[level * n_features + feature]:
                continue
            if best.cost <= 0.0 and feature > best.feature:
                continue  # nothing costs less, and the tie is lost
            n_places = b.n_places[level * n_features + feature]
            if n_places < b.n_samples[level]:
                n_missing = n_samples - count_below(level, slot, feature, n_places, n_features, b)
            if n_missing == 0 and _is_constant(level, slot, feature, n_features, b):
                continue
            if c is not None and c.n_categories[feature] > 0:
                n = collect_places(level, slot, feature, b, c)
                scan_categories(
                    n, feature, n_missing, n_samples, node, phi, factor, labels, None,
                    rules, best, s, c,
                )  # fmt: skip
                continue
            if has_few_values(level, feature, n_features, n_others, n_kinds, b):
                for side in range(2 if n_missing > 0 else 1):
                    scan_blocks(
                        level, slot, feature, side, n_missing, n_samples, node, phi, factor,
                        n_features, labels, least, best, s, b, m,
                    )  # fmt: skip
                continue
            scans_all = is_mixed or is_constrained(feature, m)
            if scans_all and not b.is_tied[level * n_features + feature]:
                _scan_all(
                    level, slot, feature, n_samples, node, phi, steps, factor, n_features, labels,
                    least, best, s, b, m,
                )  # fmt: skip
                continue
            if scans_all:
                for side in range(2 if n_missing > 0 else 1):
                    _scan_tied(
                        level, slot, feature, side, n_missing, n_samples, node, phi, steps, factor,
                        n_features, labels, least, best, s, b, m,
                    )  # fmt: skip
                continue
            for side in range(2 if n_missing > 0 else 1):
                _scan(
                    level, slot, feature, side, n_missing, n_samples, largest, node, phi, steps,
                    factor, n_features, best, s, b,
                )  # fmt: skip
        if not best.near_tie or limit > -np.inf:
            return
        limit = tie_with(best.cost)


@subkernel
def threshold_of(level, slot, n_features, table, best, b):
    """The threshold of a cut: between the values of the members next to it."""
    low, high = _NO_PLACE, _NO_PLACE
    node = members_at(level, slot, best.feature, n_features, b)
    n_places = b.n_places[level * n_features + best.feature]
    for word in range(b.sizes[level] // 64):
        bits = b.members[node + word]
        is_left = below(best.code, word)
        if bits & is_left != 0:
            low = 64 * word + last_one(bits & is_left)
        bits &= ~is_left & below(n_places, word)
        if bits != 0 and high == _NO_PLACE:
            high = 64 * word + first_one(bits)
    if high == _NO_PLACE:
        return np.inf  # it parts the values from the missing values
    at, first = places_at(level, best.feature, n_features, b), b.base[level]
    return midpoint(
        value_at(table, b.samples[first + b.number[at + low]], best.feature),
        value_at(table, b.samples[first + b.number[at + high]], best.feature),
    )
