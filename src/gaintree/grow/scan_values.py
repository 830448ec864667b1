"""Score the cuts of sorted columns by a criterion's value: each sample counts one.

The columns and their cuts are those of scan.py. What a side costs is looked up in tables, or else
computed; the rest is the criterion's.
"""

import numpy as np

from gaintree._jit import inlined, subkernel
from gaintree.encode import first_missing, rank_of, sample_of
from gaintree.grow.constraints import is_constrained, keeps_order
from gaintree.grow.measure import value_of_costs
from gaintree.grow.scan import NO_CLASS, scan_column_of_categories
from gaintree.grow.scratch import BEST, LEFT, RIGHT, WEIGHTS_LEFT, WEIGHTS_RIGHT
from gaintree.grow.split import NOWHERE, takes_lead, tie_with
from gaintree.grow.tables import factor_of


@inlined
def _cost(n, counts, whole, factor, phi):
    total = 0.0
    for k in range(len(counts)):
        total += phi[np.uint64(counts[np.uint64(k)])]
    return whole[np.uint64(n)] - factor_of(n, factor) * total


@inlined
def _move(k, n_moved, counts_left, counts_right, left, right):
    """Move samples of class `k` to the left."""
    k = np.uint64(k)
    counts_left[k] += n_moved
    counts_right[k] -= n_moved
    left[k] += n_moved
    right[k] -= n_moved


@inlined
def _offer(
    n_before, n_left, n_samples, feature, side, counts_left, counts_right, left, right, node,
    scorer, labels, least, best, s, m, q,
):  # fmt: skip
    """Offer a cut to `best`; tell whether it may be made."""
    n_right = n_samples - n_left
    if n_left < least or n_right < least:
        return False
    measure = scorer.measure
    cost_left, cost_right = 0.0, 0.0
    if len(q.phi) > 0:
        cost_left = _cost(n_left, counts_left, q.whole, q.factor, q.phi)
        cost_right = _cost(n_right, counts_right, q.whole, q.factor, q.phi)
    elif measure.has_costs:
        cost_left = measure.cost(left, float(n_left), scorer.parameter)
        cost_right = measure.cost(right, float(n_right), scorer.parameter)
    cost = -value_of_costs(
        left, right, float(n_left), float(n_right), cost_left, cost_right, measure, s.facts
    )
    if cost > tie_with(best.cost):
        return cost < np.inf
    if measure.is_charged:
        cost += measure.charge(left, right, float(n_left), float(n_right), scorer.parameter)
    if keeps_order(counts_left, node, feature, labels, m) and takes_lead(
        best, cost, feature, n_before
    ):
        best.feature, best.n_before, best.missing_left = feature, n_before, side == 1
        for k in range(len(node)):
            s.tallies[BEST, k] = counts_left[k]
    return cost < np.inf


@subkernel
def scan_values(
    words, n_values, start, end, first, last, node, table, labels, scorer, rules, best, s, c, m, q
):
    """Offer the cuts of the columns ``s.features[first:last]`` to `best`."""
    classes, n_classes, n_samples = labels.classes, len(node), end - start
    counts_left, counts_right = s.tallies[LEFT], s.tallies[RIGHT]
    left, right = s.weights[WEIGHTS_LEFT], s.weights[WEIGHTS_RIGHT]
    least, is_skipping = rules.min_samples_leaf, scorer.measure.skips
    for n_drawn in range(first, last):
        if n_drawn >= rules.max_features and best.feature != NOWHERE:
            return
        feature = s.features[n_drawn]
        row = words[feature]
        skips = is_skipping and least == 1 and not is_constrained(feature, m)
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
            for k in range(n_classes):
                counts_left[k], counts_right[k] = 0, node[k]
                left[k], right[k] = 0.0, float(node[k])
            n_left = 0
            if side == 1:
                n_left = end - stop
                for i in range(stop, end):
                    _move(classes[sample_of(row[i])], 1, counts_left, counts_right, left, right)
            run, n_run, i = NO_CLASS, 0, start  # ``row[i - n_run:i]`` is to move
            while i < stop:
                word, begin, is_pure = row[np.uint64(i)], i, True
                k = classes[sample_of(word)]
                i += 1
                while i < stop and rank_of(row[np.uint64(i)]) == rank_of(word):
                    is_pure = is_pure and classes[sample_of(row[np.uint64(i)])] == k
                    i += 1
                if k == run and is_pure and skips:
                    n_run += i - begin
                    n_cuts += 1
                    continue
                if n_run > 0:
                    _move(run, n_run, counts_left, counts_right, left, right)
                    n_left += n_run
                if begin > start:
                    n_cuts += _offer(
                        begin - start, n_left, n_samples, feature, side, counts_left,
                        counts_right, left, right, node, scorer, labels, least, best, s, m, q,
                    )  # fmt: skip
                if is_pure:
                    run, n_run = k, i - begin
                    continue
                for j in range(begin, i):
                    _move(
                        classes[sample_of(row[np.uint64(j)])], 1, counts_left, counts_right, left,
                        right,
                    )  # fmt: skip
                n_left += i - begin
                run, n_run = NO_CLASS, 0
            if stop < end and side == 0:
                if n_run > 0:
                    _move(run, n_run, counts_left, counts_right, left, right)
                    n_left += n_run
                n_cuts += _offer(
                    stop - start, n_left, n_samples, feature, side, counts_left, counts_right,
                    left, right, node, scorer, labels, least, best, s, m, q,
                )  # fmt: skip
        best.log2_cuts = np.log2(max(n_cuts, 1))
