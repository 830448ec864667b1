"""Entropy of one distribution: given as such, as counts or as labels."""

import numbers
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from gaintree.information._checks import (
    Floats,
    distribution,
    label_codes,
    outcomes_last,
    sums,
    weights_of,
)
from gaintree.information._nats import Base, entropy_nats, in_units, plain


def entropy(p: ArrayLike, *, base: Base = 2, axis: int = -1) -> float | Floats:
    """Mean surprise of a distribution: H(p) = -sum p log p.

    Parameters
    ----------
    p : array-like of float, summing to 1 along `axis`
    base : 2 (bits), "e" (nats) or float > 0 other than 1, default=2
    axis : int, default=-1

    Returns
    -------
    float or ndarray of the shape of `p` without `axis`
        From 0 for a certain outcome to log K for K equally probable ones.

    Raises
    ------
    ValueError
        If `p` does not sum to 1.

    References
    ----------
    Shannon (1948), A Mathematical Theory of Communication, section 6.

    Examples
    --------
    >>> entropy([0.5, 0.25, 0.25])
    1.5
    """
    return in_units(entropy_nats(distribution(p, "p", axis)), base)


def entropy_from_counts(counts: ArrayLike, *, base: Base = 2, axis: int = -1) -> float | Floats:
    """Plug-in entropy of counts c: H(c / sum c).

    Parameters
    ----------
    counts : array-like of non-negative int or float
    base : 2 (bits), "e" (nats) or float > 0 other than 1, default=2
    axis : int, default=-1

    Returns
    -------
    float or ndarray of the shape of `counts` without `axis`
        From 0 to log K. It is NaN where all counts are 0: no samples have no distribution.

    Raises
    ------
    ValueError
        If there are no outcomes along `axis`.

    References
    ----------
    Paninski (2003), Estimation of Entropy and Mutual Information. Neural Computation 15.

    Examples
    --------
    >>> round(entropy_from_counts([9, 5]), 6)
    0.940286
    """
    c = outcomes_last(counts, "counts", axis).astype(np.float64)
    return in_units(np.where(c.any(axis=-1), entropy_nats(c), np.nan), base)


def entropy_of(
    labels: Iterable[Any], *, sample_weight: ArrayLike | None = None, base: Base = 2
) -> float:
    """Plug-in entropy of a sequence of labels: H(c / sum c), c_k the weight of label k.

    Parameters
    ----------
    labels : sequence of n hashable values
        A string is the sequence of its characters. All NaN are one label.
    sample_weight : array-like of shape (n,), default=None
    base : 2 (bits), "e" (nats) or float > 0 other than 1, default=2

    Returns
    -------
    float
        From 0 to the logarithm of the number of different labels.

    Raises
    ------
    ValueError
        If there are no labels, or none of positive weight.

    References
    ----------
    Paninski (2003), Estimation of Entropy and Mutual Information. Neural Computation 15.

    Examples
    --------
    >>> entropy_of(["heads", "tails"] * 10)
    1.0
    """
    codes = label_codes(labels, "labels")
    weights = weights_of(sample_weight, "sample_weight", len(codes))
    return in_units(entropy_nats(sums(codes, weights)), base)


def max_entropy(n_classes: int, *, base: Base = 2) -> float:
    """Largest entropy of a distribution over K outcomes: log K.

    Parameters
    ----------
    n_classes : int >= 1
    base : 2 (bits), "e" (nats) or float > 0 other than 1, default=2

    Returns
    -------
    float
        From 0 for a single outcome.

    Raises
    ------
    TypeError
        If `n_classes` is not an int.
    ValueError
        If `n_classes` is below 1.

    References
    ----------
    Cover and Thomas (2006), Elements of Information Theory, section 2.6. Wiley.

    Examples
    --------
    >>> max_entropy(8)
    3.0
    """
    if isinstance(n_classes, bool) or not isinstance(n_classes, numbers.Integral):
        raise TypeError(f"n_classes must be an int, got {n_classes!r}")
    if n_classes < 1:
        raise ValueError(f"n_classes must be at least 1, got {n_classes}")
    return in_units(np.log1p(n_classes - 1), base)  # as entropy has it, to the last bit


def perplexity(p: ArrayLike, *, axis: int = -1) -> float | Floats:
    """Number of equally probable outcomes that are as uncertain as p: base^H(p), for any base.

    Parameters
    ----------
    p : array-like of float, summing to 1 along `axis`
    axis : int, default=-1

    Returns
    -------
    float or ndarray of the shape of `p` without `axis`
        From 1 for a certain outcome to K for K equally probable ones.

    Raises
    ------
    ValueError
        If `p` does not sum to 1.

    References
    ----------
    Jelinek, Mercer, Bahl and Baker (1977), Perplexity, a Measure of the Difficulty of Speech
    Recognition Tasks. Journal of the Acoustical Society of America 62.

    Examples
    --------
    >>> round(perplexity([1 / 8] * 8), 6)
    8.0
    """
    return plain(np.exp(entropy_nats(distribution(p, "p", axis))))
