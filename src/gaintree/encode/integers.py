"""Encode columns of integers from 0 to 254, as categories and other few values often come.

Each value fits a byte, so a column is read once, without a sample of its rows and without cells. A
code is the rank of its value among those that the column has:

    value      0 1 2 3 4 ... 254  missing
    in column  *   * *              *
    code       0   1 2              3
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from gaintree._bundle import Bundle
from gaintree._jit import inlined, kernel, subkernel

# Of a table; in larger ones, a sample of the rows is little beside them. A byte each is little too.
_MOST_VALUES = 2**20
_MISSING = 255
_BLOCK = 1024  # rows that are read, or written, at a time


@inlined
def _read_block(values, at, step, start, end, column):
    """Write some values as bytes; return whether they are such integers. It is vectorised."""
    n_others = 0
    for i in range(start, end):
        value = np.float64(values[np.uint64(at) + np.uint64(i) * np.uint64(step)])
        # What is out of range becomes -1 or 254.5, which no such integer is.
        inside = min(max(value, -1.0), _MISSING - 0.5) if value == value else np.float64(_MISSING)
        integer = np.int32(inside)
        n_others += (integer != inside) | (integer < 0)
        column[np.uint64(i)] = integer
    return n_others == 0


@subkernel
def _read_column(values, at, step, n_samples, column):
    """Write the values of a column as bytes, up to the first block that holds others."""
    start = 0
    while start < n_samples:
        end, fits = min(start + _BLOCK, n_samples), False
        if step == 1:
            fits = _read_block(values, at, 1, start, end, column)
        else:
            fits = _read_block(values, at, step, start, end, column)
        if not fits:
            return False
        start = end
    return True


@kernel
def _read_columns(
    table, n_samples, limits, is_found, is_missing, values, code_of, n_values, edges, is_exact, ends
):
    """Find the columns of such integers, at most so many, and make a bin of each value."""
    for f in range(len(limits)):
        if limits[f] == 0:
            continue
        at, column, codes = f * table.column_stride, values[f], code_of[f]
        if len(table.double) > 0:
            is_found[f] = _read_column(table.double, at, table.row_stride, n_samples, column)
        else:
            is_found[f] = _read_column(table.single, at, table.row_stride, n_samples, column)
        if not is_found[f]:
            continue
        for value in range(_MISSING + 1):
            codes[value] = 0
        for i in range(n_samples):
            codes[np.uint64(column[np.uint64(i)])] = 1
        n = np.int64(0)
        for value in range(_MISSING):
            n += codes[value]
        is_found[f] = 0 < n <= limits[f]
        if not is_found[f]:
            continue
        is_missing[f], n = codes[_MISSING] != 0, np.int64(0)
        for value in range(_MISSING):
            if codes[value] != 0:
                codes[value], edges[f, n], is_exact[f, n] = n, value, 1
                n += 1
        codes[_MISSING], n_values[f], is_exact[f, n] = n, n, 1
        ends[f, 0], ends[f, 1] = edges[f, 0], edges[f, n - 1]
        for k in range(n, len(edges[f])):
            edges[f, k] = np.nan


@kernel
def _write_codes(todo, n_samples, values, code_of, codes, origin, stride):
    """Write the codes of columns, some rows at a time, whose codes stand near each other."""
    for start in range(0, n_samples, _BLOCK):
        end = min(start + _BLOCK, n_samples)
        for f in todo:
            column, code, step = values[f], code_of[f], stride[f]
            to = origin[f] + np.uint64(start) * step
            for i in range(start, end):
                codes[to] = code[np.uint64(column[np.uint64(i)])]
                to += step


def _may_be_integers(row: npt.NDArray[np.floating[Any]]) -> npt.NDArray[np.bool_]:
    """Whether columns may hold such integers, as far as one row tells: most others it rules out."""
    return np.isnan(row) | ((row >= 0) & (row < _MISSING) & (row == np.floor(row)))


class Integers:
    """The columns of such integers, and their values as bytes."""

    def __init__(
        self, X: npt.NDArray[np.floating[Any]], table: Bundle, limits: npt.NDArray[np.int64]
    ) -> None:
        self._n_samples, n_features = X.shape
        self._table, self._limits = table, np.where(_may_be_integers(X[0]), limits, 0)
        self.is_found = np.zeros(n_features, dtype=np.bool_)
        self.is_missing = np.zeros(n_features, dtype=np.bool_)  # whether some value is
        self._code_of = self._values = np.empty((n_features, 0), dtype=np.uint8)

    def read(self, bins: Any) -> None:
        """Find the columns, and fill their bins."""
        n_features = len(self._limits)
        if n_features * self._n_samples > _MOST_VALUES or not self._limits.any():
            return
        self._code_of = np.empty((n_features, _MISSING + 1), dtype=np.uint8)
        self._values = np.empty((n_features, self._n_samples), dtype=np.uint8)
        _read_columns(
            self._table, self._n_samples, self._limits, self.is_found, self.is_missing,
            self._values, self._code_of, bins.n_values, bins.edges, bins.is_exact, bins.ends,
        )  # fmt: skip

    def write(
        self,
        codes: npt.NDArray[np.uint8],
        origin: npt.NDArray[np.uint64],
        stride: npt.NDArray[np.uint64],
    ) -> None:
        """Write the codes of the columns."""
        todo = np.flatnonzero(self.is_found)
        if len(todo) > 0:
            _write_codes(todo, self._n_samples, self._values, self._code_of, codes, origin, stride)
