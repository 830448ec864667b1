"""Impurities: how mixed the classes of a node are, zero where there is one class only.

Each criterion is the same four formulas: the impurity itself, the score that ranks candidates
(minus the weighted impurity of the two children: higher is better), and two terms that the
impurity is made of, ``m * I = factor(m) * (phi(m) - sum of phi(c_k))`` for a node of weight m of
which c_k is in class k. In tables, they give the score of integer counts without a logarithm.
"""

import math

import numpy as np

from gaintree._jit import formula
from gaintree.criteria._base import Criterion

_TINY = 1e-300  # in place of zero where that would not do


@formula
def _entropy(weights, total, parameter):
    impurity = 0.0
    least = total * 1e-300  # a smaller share underflows, and would add nothing anyway
    for weight in weights:
        if weight > least:
            p = weight / total
            impurity -= p * math.log2(p)
    return impurity


def _entropy_score(left, right, weight_left, weight_right, parameter):
    return -(
        weight_left * _entropy(left, weight_left, parameter)
        + weight_right * _entropy(right, weight_right, parameter)
    )


def _entropy_phi(weight, parameter):
    return weight * np.log2(np.maximum(weight, _TINY))


def _entropy_factor(total, parameter):
    return total * 0.0 + 1.0


class Entropy(Criterion):
    """Shannon entropy of the classes; its decrease by a split is the information gain.

    ``I(p) = -sum_k p_k log2(p_k)``

    Unit: bits. Range: 0 (one class) to log2(n_classes) (all classes equally frequent).
    ``"information_gain"`` and ``"log_loss"`` are names of the same criterion.

    References
    ----------
    J. R. Quinlan, "Induction of decision trees", Machine Learning 1 (1986) 81-106.

    Examples
    --------
    >>> from gaintree.criteria import Entropy
    >>> round(Entropy().impurity_of([9, 5]), 6)
    0.940286
    """

    name = "entropy"
    aliases = ("information_gain", "log_loss")
    unit = "bits"
    concave = True
    strict = True
    impurity = staticmethod(_entropy)
    score = staticmethod(_entropy_score)
    phi = staticmethod(_entropy_phi)
    factor = staticmethod(_entropy_factor)


@formula
def _gini(weights, total, parameter):
    # Twice the sum of p_j p_k over pairs of classes: no term cancels another.
    impurity, below = 0.0, 0.0
    for weight in weights:
        p = weight / total
        impurity += 2.0 * p * below
        below += p
    return impurity


def _gini_score(left, right, weight_left, weight_right, parameter):
    return -(
        weight_left * _gini(left, weight_left, parameter)
        + weight_right * _gini(right, weight_right, parameter)
    )


def _gini_phi(weight, parameter):
    return weight * weight


def _gini_factor(total, parameter):
    return 1.0 / np.maximum(total, _TINY)


class Gini(Criterion):
    """Gini impurity: the chance that two samples drawn from the node differ in class.

    ``I(p) = 1 - sum_k p_k ** 2``

    A probability, so without a unit. Range: 0 (one class) to 1 - 1 / n_classes (all equally
    frequent).

    References
    ----------
    L. Breiman, J. Friedman, R. Olshen, C. Stone, "Classification and Regression Trees",
    Wadsworth, 1984, chapter 4.

    Examples
    --------
    >>> from gaintree.criteria import Gini
    >>> round(Gini().impurity_of([9, 5]), 6)
    0.459184
    """

    name = "gini"
    aliases = ()
    unit = ""
    concave = True
    strict = True
    impurity = staticmethod(_gini)
    score = staticmethod(_gini_score)
    phi = staticmethod(_gini_phi)
    factor = staticmethod(_gini_factor)
