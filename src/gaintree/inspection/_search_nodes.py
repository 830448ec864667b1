"""The kernels of the search: a column at all nodes, then the next column.

Samples are numbered in the order of the leaves that they reach, so a node has those from one number
to another, and the words of its columns stand in the same places:

    node         | 0  1  2  3  4  5  6  7 |        what is below `middle` goes left
    children     | 0  1  2  3  4 | 5  6  7 |        middle = 5

So a column is parted without a look at any other, and stays in the cache all the way down.
"""

import numpy as np

from gaintree._jit import kernel, subkernel
from gaintree.encode import first_missing, rank_of, sample_of, value_at
from gaintree.grow.measure import NODE_COST, PARAMETER, value_of_weights
from gaintree.grow.ranking import search_columns
from gaintree.grow.scan import scan_counts, scan_weights
from gaintree.grow.scratch import WEIGHTS
from gaintree.grow.sets import is_in_set
from gaintree.grow.split import NOWHERE, midpoint, start_search, tie_with
from gaintree.grow.tally import add_sample, weigh
from gaintree.tree import ROUNDING

LAST = 1e300  # cost of a column that a criterion does not count


@subkernel
def _search_column(
    feature, start, end, node, g, table, labels, tables, scorer, rules, best, s, c, q
):
    """Fill `best` with the best cut of a column."""
    s.features[0] = feature
    if q is not None:
        search_columns(
            g, start, end, 0, 1, node, np.uint64(0), table, labels, scorer, rules, best, s, c, None,
            q,
        )  # fmt: skip
        return
    words, n_values, limit = g.words, g.n_values, -np.inf
    while True:
        start_search(best, limit)
        if tables is not None:
            scan_counts(
                words, n_values, start, end, 1, node, table, labels, tables, rules, best, s, c, None
            )
        if scorer is not None:
            scan_weights(
                words, n_values, start, end, 0, 1, node, table, labels, scorer, rules, best, s, c,
                None,
            )  # fmt: skip
        if not best.near_tie or limit > -np.inf:
            return
        limit = tie_with(best.cost)


@subkernel
def _begin_node(node, least, labels, scorer, s, q):
    """Tell a criterion that scores cuts by value what it needs to know of the node.

    To one that is guarded that is from which gain on cuts count; NaN, as long as it is unknown.
    """
    if q is not None:
        weights, measure = s.weights[WEIGHTS], scorer.measure
        weight = weigh(node, labels, weights)
        s.facts[NODE_COST] = measure.before(weights, weight, scorer.parameter)
        s.facts[PARAMETER] = scorer.parameter
        if measure.is_guarded:
            s.facts[PARAMETER] = least if measure.guard_binds else -np.inf


@subkernel
def _write_sets(left, right, best, c):
    """Note on which side each category of the node is."""
    for j in range(best.code):
        category = c.best_codes[j]
        bit = np.uint64(1) << np.uint64(category & 63)
        if c.best_sides[j] == 1:
            left[category >> 6] |= bit
        else:
            right[category >> 6] |= bit


@subkernel
def _write_cut(at, best, node, right, row, start, stop, end, table, labels, found, c):
    """Note the best cut of a column of the node in row `at`, and what it sends left.

    The samples of one side are tallied, where they can be told by their place the fewer.
    """
    feature, tally = best.feature, found.left[at, best.feature]
    place = found.place[feature]
    for j in range(len(tally)):
        tally[j] = 0
    found.log2_cuts[at, feature] = best.log2_cuts
    found.cost[at, feature] = best.cost
    found.missing_left[at, feature] = best.missing_left
    if c is not None and place >= 0:
        for j in range(found.left_sets.shape[2]):
            found.left_sets[at, place, j] = found.right_sets[at, place, j] = np.uint64(0)
        _write_sets(found.left_sets[at, place], found.right_sets[at, place], best, c)
        for i in range(start, end):
            is_left = best.missing_left
            if i < stop:
                category = np.int64(value_at(table, sample_of(row[i]), feature))
                is_left = is_in_set(found.left_sets[at, place], category)
            if is_left:
                add_sample(tally, sample_of(row[i]), labels)
        return
    position = start + best.n_before
    if best.n_before <= (stop - start) // 2:
        _add_samples(tally, row, start, position, labels)
        if best.missing_left:
            _add_samples(tally, row, stop, end, labels)
    else:
        for j in range(len(node)):
            right[j] = 0
        _add_samples(right, row, position, stop if best.missing_left else end, labels)
        for j in range(len(node)):
            tally[j] = node[j] - right[j]
    found.threshold[at, feature] = np.inf
    if position < stop:
        found.threshold[at, feature] = midpoint(
            value_at(table, sample_of(row[position - 1]), feature),
            value_at(table, sample_of(row[position]), feature),
        )


