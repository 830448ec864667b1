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

from gaintree._jit import kernel, subkernel
from gaintree.encode.threads import run_in_threads

MAX_SAMPLES = 2**32 - 1
_SAMPLE_MASK = np.uint64(MAX_SAMPLES)
_RANK_SHIFT = np.uint64(32)
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
def _write_column(column, order, words):
    """Fill one row of `words`; return the number of distinct values."""
    n_values = 0
    previous = np.nan
    for i in range(len(order)):
        value = column[order[i]]
        if not np.isnan(value) and value != previous:
            n_values += 1
            previous = value
        rank = n_values if np.isnan(value) else n_values - 1
        words[i] = (np.uint64(rank) << _RANK_SHIFT) | np.uint64(order[i])
    return n_values


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
    """Return how many bytes `encode_columns` takes: words, and by thread a column and its order.

    A column of float32 is sorted in its words, and has no order besides.
    """
    n_samples, n_features = X.shape
    of_column = 4 if X.dtype == np.float32 else 16
    return n_samples * (8 * n_features + of_column * min(n_threads, n_features))


def encode_columns(X: npt.NDArray[np.floating[Any]], n_threads: int = 1) -> Columns:
    """Sort every column of a table.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features), float32 or float64
        NaN is a missing value; infinity is not expected.
    n_threads : int
        Columns are sorted by so many threads; the result does not depend on it.

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
    words = np.empty((n_features, n_samples), dtype=np.uint64)

    def encode(feature: int) -> int:
        column = np.ascontiguousarray(X[:, feature])
        if column.dtype == np.float32:  # value and sample fit into one word, which sorts sooner
            _write_keys(column.view(np.uint32), words[feature])
            words[feature].sort()
            return _rank_keys(words[feature])
        return _write_column(column, np.argsort(column), words[feature])

    n_values = run_in_threads(encode, range(n_features), n_threads)
    return Columns(words, np.array(n_values, dtype=np.int64))
