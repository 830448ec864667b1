"""Search bins of many samples by fine bins, before values are looked at.

    bin        |            .  : . .         |       fine bins, equal steps of the value
    fine bins  | | | | | | |x| | |x|x| | | | |       only those (x) that may still win are opened

Where labels hardly depend on a column, all bins of a large node survive their bounds. Fine bins
hold a few samples each, so few of them do. So a column is searched as a radix tree: fine bins are
looked at in groups first, as bins are.
"""

import numpy as np

from gaintree._jit import prefetch, subkernel
from gaintree.encode import value_at
from gaintree.grow.bound import bound_of_counts, bound_of_weights, may_win
from gaintree.grow.constraints import keeps_order
from gaintree.grow.cost import cost_of_counts, cost_of_weights
from gaintree.grow.fine_count import fine_bin
from gaintree.grow.histogram import AHEAD
from gaintree.grow.scratch import CHOSEN, CORNER, IS_OPEN, LEFT, N_FINE, A, B
from gaintree.grow.split import takes_lead, tie_with
from gaintree.grow.tally import add_bins, count_of

_GROUP = 16


@subkernel
def _score_edges(
    left, first, last, step, j, feature, side, n_none, n_samples, node, phi, factor,
    labels, scorer, rules, best, s, m,
):  # fmt: skip
    """Score every `step`-th edge of fine bins of listed bin `j`, from `left` of the first on."""
    fine, costs, n_classes = s.fine, s.fine_costs, len(labels.class_weight)
    least, least_weight = rules.min_samples_leaf, rules.min_weight_leaf
    code, at = s.open_bins[j].code, j * N_FINE
    n_left = count_of(left, n_classes)
    best.lightest = np.inf
    for f in range(first, last, step):
        add_bins(left, fine, at + f, at + f + step)
        reached = count_of(left, n_classes)
        if reached in (n_left, n_samples):
            n_left, costs[f + step] = reached, costs[f]
            continue
        n_left = reached
        if scorer is None:
            cost = cost_of_counts(left, node, phi, factor)
        else:
            cost = cost_of_weights(left, node, labels, scorer, s)
        costs[f + step] = cost
        if cost > tie_with(best.cost) or best.lightest < least_weight:
            continue
        if (
            min(n_left, n_samples - n_left) >= least
            and keeps_order(left, node, feature, labels, m)
            and takes_lead(best, cost, feature, n_left - n_none)
        ):
            best.feature, best.n_before, best.missing_left = feature, n_left - n_none, side == 1
            best.code, best.is_inside, best.fine = code, True, f + step - 1


@subkernel
def _mark(
    a, b, first, last, step, j, feature, n_none, n_samples, node, phi, factor,
    labels, scorer, rules, best, s,
):  # fmt: skip
    """Mark the fine bins of listed bin `j` that may still win; return how many samples they hold.

    Their edges are scored already, and so is what `b` holds: what is left of the first.
    """
    fine, costs, is_marked, corner = s.fine, s.fine_costs, s.is_marked, s.tallies[CORNER]
    n_classes, length, least = len(labels.class_weight), len(node), rules.min_samples_leaf
    n_marked, at = 0, j * N_FINE
    n_b = count_of(b, n_classes)
    for f in range(first, last, step):
        n_a = n_b
        for i in range(length):
            a[np.uint64(i)] = b[np.uint64(i)]
        add_bins(b, fine, at + f, at + f + step)
        n_b = count_of(b, n_classes)
        if n_b - n_a < 2 or n_b <= least or n_samples - n_a <= least:
            continue
        if scorer is None:
            bound = bound_of_counts(a, b, costs[f], costs[f + step], node, corner, phi, factor)
        else:
            bound = bound_of_weights(a, b, costs[f], costs[f + step], node, labels, scorer, s)
        if may_win(bound, feature, n_a - n_none, best):
            n_marked += n_b - n_a
            for i in range(at + f, at + f + step):
                is_marked[i] = 1
    return n_marked


