"""Split a column of categories: a set of them goes left, the others go right.

Of n categories there are 2 ** (n - 1) - 1 splits. With two classes n - 1 are enough: in the order
of the share of class 1 the best set is the first few categories, if the impurity is concave
(Breiman, Friedman, Olshen and Stone, "Classification and Regression Trees", 1984, section 4.2.2).
If limits on leaves forbid that one, the best that they allow need not be in that order.

    category        d    a    e    c    b
    of class 1    0.1  0.2  0.2  0.6  0.9
    sets            |    |    |    |            what is before a bar goes left

In that case, and with more classes, all sets are scored up to MOST_EXHAUSTIVE categories. Beyond,
they are put in the order of their first principal component (Coppersmith, Hong and Hosking,
"Partitioning nominal attributes in decision trees", Data Mining and Knowledge Discovery 3, 1999,
197-217), and then change sides one by one as long as that lowers the cost. A better set may be
missed.

There are so many sets to choose from that noise always fits one. With ``category_charge`` a set is
charged for each category of the node but one, as it takes n - 1 bits to tell which of 2 ** (n - 1)
it is. The charge is the same for all sets of a column, and counts between columns only.

A child for each category would cost no more than any two children, so a column whose categories
cost too much that way is passed over.

Missing values go to either side, and a split of them from all values is tried, too. Where they were
not there, they go to the larger child, and so do categories that are not in the node.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from gaintree._jit import first_one, inlined, subkernel
from gaintree.encode import rank_of, sample_of, value_at
from gaintree.grow.bits import below, members_at, places_at, tally_places
from gaintree.grow.cost import cost_of_counts, cost_of_weights
from gaintree.grow.scratch import BEST, CORNER, LEFT, WEIGHTS
from gaintree.grow.sort import sort_pairs
from gaintree.grow.split import TIE, takes_lead, tie_with
from gaintree.grow.tables import factor_of
from gaintree.grow.tally import add_sample, weigh

MOST_EXHAUSTIVE = 10  # categories of a node, of more than two classes, whose sets are all scored
_N_STEPS = 20  # towards the principal component
_N_PASSES = 8  # over the categories, to change sides


class Categories(NamedTuple):
    """Room for the categories of a node in one column."""

    n_categories: npt.NDArray[np.int64]  # (n_features,), 0 for a column of numbers
    codes: npt.NDArray[np.int64]  # (n_most,), of the categories ...
    tallies: npt.NDArray[np.int64]  # (n_most, tally_length)
    missing: npt.NDArray[np.int64]  # (tally_length,), tally of what is missing
    shares: npt.NDArray[np.float64]  # (n_most, n_classes), of the classes, less their mean
    keys: npt.NDArray[np.float64]  # (n_most,), what they are ordered by
    order: npt.NDArray[np.uint64]  # (n_most,)
    sides: npt.NDArray[np.uint8]  # (n_most,), 1 for left
    best_codes: npt.NDArray[np.int64]  # (n_most,), those of the best split, and their sides
    best_sides: npt.NDArray[np.uint8]  # (n_most,)
    goes_left: npt.NDArray[np.uint8]  # (n_most + 257,), where a split sends each bin
    other: npt.NDArray[np.uint64]  # (2, n_most), room to sort
    counts: npt.NDArray[np.int64]  # (8, 256), room to sort


def new_categories(
    n_categories: npt.NDArray[np.int64], n_classes: int, tally_length: int
) -> Categories:
    """Return the room for columns of so many categories each."""
    n_most = int(n_categories.max())
    return Categories(
        n_categories=n_categories,
        codes=np.empty(n_most, dtype=np.int64),
        tallies=np.empty((n_most, tally_length), dtype=np.int64),
        missing=np.empty(tally_length, dtype=np.int64),
        shares=np.empty((n_most, n_classes)),
        keys=np.empty(n_most),
        order=np.empty(n_most, dtype=np.uint64),
        sides=np.empty(n_most, dtype=np.uint8),
        best_codes=np.empty(n_most, dtype=np.int64),
        best_sides=np.empty(n_most, dtype=np.uint8),
        goes_left=np.empty(n_most + 257, dtype=np.uint8),
        other=np.empty((2, n_most), dtype=np.uint64),
        counts=np.empty((8, 256), dtype=np.int64),
    )


@inlined
def category_of(code, feature, codes):
    """The category that a bin stands for."""
    return np.int64(code if codes.wide_row[feature] >= 0 else codes.edges[feature, code])


@inlined
def _clear(array):
    for j in range(len(array)):
        array[j] = 0


@inlined
def _copy(source, target):
    for j in range(len(source)):
        target[j] = source[j]


@inlined
def _along(share, axis):
    total = 0.0
    for k in range(len(axis)):
        total += share[k] * axis[k]
    return total


@subkernel
def collect_bins(hist, feature, codes, length, n_classes, c):
    """List the categories of a node, and what is missing; return their number."""
    n, at = 0, codes.first[feature] * length
    for code in range(codes.first[feature + 1] - codes.first[feature]):
        n_samples = 0
        for k in range(n_classes):
            n_samples += hist[at + k]
        is_missing = code == codes.n_values[feature]
        if n_samples > 0 or is_missing:
            tally = c.missing if is_missing else c.tallies[n]
            for j in range(length):
                tally[j] = hist[at + j]
            if not is_missing:
                c.codes[n] = category_of(code, feature, codes)
                n += 1
        at += length
    return n


@subkernel
def collect_words(row, start, stop, end, feature, table, labels, c):
    """List the categories of a node, and what is missing, from its sorted column."""
    n = -1
    for i in range(start, end):
        sample = sample_of(row[i])
        if i < stop and (i == start or rank_of(row[i]) != rank_of(row[i - 1])):
            n += 1
            c.codes[n] = np.int64(value_at(table, sample, feature))
            _clear(c.tallies[n])
        if i == stop:
            _clear(c.missing)
        add_sample(c.missing if i >= stop else c.tallies[n], sample, labels)
    return n + 1


@subkernel
def collect_places(level, slot, feature, b, c):
    """List the categories of a node, and what is missing, from its bits in the column.

    A place that a category has stands for it, until it is named.
    """
    n, column = 0, level * len(c.n_categories) + feature
    at = np.uint64(places_at(level, feature, len(c.n_categories), b))
    node = np.uint64(members_at(level, slot, feature, len(c.n_categories), b))
    n_places, is_tied = b.n_places[column], b.is_tied[column]
    members, behind, codes, tallies = b.members, b.behind, c.codes, c.tallies
    numbers, classes, base = b.number, b.classes, np.uint64(b.base[level])
    word, bits = 0, members[node]
    while True:
        while bits == 0 and word + 1 < b.sizes[level] // 64:
            word += 1
            bits = members[node + np.uint64(word)]
        if bits == 0:
            break
        place = 64 * word + first_one(bits)
        if place >= n_places:
            break
        codes[n], tally, stop = place, tallies[n], place + 1
        if is_tied:
            stop = np.int64(behind[at + np.uint64(place)])
        n += 1
        if stop == place + 1:
            _clear(tally)
            tally[classes[base + np.uint64(numbers[at + np.uint64(place)])]] = 1
            bits &= bits - np.uint64(1)
            continue
        tally_places(tally, level, slot, feature, place, stop, b)
        word = (stop - 1) >> 6
        bits = members[node + np.uint64(word)] & ~below(stop, word)
    tally_places(c.missing, level, slot, feature, n_places, b.n_samples[level], b)
    return n


@subkernel
def name_categories(level, feature, n, table, b, c):
    """Put the categories of the best split in place of the places that they have."""
    at, base = places_at(level, feature, len(c.n_categories), b), b.base[level]
    for j in range(n):
        sample = b.samples[base + np.int64(b.number[at + c.best_codes[j]])]
        c.best_codes[j] = np.int64(value_at(table, sample, feature))


@inlined
def _cost_of_one(tally, phi, factor):
    """The cost of a tally that is not split, by tables."""
    n_samples, of_classes = 0, 0
    for k in range(len(tally)):
        count = tally[np.uint64(k)]
        n_samples += count
        of_classes += phi[np.uint64(count)]
    return factor_of(n_samples, factor) * (phi[np.uint64(n_samples)] - of_classes)


@subkernel
def _cost(left, node, phi, factor, labels, scorer, s):
    if scorer is None:
        return cost_of_counts(left, node, phi, factor)
    return cost_of_weights(left, node, labels, scorer, s)


@subkernel
def _is_admissible(left, n_none, n_samples, n_classes, rules):
    n_left = 0
    for k in range(n_classes):
        n_left += left[k]
    return n_left > n_none and min(n_left, n_samples - n_left) >= rules.min_samples_leaf


@subkernel
def _offer(cost, left, feature, side, n_missing, n_samples, labels, rules, best, s):
    """Offer what is `left` of a split to `best`; tell whether it takes the lead."""
    n_none, n_classes = n_missing if side == 1 else 0, len(labels.class_weight)
    cost += best.charge
    if cost > tie_with(best.cost):
        return False
    if not _is_admissible(left, n_none, n_samples, n_classes, rules):
        return False
    if best.charge > 0.0 and cost >= best.whole - TIE * best.whole:
        return False  # it takes more to tell the set than it saves
    n_before = -n_none
    for k in range(n_classes):
        n_before += left[k]
    if best.lightest < rules.min_weight_leaf or not takes_lead(best, cost, feature, n_before):
        return False
    best.feature, best.n_before, best.missing_left = feature, n_before, side == 1
    best.is_inside = False
    _copy(left, s.tallies[BEST])
    return True


@subkernel
def _keep_set(n, best, c):
    """Keep the sides of the categories as those of the best split."""
    best.code = n
    for j in range(n):
        c.best_codes[j], c.best_sides[j] = c.codes[j], c.sides[j]


@subkernel
def _share_keys(n, k, labels, s, c):
    """The share of class `k` in each category."""
    for j in range(n):
        weights = s.weights[WEIGHTS]
        total = weigh(c.tallies[j], labels, weights)
        c.keys[j] = weights[k] / total


@subkernel
def _present_classes(node, n_classes):
    """The number of classes that a node has samples of, and the last of them."""
    n_present, last = 0, 0
    for k in range(n_classes):
        if node[k] > 0:
            n_present, last = n_present + 1, k
    return n_present, last


@subkernel
def _principal_keys(n, labels, s, c):
    """Where each category stands along the first principal component of the class shares."""
    n_classes, total, farthest, most = len(labels.class_weight), 0.0, 0, -1.0
    mean, axis, turned = s.weights[0], s.weights[1], s.weights[2]
    _clear(mean)
    for j in range(n):
        weight = weigh(c.tallies[j], labels, turned)
        c.keys[j] = weight
        total += weight
        for k in range(n_classes):
            c.shares[j, k] = turned[k] / weight
            mean[k] += turned[k]
    for j in range(n):
        square = 0.0
        for k in range(n_classes):
            c.shares[j, k] -= mean[k] / total
            square += c.shares[j, k] ** 2
        if c.keys[j] * square > most:
            farthest, most = j, c.keys[j] * square
    for k in range(n_classes):
        axis[k] = c.shares[farthest, k]
    for _ in range(_N_STEPS):
        _clear(turned)
        for j in range(n):
            along = c.keys[j] * _along(c.shares[j], axis)
            for k in range(n_classes):
                turned[k] += along * c.shares[j, k]
        largest = 0.0
        for k in range(n_classes):
            largest = max(largest, abs(turned[k]))
        if largest > 0.0:
            for k in range(n_classes):
                axis[k] = turned[k] / largest
    for j in range(n):
        c.keys[j] = _along(c.shares[j], axis)


@subkernel
def _start(left, side, c):
    for j in range(len(left)):
        left[j] = c.missing[j] if side == 1 else 0


@subkernel
def _add(left, tally, sign):
    for j in range(len(left)):
        left[j] += sign * tally[j]


@subkernel
def _scan_order(
    n, improves, feature, side, n_missing, n_samples, node, phi, factor, labels, scorer,
    rules, best, s, c,
):  # fmt: skip
    """Offer the sets of the first few categories; return how many the cheapest of them has."""
    left, taken, n_cheapest, cheapest = s.tallies[LEFT], -1, 0, np.inf
    n_none, n_classes = n_missing if side == 1 else 0, len(labels.class_weight)
    _start(left, side, c)
    for j in range(n):
        _add(left, c.tallies[np.int64(c.order[j])], 1)
        cost = _cost(left, node, phi, factor, labels, scorer, s)
        if _offer(cost, left, feature, side, n_missing, n_samples, labels, rules, best, s):
            taken = j
        is_cheapest = improves and cost < cheapest
        if is_cheapest and _is_admissible(left, n_none, n_samples, n_classes, rules):
            n_cheapest, cheapest = j + 1, cost
    if taken >= 0:
        for j in range(n):
            c.sides[np.int64(c.order[j])] = 1 if j <= taken else 0
        _keep_set(n, best, c)
    return n_cheapest


@subkernel
def _scan_all(
    n, feature, side, n_missing, n_samples, node, phi, factor, labels, scorer, rules,
    best, s, c,
):  # fmt: skip
    """Offer all sets, each from the one before by a change of one category (Gray code).

    The last category stays right: with the sides changed, a set is the other set.
    """
    left = s.tallies[LEFT]
    _start(left, side, c)
    for j in range(n):
        c.sides[j] = 0
    for number in range(1, 1 << (n - 1)):
        j = first_one(np.uint64(number))
        c.sides[j] = 1 - c.sides[j]
        _add(left, c.tallies[j], 1 if c.sides[j] == 1 else -1)
        cost = _cost(left, node, phi, factor, labels, scorer, s)
        if _offer(cost, left, feature, side, n_missing, n_samples, labels, rules, best, s):
            _keep_set(n, best, c)
    if side == 0 and n_missing > 0:
        for j in range(n):
            if c.sides[j] == 0:
                c.sides[j] = 1
                _add(left, c.tallies[j], 1)
        cost = _cost(left, node, phi, factor, labels, scorer, s)
        if _offer(cost, left, feature, side, n_missing, n_samples, labels, rules, best, s):
            _keep_set(n, best, c)


@subkernel
def _improve(
    n, n_first, feature, side, n_missing, n_samples, node, phi, factor, labels, scorer,
    rules, best, s, c,
):  # fmt: skip
    """Let categories change sides, from the first `n_first` on the left, and offer what comes."""
    left, other = s.tallies[LEFT], s.tallies[CORNER]
    n_none, n_classes = n_missing if side == 1 else 0, len(labels.class_weight)
    _start(left, side, c)
    for j in range(n):
        at = np.int64(c.order[j])
        c.sides[at] = 1 if j < n_first else 0
        if j < n_first:
            _add(left, c.tallies[at], 1)
    cost, has_changed = _cost(left, node, phi, factor, labels, scorer, s), True
    for _ in range(_N_PASSES):
        if not has_changed:
            break
        has_changed = False
        for j in range(n):
            _copy(left, other)
            _add(other, c.tallies[j], -1 if c.sides[j] == 1 else 1)
            changed = _cost(other, node, phi, factor, labels, scorer, s)
            if changed >= cost - TIE * abs(cost) or best.lightest < rules.min_weight_leaf:
                continue
            if _is_admissible(other, n_none, n_samples, n_classes, rules):
                cost, has_changed = changed, True
                _copy(other, left)
                c.sides[j] = 1 - c.sides[j]
    cost = _cost(left, node, phi, factor, labels, scorer, s)  # notes the lighter side, too
    if _offer(cost, left, feature, side, n_missing, n_samples, labels, rules, best, s):
        _keep_set(n, best, c)


@subkernel
def _is_bounded(scorer):
    """Whether the criterion is concave, as far as the search knows."""
    if scorer is not None:
        return scorer.measure is None
    return True


@subkernel
def _is_barred(n, side, n_missing, n_samples, node, phi, factor, labels, scorer, rules, best, s, c):
    """Whether limits on leaves forbid the cheapest of the sets of the first few categories.

    If they allow it, no other set is better. If not, one out of order may be.
    """
    left, n_none = s.tallies[LEFT], n_missing if side == 1 else 0
    cheapest, is_allowed = np.inf, True
    _start(left, side, c)
    for j in range(n - 1 if side == 1 or n_missing == 0 else n):
        _add(left, c.tallies[np.int64(c.order[j])], 1)
        cost = _cost(left, node, phi, factor, labels, scorer, s)
        if cost < cheapest:
            is_allowed = _is_admissible(left, n_none, n_samples, len(labels.class_weight), rules)
            is_allowed = is_allowed and best.lightest >= rules.min_weight_leaf
            cheapest = cost
    return not is_allowed


@subkernel
def _is_lost(n, n_missing, phi, factor, scorer, best, c):
    """Whether no set of the categories can reach the best split so far.

    A split that gives each category and what is missing a child of its own costs no more than any
    of two children, as the criterion is concave.
    """
    if scorer is None:
        n_classes = len(c.missing)
        unit = max(factor_of(1, factor), factor_of(len(phi) - 1, factor))
        most = tie_with(best.cost) - best.charge + (n + 4) * (n_classes + 1) * unit
        cost = _cost_of_one(c.missing, phi, factor) if n_missing > 0 else 0.0
        for j in range(n):
            if cost > most:
                return True
            cost += _cost_of_one(c.tallies[j], phi, factor)
        return cost > most
    return False


@subkernel
def scan_categories(
    n, feature, n_missing, n_samples, node, phi, factor, labels, scorer, rules, best, s, c
):
    """Offer splits of the collected categories of a column to `best`."""
    best.lightest, best.charge = np.inf, rules.category_charge * (n - 1)
    if n == 0 or _is_lost(n, n_missing, phi, factor, scorer, best, c):
        return
    if best.charge > 0.0:
        _clear(s.tallies[LEFT])
        best.whole = _cost(s.tallies[LEFT], node, phi, factor, labels, scorer, s)
    n_present, last = _present_classes(node, len(labels.class_weight))
    is_hard = n_present > 2 or not _is_bounded(scorer)
    if not is_hard or n > MOST_EXHAUSTIVE:
        if n_present == 2:
            _share_keys(n, last, labels, s, c)
        else:
            _principal_keys(n, labels, s, c)
        for j in range(n):
            c.order[j] = j
        sort_pairs(c.keys, c.order, n, c.other[0], c.other[1], c.counts)
    n_sides = 2 if n_missing > 0 else 1
    is_out_of_order = is_hard
    if rules.min_samples_leaf > 1 or rules.min_weight_leaf > 0.0:
        for side in range(n_sides):
            is_out_of_order = is_out_of_order or _is_barred(
                n, side, n_missing, n_samples, node, phi, factor, labels, scorer, rules, best, s, c
            )
    for side in range(n_sides):
        if is_out_of_order and n <= MOST_EXHAUSTIVE:
            _scan_all(
                n, feature, side, n_missing, n_samples, node, phi, factor, labels,
                scorer, rules, best, s, c,
            )  # fmt: skip
            continue
        n_first = _scan_order(
            n, is_out_of_order, feature, side, n_missing, n_samples, node, phi, factor,
            labels, scorer, rules, best, s, c,
        )  # fmt: skip
        if n_first > 0:
            _improve(
                n, n_first, feature, side, n_missing, n_samples, node, phi, factor,
                labels, scorer, rules, best, s, c,
            )  # fmt: skip
