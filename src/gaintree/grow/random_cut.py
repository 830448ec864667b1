"""The random splitter: one threshold a column, drawn between its least and greatest value."""

from gaintree._jit import subkernel
from gaintree.encode import first_missing, rank_of, sample_of, value_at
from gaintree.grow.constraints import keeps_order
from gaintree.grow.cost import cost_of_weights
from gaintree.grow.draw import FIRST_DRAW, SIDE_DRAW, derive, uniform
from gaintree.grow.scratch import BEST, LEFT
from gaintree.grow.split import NOWHERE, takes_lead
from gaintree.grow.tally import add_sample


@subkernel
def _draw_threshold(low, high, key):
    """A threshold drawn uniformly from `low` on to below `high`."""
    u = uniform(key)
    threshold = (1.0 - u) * low + u * high
    return threshold if low <= threshold < high else low


@subkernel
def _draw_side(row, start, stop, end, key):
    """Whether missing values go left; right where nothing else is there."""
    if stop == end or rank_of(row[start]) == rank_of(row[stop - 1]):
        return False
    return uniform(derive(key, SIDE_DRAW)) < 0.5


@subkernel
def offer_random_cuts(
    words, n_values, start, end, first, last, node, key, table, labels, scorer, rules, best, s, m
):
    """Offer one cut of each of the columns ``s.features[first:last]``, at a drawn threshold."""
    left, n_features = s.tallies[LEFT], len(words)
    for n_drawn in range(first, last):
        if n_drawn >= rules.max_features and best.feature != NOWHERE:
            return
        feature = s.features[n_drawn]
        row = words[feature]
        if rank_of(row[start]) == rank_of(row[end - 1]):
            continue
        stop = first_missing(row, start, end, n_values[feature])
        draw_key = derive(key, FIRST_DRAW + n_features + feature)
        low = value_at(table, sample_of(row[start]), feature)
        high = value_at(table, sample_of(row[stop - 1]), feature)
        threshold = _draw_threshold(low, high, draw_key)
        missing_left = _draw_side(row, start, stop, end, draw_key)
        for j in range(len(node)):
            left[j] = 0
        position = start
        while position < stop and value_at(table, sample_of(row[position]), feature) <= threshold:
            add_sample(left, sample_of(row[position]), labels)
            position += 1
        n_left = position - start
        if missing_left:
            n_left += end - stop
            for i in range(stop, end):
                add_sample(left, sample_of(row[i]), labels)
        if min(n_left, end - start - n_left) < rules.min_samples_leaf:
            continue
        cost = cost_of_weights(left, node, labels, scorer, s)
        if best.lightest < rules.min_weight_leaf:
            continue
        if not keeps_order(left, node, feature, labels, m):
            continue
        if takes_lead(best, cost, feature, position - start):
            best.feature, best.n_before = feature, position - start
            best.missing_left = missing_left
            best.is_inside, best.threshold = position < stop, threshold
            best.log2_cuts = 0.0
            for j in range(len(node)):
                s.tallies[BEST, j] = left[j]
