"""`explore`: a fitted tree and its samples as a page."""

from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from gaintree import prune
from gaintree.explorer._packing import in_order_of_leaves, pack_column, pack_cuts, pack_nodes
from gaintree.explorer._page import Explorer
from gaintree.explorer._pruning import pruning_figures, trial_on_rest, trial_on_test
from gaintree.explorer._samples import Samples, read_samples
from gaintree.explorer._thinning import choose_columns, choose_nodes, choose_samples
from gaintree.explorer._wire import pack, short
from gaintree.tree import Tree

_LIMITS = ("max_features", "max_bins", "monotonic_cst", "interaction_cst")


def explore(
    estimator: Any,
    X: Any,
    y: npt.ArrayLike,
    *,
    sample_weight: npt.ArrayLike | None = None,
    X_test: Any = None,
    y_test: npt.ArrayLike | None = None,
    test_size: float = 0.25,
    title: str | None = None,
    random_state: int | np.random.RandomState | None = 0,
) -> Explorer:
    """Make a page on which every split of a tree can be asked why it is there.

    The page is one HTML file that needs no network: for each node the gain of every threshold of
    every feature, the candidates under all criteria side by side, the chance that noise gains as
    much, the growth of the tree bit by bit, its pruning, and a game of guessing splits. It shows
    itself in a notebook; `Explorer.save` writes it to a file.

    Parameters
    ----------
    estimator : GainTreeClassifier
        A fitted tree.
    X : array-like or data frame of shape (n_samples, n_features)
        The samples that it was fitted on. Of others the page says that they are.
    y : array-like of shape (n_samples,)
        Their labels. Samples of labels that the tree does not know are left out.
    sample_weight : array-like of shape (n_samples,), default=None
        The weights it was fitted with; its `class_weight` comes on top. None weighs each sample 1.
    X_test : array-like or data frame of shape (n_test, n_features), default=None
        Samples that the tree was not grown from, for the errors of its prunings. Without them a
        tree grown in the same way from a part of `X` is measured on the rest.
    y_test : array-like of shape (n_test,), default=None
        Their labels.
    test_size : float, default=0.25
        Share of `X` in that rest, in [0, 1). At 0 no errors on new samples are shown.
    title : str, default=None
        Heading of the page; None names the estimator.
    random_state : int, RandomState instance or None, default=0
        Of the draw of the rest, and of the samples shown where they are too many.

    Returns
    -------
    explorer : Explorer

    Raises
    ------
    NotFittedError
        If the tree is not fitted.
    TypeError
        If `estimator` is no tree of gaintree.
    ValueError
        If `X` has not the columns of the fit, lengths differ, no label is known, `test_size` is out
        of range, or one of `X_test` and `y_test` is missing.

    Notes
    -----
    Figures of nodes are those of the tree. Curves and candidates are computed in the page, from as
    many samples as fit in about 2 MB, drawn class by class. Of a tree of thousands of nodes those
    with most samples are drawn, of hundreds of features those that gain most. The page says what
    it leaves out.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from gaintree import GainTreeClassifier
    >>> from gaintree.inspection import explore
    >>> X, y = load_iris(return_X_y=True, as_frame=True)
    >>> page = explore(GainTreeClassifier().fit(X, y), X, y)
    >>> page
    Explorer('GainTreeClassifier', 17 nodes, 150 samples)
    >>> page.save("iris.html")  # doctest: +SKIP
    """
    check_is_fitted(estimator)
    tree = getattr(estimator, "tree_", None)
    if not isinstance(tree, Tree):
        raise TypeError(
            f"explore needs a fitted GainTreeClassifier, got {type(estimator).__name__}."
        )
    if not 0.0 <= test_size < 1.0:
        raise ValueError(f"test_size={test_size} must be in [0, 1).")
    if (X_test is None) != (y_test is None):
        raise ValueError("X_test and y_test belong together; one of them is missing.")
    rng, notes = check_random_state(random_state), list[str]()
    samples = read_samples(estimator, X, y, sample_weight, notes)
    _compare(tree, samples, notes)
    if X_test is None:
        trial = trial_on_rest(estimator, X, y, sample_weight, samples, test_size, rng)
    else:
        trial = trial_on_test(estimator, X_test, y_test)  # type: ignore[arg-type]
    nodes = choose_nodes(tree, notes)
    criterion = estimator._criterion
    return Explorer(
        {
            "title": type(estimator).__name__ if title is None else str(title),
            "criterion": criterion.name,
            "parameter": float(criterion.parameter),
            # What is no impurity reports another one.
            "reports": criterion.name if getattr(criterion, "is_impurity", True) else "entropy",
            "unit": getattr(criterion, "impurity_unit", criterion.unit),
            "classes": [short(label) for label in estimator.classes_],
            "n_samples": len(samples),
            "n_features": tree.n_features,
            "n_nodes": tree.node_count,
            "min_samples_leaf": _least_leaf(estimator, len(samples)),
            "limits": _limits(estimator),
            "pruning": pruning_figures(estimator, samples, nodes, trial),
            **_shown(estimator, samples, nodes, rng, notes),
            "notes": notes,
        }
    )


