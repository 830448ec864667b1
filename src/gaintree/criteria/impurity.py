"""Impurities: how mixed the classes of a node are, zero where there is one class only.

Each criterion is the same few formulas: the impurity itself, and the score that ranks candidates
(minus the weighted impurity of the two children: higher is better). One that is a sum over classes
has two terms that it is made of, too: ``m * I = factor(m) * (phi(m) - sum of phi(c_k))`` for a node
of weight m of which c_k is in class k. In tables, they give the score of integer counts without a
logarithm. One that is no such sum has its `cost` instead, m * I.
"""

import math
from dataclasses import dataclass

import numpy as np

from gaintree._jit import formula
from gaintree.criteria import _terms as terms
from gaintree.criteria._base import Impurity, require_number
from gaintree.criteria._tables import Tables

_TINY = 1e-300  # in place of zero where that would not do
_NEAR_ONE = 1e-6  # a power this near to 1 is 1, where the formula has a limit
_MOST_LOST = 22  # bits of the 62 of a table


def _entropy_score(left, right, weight_left, weight_right, parameter):
    return -(
        weight_left * terms.entropy(left, weight_left, parameter)
        + weight_right * terms.entropy(right, weight_right, parameter)
    )


class Entropy(Impurity):
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
    formula = "-sum p log2 p"
    unit = "bits"
    range = "0 to log2 K"
    source = "Quinlan 1986"
    strict = True
    impurity = staticmethod(terms.entropy)
    score = staticmethod(_entropy_score)
    phi = staticmethod(terms.entropy_phi)
    factor = staticmethod(terms.entropy_factor)


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


class Gini(Impurity):
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
    formula = "1 - sum p^2"
    unit = ""
    range = "0 to 1 - 1/K"
    source = "Breiman et al. 1984"
    strict = True
    impurity = staticmethod(_gini)
    score = staticmethod(_gini_score)
    phi = staticmethod(_gini_phi)
    factor = staticmethod(_gini_factor)


@formula
def _errors(weights, total, parameter):
    largest = 0.0
    for weight in weights:
        largest = max(largest, weight)
    return max(total - largest, 0.0)


@formula
def _misclassification(weights, total, parameter):
    return _errors(weights, total, parameter) / total


def _misclassification_score(left, right, weight_left, weight_right, parameter):
    return -(_errors(left, weight_left, parameter) + _errors(right, weight_right, parameter))


class Misclassification(Impurity):
    """Misclassification rate: the share of samples that the most frequent class is wrong about.

    ``I(p) = 1 - max_k p_k``

    A share, so without a unit. Range: 0 (one class) to 1 - 1 / n_classes (all equally frequent).
    It is concave but not strictly: many a useful split gains nothing by it, and many are tied. A
    node of which no split avoids an error is not split: the first of the tied splits would be made,
    which takes off one sample, and so on.

    References
    ----------
    L. Breiman, J. Friedman, R. Olshen, C. Stone, "Classification and Regression Trees",
    Wadsworth, 1984, section 4.1.

    Examples
    --------
    >>> from gaintree.criteria import Misclassification
    >>> round(Misclassification().impurity_of([9, 5]), 6)
    0.357143
    """

    name = "misclassification"
    formula = "1 - max p"
    unit = ""
    range = "0 to 1 - 1/K"
    source = "Breiman et al. 1984"
    impurity = staticmethod(_misclassification)
    score = staticmethod(_misclassification_score)
    cost = staticmethod(_errors)
    value = staticmethod(terms.gain)

    @property
    def floor(self) -> float:
        return 0.0


@formula
def _dkm_cost(weights, total, parameter):
    cost = 0.0
    for weight in weights:
        cost += math.sqrt(weight * max(total - weight, 0.0))
    return cost


@formula
def _dkm(weights, total, parameter):
    impurity = 0.0
    for weight in weights:
        p = weight / total
        impurity += math.sqrt(p * max(1.0 - p, 0.0))
    return impurity


