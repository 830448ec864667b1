"""Entropies of two variables whose joint values a table counts."""

from typing import Literal

from numpy.typing import ArrayLike

from gaintree.information._checks import contingency_table
from gaintree.information._nats import Base, conditional_nats, entropy_nats, in_units


def joint_entropy(table: ArrayLike, *, base: Base = 2) -> float:
    """Entropy of the pair that a table counts: H(X, Y) = -sum p(x, y) log p(x, y).

    Parameters
    ----------
    table : array-like of shape (r, K) of counts or weights
    base : 2 (bits), "e" (nats) or float > 0 other than 1, default=2

    Returns
    -------
    float
        From max(H(X), H(Y)) to H(X) + H(Y).

    Raises
    ------
    ValueError
        If no count is positive.

    References
    ----------
    Cover and Thomas (2006), Elements of Information Theory, section 2.2. Wiley.

    Examples
    --------
    >>> joint_entropy([[1, 1], [1, 1]])
    2.0
    """
    return in_units(entropy_nats(contingency_table(table, "table").ravel()), base)


def conditional_entropy(table: ArrayLike, given: Literal[0, 1] = 1, *, base: Base = 2) -> float:
    """Uncertainty left about one variable once the other is known: H(X | Y) = H(X, Y) - H(Y).

    Parameters
    ----------
    table : array-like of shape (r, K) of counts or weights
    given : {0, 1}, default=1
        Axis of the known variable. 1: columns are known, H(X | Y) = H(rows | columns).
        0: rows are known, H(Y | X) = H(columns | rows).
    base : 2 (bits), "e" (nats) or float > 0 other than 1, default=2

    Returns
    -------
    float
        From 0, where the known variable decides the other, to the other's own entropy.

    Raises
    ------
    ValueError
        If no count is positive, or `given` is neither 0 nor 1.

    References
    ----------
    Cover and Thomas (2006), Elements of Information Theory, section 2.2. Wiley.

    Examples
    --------
    >>> conditional_entropy([[2, 2], [0, 4]], given=0)
    0.5
    """
    if given not in (0, 1):
        raise ValueError(
            f"given must be 0 (rows are known) or 1 (columns are known), got {given!r}"
        )
    counts = contingency_table(table, "table")
    return in_units(conditional_nats(counts if given == 0 else counts.T), base)


def variation_of_information(table: ArrayLike, *, base: Base = 2) -> float:
    """Distance of two partitions of the same samples: H(X | Y) + H(Y | X), a metric.

    Parameters
    ----------
    table : array-like of shape (r, K) of counts or weights
    base : 2 (bits), "e" (nats) or float > 0 other than 1, default=2

    Returns
    -------
    float
        From 0, where each of X and Y decides the other, to H(X, Y).

    Raises
    ------
    ValueError
        If no count is positive.

    References
    ----------
    Meila (2007), Comparing Clusterings, an Information Based Distance. Journal of Multivariate
    Analysis 98.

    Examples
    --------
    >>> variation_of_information([[1, 1], [1, 1]])
    2.0
    """
    counts = contingency_table(table, "table")
    return in_units(conditional_nats(counts) + conditional_nats(counts.T), base)
