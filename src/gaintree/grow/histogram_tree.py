"""Grow a tree by histograms: the exact tree, at the cost of looking at few values.

    split a node  ->  part its samples  ->  count the smaller child, subtract for the larger one
                  ->  search both histograms (search.py)  ->  both wait in the frontier

Nodes of few samples are handed over to exhaustive search, which grows all that is under them.
"""

import numpy as np

from gaintree._jit import kernel, prefetch, subkernel
from gaintree.encode import value_at
from gaintree.grow.draw import draw_all
from gaintree.grow.exhaustive import grow_sorted
from gaintree.grow.frontier import pop, push
from gaintree.grow.fine import threshold_at_fine_edge
from gaintree.grow.histogram import (
    AHEAD,
    SAMPLE_MASK,
    count_columns,
    count_samples,
    subtract,
)
from gaintree.grow.nodes import coarse_gain, may_split, write_children
from gaintree.grow.search import count_missing, search_columns, threshold_at_edge
from gaintree.grow.small import sort_columns
from gaintree.grow.scratch import SIDE
from gaintree.grow.split import NO_FINE, NOWHERE, start_search, tie_with
from gaintree.grow.tables import table_for
from gaintree.grow.tally import add_sample

N_RESERVED = 2  # histograms for a node that finds none free
SEARCHED = -2  # in place of a histogram: what is under the node is known already


@subkernel
def part_samples(record, samples, codes, table, buffer, side):
    """Bring the samples of a node that go left to the front; keep their order."""
    feature, start, end = record.feature, record.start, record.end
    for code in range(256):
        side[code] = 1 if code <= record.code else 0
    if record.n_missing > 0:
        side[codes.n_values[feature]] = 1 if record.missing_left else 0
    if record.is_inside:
        side[record.code] = 2
    bins, origin, stride = codes.codes, codes.origin[feature], codes.stride[feature]
    n_left, n_right = np.uint64(start), np.uint64(start)
    for i in range(start, end):
        if i + AHEAD < end:
            prefetch(bins, origin + (samples[np.uint64(i + AHEAD)] & SAMPLE_MASK) * stride)
        word = samples[np.uint64(i)]
        sample = word & SAMPLE_MASK
        goes_left = np.uint64(side[np.uint64(bins[origin + sample * stride])])
        if goes_left == 2:
            goes_left = np.uint64(value_at(table, sample, feature) <= record.threshold)
        samples[n_left] = word
        buffer[n_right] = word
        n_left += goes_left
        n_right += np.uint64(1) - goes_left
    for i in range(np.uint64(start), n_right):
        samples[n_left] = buffer[i]
        n_left += np.uint64(1)


@subkernel
def _find_split(
    hist, is_counted, start, end, node, key, g, codes, table, labels, tables, formulas, rules, best,
    s,
):  # fmt: skip
    """Fill `best` with the best admissible split of a node; draw columns if not all are searched."""
    n_features, samples = len(s.features), g.samples
    by_table, phi, factor = False, s.no_phi, s.no_factor
    if tables is not None:
        by_table = True
        phi, factor = table_for(end - start, tables)
    start_search(best, -np.inf)
    n_drawn = n_features
    if is_counted:
        search_columns(
            hist, np.int64(0), n_features, samples, start, end, node, by_table, phi, factor, codes,
            table, labels, formulas, rules, best, s,
        )  # fmt: skip
    else:
        draw_all(s.features, key)
        n_drawn = 0
        while n_drawn < n_features and (n_drawn < rules.max_features or best.feature == NOWHERE):
            first, n_drawn = n_drawn, max(n_drawn + 1, rules.max_features)
            for i in range(first, n_drawn):
                feature = s.features[i]
                count_columns(hist, samples, start, end, feature, feature + 1, codes, labels)
            search_columns(
                hist, first, n_drawn, samples, start, end, node, by_table, phi, factor, codes,
                table, labels, formulas, rules, best, s,
            )  # fmt: skip
    if best.near_tie:
        start_search(best, tie_with(best.cost))
        search_columns(
            hist, np.int64(0), n_drawn, samples, start, end, node, by_table, phi, factor, codes,
            table, labels, formulas, rules, best, s,
        )  # fmt: skip
    if best.feature == NOWHERE:
        return
    if not best.is_inside:
        best.threshold = threshold_at_edge(
            hist, best, samples, start, end, codes, table, len(node), len(labels.class_weight)
        )
    elif best.fine != NO_FINE:
        best.threshold = threshold_at_fine_edge(samples, start, end, codes, table, best)