def _dkm_score(left, right, weight_left, weight_right, parameter):
    return -(
        weight_left * _dkm(left, weight_left, parameter)
        + weight_right * _dkm(right, weight_right, parameter)
    )


class DKM(Impurity):
    """Dietterich, Kearns and Mansour's impurity, infinitely steep where a class is gone.

    ``I(p) = sum_k sqrt(p_k (1 - p_k))``, which is 2 sqrt(p (1 - p)) for two classes.

    It has no unit. Range: 0 (one class) to sqrt(n_classes - 1) (all equally frequent). Small pure
    leaves are worth more to it than to entropy.

    References
    ----------
    M. Kearns, Y. Mansour, "On the boosting ability of top-down decision tree learning algorithms",
    STOC 1996.
    T. Dietterich, M. Kearns, Y. Mansour, "Applying the weak learning framework to understand and
    improve C4.5", ICML 1996.

    Examples
    --------
    >>> from gaintree.criteria import DKM
    >>> round(DKM().impurity_of([9, 5]), 6)
    0.958315
    """

    name = "dkm"
    formula = "sum sqrt(p (1 - p))"
    unit = ""
    range = "0 to sqrt(K - 1)"
    source = "Kearns and Mansour 1996"
    strict = True
    impurity = staticmethod(_dkm)
    score = staticmethod(_dkm_score)
    cost = staticmethod(_dkm_cost)


@formula
def _tsallis(weights, total, q):
    if abs(q - 1.0) < _NEAR_ONE:
        return terms.entropy(weights, total, q) * terms.LN2
    impurity = 0.0
    for weight in weights:
        if weight > 0.0:
            # p - p^q, as the p sum up to 1: none of the terms cancels another.
            p = weight / total
            impurity -= p * math.expm1((q - 1.0) * math.log(p))
    return impurity / (q - 1.0)


def _tsallis_score(left, right, weight_left, weight_right, q):
    return -(
        weight_left * _tsallis(left, weight_left, q)
        + weight_right * _tsallis(right, weight_right, q)
    )


def _tsallis_phi(weight, q):
    if abs(q - 1.0) < _NEAR_ONE:
        return weight * np.log(np.maximum(weight, _TINY))
    power = np.maximum(weight, 0.0) ** q
    return power if q > 1.0 else -power


def _tsallis_factor(total, q):
    if abs(q - 1.0) < _NEAR_ONE:
        return total * 0.0 + 1.0
    return (total > 0.0) * np.maximum(total, 1e-30) ** (1.0 - q) / abs(q - 1.0)


@dataclass(frozen=True)
class Tsallis(Impurity):
    """Tsallis entropy: a dial from counting the classes that are there to the misclassification.

    ``I(p) = (1 - sum_k p_k ** q) / (q - 1)``

    For ``q=1`` that is, in the limit, the entropy in nats, for ``q=2`` the Gini impurity. It has no
    unit but for q = 1. Range: 0 (one class) to ``(1 - n_classes ** (1 - q)) / (q - 1)``.

    Parameters
    ----------
    q : float, default=1.5
        Above 0 and at most 8.

    Raises
    ------
    ValueError
        If `q` is out of its range.

    References
    ----------
    C. Tsallis, "Possible generalization of Boltzmann-Gibbs statistics", Journal of Statistical
    Physics 52 (1988) 479-487.
    T. Maszczyk, W. Duch, "Comparison of Shannon, Renyi and Tsallis entropy used in decision
    trees", ICAISC 2008.

    Examples
    --------
    >>> from gaintree.criteria import Tsallis
    >>> round(Tsallis(q=2).impurity_of([9, 5]), 6)
    0.459184
    """

    name = "tsallis"
    formula = "(1 - sum p^q) / (q - 1)"
    unit = ""
    range = "0 to (1 - K^(1-q)) / (q - 1)"
    source = "Tsallis 1988"
    strict = True
    impurity = staticmethod(_tsallis)
    score = staticmethod(_tsallis_score)
    phi = staticmethod(_tsallis_phi)
    factor = staticmethod(_tsallis_factor)

    q: float = 1.5

    def __post_init__(self) -> None:
        require_number("q", self.q)
        if not 0.0 < self.q <= 8.0:
            raise ValueError(f"q={self.q} must be above 0 and at most 8.")

    @property
    def parameter(self) -> float:
        return float(self.q)

    def tables(self, n_samples: int) -> Tables | None:
        # Beside the power of the largest count that a table is for, that of a small one is short
        # of bits: of 2 beside 2 ** 8, or of 2 ** 16 beside all samples. The formula is not.
        lost = self.q * max(7.0, math.log2(n_samples) - 16.0)
        return super().tables(n_samples) if lost <= _MOST_LOST else None


