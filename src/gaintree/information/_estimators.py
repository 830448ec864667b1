"""Entropy estimated from counts, in nats, by the formulas in the notes of `entropy_from_counts`.

An estimator takes counts of shape (m, k), with something in each row, and the number K of outcomes
that are possible; those of them that the k columns leave out have not been counted once.
"""

import numbers
from collections.abc import Callable

import numpy as np
from scipy.special import entr, psi, xlog1py

from gaintree.information._checks import Estimator, Floats
from gaintree.information._nats import entropy_nats, gini
from gaintree.information._nsb import nsb_nats


def estimated_nats(
    counts: Floats, estimator: Estimator, alphabet_size: int | None = None
) -> Floats:
    """Entropy of the counts on the last axis, NaN where there are none."""
    filled = counts.any(axis=-1)
    size = _outcomes(counts, alphabet_size)
    nats = np.full(filled.shape, np.nan)
    nats[filled] = ESTIMATORS[estimator](counts[filled], size)
    return nats


def _outcomes(counts: Floats, alphabet_size: int | None) -> int:
    """Number of possible outcomes: as many as the last axis is long unless it is given."""
    if alphabet_size is None:
        return int(counts.shape[-1])
    if isinstance(alphabet_size, bool) or not isinstance(alphabet_size, numbers.Integral):
        raise TypeError(f"alphabet_size must be an int or None, got {alphabet_size!r}")
    seen = np.count_nonzero(counts, axis=-1).max(initial=1)
    if alphabet_size < seen:
        raise ValueError(
            f"alphabet_size must be at least {seen}, the number of outcomes that were counted, got "
            f"{alphabet_size}"
        )
    return int(alphabet_size)


def _plugin(counts: Floats, size: int) -> Floats:
    return entropy_nats(counts)


def _miller_madow(counts: Floats, size: int) -> Floats:
    seen = np.count_nonzero(counts, axis=-1)
    return entropy_nats(counts) + (seen - 1) / (2 * counts.sum(axis=-1))


def _grassberger(counts: Floats, size: int) -> Floats:
    # G(c) as Grassberger has it takes the same value at 2m and 2m + 1, and this is that value.
    return _mean_surprise(counts, psi(counts // 2 + 0.5) + np.log(2))


def _grassberger88(counts: Floats, size: int) -> Floats:
    sign = 1 - 2 * (counts % 2)
    return _mean_surprise(counts, psi(np.maximum(counts, 1)) + sign / (counts + 1))


def _mean_surprise(counts: Floats, log_counts: Floats) -> Floats:
    """Mean of log n - log c over the samples, for some estimate of log c."""
    n = counts.sum(axis=-1, keepdims=True)
    return np.asarray((counts / n * (np.log(n) - log_counts)).sum(axis=-1))


def _chao_shen(counts: Floats, size: int) -> Floats:
    n, once = counts.sum(axis=-1, keepdims=True), (counts == 1).sum(axis=-1, keepdims=True)
    coverage = 1 - np.minimum(once, n - 1) / n  # not 0 where all occur once
    p = coverage * counts / n
    met = -np.expm1(xlog1py(n, -p))  # the probability to be among the n samples
    return np.asarray((entr(p) / np.where(counts > 0, met, 1.0)).sum(axis=-1))


def _james_stein(counts: Floats, size: int) -> Floats:
    n, seen = counts.sum(axis=-1), np.count_nonzero(counts, axis=-1)
    p = counts / n[:, None]
    distance = ((p - 1 / size) ** 2).sum(axis=-1, where=counts > 0) + (size - seen) / size**2
    room = (n - 1) * distance
    shrunk = np.divide(gini(counts), room, out=np.ones_like(n), where=room > 0).clip(0, 1)[:, None]
    return _shared(counts, shrunk / size + (1 - shrunk) * p, shrunk / size, size)


def _laplace(counts: Floats, size: int) -> Floats:
    return _shared(counts, counts + 1, 1.0, size)


def _kt(counts: Floats, size: int) -> Floats:
    return _shared(counts, counts + 0.5, 0.5, size)


def _shared(counts: Floats, seen: Floats, unseen: Floats | float, size: int) -> Floats:
    """Entropy where outcomes that were counted have one weight, each that was not another."""
    k = size - np.count_nonzero(counts, axis=-1, keepdims=True)
    others = k * unseen
    weights = np.concatenate([np.where(counts > 0, seen, 0.0), others], axis=-1)
    share = others[:, 0] / weights.sum(axis=-1)
    return entropy_nats(weights) + share * np.log(np.maximum(k[:, 0], 1))


def _nsb(counts: Floats, size: int) -> Floats:
    return np.array([nsb_nats(row, size) for row in counts])


ESTIMATORS: dict[Estimator, Callable[[Floats, int], Floats]] = {
    "plugin": _plugin,
    "miller_madow": _miller_madow,
    "grassberger": _grassberger,
    "grassberger88": _grassberger88,
    "chao_shen": _chao_shen,
    "james_stein": _james_stein,
    "laplace": _laplace,
    "kt": _kt,
    "nsb": _nsb,
}
