"""Grow a tree by histograms: the exact tree, at the cost of looking at few values.

    split a node  ->  part its samples  ->  count the smaller child, subtract for the larger one
                  ->  search both histograms (search.py)  ->  both wait in the frontier

Nodes of few samples become sets of bits (bits.py) or, with weights, sorted columns (small.py), and
all that is under them is grown so.
"""

import numpy as np

from gaintree._jit import kernel, subkernel
from gaintree.grow.bits import level_for
from gaintree.grow.bits_codes import take_samples
from gaintree.grow.bits_tree import grow_bits
from gaintree.grow.categories import category_of
from gaintree.grow.constraints import enter_node
from gaintree.grow.exhaustive import grow_sorted
from gaintree.grow.frontier import pop, push
from gaintree.grow.histogram import (
    count_samples,
    subtract,
)
from gaintree.grow.nodes import SPARE, coarse_gain, may_split, write_children
from gaintree.grow.part_samples import part_samples
from gaintree.grow.search import count_missing, find_split
from gaintree.grow.sets import is_in_set, write_set
from gaintree.grow.small import sort_columns
from gaintree.grow.split import NO_FINE, NOWHERE

N_RESERVED = 2  # histograms for a node that finds none free
SEARCHED = -2  # in place of a histogram: what is under the node is known already


@subkernel
def _fill_sides(record, codes, sets, side):
    """Note where a split sends each bin: 1 for left, 2 for where the value decides."""
    feature = record.feature
    for code in range(codes.n_values[feature]):
        if record.set >= 0:
            goes_left = is_in_set(sets[record.set], category_of(code, feature, codes))
        else:
            goes_left = code <= record.code
        side[code] = 1 if goes_left else 0
    side[codes.n_values[feature]] = 1 if record.missing_left else 0
    if record.is_inside:
        side[record.code] = 2


@subkernel
def _tally_left(tally, hist, record, codes, side):
    """Tally of the bins that go left of a split."""
    length = len(tally)
    for j in range(length):
        tally[j] = 0
    at = codes.first[record.feature] * length
    for code in range(codes.first[record.feature + 1] - codes.first[record.feature]):
        if side[code] == 1:
            for j in range(length):
                tally[j] += hist[at + j]
        at += length


