"""Description lengths: is a split worth what it takes to tell it?"""

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln

from gaintree._jit import formula
from gaintree.criteria import _terms as terms
from gaintree.criteria._base import Criterion, require_number
from gaintree.criteria._tables import CostTables


@formula
def _mdlp_before(weights, total, parameter):
    """What the classes of a node cost, less what a cut costs that does not depend on its place."""
    k = float(terms.count_present(weights))
    if k < 2.0:
        return 0.0
    # log2(3^k - 2), where 3^k may overflow
    labels = k * math.log2(3.0) + math.log1p(-2.0 * 3.0**-k) / terms.LN2
    entropy = terms.entropy(weights, total, parameter)
    return (total + k) * entropy - math.log2(total - 1.0) - labels


@formula
def _mdlp(left, right, weight_left, weight_right, cost_left, cost_right, cost_node, parameter):
    k_left, k_right = 0.0, 0.0
    for i in range(len(left)):
        k_left += left[i] > 0.0
        k_right += right[i] > 0.0
    after = (1.0 + k_left / weight_left) * cost_left + (1.0 + k_right / weight_right) * cost_right
    return (cost_node - after) / (weight_left + weight_right)


class MDLP(Criterion):
    """Fayyad and Irani's minimum description length: information gain less what the cut costs.

    ``V = IG - (log2(n - 1) + log2(3 ** k - 2) - k H(node) + sum_j k_j H(child j)) / n``

    k and k_j are the numbers of classes that the node and the children have. Unit: bits a sample.
    Range: up to log2(n_classes). A node without a split of positive value is not split.

    References
    ----------
    U. Fayyad, K. Irani, "Multi-interval discretization of continuous-valued attributes for
    classification learning", IJCAI 1993, 1022-1027.

    Examples
    --------
    >>> from gaintree.criteria import MDLP
    >>> round(MDLP().value_of([50, 0, 0], [0, 50, 50]), 6)
    0.857575
    """

    name = "mdlp"
    formula = "IG - (log2(n - 1) + D) / n"
    unit = "bits"
    range = "up to log2 K"
    source = "Fayyad and Irani 1993"
    weights = "integer"
    value = staticmethod(_mdlp)
    before = staticmethod(_mdlp_before)

    @property
    def floor(self) -> float:
        return 0.0


@formula
def _evidence_cost(weights, total, a):
    """Minus the log of the marginal likelihood, in bits."""
    prior = a * len(weights)
    nats = math.lgamma(prior + total) - math.lgamma(prior)
    for weight in weights:
        if weight > 0.0:
            nats -= math.lgamma(a + weight) - math.lgamma(a)
    return nats / terms.LN2


def _evidence_tables(n_samples, n_classes, a):
    counts = np.arange(n_samples + 1.0)
    whole = gammaln(a * n_classes + counts) - gammaln(a * n_classes)
    phi = gammaln(a + counts) - gammaln(a)
    return CostTables(whole / terms.LN2, np.ones(1), phi / terms.LN2)


@dataclass(frozen=True)
class K2(Criterion):
    """Bayes factor of the split, every share of the classes being as probable as any other.

    ``V = sum_j L(child j) - L(node)``, ``L(c) = log2(integral of prod_k p_k ** c_k)``
    by a Dirichlet prior of `prior` for each class

    Unit: bits. A node without a split of positive value is not split.

    Parameters
    ----------
    prior : float, default=1.0
        Above 0. 1 is K2's; ``"bayes_kt"``, of Krichevsky and Trofimov, has 1/2.

    Raises
    ------
    ValueError
        If `prior` is not above 0 and finite.

    References
    ----------
    W. Buntine, "Learning classification trees", Statistics and Computing 2 (1992) 63-73.
    G. Cooper, E. Herskovits, "A Bayesian method for the induction of probabilistic networks from
    data", Machine Learning 9 (1992) 309-347.

    Examples
    --------
    >>> from gaintree.criteria import K2
    >>> round(K2().value_of([2, 6], [3, 3]), 6)
    -0.232446
    """

    name = "k2"
    formula = "log2 Bayes factor, Dirichlet(1)"
    unit = "bits"
    range = "-infinity to n log2 K"
    source = "Buntine 1992"
    value = staticmethod(terms.saving)
    cost = staticmethod(_evidence_cost)

    prior: float = 1.0

    def __post_init__(self) -> None:
        require_number("prior", self.prior)
        if not 0.0 < self.prior < np.inf:
            raise ValueError(f"prior={self.prior} must be above 0 and finite.")

    @property
    def parameter(self) -> float:
        return float(self.prior)

    @property
    def floor(self) -> float:
        return 0.0

    def cost_tables(self, n_samples: int, n_classes: int) -> CostTables:
        return _evidence_tables(n_samples, n_classes, self.prior)


