"""Divergences: how far apart the classes of the two children are."""

import math

from gaintree._jit import formula
from gaintree.criteria._base import Criterion


@formula
def _twoing(left, right, weight_left, weight_right, cost_left, cost_right, cost_node, parameter):
    apart, weight = 0.0, weight_left + weight_right
    for k in range(len(left)):
        apart += abs(left[k] / weight_left - right[k] / weight_right)
    return 0.25 * (weight_left / weight) * (weight_right / weight) * apart * apart


class Twoing(Criterion):
    """Twoing: the best Gini gain, halved, that there is if classes are merged to two superclasses.

    ``V = w_L w_R / 4 (sum_k |p_k(left) - p_k(right)|) ** 2``, w the shares of the children

    It has no unit. Range: 0 to 1 / 4. For two classes it is half the Gini gain.

    References
    ----------
    L. Breiman, J. Friedman, R. Olshen, C. Stone, "Classification and Regression Trees",
    Wadsworth, 1984, section 4.3.

    Examples
    --------
    >>> from gaintree.criteria import Twoing
    >>> round(2 * Twoing().value_of([2, 6], [3, 3]), 6)
    0.030612
    """

    name = "twoing"
    formula = "wL wR / 4 (sum |pL - pR|)^2"
    unit = ""
    range = "0 to 1/4"
    source = "Breiman et al. 1984"
    boundary_exact = True
    cost = None
    value = staticmethod(_twoing)


@formula
def _ordered_twoing(
    left, right, weight_left, weight_right, cost_left, cost_right, cost_node, parameter
):
    # The Gini gain of two classes is 2 w_L w_R (p(left) - p(right))^2.
    low_left, low_right, farthest = 0.0, 0.0, 0.0
    for k in range(len(left) - 1):
        low_left += left[k]
        low_right += right[k]
        farthest = max(farthest, abs(low_left / weight_left - low_right / weight_right))
    weight = weight_left + weight_right
    return 2.0 * (weight_left / weight) * (weight_right / weight) * farthest * farthest


class OrderedTwoing(Criterion):
    """Ordered twoing, for classes in an order: the best Gini gain of low against high classes.

    ``V = max_s 2 w_L w_R (P(class <= s | left) - P(class <= s | right)) ** 2``

    Classes are in the order of `classes_`. It has no unit. Range: 0 to 1 / 2.

    References
    ----------
    L. Breiman, J. Friedman, R. Olshen, C. Stone, "Classification and Regression Trees",
    Wadsworth, 1984, section 4.3.

    Examples
    --------
    >>> from gaintree.criteria import OrderedTwoing
    >>> OrderedTwoing().value_of([4, 4, 0], [0, 0, 8])
    0.5
    """

    name = "ordered_twoing"
    formula = "max_s Gini gain of classes <= s against > s"
    unit = ""
    range = "0 to 1/2"
    source = "Breiman et al. 1984"
    boundary_exact = True
    cost = None
    value = staticmethod(_ordered_twoing)


@formula
def _hellinger(left, right, weight_left, weight_right, cost_left, cost_right, cost_node, parameter):
    first, second = left[0] + right[0], left[1] + right[1]
    if first <= 0.0 or second <= 0.0:
        return 0.0
    on_left = math.sqrt(left[0] / first) - math.sqrt(left[1] / second)
    on_right = math.sqrt(right[0] / first) - math.sqrt(right[1] / second)
    return math.sqrt(on_left * on_left + on_right * on_right)


class Hellinger(Criterion):
    """Hellinger distance between the ways that two classes take at the split.

    ``V = sqrt(sum_j (sqrt(P(child j | class 1)) - sqrt(P(child j | class 0))) ** 2)``

    It does not depend on how frequent the classes are. For two classes. It has no unit. Range: 0 to
    sqrt(2).

    References
    ----------
    D. Cieslak, N. Chawla, "Learning decision trees for unbalanced data", ECML 2008.
    D. Cieslak, T. Hoens, N. Chawla, W. Kegelmeyer, "Hellinger distance decision trees are robust
    and skew-insensitive", Data Mining and Knowledge Discovery 24 (2012) 136-158.

    Examples
    --------
    >>> from gaintree.criteria import Hellinger
    >>> round(Hellinger().value_of([20, 0], [0, 1]), 6)
    1.414214
    """

    name = "hellinger"
    formula = "sqrt(sum_j (sqrt P(j|1) - sqrt P(j|0))^2)"
    unit = ""
    range = "0 to sqrt 2"
    source = "Cieslak and Chawla 2008"
    classes = "two"
    boundary_exact = True
    cost = None
    value = staticmethod(_hellinger)


@formula
def _ks(left, right, weight_left, weight_right, cost_left, cost_right, cost_node, parameter):
    first, second = left[0] + right[0], left[1] + right[1]
    if first <= 0.0 or second <= 0.0:
        return 0.0
    return abs(left[1] / second - left[0] / first)


class KolmogorovSmirnov(Criterion):
    """Kolmogorov and Smirnov's distance: how much more of one class goes left than of the other.

    ``V = |P(left | class 1) - P(left | class 0)|``

    It does not depend on how frequent the classes are; the area under the ROC curve of the two
    leaves is (1 + V) / 2. For two classes. It has no unit. Range: 0 to 1.

    References
    ----------
    J. Friedman, "A recursive partitioning decision rule for nonparametric classification", IEEE
    Transactions on Computers 26 (1977) 404-408.

    Examples
    --------
    >>> from gaintree.criteria import KolmogorovSmirnov
    >>> KolmogorovSmirnov().value_of([3, 1], [1, 3])
    0.5
    """

    name = "ks"
    formula = "|P(left|1) - P(left|0)|"
    unit = ""
    range = "0 to 1"
    source = "Friedman 1977"
    classes = "two"
    boundary_exact = True
    cost = None
    value = staticmethod(_ks)
