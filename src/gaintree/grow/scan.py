"""Score every cut of every column of a node.

A node's samples stand in ``words[f, start:end]`` sorted by value, missing values from `stop` on. A
cut at i sends ``[start:i]`` left and the missing values to a given side:

    start           i          stop     end
    |  1  2  2  5   |  7  7  9  |  ?  ?  |      a cut at i = start + 4
    +----- left ----+-- right --+--------+

With missing values on the right, "values left, missing right" is a cut too, at i = `stop`. With
them on the left, the column is scanned once more. A column is searched if it is not constant in
the node.
"""

import numpy as np

from gaintree._jit import inlined, subkernel
from gaintree.encode import first_missing, rank_of, sample_of
from gaintree.grow.categories import collect_words, scan_categories
from gaintree.grow.constraints import keeps_order
from gaintree.grow.cost import cost_of_counts, cost_of_weights
from gaintree.grow.scratch import BEST, LEFT
from gaintree.grow.split import NOWHERE, takes_lead, tie_with
from gaintree.grow.tables import factor_of, table_for

NO_CLASS = -1
_MOST = 2.0**62  # sums of phi are less
_ROUNDED = 2**13  # what rounding can take off the concavity of such a sum
_BLOCK = 16  # samples that are looked at together ...
_BLOCKS_PAY = 256  # ... in nodes of so many
_LN2 = np.log(2.0)


@inlined
def _offer(cost, n_before, left, node, feature, side, labels, best, m):
    """Offer a cut to `best` that comes near the lowest cost."""
    if keeps_order(left, node, feature, labels, m) and takes_lead(best, cost, feature, n_before):
        best.feature, best.n_before, best.missing_left = feature, n_before, side == 1


@inlined
def _greatest_sum(cost, per_cost):
    """A whole number that no sum is above whose cost is tied with `cost`, or lower."""
    limit = tie_with(cost) * per_cost
    return np.int64(min(limit + 1e-14 * abs(limit) + 1.0, _MOST))


@inlined
def _sum_of_two(first, second, n_first, n_second, phi):
    """What the cost of a cut is by, for two classes, of which so many go left."""
    n_left, n_samples = first + second, n_first + n_second
    sides = phi[np.uint64(n_left)] + phi[np.uint64(n_samples - n_left)]
    left = phi[np.uint64(first)] + phi[np.uint64(second)]
    return sides - left - phi[np.uint64(n_first - first)] - phi[np.uint64(n_second - second)]


@subkernel
def _scan_two(
    row, start, behind, feature, side, left, node, phi, factor, labels, least, is_strict, best, m
):
    """Offer the cuts of a column by sums of phi, as `_scan_sums`, for two classes.

    The impurity is concave, so no cut inside a block of samples costs less than the least of four:
    the cut before it, with or without all of its samples of each class moved to the left.
    """
    classes, n_first, n_second = labels.classes, node[0], node[1]
    first, second, per_cost = left[0], left[1], 1.0 / factor[0]
    n_samples, size, origin = n_first + n_second, behind - start, start
    if is_strict and n_samples >= _BLOCKS_PAY:
        size = np.int64(_BLOCK)
    greatest = _greatest_sum(best.cost, per_cost)
    before = _sum_of_two(first, second, n_first, n_second, phi)
    while start < behind:
        stop = min(start + size, behind)
        if size == _BLOCK:
            n_of_second = np.int64(0)
            for i in range(start, stop):
                n_of_second += classes[sample_of(row[np.uint64(i)])]
            all_second = second + n_of_second
            all_first = first + stop - start - n_of_second
            least_sum = min(
                _sum_of_two(all_first, second, n_first, n_second, phi),
                _sum_of_two(first, all_second, n_first, n_second, phi),
            )
            after = _sum_of_two(all_first, all_second, n_first, n_second, phi)
            least_sum, before = min(least_sum, before, after), after
            if least_sum > greatest + _ROUNDED:
                first, second, start = all_first, all_second, stop
                continue
        for i in range(start, stop):
            word = row[np.uint64(i)]
            k = np.int64(classes[sample_of(word)])
            second += k
            first += 1 - k
            if _sum_of_two(first, second, n_first, n_second, phi) > greatest:
                continue
            n_left, is_cut = first + second, rank_of(row[np.uint64(i + 1)]) != rank_of(word)
            if not is_cut or n_left < least or n_samples - n_left < least:
                continue
            left[0], left[1] = first, second
            cost = cost_of_counts(left, node, phi, factor)
            if cost <= tie_with(best.cost):
                _offer(cost, i + 1 - origin, left, node, feature, side, labels, best, m)
                greatest = _greatest_sum(best.cost, per_cost)
        start = stop


