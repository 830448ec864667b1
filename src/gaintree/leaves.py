"""The probability of each class in a leaf, from the samples in it and in the nodes above.

What there is, by the name that ``leaf_probability=`` takes:

    ==============  ==========================================================  ===========
    name            the probability of a class                                  parameter
    ==============  ==========================================================  ===========
    frequency       its share of the leaf
    laplace         the same, with so many more samples of each class           `strength`
    m_estimate      the same, with so many more samples like those of the root  `strength`
    shrinkage       its shares of all nodes on the path, the larger the more    `strength`
    ==============  ==========================================================  ===========

All are computed once, when the tree is fitted.

>>> from sklearn.datasets import load_iris
>>> from gaintree import GainTreeClassifier, leaves
>>> tree = GainTreeClassifier(leaf_probability=leaves.Shrinkage(strength=10))
>>> tree.fit(*load_iris(return_X_y=True)).predict_proba([[5.1, 3.5, 1.4, 0.2]]).round(3)
array([[0.958, 0.021, 0.021]])
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from numbers import Real
from typing import Any, ClassVar, Literal, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
from sklearn import get_config
from sklearn.utils._param_validation import (
    Interval,
    StrOptions,
    validate_parameter_constraints,
)

from gaintree._jit import kernel
from gaintree.tree import LEAF, Tree

__all__ = ["Frequency", "Laplace", "LeafProbability", "MEstimate", "Shrinkage", "get", "names"]

Floats: TypeAlias = npt.NDArray[np.float64]

_STRENGTH = [Interval(Real, 0.0, None, closed="left")]


@kernel
def _shrink(children_left, children_right, weight, share, strength, shrunk):
    """Write the estimate of each node, parents before children; that of the root is there."""
    for node in range(len(weight)):
        left, right = children_left[node], children_right[node]
        if left == LEAF:
            continue
        trust = 1.0 / (1.0 + strength / weight[node])
        for k in range(share.shape[1]):
            above, own = shrunk[node, k], share[node, k]
            shrunk[left, k] = above + trust * (share[left, k] - own)
            shrunk[right, k] = above + trust * (share[right, k] - own)


@dataclass(frozen=True, kw_only=True)
class LeafProbability(ABC):
    """A rule for the probability of each class in a leaf.

    Attributes
    ----------
    name : str
        What `get` finds it by.
    ranges : dict of list
        The values that each parameter may have, in scikit-learn's terms.
    keeps_order : bool
        Whether what `monotonic_cst` asks of shares holds of these probabilities, too.
    """

    name: ClassVar[str]
    ranges: ClassVar[dict[str, list[Any]]] = {}
    keeps_order: ClassVar[bool] = False

    def __post_init__(self) -> None:
        if self.ranges and not get_config()["skip_parameter_validation"]:
            validate_parameter_constraints(
                self.ranges, dict(vars(self)), caller_name=type(self).__name__
            )

    @abstractmethod
    def of_nodes(self, tree: Tree) -> Floats:
        """Return the probability of each class in each node, if it is a leaf.

        It depends on the node and on those above it, so it stays as it is when a tree is pruned.

        Parameters
        ----------
        tree : Tree

        Returns
        -------
        proba : ndarray of float64 of shape (node_count, n_classes)
        """


@dataclass(frozen=True, kw_only=True)
class Frequency(LeafProbability):
    """The share of the class in the leaf, by weight, which is what scikit-learn predicts.

    Examples
    --------
    >>> from gaintree import GainTreeClassifier
    >>> X, y = [[0], [0], [1], [1], [1]], [0, 0, 0, 1, 1]
    >>> GainTreeClassifier().fit(X, y).predict_proba([[0], [1]]).round(3)
    array([[1.   , 0.   ],
           [0.333, 0.667]])
    """

    name = "frequency"
    keeps_order = True

    def of_nodes(self, tree: Tree) -> Floats:
        return tree.value[:, 0]


@dataclass(frozen=True, kw_only=True)
class Laplace(LeafProbability):
    """Laplace's estimate: as if there were some more samples of each class in the leaf.

    With weight n in the leaf, n_k of class k of K, it is ``(n_k + strength) / (n + K * strength)``.
    A sample of weight w counts as w samples. The most probable class is the most frequent one.

    Parameters
    ----------
    strength : float, default=1.0
        How many samples of each class, from 0.

    References
    ----------
    F. Provost and P. Domingos, "Tree induction for probability-based ranking", Machine Learning 52
    (2003) 199-215.

    Examples
    --------
    >>> from gaintree import GainTreeClassifier
    >>> X, y = [[0], [0], [1], [1], [1]], [0, 0, 0, 1, 1]
    >>> GainTreeClassifier(leaf_probability="laplace").fit(X, y).predict_proba([[0], [1]])
    array([[0.75, 0.25],
           [0.4 , 0.6 ]])
    """

    name = "laplace"
    ranges: ClassVar = {"strength": _STRENGTH}

    strength: float = 1.0

    def of_nodes(self, tree: Tree) -> Floats:
        return _mixed(tree, np.ones(tree.n_classes), self.strength)


@dataclass(frozen=True, kw_only=True)
class MEstimate(LeafProbability):
    """The m-estimate: as if there were m more samples in the leaf, classes as in the prior.

    With weight n in the leaf, n_k of class k, it is ``(n_k + m * p_k) / (n + m)``, p_k the
    probability of k before any sample is seen. A sample of weight w counts as w samples. The most
    probable class need not be the most frequent one.

    Parameters
    ----------
    strength : float, default=2.0
        m, how many samples the prior weighs, from 0.
    prior : {"root", "uniform"}, default="root"
        Classes are as frequent as at the root, or all equally.

    References
    ----------
    B. Cestnik, "Estimating probabilities: a crucial task in machine learning", ECAI 1990, 147-149.

    Examples
    --------
    >>> from gaintree import GainTreeClassifier
    >>> X, y = [[0], [0], [1], [1], [1]], [0, 0, 0, 1, 1]
    >>> GainTreeClassifier(leaf_probability="m_estimate").fit(X, y).predict_proba([[0], [1]])
    array([[0.8 , 0.2 ],
           [0.44, 0.56]])
    """

    name = "m_estimate"
    ranges: ClassVar = {"strength": _STRENGTH, "prior": [StrOptions({"root", "uniform"})]}

    strength: float = 2.0
    prior: Literal["root", "uniform"] = "root"

    def of_nodes(self, tree: Tree) -> Floats:
        n_classes = tree.n_classes
        uniform = np.full(n_classes, 1.0 / n_classes)
        return _mixed(tree, tree.value[0, 0] if self.prior == "root" else uniform, self.strength)


@dataclass(frozen=True, kw_only=True)
class Shrinkage(LeafProbability):
    """Hierarchical shrinkage: each step down from the root counts the less, the fewer samples.

    With p(t) the share of the class in node t and n(t) its weight, the probability in the leaf at
    the end of the path t_0, t_1, ..., t_L is

    ``p(t_0) + sum_l (p(t_l) - p(t_{l-1})) / (1 + strength / n(t_{l-1}))``

    A sample of weight w counts as w samples. The most probable class need not be the most frequent
    one.

    Parameters
    ----------
    strength : float, default=10.0
        The lambda of the paper, in samples, from 0: a step from a node of so many samples counts
        half. :class:`gaintree.GainTreeClassifierCV` chooses it.

    References
    ----------
    A. Agarwal, Y. S. Tan, O. Ronen, C. Singh, B. Yu, "Hierarchical shrinkage: improving the
    accuracy and interpretability of tree-based methods", ICML 2022, PMLR 162, 111-135.

    Examples
    --------
    >>> from gaintree import GainTreeClassifier, leaves
    >>> X, y = [[0], [0], [1], [1], [1]], [0, 0, 0, 1, 1]
    >>> tree = GainTreeClassifier(leaf_probability=leaves.Shrinkage(strength=5))
    >>> tree.fit(X, y).predict_proba([[0], [1]]).round(3)
    array([[0.8  , 0.2  ],
           [0.467, 0.533]])
    """

    name = "shrinkage"
    ranges: ClassVar = {"strength": _STRENGTH}
    # It is a weighted mean of the shares on the path. Two sides of a split have all weights above
    # it in common, and what is below them is on either side of the bound between them.
    keeps_order = True

    strength: float = 10.0

    def of_nodes(self, tree: Tree) -> Floats:
        share = np.ascontiguousarray(tree.value[:, 0])
        shrunk = share.copy()
        _shrink(
            tree.children_left,
            tree.children_right,
            tree.weighted_n_node_samples,
            share,
            float(self.strength),
            shrunk,
        )
        return np.clip(shrunk, 0.0, 1.0)  # what rounding has put beside them


def _mixed(tree: Tree, prior: Floats, strength: float) -> Floats:
    """Classes of each node, and `strength` times those of the prior."""
    weight = tree.weighted_n_node_samples[:, None]
    return (tree.value[:, 0] * weight + strength * prior) / (weight + strength * prior.sum())


class LeafValues(NamedTuple):
    """What a fitted tree predicts in each node, if it is a leaf."""

    proba: Floats  # (node_count, n_classes)
    most_probable: npt.NDArray[np.int64]  # (node_count,), of tied classes the first


def leaf_values(tree: Tree, method: LeafProbability) -> LeafValues | None:
    """Return what `method` predicts; None for frequencies, which the tree has itself."""
    if isinstance(method, Frequency):
        return None
    proba = method.of_nodes(tree)
    return LeafValues(proba, proba.argmax(axis=1))


_BY_NAME: dict[str, type[LeafProbability]] = {
    method.name: method for method in (Frequency, Laplace, MEstimate, Shrinkage)
}


def names() -> list[str]:
    """Return every name that ``leaf_probability=`` takes, sorted."""
    return sorted(_BY_NAME)


def get(method: str | LeafProbability) -> LeafProbability:
    """Return the rule of that name, with its defaults; an object is returned as it is.

    Parameters
    ----------
    method : str or LeafProbability
        One of `names`, or an object of this module.

    Returns
    -------
    method : LeafProbability

    Raises
    ------
    ValueError
        If there is no rule of that name.

    Examples
    --------
    >>> get("shrinkage")
    Shrinkage(strength=10.0)
    """
    if isinstance(method, LeafProbability):
        return method
    if not isinstance(method, str) or method not in _BY_NAME:
        raise ValueError(f"method={method!r} is unknown; it must be one of {names()}.")
    return _BY_NAME[method]()


def with_strength(method: LeafProbability, strength: float) -> LeafProbability:
    """Return the rule with another strength."""
    return replace(method, strength=strength)  # type: ignore[call-arg]