@subkernel
def _tally_left(tally, hist, record, samples, codes, table, labels):
    """Tally of what goes left of a split."""
    length, feature, code = len(tally), record.feature, record.code
    first, missing = codes.first[feature], codes.first[feature] + codes.n_values[feature]
    for j in range(length):
        tally[j] = 0
    last = code if record.is_inside else code + 1
    for at in range(first * length, (first + last) * length, length):
        for j in range(length):
            tally[j] += hist[at + j]
    if record.n_missing > 0 and record.missing_left:
        for j in range(length):
            tally[j] += hist[missing * length + j]
    if not record.is_inside:
        return
    bins, origin, stride = codes.codes, codes.origin[feature], codes.stride[feature]
    for i in range(record.start, record.end):
        sample = samples[np.uint64(i)] & SAMPLE_MASK
        if bins[origin + sample * stride] == code and (
            value_at(table, sample, feature) <= record.threshold
        ):
            add_sample(tally, np.int64(sample), labels)


@subkernel
def _try_split(
    i, hist, is_counted, state, g, codes, table, labels, tables, formulas, rules, best, s
):
    """Search node `i`; write its split and children if there is one worth it."""
    nodes, tallies = g.nodes, g.tallies
    record, at = nodes[i], state.n_nodes
    _find_split(
        hist, is_counted, record.start, record.end, tallies[i], record.key, g, codes, table,
        labels, tables, formulas, rules, best, s,
    )  # fmt: skip
    state.work += 2 * (record.end - record.start) * len(s.features)
    if best.feature == NOWHERE:
        return False
    n_classes, length = len(labels.class_weight), tallies.shape[1]
    record.feature, record.threshold = best.feature, best.threshold
    record.code, record.is_inside = best.code, best.is_inside
    record.missing_left = best.missing_left
    record.n_missing = count_missing(hist, best.feature, codes, length, n_classes)
    record.n_left = best.n_before + (record.n_missing if best.missing_left else 0)
    _tally_left(tallies[at], hist, record, g.samples, codes, table, labels)
    if not write_children(
        nodes, tallies, i, at, state.total_weight, labels, formulas, rules, s.weights[0]
    ):
        return False
    state.n_nodes += 2
    return True


@subkernel
def _enter(i, state, best_first, g):
    """Put a node that has a split into the frontier.

    Depth first, the latest to be searched is the first. That is the smaller child of the two, so
    few histograms are kept at a time.
    """
    record = g.nodes[i]
    priority = -coarse_gain(record.gain) if best_first else -float(record.left)
    push(g.heap, state.n_entries, priority, record.start, i)
    state.n_entries += 1


@subkernel
def _grow_small(
    i, state, best_first, g, codes, table, labels, tables, formulas, scorer, rules, best, s
):
    """Grow all that is under a node of few samples."""
    record, nodes, inner = g.nodes[i], g.nodes, g.states[1]
    sort_columns(g.words, g.n_values, g.samples, record.start, record.end, codes, table, s)
    inner.n_nodes, inner.n_entries, inner.work = state.n_nodes, 0, 0
    inner.n_leaves, inner.budget = 0, 2**62
    grow_sorted(
        i, record.start, state.n_entries, inner, False, g, table, labels, tables, formulas, scorer,
        None, rules, best, s,
    )  # fmt: skip
    if best_first:  # which of the splits are made is still open
        record.is_split, record.slot = False, SEARCHED
        for j in range(state.n_nodes, inner.n_nodes):
            nodes[j].is_split, nodes[j].slot = False, SEARCHED
    state.n_nodes = inner.n_nodes
    state.work += inner.work


@subkernel
def _take_slot(slots, state, reserve):
    """The number of a free histogram, or `reserve` if none is left."""
    if state.n_slots == 0:
        return reserve
    state.n_slots -= 1
    return slots[state.n_slots]


@subkernel
def _free_slot(slots, state, slot):
    if slot >= N_RESERVED:
        slots[state.n_slots] = slot
        state.n_slots += 1