@subkernel
def _scan_sums(
    row, start, behind, n_left, n_samples, feature, side, left, node, phi, factor, labels, least,
    best, m,
):  # fmt: skip
    """Offer the cuts of a column, if the factor is the same for sides of any size.

    Costs go by the sums of phi over both sides, then, and whole numbers are soon compared. The cost
    is only told of cuts that come near the lowest.
    """
    classes, per_cost, of_classes = labels.classes, 1.0 / factor[0], np.int64(0)
    for k in range(len(node)):
        of_classes += phi[left[k]] + phi[node[k] - left[k]]
    greatest = _greatest_sum(best.cost, per_cost)
    for i in range(start, behind):
        word = row[np.uint64(i)]
        k = np.uint64(classes[sample_of(word)])
        count_left, count_right = left[k], node[k] - left[k]
        of_classes += phi[np.uint64(count_left + 1)] - phi[np.uint64(count_left)]
        of_classes += phi[np.uint64(count_right - 1)] - phi[np.uint64(count_right)]
        left[k] = count_left + 1
        n_left += 1
        if phi[np.uint64(n_left)] + phi[np.uint64(n_samples - n_left)] - of_classes > greatest:
            continue
        is_cut = rank_of(row[np.uint64(i + 1)]) != rank_of(word)
        if not is_cut or n_left < least or n_samples - n_left < least:
            continue
        cost = cost_of_counts(left, node, phi, factor)
        if cost <= tie_with(best.cost):
            _offer(cost, i + 1 - start, left, node, feature, side, labels, best, m)
            greatest = _greatest_sum(best.cost, per_cost)


@subkernel
def _scan_costs(
    row, start, behind, n_left, n_samples, feature, side, left, node, phi, factor, labels, least,
    best, m,
):  # fmt: skip
    """Offer the cuts of a column, each by its cost."""
    classes, phi_left, phi_right = labels.classes, np.int64(0), np.int64(0)
    for k in range(len(node)):
        phi_left += phi[left[k]]
        phi_right += phi[node[k] - left[k]]
    near = tie_with(best.cost)
    for i in range(start, behind):
        word = row[np.uint64(i)]
        k = np.uint64(classes[sample_of(word)])
        count_left = left[k]
        count_right = node[k] - count_left
        phi_left += phi[np.uint64(count_left + 1)] - phi[np.uint64(count_left)]
        phi_right += phi[np.uint64(count_right - 1)] - phi[np.uint64(count_right)]
        left[k] = count_left + 1
        n_left += 1
        if rank_of(row[np.uint64(i + 1)]) == rank_of(word):
            continue
        n_right = n_samples - n_left
        cost = factor_of(n_left, factor) * (phi[np.uint64(n_left)] - phi_left)
        cost += factor_of(n_right, factor) * (phi[np.uint64(n_right)] - phi_right)
        if cost <= near and n_left >= least and n_right >= least:
            _offer(cost, i + 1 - start, left, node, feature, side, labels, best, m)
            near = tie_with(best.cost)


