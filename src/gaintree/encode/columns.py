"""Encode a table for growing: every column sorted once, its values replaced by ranks.

The exhaustive engine compares no floating-point numbers. A column becomes one word a sample, with
the rank of the sample's value among the distinct values, so float32 and float64 run through one
kernel and equal values are equal without a tolerance.

     63           32 31            0
    +---------------+---------------+    words[f] holds the words of column f, sorted;
    |     rank      |    sample     |    a missing value has the rank after the last value,
    +---------------+---------------+    so missing values stand at the end
"""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from gaintree._jit import kernel, read_only, subkernel
from gaintree.encode.threads import run_in_threads

MAX_SAMPLES = 2**32 - 1
_SAMPLE_MASK = np.uint64(MAX_SAMPLES)
_RANK_SHIFT = np.uint64(32)
_N_INTEGERS = 256  # from 0 on; columns of them are sorted by counting
_TOGETHER = 2**16  # values; to sort a few alone takes less than to ask for it
_LONG = 2**10  # so many values of float32 are sorted sooner as words than indirectly
# Bits of a float32.
_SIGN, _MAGNITUDE, _INFINITY = np.uint32(2**31), np.uint32(2**31 - 1), np.uint32(0x7F800000)
_MISSING = np.uint32(2**32 - 1)  # sorts behind all values


class Columns(NamedTuple):
    """A table by column, each sorted.

    The order of samples of equal value is left open: it is whatever sorting gives.
    """

    words: npt.NDArray[np.uint64]  # (n_features, n_samples)
    n_values: npt.NDArray[np.int64]  # (n_features,), the missing value not counted


@kernel
def rank_of(word):
    return word >> _RANK_SHIFT


@kernel
def sample_of(word):
    return word & _SAMPLE_MASK


@subkernel
def first_missing(row, start, end, n_values):
    """Where the missing values of ``row[start:end]`` begin."""
    if rank_of(row[end - 1]) < n_values:
        return end
    while start < end:
        middle = (start + end) // 2
        if rank_of(row[middle]) < n_values:
            start = middle + 1
        else:
            end = middle
    return start


@kernel
def _write_integers(columns, words, n_values, places, is_done):
    """Fill the rows of `words` whose columns hold integers from 0 to 255 alone, by counting."""
    for feature in range(len(columns)):
        column, row, fits = columns[feature], words[feature], True
        for at in range(_N_INTEGERS + 1):
            places[at] = 0
        for i in range(len(column)):
            value = column[i]
            at = _N_INTEGERS
            if value == value:
                fits = 0.0 <= value < _N_INTEGERS
                at = np.int64(value) if fits else at
                fits = fits and value == at
            if not fits:
                break
            places[at] += 1
        is_done[feature] = fits
        if not fits:
            continue
        rank, place = 0, 0
        for at in range(_N_INTEGERS + 1):
            n_equal = places[at]
            places[at] = np.uint64(rank) << _RANK_SHIFT | np.uint64(place)
            place += n_equal
            rank += n_equal > 0 and at < _N_INTEGERS
        n_values[feature] = rank
        for i in range(len(column)):
            value = column[i]
            at = np.int64(value) if value == value else _N_INTEGERS
            place = np.uint64(places[at])
            places[at] += 1
            row[place & _SAMPLE_MASK] = (place & ~_SAMPLE_MASK) | np.uint64(i)


@kernel
def _write_columns(columns, orders, todo, words, n_values):
    """Fill the rows `todo` of `words` and their numbers of distinct values."""
    for j in range(len(todo)):
        feature = todo[j]
        column, order, row = columns[j], orders[j], words[feature]
        rank, previous = -1, np.nan
        for i in range(len(order)):
            value = column[order[i]]
            if value == value and value != previous:
                rank += 1
                previous = value
            missing = value != value
            row[i] = np.uint64(rank + missing) << _RANK_SHIFT | np.uint64(order[i])
        n_values[feature] = rank + 1


