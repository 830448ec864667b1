"""Score the cuts of sorted columns by a criterion's value: each sample counts one.

The columns and their cuts are those of scan.py. What a side costs is looked up in tables, or else
computed; the rest is the criterion's.

Cuts inside a run of one class are not scored where the criterion is boundary-exact. Where a guard
says from which gain on cuts may be made, the columns are looked at twice: first for gains, which
are, and then by value. Large columns are then taken in blocks: the cuts between them are scored
first, and a block is looked into only if the bound of what cuts inside cost (bound.py) leaves it a
chance.
"""

import numpy as np

from gaintree._jit import inlined, subkernel
from gaintree.encode import first_missing, rank_of, sample_of
from gaintree.grow.bound import least_in_box
from gaintree.grow.constraints import is_constrained, keeps_order
from gaintree.grow.cost import cost_of_counts
from gaintree.grow.measure import BLOCK, is_first_look, value_of_costs
from gaintree.grow.scan import NO_CLASS, scan_column_of_categories
from gaintree.grow.scratch import BEST, CORNER, LEFT, RIGHT, WEIGHTS_LEFT, WEIGHTS_RIGHT
from gaintree.grow.split import NOWHERE, takes_lead, tie_with
from gaintree.grow.tables import factor_of

_LEAST_IN_BLOCKS = 256
_ROUNDING = 1e-13  # share of the largest terms of a cost


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
    if measure.is_charged and not is_first_look(measure, s.facts):
        cost += measure.charge(left, right, float(n_left), float(n_right), scorer.parameter)
    if keeps_order(counts_left, node, feature, labels, m) and takes_lead(
        best, cost, feature, n_before
    ):
        best.feature, best.n_before, best.missing_left = feature, n_before, side == 1
        for k in range(len(node)):
            s.tallies[BEST, k] = counts_left[k]
    return cost < np.inf


@subkernel
def _set_left(at_edge, node, counts_left, counts_right, left, right):
    for k in range(len(node)):
        counts_left[k], counts_right[k] = at_edge[k], node[k] - at_edge[k]
        left[k], right[k] = float(counts_left[k]), float(counts_right[k])


@subkernel
def _scan(
    row, start, begin, stop, n_left, n_samples, feature, side, counts_left, counts_right, left,
    right, node, skips, scorer, labels, least, best, s, m, q,
):  # fmt: skip
    """Offer the cuts of ``row[begin:stop]``, before which are `n_left`; return how many may be
    made."""
    classes, n_cuts = labels.classes, 0
    run, n_run, i = NO_CLASS, 0, begin  # ``row[i - n_run:i]`` is to move
    while i < stop:
        word, first, is_pure = row[np.uint64(i)], i, True
        k = classes[sample_of(word)]
        i += 1
        while i < stop and rank_of(row[np.uint64(i)]) == rank_of(word):
            is_pure = is_pure and classes[sample_of(row[np.uint64(i)])] == k
            i += 1
        if k == run and is_pure and skips:
            n_run += i - first
            n_cuts += 1
            continue
        if n_run > 0:
            _move(run, n_run, counts_left, counts_right, left, right)
            n_left += n_run
        if first > start:
            n_cuts += _offer(
                first - start, n_left, n_samples, feature, side, counts_left, counts_right, left,
                right, node, scorer, labels, least, best, s, m, q,
            )  # fmt: skip
        if is_pure:
            run, n_run = k, i - first
            continue
        for j in range(first, i):
            _move(classes[sample_of(row[np.uint64(j)])], 1, counts_left, counts_right, left, right)
        n_left += i - first
        run, n_run = NO_CLASS, 0
    if n_run > 0:
        _move(run, n_run, counts_left, counts_right, left, right)
    return n_cuts


@subkernel
def _part_in_blocks(
    row, start, stop, n_left, n_samples, feature, side, counts_left, counts_right, left, right,
    node, scorer, labels, least, best, s, m, q,
):  # fmt: skip
    """Offer the cuts between blocks, and note what is left of them; return how many there are."""
    classes, ends, edges = labels.classes, q.ends, q.edges
    n_blocks, i = 0, start
    for k in range(len(node)):
        edges[0, k] = counts_left[k]
    while i < stop:
        end = min(i + BLOCK, stop)
        while end < stop and rank_of(row[np.uint64(end)]) == rank_of(row[np.uint64(end - 1)]):
            end += 1
        edge = edges[n_blocks + 1]
        for k in range(len(node)):
            edge[k] = edges[n_blocks, k]
        if len(node) == 2:  # a sum in a register
            n_ones = 0
            for j in range(i, end):
                n_ones += classes[sample_of(row[np.uint64(j)])]
            edge[0] += end - i - n_ones
            edge[1] += n_ones
        else:
            for j in range(i, end):
                edge[np.uint64(classes[sample_of(row[np.uint64(j)])])] += 1
        n_left += end - i
        ends[n_blocks], i = end, end
        n_blocks += 1
        _set_left(edge, node, counts_left, counts_right, left, right)
        if end < stop:
            _offer(
                end - start, n_left, n_samples, feature, side, counts_left, counts_right, left,
                right, node, scorer, labels, least, best, s, m, q,
            )  # fmt: skip
    return n_blocks