@subkernel
def scan_counts(
    words, n_values, start, end, n_features, node, table, labels, tables, rules, best, s, c, m
):
    """Offer the cuts of a node to `best`, scored by tables: each sample counts one.

    The sums of phi over the class counts of each side are kept up to date by what changes. They
    are integers, so a cost depends on the counts alone, not on the way to them.
    """
    phi, factor = table_for(end - start, tables)
    classes, left, least = labels.classes, s.tallies[LEFT], rules.min_samples_leaf
    n_samples = end - start
    for n_drawn in range(n_features):
        if n_drawn >= rules.max_features and best.feature != NOWHERE:
            return
        feature = s.features[n_drawn]
        row = words[feature]
        if rank_of(row[start]) == rank_of(row[end - 1]):
            continue
        stop = first_missing(row, start, end, n_values[feature])
        if c is not None and c.n_categories[feature] > 0:
            n = collect_words(row, start, stop, end, feature, table, labels, c)
            scan_categories(
                n, feature, end - stop, n_samples, node, phi, factor, labels, None,
                rules, best, s, c,
            )  # fmt: skip
            continue
        for side in range(1 if stop == end else 2):
            for k in range(len(node)):
                left[k] = 0
            n_left = 0
            if side == 1:
                n_left = end - stop
                for i in range(stop, end):
                    left[classes[sample_of(row[i])]] += 1
            behind = stop if stop < end and side == 0 else stop - 1
            if len(factor) > 1 or factor[0] <= 0.0:
                _scan_costs(
                    row, start, behind, n_left, n_samples, feature, side, left, node, phi, factor,
                    labels, least, best, m,
                )  # fmt: skip
            elif len(node) == 2:
                _scan_two(
                    row, start, behind, feature, side, left, node, phi, factor, labels, least,
                    tables.is_strict != 0, best, m,
                )  # fmt: skip
            else:
                _scan_sums(
                    row, start, behind, n_left, n_samples, feature, side, left, node, phi, factor,
                    labels, least, best, m,
                )  # fmt: skip


@subkernel
def scan_column_of_categories(
    row, start, stop, end, feature, node, table, labels, scorer, rules, best, s, c
):
    """Offer the sets of a column of categories to `best`, scored by the criterion's formula."""
    n = collect_words(row, start, stop, end, feature, table, labels, c)
    scan_categories(
        n, feature, end - stop, end - start, node, s.no_phi, s.no_factor, labels, scorer, rules,
        best, s, c,
    )  # fmt: skip
    n_parted = n + (1 if stop < end else 0)
    best.log2_cuts = n_parted - 1 + np.log2(-np.expm1((1 - n_parted) * _LN2))  # 2^(n - 1) - 1


@subkernel
def scan_weights(
    words, n_values, start, end, first, last, node, table, labels, scorer, rules, best, s, c, m
):
    """Offer all cuts of the columns ``s.features[first:last]`` to `best`, scored by formula."""
    left, n_classes, least = s.tallies[LEFT], len(labels.class_weight), rules.min_samples_leaf
    classes, coarse, fine = labels.classes, labels.coarse, labels.fine
    is_weighted = len(coarse) > 0
    for n_drawn in range(first, last):
        if n_drawn >= rules.max_features and best.feature != NOWHERE:
            return
        feature = s.features[n_drawn]
        row = words[feature]
        if rank_of(row[start]) == rank_of(row[end - 1]):
            continue
        stop = first_missing(row, start, end, n_values[feature])
        if c is not None and c.n_categories[feature] > 0:
            scan_column_of_categories(
                row, start, stop, end, feature, node, table, labels, scorer, rules, best, s, c
            )
            continue
        n_cuts = 0
        for side in range(1 if stop == end else 2):
            for j in range(len(node)):
                left[j] = 0
            # Missing values come first if they go left, and no cut is among them.
            n_missing = end - stop if side == 1 else 0
            behind = stop if stop < end and side == 0 else stop - 1
            for i in range(start - n_missing, behind):
                word = row[i + n_missing - start + stop] if i < start else row[i]
                sample = sample_of(word)
                k = classes[sample]
                left[k] += 1
                if is_weighted:
                    left[n_classes + k] += coarse[sample]
                    left[2 * n_classes + k] += fine[sample]
                if i < start or rank_of(word) == rank_of(row[i + 1]):
                    continue
                n_left = i + 1 - start + n_missing
                if min(n_left, end - start - n_left) < least:
                    continue
                cost = cost_of_weights(left, node, labels, scorer, s)
                n_cuts += cost < np.inf
                if cost > tie_with(best.cost) or best.lightest < rules.min_weight_leaf:
                    continue
                if keeps_order(left, node, feature, labels, m) and takes_lead(
                    best, cost, feature, i + 1 - start
                ):
                    best.feature, best.n_before = feature, i + 1 - start
                    best.missing_left = side == 1
                    for j in range(len(node)):
                        s.tallies[BEST, j] = left[j]
        best.log2_cuts = np.log2(max(n_cuts, 1))
