"""Entropy by the estimator of Nemenman, Shafee and Bialek (2002): a prior nearly flat in entropy.

Under Dirichlet(beta, ..., beta) over K outcomes the entropy is nearly sure beforehand: its mean is
xi(beta) = psi(K beta + 1) - psi(beta + 1). So the prior is a mixture over beta, each weighed by
xi'(beta), which makes xi uniform from 0 to log K. The estimate is the mean of the posterior:

    integral of w(beta) S(beta) over the integral of w(beta),   w = evidence(beta) xi'(beta),

S(beta) the mean entropy of Dirichlet(counts + beta). Over u = log beta the integrand is smooth, has
one peak and falls exponentially to both sides; there the trapezoidal rule converges exponentially.
"""

from collections.abc import Callable
from functools import partial

import numpy as np
from scipy.special import gammaln, psi, zeta

from gaintree.information._checks import Floats

POINTS = 500
DEPTH = 40.0  # what is below exp(-40) of the peak adds nothing that float64 would show


def nsb_nats(counts: Floats, size: int) -> float:
    """Entropy of size outcomes, of which these were counted; shape (m,), with something in it."""
    if size == 1:
        return 0.0
    seen, often = np.unique(counts[counts > 0], return_counts=True)
    times = often.astype(np.float64)
    scale = np.log(size) + 2 * np.log(seen @ times)
    log_weight = partial(_log_weight, seen=seen, times=times, size=size)
    u, log_w = _around_the_peak(log_weight, -scale - 2 * DEPTH, scale + 2 * DEPTH)
    means = _mean_entropy(np.exp(u), seen, times, size)
    return float(np.average(means, weights=np.exp(log_w - log_w.max())))


def _around_the_peak(
    log_weight: Callable[[Floats], Floats], low: float, high: float
) -> tuple[Floats, Floats]:
    """Points over the part of low..high that counts, at equal distances, and their weights."""
    for _ in range(10):
        u = np.linspace(low, high, POINTS)
        log_w = log_weight(u)
        inside = np.flatnonzero(log_w > log_w.max() - DEPTH)
        first, last = max(inside[0] - 1, 0), min(inside[-1] + 1, POINTS - 1)
        if last - first > POINTS / 2:
            break
        low, high = u[first], u[last]
    return u, log_w


def _log_weight(u: Floats, seen: Floats, times: Floats, size: int) -> Floats:
    """Log of evidence times xi'(beta) times beta, which is d beta / du; constants left out."""
    beta = np.exp(u)
    evidence = -_log_rise(size * beta, float(seen @ times))
    for count, often in zip(seen, times, strict=True):
        evidence += often * _log_rise(beta, count)
    return np.asarray(evidence + np.log(_slope(beta, size)) + u)


def _log_rise(x: Floats, n: float) -> Floats:
    """Log of Gamma(x + n) / Gamma(x) / x^n, which goes to 0 for large x without cancelling."""

    def rest(x: Floats) -> Floats:  # of Stirling's formula; the next term is below 1e-17
        y = 1 / x
        return np.asarray(y / 12 - y**3 / 360 + y**5 / 1260)

    near, far = np.minimum(x, 100.0), np.maximum(x, 100.0)
    return np.where(
        x < 100,
        gammaln(near + n) - gammaln(near) - n * np.log(near),
        (far + n - 0.5) * np.log1p(n / far) - n + rest(far + n) - rest(far),
    )


def _slope(beta: Floats, size: int) -> Floats:
    """xi'(beta) = K psi'(K beta + 1) - psi'(beta + 1), by its series where the two cancel."""
    k, y = float(size), 1 / np.maximum(beta, 1000.0)
    return np.where(
        beta < 1000,
        k * zeta(2, k * beta + 1) - zeta(2, beta + 1),
        y**2 * ((1 - 1 / k) / 2 - (1 - k**-2) * y / 6 + (1 - k**-4) * y**3 / 30),
    )


def _mean_entropy(beta: Floats, seen: Floats, times: Floats, size: int) -> Floats:
    """S(beta), the mean entropy of Dirichlet(counts + beta)."""
    total = seen @ times + size * beta
    top = psi(total + 1)
    mean = (size - times.sum()) * beta / total * (top - psi(beta + 1))
    for count, often in zip(seen, times, strict=True):
        mean += often * (count + beta) / total * (top - psi(count + beta + 1))
    return np.asarray(mean)