@subkernel
def _add_samples(tally, row, start, end, labels):
    if len(labels.coarse) == 0:
        classes = labels.classes
        for i in range(start, end):
            tally[np.uint64(classes[sample_of(row[np.uint64(i)])])] += 1
        return
    for i in range(start, end):
        add_sample(tally, sample_of(row[np.uint64(i)]), labels)


@subkernel
def _is_mixed(node, labels):
    """Whether there is more than one class to tell apart."""
    n_present = 0
    for k in range(len(labels.class_weight)):
        n_present += node[k] > 0
    return n_present > 1


@subkernel
def _count_cuts(row, start, stop, end, least):
    """The number of cuts between values, or behind them all, that leave both sides `least`."""
    n_missing = end - stop
    n_cuts = _count_changes(row, start + least, min(end - least + 1, stop))
    if n_missing > 0:
        n_cuts += _count_changes(row, max(start + least - n_missing, start + 1), stop - least + 1)
        n_cuts += min(stop - start, n_missing) >= least
    return n_cuts


@subkernel
def _count_changes(row, first, last):
    """The number of places from `first` to `last` at which another value begins."""
    n_changes = np.int64(0)
    for i in range(first, last):
        n_changes += rank_of(row[np.uint64(i)]) != rank_of(row[np.uint64(i - 1)])
    return n_changes


@subkernel
def _is_chosen(at, row, start, stop, end, middle, best, feature, table, found):
    """Whether the best cut of a column sends left the samples below `middle`, and no others."""
    place = found.place[feature]
    for i in range(start, end):
        sample = sample_of(row[np.uint64(i)])
        if i >= stop:
            is_left = best.missing_left
        elif place >= 0:
            category = np.int64(value_at(table, sample, feature))
            is_left = is_in_set(found.left_sets[at, place], category)
        else:
            is_left = i < start + best.n_before
        if is_left != (np.int64(sample) < middle):
            return False
    return True


@subkernel
def _part(row, start, middle, end, buffer):
    """Bring the samples below `middle` to the front of ``row[start:end]``, all in order."""
    n_left, n_right = np.uint64(start), np.uint64(0)
    for i in range(start, end):
        word = row[np.uint64(i)]
        is_left = np.uint64(sample_of(word) < np.uint64(middle))
        # Both places are written and one index moves: no branch to mispredict.
        row[n_left] = word
        buffer[n_right] = word
        n_left += is_left
        n_right += np.uint64(1) - is_left
    for i in range(end - middle):
        row[np.uint64(middle + i)] = buffer[np.uint64(i)]


@kernel
def tally_nodes(nodes, labels, tallies, chosen):
    """Tally the samples of each node, and those that the tree sends left."""
    for at in range(len(tallies)):
        for sample in range(nodes.start[at], nodes.end[at]):
            add_sample(tallies[at], sample, labels)
        for sample in range(nodes.start[at], nodes.middle[at]):
            add_sample(chosen[at], sample, labels)


@subkernel
def _search(
    at, feature, start, middle, end, nodes, g, table, labels, tables, scorer, rules, found, least,
    best, right, s, c, q,
):  # fmt: skip
    """Search a column at a node for its best cut, and note it."""
    row, node = g.words[feature], found.node[at]
    stop = first_missing(row, start, end, g.n_values[feature])
    found.n_missing[at, feature] = end - stop
    n_changes = _count_changes(row, start + 1, stop)
    found.n_values[at, feature] = n_changes + 1 if start < stop else 0
    if found.place[feature] < 0:
        if rules.min_samples_leaf > 1 or stop < end:
            n_changes = _count_cuts(row, start, stop, end, rules.min_samples_leaf)
        found.n_thresholds[at, feature] = n_changes
    if not _is_mixed(node, labels):
        return
    _begin_node(node, least, labels, scorer, s, q)
    _search_column(
        feature, start, end, node, g, table, labels, tables, scorer, rules, best, s, c, q
    )
    if best.feature == NOWHERE:
        return
    _write_cut(at, best, node, right, row, start, stop, end, table, labels, found, c)
    if feature == nodes.feature[at]:
        found.is_chosen[at, feature] = _is_chosen(
            at, row, start, stop, end, middle, best, feature, table, found
        )


