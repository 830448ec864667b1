"""How far distributions are from each other."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import rel_entr, xlogy

from gaintree.information._checks import (
    Floats,
    distribution,
    distribution_pair,
    real_numbers,
    weights_of,
)
from gaintree.information._nats import Base, entropy_nats, gain, in_units


def cross_entropy(p: ArrayLike, q: ArrayLike, *, base: Base = 2, axis: int = -1) -> float | Floats:
    """Mean code length when outcomes follow p and the code was made for q: -sum p log q.

    Parameters
    ----------
    p, q : array-like of float, summing to 1 along `axis`; other axes broadcast
    base : 2 (bits), "e" (nats) or float > 0 other than 1, default=2
    axis : int, default=-1

    Returns
    -------
    float or ndarray of the common shape without `axis`
        H(p) + KL(p || q): at least H(p), reached where q = p; inf where q = 0 < p.

    Raises
    ------
    ValueError
        If `p` or `q` does not sum to 1, or they do not have the same outcomes.

    References
    ----------
    Cover and Thomas (2006), Elements of Information Theory, section 5.4. Wiley.

    Examples
    --------
    >>> round(cross_entropy([0.5, 0.5], [0.25, 0.75]), 6)
    1.207519
    """
    p, q = distribution_pair(p, q, axis)
    return in_units(-xlogy(p, q).sum(axis=-1), base)


def kl_divergence(p: ArrayLike, q: ArrayLike, *, base: Base = 2, axis: int = -1) -> float | Floats:
    """Code length lost by taking p for q: KL(p || q) = sum p log(p / q). Not symmetric.

    Parameters
    ----------
    p, q : array-like of float, summing to 1 along `axis`; other axes broadcast
    base : 2 (bits), "e" (nats) or float > 0 other than 1, default=2
    axis : int, default=-1

    Returns
    -------
    float or ndarray of the common shape without `axis`
        From 0, where q = p, to inf, where q = 0 < p.

    Raises
    ------
    ValueError
        If `p` or `q` does not sum to 1, or they do not have the same outcomes.

    References
    ----------
    Kullback and Leibler (1951), On Information and Sufficiency. Annals of Mathematical
    Statistics 22.

    Examples
    --------
    >>> kl_divergence([1, 0], [0.25, 0.75])
    2.0
    >>> kl_divergence([0.25, 0.75], [1, 0])
    inf
    """
    p, q = distribution_pair(p, q, axis)
    return in_units(np.maximum(rel_entr(p, q).sum(axis=-1), 0.0), base)


def js_divergence(
    ps: ArrayLike, weights: ArrayLike | None = None, *, base: Base = 2, axis: int = -1
) -> float | Floats:
    """Generalised Jensen-Shannon divergence of r distributions: sum w_i KL(p_i || sum w_j p_j).

    It equals H(sum w_i p_i) - sum w_i H(p_i), which is the information gain of a split into
    children with class distributions p_i and shares w_i. Not its square root, the distance.

    Parameters
    ----------
    ps : array-like of float of shape (r, ..., K)
        ``ps[i]`` is distribution i, summing to 1 along `axis`.
    weights : array-like of shape (r,), default=None
        Non-negative, divided by their sum. None weighs all distributions alike.
    base : 2 (bits), "e" (nats) or float > 0 other than 1, default=2
    axis : int, default=-1
        Axis of the outcomes in `ps`; it cannot be the first.

    Returns
    -------
    float or ndarray of the shape of ``ps[0]`` without the outcomes
        From 0 for equal distributions to H(w) for disjoint ones.

    Raises
    ------
    ValueError
        If a distribution does not sum to 1, or no weight is positive.

    References
    ----------
    Lin (1991), Divergence Measures Based on the Shannon Entropy. IEEE Trans. Inf. Theory 37.

    Examples
    --------
    >>> js_divergence([[1, 0], [0, 1]])
    1.0
    """
    ps = real_numbers(ps, "ps")
    if ps.ndim < 2 or axis % ps.ndim == 0:
        raise ValueError(
            "ps must have a distribution per entry of its first axis and the outcomes along "
            f"another one, got shape {ps.shape} and axis {axis}"
        )
    p = distribution(ps, "ps", axis)
    w = weights_of(weights, "weights", len(p)).reshape(-1, *[1] * (p.ndim - 1))
    return in_units(gain(w * p, entropy_nats), base)
