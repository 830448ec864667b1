"""Pruning by code length: is a split worth the bits it takes to tell it?"""

import math
from dataclasses import dataclass
from numbers import Real
from typing import ClassVar, Literal

import numpy as np
from scipy.special import gammaln, xlogy
from sklearn.utils._param_validation import Interval, StrOptions

from gaintree.prune._base import Floats, LeastCost, Nodes, SplitScore

_LN2 = math.log(2.0)


@dataclass(frozen=True, kw_only=True)
class MDL(LeastCost):
    """Minimum description length: the subtree that tells itself and the classes in the fewest bits.

    One bit a node tells whether it splits. A split takes log2(features) + log2(cuts) bits, the
    cuts being those of its column in the node. A leaf of n samples, n_k of them in class k of K,
    takes the bits of

    ``sum_k n_k ln(n / n_k) + (K - 1)/2 ln(n/2) + ln(pi^(K/2) / Gamma(K/2))``

    nats. Its last two terms are for large n; they are taken for ln K at least, which they are for
    one sample. A sample of weight w counts as w samples. The level is an alpha: bits that a leaf
    costs besides.

    References
    ----------
    J. R. Quinlan and R. L. Rivest, "Inferring decision trees using the minimum description length
    principle", Information and Computation 80 (1989) 227-248.
    M. Mehta, J. Rissanen, R. Agrawal, "MDL-based decision tree pruning", KDD 1995, 216-221.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from gaintree import GainTreeClassifier, prune
    >>> tree = GainTreeClassifier().fit(*load_iris(return_X_y=True)).tree_
    >>> tree.n_leaves, prune.prune(tree, "mdl").n_leaves
    (9, 3)
    """

    name = "mdl"
    scale = "bits, a leaf"

    @property
    def uses_candidates(self) -> bool:
        return True

    def leaf_cost(self, nodes: Nodes) -> Floats:
        counts, size, n_classes = nodes.counts, nodes.size, nodes.tree.n_classes
        classes = -xlogy(counts, counts / size[:, None]).sum(axis=1)
        constant = n_classes / 2 * math.log(math.pi) - math.lgamma(n_classes / 2)
        shares = (n_classes - 1) / 2 * np.log(size / 2) + constant
        return 1.0 + (classes + np.maximum(shares, math.log(n_classes))) / _LN2

    def split_cost(self, nodes: Nodes) -> Floats:
        cuts = np.maximum(nodes.candidates.of_feature, 1)
        return 1.0 + math.log2(nodes.tree.n_features) + np.log2(cuts)


@dataclass(frozen=True, kw_only=True)
class MDLPStop(SplitScore):
    """The stopping rule of MDLP: what a split gains has to pay for telling it.

    A split of n samples into L and R, with k classes in the node, k_L and k_R in its sides, scores

    ``n * gain - log2(n - 1) - log2(3^k - 2) + k H - k_L H(L) - k_R H(R)``

    bits, H being the entropy of the classes. The level is what the score has to exceed.

    Parameters
    ----------
    bits : float, default=0.0
        What the score has to exceed.
    stop : bool, default=True
        True gives up every split that scores too little, as if growth had stopped there. False
        keeps it as long as a split below it scores enough.

    References
    ----------
    U. M. Fayyad and K. B. Irani, "Multi-interval discretization of continuous-valued attributes for
    classification learning", IJCAI 1993, 1022-1027.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from gaintree import GainTreeClassifier, prune
    >>> X, y = load_iris(return_X_y=True)
    >>> tree = GainTreeClassifier().fit(X[:, [3]], y).tree_  # petal width
    >>> pruned = prune.prune(tree, "mdlp_stop")
    >>> pruned.threshold[~pruned.is_leaf].round(2)
    array([0.8 , 1.75])
    """

    name = "mdlp_stop"
    scale = "bits"
    ranges: ClassVar = {"bits": [Interval(Real, None, None, closed="neither")], "stop": ["boolean"]}

    bits: float = 0.0
    stop: bool = True

    @property
    def level(self) -> float:
        return self.bits

    def scores(self, nodes: Nodes) -> Floats:
        left, right = nodes.tables()
        whole = left + right
        n_samples = nodes.tree.n_node_samples[nodes.splits]
        n_classes = np.count_nonzero(whole, axis=1)
        # log2(3^k - 2), which overflows for many classes
        labellings = n_classes * math.log2(3.0) + np.log1p(-2.0 * 3.0**-n_classes) / _LN2
        gain = _entropy_bits(whole) - _entropy_bits(left) - _entropy_bits(right)
        told = _of_classes(whole) - _of_classes(left) - _of_classes(right)
        return gain - np.log2(n_samples - 1) - labellings + told


