"""Gains in estimates of the entropy: what few samples seem to tell is corrected.

``V = H(node) - sum_j w_j H(child j)``, w_j the shares of the children, H an estimate in bits.

These are no impurities: a node of one class may have an estimate that is not zero, and a split may
increase it. A node of which all splits do stays a leaf.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import psi

from gaintree._jit import formula
from gaintree.criteria import _terms as terms
from gaintree.criteria._base import Criterion, require_number
from gaintree.criteria._tables import CostTables


class _Estimate(Criterion):
    unit = "bits"
    value = staticmethod(terms.gain)

    @property
    def floor(self) -> float:
        return 0.0


@formula
def _miller_madow_cost(weights, total, parameter):
    n_more = terms.count_present(weights) - 1.0
    return terms.entropy_cost(weights, total, parameter) + n_more / (2.0 * terms.LN2)


class MillerMadow(_Estimate):
    """Information gain in Miller and Madow's estimate of the entropy.

    ``H(c) = -sum_k p_k log2(p_k) + (K - 1) / (2 n ln 2)``, K the classes that there are samples of

    Unit: bits. Range: what is subtracted is up to about n_classes / n bits, so a gain may be
    negative; a node without any that is positive is not split.

    References
    ----------
    G. Miller, "Note on the bias of information estimates", in H. Quastler, "Information Theory in
    Psychology", Free Press, 1955, 95-100.

    Examples
    --------
    >>> from gaintree.criteria import MillerMadow
    >>> round(MillerMadow().value_of([2, 6], [3, 3]), 6)
    -0.003398
    """

    name = "miller_madow"
    formula = "gain of H + (K - 1) / (2 n ln 2)"
    range = "-K / (2 n ln 2) to log2 K"
    source = "Miller 1955"
    weights = "integer"
    boundary_exact = True
    cost = staticmethod(_miller_madow_cost)

    def cost_tables(self, n_samples: int, n_classes: int) -> CostTables:
        whole, factor, phi = terms.entropy_terms(n_samples)
        one = 1.0 / (2.0 * terms.LN2)
        return CostTables(whole - one, factor, phi - one * (np.arange(n_samples + 1) > 0))


@formula
def _digamma(x):
    """Of a positive number: carried to where the asymptotic series holds."""
    total = 0.0
    while x < 10.0:
        total -= 1.0 / x
        x += 1.0
    y = 1.0 / (x * x)
    series = y * (1 / 12 - y * (1 / 120 - y * (1 / 252 - y * (1 / 240 - y * (1 / 132)))))
    return total + math.log(x) - 0.5 / x - series


@formula
def _grassberger_cost(weights, total, parameter):
    nats = total * math.log(total)
    for weight in weights:
        if weight > 0.0:  # G(c), the same for 2 m and 2 m + 1
            nats -= weight * (_digamma(math.floor(weight / 2.0) + 0.5) + terms.LN2)
    return nats / terms.LN2


class Grassberger(_Estimate):
    """Information gain in Grassberger's estimate of the entropy, that of 2003.

    ``H(c) = (ln n - sum_k c_k G(c_k) / n) / ln 2``,
    ``G(c) = psi(c) + (-1) ** c / 2 (psi((c + 1) / 2) - psi(c / 2))``

    Unit: bits. A node of one class may have a little entropy, less than none, too. A node without a
    split of positive gain is not split.

    References
    ----------
    P. Grassberger, "Entropy estimates from insufficient samplings", arXiv physics/0307138 (2003).
    S. Nowozin, "Improved information gain estimates for decision tree induction", ICML 2012.

    Examples
    --------
    >>> from gaintree.criteria import Grassberger
    >>> round(Grassberger().value_of([2, 6], [3, 3]), 6)
    0.046986
    """

    name = "grassberger"
    formula = "gain of (ln n - sum c G(c) / n) / ln 2"
    range = "not bounded by 0 or log2 K"
    source = "Grassberger 2003, Nowozin 2012"
    weights = "integer"
    cost = staticmethod(_grassberger_cost)

    def cost_tables(self, n_samples: int, n_classes: int) -> CostTables:
        counts = np.arange(n_samples + 1.0)
        phi = counts * (psi(np.floor(counts / 2.0) + 0.5) / terms.LN2 + 1.0)
        return CostTables(terms.entropy_phi(counts, 0.0), np.ones(1), phi)


@formula
def _james_stein_cost(weights, total, parameter):
    n_classes, squares, room = len(weights), 0.0, 0.0
    for weight in weights:
        p = weight / total
        squares += p * p
        room += (1.0 / n_classes - p) ** 2
    room *= total - 1.0
    shrunk = 1.0
    if room > 0.0:
        shrunk = min(max((1.0 - squares) / room, 0.0), 1.0)
    bits = 0.0
    for weight in weights:
        p = shrunk / n_classes + (1.0 - shrunk) * weight / total
        if p > 0.0:
            bits -= p * math.log2(p)
    return total * bits


@formula
def _shrinkage(left, right, weight_left, weight_right, parameter):
    """What shrinking adds to the mean entropy of the sides: equal shares have the greatest."""
    more = _james_stein_cost(left, weight_left, parameter)
    more -= terms.entropy_cost(left, weight_left, parameter)
    more += _james_stein_cost(right, weight_right, parameter)
    more -= terms.entropy_cost(right, weight_right, parameter)
    return max(more / (weight_left + weight_right), 0.0)


class JamesStein(_Estimate):
    """Information gain in the entropy of shares that are shrunk towards equal ones.

    ``H(c) = -sum_k q_k log2(q_k)``, ``q_k = L / K + (1 - L) p_k``,
    ``L = (1 - sum_k p_k ** 2) / ((n - 1) sum_k (1 / K - p_k) ** 2)``, at most 1

    K is the number of classes of the whole tree. Unit: bits. Range: -log2(K) to log2(K). A node
    without a split of positive gain is not split.

    References
    ----------
    J. Hausser, K. Strimmer, "Entropy inference and the James-Stein estimator", Journal of Machine
    Learning Research 10 (2009) 1469-1484.

    Examples
    --------
    >>> from gaintree.criteria import JamesStein
    >>> round(JamesStein().value_of([1, 6], [4, 3]), 6)
    0.137969
    """

    name = "james_stein"
    formula = "gain of H(L / K + (1 - L) p)"
    range = "-log2 K to log2 K"
    source = "Hausser and Strimmer 2009"
    weights = "integer"
    before = staticmethod(_james_stein_cost)
    charge = staticmethod(_shrinkage)


@formula
def _smoothed_cost(weights, total, a):
    larger, bits = total + a * len(weights), 0.0
    for weight in weights:
        p = (weight + a) / larger
        bits -= p * math.log2(p)
    return total * bits


@dataclass(frozen=True)
class Laplace(_Estimate):
    """Information gain in the entropy of shares with some samples of each class added.

    ``H(c) = -sum_k q_k log2(q_k)``, ``q_k = (c_k + a) / (n + a K)``

    K is the number of classes of the whole tree. Unit: bits. Range: -log2(K) to log2(K). Small
    nodes of one class have more entropy than large ones. A node without a split of positive gain is
    not split.

    Parameters
    ----------
    a : float, default=1.0
        Samples of each class that are added; above 0.

    Raises
    ------
    ValueError
        If `a` is not above 0 and finite.

    References
    ----------
    B. Cestnik, "Estimating probabilities: a crucial task in machine learning", ECAI 1990.

    Examples
    --------
    >>> from gaintree.criteria import Laplace
    >>> round(Laplace().value_of([1, 6], [4, 3]), 6)
    0.076794
    """

    name = "laplace"
    formula = "gain of H((c + a) / (n + a K)), a = 1"
    range = "-log2 K to log2 K"
    source = "Cestnik 1990"
    cost = staticmethod(_smoothed_cost)

    a: float = 1.0

    def __post_init__(self) -> None:
        require_number("a", self.a)
        if not 0.0 < self.a < np.inf:
            raise ValueError(f"a={self.a} must be above 0 and finite.")

    @property
    def parameter(self) -> float:
        return float(self.a)

    def cost_tables(self, n_samples: int, n_classes: int) -> CostTables:
        counts = np.arange(n_samples + 1.0)
        larger = counts + self.a * n_classes
        whole = counts * np.log2(larger)
        return CostTables(whole, counts / larger, (counts + self.a) * np.log2(counts + self.a))


class KT(Laplace):
    """Information gain in the entropy of shares with half a sample of each class added.

    ``H(c) = -sum_k q_k log2(q_k)``, ``q_k = (c_k + 1/2) / (n + K / 2)``

    K is the number of classes of the whole tree. Unit: bits. Range: -log2(K) to log2(K). A node
    without a split of positive gain is not split.

    References
    ----------
    R. Krichevsky, V. Trofimov, "The performance of universal encoding", IEEE Transactions on
    Information Theory 27 (1981) 199-207.

    Examples
    --------
    >>> from gaintree.criteria import KT
    >>> round(KT().value_of([1, 6], [4, 3]), 6)
    0.105622
    """

    name = "kt"
    formula = "gain of H((c + a) / (n + a K)), a = 1/2"
    source = "Krichevsky and Trofimov 1981"

    def __init__(self) -> None:
        super().__init__(a=0.5)

    def __repr__(self) -> str:
        return "KT()"
