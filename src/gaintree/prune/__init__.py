"""Prune a grown tree: `Tree` in, smaller `Tree` out.

Every method yields nested trees, from the whole tree to its root, along a level of its own, and
says at which level to stop. What there is, by the name that `get` takes:

    ================  =========================================================  ===============
    name              gives up ...                                               parameter
    ================  =========================================================  ===============
    cost_complexity   splits that lower a loss too little for their leaves       `alpha`
    reduced_error     what does not lower the errors on samples held out
    pessimistic       branches not better than a leaf by a standard error        `standard_errors`
    error_based       what C4.5 does, by upper limits of the errors              `confidence`
    min_error         what does not lower the errors that an m-estimate expects  `m`
    mdl               what takes more bits to tell than it saves
    critical_value    splits of little gain                                      `gain`
    significance      splits not significant by a chi-squared test               `max_p`
    fisher            the same by Fisher's exact test                            `max_p`
    permutation       the same by a permutation test                             `max_p`
    mdlp_stop         splits that do not pay for telling them                    `bits`
    bayes_stop        splits that do not make the classes more probable          `bits`
    ================  =========================================================  ===============

All of them work on the counts that a tree holds, from the bottom up or the top down, in time linear
in its nodes but for sorting. Only `reduced_error` needs more, samples held out.

>>> from sklearn.datasets import load_iris
>>> from gaintree import GainTreeClassifier, prune
>>> tree = GainTreeClassifier().fit(*load_iris(return_X_y=True)).tree_
>>> tree.n_leaves, prune.prune(tree, "error_based").n_leaves
(9, 7)
"""

import numpy.typing as npt

from gaintree.prune._base import Candidates, PruningMethod
from gaintree.prune.bits import MDL, BayesStop, MDLPStop
from gaintree.prune.cost_complexity import (
    CostComplexity,
    cost_complexity_path,
    prune_cost_complexity,
)
from gaintree.prune.counts import class_counts, count_candidates
from gaintree.prune.errors import (
    ErrorBased,
    MinimumError,
    Pessimistic,
    ReducedError,
    extra_errors,
)
from gaintree.prune.exact_tests import Fisher, Permutation
from gaintree.prune.nested import PruningPath, make_path, turn_into_leaves
from gaintree.prune.raising import prune_and_raise
from gaintree.prune.significance import CriticalValue, Significance
from gaintree.tree import Tree

__all__ = [
    "MDL",
    "BayesStop",
    "Candidates",
    "CostComplexity",
    "CriticalValue",
    "ErrorBased",
    "Fisher",
    "MDLPStop",
    "MinimumError",
    "Permutation",
    "Pessimistic",
    "PruningMethod",
    "PruningPath",
    "ReducedError",
    "Significance",
    "class_counts",
    "cost_complexity_path",
    "count_candidates",
    "extra_errors",
    "get",
    "names",
    "path",
    "prune",
    "prune_and_raise",
    "prune_cost_complexity",
    "turn_into_leaves",
]

_BY_NAME: dict[str, type[PruningMethod]] = {
    method.name: method
    for method in (
        CostComplexity,
        ReducedError,
        Pessimistic,
        ErrorBased,
        MinimumError,
        MDL,
        CriticalValue,
        Significance,
        Fisher,
        Permutation,
        MDLPStop,
        BayesStop,
    )
}


def names() -> list[str]:
    """Return the name of every method, sorted."""
    return sorted(_BY_NAME)


def get(method: str | PruningMethod) -> PruningMethod:
    """Return the method of that name, with its defaults; an object is returned as it is.

    Parameters
    ----------
    method : str or PruningMethod
        One of `names`, or an object of this module.

    Returns
    -------
    method : PruningMethod

    Raises
    ------
    ValueError
        If there is no method of that name.

    Examples
    --------
    >>> get("pessimistic")
    Pessimistic(standard_errors=1.0)
    """
    if isinstance(method, PruningMethod):
        return method
    if not isinstance(method, str) or method not in _BY_NAME:
        raise ValueError(f"method={method!r} is unknown; it must be one of {names()}.")
    return _BY_NAME[method]()


def path(
    tree: Tree,
    method: str | PruningMethod,
    *,
    held_out: npt.ArrayLike | None = None,
    candidates: Candidates | None = None,
) -> PruningPath:
    """Return the nested trees that a method leaves, from the whole tree to its root.

    Parameters
    ----------
    tree : Tree
        The whole tree.
    method : str or PruningMethod
        One of `names`, or an object of this module.
    held_out : array-like of shape (node_count, n_classes), default=None
        Weight of each class in each node, of samples that the tree was not grown from: what
        `class_counts` returns. ``"reduced_error"`` needs it; for others it serves to tell the loss.
    candidates : Candidates, default=None
        How many splits each node could choose among: what `count_candidates` returns. It matters to
        ``"mdl"`` and to tests. None takes the most that there can be without missing values, as if
        no two samples shared a value.

    Returns
    -------
    path : PruningPath

    Raises
    ------
    ValueError
        If the method is unknown or needs what is not given, or `held_out` is not of that shape.

    Examples
    --------
    >>> from sklearn.datasets import load_breast_cancer
    >>> from gaintree import GainTreeClassifier
    >>> X, y = load_breast_cancer(return_X_y=True)
    >>> tree = GainTreeClassifier().fit(X[::2], y[::2]).tree_
    >>> trees = path(tree, "pessimistic", held_out=class_counts(tree, X[1::2], y[1::2]))
    >>> trees.n_leaves
    array([10,  8,  7,  5,  3,  2,  1])
    >>> trees.levels.round(2)
    array([ -inf,  0.  ,  0.53,  0.84,  2.55,  5.39, 43.99])
    >>> trees.held_out_loss("error").round(3)
    array([0.088, 0.092, 0.092, 0.092, 0.085, 0.113, 0.387])
    """
    return make_path(tree, get(method), held_out, candidates)


def prune(
    tree: Tree,
    method: str | PruningMethod,
    *,
    held_out: npt.ArrayLike | None = None,
    candidates: Candidates | None = None,
) -> Tree:
    """Return what a method leaves of a tree.

    Parameters
    ----------
    tree : Tree
        The whole tree.
    method : str or PruningMethod
        One of `names`, or an object of this module.
    held_out : array-like of shape (node_count, n_classes), default=None
        As in `path`.
    candidates : Candidates, default=None
        As in `path`.

    Returns
    -------
    tree : Tree
        Its nodes are those of the whole tree that are left.

    Raises
    ------
    ValueError
        As in `path`.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from gaintree import GainTreeClassifier
    >>> tree = GainTreeClassifier().fit(*load_iris(return_X_y=True)).tree_
    >>> prune(tree, MinimumError(m=10))
    Tree(node_count=9, n_leaves=5, max_depth=4, n_features=4, n_classes=3)
    """
    return make_path(tree, get(method), held_out, candidates).chosen()
