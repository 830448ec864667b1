"""The split of a node by a criterion that exhaustive search alone knows.

Most of them score a cut by itself, and the best of all cuts is taken. For others a column is worth
what depends on the other columns, or on how many cuts it has. Then

    1. each column is searched for its best cut,
    2. the criterion ranks these cuts (`Criterion.rank`),
    3. the column of the best is searched once more, or, if the criterion has only told which
       columns to look at and from which gain on, all of these.
"""

import numpy as np

from gaintree._jit import subkernel
from gaintree.encode import rank_of
from gaintree.grow.draw import FIRST_DRAW, derive, uniform
from gaintree.grow.measure import N_DRAWN, NODE_COST, PARAMETER
from gaintree.grow.random_cut import offer_random_cuts
from gaintree.grow.scan import scan_weights
from gaintree.grow.scan_values import scan_values
from gaintree.grow.scratch import BEST, WEIGHTS
from gaintree.grow.split import NOWHERE, TIE, start_search, tie_with
from gaintree.grow.tally import weigh

_ROUNDING = 1e-12  # a value that is no more than this above the floor is not above it


@subkernel
def search_columns(
    g, start, end, first, last, node, key, table, labels, scorer, rules, best, s, c, m, q
):
    """Fill `best` with the best cut of the columns ``s.features[first:last]``."""
    limit = -np.inf
    while True:
        start_search(best, limit)
        s.facts[N_DRAWN] = 0.0
        if q.draws_cuts != 0:
            offer_random_cuts(
                g.words, g.n_values, start, end, first, last, node, key, table, labels, scorer,
                rules, best, s, m,
            )  # fmt: skip
        elif q.is_counted != 0:
            scan_values(
                g.words, g.n_values, start, end, first, last, node, table, labels, scorer, rules,
                best, s, c, m, q,
            )  # fmt: skip
        else:
            scan_weights(
                g.words, g.n_values, start, end, first, last, node, table, labels, scorer, rules,
                best, s, c, m,
            )  # fmt: skip
        if not best.near_tie or limit > -np.inf:
            return
        limit = tie_with(best.cost)


@subkernel
def _note(i, place, key, node, labels, best, s, q):
    """Note the best cut of a column as the one of number `i`."""
    weights = s.weights[WEIGHTS]
    weigh(s.tallies[BEST], labels, weights)
    for k in range(len(weights)):
        q.left[i, k] = weights[k]
    for j in range(len(node)):
        s.tallies[BEST, j] = node[j] - s.tallies[BEST, j]
    weigh(s.tallies[BEST], labels, weights)
    for k in range(len(weights)):
        q.right[i, k] = weights[k]
    q.log2_cuts[i], q.places[i] = best.log2_cuts, place
    n_features = len(s.features)
    draw_key = derive(key, FIRST_DRAW + 3 * n_features + s.features[place])
    q.draws[i] = uniform(draw_key)


@subkernel
def _list_columns(
    g, start, end, n_features, node, key, table, labels, scorer, rules, best, s, c, m, q
):
    """Search the columns one by one; return how many have a cut."""
    n, measure = 0, scorer.measure
    for place in range(n_features):
        if place >= rules.max_features and n > 0:
            break
        feature = s.features[place]
        row = g.words[feature]
        if rank_of(row[start]) == rank_of(row[end - 1]):
            continue
        if measure.is_random:
            s.facts[PARAMETER] = uniform(derive(key, FIRST_DRAW + 2 * len(s.features) + feature))
        search_columns(
            g, start, end, place, place + 1, node, key, table, labels, scorer, rules, best,
            s, c, m, q,
        )  # fmt: skip
        if best.feature != NOWHERE:
            _note(n, place, key, node, labels, best, s, q)
            n += 1
    return n


@subkernel
def _choose(n, floor, s, q):
    """The number of the best of `n` columns, of tied ones the first feature; or NOWHERE."""
    highest = -np.inf
    for i in range(n):
        highest = max(highest, q.values[i])
    chosen = NOWHERE
    if highest > floor + _ROUNDING:
        for i in range(n):
            if q.values[i] >= highest - TIE * abs(highest) and (
                chosen == NOWHERE or s.features[q.places[i]] < s.features[q.places[chosen]]
            ):
                chosen = i
    return chosen


@subkernel
def _keep_chosen(n, s, q):
    """Bring the features that are to be searched again to the front; return their number.

    Columns are noted in the order of their places, so none is overwritten that is still to come.
    """
    n_kept = 0
    for i in range(n):
        if q.values[i] > -np.inf:
            here, there = n_kept, q.places[i]
            s.features[here], s.features[there] = s.features[there], s.features[here]
            n_kept += 1
    return n_kept


@subkernel
def find_by_value(
    g, start, end, n_features, node, key, table, labels, scorer, rules, best, s, c, m, q
):
    """Fill `best` with the best admissible split of the node ``words[:, start:end]``."""
    measure, parameter, facts = scorer.measure, scorer.parameter, s.facts
    weight = weigh(node, labels, s.weights[WEIGHTS])
    facts[NODE_COST] = measure.before(s.weights[WEIGHTS], weight, parameter)
    facts[PARAMETER] = np.nan if measure.is_guarded else parameter
    first, last = 0, n_features
    if measure.is_ranked:
        n = _list_columns(
            g, start, end, n_features, node, key, table, labels, scorer, rules, best, s, c,
            m, q,
        )  # fmt: skip
        best.feature = NOWHERE
        if n == 0:
            return
        found = measure.rank(
            q.left[:n], q.right[:n], q.log2_cuts[:n], q.draws[:n], q.values[:n], parameter
        )
        if measure.is_guarded:
            facts[PARAMETER] = found
            last = _keep_chosen(n, s, q)
        else:
            chosen = _choose(n, measure.floor, s, q)
            if chosen == NOWHERE:
                return
            first, last = q.places[chosen], q.places[chosen] + 1
            if measure.is_random:
                feature = s.features[first]
                facts[PARAMETER] = uniform(derive(key, FIRST_DRAW + 2 * len(s.features) + feature))
    search_columns(
        g, start, end, first, last, node, key, table, labels, scorer, rules, best, s, c, m,
        q,
    )  # fmt: skip
    if (measure.is_guarded or not measure.is_ranked) and -best.cost <= measure.floor + _ROUNDING:
        best.feature = NOWHERE