@subkernel
def _grow_child(
    i, slot, n_small, state, best_first, g, codes, table, labels, tables, formulas, scorer, rules,
    best, s,
):  # fmt: skip
    """Search node `i`, whose histogram is in `slot` if it needs one, or grow all that is under it."""
    record = g.nodes[i]
    record.slot = NOWHERE
    is_small = record.end - record.start <= n_small
    if is_small and may_split(record, rules):
        _grow_small(
            i, state, best_first, g, codes, table, labels, tables, formulas, scorer, rules, best, s
        )
        if best_first and record.left > 0:
            _enter(i, state, best_first, g)
    elif may_split(record, rules) and record.end - record.start <= state.hand_over:
        g.pending[state.n_pending] = i
        state.n_pending += 1
    elif may_split(record, rules) and _try_split(
        i, g.hists[max(slot, 0)], slot >= 0, state, g, codes, table, labels, tables, formulas,
        rules, best, s,
    ):  # fmt: skip
        if slot >= N_RESERVED:
            record.slot = slot
        _enter(i, state, best_first, g)
        return
    _free_slot(g.slots, state, slot)


@subkernel
def _count_children(parent, smaller, larger, n_small, state, g, codes, labels, rules):
    """Histograms of those children that need one; their slots, or NOWHERE."""
    nodes, hists, slots = g.nodes, g.hists, g.slots
    slot, small, large = nodes[parent].slot, nodes[smaller], nodes[larger]
    least = max(n_small, state.hand_over)
    small_needs = may_split(small, rules) and small.end - small.start > least
    large_needs = may_split(large, rules) and large.end - large.start > least
    small_slot, large_slot = NOWHERE, NOWHERE
    if small_needs or (large_needs and slot >= 0):
        small_slot = _take_slot(slots, state, np.int64(0))
        count_samples(hists[small_slot], g.samples, small.start, small.end, codes, labels)
    if large_needs and slot >= 0:
        subtract(hists[slot], hists[small_slot])
        large_slot = slot
    elif large_needs:
        large_slot = _take_slot(slots, state, np.int64(1))
        count_samples(hists[large_slot], g.samples, large.start, large.end, codes, labels)
    elif slot >= 0:
        _free_slot(slots, state, slot)
    return small_slot, large_slot


@kernel
def grow_histogram(root, n_small, g, codes, table, labels, tables, formulas, scorer, rules, s):
    """Grow a slice of a tree: from node `root` or, if that is -1, from where the last one ended."""
    state, best, rules, nodes = g.states[0], s.best[0], rules[0], g.nodes
    best_first = rules.max_leaf_nodes > 0
    draws = rules.max_features < len(s.features)
    if root >= 0:
        slot, record = NOWHERE, nodes[root]
        if not draws and may_split(record, rules) and record.end - record.start > n_small:
            slot = _take_slot(g.slots, state, np.int64(0))
            count_samples(g.hists[slot], g.samples, record.start, record.end, codes, labels)
        _grow_child(
            root, slot, n_small, state, best_first, g, codes, table, labels, tables, formulas,
            scorer, rules, best, s,
        )  # fmt: skip
    while state.n_entries > 0 and state.work < state.budget:
        record = nodes[g.heap[0].node]
        if state.n_nodes + min(2 * (record.end - record.start), 4 * n_small) + 4 > len(nodes):
            return  # for more room
        parent = pop(g.heap, state.n_entries)
        state.n_entries -= 1
        record.is_split = True
        state.n_leaves += 1
        if state.n_leaves == rules.max_leaf_nodes:
            state.n_entries = 0
            return
        if record.slot == SEARCHED:
            for i in (record.left, record.left + 1):
                if nodes[i].left > 0:
                    _enter(i, state, best_first, g)
            continue
        smaller, larger = record.left, record.left + 1
        if nodes[smaller].end - nodes[smaller].start > nodes[larger].end - nodes[larger].start:
            smaller, larger = larger, smaller
        if not (may_split(nodes[smaller], rules) or may_split(nodes[larger], rules)):
            _free_slot(g.slots, state, record.slot)
            continue
        part_samples(record, g.samples, codes, table, g.buffer, s.flags[SIDE])
        small_slot, large_slot = NOWHERE, NOWHERE
        if not draws:
            small_slot, large_slot = _count_children(
                parent, smaller, larger, n_small, state, g, codes, labels, rules
            )
        for i, slot in ((larger, large_slot), (smaller, small_slot)):
            _grow_child(
                i, slot, n_small, state, best_first, g, codes, table, labels, tables, formulas,
                scorer, rules, best, s,
            )  # fmt: skip
