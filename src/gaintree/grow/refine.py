"""Open bins: look at the values of their samples one by one.

    bin     |  x . x x .  |      its samples, sorted: each cut between two values is scored,
            a   a+1 ..    b      starting from what is left of the bin

Bins of many samples get fine bins (fine.py) before, and only of those that may win values are
looked at.
"""

import numpy as np

from gaintree._jit import prefetch, subkernel
from gaintree.encode import prefetch_value, value_at
from gaintree.grow.bound import may_win
from gaintree.grow.constraints import keeps_order
from gaintree.grow.cost import cost_of_counts, cost_of_weights
from gaintree.grow.fine import collect_marked, keep_marked, search_finely
from gaintree.grow.fine_count import (
    NOT_KEPT,
    count_finely,
    is_kept,
    keep_fine,
    take_kept,
    write_steps,
)
from gaintree.grow.histogram import AHEAD
from gaintree.grow.scratch import CHOSEN, IS_OPEN, N_FINE, OTHER_KEYS, OTHER_WORDS, A
from gaintree.grow.sort import sort_pairs
from gaintree.grow.split import NO_FINE, midpoint, takes_lead, tie_with
from gaintree.grow.tally import add_sample

_MANY = 256  # samples in a bin, so many that fine bins come first


@subkernel
def _collect(n_open, hist, feature, samples, start, end, codes, n_classes, s):
    """Write the samples of the listed bins, those of a bin together.

    ``s.places[j + 1]`` then says where those of bin `j` end. Return their number.
    """
    slots, places, chosen = s.flags[IS_OPEN], s.places, s.words[CHOSEN]
    length, n_inside = s.open_left.shape[1], np.int64(0)
    for j in range(n_open):
        code = s.open_bins[j].code
        slots[code], places[j + 1] = j + 1, n_inside
        n_inside += _count_bin(hist, (codes.first[feature] + code) * length, n_classes)
    places[0] = n_inside  # of samples in other bins, each written over the one before
    bins, origin, stride = codes.codes, codes.origin[feature], codes.stride[feature]
    for i in range(start, end):
        if i + AHEAD < end:
            prefetch(bins, origin + np.uint64(samples[np.uint64(i + AHEAD)]) * stride)
        sample = np.uint64(samples[np.uint64(i)])
        slot = np.uint64(slots[np.uint64(bins[origin + sample * stride])])
        place = places[slot]
        chosen[np.uint64(place)] = sample
        places[slot] = place + (slot != 0)
    for j in range(n_open):
        slots[s.open_bins[j].code] = 0
    return n_inside


@subkernel
def _scan_bin(
    values, chosen, first, last, feature, code, side, n_before, n_left, n_samples, node, left,
    phi, factor, labels, scorer, rules, best, s, m,
):  # fmt: skip
    """Offer the cuts between the sorted values of one bin; `left` is what is left of it."""
    least, least_weight = rules.min_samples_leaf, rules.min_weight_leaf
    best.lightest = np.inf
    for i in range(first, last - 1):
        add_sample(left, chosen[i], labels)
        n_left += 1
        n_before += 1
        if values[i] == values[i + 1] or min(n_left, n_samples - n_left) < least:
            continue
        if scorer is None:
            cost = cost_of_counts(left, node, phi, factor)
        else:
            cost = cost_of_weights(left, node, labels, scorer, s)
        if cost > tie_with(best.cost) or best.lightest < least_weight:
            continue
        if keeps_order(left, node, feature, labels, m) and takes_lead(
            best, cost, feature, n_before
        ):
            best.feature, best.n_before, best.missing_left = feature, n_before, side == 1
            best.code, best.is_inside, best.fine = code, True, NO_FINE
            best.threshold = midpoint(values[i], values[i + 1])


@subkernel
def _count_bin(hist, at, n_classes):
    n_samples = 0
    for k in range(n_classes):
        n_samples += hist[at + k]
    return n_samples


@subkernel
def _swap(i, j, s):
    """Exchange two entries of the list of bins."""
    one, other = s.open_bins[i], s.open_bins[j]
    one.code, other.code = other.code, one.code
    one.bound, other.bound = other.bound, one.bound
    one.cost, other.cost = other.cost, one.cost
    for k in range(s.open_left.shape[1]):
        s.open_left[i, k], s.open_left[j, k] = s.open_left[j, k], s.open_left[i, k]


@subkernel
def _keep_winners(n_open, hist, feature, n_none, n_classes, codes, best, s):
    """Keep those on the list of bins that may still win, the one of the lowest bound first.

    Return their number and their samples'.
    """
    entries, n_kept, n_inside, lowest = s.open_bins, 0, 0, 0
    for j in range(n_open):
        entry = entries[j]
        n_before = _count_bin(s.open_left[j], np.int64(0), n_classes) - n_none
        if may_win(entry.bound, feature, n_before, best):
            n_inside += _count_bin(
                hist, (codes.first[feature] + entry.code) * s.open_left.shape[1], n_classes
            )
            _swap(n_kept, j, s)
            if entries[n_kept].bound < entries[lowest].bound:
                lowest = n_kept
            n_kept += 1
    if n_kept > 0:
        _swap(0, lowest, s)
    return n_kept, n_inside


