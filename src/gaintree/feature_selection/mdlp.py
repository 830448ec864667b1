"""A column of numbers cut into bins, as long as a cut saves more bits than it takes to tell it."""

import math
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import xlogy

from gaintree._memory import require_memory

_TIE = 1e-12
_BYTES_A_COUNT = 64  # of a class below a value: the sums, those of both sides, and their logarithms


def mdlp_cuts(x: npt.ArrayLike, y: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Cut a column by the minimum description length principle of Fayyad and Irani.

    A set of n samples and k classes is cut where the information gain is greatest, of ties at the
    lowest threshold, if ::

        gain > (log2(n - 1) + log2(3^k - 2) - k H(S) + k_1 H(S_1) + k_2 H(S_2)) / n

    H being the entropy in bits and k_i the classes of each side. Both sides are then cut in the
    same way.

    Parameters
    ----------
    x : array-like of shape (n_samples,)
        Numbers. NaN is a missing value, of which nothing is asked.
    y : array-like of shape (n_samples,)
        Class labels, which can be sorted.

    Returns
    -------
    cuts : ndarray of float64 of shape (n_bins - 1,)
        Ascending, each midway between two neighbouring values: ``x <= cut`` is below it.

    Raises
    ------
    ValueError
        If `x` and `y` are not vectors of the same length, `x` holds infinity, or `y` NaN or None.
    TypeError
        If `x` does not hold numbers.

    References
    ----------
    U. M. Fayyad, K. B. Irani, "Multi-interval discretization of continuous-valued attributes for
    classification learning", IJCAI 1993, 1022-1027.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> X, y = load_iris(return_X_y=True)
    >>> mdlp_cuts(X[:, 2], y)  # the length of a petal
    array([2.45, 4.75])
    """
    values, labels = np.asarray(x), np.asarray(y)
    if values.ndim != 1 or labels.shape != values.shape:
        raise ValueError(
            f"x and y must be vectors of the same length, got shapes {values.shape} and"
            f" {labels.shape}."
        )
    if values.dtype.kind not in "biufO":
        raise TypeError(f"x must hold numbers, not values of dtype {values.dtype}.")
    if values.dtype not in (np.float32, np.float64):
        values = values.astype(np.float64)
    if any(label is None or label != label for label in labels.tolist()):
        raise ValueError("y must not hold missing labels.")
    if np.isinf(values).any():
        raise ValueError("x must not hold infinity.")
    _, codes = np.unique(labels, return_inverse=True)
    return cut_column(values, codes, int(codes.max(initial=0)) + 1)


def cut_column(
    column: npt.NDArray[np.floating[Any]], codes: npt.NDArray[np.integer[Any]], n_classes: int
) -> npt.NDArray[np.float64]:
    """Return the cuts of a column of float32 or float64, the classes being codes from 0."""
    present = ~np.isnan(column)
    values, places = np.unique(column[present], return_inverse=True)
    n_bytes = _BYTES_A_COUNT * (len(values) + 1) * n_classes
    require_memory(n_bytes, "Fewer samples or classes take less.", "Cutting a column into bins")
    cells = places * n_classes + codes[present]
    counts = np.bincount(cells, minlength=len(values) * n_classes).reshape(-1, n_classes)
    # Samples of each class below each value and, last, in all.
    below = np.concatenate((np.zeros((1, n_classes), dtype=np.int64), np.cumsum(counts, axis=0)))
    cuts, waiting = [], [(0, len(values))]
    while waiting:
        first, last = waiting.pop()
        cut = _best_cut(below[first : last + 1])
        if cut > 0:
            cuts.append(first + cut)
            waiting += [(first, first + cut), (first + cut, last)]
    upper = np.sort(np.array(cuts, dtype=np.int64))
    return _midpoints(values[upper - 1], values[upper])


def _best_cut(below: npt.NDArray[np.int64]) -> int:
    """Return how many values the best cut has below it, 0 if it does not pay."""
    if len(below) < 3:
        return 0
    left, right = below[1:-1] - below[0], below[-1] - below[1:-1]
    whole = left[0] + right[0]
    # n H of both sides, in nats: the lower, the greater the gain.
    costs = _total_nats(left) + _total_nats(right)
    cut = int(np.argmax(costs <= costs.min() + _TIE * max(float(_total_nats(whole)), 1.0)))
    return cut + 1 if _pays(whole, left[cut], right[cut]) else 0


def _pays(
    whole: npt.NDArray[np.int64], left: npt.NDArray[np.int64], right: npt.NDArray[np.int64]
) -> bool:
    n = int(whole.sum())
    saved = _total_bits(whole) - _total_bits(left) - _total_bits(right)
    k, k_left, k_right = (np.count_nonzero(counts) for counts in (whole, left, right))
    # log2(3^k - 2), which 3^k alone would overflow
    told = k * math.log2(3.0) + math.log1p(-2.0 * 3.0**-k) / math.log(2.0)
    told -= k * _bits(whole) - k_left * _bits(left) - k_right * _bits(right)
    return bool(saved > math.log2(n - 1) + told)


def _total_nats(counts: npt.NDArray[np.int64]) -> Any:
    """The entropy of counts on the last axis, times their sum."""
    total = counts.sum(axis=-1)
    return xlogy(total, total) - xlogy(counts, counts).sum(axis=-1)


def _total_bits(counts: npt.NDArray[np.int64]) -> float:
    return float(_total_nats(counts)) / math.log(2.0)


def _bits(counts: npt.NDArray[np.int64]) -> float:
    return _total_bits(counts) / counts.sum()


def _midpoints(
    low: npt.NDArray[np.floating[Any]], high: npt.NDArray[np.floating[Any]]
) -> npt.NDArray[np.float64]:
    """Midway between neighbouring values; the lower one where rounding would reach the upper."""
    low, high = low.astype(np.float64), high.astype(np.float64)
    middle = low / 2.0 + high / 2.0
    return np.where(middle < high, middle, low)
