"""Search a histogram: score the edges of bins, bound what is inside, and open what may be better.

Columns of many bins are taken in groups of GROUP bins at first: the edges of groups are scored, of
all columns, and give a first best split. A group is looked into only if the bound of its inside
(bound.py) reaches the best so far, and so is a bin, by opening it (refine.py).
"""

import numpy as np

from gaintree._jit import prefetch, subkernel
from gaintree.encode import value_at
from gaintree.grow.bound import bound_of_counts, bound_of_weights, may_win
from gaintree.grow.categories import collect_bins, scan_categories
from gaintree.grow.constraints import keeps_order, order_features
from gaintree.grow.cost import cost_of_counts, cost_of_weights
from gaintree.grow.histogram import AHEAD, count_column
from gaintree.grow.refine import open_bins
from gaintree.grow.scratch import CORNER, LEFT, A, B
from gaintree.grow.split import NOWHERE, midpoint, start_search, takes_lead, tie_with
from gaintree.grow.tables import table_for
from gaintree.grow.tally import add_bins, count_of

GROUP = 16
_FEW = 32  # columns of so few bins are not grouped


@subkernel
def _start(tally, hist, missing, side):
    """Make `tally` what is left of all bins: nothing, or the bin of what is missing."""
    for j in range(len(tally)):
        tally[j] = 0
    if side == 1:
        add_bins(tally, hist, missing, missing + 1)


@subkernel
def count_missing(hist, feature, codes, length, n_classes):
    missing, n_missing = codes.first[feature] + codes.n_values[feature], 0
    if missing < codes.first[feature + 1]:
        for k in range(n_classes):
            n_missing += hist[missing * length + k]
    return n_missing


@subkernel
def _offer_edge(
    cost, n_before, n_left, n_samples, side, feature, code, left, node, labels, least, best, m
):
    """Offer the cut at the right edge of a bin to `best`."""
    if n_before == 0 or min(n_left, n_samples - n_left) < least:
        return
    if keeps_order(left, node, feature, labels, m) and takes_lead(best, cost, feature, n_before):
        best.feature, best.n_before, best.missing_left = feature, n_before, side == 1
        best.code, best.is_inside = code, False


@subkernel
def score_edges(
    hist, first, last, n_samples, node, phi, factor, codes, labels, scorer, rules, best, s, m
):
    """Score the right edges of the groups of the columns ``s.features[first:last]``."""
    left, n_classes, length = s.tallies[LEFT], len(labels.class_weight), len(node)
    least, least_weight = rules.min_samples_leaf, rules.min_weight_leaf
    best.lightest = np.inf
    for i in range(first, last):
        feature = s.features[i]
        at, n_values = codes.first[feature], codes.n_values[feature]
        n_missing = count_missing(hist, feature, codes, length, n_classes)
        step = 1 if n_values <= _FEW else GROUP
        for side in range(2 if n_missing > 0 else 1):
            costs, group = s.costs[2 * i + side], 0
            _start(left, hist, at + n_values, side)
            n_none = n_missing if side == 1 else 0
            n_left = n_none
            costs[0] = np.inf
            if side == 1:
                if scorer is None:
                    costs[0] = cost_of_counts(left, node, phi, factor)
                else:
                    costs[0] = cost_of_weights(left, node, labels, scorer, s)
            for code in range(0, codes.n_ordered[feature], step):
                stop = min(code + step, n_values)
                add_bins(left, hist, at + code, at + stop)
                group += 1
                reached = count_of(left, n_classes)
                if not n_left < reached < n_samples:
                    n_left, costs[group] = reached, costs[group - 1]
                    continue
                n_left = reached
                if scorer is None:
                    cost = cost_of_counts(left, node, phi, factor)
                else:
                    cost = cost_of_weights(left, node, labels, scorer, s)
                costs[group] = cost
                if cost <= tie_with(best.cost) and best.lightest >= least_weight:
                    _offer_edge(
                        cost, n_left - n_none, n_left, n_samples, side, feature, stop - 1, left,
                        node, labels, least, best, m,
                    )  # fmt: skip


