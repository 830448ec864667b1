"""Entropy of one distribution: given as such, as counts or as labels."""

import numbers
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from gaintree.information._checks import (
    Estimator,
    Floats,
    check_counts,
    distribution,
    label_codes,
    outcomes_last,
    sums,
    weights_of,
)
from gaintree.information._estimators import estimated_nats
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


def entropy_from_counts(
    counts: ArrayLike,
    *,
    estimator: Estimator = "plugin",
    alphabet_size: int | None = None,
    base: Base = 2,
    axis: int = -1,
) -> float | Floats:
    """Entropy of a distribution estimated from counts c; plug-in: H(c / sum c).

    Parameters
    ----------
    counts : array-like of non-negative int or float
        Numbers of samples, thus whole, but for "plugin", "laplace" and "kt", which take weights.
    estimator : {"plugin", "miller_madow", "grassberger", "grassberger88", "chao_shen", \
            "james_stein", "laplace", "kt", "nsb"}, default="plugin"
        See Notes.
    alphabet_size : int, default=None
        Number K of possible outcomes, for "james_stein", "laplace", "kt" and "nsb"; the others do
        not use it. None: the length of `axis`, so that a count of 0 is an outcome that could be.
    base : 2 (bits), "e" (nats) or float > 0 other than 1, default=2
    axis : int, default=-1

    Returns
    -------
    float or ndarray of the shape of `counts` without `axis`
        From 0 to log K, where the notes say nothing else. It is NaN where all counts are 0: no
        samples have no distribution.

    Raises
    ------
    ValueError
        If there are no outcomes along `axis`, `estimator` is unknown or does not take these counts,
        or more than `alphabet_size` outcomes were counted.
    TypeError
        If `alphabet_size` is not an int.

    Notes
    -----
    The plug-in entropy of n samples is too low by about (K - 1) / (2 n) nats. The others correct
    that, each in its way. In nats, with p = c / n, s outcomes that were counted, f of them once:

    plugin [1]_
        -sum p log p.
    miller_madow [2]_
        plugin + (s - 1) / (2 n). It can exceed log K.
    grassberger [3]_
        log n - sum p G(c), G(c) = psi(c) + (-1)^c (psi((c + 1) / 2) - psi(c / 2)) / 2. It can
        exceed log K or be negative, and is not 0 where a single outcome was counted.
    grassberger88 [4]_
        sum p (log n - psi(c) - (-1)^c / (c + 1)). As grassberger, which replaced it.
    chao_shen [5]_
        -sum q log q / (1 - (1 - q)^n), q = (1 - f / n) p, for many outcomes not counted yet. Where
        all were counted once, f is taken as n - 1. It can exceed log K.
    james_stein [6]_
        -sum q log q, q = L / K + (1 - L) p, L = (1 - sum p^2) / ((n - 1) sum (1 / K - p)^2) from 0
        to 1, and 1 where the divisor is 0.
    laplace, kt [7]_
        -sum q log q, q = (c + a) / (n + a K), a = 1 for laplace and 1/2 for kt.
    nsb [8]_
        Posterior mean under a mixture of Dirichlet priors that is flat in the expected entropy.
        An integral, taken to some 13 digits; much slower than the others.

    References
    ----------
    .. [1] Paninski (2003), Estimation of Entropy and Mutual Information. Neural Computation 15.
    .. [2] Miller (1955), Note on the Bias of Information Estimates. In: Information Theory in
       Psychology. Free Press.
    .. [3] Grassberger (2003), Entropy Estimates from Insufficient Samplings.
       arXiv:physics/0307138.
    .. [4] Grassberger (1988), Finite Sample Corrections to Entropy and Dimension Estimates. Physics
       Letters A 128.
    .. [5] Chao and Shen (2003), Nonparametric Estimation of Shannon's Index of Diversity When There
       Are Unseen Species in Sample. Environmental and Ecological Statistics 10.
    .. [6] Hausser and Strimmer (2009), Entropy Inference and the James-Stein Estimator. Journal of
       Machine Learning Research 10.
    .. [7] Krichevsky and Trofimov (1981), The Performance of Universal Encoding. IEEE Trans. Inf.
       Theory 27.
    .. [8] Nemenman, Shafee and Bialek (2002), Entropy and Inference, Revisited. NIPS 14.

    Examples
    --------
    >>> round(entropy_from_counts([9, 5]), 6)
    0.940286
    >>> round(entropy_from_counts([9, 5], estimator="miller_madow"), 6)
    0.991811
    >>> round(entropy_from_counts([9, 5], estimator="nsb", alphabet_size=3), 6)
    1.037444
    """
    c = outcomes_last(counts, "counts", axis).astype(np.float64)
    check_counts(c, "counts", estimator)
    return in_units(estimated_nats(c, estimator, alphabet_size), base)


def entropy_of(
    labels: Iterable[Any],
    *,
    sample_weight: ArrayLike | None = None,
    estimator: Estimator = "plugin",
    alphabet_size: int | None = None,
    base: Base = 2,
) -> float:
    """Entropy of a sequence of labels, from their counts; plug-in: H(c / sum c).

    Parameters
    ----------
    labels : sequence of n hashable values
        A string is the sequence of its characters. All NaN are one label.
    sample_weight : array-like of shape (n,), default=None
        Whole numbers, unless `estimator` takes weights.
    estimator : str, default="plugin"
        One of those of `entropy_from_counts`.
    alphabet_size : int, default=None
        Number K of labels that are possible. None: those that occur.
    base : 2 (bits), "e" (nats) or float > 0 other than 1, default=2

    Returns
    -------
    float
        From 0 to log K, or as `entropy_from_counts` says.

    Raises
    ------
    ValueError
        If there are no labels, or none of positive weight; `estimator` is unknown or does not take
        these weights; or more than `alphabet_size` labels occur.
    TypeError
        If `alphabet_size` is not an int.

    References
    ----------
    Paninski (2003), Estimation of Entropy and Mutual Information. Neural Computation 15.

    Examples
    --------
    >>> entropy_of(["heads", "tails"] * 10)
    1.0
    """
    codes = label_codes(labels, "labels")
    weights = weights_of(sample_weight, "sample_weight", len(codes), estimator)
    counts = sums(codes, weights)
    return in_units(estimated_nats(counts[counts > 0], estimator, alphabet_size), base)


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
