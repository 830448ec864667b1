"""Encode a table for histograms: one byte a value, the number of its bin.

A column of at most 255 distinct values gets a bin a value. The others get bins of about equally
many samples, as far as a sample of the rows tells. Bins are ranges of values, ascending; where
their edges lie does not matter for the exact tree. A value that is frequent gets a bin of its
own.

    codes      | s0: c0 c1 .. c9 | s1: c0 c1 .. c9 | ... | s0: c10 .. c19 | s1: c10 .. c19 | ...

Columns stand together in groups, so that the codes of one sample are near each other, and the
histograms of a group in the cache.

A value is first sent to one of many cells, equal steps of the value or, where values are spread
over magnitudes, of its bit pattern. The cell knows the lowest bin that reaches into it; from
there the bin is found by comparing edges. Codes are right whatever the cells are.

A sample of the rows need not show all values of a column of few. One that it has not shown is given
the next code as it comes, and codes are brought into the order of the values at the end.
"""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from gaintree._bundle import Bundle
from gaintree._jit import bits_of, inlined, kernel, subkernel
from gaintree.encode.columns import require_numbers
from gaintree.encode.integers import Integers
from gaintree.encode.table import Table, value_at
from gaintree.encode.threads import run_in_threads

MAX_VALUES = 255  # bins of a column, besides the one for missing values
_N_CELLS = 4096
_SAMPLE_ROWS = 8192
_SAMPLE_VALUES = 2**20
_BLOCK_BYTES = 2**18  # of the table, encoded at a time
_GROUP_ENTRIES = 2**14  # of the histograms of a group of columns
_SLOTS = 1024
_MISSING, _UNKNOWN, _ADDED = 1, 2, 4
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)


class Codes(NamedTuple):
    """The bins of a table; they are numbered through all columns."""

    codes: npt.NDArray[np.uint8]  # flat
    origin: npt.NDArray[np.uint64]  # (n_features,), of the column's first code
    stride: npt.NDArray[np.uint64]  # (n_features,), from sample to sample
    first: npt.NDArray[np.int64]  # (n_features + 1,), first bin of the column
    n_values: npt.NDArray[np.int64]  # (n_features,), bins; one more holds what is missing
    edges: npt.NDArray[np.float64]  # (n_features, MAX_VALUES + 1), least value of the bin
    is_exact: npt.NDArray[np.uint8]  # (n_features, MAX_VALUES + 1), whether it is the only one
    ends: npt.NDArray[np.float64]  # (n_features, 2), least and greatest value, about
    groups: npt.NDArray[np.int64]  # (n_groups + 1,), first column of each group
    n_ordered: npt.NDArray[np.int64]  # (n_features,), bins that are cut between, 0 for categories
    wide: npt.NDArray[np.uint16]  # (n_wide, n_samples), columns of more categories than a byte has
    wide_row: npt.NDArray[np.int64]  # (n_features,), -1 for columns that a byte is enough for


@subkernel
def _position(value, by_bits):
    """The value, or an ascending integer made of its bits; roughly, its logarithm."""
    if not by_bits:
        return value
    bits = np.int64(bits_of(np.float64(value)))
    return np.float64(bits if bits >= 0 else np.int64(-(2**63)) - bits)


@subkernel
def _cell_of(value, by_bits, low, scale):
    at = (_position(value, by_bits) - low) * scale
    if not at > 0.0:
        return 0
    return _N_CELLS - 1 if at >= _N_CELLS - 1.0 else np.int64(at)


@subkernel
def _write_cells(edges, n_values, by_bits, cells, cell_map):
    """Fill the lowest bin of each cell, and low end and scale of the cells.

    Return how many steps it takes to get from its cell's lowest bin to each bin, in all.
    """
    _set_map(edges, min(1, n_values - 1), n_values, by_bits, cell_map)
    n_steps, cell = 0, 0
    for j in range(1, n_values):
        reached = _cell_of(edges[j], by_bits, cell_map[0], cell_map[1])
        while cell <= reached:
            cells[cell] = j - 1
            cell += 1
        n_steps += j - cells[reached]
    while cell < _N_CELLS:
        cells[cell] = max(n_values - 1, 0)
        cell += 1
    return n_steps


@subkernel
def _set_map(edges, j, n_values, by_bits, cell_map):
    """Let the cells reach from edge `j` to the last one."""
    low = _position(edges[j], by_bits) if n_values > 1 else 0.0
    width = _position(edges[n_values - 1], by_bits) - low if n_values > 1 else 0.0
    scale = (_N_CELLS - 1) / width if width > 0.0 else 0.0
    cell_map[0], cell_map[1] = low, scale if scale < np.inf else 0.0


