"""Exhaustive search: the columns of a node are sorted, and every cut of them is scored.

Any criterion can be searched so. Nodes of few samples are, whatever the rest of the tree is grown
by, and the whole tree is where the criterion or the splitter asks for it. It is also the measure of
every faster search: same data, same tree.

With ``max_features`` the columns are drawn without replacement, and drawing goes on until one of
them has an admissible cut.
"""

import numpy as np

from gaintree._jit import kernel, subkernel
from gaintree.encode import first_missing, sample_of, value_at
from gaintree.grow.bits import level_for, take_words
from gaintree.grow.bits_tree import grow_bits
from gaintree.grow.constraints import enter_node, order_features
from gaintree.grow.frontier import pop, push
from gaintree.grow.nodes import SPARE, coarse_gain, may_split, write_children
from gaintree.grow.partition import partition_words
from gaintree.grow.random_cut import offer_random_cuts
from gaintree.grow.ranking import find_by_value
from gaintree.grow.scan import scan_counts, scan_weights
from gaintree.grow.sets import is_in_set, write_set
from gaintree.grow.split import NOWHERE, midpoint, start_search, tie_with
from gaintree.grow.tally import add_sample


@subkernel
def _find_split(
    g, start, end, node, key, table, labels, tables, formulas, scorer, random, rules, best, s, c, m,
    q,
):  # fmt: skip
    """Fill `best` with the best admissible split of the node ``words[:, start:end]``."""
    words, n_values = g.words, g.n_values
    n_features = order_features(s.features, rules.max_features < len(words), key, m)
    if q is not None:
        find_by_value(
            g, start, end, n_features, node, key, table, labels, formulas, rules, best, s, c, m, q
        )
        return
    limit = -np.inf
    while True:
        start_search(best, limit)
        if random is not None:
            offer_random_cuts(
                words, n_values, start, end, 0, n_features, node, key, table, labels, scorer,
                rules, best, s, m,
            )  # fmt: skip
            return
        if tables is not None:
            scan_counts(
                words, n_values, start, end, n_features, node, table, labels, tables, rules, best,
                s, c, m,
            )  # fmt: skip
        if scorer is not None:
            scan_weights(
                words, n_values, start, end, 0, n_features, node, table, labels, scorer, rules,
                best, s, c, m,
            )  # fmt: skip
        if not best.near_tie or limit > -np.inf:
            return
        limit = tie_with(best.cost)


@subkernel
def _write_split(record, best, row, start, stop, end, table, labels, tally, state, g, c):
    """Note the split of the node in ``row[start:end]``, and the tally of what goes left."""
    record.feature, record.missing_left = best.feature, best.missing_left
    record.n_missing = end - stop
    record.n_left = best.n_before + (record.n_missing if best.missing_left else 0)
    for j in range(len(tally)):
        tally[j] = 0
    if c is not None and c.n_categories[best.feature] > 0:
        write_set(record, state, best, g.sets, c)
        for i in range(start, end):
            sample = sample_of(row[i])
            if i < stop:
                goes_left = is_in_set(
                    g.sets[record.set], np.int64(value_at(table, sample, best.feature))
                )
            else:
                goes_left = best.missing_left
            if goes_left:
                add_sample(tally, sample, labels)
        return
    position = start + best.n_before
    if best.is_inside:
        record.threshold = best.threshold  # it was drawn
    elif position == stop:
        record.threshold = np.inf  # it parts the values from the missing values
    else:
        record.threshold = midpoint(
            value_at(table, sample_of(row[position - 1]), best.feature),
            value_at(table, sample_of(row[position]), best.feature),
        )
    for i in range(start, position):
        add_sample(tally, sample_of(row[i]), labels)
    if best.missing_left:
        for i in range(stop, end):
            add_sample(tally, sample_of(row[i]), labels)


@subkernel
def grow_sorted(
    root, base, heap_at, state, best_first, g, table, labels, tables, formulas, scorer, random,
    rules, best, s, b, c, m, q,
):  # fmt: skip
    """Grow the tree under the node `root` until it is done, or the work or the room is used up.

    The samples of the node stand in ``words[:, record.start - base:record.end - base]``. If `root`
    is -1, growing goes on with the frontier. Depth first is best first with the youngest node as
    the best.
    """
    nodes, tallies, words, heap = g.nodes, g.tallies, g.words, g.heap[heap_at:]
    total = g.states[0].total_weight
    first, last = max(root, 0), root + 1  # the records to search next
    while True:
        for i in range(first, last):
            record = nodes[i]
            if not may_split(record, rules):
                continue
            start, end = record.start - base, record.end - base
            if tables is not None and random is None:
                level = -1 if best_first else level_for(end - start, b)
                if level >= 0:
                    take_words(words, g.n_values, start, end, level, g.marks, labels, s, b)
                    grow_bits(
                        i, level, state, g, table, labels, tables, formulas, rules, best, s, b, c,
                        m,
                    )  # fmt: skip
                    continue
            enter_node(i, g, m)
            _find_split(
                g, start, end, tallies[i], record.key, table, labels, tables, formulas, scorer,
                random, rules, best, s, c, m, q,
            )  # fmt: skip
            state.work += (end - start) * len(words)
            if best.feature == NOWHERE:
                continue
            row, left = words[best.feature], state.n_nodes
            stop = first_missing(row, start, end, g.n_values[best.feature])
            _write_split(
                record, best, row, start, stop, end, table, labels, tallies[left], g.states[0], g, c
            )
            if write_children(i, left, total, g, labels, formulas, rules, s.weights[0], m):
                state.n_nodes += 2
                priority = -coarse_gain(record.gain) if best_first else -float(i)
                push(heap, state.n_entries, priority, record.start, i)
                state.n_entries += 1

        if state.n_entries == 0 or state.work >= state.budget or state.n_nodes + SPARE > len(nodes):
            return
        record = nodes[pop(heap, state.n_entries)]
        state.n_entries -= 1
        record.is_split = True
        state.n_leaves += 1
        if best_first and state.n_leaves == rules.max_leaf_nodes:
            state.n_entries = 0
            return
        first, last = record.left, record.left + 2
        if may_split(nodes[first], rules) or may_split(nodes[first + 1], rules):
            start, end = record.start - base, record.end - base
            partition_words(words, start, end, record, table, g.sets, g.marks, g.swap)


@kernel
def grow_exhaustive(root, g, table, labels, tables, formulas, scorer, random, rules, s, b, c, m, q):
    """Grow a slice of a tree: from node `root` or, if that is -1, from where the last one ended."""
    grow_sorted(
        root, np.int64(0), np.int64(0), g.states[0], rules[0].max_leaf_nodes > 0, g, table, labels,
        tables, formulas, scorer, random, rules[0], s.best[0], s, b, c, m, q,
    )  # fmt: skip
