"""Information gain over some measure of the split, so that many small branches are worth less."""

import math

import numpy as np

from gaintree._jit import formula
from gaintree.criteria import _terms as terms
from gaintree.criteria._base import Criterion

_ROUNDING = 1e-12  # of a mean of gains
_SLACK = 1e-3  # C4.5's Epsilon, in bits
_MIN_SIDE, _MAX_SIDE = 2.0, 25.0  # of C4.5's least number of items on a side


@formula
def _gain_ratio(
    left, right, weight_left, weight_right, cost_left, cost_right, cost_node, parameter
):
    gain = (cost_node - (cost_left + cost_right)) / (weight_left + weight_right)
    return max(gain, 0.0) / terms.two_entropy(weight_left, weight_right)


@formula
def _average_or_more(left, right, log2_cuts, draws, values, parameter):
    """Choose the columns whose best gain is average; return the least gain that is."""
    total = 0.0
    for i in range(len(values)):
        values[i] = terms.gain_of(left[i], right[i])
        total += values[i]
    least = total / len(values) * (1.0 - _ROUNDING) - _ROUNDING
    for i in range(len(values)):
        values[i] = 0.0 if values[i] >= least else -np.inf
    return least


class GainRatio(Criterion):
    """Gain ratio: information gain over the entropy of the split itself.

    ``V = IG / (-sum_j w_j log2(w_j))``, w_j the shares of the children

    Only cuts that gain at least what the best cuts of all columns gain on average may be made.
    Without that guard, a sliver of a few samples would win, whose split has next to no entropy.

    It has no unit. Range: 0 to 1.

    References
    ----------
    J. R. Quinlan, "Induction of decision trees", Machine Learning 1 (1986) 81-106.
    W. Codrington, C. Brodley, "On the qualitative behavior of impurity-based splitting rules",
    1997.

    Examples
    --------
    >>> from gaintree.criteria import GainRatio
    >>> round(GainRatio().value_of([2, 6], [3, 3]), 6)
    0.048849
    """

    name = "gain_ratio"
    formula = "IG / H(split), of cuts of average gain"
    unit = ""
    range = "0 to 1"
    source = "Quinlan 1986"
    is_guarded = True
    value = staticmethod(_gain_ratio)
    rank = staticmethod(_average_or_more)


@formula
def _c45(left, right, weight_left, weight_right, cost_left, cost_right, cost_node, parameter):
    weight = weight_left + weight_right
    least = min(max(0.1 * weight / len(left), _MIN_SIDE), _MAX_SIDE)
    if min(weight_left, weight_right) < least:
        return -np.inf
    return (cost_node - (cost_left + cost_right)) / weight


@formula
def _best_ratio(left, right, log2_cuts, draws, values, parameter):
    total, n_gaining = 0.0, 0
    for i in range(len(values)):
        weight = left[i].sum() + right[i].sum()
        values[i] = terms.gain_of(left[i], right[i]) - log2_cuts[i] / weight
        if values[i] > 0.0:
            total += values[i]
            n_gaining += 1
    for i in range(len(values)):
        of_split = terms.two_entropy(left[i].sum(), right[i].sum())
        is_average = values[i] > 0.0 and values[i] >= total / n_gaining - _SLACK
        values[i] = values[i] / of_split if is_average and of_split > _SLACK else -np.inf
    return parameter


class C45(Criterion):
    """C4.5's way to choose a split (Release 8): the cut by gain, the column by gain ratio.

    A cut has to leave min(max(0.1 n / n_classes, 2), 25) samples on either side, n the samples of
    the node. The cut of a column is the one of the highest gain; it pays log2(cuts) / n bits for
    having been the best of so many. Of the columns whose gain is then positive and at least their
    average, less 0.001 bits, and whose split has an entropy above 0.001 bits, the one of the
    highest ratio of the two is taken. A node without any is not split.

    It has no unit. Range: 0 to 1. Missing values go to one side, as with every criterion here,
    where C4.5 splits samples into fractions; and sets of categories pay as thresholds do.

    References
    ----------
    J. R. Quinlan, "C4.5: Programs for Machine Learning", Morgan Kaufmann, 1993.
    J. R. Quinlan, "Improved use of continuous attributes in C4.5", Journal of Artificial
    Intelligence Research 4 (1996) 77-90.

    Examples
    --------
    >>> from gaintree.criteria import C45
    >>> round(C45().value_of([2, 6], [3, 3]), 6)
    0.048849
    """

    name = "c45"
    formula = "(IG - log2(cuts) / n) / H(split), cuts by IG"
    unit = ""
    range = "0 to 1"
    source = "Quinlan 1993, 1996"
    value = staticmethod(_c45)
    rank = staticmethod(_best_ratio)

    @property
    def floor(self) -> float:
        return 0.0

    def _value_of(self, left, right):
        if self.value(left, right, left.sum(), right.sum(), 0.0, 0.0, 0.0, 0.0) == -np.inf:
            return -np.inf
        return super()._value_of(left, right)