@subkernel
def _set_integer_map(edges, n_values, cell_map):
    """Let there be a cell for each integer, also around the values, if they are integers."""
    width = edges[n_values - 1] - edges[0] if n_values > 0 else np.inf
    if not width < _N_CELLS:
        return False
    for j in range(n_values):
        if edges[j] != np.floor(edges[j]):
            return False
    cell_map[0], cell_map[1] = edges[0] - np.floor((_N_CELLS - 1 - width) / 2.0), 1.0
    return True


@subkernel
def _write_direct_cells(edges, n_values, by_bits, cells, cell_map):
    """Fill the bin of each cell, if each of the values has a cell of its own."""
    if not _set_integer_map(edges, n_values, cell_map):
        _set_map(edges, np.int64(0), n_values, by_bits, cell_map)
    last = -1
    for j in range(n_values):
        cell = _cell_of(edges[j], by_bits, cell_map[0], cell_map[1])
        if cell <= last:
            return False
        cells[cell] = j
        last = cell
    return True


@subkernel
def _take_distinct(sample, n_sampled, max_values, edges, is_exact):
    """Make a bin of each value of a sorted sample; return their number, 0 if there are too many."""
    n_values = 0
    for i in range(n_sampled):
        if n_values > 0 and sample[i] == edges[n_values - 1]:
            continue
        if n_values == max_values:
            return 0
        edges[n_values], is_exact[n_values] = sample[i], 1
        n_values += 1
    return n_values


@subkernel
def _choose_edges(sample, n_sampled, max_values, edges, is_exact):
    """Make bins of equally many values of a sorted sample; return their number.

    A frequent value v has the bin from v to just above v. That takes two edges, so values count as
    frequent if they are at most half as many as there are bins.
    """
    often = max(2.0, 2.0 * n_sampled / max(max_values - 2, 1))
    n_frequent, n_others, n_equal = 0, n_sampled, 0
    for i in range(n_sampled):
        n_equal += 1
        if i + 1 == n_sampled or sample[i + 1] != sample[i]:
            if n_equal >= often:
                n_frequent += 1
                n_others -= n_equal
            n_equal = 0
    share = n_others / (max_values - 2 * n_frequent)

    edges[0], is_exact[0] = -np.inf, 0
    n_values, n_inside, n_equal = 1, 0, 0
    for i in range(n_sampled):
        n_equal += 1
        if i + 1 < n_sampled and sample[i + 1] == sample[i]:
            continue
        if (n_equal >= often or n_inside >= share) and edges[n_values - 1] != sample[i]:
            edges[n_values], is_exact[n_values] = sample[i], 0
            n_values += 1
            n_inside = 0
        n_inside += n_equal
        if n_equal >= often:
            is_exact[n_values - 1] = 1
            edges[n_values], is_exact[n_values] = np.nextafter(sample[i], np.inf), 0
            n_values += 1
            n_inside = 0
        n_equal = 0
    return n_values


@kernel
def _make_bins(
    samples, todo, all_seen, max_values, edges, is_exact, n_values, cells, maps, by_bits, is_direct,
    ends,
):  # fmt: skip
    """Fill the bins and the cells of the columns `todo` by their sorted samples.

    If a sample is `all_seen`, each of its values may have a bin.
    """
    for j in range(len(todo)):
        f, sample, n = todo[j], samples[j], 0
        n_sampled = len(sample)
        while n_sampled > 0 and np.isnan(sample[n_sampled - 1]):
            n_sampled -= 1
        if all_seen:
            n = _take_distinct(sample, n_sampled, max_values, edges[f], is_exact[f])
        if n == 0 and n_sampled > 0:
            n = _choose_edges(sample, n_sampled, max_values, edges[f], is_exact[f])
        n_values[f], is_exact[f, n] = n, 1
        if n_sampled > 0:
            ends[f, 0], ends[f, 1] = sample[0], sample[n_sampled - 1]
        for k in range(n, MAX_VALUES + 1):
            edges[f, k] = np.nan
        by_bits[f] = False
        is_direct[f] = (
            all_seen
            and is_exact[f, 0] != 0
            and _write_direct_cells(edges[f], n, by_bits[f], cells[f], maps[f])
        )
        if is_direct[f]:
            continue
        n_steps = _write_cells(edges[f], n, by_bits[f], cells[f], maps[f])
        if n_steps > 2 * n:
            by_bits[f] = True
            n_steps_by_bits = _write_cells(edges[f], n, by_bits[f], cells[f], maps[f])
            if n_steps_by_bits >= n_steps:
                by_bits[f] = False
                _write_cells(edges[f], n, by_bits[f], cells[f], maps[f])