@subkernel
def _open_plainly(
    n_open, hist, feature, side, n_none, samples, start, end, node, phi, factor, codes, table,
    labels, scorer, rules, best, s, m,
):  # fmt: skip
    """Offer the cuts inside the listed bins, value by value."""
    n_classes, first = len(labels.class_weight), np.int64(0)
    values, chosen = s.values, s.words[CHOSEN]
    n_inside = _collect(n_open, hist, feature, samples, start, end, codes, n_classes, s)
    for j in range(n_open):
        left, last = s.open_left[j], s.places[j + 1]
        n_left = _count_bin(left, np.int64(0), n_classes)
        if may_win(s.open_bins[j].bound, feature, n_left - n_none, best):
            for i in range(first, last):
                if i + AHEAD < n_inside:
                    prefetch_value(table, chosen[np.uint64(i + AHEAD)], feature)
                values[np.uint64(i)] = value_at(table, chosen[np.uint64(i)], feature)
            _sort(first, last, s)
            _scan_bin(
                values, chosen, first, last, feature, s.open_bins[j].code, side, n_left - n_none,
                n_left, end - start, node, left, phi, factor, labels, scorer, rules, best, s, m,
            )  # fmt: skip
        first = last


@subkernel
def _sort(first, last, s):
    """Sort a part of the values, and the samples along."""
    sort_pairs(
        s.values[first:last], s.words[CHOSEN, first:last], last - first, s.words[OTHER_KEYS],
        s.words[OTHER_WORDS], s.counts,
    )  # fmt: skip


@subkernel
def _open_finely(
    n_open, row, hist, feature, side, n_none, samples, start, end, node, phi, factor, codes, table,
    labels, scorer, rules, best, s, m,
):  # fmt: skip
    """Offer the cuts inside the listed bins, first those between fine bins."""
    n_classes, length, n_samples = len(labels.class_weight), len(node), end - start
    values, chosen, left = s.values, s.words[CHOSEN], s.tallies[A]
    n_marked, first = 0, np.int64(0)
    if row != NOT_KEPT:
        take_kept(n_open, row, s)
    else:
        _collect(n_open, hist, feature, samples, start, end, codes, n_classes, s)
        count_finely(n_open, feature, table, labels, s)
    for j in range(n_open):
        n_marked += search_finely(
            j, feature, side, n_none, n_samples, node, phi, factor, labels, scorer,
            rules, best, s, m,
        )  # fmt: skip
    if n_marked == 0:
        return
    if row != NOT_KEPT:
        collect_marked(n_open, feature, samples, start, end, codes, table, s)
    else:
        keep_marked(n_open, s)
    for j in range(n_open):
        _sort(first, s.places[j + 1], s)
        for f in range(j * N_FINE, (j + 1) * N_FINE):
            n_bin = _count_bin(s.fine, f * length, n_classes)
            if n_bin > 0 and s.is_marked[f] != 0:
                for i in range(length):
                    left[i] = s.open_left[j, i]
                n_left = _count_bin(left, np.int64(0), n_classes)
                _scan_bin(
                    values, chosen, first, first + n_bin, feature, s.open_bins[j].code, side,
                    n_left - n_none, n_left, n_samples, node, left, phi, factor, labels,
                    scorer, rules, best, s, m,
                )  # fmt: skip
                first += n_bin
            for i in range(length):
                s.open_left[j, i] += s.fine[f * length + i]


@subkernel
def open_bins(
    n_open, hist, feature, side, n_none, samples, start, end, node, phi, factor, codes,
    table, labels, scorer, rules, best, s, m,
):  # fmt: skip
    """Offer the cuts inside the listed bins of a column that may still win to `best`."""
    n_classes, length = len(labels.class_weight), len(node)
    n_open, n_inside = _keep_winners(n_open, hist, feature, n_none, n_classes, codes, best, s)
    if n_open == 0:
        return
    if n_inside < _MANY * n_open:
        _open_plainly(
            n_open, hist, feature, side, n_none, samples, start, end, node, phi, factor, codes,
            table, labels, scorer, rules, best, s, m,
        )  # fmt: skip
        return
    write_steps(feature, codes, s.steps)
    row = np.int64(NOT_KEPT)
    if is_kept(feature, start, end, s) or 8 * n_inside > 7 * (end - start):
        row = keep_fine(feature, samples, start, end, codes, table, labels, s)
    at_once, n_listed = min(len(s.fine) // (N_FINE * length), 255), n_open
    for first in range(0, n_listed, at_once):
        n_open = min(at_once, n_listed - first)
        if first > 0:  # the bins to open next come to the front of the list
            for j in range(n_open):
                entry, kept = s.open_bins[first + j], s.open_bins[j]
                kept.code, kept.bound, kept.cost = entry.code, entry.bound, entry.cost
                for i in range(length):
                    s.open_left[j, i] = s.open_left[first + j, i]
        _open_finely(
            n_open, row, hist, feature, side, n_none, samples, start, end, node, phi, factor,
            codes, table, labels, scorer, rules, best, s, m,
        )  # fmt: skip