@subkernel
def look_inside(
    hist, i, side, n_missing, n_samples, node, phi, factor, codes, labels, scorer, rules,
    best, s, m,
):  # fmt: skip
    """Look into the groups of the column ``s.features[i]`` that may win.

    Score the edges of their bins, and list the bins that may win in turn; return their number.
    """
    a, b, corner = s.tallies[A], s.tallies[B], s.tallies[CORNER]
    n_classes, length = len(labels.class_weight), len(node)
    least, least_weight = rules.min_samples_leaf, rules.min_weight_leaf
    feature, costs, n_open = s.features[i], s.costs[2 * i + side], np.int64(0)
    at, n_values = codes.first[feature], codes.n_values[feature]
    step = 1 if n_values <= _FEW else GROUP
    n_none = n_missing if side == 1 else 0
    best.lightest = np.inf
    _start(b, hist, at + n_values, side)
    n_b, group = n_none, 0
    for code in range(0, codes.n_ordered[feature], step):
        n_a = n_b
        for j in range(length):
            a[j] = b[j]
        stop = min(code + step, n_values)
        add_bins(b, hist, at + code, at + stop)
        n_b = count_of(b, n_classes)
        group += 1
        if n_b - n_a < 2 or n_b <= least or n_samples - n_a <= least:
            continue  # no admissible cut inside
        if step == 1 and codes.is_exact[feature, code] != 0:
            continue
        cost_a, cost_b = costs[group - 1], costs[group]
        if scorer is None:
            bound = bound_of_counts(a, b, cost_a, cost_b, node, corner, phi, factor)
        else:
            bound = bound_of_weights(a, b, cost_a, cost_b, node, labels, scorer, s)
        if not may_win(bound, feature, n_a - n_none, best):
            continue
        if step == 1:
            n_open = _list_bin(s, n_open, code, bound, cost_a, a)
            continue
        # The group is walked twice: for the edges of its bins, then for their insides.
        inner = s.costs[len(s.costs) - 1]
        inner[0] = cost_a
        for j in range(length):
            b[j] = a[j]
        n_left = n_a
        for k in range(stop - code):
            add_bins(b, hist, at + code + k, at + code + k + 1)
            reached = count_of(b, n_classes)
            if not n_left < reached < n_samples:
                n_left, inner[k + 1] = reached, inner[k]
                continue
            n_left = reached
            if scorer is None:
                cost = cost_of_counts(b, node, phi, factor)
            else:
                cost = cost_of_weights(b, node, labels, scorer, s)
            inner[k + 1] = cost
            if cost <= tie_with(best.cost) and best.lightest >= least_weight:
                _offer_edge(
                    cost, n_left - n_none, n_left, n_samples, side, feature, code + k, b, node,
                    labels, least, best, m,
                )  # fmt: skip
        if rules.max_bins > 0:
            continue
        for j in range(length):
            b[j] = a[j]
        n_left = n_a
        for k in range(stop - code):
            for j in range(length):
                a[j] = b[j]
            add_bins(b, hist, at + code + k, at + code + k + 1)
            n_bin, n_left = n_left, count_of(b, n_classes)
            if codes.is_exact[feature, code + k] != 0 or n_left - n_bin < 2:
                continue
            if n_left <= least or n_samples - n_bin <= least:
                continue
            if scorer is None:
                bound = bound_of_counts(a, b, inner[k], inner[k + 1], node, corner, phi, factor)
            else:
                bound = bound_of_weights(a, b, inner[k], inner[k + 1], node, labels, scorer, s)
            if may_win(bound, feature, n_bin - n_none, best):
                n_open = _list_bin(s, n_open, code + k, bound, inner[k], a)
    return n_open


@subkernel
def _list_bin(s, n_open, code, bound, cost, left):
    entry = s.open_bins[n_open]
    entry.code, entry.bound, entry.cost = code, bound, cost
    for j in range(len(left)):
        s.open_left[n_open, j] = left[j]
    return n_open + 1


@subkernel
def threshold_at_edge(hist, best, samples, start, end, codes, table, length, n_classes):
    """The threshold of a cut at the edge of a bin: between the values next to it."""
    feature, low, high = best.feature, best.code, best.code + 1
    first, n_values = codes.first[feature], codes.n_values[feature]
    while low > 0 and _is_empty(hist, first + low, length, n_classes):
        low -= 1
    while high < n_values and _is_empty(hist, first + high, length, n_classes):
        high += 1
    if high == n_values:
        return np.inf  # it parts the values from the missing values
    edges, is_exact = codes.edges[feature], codes.is_exact[feature]
    if is_exact[low] != 0 and is_exact[high] != 0:
        return midpoint(edges[low], edges[high])
    greatest, least = -np.inf, np.inf
    bins, origin, stride = codes.codes, codes.origin[feature], codes.stride[feature]
    for i in range(start, end):
        if i + AHEAD < end:
            prefetch(bins, origin + np.uint64(samples[np.uint64(i + AHEAD)]) * stride)
        sample = np.uint64(samples[np.uint64(i)])
        code = bins[origin + sample * stride]
        if code == low:
            greatest = max(greatest, value_at(table, sample, feature))
        elif code == high:
            least = min(least, value_at(table, sample, feature))
    return midpoint(greatest, least)