@formula
def _mantaras(left, right, weight_left, weight_right, cost_left, cost_right, cost_node, parameter):
    weight = weight_left + weight_right
    of_split = terms.two_entropy(weight_left, weight_right)
    gain = (cost_node - (cost_left + cost_right)) / weight
    return max(gain, 0.0) / (of_split + (cost_left + cost_right) / weight)


class Mantaras(Criterion):
    """Lopez de Mantaras' measure: information gain over the joint entropy of child and class.

    ``V = IG / H(child, class)``, one minus his normalised distance between the two partitions.

    It has no unit. Range: 0 to 1.

    References
    ----------
    R. Lopez de Mantaras, "A distance-based attribute selection measure for decision tree
    induction", Machine Learning 6 (1991) 81-92.

    Examples
    --------
    >>> from gaintree.criteria import Mantaras
    >>> round(1 - Mantaras().value_of([2, 6], [3, 3]), 6)
    0.974365
    """

    name = "mantaras"
    formula = "IG / H(child, class)"
    unit = ""
    range = "0 to 1"
    source = "Lopez de Mantaras 1991"
    boundary_exact = True
    value = staticmethod(_mantaras)


@formula
def _symmetric_uncertainty(
    left, right, weight_left, weight_right, cost_left, cost_right, cost_node, parameter
):
    weight = weight_left + weight_right
    of_split = terms.two_entropy(weight_left, weight_right)
    gain = (cost_node - (cost_left + cost_right)) / weight
    return 2.0 * max(gain, 0.0) / (of_split + cost_node / weight)


class SymmetricUncertainty(Criterion):
    """Symmetric uncertainty: information gain over the mean entropy of child and class.

    ``V = 2 IG / (H(split) + H(node))``

    It has no unit. Range: 0 to 1.

    References
    ----------
    W. Press et al., "Numerical Recipes in C", Cambridge University Press, 1988, section 14.4.

    Examples
    --------
    >>> from gaintree.criteria import SymmetricUncertainty
    >>> round(SymmetricUncertainty().value_of([2, 6], [3, 3]), 6)
    0.049989
    """

    name = "symmetric_uncertainty"
    formula = "2 IG / (H(split) + H(node))"
    unit = ""
    range = "0 to 1"
    source = "Press et al. 1988"
    boundary_exact = True
    value = staticmethod(_symmetric_uncertainty)


@formula
def _balanced_gain(
    left, right, weight_left, weight_right, cost_left, cost_right, cost_node, parameter
):
    gain = (cost_node - (cost_left + cost_right)) / (weight_left + weight_right)
    return gain / math.log2(3.0)


class BalancedGain(Criterion):
    """Balanced gain: information gain over the logarithm of the number of branches and one.

    ``V = IG / log2(branches + 1)``

    All splits here have two branches, so it prefers what information gain does: of two branches
    there is nothing to balance.

    It has no unit. Range: 0 to 1 / log2(3).

    References
    ----------
    I. Kononenko, I. Bratko, E. Roskar, "Experiments in automatic learning of medical diagnostic
    rules", Jozef Stefan Institute, 1984.
    T. Elomaa, J. Rousu, "On the well-behavedness of important attribute evaluation functions",
    1997.

    Examples
    --------
    >>> from gaintree.criteria import BalancedGain
    >>> round(BalancedGain().value_of([2, 6], [3, 3]), 6)
    0.030365
    """

    name = "balanced_gain"
    formula = "IG / log2(branches + 1)"
    unit = ""
    range = "0 to 1 / log2 3"
    source = "Kononenko et al. 1984"
    boundary_exact = True
    value = staticmethod(_balanced_gain)
