"""Mutual information of two variables, given as a table or as labels, and of their values."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from gaintree.information._checks import (
    Estimator,
    Floats,
    contingency_table,
    label_codes,
    sums,
    weights_of,
)
from gaintree.information._estimators import estimated_nats
from gaintree.information._nats import Base, entropy_nats, gain, in_units, pointwise_nats


def mutual_information(
    table: ArrayLike, *, estimator: Estimator = "plugin", base: Base = 2
) -> float:
    """Information that rows and columns hold about each other: H(X) + H(Y) - H(X, Y).

    Parameters
    ----------
    table : array-like of shape (r, K) of counts or weights
        Whole numbers, unless `estimator` takes weights.
    estimator : str, default="plugin"
        One of those of `entropy_from_counts`, for each of the three entropies; r, K and r K
        outcomes are possible.
    base : 2 (bits), "e" (nats) or float > 0 other than 1, default=2

    Returns
    -------
    float
        From 0 for independent variables to min(H(X), H(Y)). By other estimators than "plugin" it
        can be negative: less than chance brings.

    Raises
    ------
    ValueError
        If no count is positive, or `estimator` is unknown or does not take these counts.

    References
    ----------
    Cover and Thomas (2006), Elements of Information Theory, section 2.3. Wiley.

    Examples
    --------
    >>> mutual_information([[3, 0], [0, 3]])
    1.0
    >>> round(mutual_information([[2, 3], [4, 0], [3, 2]], estimator="miller_madow"), 6)
    0.195225
    """
    counts = contingency_table(table, "table", estimator)
    if estimator == "plugin":
        return in_units(gain(counts, entropy_nats), base)
    parts = counts.sum(axis=1), counts.sum(axis=0), counts.ravel()
    return in_units(_estimated(*parts, estimator), base)


def mutual_information_xy(
    x: Iterable[Any],
    y: Iterable[Any],
    *,
    sample_weight: ArrayLike | None = None,
    estimator: Estimator = "plugin",
    base: Base = 2,
) -> float:
    """Mutual information of two sequences of labels: H(X) + H(Y) - H(X, Y).

    No table is laid out, so that two columns of identifiers cost no more than their samples.

    Parameters
    ----------
    x, y : sequence of n hashable values
    sample_weight : array-like of shape (n,), default=None
        Whole numbers, unless `estimator` takes weights.
    estimator : str, default="plugin"
        One of those of `entropy_from_counts`, for each of the three entropies. Possible are the
        labels that occur, and all pairs of them.
    base : 2 (bits), "e" (nats) or float > 0 other than 1, default=2

    Returns
    -------
    float
        From 0 to min(H(X), H(Y)). By other estimators than "plugin" it can be negative.

    Raises
    ------
    ValueError
        If `x` and `y` differ in length or are empty, no weight is positive, or `estimator` is
        unknown or does not take these weights.

    References
    ----------
    Cover and Thomas (2006), Elements of Information Theory, section 2.3. Wiley.

    Examples
    --------
    >>> mutual_information_xy("aabb", [1, 1, 2, 2])
    1.0
    """
    row, column = label_codes(x, "x"), label_codes(y, "y")
    if len(row) != len(column):
        raise ValueError(f"x and y must be equally long, got {len(row)} and {len(column)} labels")
    weights = weights_of(sample_weight, "sample_weight", len(row), estimator)
    used = weights > 0
    row, column, weights = row[used], column[used], weights[used]
    rows, columns = sums(row, weights), sums(column, weights)
    pairs, cell = np.unique(row * len(columns) + column, return_inverse=True)
    cells = sums(cell, weights)
    if estimator != "plugin":
        parts = rows[rows > 0], columns[columns > 0], cells
        return in_units(_estimated(*parts, estimator), base)
    i, j = np.divmod(pairs, len(columns))
    shares = columns / columns.sum()
    mean = cells @ pointwise_nats(cells, rows[i], shares[j]) / cells.sum()
    return in_units(max(0.0, mean), base)


def _estimated(rows: Floats, columns: Floats, cells: Floats, estimator: Estimator) -> Floats:
    """H(X) + H(Y) - H(X, Y), each estimated for itself, where any row could meet any column."""
    joint = estimated_nats(cells, estimator, len(rows) * len(columns))
    return estimated_nats(rows, estimator) + estimated_nats(columns, estimator) - joint


def pointwise_mutual_information(table: ArrayLike, *, base: Base = 2) -> Floats:
    """Information that one value holds about another: log(p(x, y) / (p(x) p(y))) of each cell.

    Parameters
    ----------
    table : array-like of shape (r, K) of counts or weights
    base : 2 (bits), "e" (nats) or float > 0 other than 1, default=2

    Returns
    -------
    ndarray of shape (r, K)
        Positive where x and y meet more often than by chance, -inf where they never meet, NaN in
        an empty row or column. Its mean weighted by the table is the mutual information.

    Raises
    ------
    ValueError
        If no count is positive.

    References
    ----------
    Church and Hanks (1990), Word Association Norms, Mutual Information, and Lexicography.
    Computational Linguistics 16.

    Examples
    --------
    >>> pointwise_mutual_information([[1, 0], [0, 1]])
    array([[  1., -inf], [-inf,   1.]])
    """
    counts = contingency_table(table, "table")
    rows, shares = counts.sum(axis=1, keepdims=True), counts.sum(axis=0) / counts.sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        return in_units(pointwise_nats(counts, rows, shares), base)
