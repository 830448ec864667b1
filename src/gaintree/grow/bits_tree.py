"""Grow all that is under a node of few samples, as sets of bits."""

import numpy as np

from gaintree._jit import first_one, subkernel
from gaintree.grow.bits import below, count_below, level_for, members_at, pack, places_at
from gaintree.grow.bits_search import find_cut, threshold_of
from gaintree.grow.categories import name_categories
from gaintree.grow.constraints import enter_node
from gaintree.grow.nodes import may_split, write_children
from gaintree.grow.sets import write_set
from gaintree.grow.split import NOWHERE


@subkernel
def _mark_left(level, best, is_set, n_features, b, c):
    """Mark the places that go left of a split."""
    column, is_left = level * n_features + best.feature, b.is_left
    n_words, n_places = b.sizes[level] // 64, b.n_places[column]
    for word in range(n_words):
        is_left[word] = np.uint64(0) if is_set else below(best.code, word)
    if c is not None and is_set:
        behind, at = b.behind, places_at(level, best.feature, n_features, b)
        for j in range(best.code):
            if c.best_sides[j] == 1:
                place = c.best_codes[j]
                stop = np.int64(behind[at + place]) if b.is_tied[column] else place + 1
                for word in range(place >> 6, (stop + 63) >> 6):
                    is_left[word] |= below(stop, word) & ~below(place, word)
    if best.missing_left:
        for word in range(n_words):
            is_left[word] |= ~below(n_places, word)


@subkernel
def _choose(level, slot, n_features, of_left, best, tally, b):
    """List the samples of one side of a split, and tally them; return their number."""
    for k in range(len(tally)):
        tally[k] = 0
    at = places_at(level, best.feature, n_features, b)
    node, n_chosen = members_at(level, slot, best.feature, n_features, b), 0
    for word in range(b.sizes[level] // 64):
        is_left = b.is_left[word]
        bits = b.members[node + word] & (is_left if of_left else ~is_left)
        while bits != 0:
            number = np.int64(b.number[at + 64 * word + first_one(bits)])
            bits &= bits - np.uint64(1)
            b.chosen[n_chosen] = number
            tally[b.classes[b.base[level] + number]] += 1
            n_chosen += 1
    return n_chosen


@subkernel
def _part(level, slot, n_chosen, n_features, b):
    """Move the chosen members of a node to the next slot; the others stay."""
    n_words, members, places, chosen = b.sizes[level] // 64, b.members, b.place, b.chosen
    source = np.uint64(members_at(level, slot, 0, n_features, b))
    target = np.uint64(members_at(level, slot + 1, 0, n_features, b))
    for j in range(n_features * n_words):
        members[target + np.uint64(j)] = 0
    for j in range(b.n_live[level]):
        feature = b.live[level * n_features + j]
        at = np.uint64(places_at(level, feature, n_features, b))
        bits = target + np.uint64(feature * n_words)
        for i in range(n_chosen):
            place = np.uint64(places[at + np.uint64(chosen[np.uint64(i)])])
            members[bits + (place >> np.uint64(6))] |= np.uint64(1) << (place & np.uint64(63))
    for j in range(n_features * n_words):
        members[source + np.uint64(j)] &= ~members[target + np.uint64(j)]


@subkernel
def _wait(i, level, slot, n_waiting, b):
    b.waiting[n_waiting, 0], b.waiting[n_waiting, 1], b.waiting[n_waiting, 2] = i, level, slot
    return n_waiting + 1


@subkernel
def grow_bits(root, level, state, g, table, labels, tables, formulas, rules, best, s, b, c, m):
    """Grow the tree under the node `root`, whose samples have taken their places on a level."""
    nodes, tallies, n_features = g.nodes, g.tallies, len(s.features)
    total = g.states[0].total_weight
    n_waiting = _wait(root, level, np.int64(0), np.int64(0), b)
    while n_waiting > 0:
        n_waiting -= 1
        i, level, slot = b.waiting[n_waiting, 0], b.waiting[n_waiting, 1], b.waiting[n_waiting, 2]
        record, node = nodes[i], tallies[i]
        n_samples = record.end - record.start
        next_level = level_for(n_samples, b)
        if next_level > level:
            pack(level, slot, next_level, n_samples, n_features, len(node), b)
            level, slot = next_level, np.int64(0)
        enter_node(i, g, m)
        find_cut(
            level, slot, n_samples, node, record.key, labels, tables, rules, best, s, b, c, m
        )  # fmt: skip
        state.work += n_samples * n_features
        if best.feature == NOWHERE:
            continue
        n_places = b.n_places[level * n_features + best.feature]
        record.feature, record.missing_left = best.feature, best.missing_left
        record.n_missing = 0
        if n_places < b.n_samples[level]:
            record.n_missing = n_samples - count_below(
                level, slot, best.feature, n_places, n_features, b
            )
        record.n_left = best.n_before + (record.n_missing if best.missing_left else 0)
        is_set = False
        if c is not None:
            is_set = c.n_categories[best.feature] > 0
        _mark_left(level, best, is_set, n_features, b, c)
        if c is not None and is_set:
            name_categories(level, best.feature, best.code, table, b, c)
            write_set(record, g.states[0], best, g.sets, c)
        if not is_set:
            record.threshold = threshold_of(level, slot, n_features, table, best, b)
        left, right = state.n_nodes, state.n_nodes + 1
        is_left = 2 * record.n_left <= n_samples
        n_chosen = _choose(level, slot, n_features, is_left, best, tallies[left], b)
        if not is_left:
            for k in range(len(node)):
                tallies[left, k] = node[k] - tallies[left, k]
        if not write_children(i, left, total, g, labels, formulas, rules, s.weights[0], m):
            continue
        record.is_split = True
        state.n_leaves += 1
        state.n_nodes += 2
        smaller, larger = (left, right) if is_left else (right, left)
        if not (may_split(nodes[smaller], rules) or may_split(nodes[larger], rules)):
            continue
        _part(level, slot, n_chosen, n_features, b)
        if may_split(nodes[larger], rules):
            n_waiting = _wait(larger, level, slot, n_waiting, b)
        if may_split(nodes[smaller], rules):
            n_waiting = _wait(smaller, level, slot + 1, n_waiting, b)