@subkernel
def _is_empty(hist, b, length, n_classes):
    n_samples = 0
    for k in range(n_classes):
        n_samples += hist[b * length + k]
    return n_samples == 0


@subkernel
def _search_sets(
    hist, first, last, n_samples, node, phi, factor, codes, labels, scorer, rules, best,
    s, c,
):  # fmt: skip
    """Offer sets of the columns of categories among ``s.features[first:last]``."""
    n_classes, length = len(labels.class_weight), len(node)
    for i in range(first, last):
        feature = s.features[i]
        if c.n_categories[feature] > 0:
            n = collect_bins(hist, feature, codes, length, n_classes, c)
            n_missing = count_missing(hist, feature, codes, length, n_classes)
            scan_categories(
                n, feature, n_missing, n_samples, node, phi, factor, labels, scorer,
                rules, best, s, c,
            )  # fmt: skip


@subkernel
def _place_of(feature, first, last, features):
    for i in range(first, last):
        if features[i] == feature:
            return i
    return np.int64(-1)


@subkernel
def find_split(
    hist, is_counted, start, end, node, key, g, codes, table, labels, tables, scorer, rules, best,
    s, c, m,
):  # fmt: skip
    """Fill `best` with the best admissible split of a node.

    Unless all columns are counted in `hist` already, some are drawn and counted: `max_features` of
    them, and more one by one until one has an admissible split.
    """
    n_samples, n_classes = end - start, len(labels.class_weight)
    n_features = order_features(s.features, not is_counted, key, m)
    phi, factor = s.no_phi, s.no_factor
    if tables is not None:
        phi, factor = table_for(n_samples, tables)
    start_search(best, -np.inf)
    first, last, is_last = np.int64(0), n_features, False
    if not is_counted:
        last = min(rules.max_features, n_features)
    while True:
        for i in range(first if not is_counted and not is_last else last, last):
            feature = s.features[i]
            count_column(hist, g.samples, start, end, feature, codes, labels)
        if c is not None:
            _search_sets(
                hist, first, last, n_samples, node, phi, factor, codes, labels, scorer,
                rules, best, s, c,
            )  # fmt: skip
        score_edges(
            hist, first, last, n_samples, node, phi, factor, codes, labels, scorer, rules,
            best, s, m,
        )  # fmt: skip
        lead = best.feature
        for turn in range(first - 1, last):
            # The column in the lead is looked into first, so that less is open in the others.
            i = turn
            if turn < first:
                i = _place_of(lead, first, last, s.features)
                if i < 0:
                    continue
            elif s.features[i] == lead:
                continue
            feature = s.features[i]
            n_missing = count_missing(hist, feature, codes, len(node), n_classes)
            for side in range(2 if n_missing > 0 else 1):
                n_open = look_inside(
                    hist, i, side, n_missing, n_samples, node, phi, factor, codes, labels,
                    scorer, rules, best, s, m,
                )  # fmt: skip
                if n_open > 0 and rules.max_bins == 0:
                    open_bins(
                        n_open, hist, feature, side, n_missing if side == 1 else 0, g.samples,
                        start, end, node, phi, factor, codes, table, labels, scorer,
                        rules, best, s, m,
                    )  # fmt: skip
        if best.feature == NOWHERE and last < n_features:
            first, last = last, last + 1
        elif best.near_tie and not is_last:
            start_search(best, tie_with(best.cost))
            first, is_last = np.int64(0), True
        else:
            break
    if best.feature == NOWHERE or codes.n_ordered[best.feature] < codes.n_values[best.feature]:
        return
    if not best.is_inside:
        best.threshold = threshold_at_edge(
            hist, best, g.samples, start, end, codes, table, len(node), n_classes
        )
