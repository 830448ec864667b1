"""Mutual information of two variables, given as a table or as labels, and its relatives."""

from collections.abc import Iterable
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from gaintree.information._checks import Floats, contingency_table, label_codes, sums, weights_of
from gaintree.information._nats import Base, entropy_nats, gain, in_units, pointwise_nats


def mutual_information(table: ArrayLike, *, base: Base = 2) -> float:
    """Information that rows and columns hold about each other: H(X) + H(Y) - H(X, Y).

    Parameters
    ----------
    table : array-like of shape (r, K) of counts or weights
    base : 2 (bits), "e" (nats) or float > 0 other than 1, default=2

    Returns
    -------
    float
        From 0 for independent variables to min(H(X), H(Y)).

    Raises
    ------
    ValueError
        If no count is positive.

    References
    ----------
    Cover and Thomas (2006), Elements of Information Theory, section 2.3. Wiley.

    Examples
    --------
    >>> mutual_information([[3, 0], [0, 3]])
    1.0
    """
    return in_units(gain(contingency_table(table, "table"), entropy_nats), base)


def mutual_information_xy(
    x: Iterable[Any], y: Iterable[Any], *, sample_weight: ArrayLike | None = None, base: Base = 2
) -> float:
    """Mutual information of two sequences of labels: H(X) + H(Y) - H(X, Y).

    No table is laid out, so that two columns of identifiers cost no more than their samples.

    Parameters
    ----------
    x, y : sequence of n hashable values
    sample_weight : array-like of shape (n,), default=None
    base : 2 (bits), "e" (nats) or float > 0 other than 1, default=2

    Returns
    -------
    float
        From 0 to min(H(X), H(Y)).

    Raises
    ------
    ValueError
        If `x` and `y` differ in length or are empty, or no weight is positive.

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
    weights = weights_of(sample_weight, "sample_weight", len(row))
    used = weights > 0
    row, column, weights = row[used], column[used], weights[used]
    rows, columns = sums(row, weights), sums(column, weights)
    pairs, cell = np.unique(row * len(columns) + column, return_inverse=True)
    i, j = np.divmod(pairs, len(columns))
    shares, cells = columns / columns.sum(), sums(cell, weights)
    mean = cells @ pointwise_nats(cells, rows[i], shares[j]) / cells.sum()
    return in_units(max(0.0, mean), base)


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


def normalized_mutual_information(
    table: ArrayLike, norm: Literal["arithmetic", "min", "max", "joint", "geometric"] = "arithmetic"
) -> float:
    """Mutual information over a mean of H(X) and H(Y), or over H(X, Y); the same in any base.

    Parameters
    ----------
    table : array-like of shape (r, K) of counts or weights
    norm : {"arithmetic", "min", "max", "joint", "geometric"}, default="arithmetic"

    Returns
    -------
    float
        From 0 to 1. It is 1 where neither variable varies, as in scikit-learn, and else 0 where
        the divisor is 0. "joint" is one minus the distance of Lopez de Mantaras (1991).

    Raises
    ------
    ValueError
        If no count is positive, or `norm` is unknown.

    References
    ----------
    Vinh, Epps and Bailey (2010), Information Theoretic Measures for Clusterings Comparison. Journal
    of Machine Learning Research 11.
    Lopez de Mantaras (1991), A Distance-Based Attribute Selection Measure for Decision Tree
    Induction. Machine Learning 6.

    Examples
    --------
    >>> round(normalized_mutual_information([[2, 2], [0, 4]], "max"), 6)
    0.311278
    """
    counts = contingency_table(table, "table")
    h_x, h_y = float(entropy_nats(counts.sum(axis=1))), float(entropy_nats(counts.sum(axis=0)))
    divisors = {
        "arithmetic": (h_x + h_y) / 2,
        "min": min(h_x, h_y),
        "max": max(h_x, h_y),
        "joint": float(entropy_nats(counts.ravel())),
        "geometric": h_x**0.5 * h_y**0.5,
    }
    if norm not in divisors:
        raise ValueError(f"norm must be one of {', '.join(divisors)}, got {norm!r}")
    if h_x == h_y == 0:
        return 1.0
    if divisors[norm] == 0:
        return 0.0
    return min(1.0, float(gain(counts, entropy_nats)) / divisors[norm])


def symmetric_uncertainty(table: ArrayLike) -> float:
    """Mutual information over the mean entropy: 2 I(X; Y) / (H(X) + H(Y)).

    Parameters
    ----------
    table : array-like of shape (r, K) of counts or weights

    Returns
    -------
    float
        From 0 to 1, and 1 where neither variable varies.

    Raises
    ------
    ValueError
        If no count is positive.

    References
    ----------
    Yu and Liu (2003), Feature Selection for High-Dimensional Data. ICML.

    Examples
    --------
    >>> round(symmetric_uncertainty([[2, 2], [0, 4]]), 6)
    0.343711
    """
    return normalized_mutual_information(table, "arithmetic")
