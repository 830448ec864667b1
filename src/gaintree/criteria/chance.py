"""Gains less what chance alone would gain, and chance itself."""

import math

import numpy as np

from gaintree._jit import formula
from gaintree.criteria import _terms as terms
from gaintree.criteria._base import Criterion
from gaintree.criteria._tables import CostTables
from gaintree.criteria.impurity import Gini, _gini

_ROUNDING = 1e-12
_ODD = 1e-6  # where classes differ less, a quotient has its limit
_NEGLIGIBLE = 1e-18  # share of a sum of chances


@formula
def _gini_cost(weights, total, parameter):
    return total * _gini(weights, total, parameter)


@formula
def _gini_before(weights, total, parameter):
    """The cost that the sides of a split are expected to have if classes are shuffled."""
    return total * _gini(weights, total, parameter) * (1.0 - 1.0 / (total - 1.0))


class AdjustedGini(Criterion):
    """Gini gain less what is expected of it if the classes are shuffled.

    ``V = I(node) - sum_j w_j I(child j) - I(node) / (n - 1)``, I the Gini impurity

    The same is subtracted from all splits of a node in two, so it prefers what Gini does, and a
    node without a split of positive value is not split. Trees report the entropy.

    It has no unit. Range: -1 / (n - 1) to 1 / 2.

    References
    ----------
    A. Dobra, J. Gehrke, "Bias correction in classification tree construction", ICML 2001, 90-97.
    S. Romano, N. X. Vinh, J. Bailey, K. Verspoor, "Adjusting for chance clustering comparison
    measures", Journal of Machine Learning Research 17 (2016) 1-32.

    Examples
    --------
    >>> from gaintree.criteria import AdjustedGini
    >>> round(AdjustedGini().value_of([2, 6], [3, 3]), 6)
    -0.00471
    """

    name = "adjusted_gini"
    formula = "Gini gain - I(node) / (n - 1)"
    unit = ""
    range = "-1 / (n - 1) to 1/2"
    source = "Dobra and Gehrke 2001"
    weights = "integer"
    boundary_exact = True
    value = staticmethod(terms.gain)
    cost = staticmethod(_gini_cost)
    before = staticmethod(_gini_before)

    @property
    def floor(self) -> float:
        return 0.0

    def cost_tables(self, n_samples: int, n_classes: int) -> CostTables:
        counts = np.arange(n_samples + 1.0)
        return CostTables(counts, Gini.factor(np.maximum(counts, 1.0), 0.0), counts * counts)


@formula
def _bits_of(count):
    return count * math.log2(count) if count > 0.0 else 0.0


@formula
def _dealt(n, n_class, n_left):
    """Mean of x log2 x, summed over both sides, if samples are dealt to them blindly.

    The number x on the left is hypergeometric; from the most probable one on outwards, each chance
    follows from the one before.
    """
    first, last = max(0.0, n_left + n_class - n), min(n_left, n_class)
    middle = math.floor((n_left + 1.0) * ((n_class + 1.0) / (n + 2.0)))
    middle = min(max(middle, first), last)
    total, mean = 1.0, _bits_of(middle) + _bits_of(n_class - middle)
    chance, x = 1.0, middle
    while x < last and chance > _NEGLIGIBLE * total:
        chance *= (n_class - x) / (x + 1.0) * ((n_left - x) / (n - n_left - n_class + x + 1.0))
        x += 1.0
        total += chance
        mean += chance * (_bits_of(x) + _bits_of(n_class - x))
    chance, x = 1.0, middle
    while x > first and chance > _NEGLIGIBLE * total:
        chance *= x / (n_class - x + 1.0) * ((n - n_left - n_class + x) / (n_left - x + 1.0))
        x -= 1.0
        total += chance
        mean += chance * (_bits_of(x) + _bits_of(n_class - x))
    return mean / total


@formula
def _expected_information(left, right, weight_left, weight_right, parameter):
    n = weight_left + weight_right
    bits = _bits_of(n) - _bits_of(weight_left) - _bits_of(weight_right)
    for k in range(len(left)):
        of_class = left[k] + right[k]
        if of_class > 0.0:
            bits += _dealt(n, of_class, weight_left) - _bits_of(of_class)
    return max(bits / n, 0.0)