def _entropy_bits(counts: Floats) -> Floats:
    """Entropy of each row, times its sum."""
    return -xlogy(counts, counts / counts.sum(axis=1, keepdims=True)).sum(axis=1) / _LN2


def _of_classes(counts: Floats) -> Floats:
    """Entropy of each row, times its number of classes."""
    return np.count_nonzero(counts, axis=1) * _entropy_bits(counts) / counts.sum(axis=1)


@dataclass(frozen=True, kw_only=True)
class BayesStop(SplitScore):
    """Stop where classes are no more probable with the split than without: a Bayes factor.

    With a Dirichlet prior of a on each class of K, A = a K, the classes of a node have probability

    ``m(n) = Gamma(A) / Gamma(A + n) * prod_k Gamma(a + n_k) / Gamma(a)``

    and a split scores ``log2(m(L) m(R) / m(node))`` bits. A sample of weight w counts as w samples.
    The level is what the score has to exceed.

    Parameters
    ----------
    prior : {"kt", "k2", "bdeu"}, default="kt"
        ``"kt"`` (Krichevsky and Trofimov): a = 1/2. ``"k2"`` (Cooper and Herskovits): a = 1.
        ``"bdeu"`` (Heckerman et al.): a = strength / K in the node, half as much in its two sides.
    strength : float, default=1.0
        Of ``"bdeu"``: how many samples the prior weighs, positive.
    bits : float, default=0.0
        What the score has to exceed.
    stop : bool, default=True
        True gives up every split that scores too little, as if growth had stopped there. False
        keeps it as long as a split below it scores enough.

    References
    ----------
    W. Buntine, "Learning classification trees", Statistics and Computing 2 (1992) 63-73.
    D. Heckerman, D. Geiger, D. M. Chickering, "Learning Bayesian networks", Machine Learning 20
    (1995) 197-243.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from gaintree import GainTreeClassifier, prune
    >>> tree = GainTreeClassifier().fit(*load_digits(return_X_y=True)).tree_
    >>> tree.n_leaves, prune.prune(tree, "bayes_stop").n_leaves
    (148, 146)
    """

    name = "bayes_stop"
    scale = "bits"
    ranges: ClassVar = {
        "prior": [StrOptions({"kt", "k2", "bdeu"})],
        "strength": [Interval(Real, 0.0, None, closed="neither")],
        "bits": [Interval(Real, None, None, closed="neither")],
        "stop": ["boolean"],
    }

    prior: Literal["kt", "k2", "bdeu"] = "kt"
    strength: float = 1.0
    bits: float = 0.0
    stop: bool = True

    @property
    def level(self) -> float:
        return self.bits

    def scores(self, nodes: Nodes) -> Floats:
        left, right = nodes.tables()
        in_node = {"kt": 0.5, "k2": 1.0, "bdeu": self.strength / nodes.tree.n_classes}[self.prior]
        in_side = in_node / 2 if self.prior == "bdeu" else in_node
        sides = _log_marginal(left, in_side) + _log_marginal(right, in_side)
        return (sides - _log_marginal(left + right, in_node)) / _LN2


def _log_marginal(counts: Floats, a: float) -> Floats:
    """Log of the probability of each row's classes, in an order, under a Dirichlet prior."""
    total = a * counts.shape[1]
    classes = (gammaln(a + counts) - gammaln(a)).sum(axis=1)
    return classes + gammaln(total) - gammaln(total + counts.sum(axis=1))