@kernel
def search_nodes(
    first, last, nodes, g, table, labels, tables, scorer, rules, found, least, right, buffer, s, c,
    q,
):  # fmt: skip
    """Search columns `first` to `last` at every node, whose samples are ``words[f, start:end]``.

    Where the `least` gain is known, what the criterion does not count is not searched again.
    """
    best, starts, middles, ends = s.best[0], nodes.start, nodes.middle, nodes.end
    for feature in range(first, last):
        for at in range(len(starts)):
            start, middle, end = starts[at], middles[at], ends[at]
            if start == end:
                continue
            if np.isnan(least[at]) or found.cost[at, feature] < LAST:
                _search(
                    at, feature, start, middle, end, nodes, g, table, labels, tables, scorer,
                    rules[0], found, least[at], best, right, s, c, q,
                )  # fmt: skip
            if nodes.is_parted[at] != 0:
                _part(g.words[feature], start, middle, end, buffer)


@kernel
def rank_columns(labels, scorer, found, least, right, s, q):
    """Give the columns of each node the cost that they have beside each other.

    A criterion that only tells from which gain on a column counts has these searched again from
    that gain on, and has the others come last.
    """
    measure, weights = scorer.measure, s.weights[WEIGHTS]
    for at in range(len(least)):
        n, node = 0, found.node[at]
        for feature in range(found.cost.shape[1]):
            if found.cost[at, feature] == np.inf:
                continue
            weigh(found.left[at, feature], labels, weights)
            for k in range(len(weights)):
                q.left[n, k] = weights[k]
            for j in range(len(node)):
                right[j] = node[j] - found.left[at, feature, j]
            weigh(right, labels, weights)
            for k in range(len(weights)):
                q.right[n, k] = weights[k]
            q.log2_cuts[n], q.draws[n] = found.log2_cuts[at, feature], 0.5
            q.places[n] = feature
            n += 1
        if n == 0:
            continue
        of_node = measure.rank(
            q.left[:n], q.right[:n], q.log2_cuts[:n], q.draws[:n], q.values[:n], scorer.parameter
        )
        if measure.is_guarded:
            least[at] = of_node
        for i in range(n):
            if not measure.is_guarded:
                found.cost[at, q.places[i]] = -q.values[i]
            elif q.values[i] == -np.inf:
                found.cost[at, q.places[i]] = LAST


@subkernel
def _cost_of(left, right, node, weight_left, weight_right, score, measure, parameter, facts):
    """Cost of a split by the score of an impurity, or else by a measure: one of the two is None."""
    cost = np.inf
    if score is not None:
        cost = -score(left, right, weight_left, weight_right, parameter)
    if measure is not None:
        facts[NODE_COST] = measure.before(node, weight_left + weight_right, parameter)
        facts[PARAMETER] = -np.inf if measure.is_guarded else parameter
        cost = -value_of_weights(left, right, weight_left, weight_right, measure, parameter, facts)
    return cost


@kernel
def score_splits(left, right, formulas, node, facts, costs, gains):
    """Write the cost of splits, of which no side is empty, and what they take off the impurity."""
    parameter, impurity, last_weight = formulas.parameter, 0.0, np.nan
    for i in range(len(left)):
        weight_left, weight_right, is_same = 0.0, 0.0, True
        for k in range(len(node)):
            is_same = is_same and node[k] == left[i, k] + right[i, k]
            node[k] = left[i, k] + right[i, k]
            weight_left += left[i, k]
            weight_right += right[i, k]
        if weight_left <= 0.0 or weight_right <= 0.0:
            last_weight = np.nan
            continue
        weight = weight_left + weight_right
        costs[i] = _cost_of(
            left[i], right[i], node, weight_left, weight_right, formulas.score, formulas.measure,
            parameter, facts,
        )  # fmt: skip
        if not is_same or weight != last_weight:  # rows of one node stand together
            impurity, last_weight = formulas.impurity(node, weight, parameter), weight
        gain = impurity
        gain -= weight_right / weight * formulas.impurity(right[i], weight_right, parameter)
        gain -= weight_left / weight * formulas.impurity(left[i], weight_left, parameter)
        gains[i] = 0.0 if -ROUNDING * impurity < gain < 0.0 else gain