@subkernel
def search_finely(
    j, feature, side, n_none, n_samples, node, phi, factor, labels, scorer, rules, best, s, m
):
    """Score the edges of the fine bins of listed bin `j` and mark those bins that may still win.

    Return how many samples are marked.
    """
    a, b, left = s.tallies[A], s.tallies[B], s.tallies[LEFT]
    is_marked, n_marked, at = s.is_marked, np.int64(0), j * N_FINE
    s.fine_costs[0] = s.open_bins[j].cost
    for i in range(len(node)):
        b[i] = left[i] = s.open_left[j, i]
    for f in range(at, at + N_FINE):
        is_marked[f] = 0
    _score_edges(
        left, np.int64(0), np.int64(N_FINE), np.int64(_GROUP), j, feature, side, n_none, n_samples,
        node, phi, factor, labels, scorer, rules, best, s, m,
    )  # fmt: skip
    _mark(
        a, b, np.int64(0), np.int64(N_FINE), np.int64(_GROUP), j, feature, n_none, n_samples, node,
        phi, factor, labels, scorer, rules, best, s,
    )  # fmt: skip
    for i in range(len(node)):
        b[i] = s.open_left[j, i]
    for f in range(0, N_FINE, _GROUP):
        if is_marked[at + f] == 0:
            add_bins(b, s.fine, at + f, at + f + _GROUP)
            continue
        for i in range(_GROUP):
            is_marked[at + f + i] = 0
        for i in range(len(node)):
            left[i] = b[i]
        _score_edges(
            left, f, f + _GROUP, np.int64(1), j, feature, side, n_none, n_samples, node,
            phi, factor, labels, scorer, rules, best, s, m,
        )  # fmt: skip
        n_marked += _mark(
            a, b, f, f + _GROUP, np.int64(1), j, feature, n_none, n_samples, node,
            phi, factor, labels, scorer, rules, best, s,
        )  # fmt: skip
    s.open_bins[j].n_marked = n_marked
    return n_marked


@subkernel
def collect_marked(n_open, feature, samples, start, end, codes, table, s):
    """Write values and samples of the marked fine bins, those of a listed bin together.

    ``s.places[j + 1]`` then says where those of bin `j` end.
    """
    slots, steps, is_marked, places = s.flags[IS_OPEN], s.steps, s.is_marked, s.places
    values, chosen, first = s.values, s.words[CHOSEN], np.int64(0)
    for j in range(n_open):
        places[j + 1] = first
        first += s.open_bins[j].n_marked
        if s.open_bins[j].n_marked > 0:
            slots[s.open_bins[j].code] = j + 1
    bins, origin, stride = codes.codes, codes.origin[feature], codes.stride[feature]
    for i in range(start, end):
        if i + AHEAD < end:
            ahead = np.uint64(samples[np.uint64(i + AHEAD)])
            prefetch(bins, origin + ahead * stride)
        sample = np.uint64(samples[np.uint64(i)])
        code = np.uint64(bins[origin + sample * stride])
        slot = np.int64(slots[code])
        if slot == 0:
            continue
        value = value_at(table, sample, feature)
        at = fine_bin(value, steps[code, 0], steps[code, 1])
        if is_marked[(slot - 1) * N_FINE + at] != 0:
            values[places[slot]], chosen[places[slot]] = value, sample
            places[slot] += 1
    for j in range(n_open):
        slots[s.open_bins[j].code] = 0


@subkernel
def keep_marked(n_open, s):
    """As `collect_marked`, of the samples that `count_finely` has counted."""
    values, chosen, is_marked = s.values, s.words[CHOSEN], s.is_marked
    first, n_kept = np.int64(0), np.uint64(0)
    for j in range(n_open):
        code, last = s.open_bins[j].code, s.places[j + 1]
        low, scale = s.steps[code, 0], s.steps[code, 1]
        if s.open_bins[j].n_marked > 0:
            for i in range(first, last):
                value, sample = values[np.uint64(i)], chosen[np.uint64(i)]
                values[n_kept], chosen[n_kept] = value, sample
                f = np.uint64(j * N_FINE + fine_bin(value, low, scale))
                n_kept += np.uint64(is_marked[f])
        first, s.places[j + 1] = last, n_kept