@formula
def _renyi(weights, total, alpha):
    if abs(alpha - 1.0) < _NEAR_ONE:
        return terms.entropy(weights, total, alpha)
    largest = 0.0
    for weight in weights:
        largest = max(largest, weight)
    if alpha == np.inf:
        return max(-math.log2(largest / total), 0.0)
    powers = 0.0  # of shares of the largest class, which neither vanish nor overflow
    for weight in weights:
        if weight == largest:
            powers += 1.0
        elif weight > 0.0:
            share = weight / largest
            powers += math.sqrt(share) if alpha == 0.5 else share**alpha
    bits = (math.log2(powers) + alpha * math.log2(largest / total)) / (1.0 - alpha)
    return max(bits, 0.0)


@formula
def _renyi_cost(weights, total, alpha):
    return total * _renyi(weights, total, alpha)


def _renyi_score(left, right, weight_left, weight_right, alpha):
    return -(_renyi_cost(left, weight_left, alpha) + _renyi_cost(right, weight_right, alpha))


@dataclass(frozen=True)
class Renyi(Impurity):
    """Renyi entropy: a dial from counting the classes that are there to the largest class alone.

    ``I(p) = log2(sum_k p_k ** alpha) / (1 - alpha)``

    Unit: bits. Range: 0 (one class) to log2(n_classes) (all equally frequent). For ``alpha=1`` that
    is, in the limit, the entropy; for infinity -log2(max_k p_k). It is concave for `alpha` up to 1.
    Beyond, a split may increase it: if all of a node do, it is not split.

    Parameters
    ----------
    alpha : float, default=0.5
        Above 0; infinity is allowed.

    Raises
    ------
    ValueError
        If `alpha` is out of its range.

    References
    ----------
    A. Renyi, "On measures of entropy and information", Berkeley Symposium 1961.
    T. Maszczyk, W. Duch, "Comparison of Shannon, Renyi and Tsallis entropy used in decision
    trees", ICAISC 2008.

    Examples
    --------
    >>> from gaintree.criteria import Renyi
    >>> round(Renyi(alpha=2).impurity_of([9, 5]), 6)
    0.886789
    """

    name = "renyi"
    formula = "log2(sum p^alpha) / (1 - alpha)"
    unit = "bits"
    range = "0 to log2 K"
    source = "Renyi 1961"
    impurity = staticmethod(_renyi)
    score = staticmethod(_renyi_score)
    cost = staticmethod(_renyi_cost)

    alpha: float = 0.5

    def __post_init__(self) -> None:
        require_number("alpha", self.alpha)
        if not self.alpha > 0.0:
            raise ValueError(f"alpha={self.alpha} must be above 0.")

    @property
    def parameter(self) -> float:
        return float(self.alpha)

    @property
    def concave(self) -> bool:
        return self.alpha <= 1.0 + _NEAR_ONE

    @property
    def strict(self) -> bool:  # type: ignore[override]
        return self.concave

    @property
    def self_stopping(self) -> bool:
        return not self.concave