class BayesKT(K2):
    """Bayes factor of the split, with Krichevsky and Trofimov's prior (Jeffreys').

    ``V = sum_j L(child j) - L(node)``, ``L(c) = log2(integral of prod_k p_k ** c_k)``
    by a Dirichlet prior of 1/2 for each class

    Unit: bits. A node without a split of positive value is not split.

    References
    ----------
    R. Krichevsky, V. Trofimov, "The performance of universal encoding", IEEE Transactions on
    Information Theory 27 (1981) 199-207.

    Examples
    --------
    >>> from gaintree.criteria import BayesKT
    >>> round(BayesKT().value_of([2, 6], [3, 3]), 6)
    -0.628031
    """

    name = "bayes_kt"
    formula = "log2 Bayes factor, Dirichlet(1/2)"
    source = "Krichevsky and Trofimov 1981"

    def __init__(self) -> None:
        super().__init__(prior=0.5)

    def __repr__(self) -> str:
        return "BayesKT()"


@formula
def _shared_evidence_cost(weights, total, ess):
    """Of one of two children."""
    return _evidence_cost(weights, total, ess / (2.0 * len(weights)))


@formula
def _whole_evidence_cost(weights, total, ess):
    return _evidence_cost(weights, total, ess / len(weights))


@dataclass(frozen=True)
class BDeu(Criterion):
    """Bayes factor of the split, by a prior that is worth the same number of samples before it.

    ``V = sum_j L(child j) - L(node)``, ``L(c) = log2(integral of prod_k p_k ** c_k)``
    by a Dirichlet prior of ess / K for each class of the node, and of ess / (2 K) in a child

    Unit: bits. A node without a split of positive value is not split.

    Parameters
    ----------
    ess : float, default=1.0
        The equivalent sample size, above 0.

    Raises
    ------
    ValueError
        If `ess` is not above 0 and finite.

    References
    ----------
    W. Buntine, "Theory refinement on Bayesian networks", UAI 1991, 52-60.
    D. Heckerman, D. Geiger, D. Chickering, "Learning Bayesian networks: the combination of
    knowledge and statistical data", Machine Learning 20 (1995) 197-243.

    Examples
    --------
    >>> from gaintree.criteria import BDeu
    >>> round(BDeu().value_of([2, 6], [3, 3]), 6)
    -1.896143
    """

    name = "bdeu"
    formula = "log2 Bayes factor, Dirichlet(ess / K)"
    unit = "bits"
    range = "-infinity to n log2 K"
    source = "Buntine 1991, Heckerman et al. 1995"
    value = staticmethod(terms.saving)
    cost = staticmethod(_shared_evidence_cost)
    before = staticmethod(_whole_evidence_cost)

    ess: float = 1.0

    def __post_init__(self) -> None:
        require_number("ess", self.ess)
        if not 0.0 < self.ess < np.inf:
            raise ValueError(f"ess={self.ess} must be above 0 and finite.")

    @property
    def parameter(self) -> float:
        return float(self.ess)

    @property
    def floor(self) -> float:
        return 0.0

    def cost_tables(self, n_samples: int, n_classes: int) -> CostTables:
        return _evidence_tables(n_samples, n_classes, self.ess / (2.0 * n_classes))
