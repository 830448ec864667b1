"""Open bins of many samples: a second histogram inside each, before values are looked at.

    bin        |            .  : . .         |       fine bins, equal steps of the value
    fine bins  | | | | | | |x| | |x|x| | | | |       only those (x) that may still win are opened

Where labels hardly depend on a column, all bins of a large node survive their bounds. Fine bins
hold a few samples each, so few of them do. So a column is searched as a radix tree.
"""

import numpy as np

from gaintree._jit import prefetch, subkernel
from gaintree.encode import prefetch_value, value_at
from gaintree.grow.bound import bound_of_counts, bound_of_weights, may_win
from gaintree.grow.constraints import keeps_order
from gaintree.grow.cost import cost_of_counts, cost_of_weights
from gaintree.grow.histogram import AHEAD, SAMPLE_MASK
from gaintree.grow.scratch import CORNER, IS_OPEN, N_FINE, A, B
from gaintree.grow.split import midpoint, takes_lead, tie_with


@subkernel
def _steps(feature, code, codes):
    """Where the fine bins of a bin begin, and how many there are to a unit of the value."""
    edges, n_values = codes.edges[feature], codes.n_values[feature]
    low = edges[code] if code > 0 else codes.ends[feature, 0]
    high = edges[code + 1] if code + 1 < n_values else codes.ends[feature, 1]
    scale = N_FINE / (high - low) if high > low else 0.0
    return low, scale if scale < np.inf else 0.0


@subkernel
def fine_bin(value, low, scale):
    at = (value - low) * scale
    if not at > 0.0:
        return np.int64(0)
    return N_FINE - 1 if at >= N_FINE else np.int64(at)


@subkernel
def count_finely(n_open, feature, samples, start, end, codes, table, labels, s):
    """Count the samples of the first `n_open` listed bins in fine bins."""
    length, fine, slots, steps = s.open_left.shape[1], s.fine, s.flags[IS_OPEN], s.steps
    for j in range(n_open * N_FINE * length):
        fine[j] = 0
    for j in range(n_open):
        code = s.open_bins[j].code
        slots[code] = j + 1
        steps[j, 0], steps[j, 1] = _steps(feature, code, codes)
    bins, origin, stride = codes.codes, codes.origin[feature], codes.stride[feature]
    is_weighted, n_classes = len(labels.coarse) > 0, np.uint64(len(labels.class_weight))
    coarse, finer, class_shift = labels.coarse, labels.fine, np.uint64(32)
    for i in range(start, end):
        if i + AHEAD < end:
            ahead = samples[np.uint64(i + AHEAD)] & SAMPLE_MASK
            prefetch(bins, origin + ahead * stride)
            prefetch_value(table, ahead, feature)
        sample, k = samples[np.uint64(i)] & SAMPLE_MASK, samples[np.uint64(i)] >> class_shift
        slot = slots[np.uint64(bins[origin + sample * stride])]
        if slot == 0:
            continue
        j = np.uint64(slot - 1)
        at = fine_bin(value_at(table, sample, feature), steps[j, 0], steps[j, 1])
        entry = (j * np.uint64(N_FINE) + np.uint64(at)) * np.uint64(length) + k
        fine[entry] += 1
        if is_weighted:
            fine[entry + n_classes] += coarse[sample]
            fine[entry + n_classes + n_classes] += finer[sample]
    for j in range(n_open):
        slots[s.open_bins[j].code] = 0