@inlined
def _value_of(table, at):
    return table.double[at] if len(table.double) > 0 else np.float64(table.single[at])


@subkernel
def _add_value(value, f, limits, n_codes, bounds, alone, cell, low, scale):
    """Return the code of a value that has none yet; -1 if there are too many or its cell is taken.

    `n_codes` counts that of missing values along.
    """
    at, code = np.uint64(_cell_of(value, False, low, scale)), n_codes[f]
    known = bounds[np.uint64(cell[at])]
    if code > limits[f] or np.uint64(_cell_of(known, False, low, scale)) == at:
        return np.int64(-1)
    bounds[code], alone[code], cell[at] = value + 0.0, 1, code  # minus zero becomes zero
    n_codes[f] = code + 1
    return code


@subkernel
def _encode_known(
    table, start, end, f, n, limits, n_codes, bounds, alone, cell, low, scale, codes, origin, stride
):
    """Write the codes of a column each of whose known values has a cell of its own."""
    found, step = 0, np.uint64(table.row_stride)
    at = np.uint64(start) * step + np.uint64(f) * np.uint64(table.column_stride)
    to = origin + stride * np.uint64(start)
    for _ in range(start, end):
        value = _value_of(table, at)
        code = np.int64(cell[np.uint64(_cell_of(value, False, low, scale))])
        if value != bounds[np.uint64(code)]:
            if value != value:
                code = n
                found |= _MISSING
            else:
                code = _add_value(value, f, limits, n_codes, bounds, alone, cell, low, scale)
                if code < 0:
                    return found | _UNKNOWN
                found |= _ADDED
        codes[to] = code
        at += step
        to += stride
    return found


@subkernel
def _encode_any(
    table, start, end, f, n, bounds, alone, cell, low, scale, bits, codes, origin, stride
):
    """Write the codes of a column, going from the lowest bin of a cell to that of the value."""
    found, step = 0, np.uint64(table.row_stride)
    at = np.uint64(start) * step + np.uint64(f) * np.uint64(table.column_stride)
    to = origin + stride * np.uint64(start)
    for _ in range(start, end):
        value = _value_of(table, at)
        if value != value:
            code = n
            found |= _MISSING
        else:
            code = np.int64(cell[np.uint64(_cell_of(value, bits, low, scale))])
            while value >= bounds[np.uint64(code + 1)]:
                code += 1
            if alone[np.uint64(code)] != 0 and value != bounds[np.uint64(code)]:
                found |= _UNKNOWN
        codes[to] = code
        at += step
        to += stride
    return found


@kernel
def _encode_rows(
    table, start, end, todo, edges, is_exact, n_values, limits, n_codes, cells, maps, by_bits,
    is_direct, codes, origin, stride, seen,
):  # fmt: skip
    """Write the codes of some rows; note in `seen` what columns hold besides known values."""
    for f in todo:
        n, low, scale = n_values[f], maps[f, 0], maps[f, 1]
        if is_direct[f]:
            found = _encode_known(
                table, start, end, f, n, limits, n_codes, edges[f], is_exact[f], cells[f], low,
                scale, codes, origin[f], stride[f],
            )  # fmt: skip
        else:
            found = _encode_any(
                table, start, end, f, n, edges[f], is_exact[f], cells[f], low, scale, by_bits[f],
                codes, origin[f], stride[f],
            )  # fmt: skip
        seen[f] |= found


@kernel
def _order_codes(todo, n_samples, edges, is_exact, n_values, n_codes, ends, codes, origin, stride):
    """Bring the bins of columns that values were added to into their order, and their codes."""
    for f in todo:
        n, bounds, alone = n_codes[f] - 1, edges[f], is_exact[f]
        at, width = origin[f], stride[f]
        # `alone` holds the new codes for the time being.
        for j in range(n + 1):
            code = 0
            for k in range(n + 1):
                code += bounds[k] < bounds[j]
            alone[j] = code
        alone[n_values[f]] = n
        for i in range(n_samples):
            codes[at + np.uint64(i) * width] = alone[codes[at + np.uint64(i) * width]]
        for j in range(n + 1):
            while alone[j] != j:
                k = alone[j]
                bounds[j], bounds[k] = bounds[k], bounds[j]
                alone[j], alone[k] = alone[k], alone[j]
        for j in range(n + 1):
            alone[j] = 1
        n_values[f], ends[f, 0], ends[f, 1] = n, bounds[0], bounds[n - 1]


