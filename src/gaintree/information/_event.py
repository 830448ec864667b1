"""Information of one event of probability p."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import lambertw, logit

from gaintree.information._checks import Floats, probabilities
from gaintree.information._nats import Base, binary_entropy_nats, in_units, plain


def self_information(p: ArrayLike, *, base: Base = 2) -> float | Floats:
    """Surprise of an event of probability p: log(1 / p).

    Parameters
    ----------
    p : array-like of float in [0, 1], any shape
    base : 2 (bits), "e" (nats) or float > 0 other than 1, default=2

    Returns
    -------
    float or ndarray of the shape of `p`
        From 0 for a certain event to inf for an impossible one.

    Raises
    ------
    ValueError
        If `p` is above 1.

    References
    ----------
    MacKay (2003), Information Theory, Inference, and Learning Algorithms, section 2.4. Cambridge.

    Examples
    --------
    >>> self_information(1 / 8)
    3.0
    """
    with np.errstate(divide="ignore"):
        return in_units(-np.log(probabilities(p, "p")), base)


def binary_entropy(p: ArrayLike, *, base: Base = 2) -> float | Floats:
    """Entropy of an event of probability p: h(p) = -p log p - (1 - p) log(1 - p).

    Parameters
    ----------
    p : array-like of float in [0, 1], any shape
    base : 2 (bits), "e" (nats) or float > 0 other than 1, default=2

    Returns
    -------
    float or ndarray of the shape of `p`
        From 0 at p = 0 and p = 1 to log 2, one bit, at p = 1/2.

    Raises
    ------
    ValueError
        If `p` is above 1.

    References
    ----------
    Cover and Thomas (2006), Elements of Information Theory, section 2.1. Wiley.

    Examples
    --------
    >>> round(binary_entropy(0.9), 6)
    0.468996
    """
    return in_units(binary_entropy_nats(probabilities(p, "p")), base)


def inverse_binary_entropy(h: ArrayLike) -> float | Floats:
    """Probability p in [0, 1/2] of an event whose binary entropy is h bits.

    By Fano's inequality, the least error with which one of two classes can be told when h bits of
    uncertainty about them remain.

    Parameters
    ----------
    h : array-like of float in [0, 1], any shape

    Returns
    -------
    float or ndarray of the shape of `h`
        From 0 to 1/2.

    Raises
    ------
    ValueError
        If `h` is above 1.

    References
    ----------
    Cover and Thomas (2006), Elements of Information Theory, section 2.10. Wiley.

    Examples
    --------
    >>> round(inverse_binary_entropy(0.5), 6)
    0.110028
    """
    bits = probabilities(h, "h")
    below = _probability_of(np.minimum(bits, 0.5) * np.log(2))
    above = (1 - _imbalance_of((1 - np.maximum(bits, 0.5)) * np.log(2))) / 2
    return plain(np.where(bits <= 0.5, below, above))


# Both solve by Newton's method, from a side on which it never overshoots.


def _probability_of(nats: Floats) -> Floats:
    """Solve h(p) = nats for p, up to half a bit, where h(p) is almost p (1 - ln p)."""
    p = nats / -lambertw(-nats / np.e, -1).real  # the solution of p (1 - ln p) = nats
    for _ in range(5):
        p = p + (nats - binary_entropy_nats(p)) / -logit(p)
    return p


def _imbalance_of(missing: Floats) -> Floats:
    """Solve ln 2 - h(p) = missing for u = 1 - 2p; of order u^2, it is too little to show in h."""
    u = np.maximum(np.sqrt(2 * missing), 1e-300)
    for _ in range(5):
        u = u - (u * np.arctanh(u) + np.log1p(-u * u) / 2 - missing) / np.arctanh(u)
    return u
