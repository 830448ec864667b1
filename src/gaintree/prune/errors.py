"""Pruning by the number of errors to be expected of a leaf on samples that it has not seen."""

import math
from dataclasses import dataclass
from numbers import Integral, Real
from typing import ClassVar, Literal

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri
from sklearn.utils._param_validation import Interval, StrOptions

from gaintree.prune import passes
from gaintree.prune._base import Floats, LeastCost, Nodes, PruningMethod, misclassified
from gaintree.prune.limits import Limit, write_extra_errors

_LEAST_STANDARD_ERROR = 1e-100  # so that levels are finite where there is none


@dataclass(frozen=True, kw_only=True)
class ReducedError(LeastCost):
    """Reduced-error pruning: the subtree with the fewest errors on samples held out.

    A leaf costs the weight of the samples held out that it misclassifies. A branch that no sample
    held out reaches is given up.

    Parameters
    ----------
    validation_fraction : float, default=0.25
        Share of the samples of each class, in (0, 1), that an estimator with this for its `pruning`
        holds out and does not grow its tree from. It matters to nothing else: `prune` and `path`
        take the samples held out as they get them.
    random_state : int, default=0
        Seed of the draw of these samples, from 0.

    References
    ----------
    J. R. Quinlan, "Simplifying decision trees", International Journal of Man-Machine Studies 27
    (1987) 221-234.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from gaintree import GainTreeClassifier, prune
    >>> X, y = load_iris(return_X_y=True)
    >>> tree = GainTreeClassifier().fit(X[::2], y[::2]).tree_
    >>> held_out = prune.class_counts(tree, X[1::2], y[1::2])
    >>> tree.n_leaves, prune.prune(tree, "reduced_error", held_out=held_out).n_leaves
    (6, 4)
    """

    name = "reduced_error"
    scale = "errors held out, a leaf"
    needs_held_out = True
    ranges: ClassVar = {
        "validation_fraction": [Interval(Real, 0.0, 1.0, closed="neither")],
        "random_state": [Interval(Integral, 0, None, closed="left")],
    }

    validation_fraction: float = 0.25
    random_state: int = 0

    def leaf_cost(self, nodes: Nodes) -> Floats:
        assert nodes.held_out is not None
        return misclassified(nodes.tree, nodes.held_out)


@dataclass(frozen=True, kw_only=True)
class Pessimistic(PruningMethod):
    """Pessimistic error pruning: a branch has to beat its root as a leaf by a standard error.

    With half an error more for every leaf, e' = e + 1/2 at node t, and E' = sum(e + 1/2) over the
    leaves of its branch in the whole tree, a node of n samples turns into a leaf where

    ``e' <= E' + standard_errors * sqrt(E' * (n - E') / n)``

    A sample of weight w counts as w samples. The level is the number of standard errors.

    Parameters
    ----------
    standard_errors : float, default=1.0
        Not negative.

    References
    ----------
    J. R. Quinlan, "Simplifying decision trees", International Journal of Man-Machine Studies 27
    (1987) 221-234.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from gaintree import GainTreeClassifier, prune
    >>> tree = GainTreeClassifier().fit(*load_iris(return_X_y=True)).tree_
    >>> tree.n_leaves, prune.prune(tree, "pessimistic").n_leaves
    (9, 4)
    """

    name = "pessimistic"
    scale = "standard errors"
    ranges: ClassVar = {"standard_errors": [Interval(Real, 0.0, None, closed="left")]}

    standard_errors: float = 1.0

    @property
    def level(self) -> float:
        return self.standard_errors

    def split_levels(self, nodes: Nodes) -> Floats:
        is_leaf, size = nodes.tree.is_leaf, nodes.size
        as_leaf = nodes.errors + 0.5
        as_branch = nodes.add_up(np.where(is_leaf, as_leaf, 0.0)[:, None])[:, 0]
        variance = as_branch * np.maximum(size - as_branch, 0.0) / size
        standard_error = np.maximum(np.sqrt(variance), _LEAST_STANDARD_ERROR)
        return np.where(is_leaf, -np.inf, (as_leaf - as_branch) / standard_error)