@kernel
def _collect_values(table, n_samples, feature, known):
    """Collect the distinct values of a column in a hash table; return their number or one more."""
    n_known, latest = 0, np.nan
    for i in range(n_samples):
        value = value_at(table, i, feature) + 0.0  # minus zero becomes zero
        if value != value or value == latest:
            continue
        latest = value
        slot = (bits_of(np.float64(value)) * _GOLDEN) >> np.uint64(54)
        while known[slot] == known[slot] and known[slot] != value:
            slot = (slot + np.uint64(1)) % np.uint64(_SLOTS)
        if known[slot] != value:
            if n_known == MAX_VALUES:
                return n_known + 1
            known[slot] = value
            n_known += 1
    return n_known


class _Bins:
    """The bins of all columns while they are made, and the cells that lead to them."""

    def __init__(self, n_features: int) -> None:
        self.edges = np.empty((n_features, MAX_VALUES + 1))
        self.is_exact = np.zeros((n_features, MAX_VALUES + 1), dtype=np.uint8)
        self.n_values = np.zeros(n_features, dtype=np.int64)
        self.cells = np.zeros((n_features, _N_CELLS), dtype=np.uint8)
        self.maps = np.zeros((n_features, 2))
        self.ends = np.zeros((n_features, 2))
        self.by_bits = np.zeros(n_features, dtype=np.bool_)
        self.is_direct = np.zeros(n_features, dtype=np.bool_)

    def make(self, samples: Any, todo: Any, all_seen: bool, max_values: int) -> None:
        """Make the bins of the columns `todo` from their samples, NaN at the end."""
        _make_bins(
            samples, todo, all_seen, max_values, self.edges,
            self.is_exact, self.n_values, self.cells, self.maps, self.by_bits, self.is_direct,
            self.ends,
        )  # fmt: skip


def _layout(
    n_values: npt.NDArray[np.int64], n_samples: int, tally_length: int
) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64], npt.NDArray[np.int64]]:
    """Where columns stand in the codes, and the groups they stand in."""
    n_features = len(n_values)
    entries = np.cumsum((n_values + 1) * tally_length)
    if entries[-1] <= _GROUP_ENTRIES:
        stride = np.full(n_features, n_features, dtype=np.uint64)
        return np.arange(n_features, dtype=np.uint64), stride, np.array([0, n_features])
    group_of = (entries - 1) // _GROUP_ENTRIES
    groups = np.append(np.flatnonzero(np.diff(group_of, prepend=-1)), n_features)
    width = np.diff(groups)
    origin = np.repeat(groups[:-1] * n_samples - groups[:-1], width) + np.arange(n_features)
    return origin.astype(np.uint64), np.repeat(width, width).astype(np.uint64), groups


def _encode_wide(
    X: npt.NDArray[np.floating[Any]],
    features: npt.NDArray[np.int64],
    n_categories: npt.NDArray[np.int64],
) -> npt.NDArray[np.uint16]:
    """Codes of categories as they are, the number of categories for what is missing."""
    wide = np.empty((len(features), len(X)), dtype=np.uint16)
    for row, feature in zip(wide, features, strict=True):
        column = X[:, feature]
        row[:] = np.where(np.isnan(column), n_categories[feature], column)
    return wide


