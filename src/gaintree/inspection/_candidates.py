"""Why this split? The candidates of a node, the one that won and those that did not."""

import warnings
from collections.abc import Iterable
from numbers import Integral
from types import SimpleNamespace
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.utils import check_random_state

from gaintree import criteria as registry
from gaintree import validate
from gaintree.criteria import Criterion
from gaintree.inspection._ledger import SplitLedger
from gaintree.inspection._reading import Reading, check_node
from gaintree.inspection._resampling import with_bootstrap, with_permutations
from gaintree.inspection._rows import gather, with_ranks
from gaintree.inspection._search import Found, encode, nodes_of, search
from gaintree.tree import Tree


def split_candidates(
    estimator: Any,
    X: Any,
    y: npt.ArrayLike,
    node: int | None = 0,
    top: int | None = 10,
    *,
    criteria: Iterable[str | Criterion] | str = (),
    sample_weight: npt.ArrayLike | None = None,
    n_permutations: int = 0,
    n_bootstrap: int = 0,
    random_state: int | np.random.RandomState | None = None,
) -> SplitLedger:
    """List the candidates of a node: what won, what came second, and was it luck.

    Parameters
    ----------
    estimator : GainTreeClassifier
        A fitted tree.
    X : array-like or data frame of shape (n_samples, n_features)
        The samples that it was fitted on. Others are taken as well; a warning then says that the
        tree did not choose by them.
    y : array-like of shape (n_samples,)
        Their labels.
    node : int or None, default=0
        The number of the node, from 0 to ``tree_.node_count - 1``. A leaf shows what it could have
        been split by. None is all nodes that are split, in one pass.
    top : int or None, default=10
        So many candidates are kept at each node, and that of the tree besides; None keeps all.
    criteria : iterable of str or Criterion, or "all", default=()
        Other criteria to value the candidates by. The best of each feature under each of them is a
        candidate, too, so that rank 1 is what a tree of that criterion would do here, unless it
        ranks features by more than their best cut (`gain_ratio`, `c45`, ...). ``"all"`` is every
        criterion of :mod:`gaintree.criteria` that is defined for these classes and weights.
    sample_weight : array-like of shape (n_samples,), default=None
        What the tree was fitted with.
    n_permutations : int, default=0
        Shuffle the labels of the node so often, to see what noise gains. Only with one node.
    n_bootstrap : int, default=0
        Draw the samples of the node so often with replacement, to see if the split returns. Only
        with one node.
    random_state : int, RandomState instance or None, default=None
        Of both.

    Returns
    -------
    ledger : SplitLedger
        The candidates, in order. The first is the split of the tree, unless it was kept from
        looking at all features or cuts: by `max_features`, `max_bins`, ``splitter="random"``,
        `monotonic_cst` or `interaction_cst`. A candidate leaves `min_samples_leaf` and
        `min_weight_fraction_leaf` on both sides.

    Raises
    ------
    NotFittedError
        If the estimator is not fitted.
    TypeError
        If it is no GainTreeClassifier, or a number is no integer.
    ValueError
        If there is no such node or criterion, `X` has not the columns of the fit, or `y` has other
        labels.

    Warns
    -----
    UserWarning
        If the nodes do not have the samples that they were grown with.

    Notes
    -----
    To search all nodes of a tree of 100,000 samples and 20 features takes about two fits; each of
    `criteria` adds to that. Where all samples are of one class there is nothing to tell apart, and
    a node has no candidates.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from gaintree import GainTreeClassifier
    >>> from gaintree.inspection import split_candidates
    >>> X, y = load_iris(return_X_y=True, as_frame=True)
    >>> tree = GainTreeClassifier(max_depth=2).fit(X, y)
    >>> ledger = split_candidates(tree, X, y, criteria=["gini"])
    >>> [ledger.feature_names[feature] for feature in ledger.feature[:2]]
    ['petal length (cm)', 'petal width (cm)']
    >>> ledger.gain[:3].round(3)  # in bits: the first two tie
    array([0.918, 0.918, 0.557])
    >>> ledger.ties[:3], ledger.chosen[:3]
    (array([1, 1, 0]), array([ True, False, False]))
    """
    reading = Reading.of(estimator, X, y, sample_weight)
    tree, valued = reading.tree, criteria_of(reading, criteria)
    top, n_permutations, n_bootstrap = _check_numbers(top, n_permutations, n_bootstrap, node)
    if node is None:
        at = np.flatnonzero(~tree.is_leaf)
    else:
        at = np.array([check_node(tree, node)])
        reading = reading.in_node(int(at[0]))
    ordered, leaves = reading.by_leaf()
    nodes = nodes_of(tree, at, leaves)
    samples = encode(
        ordered.X, ordered.labels, reading.is_weighted, reading.n_categories, reading.n_threads
    )
    found = []
    for criterion in valued.values():
        words = samples.columns.words if len(valued) == 1 else samples.columns.words.copy()
        columns = samples.columns._replace(words=words)
        found.append(
            search(
                samples._replace(columns=columns), nodes, criterion, reading.rules,
                reading.n_threads,
            )
        )  # fmt: skip
    n_classes = len(reading.classes)
    node_counts = found[0].node[:, :n_classes]
    _warn_of_other_samples(tree, at, node_counts)
    rows = with_ranks(gather(found, samples, tree, at, n_classes), valued, top)
    ledger = SplitLedger(
        nodes=at,
        node_counts=node_counts,
        is_leaf=tree.is_leaf[at],
        notes=[
            _note(estimator, reading, int(at[i]), found[0], i) if is_leaf else ""
            for i, is_leaf in enumerate(tree.is_leaf[at].tolist())
        ],
        feature_names=reading.names,
        class_names=reading.classes,
        criterion=next(iter(valued)),
        units={name: criterion.unit for name, criterion in valued.items()},
        categories=reading.categories,
        sets=np.stack([rows.pop("left_set"), rows.pop("right_set")], axis=1),
        n_values=found[0].n_values,
        n_missing=found[0].n_missing,
        n_thresholds=found[0].n_thresholds,
        values={name: rows.pop(f"value {name}") for name in valued},
        ranks={name: rows.pop(f"rank {name}") for name in valued},
        **rows,
    )
    rng = check_random_state(random_state)
    if n_permutations > 0:
        ledger = with_permutations(ledger, reading, n_permutations, rng)
    if n_bootstrap > 0:
        ledger = with_bootstrap(ledger, reading, n_bootstrap, rng)
    return ledger


