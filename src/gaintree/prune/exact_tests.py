"""Pruning by tests that hold for few samples, too: all tables with the same margins are looked at.

If classes did not depend on the side of the split, any way to deal them out to the sides would be
as probable as any other.
"""

import math
from dataclasses import dataclass
from numbers import Integral
from typing import ClassVar, Literal

import numpy as np
import numpy.typing as npt
from scipy.special import xlogy
from sklearn.utils._param_validation import Interval

from gaintree.prune._base import Floats, Nodes
from gaintree.prune.significance import CORRECTION, MAX_P, SplitTest
from gaintree.prune.tails import exact_log_p

_Counts = npt.NDArray[np.int64]

_ENOUGH = 99  # permutations that show that a p-value is not small ...
_NOT_SMALL = 0.2  # ... from here on
_TIE = 1e-12


@dataclass(frozen=True, kw_only=True)
class Fisher(SplitTest):
    """Splits that are not significant by Fisher's exact test are given up.

    p is the chance of a two-by-two table, of two classes and two sides, that is no more probable
    than the one seen. Of more classes each is tested against the rest, and the least p counts as
    the least of so many. The level is -log10 p.

    Parameters
    ----------
    max_p : float, default=0.05
        The p-value from which on a split is given up, in (0, 1).
    correction : {"candidates", "features", None}, default="candidates"
        For the choice of the split, as in `Significance`.
    stop : bool, default=True
        As in `Significance`.

    References
    ----------
    R. A. Fisher, "Statistical Methods for Research Workers", 5th edition, 1934, section 21.02.
    W. Liu, S. Chawla, D. A. Cieslak, N. V. Chawla, "A robust decision tree algorithm for imbalanced
    data sets", SDM 2010, 766-777.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from gaintree import GainTreeClassifier, prune
    >>> tree = GainTreeClassifier().fit(*load_iris(return_X_y=True)).tree_
    >>> tree.n_leaves, prune.prune(tree, "fisher").n_leaves
    (9, 4)
    """

    name = "fisher"
    ranges: ClassVar = {"max_p": MAX_P, "correction": CORRECTION, "stop": ["boolean"]}

    max_p: float = 0.05
    correction: Literal["candidates", "features"] | None = "candidates"
    stop: bool = True

    def log_p(self, nodes: Nodes) -> Floats:
        left, whole = _whole_tables(nodes, self.name)
        least = np.zeros(len(left))
        n_tables = 1 if left.shape[1] == 2 else left.shape[1]  # of two classes it is the same
        for k in range(n_tables):
            of_class = np.full(len(left), k)
            np.minimum(least, _exact(left, whole, of_class, by_gain=False), out=least)
        n_classes = np.count_nonzero(whole, axis=1)
        n_tests = np.where(n_classes > 2, n_classes, 1)
        return np.minimum(least + np.log(n_tests), 0.0)