def _shown(
    estimator: Any, samples: Samples, nodes: Any, rng: np.random.RandomState, notes: list[str]
) -> dict[str, Any]:
    """Nodes, columns and samples that the page has room for."""
    tree: Tree = estimator.tree_
    features = choose_columns(tree, samples, rng, notes)
    places = choose_samples(samples, features, rng, notes)
    shown, leaves = in_order_of_leaves(tree, samples.take(places))
    categories = estimator.categories_ or [None] * tree.n_features
    names = _names(estimator)
    columns = []
    for feature in features:
        values, labels = shown.X[:, feature], categories[feature]
        column = pack_column(names[feature], values, labels)
        column["feature"] = int(feature)
        column["cuts"] = pack_cuts(tree, nodes, values, feature, labels is not None)
        columns.append(column)
    absent = np.setdiff1d(tree.feature[nodes], features)
    return {
        "n_shown": len(shown),
        "columns": columns,
        "absent": {int(feature): names[feature] for feature in absent if feature >= 0},
        "nodes": pack_nodes(tree, nodes, leaves),
        "codes": pack(shown.codes, "u2"),
        "weights": None if shown.weights is None else pack(shown.weights, "f8"),
    }


def _names(estimator: Any) -> list[str]:
    unnamed = [f"feature_{i}" for i in range(estimator.n_features_in_)]
    return [short(name) for name in getattr(estimator, "feature_names_in_", unnamed)]


def _compare(tree: Tree, samples: Samples, notes: list[str]) -> None:
    """Note whether the samples are those that the tree was grown from, as far as counts tell."""
    counts = prune.class_counts(tree, samples.X, samples.codes, samples.weights)
    of_fit = tree.value[:, 0] * tree.weighted_n_node_samples[:, None]
    scale = max(float(counts[0].sum()), float(of_fit[0].sum()))
    differs = (np.abs(counts - of_fit) > 1e-9 * scale).any(axis=1)
    if differs.any():
        notes.append(
            "These are not the samples, or weights, that the tree was grown from:"
            f" {differs.sum():,} of its {tree.node_count:,} nodes hold others. Figures in the tree"
            " are those of its growth; curves and candidates are of the samples given."
        )


def _least_leaf(estimator: Any, n_samples: int) -> int:
    least = estimator.min_samples_leaf
    return int(least) if float(least).is_integer() else int(np.ceil(least * n_samples))


def _limits(estimator: Any) -> list[str]:
    """Parameters by which a node could not choose among all candidates."""
    limits = [name for name in _LIMITS if getattr(estimator, name, None) is not None]
    if estimator.splitter != "best":
        limits.append("splitter")
    if estimator.min_weight_fraction_leaf > 0.0:
        limits.append("min_weight_fraction_leaf")
    return limits
