"""Count the samples of a node in fine bins: a second histogram, inside the bins of one column.

Where fine bins begin depends on the column alone, not on the node. So the fine histogram of a large
node is kept: when the same column is asked for by a part of its samples, what is not in that part
is subtracted, if that is less work than to count the part.

    kept        |  start_kept            end_kept  |     the range of `samples` that is counted
    asked for   |      | start        end |        |
    subtracted  |------|                  |--------|

A range of a node holds the same samples for good: below the node they only change places in it.
"""

import numpy as np

from gaintree._jit import inlined, prefetch, subkernel
from gaintree.encode import prefetch_value, value_at
from gaintree.grow.histogram import AHEAD, ends_of
from gaintree.grow.scratch import CHOSEN, N_FINE

_ADD, _SUBTRACT = np.uint32(1), np.uint32(2**32 - 1)
NOT_KEPT = -1


@subkernel
def step_of(code, feature, codes):
    """Where the fine bins of a bin begin, and how many there are to a unit of the value."""
    low, high = ends_of(code, feature, codes)
    scale = N_FINE / (high - low) if high > low else 0.0
    return low, scale if scale < np.inf else 0.0


@subkernel
def write_steps(feature, codes, steps):
    """Write `step_of` each bin of a column.

    Missing values have their number of bin, too: all are in its first fine bin.
    """
    n_values = codes.n_values[feature]
    for code in range(n_values):
        steps[code, 0], steps[code, 1] = step_of(code, feature, codes)
    if n_values < len(steps):
        steps[n_values, 0], steps[n_values, 1] = 0.0, 0.0


@inlined
def fine_bin(value, low, scale):
    at = (value - low) * scale
    if not at > 0.0:
        return np.int64(0)
    return N_FINE - 1 if at >= N_FINE else np.int64(at)


@subkernel
def _count_range(counts, unit, samples, start, end, feature, codes, table, labels, steps):
    """Add `unit` for each sample of a range in the fine bins of all bins of a column."""
    bins, origin, stride = codes.codes, codes.origin[feature], codes.stride[feature]
    single, double, row_stride = table.single, table.double, np.uint64(table.row_stride)
    offset, is_double = np.uint64(feature * table.column_stride), len(table.double) > 0
    classes, n_classes = labels.classes, np.uint64(len(labels.class_weight))
    for i in range(start, end):
        if i + AHEAD < end:
            ahead = np.uint64(samples[np.uint64(i + AHEAD)])
            prefetch(classes, ahead)
            prefetch(bins, origin + ahead * stride)
            if is_double:
                prefetch(double, offset + ahead * row_stride)
            else:
                prefetch(single, offset + ahead * row_stride)
        sample = np.uint64(samples[np.uint64(i)])
        k = np.uint64(classes[sample])
        code, at = np.uint64(bins[origin + sample * stride]), offset + sample * row_stride
        value = double[at] if is_double else np.float64(single[at])
        f = np.uint64(fine_bin(value, steps[code, 0], steps[code, 1]))
        counts[(code * np.uint64(N_FINE) + f) * n_classes + k] += unit


@inlined
def _helps(range_kept, start, end):
    """Whether subtracting from what is kept is less work than counting."""
    first, last = range_kept[0], range_kept[1]
    return first <= start and end <= last and last - first <= 2 * (end - start)


@subkernel
def _row_for(feature, start, end, s):
    """The kept histogram that helps to make that of a range, or the one of the fewest samples."""
    ranges, chosen, shortest = s.kept_ranges, feature, np.int64(2**62)
    for row in range(feature, len(ranges), len(s.features)):
        if _helps(ranges[row], start, end):
            return row
        if ranges[row, 1] - ranges[row, 0] < shortest:
            chosen, shortest = row, ranges[row, 1] - ranges[row, 0]
    return chosen


@subkernel
def is_kept(feature, start, end, s):
    """Whether the fine histogram of a range can be had by subtraction."""
    if len(s.kept) == 0:
        return False
    return _helps(s.kept_ranges[_row_for(feature, start, end, s)], start, end)


@subkernel
def keep_fine(feature, samples, start, end, codes, table, labels, s):
    """Count all samples of a node in fine bins, by subtraction if possible.

    Return the row of `kept`, or NOT_KEPT if there is none to keep them in.
    """
    if len(s.kept) == 0:
        return np.int64(NOT_KEPT)
    row, ranges = _row_for(feature, start, end, s), s.kept_ranges
    counts, first, last = s.kept[row], ranges[row, 0], ranges[row, 1]
    if _helps(ranges[row], start, end):
        for low, high in ((first, start), (end, last)):
            _count_range(
                counts, _SUBTRACT, samples, low, high, feature, codes, table, labels, s.steps
            )
    else:
        for j in range((codes.n_values[feature] + 1) * N_FINE * len(labels.class_weight)):
            counts[j] = 0
        _count_range(counts, _ADD, samples, start, end, feature, codes, table, labels, s.steps)
    ranges[row, 0], ranges[row, 1] = start, end
    return row


@subkernel
def take_kept(n_open, row, s):
    """Take the fine bins of the first `n_open` listed bins from what is kept."""
    n_entries, fine, counts = N_FINE * s.open_left.shape[1], s.fine, s.kept[row]
    for j in range(n_open):
        to, at = j * n_entries, s.open_bins[j].code * n_entries
        for i in range(n_entries):
            fine[np.uint64(to + i)] = counts[np.uint64(at + i)]


@subkernel
def count_finely(n_open, feature, table, labels, s):
    """Count the samples of the first `n_open` listed bins, collected by `collect`, in fine bins.

    Their values are left in ``s.values``.
    """
    length, fine, values, chosen = s.open_left.shape[1], s.fine, s.values, s.words[CHOSEN]
    is_weighted, n_classes = len(labels.coarse) > 0, np.uint64(len(labels.class_weight))
    classes, coarse, finer = labels.classes, labels.coarse, labels.fine
    first, n_inside = np.int64(0), s.places[n_open]
    for j in range(n_open * N_FINE * length):
        fine[j] = 0
    for j in range(n_open):
        low, scale = s.steps[s.open_bins[j].code, 0], s.steps[s.open_bins[j].code, 1]
        for i in range(first, s.places[j + 1]):
            if i + AHEAD < n_inside:
                prefetch(classes, chosen[np.uint64(i + AHEAD)])
                prefetch_value(table, chosen[np.uint64(i + AHEAD)], feature)
            sample = chosen[np.uint64(i)]
            value = value_at(table, sample, feature)
            values[np.uint64(i)] = value
            at = np.uint64(j * N_FINE + fine_bin(value, low, scale))
            entry = at * np.uint64(length) + np.uint64(classes[sample])
            fine[entry] += 1
            if is_weighted:
                fine[entry + n_classes] += coarse[sample]
                fine[entry + n_classes + n_classes] += finer[sample]
        first = s.places[j + 1]