@dataclass(frozen=True, kw_only=True)
class ErrorBased(LeastCost):
    """Error-based pruning, C4.5's: leaves are charged the upper confidence limit of their errors.

    A leaf costs its errors and `extra_errors`. From the bottom up a node turns into a leaf if that
    costs at most `slack` more than what is left of its branch. Levels below and above 0 are alphas:
    what a leaf costs besides.

    C4.5 also raises subtrees, which ``raising=True`` asks of ``GainTreeClassifier(pruning=...)``:
    a node may then split as its larger child did. That takes the samples, and the tree that it
    leaves is on no path of nested ones; see `prune_and_raise`.

    Parameters
    ----------
    confidence : float, default=0.25
        The chance that a leaf has more errors than the limit, in (0, 0.5]. The less, the smaller
        the tree, as a rule: trees of two confidences need not be nested.
    z : {"exact", "c45"}, default="exact"
        How the limit is computed; see `extra_errors`.
    slack : float, default=0.1
        Errors, not negative. C4.5 and J48 have 0.1; 0 leaves the subtree of the least cost.
    raising : bool, default=False
        Whether branches may be raised, as C4.5 does.

    References
    ----------
    J. R. Quinlan, "C4.5: Programs for Machine Learning", Morgan Kaufmann, 1993, chapter 4.

    Examples
    --------
    >>> from sklearn.datasets import load_breast_cancer
    >>> from gaintree import GainTreeClassifier, prune
    >>> tree = GainTreeClassifier().fit(*load_breast_cancer(return_X_y=True)).tree_
    >>> [prune.prune(tree, prune.ErrorBased(confidence=c)).n_leaves for c in (0.25, 0.1, 0.01)]
    [16, 14, 12]
    >>> as_c45 = GainTreeClassifier(pruning=prune.ErrorBased(raising=True))
    >>> as_c45.fit(*load_breast_cancer(return_X_y=True)).get_n_leaves()
    16
    """

    name = "error_based"
    scale = "expected errors, a leaf"
    ranges: ClassVar = {
        "confidence": [Interval(Real, 0.0, 0.5, closed="right")],
        "z": [StrOptions({"exact", "c45"})],
        "slack": [Interval(Real, 0.0, None, closed="left")],
        "raising": ["boolean"],
    }

    confidence: float = 0.25
    z: Literal["exact", "c45"] = "exact"
    slack: float = 0.1
    raising: bool = False

    @property
    def is_nested(self) -> bool:
        return not self.raising

    @property
    def limit(self) -> Limit:
        """The confidence, as kernels take it."""
        return _limit(self.confidence, self.z)

    def leaf_cost(self, nodes: Nodes) -> Floats:
        return nodes.errors + extra_errors(nodes.size, nodes.errors, self.confidence, self.z)

    def split_levels(self, nodes: Nodes) -> Floats:
        tree = nodes.tree
        turned = passes.within_slack(
            tree.children_left, tree.children_right, self.leaf_cost(nodes), self.slack
        )
        # The others are not given up at level 0: as leaves they cost more than the best below them.
        levels = super().split_levels(nodes)
        return np.where(turned, np.minimum(levels, 0.0), levels)


