"""Mutual information over a mean of the entropies, as it is and above chance."""

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from sklearn.metrics.cluster import expected_mutual_information

from gaintree.information._checks import contingency_table, whole_table
from gaintree.information._nats import entropy_nats, gain


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
    divisors = _means(h_x, h_y) | {"joint": float(entropy_nats(counts.ravel()))}
    _check_norm(norm, divisors)
    if h_x == h_y == 0:
        return 1.0
    if divisors[norm] == 0:
        return 0.0
    return min(1.0, float(gain(counts, entropy_nats)) / divisors[norm])


def adjusted_mutual_information(
    table: ArrayLike, norm: Literal["arithmetic", "min", "max", "geometric"] = "arithmetic"
) -> float:
    """Mutual information above chance: (I - E[I]) / (M - E[I]), M a mean of H(X) and H(Y).

    E[I] is the mean over all tables with the same sums of rows and columns, as permuting either
    variable makes them. It is `sklearn.metrics.adjusted_mutual_info_score`, of a table; the same in
    any base.

    Parameters
    ----------
    table : array-like of shape (r, K) of counts
        Whole numbers. The time is of order r K n, n their sum.
    norm : {"arithmetic", "min", "max", "geometric"}, default="arithmetic"

    Returns
    -------
    float
        At most 1; 0 on average for independent variables, and negative for less. It is 1 where
        neither variable varies or chance alone reaches M, and 0 where just one does not vary.

    Raises
    ------
    ValueError
        If no count is positive, a count is not whole, or `norm` is unknown.

    References
    ----------
    Vinh, Epps and Bailey (2010), Information Theoretic Measures for Clusterings Comparison. Journal
    of Machine Learning Research 11.

    Examples
    --------
    >>> round(adjusted_mutual_information([[2, 3], [4, 0], [3, 2]]), 6)
    0.10353
    """
    counts = whole_table(table, "table", "the mean over permutations")
    counts = counts[counts.any(axis=1)][:, counts.any(axis=0)]
    h_x, h_y = float(entropy_nats(counts.sum(axis=1))), float(entropy_nats(counts.sum(axis=0)))
    means = _means(h_x, h_y)
    _check_norm(norm, means)
    if h_x == 0 or h_y == 0:
        return float(h_x == h_y)
    by_chance = expected_mutual_information(counts.astype(np.int64), int(counts.sum()))
    room = means[norm] - by_chance
    # No room but for rounding: all tables with these sums reach the mean.
    return float((gain(counts, entropy_nats) - by_chance) / room) if room > 1e-9 * h_x else 1.0


def _means(h_x: float, h_y: float) -> dict[str, float]:
    return {
        "arithmetic": (h_x + h_y) / 2,
        "min": min(h_x, h_y),
        "max": max(h_x, h_y),
        "geometric": h_x**0.5 * h_y**0.5,
    }


def _check_norm(norm: str, known: dict[str, float]) -> None:
    if norm not in known:
        raise ValueError(f"norm must be one of {', '.join(known)}, got {norm!r}")


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
