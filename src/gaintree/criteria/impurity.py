"""Impurities: how mixed the classes of a node are, zero where there is one class only.

Each criterion is the same four formulas: the impurity itself, the score that ranks candidates
(minus the weighted impurity of the two children: higher is better), and the two tables that
give the same score of integer counts without a logarithm, ``m * I = factor(m) * (phi(m) - sum of
phi(c_k))`` for a node of m samples of which c_k are in class k.
"""

import math

import numpy as np
from scipy.special import xlogy

from gaintree._jit import formula
from gaintree.criteria._base import Criterion, FloatArray


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
    impurity = staticmethod(_entropy)
    score = staticmethod(_entropy_score)

    @staticmethod
    def phi(count: FloatArray) -> FloatArray:
        return xlogy(count, count) / math.log(2.0)

    @staticmethod
    def factor(n_samples: FloatArray) -> FloatArray:
        return np.ones_like(n_samples)


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
    impurity = staticmethod(_gini)
    score = staticmethod(_gini_score)

    @staticmethod
    def phi(count: FloatArray) -> FloatArray:
        return count * count

    @staticmethod
    def factor(n_samples: FloatArray) -> FloatArray:
        return 1.0 / np.maximum(n_samples, 1.0)