@kernel
def _write_keys(bits, words):
    """Fill a row of `words` with numbers in the order of float32 values, told by their bits."""
    for i in range(len(bits)):
        key = bits[i]
        if key & _MAGNITUDE > _INFINITY:
            key = _MISSING
        elif key >> np.uint32(31) == 0:
            key |= _SIGN
        else:  # the more negative, the greater the bits; -0 is 0
            key = ~key if key != _SIGN else _SIGN
        words[i] = (np.uint64(key) << _RANK_SHIFT) | np.uint64(i)


@kernel
def _rank_keys(words):
    """Replace the keys of sorted words by ranks; return the number of distinct values."""
    n_values, previous = 0, np.uint64(_MISSING)
    for i in range(len(words)):
        word = words[i]
        key = word >> _RANK_SHIFT
        if key != previous and key != np.uint64(_MISSING):
            n_values += 1
        previous = key
        rank = n_values if key == np.uint64(_MISSING) else n_values - 1
        words[i] = (np.uint64(rank) << _RANK_SHIFT) | (word & _SAMPLE_MASK)
    return n_values


def require_numbers(n_samples: int) -> None:
    """Raise if there are more samples than a word can number."""
    if n_samples > MAX_SAMPLES:
        raise ValueError(f"X has {n_samples} samples; at most {MAX_SAMPLES} can be encoded.")


def columns_nbytes(X: npt.NDArray[np.floating[Any]], n_threads: int) -> int:
    """Return how many bytes `encode_columns` takes: words, and by thread columns and their orders.

    Many values of float32 are sorted in their words, and have no order besides.
    """
    n_samples, n_features = X.shape
    of_column = 4 if _fits_words(X) else 16
    n_sorted = min(n_threads * _n_together(n_samples), n_features)
    return n_samples * (8 * n_features + of_column * n_sorted)


def _n_together(n_samples: int) -> int:
    """Columns that are sorted at a time."""
    return max(_TOGETHER // max(n_samples, 1), 1)


def _fits_words(X: npt.NDArray[np.floating[Any]]) -> bool:
    """Whether a value and its sample are sorted as one word."""
    return X.dtype == np.float32 and len(X) >= _LONG


def encode_columns(
    X: npt.NDArray[np.floating[Any]], n_threads: int = 1, room: Columns | None = None
) -> Columns:
    """Sort every column of a table.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features), float32 or float64
        NaN is a missing value; infinity is not expected.
    n_threads : int
        Columns are sorted by so many threads; the result does not depend on it.
    room : Columns, default=None
        Arrays to fill; None makes them.

    Returns
    -------
    columns : Columns

    Raises
    ------
    ValueError
        If there are more samples than a word can number.
    """
    n_samples, n_features = X.shape
    require_numbers(n_samples)
    if room is None:
        words = np.empty((n_features, n_samples), dtype=np.uint64)
        room = Columns(words, np.empty(n_features, dtype=np.int64))
    words, n_values = room
    n_together = _n_together(n_samples)

    def encode(first: int) -> None:
        some = slice(first, first + n_together)
        columns = np.ascontiguousarray(X[:, some].T)
        is_done = np.empty(len(columns), dtype=np.bool_)
        places = np.empty(_N_INTEGERS + 1, dtype=np.int64)
        _write_integers(read_only(columns), words[some], n_values[some], places, is_done)
        todo = np.flatnonzero(~is_done)
        if len(todo) == 0:
            return
        if _fits_words(X):
            for j in todo:
                row = words[first + j]
                _write_keys(columns[j].view(np.uint32), row)
                row.sort()
                n_values[first + j] = _rank_keys(row)
            return
        columns = columns[todo]
        orders = columns.argsort(axis=1)
        _write_columns(read_only(columns), orders, todo, words[some], n_values[some])

    run_in_threads(encode, range(0, n_features, n_together), n_threads)
    return room