@subkernel
def _write_split(record, best, hist, codes, length, n_classes, state, g, side, c):
    record.feature, record.threshold = best.feature, best.threshold
    record.code, record.is_inside = best.code, best.is_inside
    record.missing_left = best.missing_left
    record.n_missing = count_missing(hist, best.feature, codes, length, n_classes)
    record.n_left = best.n_before + (record.n_missing if best.missing_left else 0)
    if c is not None and c.n_categories[best.feature] > 0:
        write_set(record, state, best, g.sets, c)
    _fill_sides(record, codes, g.sets, side)


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
    i, state, best_first, g, codes, table, labels, tables, formulas, scorer, sorts, rules, best,
    s, b, c, m,
):  # fmt: skip
    """Grow all that is under a node of few samples."""
    record, nodes, inner = g.nodes[i], g.nodes, g.states[1]
    inner.n_nodes, inner.n_entries, inner.work = state.n_nodes, 0, 0
    inner.n_leaves, inner.budget = 0, 2**62
    start, end = record.start, record.end
    level = level_for(end - start, b) if tables is not None else -1
    if level >= 0:
        take_samples(g.samples, start, end, level, codes, table, labels, s, b)
        grow_bits(i, level, inner, g, table, labels, tables, formulas, rules, best, s, b, c, m)
    elif sorts is not None:
        sort_columns(g.words, g.n_values, g.samples, start, end, codes, table, s)
        grow_sorted(
            i, start, state.n_entries, inner, False, g, table, labels, tables, formulas, scorer,
            None, rules, best, s, b, c, m, None,
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
def _count_children(parent, smaller, larger, n_small, state, g, codes, labels, rules):
    """Histograms of those children that need one; their slots, or NOWHERE."""
    nodes, hists, slots = g.nodes, g.hists, g.slots
    slot, small, large = nodes[parent].slot, nodes[smaller], nodes[larger]
    small_needs = may_split(small, rules) and small.end - small.start > n_small
    large_needs = may_split(large, rules) and large.end - large.start > n_small
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
def grow_histogram(
    root, n_small, g, codes, table, labels, tables, formulas, scorer, sorts, rules, s, b, c, m
):
    """Grow a slice of a tree: from node `root` or, if that is -1, from where the last one ended.

    `sorts` is None where all nodes of few samples become bits: the other way is not compiled then.
    """
    state, best, rules, nodes, tallies = g.states[0], s.best[0], rules[0], g.nodes, g.tallies
    best_first, draws = rules.max_leaf_nodes > 0, rules.max_features < len(s.features)
    length, n_classes, hists = tallies.shape[1], len(labels.class_weight), g.hists
    # The nodes to search next, the larger first, and where their histograms are.
    first, second, n_next = root, root, 1 if root >= 0 else 0
    slot, second_slot = NOWHERE, NOWHERE
    if root >= 0:
        slot, start, end = nodes[root].slot, nodes[root].start, nodes[root].end
        if slot == NOWHERE and not draws and end - start > n_small:
            slot = _take_slot(g.slots, state, np.int64(0))
            count_samples(hists[slot], g.samples, start, end, codes, labels)
    while True:
        for turn in range(n_next):
            i, first, own, slot = first, second, slot, second_slot
            record = nodes[i]
            n_samples = record.end - record.start
            record.slot = NOWHERE
            if not may_split(record, rules):
                pass
            elif n_samples <= n_small:
                _grow_small(
                    i, state, best_first, g, codes, table, labels, tables, formulas, scorer, sorts,
                    rules, best, s, b, c, m,
                )  # fmt: skip
                if best_first and record.left > 0:
                    _enter(i, state, best_first, g)
            elif turn > 0 and n_samples > state.hand_over > 0:
                # The smaller child is left to others, with its histogram, and the slice ends.
                state.pending, state.work = i, state.budget
                record.slot, own = own, NOWHERE
            else:
                hist, at = hists[max(own, 0)], state.n_nodes
                enter_node(i, g, m)
                find_split(
                    hist, own >= 0, record.start, record.end, tallies[i], record.key, g, codes,
                    table, labels, tables, scorer, rules, best, s, c, m,
                )  # fmt: skip
                state.work += 2 * n_samples * len(s.features)
                if best.feature != NOWHERE:
                    _write_split(record, best, hist, codes, length, n_classes, state, g, s.sides, c)
                    _tally_left(tallies[at], hist, record, codes, s.sides)
                    if record.is_inside:  # samples have to be looked at, so they are parted, too
                        part_samples(
                            record, best.fine, g.samples, codes, table, labels, s.parted,
                            s.sides, tallies[at],
                        )  # fmt: skip
                    if write_children(
                        i, at, state.total_weight, g, labels, formulas, rules, s.weights[0], m
                    ):
                        state.n_nodes += 2
                        if own >= N_RESERVED:
                            record.slot, own = own, NOWHERE
                        _enter(i, state, best_first, g)
            _free_slot(g.slots, state, own)

        if state.n_entries == 0 or state.work >= state.budget:
            return
        record = nodes[g.heap[0].node]
        if state.n_nodes + min(2 * (record.end - record.start), 4 * n_small) + SPARE > len(nodes):
            return  # for more room
        parent = pop(g.heap, state.n_entries)
        state.n_entries -= 1
        state.n_leaves += 1
        record.is_split, n_next = True, 0
        if state.n_leaves == rules.max_leaf_nodes:
            state.n_entries = 0
            return
        if record.slot == SEARCHED:
            for i in (record.left, record.left + 1):
                if nodes[i].left > 0:
                    _enter(i, state, best_first, g)
            continue
        first, second = record.left + 1, record.left
        if nodes[second].end - nodes[second].start > nodes[first].end - nodes[first].start:
            first, second = second, first
        if not (may_split(nodes[first], rules) or may_split(nodes[second], rules)):
            _free_slot(g.slots, state, record.slot)
            continue
        if not record.is_inside:
            _fill_sides(record, codes, g.sets, s.sides)
            part_samples(
                record, np.int64(NO_FINE), g.samples, codes, table, labels, s.parted,
                s.sides, tallies[record.left],
            )  # fmt: skip
        n_next, slot, second_slot = 2, NOWHERE, NOWHERE
        if not draws:
            second_slot, slot = _count_children(
                parent, second, first, n_small, state, g, codes, labels, rules
            )
