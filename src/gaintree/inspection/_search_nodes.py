"""The kernels of the search: a node's columns one by one, then its samples to their sides."""

import numpy as np

from gaintree._jit import kernel, subkernel
from gaintree.encode import first_missing, rank_of, sample_of, value_at
from gaintree.grow.measure import NODE_COST, PARAMETER, value_of_weights
from gaintree.grow.partition import partition_row
from gaintree.grow.ranking import search_columns
from gaintree.grow.scan import scan_counts, scan_weights
from gaintree.grow.scratch import WEIGHTS
from gaintree.grow.sets import is_in_set
from gaintree.grow.split import NOWHERE, midpoint, start_search, tie_with
from gaintree.grow.tally import add_sample, weigh
from gaintree.tree import LEAF, ROUNDING

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
def _begin_node(node, labels, scorer, s, q):
    """Tell a criterion that scores cuts by value what it needs to know of the node."""
    if q is not None:
        weights, measure = s.weights[WEIGHTS], scorer.measure
        weight = weigh(node, labels, weights)
        s.facts[NODE_COST] = measure.before(weights, weight, scorer.parameter)
        s.facts[PARAMETER] = scorer.parameter
        if measure.is_guarded:
            s.facts[PARAMETER] = np.nan if measure.guard_binds else -np.inf


@subkernel
def _rank_columns(
    at, start, end, node, right, g, table, labels, scorer, rules, best, found, s, c, q
):
    """Give columns the cost that they have beside each other, where the criterion has it so.

    A criterion that only tells from which gain on a column counts has these searched again; the
    others keep their cut, and come last. Where they just could not win, all were searched by value.
    """
    if q is not None:
        measure, n, weights = scorer.measure, 0, s.weights[WEIGHTS]
        if not measure.is_ranked or not measure.guard_binds:
            return
        for feature in range(len(g.words)):
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
            return
        least = measure.rank(
            q.left[:n], q.right[:n], q.log2_cuts[:n], q.draws[:n], q.values[:n], scorer.parameter
        )
        if measure.is_guarded:
            s.facts[PARAMETER] = least
        for i in range(n):
            feature = q.places[i]
            if not measure.is_guarded:
                found.cost[at, feature] = -q.values[i]
            elif q.values[i] == -np.inf:
                found.cost[at, feature] = LAST
            else:
                row = g.words[feature]
                stop = first_missing(row, start, end, g.n_values[feature])
                _search_column(
                    feature, start, end, node, g, table, labels, None, scorer, rules, best, s, c, q
                )
                if best.feature != NOWHERE:
                    _write_cut(
                        at, best, node, right, row, start, stop, end, table, labels, found, c
                    )


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
    for i in range(start, end):
        add_sample(tally, sample_of(row[i]), labels)


@subkernel
def _count_values(row, start, stop):
    n_values = 0 if start == stop else 1
    for i in range(start + 1, stop):
        n_values += rank_of(row[np.uint64(i)]) != rank_of(row[np.uint64(i - 1)])
    return n_values


@subkernel
def _mark(node, row, start, end, table, nodes, marks):
    """Mark the samples that the tree sends left; return how many they are."""
    feature, threshold, of_set = (
        nodes.feature[node],
        nodes.threshold[node],
        nodes.category_set[node],
    )
    missing_left, n_left = nodes.missing_go_to_left[node] != 0, 0
    for i in range(start, end):
        sample = sample_of(row[i])
        value = value_at(table, sample, feature)
        if np.isnan(value):
            is_left = missing_left
        elif of_set >= 0:
            is_left = is_in_set(nodes.left_categories[of_set], np.int64(value))
        else:
            is_left = value <= threshold
        marks[sample] = 1 if is_left else 0
        n_left += marks[sample]
    return n_left


@subkernel
def _is_chosen(at, row, start, end, feature, table, found, marks):
    """Whether the best cut of a column sends left what is marked."""
    place, threshold = found.place[feature], found.threshold[at, feature]
    missing_left = found.missing_left[at, feature] != 0
    for i in range(start, end):
        sample = sample_of(row[i])
        value = value_at(table, sample, feature)
        if np.isnan(value):
            is_left = missing_left
        elif place >= 0:
            is_left = is_in_set(found.left_sets[at, place], np.int64(value))
        else:
            is_left = value <= threshold
        if is_left != (marks[sample] != 0):
            return False
    return True