def _step(n_samples: int, n_features: int) -> int:
    """From row to row of those that bins are made from."""
    n_rows = max(1024, min(n_samples // 8, _SAMPLE_ROWS, _SAMPLE_VALUES // n_features))
    return -(-n_samples // n_rows)


def codes_nbytes(n_samples: int, n_features: int) -> int:
    """Return how many bytes `encode_codes` takes: codes, and by column sample, bins and cells."""
    n_rows = -(-n_samples // _step(n_samples, n_features))
    return n_features * (n_samples + 8 * n_rows + 9 * (MAX_VALUES + 1) + _N_CELLS)


def encode_codes(
    X: npt.NDArray[np.floating[Any]],
    table: Table,
    tally_length: int,
    max_values: int = MAX_VALUES,
    n_threads: int = 1,
    n_categories: npt.NDArray[np.int64] | None = None,
) -> Codes:
    """Encode every column of a table.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features), float32 or float64
        NaN is a missing value; infinity is not expected.
    table : Table
        The same memory.
    tally_length : int
        Numbers a bin has in a histogram.
    max_values : int
        Greatest number of bins of a column, from 2 to 255.
    n_threads : int
        Rows are encoded by so many threads; the result does not depend on it.
    n_categories : ndarray of int64 of shape (n_features,), default=None
        Number of categories of each column, 0 for a column of numbers. A category has a bin of its
        own, whatever `max_values` is.

    Returns
    -------
    codes : Codes

    Raises
    ------
    ValueError
        If there are more samples than a word can number.
    """
    n_samples, n_features = X.shape
    require_numbers(n_samples)
    bins = _Bins(n_features)
    if n_categories is None:
        n_categories = np.zeros(n_features, dtype=np.int64)
    is_wide = n_categories > MAX_VALUES
    limits = np.where(n_categories > 0, MAX_VALUES, max_values)
    bundle = Bundle(table)
    integers = Integers(X, bundle, np.where(is_wide, 0, limits))
    integers.read(bins)
    features = np.flatnonzero(~(is_wide | integers.is_found))
    of_rows = X[:: _step(n_samples, n_features)].T
    if len(features) < n_features:
        of_rows = of_rows[features]
    samples = of_rows.astype(np.float64, order="C")
    samples.sort(axis=1)
    if not n_categories.any():
        bins.make(samples, features, True, max_values)
    else:
        for limit, chosen in ((max_values, n_categories == 0), (MAX_VALUES, n_categories > 0)):
            rows = np.flatnonzero(chosen[features])
            bins.make(samples[rows], features[rows], True, limit)
    bins.n_values[is_wide] = n_categories[is_wide]
    origin, stride, groups = _layout(bins.n_values, n_samples, tally_length)
    codes = np.empty(n_samples * n_features, dtype=np.uint8)
    integers.write(codes, origin, stride)
    limits *= n_threads == 1  # threads that add values would be in each other's way
    n_codes = bins.n_values + 1
    n_rows = max(64, _BLOCK_BYTES // (n_features * X.itemsize))

    def encode(features: npt.NDArray[np.int64]) -> npt.NDArray[np.uint8]:
        goes_on = np.ones(n_features, dtype=np.bool_)

        def encode_from(start: int) -> npt.NDArray[np.uint8]:
            seen, todo = np.zeros(n_features, dtype=np.uint8), features[goes_on[features]]
            _encode_rows(
                bundle, start, min(start + n_rows, n_samples), todo, bins.edges,
                bins.is_exact, bins.n_values, limits, n_codes, bins.cells, bins.maps, bins.by_bits,
                bins.is_direct, codes, origin, stride, seen,
            )  # fmt: skip
            goes_on[seen & _UNKNOWN != 0] = False  # with other bins it begins again
            return seen

        starts = range(0, n_samples if len(features) > 0 else 1, n_rows)
        return np.bitwise_or.reduce(run_in_threads(encode_from, starts, n_threads))

    seen = encode(features)
    seen[integers.is_missing] = _MISSING
    added = np.flatnonzero(seen & (_ADDED | _UNKNOWN) == _ADDED)
    if len(added) > 0:
        _order_codes(
            added, n_samples, bins.edges, bins.is_exact, bins.n_values, n_codes, bins.ends, codes,
            origin, stride,
        )  # fmt: skip
    surprised = np.flatnonzero(seen & _UNKNOWN)  # there are more values than in the sample
    for feature in surprised:
        known = np.full(_SLOTS, np.nan)
        limit = max_values if n_categories[feature] == 0 else MAX_VALUES
        is_complete = _collect_values(bundle, n_samples, feature, known) <= limit
        sample = np.sort(known) if is_complete else samples[np.searchsorted(features, feature)]
        bins.make(sample[None, :], np.array([feature]), is_complete, limit)
    if len(surprised) > 0:
        seen[surprised] = encode(surprised)[surprised]
    wide = _encode_wide(X, np.flatnonzero(is_wide), n_categories)
    for row, feature in zip(wide, np.flatnonzero(is_wide), strict=True):
        start, step = int(origin[feature]), int(stride[feature])
        codes[start : start + step * n_samples : step] = 0  # its histogram is counted by `wide`
        seen[feature] = _MISSING if (row == n_categories[feature]).any() else 0
    n_bins = bins.n_values + (seen & _MISSING != 0)
    first = np.concatenate(([0], np.cumsum(n_bins)))
    return Codes(
        codes, origin, stride, first, bins.n_values, bins.edges, bins.is_exact, bins.ends, groups,
        np.where(n_categories > 0, 0, bins.n_values), wide,
        np.where(is_wide, np.cumsum(is_wide) - 1, -1),
    )  # fmt: skip