def criteria_of(reading: Reading, others: Any) -> dict[str, Criterion]:
    """The criteria by the name they are shown under, that of the tree first."""
    own, asks_all = reading.criterion, isinstance(others, str) and others == "all"
    if asks_all:
        others = [entry.name for entry in registry.available()]
    found = {_name_of(own): own}
    for other in [others] if isinstance(others, str) or callable(others) else others:
        stand_in = SimpleNamespace(criterion=other, max_bins=None)
        try:
            criterion = validate.check_criterion(
                stand_in, len(reading.classes), reading.sample_weight, reading.class_weight
            )
        except ValueError:
            if asks_all:
                continue
            raise
        if not criterion.is_random:
            found.setdefault(_name_of(criterion), criterion)
    return found


def _name_of(criterion: Criterion) -> str:
    """Its name, with the parameter if that is not what the name stands for."""
    name = criterion.name
    is_plain = name in registry.names() and registry.get(name) == criterion
    return name if is_plain else f"{name}({criterion.parameter:g})"


def _check_numbers(top: Any, n_permutations: Any, n_bootstrap: Any, node: Any) -> Any:
    numbers = {"top": top, "n_permutations": n_permutations, "n_bootstrap": n_bootstrap}
    for name, number in numbers.items():
        if name == "top" and number is None:
            continue
        if isinstance(number, bool) or not isinstance(number, Integral):
            raise TypeError(f"{name}={number!r} must be an integer.")
        least = 1 if name == "top" else 0
        if int(number) < least:
            raise ValueError(f"{name}={number} must be at least {least}.")
        if least == 0 and int(number) > 0 and node is None:
            raise ValueError(f"{name}={number} asks about one node; pass its number as node.")
    return numbers.values()


def _warn_of_other_samples(
    tree: Tree, nodes: npt.NDArray[np.int64], counts: npt.NDArray[np.int64]
) -> None:
    expected, given = tree.n_node_samples[nodes], counts.sum(axis=1)
    wrong = np.flatnonzero(expected != given)
    if len(wrong) > 0:
        first = wrong[0]
        warnings.warn(
            "X and y are not what the tree was fitted on, or sample_weight is not: node"
            f" {nodes[first]} was grown with {expected[first]:,} samples and has {given[first]:,}"
            " of these. The ledger is that of the samples given.",
            UserWarning,
            stacklevel=3,
        )


def _note(estimator: Any, reading: Reading, node: int, found: Found, at: int) -> str:
    """Why a leaf was not split."""
    tree, rules = reading.tree, reading.rules
    n_samples, depth = int(tree.n_node_samples[node]), int(tree.depths[node])
    if tree.impurity[node] <= np.finfo(float).eps:
        why = "it has one class"
    elif depth >= rules.max_depth:
        why = f"max_depth={estimator.max_depth}"
    elif n_samples < rules.min_samples_split:
        why = f"it has {n_samples} samples and min_samples_split={estimator.min_samples_split}"
    elif not np.isfinite(found.cost[at]).any():
        why = "no cut leaves enough samples and weight on both sides, or all columns are constant"
    elif rules.max_leaf_nodes > 0:
        why = f"max_leaf_nodes={estimator.max_leaf_nodes} were reached before its turn"
    elif reading.criterion.self_stopping:
        why = f"to criterion={reading.criterion.name!r} no split is worth it"
    elif rules.min_impurity_decrease > 0.0:
        why = f"nothing gains min_impurity_decrease={estimator.min_impurity_decrease}"
    else:
        why = "the tree was pruned, or kept from the candidates below by a constraint or a draw"
    return f"A leaf: {why}."
