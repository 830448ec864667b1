"""Tests of independence: how improbable a split is if columns have nothing to do with classes."""

import math
from dataclasses import dataclass

import numpy as np

from gaintree._jit import formula
from gaintree.criteria import _terms as terms
from gaintree.criteria._base import Criterion, require_number

_PRECISION = 1e-16  # of the sums below
_TINY = 1e-300


@formula
def log_chi2_tail(x, df):
    """Log of the chance that a variable distributed as chi-squared exceeds `x`."""
    a, y = 0.5 * df, 0.5 * x
    if y <= 0.0 or df <= 0.0:
        return 0.0
    if y < a + 1.0:  # the series of the lower tail
        term, total, n = 1.0 / a, 1.0 / a, a
        while term > _PRECISION * total:
            n += 1.0
            term *= y / n
            total += term
        return math.log1p(-total * math.exp(a * math.log(y) - y - math.lgamma(a)))
    # The continued fraction of the upper one, by Lentz' method.
    b = y + 1.0 - a
    c, d = 1.0 / _TINY, 1.0 / b
    fraction, change, i = d, 0.0, 0.0
    while abs(change - 1.0) > _PRECISION * 10.0:
        i += 1.0
        numerator = -i * (i - a)
        b += 2.0
        d = 1.0 / (numerator * d + b)
        c = b + numerator / c
        change = c * d
        fraction *= change
    return a * math.log(y) - y - math.lgamma(a) + math.log(fraction)


@formula
def _surprise(statistic, n_present, log2_cuts):
    """-log of the chance that the best of so many splits is as good, in nats."""
    log_p = log_chi2_tail(statistic, n_present - 1.0)
    if log_p < -50.0:  # 1 - (1 - p)^m is m p
        return max(-(log_p + log2_cuts * terms.LN2), 0.0)
    if log_p >= 0.0:
        return 0.0
    log_none = 2.0**log2_cuts * terms.log_of_rest(log_p)
    return -terms.log_of_rest(log_none)


@formula
def _pearson(left, right, weight_left, weight_right, cost_left, cost_right, cost_node, parameter):
    weight, total = weight_left + weight_right, 0.0
    for k in range(len(left)):
        of_class = left[k] + right[k]
        if of_class > 0.0:
            off = left[k] - weight_left * of_class / weight
            total += off * off / of_class
    return total * (weight / weight_left) * (weight / weight_right)


@formula
def _rank_by_pearson(left, right, log2_cuts, draws, values, parameter):
    for i in range(len(values)):
        weight_left, weight_right = left[i].sum(), right[i].sum()
        x = _pearson(left[i], right[i], weight_left, weight_right, 0.0, 0.0, 0.0, 0.0)
        values[i] = _surprise(x, terms.count_present(left[i] + right[i]), log2_cuts[i])
    return parameter


@dataclass(frozen=True)
class _Significance(Criterion):
    unit = "nats"
    range = "0 to infinity"
    weights = "integer"

    level: float = 1.0

    def __post_init__(self) -> None:
        require_number("level", self.level)
        if not 0.0 < self.level <= 1.0:
            raise ValueError(f"level={self.level} must be above 0 and at most 1.")

    @property
    def floor(self) -> float:
        return -math.log(self.level) if self.level < 1.0 else -np.inf


@dataclass(frozen=True)
class Chi2(_Significance):
    """Pearson's chi-squared test of independence, corrected for the number of cuts of a column.

    ``V = -log(1 - (1 - p) ** cuts)``, p the chance that chi-squared of K - 1 degrees of freedom
    exceeds ``X2 = sum_jk (n_jk - E_jk) ** 2 / E_jk``

    E_jk are the counts expected from the margins, K the classes that the node has. Of a column, the
    cut of the greatest X2 is taken; of the columns, the one for which that is least probable.
    With n categories, missing values one of them, there are 2 ** (n - 1) - 1 cuts.

    Unit: nats. Range: 0 to infinity.

    Parameters
    ----------
    level : float, default=1.0
        A node is split only if the corrected p is below this. 1.0 always splits it.

    Raises
    ------
    ValueError
        If `level` is not above 0 and at most 1.

    References
    ----------
    G. Kass, "An exploratory technique for investigating large quantities of categorical data",
    Applied Statistics 29 (1980) 119-127.

    Examples
    --------
    >>> from gaintree.criteria import Chi2
    >>> import math
    >>> round(math.exp(-Chi2().value_of([2, 6], [3, 3])), 4)
    0.334
    """

    name = "chi2"
    formula = "-log(1 - (1 - p(X2))^cuts)"
    source = "Kass 1980"
    boundary_exact = True
    cost = None
    value = staticmethod(_pearson)
    rank = staticmethod(_rank_by_pearson)


@formula
def _g(left, right, weight_left, weight_right, cost_left, cost_right, cost_node, parameter):
    return 2.0 * terms.LN2 * (cost_node - (cost_left + cost_right))


@formula
def _rank_by_g(left, right, log2_cuts, draws, values, parameter):
    for i in range(len(values)):
        node = left[i] + right[i]
        weight_left, weight_right = left[i].sum(), right[i].sum()
        cost_left = terms.entropy_cost(left[i], weight_left, 0.0)
        cost_right = terms.entropy_cost(right[i], weight_right, 0.0)
        cost_node = terms.entropy_cost(node, weight_left + weight_right, 0.0)
        x = 2.0 * terms.LN2 * (cost_node - (cost_left + cost_right))
        values[i] = _surprise(x, terms.count_present(node), log2_cuts[i])
    return parameter


@dataclass(frozen=True)
class GTest(_Significance):
    """The likelihood-ratio test of independence, corrected for the number of cuts of a column.

    ``V = -log(1 - (1 - p) ** cuts)``, p the chance that chi-squared of K - 1 degrees of freedom
    exceeds ``G = 2 n ln(2) IG``

    IG is the information gain in bits, K the number of classes that the node has. Of a column, the
    cut of the greatest G is taken; of the columns, the one for which that is least probable.
    With n categories, missing values one of them, there are 2 ** (n - 1) - 1 cuts.

    Unit: nats. Range: 0 to infinity.

    Parameters
    ----------
    level : float, default=1.0
        A node is split only if the corrected p is below this. 1.0 always splits it.

    Raises
    ------
    ValueError
        If `level` is not above 0 and at most 1.

    References
    ----------
    J. Mingers, "Expert systems: rule induction with statistical data", Journal of the Operational
    Research Society 38 (1987) 39-47.

    Examples
    --------
    >>> from gaintree.criteria import GTest
    >>> import math
    >>> round(math.exp(-GTest().value_of([2, 6], [3, 3])), 4)
    0.3338
    """

    name = "g_test"
    formula = "-log(1 - (1 - p(2 n ln2 IG))^cuts)"
    source = "Mingers 1987"
    boundary_exact = True
    value = staticmethod(_g)
    rank = staticmethod(_rank_by_g)
