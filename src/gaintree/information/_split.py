"""What a split tells about the classes, from the class counts of its children."""

from typing import Literal

from numpy.typing import ArrayLike

from gaintree.information._checks import contingency_table, family
from gaintree.information._nats import Base, entropy_nats, gain, gini, in_units, plain


def information_gain(
    parent: ArrayLike,
    children: ArrayLike,
    *,
    impurity: Literal["entropy", "gini"] = "entropy",
    base: Base = 2,
) -> float:
    """Impurity lost by a split: I(parent) - sum w_j I(child j), w_j the shares of the children.

    Parameters
    ----------
    parent : array-like of shape (K,) of counts or weights
        Class counts before the split.
    children : array-like of shape (r, K) of counts or weights
        Class counts of each child; they add up to the parent's. An empty child adds nothing.
    impurity : {"entropy", "gini"}, default="entropy"
        Gini is 1 - sum p^2.
    base : 2 (bits), "e" (nats) or float > 0 other than 1, default=2
        Of the entropy; Gini has no unit.

    Returns
    -------
    float
        From 0, where all children have the parent's distribution, to the parent's impurity. The
        gain in entropy is the mutual information of child and class.

    Raises
    ------
    ValueError
        If no count is positive, the children do not add up to the parent, or `impurity` is unknown.

    References
    ----------
    Quinlan (1986), Induction of Decision Trees. Machine Learning 1.
    Breiman, Friedman, Olshen and Stone (1984), Classification and Regression Trees. Wadsworth.

    Examples
    --------
    >>> play, outlook = [9, 5], [[2, 3], [4, 0], [3, 2]]
    >>> round(information_gain(play, outlook), 6)
    0.24675
    >>> round(information_gain(play, outlook, impurity="gini"), 6)
    0.116327
    """
    counts = family(parent, children)
    if impurity not in ("entropy", "gini"):
        raise ValueError(f'impurity must be "entropy" or "gini", got {impurity!r}')
    if impurity == "gini":
        return plain(gain(counts, gini))
    return in_units(gain(counts, entropy_nats), base)


def split_information(children: ArrayLike, *, base: Base = 2) -> float:
    """Entropy of the shares of the children: -sum w_j log w_j.

    Parameters
    ----------
    children : array-like of shape (r, K) of counts or weights
    base : 2 (bits), "e" (nats) or float > 0 other than 1, default=2

    Returns
    -------
    float
        From 0, where one child takes all, to log r.

    Raises
    ------
    ValueError
        If no count is positive.

    References
    ----------
    Quinlan (1993), C4.5: Programs for Machine Learning. Morgan Kaufmann.

    Examples
    --------
    >>> round(split_information([[2, 3], [4, 0], [3, 2]]), 6)
    1.577406
    """
    return in_units(entropy_nats(contingency_table(children, "children").sum(axis=1)), base)


def gain_ratio(parent: ArrayLike, children: ArrayLike) -> float:
    """Information gain over split information; the same in any base.

    Parameters
    ----------
    parent : array-like of shape (K,) of counts or weights
    children : array-like of shape (r, K) of counts or weights

    Returns
    -------
    float
        From 0 to 1, and 0 where one child takes all, which leaves no split to divide by.

    Raises
    ------
    ValueError
        If no count is positive, or the children do not add up to the parent.

    References
    ----------
    Quinlan (1993), C4.5: Programs for Machine Learning. Morgan Kaufmann.

    Examples
    --------
    >>> round(gain_ratio([9, 5], [[2, 3], [4, 0], [3, 2]]), 6)
    0.156428
    """
    gain, split = information_gain(parent, children), split_information(children)
    # The gain is never more than the split information, except by rounding.
    return min(gain / split, 1.0) if split else 0.0