@subkernel
def _keep(row, start, end, marks, mark):
    """Bring the samples of one side to the front of ``row[start:end]``; the others are lost."""
    at = start
    for i in range(start, end):
        word = row[np.uint64(i)]
        row[np.uint64(at)] = word
        at += marks[sample_of(word)] == mark


@subkernel
def _part(node, start, end, n_left, first, last, words, nodes, ranges, marks, swap):
    """Part the samples of a node; of a child that is not searched none are kept."""
    left, right = nodes.children_left[node], nodes.children_right[node]
    keeps_left, keeps_right = nodes.row[left] >= 0, nodes.row[right] >= 0
    ranges[left, 0], ranges[left, 1] = start, start + n_left
    ranges[right, 0], ranges[right, 1] = start + n_left, end
    if keeps_right and not keeps_left:
        ranges[right, 0], ranges[right, 1] = start, end - n_left
    for feature in range(first, last):
        if keeps_left and keeps_right:
            partition_row(words[feature], start, end, marks, swap)
        elif keeps_left or keeps_right:
            _keep(words[feature], start, end, marks, np.uint16(keeps_left))


@kernel
def search_nodes(
    first, last, nodes, g, table, labels, tables, scorer, rules, found, ranges, tally, right, marks,
    swap, s, c, q,
):  # fmt: skip
    """Search columns `first` to `last` of each node, whose samples are ``words[:, start:end]``."""
    best, row_of, children_left = s.best[0], nodes.row, nodes.children_left
    words, n_values = g.words, g.n_values
    for node in range(len(row_of)):
        at, start, end = row_of[node], ranges[node, 0], ranges[node, 1]
        if at < 0 or start == end:
            continue
        for j in range(len(tally)):
            tally[j] = 0
        _add_samples(tally, words[first], start, end, labels)
        is_split, n_left = children_left[node] != LEAF, 0
        if is_split:
            n_left = _mark(node, words[first], start, end, table, nodes, marks)
        if first == 0:
            for j in range(len(tally)):
                found.node[at, j] = tally[j]
            for i in range(start, end):
                sample = sample_of(words[0, i])
                if is_split and marks[sample] != 0:
                    add_sample(found.chosen[at], sample, labels)
        _begin_node(tally, labels, scorer, s, q)
        for feature in range(first, last):
            row = words[feature]
            stop = first_missing(row, start, end, n_values[feature])
            found.n_missing[at, feature] = end - stop
            found.n_values[at, feature] = _count_values(row, start, stop)
            _search_column(
                feature, start, end, tally, g, table, labels, tables, scorer, rules[0], best, s, c,
                q,
            )  # fmt: skip
            if best.feature != NOWHERE:
                _write_cut(at, best, tally, right, row, start, stop, end, table, labels, found, c)
        _rank_columns(
            at, start, end, tally, right, g, table, labels, scorer, rules[0], best, found, s, c, q
        )
        feature = nodes.feature[node]
        if is_split and first <= feature < last and found.cost[at, feature] < np.inf:
            found.is_chosen[at, feature] = _is_chosen(
                at, words[feature], start, end, feature, table, found, marks
            )
        if is_split:
            _part(node, start, end, n_left, first, last, words, nodes, ranges, marks, swap)


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
    parameter = formulas.parameter
    for i in range(len(left)):
        weight_left, weight_right = 0.0, 0.0
        for k in range(len(node)):
            node[k] = left[i, k] + right[i, k]
            weight_left += left[i, k]
            weight_right += right[i, k]
        if weight_left <= 0.0 or weight_right <= 0.0:
            continue
        weight = weight_left + weight_right
        costs[i] = _cost_of(
            left[i], right[i], node, weight_left, weight_right, formulas.score, formulas.measure,
            parameter, facts,
        )  # fmt: skip
        impurity = formulas.impurity(node, weight, parameter)
        gain = impurity
        gain -= weight_right / weight * formulas.impurity(right[i], weight_right, parameter)
        gain -= weight_left / weight * formulas.impurity(left[i], weight_left, parameter)
        gains[i] = 0.0 if -ROUNDING * impurity < gain < 0.0 else gain
