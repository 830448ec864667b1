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
from gaintree.grow.constraints import is_constrained, keeps_order
from gaintree.grow.cost import cost_of_weights
from gaintree.grow.scratch import BEST, LEFT
from gaintree.grow.split import NOWHERE, takes_lead, tie_with
from gaintree.grow.tables import factor_of, table_for

NO_CLASS = -1
_LN2 = np.log(2.0)


@inlined
def _offer_counts(
    n_before, n_left, left, node, sums, n_samples, feature, side, phi, factor, labels, least, best,
    m,
):  # fmt: skip
    """Offer a cut to `best`, given the sums of phi over the class counts of its sides."""
    n_right = n_samples - n_left
    if n_left < least or n_right < least:
        return
    cost = factor_of(n_left, factor) * (phi[np.uint64(n_left)] - sums[0])
    cost += factor_of(n_right, factor) * (phi[np.uint64(n_right)] - sums[1])
    if cost > tie_with(best.cost) or not keeps_order(left, node, feature, labels, m):
        return
    if takes_lead(best, cost, feature, n_before):
        best.feature, best.n_before, best.missing_left = feature, n_before, side == 1


@inlined
def _move(k, n_moved, left, node, sums, phi):
    """Move samples of class `k` to the left."""
    k = np.uint64(k)
    count_left, count_right = left[k], node[k] - left[k]
    sums[0] += phi[np.uint64(count_left + n_moved)] - phi[np.uint64(count_left)]
    sums[1] += phi[np.uint64(count_right - n_moved)] - phi[np.uint64(count_right)]
    left[k] = count_left + n_moved


@subkernel
def scan_counts(
    words, n_values, start, end, n_features, node, table, labels, tables, rules, best, s, c, m
):
    """Offer the cuts of a node to `best`, scored by tables: each sample counts one.

    The sums of phi over the class counts of each side are kept up to date by what changes. They
    are integers, so a cost depends on the counts alone, not on the way to them.

    A cut between two blocks of equal values that are of one and the same class is worse than the
    one before them or the one behind them if the impurity is strictly concave (Fayyad and Irani
    1992), so samples of such blocks move together. The cut before the first block and the one
    behind the last part no values: the first is worse than any other, or it is offered with the
    missing values on the other side.
    """
    phi, factor = table_for(end - start, tables)
    classes, left, sums = labels.classes, s.tallies[LEFT], s.sums
    least, n_classes, n_samples = rules.min_samples_leaf, len(node), end - start
    is_strict = tables.is_strict != 0 and least == 1
    for n_drawn in range(n_features):
        if n_drawn >= rules.max_features and best.feature != NOWHERE:
            return
        feature = s.features[n_drawn]
        row, skips = words[feature], is_strict and not is_constrained(feature, m)
        if rank_of(row[start]) == rank_of(row[end - 1]):
            continue
        stop = first_missing(row, start, end, n_values[feature])
        if c is not None and c.n_categories[feature] > 0:
            n = collect_words(row, start, stop, end, feature, table, labels, c)
            scan_categories(
                n, feature, end - stop, end - start, node, phi, factor, labels, None,
                rules, best, s, c,
            )  # fmt: skip
            continue
        for side in range(1 if stop == end else 2):
            for k in range(n_classes):
                left[k] = 0
            n_left = 0
            if side == 1:
                n_left = end - stop
                for i in range(stop, end):
                    left[classes[sample_of(row[i])]] += 1
            sums[0], sums[1] = 0, 0
            for k in range(n_classes):
                sums[0] += phi[left[k]]
                sums[1] += phi[node[k] - left[k]]
            run, n_run, i = NO_CLASS, 0, start  # ``row[i - n_run:i]`` is to move
            while i < stop:
                word, first, is_pure = row[np.uint64(i)], i, True
                k = classes[sample_of(word)]
                i += 1
                while i < stop and rank_of(row[np.uint64(i)]) == rank_of(word):
                    is_pure = is_pure and classes[sample_of(row[np.uint64(i)])] == k
                    i += 1
                if k == run and is_pure and skips:
                    n_run += i - first
                    continue
                if n_run > 0:
                    _move(run, n_run, left, node, sums, phi)
                    n_left += n_run
                if first > start:
                    _offer_counts(
                        first - start, n_left, left, node, sums, n_samples, feature, side, phi,
                        factor, labels, least, best, m,
                    )  # fmt: skip
                if is_pure:
                    run, n_run = k, i - first
                    continue
                for j in range(first, i):
                    _move(classes[sample_of(row[np.uint64(j)])], 1, left, node, sums, phi)
                n_left += i - first
                run, n_run = NO_CLASS, 0
            if stop < end and side == 0:
                if n_run > 0:
                    _move(run, n_run, left, node, sums, phi)
                    n_left += n_run
                _offer_counts(
                    stop - start, n_left, left, node, sums, n_samples, feature, side, phi, factor,
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