@dataclass(frozen=True, kw_only=True)
class Permutation(SplitTest):
    """Splits that gain no more than they would with permuted classes are given up.

    p is the chance of a gain of at least as many bits, classes being dealt out anew to the samples
    of the node. For two classes it is exact, which is what endless permutations would give. For
    more it is ``(1 + g) / (1 + b)``, g of b permutations having gained as much; where the first 99
    show p to be above 0.2, there are no more. The level is -log10 p.

    Parameters
    ----------
    max_p : float, default=0.05
        The p-value from which on a split is given up, in (0, 1).
    correction : {"candidates", "features", None}, default="features"
        For the choice of the split, as in `Significance`. p is never less than
        ``1 / (1 + n_permutations)``, so `n_permutations` has to be large for ``"candidates"``.
    n_permutations : int, default=999
        How many there are for a node of more than two classes, at least 99.
    random_state : int, default=0
        Seed of the permutations, from 0.
    stop : bool, default=True
        As in `Significance`.

    Raises
    ------
    ValueError
        If there are too few permutations for any split to be significant.

    References
    ----------
    E. Frank and I. H. Witten, "Using a permutation test for attribute selection in decision trees",
    ICML 1998, 152-160.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from gaintree import GainTreeClassifier, prune
    >>> tree = GainTreeClassifier().fit(*load_iris(return_X_y=True)).tree_
    >>> tree.n_leaves, prune.prune(tree, "permutation").n_leaves
    (9, 4)
    """

    name = "permutation"
    ranges: ClassVar = {
        "max_p": MAX_P,
        "correction": CORRECTION,
        "n_permutations": [Interval(Integral, _ENOUGH, None, closed="left")],
        "random_state": [Interval(Integral, 0, None, closed="left")],
        "stop": ["boolean"],
    }

    max_p: float = 0.05
    correction: Literal["candidates", "features"] | None = "features"
    n_permutations: int = 999
    random_state: int = 0
    stop: bool = True

    def log_p(self, nodes: Nodes) -> Floats:
        left, whole = _whole_tables(nodes, self.name)
        log_p = np.empty(len(left))
        of_two = np.count_nonzero(whole, axis=1) <= 2
        majority = whole.argmax(axis=1)
        log_p[of_two] = _exact(left[of_two], whole[of_two], majority[of_two], by_gain=True)
        if not of_two.all():
            self._check_resolution(self.n_tests(nodes)[~of_two].min())
            rng = np.random.default_rng(self.random_state)
            drawn = _drawn_p(left[~of_two], whole[~of_two], self.n_permutations, rng)
            log_p[~of_two] = np.log(drawn)
        return log_p

    def _check_resolution(self, n_tests: int) -> None:
        # 1 - (1 - p)^n_tests has to be below max_p
        greatest = -math.expm1(math.log1p(-self.max_p) / n_tests)
        if greatest * (1 + self.n_permutations) <= 1.0:
            raise ValueError(
                f"n_permutations={self.n_permutations} cannot show a split to be significant at"
                f" max_p={self.max_p}, chosen from {n_tests}: it must be at least"
                f" {math.floor(1.0 / greatest)}."
            )


def _whole_tables(nodes: Nodes, name: str) -> tuple[_Counts, _Counts]:
    """Samples of each class on the left of each split, and in all of it."""
    left, right = nodes.tables()
    whole = left + right
    if not ((left == np.rint(left)).all() and (whole == np.rint(whole)).all()):
        raise ValueError(
            f"pruning by {name!r} counts samples, so it needs a tree of samples whose weights are"
            " whole numbers."
        )
    return left.astype(np.int64), whole.astype(np.int64)


def _exact(left: _Counts, whole: _Counts, of_class: _Counts, by_gain: bool) -> Floats:
    """Log p of each table, of one class against the rest."""
    rows, log_p = np.arange(len(left)), np.empty(len(left))
    seen, n_of_class = left[rows, of_class], whole[rows, of_class]
    exact_log_p(seen, left.sum(axis=1), n_of_class, whole.sum(axis=1), by_gain, log_p)
    return log_p


def _drawn_p(
    left: _Counts, whole: _Counts, n_permutations: int, rng: np.random.Generator
) -> Floats:
    """p of each table, from permutations."""
    n_left, own = left.sum(axis=1), _concentration(left, whole)
    least = own - _TIE * (1.0 + own)
    reached, n_drawn = np.zeros(len(left)), np.full(len(left), n_permutations)
    going = np.arange(len(left))
    for draw in range(n_permutations):
        if draw == _ENOUGH:
            is_small = (1 + reached[going]) / (1 + _ENOUGH) <= _NOT_SMALL
            n_drawn[going[~is_small]] = _ENOUGH
            going = going[is_small]
        dealt = _deal(whole[going], n_left[going], rng)
        reached[going] += _concentration(dealt, whole[going]) >= least[going]
    return (1 + reached) / (1 + n_drawn)


def _deal(whole: _Counts, n_left: _Counts, rng: np.random.Generator) -> _Counts:
    """Samples of each class on the left, if classes are dealt out at random."""
    dealt, n_others = np.empty_like(whole), whole.sum(axis=1)
    for k in range(whole.shape[1]):
        n_others = n_others - whole[:, k]
        dealt[:, k] = rng.hypergeometric(whole[:, k], n_others, n_left)
        n_left = n_left - dealt[:, k]
    return dealt


def _concentration(left: _Counts, whole: _Counts) -> Floats:
    """The information gain, but for a constant and a factor."""
    right = whole - left
    return (xlogy(left, left) + xlogy(right, right)).sum(axis=1)