@dataclass(frozen=True, kw_only=True)
class MinimumError(LeastCost):
    """Minimum-error pruning: leaves are charged the errors that the m-estimate expects.

    A leaf of n samples, n_c of them in its majority c, costs

    ``n * (n - n_c + (1 - p_c) * m) / (n + m)``

    with p_c the probability of c before any sample is seen. A sample of weight w counts as w
    samples. The level is an alpha: expected errors that a leaf costs besides.

    Parameters
    ----------
    m : float, default=2.0
        How many samples the prior weighs, from 0.
    prior : {"root", "uniform"}, default="root"
        Classes are as frequent as at the root, or all equally: with the latter and m the number of
        classes, this is the rule of Niblett and Bratko (1986).

    References
    ----------
    B. Cestnik and I. Bratko, "On estimating probabilities in tree pruning", EWSL 1991, 138-150.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from gaintree import GainTreeClassifier, prune
    >>> tree = GainTreeClassifier().fit(*load_iris(return_X_y=True)).tree_
    >>> [prune.prune(tree, prune.MinimumError(m=m)).n_leaves for m in (0, 2, 32)]
    [9, 7, 3]
    """

    name = "min_error"
    scale = "expected errors, a leaf"
    ranges: ClassVar = {
        "m": [Interval(Real, 0.0, None, closed="left")],
        "prior": [StrOptions({"root", "uniform"})],
    }

    m: float = 2.0
    prior: Literal["root", "uniform"] = "root"

    def leaf_cost(self, nodes: Nodes) -> Floats:
        size, n_classes = nodes.size, nodes.tree.n_classes
        shares = nodes.counts[0] / size[0] if self.prior == "root" else 1.0 / n_classes
        of_majority = np.broadcast_to(shares, n_classes)[nodes.tree.majority]
        return size * (nodes.errors + (1.0 - of_majority) * self.m) / (size + self.m)


def extra_errors(
    n_samples: npt.ArrayLike,
    n_errors: npt.ArrayLike,
    confidence: float = 0.25,
    z: Literal["exact", "c45"] = "exact",
) -> Floats:
    """Return how many more errors the upper confidence limit of a leaf has than were seen.

    With f = (e + 1/2) / n, and z the normal quantile of 1 - confidence, it is

    ``n * (f + z^2/2n + z * sqrt(f/n - f^2/n + z^2/4n^2)) / (1 + z^2/n) - e``

    (Wilson's limit with a correction for continuity) for e from 1 to n - 1/2,
    ``n * (1 - confidence^(1/n))`` for e = 0, and between these two for e between 0 and 1.

    Parameters
    ----------
    n_samples : array-like of float
        Positive.
    n_errors : array-like of float
        From 0 to `n_samples`.
    confidence : float, default=0.25
        In (0, 0.5].
    z : {"exact", "c45"}, default="exact"
        ``"exact"`` is J48's: the exact z, and n - e errors more where e > n - 1/2. ``"c45"`` is
        C4.5's: z interpolated between those of the table in its source (0.6925 for 0.25, where
        0.6745 is exact), and 0.67 (n - e).

    Returns
    -------
    extra : ndarray of float64

    References
    ----------
    J. R. Quinlan, "C4.5: Programs for Machine Learning", Morgan Kaufmann, 1993, chapter 4.

    Examples
    --------
    >>> extra_errors([6, 9, 1, 16], [0, 0, 0, 1]).round(6)
    array([1.237797, 1.284804, 0.75    , 1.475715])
    >>> extra_errors([14, 16], [5, 1], z="c45").round(6)
    array([1.794993, 1.506894])
    """
    n, e = np.broadcast_arrays(*(np.asarray(a, dtype=np.float64) for a in (n_samples, n_errors)))
    extra = np.empty(n.size)
    write_extra_errors(n.ravel(), e.ravel(), _limit(confidence, z), extra)
    return extra.reshape(n.shape)


# Of C4.5's source: chances, and the normal quantiles of their complements.
_C45_CHANCE = [0.0, 0.001, 0.005, 0.01, 0.05, 0.10, 0.20, 0.40, 1.00]
_C45_Z = [4.0, 3.09, 2.58, 2.33, 1.65, 1.28, 0.84, 0.25, 0.00]


def _limit(confidence: float, z: str) -> Limit:
    if z == "c45":
        quantile, share_of_rest = np.interp(confidence, _C45_CHANCE, _C45_Z), 0.67
    else:
        quantile, share_of_rest = -ndtri(confidence), 1.0
    return Limit(math.log(confidence), float(quantile), share_of_rest)