@subkernel
def _may_hold_best(i, n_first, n_last, n_samples, left, right, node, best, measure, s, q):
    """Whether a cut inside of block `i` may lead, with `n_first` to `n_last` samples left of it.

    The value is highest if it costs as little as a cut there can, on one of the outermost cuts.
    """
    a, b = q.edges[i], q.edges[i + 1]
    cost_a = cost_of_counts(a, node, q.phi, q.factor)
    cost_b = cost_of_counts(b, node, q.phi, q.factor)
    cost = least_in_box(a, b, cost_a, cost_b, node, s.tallies[CORNER], q.phi, q.factor)
    cost -= _ROUNDING * q.whole[n_samples]
    value = -np.inf
    for n_left in (n_first, n_last):
        at_edge = value_of_costs(
            left, right, float(n_left), float(n_samples - n_left), cost, 0.0, measure, s.facts
        )
        value = max(value, at_edge)
    return value > -np.inf and -value <= tie_with(best.cost)


@subkernel
def _scan_blocks(
    row, start, stop, n_left, n_samples, feature, side, counts_left, counts_right, left, right,
    node, skips, scorer, labels, least, best, s, m, q,
):  # fmt: skip
    """Offer the cuts of ``row[start:stop]``, but for those of blocks that have none to look at."""
    n_blocks = _part_in_blocks(
        row, start, stop, n_left, n_samples, feature, side, counts_left, counts_right, left, right,
        node, scorer, labels, least, best, s, m, q,
    )  # fmt: skip
    begin = start
    for i in range(n_blocks):
        n_first, n_last = n_left + begin - start + 1, n_left + q.ends[i] - start - 1
        if n_first <= n_last and _may_hold_best(
            i, n_first, n_last, n_samples, left, right, node, best, scorer.measure, s, q
        ):
            _set_left(q.edges[i], node, counts_left, counts_right, left, right)
            _scan(
                row, start, begin, q.ends[i], n_left + begin - start, n_samples, feature, side,
                counts_left, counts_right, left, right, node, skips, scorer, labels, least, best,
                s, m, q,
            )  # fmt: skip
        begin = q.ends[i]
    _set_left(q.edges[n_blocks], node, counts_left, counts_right, left, right)


@subkernel
def scan_values(
    words, n_values, start, end, first, last, node, table, labels, scorer, rules, best, s, c, m, q
):
    """Offer the cuts of the columns ``s.features[first:last]`` to `best`."""
    classes, n_samples = labels.classes, end - start
    counts_left, counts_right = s.tallies[LEFT], s.tallies[RIGHT]
    left, right = s.weights[WEIGHTS_LEFT], s.weights[WEIGHTS_RIGHT]
    least, measure = rules.min_samples_leaf, scorer.measure
    in_blocks = measure.is_guarded and len(q.phi) > 0 and n_samples >= _LEAST_IN_BLOCKS
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
        skips = measure.skips or is_first_look(measure, s.facts)
        skips = skips and least == 1 and not is_constrained(feature, m)
        n_cuts = 0
        for side in range(1 if stop == end else 2):
            for k in range(len(node)):
                counts_left[k], counts_right[k] = 0, node[k]
                left[k], right[k] = 0.0, float(node[k])
            n_left = 0
            if side == 1:
                n_left = end - stop
                for i in range(stop, end):
                    _move(classes[sample_of(row[i])], 1, counts_left, counts_right, left, right)
            if in_blocks:
                _scan_blocks(
                    row, start, stop, n_left, n_samples, feature, side, counts_left, counts_right,
                    left, right, node, skips, scorer, labels, least, best, s, m, q,
                )  # fmt: skip
            else:
                n_cuts += _scan(
                    row, start, start, stop, n_left, n_samples, feature, side, counts_left,
                    counts_right, left, right, node, skips, scorer, labels, least, best, s, m, q,
                )  # fmt: skip
            if stop < end and side == 0:
                n_cuts += _offer(
                    stop - start, stop - start, n_samples, feature, side, counts_left,
                    counts_right, left, right, node, scorer, labels, least, best, s, m, q,
                )  # fmt: skip
        best.log2_cuts = np.log2(max(n_cuts, 1))
