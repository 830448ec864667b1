"""Pruning of splits that chance may have made."""

import math
from abc import abstractmethod
from dataclasses import dataclass
from numbers import Real
from typing import ClassVar, Literal

import numpy as np
import numpy.typing as npt
from scipy.special import xlogy
from sklearn.utils._param_validation import Interval, StrOptions

from gaintree.chance import log_any, log_chi_squared
from gaintree.prune._base import Floats, Nodes, SplitScore

MAX_P = [Interval(Real, 0.0, 1.0, closed="neither")]
CORRECTION = [StrOptions({"candidates", "features"}), None]


@dataclass(frozen=True, kw_only=True)
class CriticalValue(SplitScore):
    """Critical-value pruning: splits that gain too little are given up.

    The gain is that of the criterion that the tree was grown by, in its unit, and so is the level.

    Parameters
    ----------
    gain : float, default=0.0
        What the gain has to exceed, not negative.
    stop : bool, default=False
        False keeps a split as long as one below it gains enough. True gives up every split that
        gains too little, as if growth had stopped there.

    References
    ----------
    J. Mingers, "Expert systems: rule induction with statistical data", Journal of the Operational
    Research Society 38 (1987) 39-47.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from gaintree import GainTreeClassifier, prune
    >>> tree = GainTreeClassifier().fit(*load_iris(return_X_y=True)).tree_
    >>> [prune.prune(tree, prune.CriticalValue(gain=gain)).n_leaves for gain in (0.0, 0.5, 0.95)]
    [9, 8, 1]
    """

    name = "critical_value"
    scale = "gain"
    ranges: ClassVar = {"gain": [Interval(Real, 0.0, None, closed="left")], "stop": ["boolean"]}

    gain: float = 0.0
    stop: bool = False

    @property
    def level(self) -> float:
        return self.gain

    def scores(self, nodes: Nodes) -> Floats:
        return nodes.tree.gains()[nodes.splits]


class SplitTest(SplitScore):
    """Splits score by -log10 of the p-value of their classes, corrected for having been chosen."""

    scale = "-log10 p"

    max_p: float
    correction: Literal["candidates", "features"] | None

    @property
    def uses_candidates(self) -> bool:
        return self.correction == "candidates"

    @property
    def level(self) -> float:
        return -math.log10(self.max_p)

    @abstractmethod
    def log_p(self, nodes: Nodes) -> Floats:
        """Return the natural logarithm of the p-value of each split, not corrected."""

    def scores(self, nodes: Nodes) -> Floats:
        return -log_any(self.log_p(nodes), self.n_tests(nodes)) / math.log(10.0)

    def n_tests(self, nodes: Nodes) -> npt.NDArray[np.int64]:
        """Return how many splits each was chosen from, by `correction`."""
        if self.correction == "candidates":
            return np.maximum(nodes.candidates.of_all[nodes.splits], 1)
        n_tests = 1 if self.correction is None else nodes.tree.n_features
        return np.full(len(nodes.splits), n_tests)


@dataclass(frozen=True, kw_only=True)
class Significance(SplitTest):
    """Splits on which classes do not depend significantly are given up: chi-squared tests.

    With o samples of a class on a side of the split and e to be expected if sides did not differ,
    the statistic ``G = 2 sum o ln(o / e)`` or ``X2 = sum (o - e)^2 / e`` has a chi-squared
    distribution of K - 1 degrees of freedom, K being the classes in the node. A sample of weight w
    counts as w samples.

    The split was chosen as the best of many. So p becomes 1 - (1 - p)^m, for m candidates as if
    they were independent, which they are not: that is on the safe side. The level is -log10 p.

    Parameters
    ----------
    max_p : float, default=0.05
        The p-value from which on a split is given up, in (0, 1).
    correction : {"candidates", "features", None}, default="candidates"
        What m is: how many splits the node could choose among, on all columns (see
        `count_candidates`); the number of columns; or 1.
    test : {"g", "chi2"}, default="g"
        The statistic: G, which is 2 n ln 2 times the information gain, or Pearson's.
    stop : bool, default=True
        True gives up every split that is not significant, as if growth had stopped there, which is
        the rule of conditional inference trees. False keeps it as long as one below it is; of many
        splits made from noise some are.

    References
    ----------
    G. V. Kass, "An exploratory technique for investigating large quantities of categorical data",
    Applied Statistics 29 (1980) 119-127.
    T. Hothorn, K. Hornik, A. Zeileis, "Unbiased recursive partitioning", Journal of Computational
    and Graphical Statistics 15 (2006) 651-674.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from gaintree import GainTreeClassifier, prune
    >>> tree = GainTreeClassifier().fit(*load_iris(return_X_y=True)).tree_
    >>> tree.n_leaves, prune.prune(tree, "significance").n_leaves
    (9, 4)
    """

    name = "significance"
    ranges: ClassVar = {
        "max_p": MAX_P,
        "correction": CORRECTION,
        "test": [StrOptions({"g", "chi2"})],
        "stop": ["boolean"],
    }

    max_p: float = 0.05
    correction: Literal["candidates", "features"] | None = "candidates"
    test: Literal["g", "chi2"] = "g"
    stop: bool = True

    def log_p(self, nodes: Nodes) -> Floats:
        left, right = nodes.tables()
        whole = left + right
        degrees = np.maximum(np.count_nonzero(whole, axis=1) - 1, 0)
        statistic = _STATISTICS[self.test](left, whole) + _STATISTICS[self.test](right, whole)
        return log_chi_squared(statistic, degrees)


def _g(side: Floats, whole: Floats) -> Floats:
    """What one side of the splits adds to G."""
    expected = _expected(side, whole)
    return 2.0 * xlogy(side, side / expected).sum(axis=1)


def _chi_squared(side: Floats, whole: Floats) -> Floats:
    """What one side of the splits adds to Pearson's statistic."""
    expected = _expected(side, whole)
    return ((side - expected) ** 2 / expected).sum(axis=1) - (whole == 0).sum(axis=1)


def _expected(side: Floats, whole: Floats) -> Floats:
    """Samples to be expected of each class, 1 where it is not in the node."""
    share = side.sum(axis=1) / whole.sum(axis=1)
    return np.where(whole > 0, whole * share[:, None], 1.0)


_STATISTICS = {"g": _g, "chi2": _chi_squared}