@formula
def _least_expected(node, weight):
    """A lower bound of E[IG], whatever the sizes of the sides.

    For two classes, of shares p and 1 - p, the divergence of a side of share q is at least
    c (q - p)^2 with c = ln((1 - p) / p) / (1 - 2 p) nats (Ordentlich and Weinberger 2005), and the
    variance of q, weighted by the sides, adds up to p (1 - p) / (n - 1). Of more classes, one is
    told from all others, which is less information.
    """
    least = 0.0
    for of_class in node:
        p = of_class / weight
        if 0.0 < p < 1.0:
            odd = 1.0 - 2.0 * p
            constant = math.log((1.0 - p) / p) / odd if abs(odd) > _ODD else 2.0
            least = max(least, constant * p * (1.0 - p))
    return least / ((weight - 1.0) * terms.LN2)


@formula
def _those_that_may_win(left, right, log2_cuts, draws, values, parameter):
    """Choose the columns with gains that may win; return the least gain that does.

    What is to be beaten is the cut of the greatest gain, after it has paid.
    """
    first = 0
    for i in range(len(values)):
        values[i] = terms.gain_of(left[i], right[i])
        if values[i] > values[first]:
            first = i
    weight_left, weight_right = left[first].sum(), right[first].sum()
    paid = _expected_information(left[first], right[first], weight_left, weight_right, parameter)
    least = values[first] - paid - _ROUNDING
    least += _least_expected(left[first] + right[first], weight_left + weight_right)
    for i in range(len(values)):
        values[i] = 0.0 if values[i] >= least else -np.inf
    return least


class MIMinusEMI(Criterion):
    """Information gain less what is expected of it if the classes are shuffled.

    ``V = IG - E[IG]``, over all ways to deal the samples to children of the same sizes

    Unit: bits. Range: from -E[IG], which is about (n_classes - 1) / (2 n ln 2), to log2(n_classes).
    A node without a split of positive value is not split.

    References
    ----------
    N. X. Vinh, J. Epps, J. Bailey, "Information theoretic measures for clusterings comparison",
    Journal of Machine Learning Research 11 (2010) 2837-2854.
    S. Romano, N. X. Vinh, J. Bailey, K. Verspoor, "Adjusting for chance clustering comparison
    measures", Journal of Machine Learning Research 17 (2016) 1-32.

    Examples
    --------
    >>> from gaintree.criteria import MIMinusEMI
    >>> round(MIMinusEMI().value_of([2, 6], [3, 3]), 6)
    -0.012019
    """

    name = "mi_minus_emi"
    formula = "IG - E[IG]"
    unit = "bits"
    range = "-E[IG] to log2 K"
    source = "Vinh et al. 2010, Romano et al. 2016"
    weights = "integer"
    value = staticmethod(terms.gain)
    charge = staticmethod(_expected_information)
    is_guarded = True
    guard_binds = False
    rank = staticmethod(_those_that_may_win)

    @property
    def floor(self) -> float:
        return 0.0


@formula
def _nothing(left, right, weight_left, weight_right, cost_left, cost_right, cost_node, parameter):
    return 0.0


@formula
def _draw(left, right, log2_cuts, draws, values, parameter):
    for i in range(len(values)):
        values[i] = draws[i]
    return parameter


class Random(Criterion):
    """No criterion at all: a column by dice, and one of its cuts by dice.

    It is what the others are to be better than. Every column that has a cut is as probable as any
    other, and so is every cut of the column: how many it has does not matter. Draws are keyed by
    `random_state`. It has neither unit nor range; the value of any split is 0.

    References
    ----------
    J. Mingers, "An empirical comparison of selection measures for decision-tree induction",
    Machine Learning 3 (1989) 319-342.

    Examples
    --------
    >>> from gaintree import GainTreeClassifier
    >>> tree = GainTreeClassifier(criterion="random", random_state=0)
    >>> tree.fit([[0, 1], [1, 1], [2, 0]], [0, 1, 1]).get_n_leaves() <= 3
    True
    """

    name = "random"
    formula = "a column and a cut by dice"
    unit = ""
    range = "none"
    source = "Mingers 1989"
    cost = None
    is_random = True
    value = staticmethod(_nothing)
    rank = staticmethod(_draw)

    def _value_of(self, left, right):
        return 0.0