@subkernel
def search_finely(
    j, feature, side, n_none, n_samples, node, by_table, phi, factor, labels, scorer, rules, best,
    s, m,
):  # fmt: skip
    """Score the edges of the fine bins of listed bin `j` and mark those bins that may still win.

    Return how many samples are marked.
    """
    a, b, corner, fine, left = s.tallies[A], s.tallies[B], s.tallies[CORNER], s.fine, s.open_left[j]
    n_classes, length = len(labels.class_weight), len(node)
    least, least_weight = rules.min_samples_leaf, rules.min_weight_leaf
    costs, n_marked = s.fine_costs, 0
    code = s.open_bins[j].code
    best.lightest = np.inf
    n_left = 0
    for i in range(length):
        b[i] = left[i]
    for k in range(n_classes):
        n_left += b[k]
    n_first = n_left
    costs[0] = s.open_bins[j].cost
    for f in range(N_FINE):
        n_inside, at = 0, (j * N_FINE + f) * length
        for i in range(length):
            b[i] += fine[np.uint64(at + i)]
        for k in range(n_classes):
            n_inside += fine[np.uint64(at + k)]
        if n_inside == 0:
            costs[f + 1] = costs[f]
            continue
        n_left += n_inside
        if n_left == n_samples:
            costs[f + 1] = costs[f]
            continue
        if by_table:
            cost = cost_of_counts(b, node, phi, factor)
        else:
            cost = cost_of_weights(b, node, labels, scorer, s)
        costs[f + 1] = cost
        if cost > tie_with(best.cost) or best.lightest < least_weight:
            continue
        if (
            min(n_left, n_samples - n_left) >= least
            and keeps_order(b, node, feature, labels, m)
            and takes_lead(best, cost, feature, n_left - n_none)
        ):
            best.feature, best.n_before, best.missing_left = feature, n_left - n_none, side == 1
            best.code, best.is_inside, best.fine = code, True, f
    n_b = n_first
    for i in range(length):
        b[i] = left[i]
    for f in range(N_FINE):
        at, n_a = (j * N_FINE + f) * length, n_b
        s.is_marked[j * N_FINE + f] = 0
        for k in range(n_classes):
            n_b += fine[np.uint64(at + k)]
        if n_b == n_a:
            continue
        for i in range(length):
            a[i] = b[i]
            b[i] += fine[np.uint64(at + i)]
        if n_b - n_a < 2 or n_b <= least or n_samples - n_a <= least:
            continue
        if by_table:
            bound = bound_of_counts(a, b, costs[f], costs[f + 1], node, corner, phi, factor)
        else:
            bound = bound_of_weights(a, b, costs[f], costs[f + 1], node, labels, scorer, s)
        if may_win(bound, feature, n_a - n_none, best):
            s.is_marked[j * N_FINE + f] = 1
            n_marked += n_b - n_a
    s.open_bins[j].n_marked = n_marked
    return n_marked


@subkernel
def threshold_at_fine_edge(samples, start, end, codes, table, best):
    """The threshold of a cut at the edge of a fine bin: between the values next to it."""
    feature, code = best.feature, best.code
    bins, origin, stride = codes.codes, codes.origin[feature], codes.stride[feature]
    low, scale = _steps(feature, code, codes)
    greatest, least = -np.inf, np.inf
    for i in range(start, end):
        if i + AHEAD < end:
            prefetch(bins, origin + (samples[np.uint64(i + AHEAD)] & SAMPLE_MASK) * stride)
        sample = samples[np.uint64(i)] & SAMPLE_MASK
        found = bins[origin + sample * stride]
        if found == code:
            value = value_at(table, sample, feature)
            if fine_bin(value, low, scale) <= best.fine:
                greatest = max(greatest, value)
            else:
                least = min(least, value)
        elif found > code and found < codes.n_values[feature]:
            least = min(least, value_at(table, sample, feature))
    return midpoint(greatest, least)


@subkernel
def collect_marked(n_open, feature, samples, start, end, codes, table, s, values, chosen):
    """Write values and samples of the marked fine bins."""
    slots, steps, is_marked = s.flags[IS_OPEN], s.steps, s.is_marked
    for j in range(n_open):
        if s.open_bins[j].n_marked > 0:
            slots[s.open_bins[j].code] = j + 1
    bins, origin, stride = codes.codes, codes.origin[feature], codes.stride[feature]
    n_chosen = 0
    for i in range(start, end):
        if i + AHEAD < end:
            ahead = samples[np.uint64(i + AHEAD)] & SAMPLE_MASK
            prefetch(bins, origin + ahead * stride)
        sample = samples[np.uint64(i)] & SAMPLE_MASK
        slot = slots[np.uint64(bins[origin + sample * stride])]
        if slot == 0:
            continue
        j, value = np.int64(slot) - 1, value_at(table, sample, feature)
        if is_marked[j * N_FINE + fine_bin(value, steps[j, 0], steps[j, 1])] != 0:
            values[n_chosen], chosen[n_chosen] = value, sample
            n_chosen += 1
    for j in range(n_open):
        slots[s.open_bins[j].code] = 0
