"""Pruning by tests that hold for few samples, too: all tables with the same margins are looked at.

If classes did not depend on the side of the split, any way to deal them out to the sides would be
as probable as any other.
"""

import math
from dataclasses import dataclass
from numbers import Integral
from typing import ClassVar, Literal

import numpy as np
from sklearn.utils._param_validation import Interval

from gaintree.prune._base import Floats, Nodes
from gaintree.prune.permuted import permutation_log_p
from gaintree.prune.significance import CORRECTION, MAX_P, SplitTest
from gaintree.prune.tails import fisher_log_p, tables_of_logs


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
        tree, log_p = nodes.tree, np.empty(len(nodes.splits))
        counts, logs = _whole_counts(nodes, self.name), _logs(nodes)
        fisher_log_p(tree.children_left, tree.children_right, counts, logs, log_p)
        return log_p


@dataclass(frozen=True, kw_only=True)
class Permutation(SplitTest):
    """Splits that gain no more than they would with permuted classes are given up.

    p is the chance of a gain of at least as many bits, classes being dealt out anew to the samples
    of the node. It is exact, which is what endless permutations would give, for two classes and
    wherever there are few ways to deal out all other classes but the two most frequent: 64 at most.
    Else permutations are drawn, until 20 have gained as much or there are `n_permutations`: p is
    ``20 / b`` after b permutations, or ``(1 + g) / (1 + b)`` if only g have gained as much, and
    where it is above ``20 / n_permutations`` its standard deviation is about a fifth of it.
    The same table has the same p in any node of any tree. The level is -log10 p.

    Nothing is drawn to tell p where it changes no tree: with `stop`, as soon as it is below that of
    a split above; without, as soon as it is above that of a split below.

    Parameters
    ----------
    max_p : float, default=0.05
        The p-value from which on a split is given up, in (0, 1).
    correction : {"candidates", "features", None}, default="features"
        For the choice of the split, as in `Significance`. A p that is drawn is never less than
        ``1 / (1 + n_permutations)``, so `n_permutations` has to be large for ``"candidates"``.
    n_permutations : int, default=999
        How many are drawn for a split at most; at least 99.
    random_state : int, default=0
        Seed of the permutations, from 0.
    stop : bool, default=True
        As in `Significance`.

    Raises
    ------
    ValueError
        If there are too few permutations for any split that they are drawn for to be significant.

    References
    ----------
    J. Besag and P. Clifford, "Sequential Monte Carlo p-values", Biometrika 78 (1991) 301-304.
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
        "n_permutations": [Interval(Integral, 99, None, closed="left")],
        "random_state": [Interval(Integral, 0, None, closed="left")],
        "stop": ["boolean"],
    }

    max_p: float = 0.05
    correction: Literal["candidates", "features"] | None = "features"
    n_permutations: int = 999
    random_state: int = 0
    stop: bool = True

    def log_p(self, nodes: Nodes) -> Floats:
        tree, n_tests = nodes.tree, self.n_tests(nodes)
        counts, logs = _whole_counts(nodes, self.name), _logs(nodes)
        log_p, is_drawn = np.empty(len(n_tests)), np.empty(len(n_tests), dtype=np.bool_)
        seed = np.uint64(self.random_state % 2**64)
        permutation_log_p(
            tree.children_left, tree.children_right, counts, n_tests, bool(self.stop), seed,
            int(self.n_permutations), logs, log_p, is_drawn,
        )  # fmt: skip
        if is_drawn.any():
            self._check_resolution(n_tests[is_drawn].min())
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


def _whole_counts(nodes: Nodes, name: str) -> Floats:
    """Samples of each class in each node."""
    counts = nodes.counts
    if not (counts[1:] == np.rint(counts[1:])).all():
        raise ValueError(
            f"pruning by {name!r} counts samples, so it needs a tree of samples whose weights are"
            " whole numbers."
        )
    return counts


def _logs(nodes: Nodes) -> Floats:
    return tables_of_logs(float(nodes.size.max()))
