"""The upper confidence limit of a leaf's errors, for one leaf in kernels and for arrays of them."""

import math
from typing import NamedTuple

from gaintree._jit import formula, kernel


class Limit(NamedTuple):
    """A confidence, as the formula takes it."""

    log_confidence: float
    quantile: float  # of the normal distribution
    share_of_rest: float  # of the right samples that count as errors where almost all are errors


@formula
def _extra_to_some(n, e, limit):
    """Extra errors where there is at least one."""
    if e + 0.5 >= n:
        return limit.share_of_rest * max(n - e, 0.0)
    f, z = (e + 0.5) / n, limit.quantile
    root = math.sqrt(f * (1.0 - f) / n + z**2 / (4.0 * n**2))
    return n * (f + z**2 / (2.0 * n) + z * root) / (1.0 + z**2 / n) - e


@formula
def extra_errors_of(n, e, limit):
    """How many more errors than the `e` of `n` samples the limit has."""
    if e >= 1.0:
        return _extra_to_some(n, e, limit)
    none = -n * math.expm1(limit.log_confidence / n)
    return none + e * (_extra_to_some(n, 1.0, limit) - none)


@kernel
def write_extra_errors(n_samples, n_errors, limit, extra):
    """Write the extra errors of each leaf."""
    for i in range(len(extra)):
        extra[i] = extra_errors_of(n_samples[i], n_errors[i], limit)
