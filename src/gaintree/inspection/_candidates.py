"""Why this split? The candidates of a node, the one that won and those that did not."""

import warnings
from collections.abc import Iterable
from numbers import Integral
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.utils import check_random_state

from gaintree import criteria as registry
from gaintree.criteria import Criterion
from gaintree.grow.split import TIE
from gaintree.inspection._chance import permuted_gains, search_root, winner_of
from gaintree.inspection._ledger import SplitLedger
from gaintree.inspection._reading import Reading, check_node
from gaintree.inspection._search import (
    NO_SET,
    Found,
    Samples,
    encode,
    inner_nodes,
    one_node,
    search,
    weights_of,
)
from gaintree.inspection._values import values_of
from gaintree.tree import LEAF, Tree

Columns = dict[str, npt.NDArray[Any]]


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
        candidate, too, so that rank 1 is what a tree of that criterion would do here. ``"all"`` is
        every criterion of :mod:`gaintree.criteria`.
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
    To search all nodes of a tree of 100,000 samples and 20 features takes some two to three fits;
    each of `criteria` as much again.

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
    tree, valued = reading.tree, criteria_of(reading.criterion, criteria)
    top, n_permutations, n_bootstrap = _check_numbers(top, n_permutations, n_bootstrap, node)
    if node is None:
        at = np.flatnonzero(~tree.is_leaf)
        nodes = inner_nodes(tree)
    else:
        at = np.array([check_node(tree, node)])
        reading, nodes = reading.in_node(int(at[0])), one_node(tree, int(at[0]))
    samples = encode(
        reading.X, reading.labels, reading.is_weighted, reading.n_categories, reading.n_threads
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
    rows = _with_ranks(_gather(found, samples, tree, at, n_classes), valued)
    ledger = SplitLedger(
        nodes=at,
        node_counts=node_counts,
        is_leaf=tree.is_leaf[at],
        notes=[_note(estimator, reading, int(each), found[0], i) for i, each in enumerate(at)],
        feature_names=reading.names,
        class_names=reading.classes,
        criterion=next(iter(valued)),
        units={name: criterion.unit for name, criterion in valued.items()},
        categories=reading.categories,
        sets=np.stack([rows.pop("left_set"), rows.pop("right_set")], axis=1),
        n_values=found[0].n_values,
        n_missing=found[0].n_missing,
        values={name: rows.pop(f"value {name}") for name in valued},
        ranks={name: rows.pop(f"rank {name}") for name in valued},
        **rows,
    )
    rng = check_random_state(random_state)
    if n_permutations > 0:
        ledger = _with_permutations(ledger, reading, n_permutations, rng)
    if n_bootstrap > 0:
        ledger = _with_bootstrap(ledger, reading, n_bootstrap, rng)
    return ledger.top(top)


def criteria_of(own: Criterion, others: Any) -> dict[str, Criterion]:
    """The criteria by the name they are shown under, that of the tree first."""
    if isinstance(others, str):
        others = registry.names() if others == "all" else [others]
    found = {_name_of(own): own}
    for other in others:
        criterion = registry.get(other)
        found.setdefault(_name_of(criterion), criterion)
    return found


def _name_of(criterion: Criterion) -> str:
    return f"{criterion.name}({criterion.parameter:g})" if criterion.parameter else criterion.name


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
    """Why a leaf was not split; empty for other nodes."""
    tree, rules = reading.tree, reading.rules
    if tree.children_left[node] != LEAF:
        return ""
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
    elif rules.min_impurity_decrease > 0.0:
        why = f"nothing gains min_impurity_decrease={estimator.min_impurity_decrease}"
    else:
        why = "the tree was pruned, or kept from the candidates below by a constraint or a draw"
    return f"A leaf: {why}."


def _gather(
    found: list[Found], samples: Samples, tree: Tree, nodes: npt.NDArray[np.int64], n_classes: int
) -> Columns:
    """The cuts that were found, each once, and those of the tree that are not among them."""
    parts = []
    has_tree = np.zeros(len(nodes), dtype=bool)
    for i, each in enumerate(found):
        new = np.isfinite(each.cost)
        for earlier in found[:i]:
            new &= ~_same(each, earlier)
        parts.append(_rows(each, *np.nonzero(new)))
        has_tree |= each.is_chosen.any(axis=1)
    others = np.flatnonzero(~has_tree & ~tree.is_leaf[nodes] & found[0].node.any(axis=1))
    parts.append(_rows_of_tree(found[0], tree, nodes, others))
    rows = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    left, right = rows.pop("left"), rows.pop("right")
    return {
        **rows,
        "left_counts": left[:, :n_classes],
        "right_counts": right[:, :n_classes],
        "left_weights": weights_of(left, samples.labels),
        "right_weights": weights_of(right, samples.labels),
    }


def _same(one: Found, other: Found) -> npt.NDArray[np.bool_]:
    """Whether the cuts are the same, by node and feature."""
    same = (one.left == other.left).all(axis=2) & (one.missing_left == other.missing_left)
    same &= (one.threshold == other.threshold) | np.isnan(one.threshold)
    same &= np.isfinite(one.cost) & np.isfinite(other.cost)
    by_set = one.place >= 0
    same[:, by_set] &= (one.left_sets == other.left_sets).all(axis=2)
    return same


def _rows(found: Found, place: npt.NDArray[np.int64], feature: npt.NDArray[np.int64]) -> Columns:
    sets = np.zeros((2, len(place), found.left_sets.shape[2]), dtype=np.uint64)
    of_set = found.place[feature]
    by_set = of_set != NO_SET
    for side, source in enumerate((found.left_sets, found.right_sets)):
        sets[side, by_set] = source[place[by_set], of_set[by_set]]
    left = found.left[place, feature]
    return {
        "place": place,
        "feature": feature,
        "threshold": found.threshold[place, feature],
        "missing_left": found.missing_left[place, feature] != 0,
        "chosen": found.is_chosen[place, feature] != 0,
        "left": left,
        "right": found.node[place] - left,
        "left_set": sets[0],
        "right_set": sets[1],
    }


def _rows_of_tree(
    found: Found, tree: Tree, nodes: npt.NDArray[np.int64], place: npt.NDArray[np.int64]
) -> Columns:
    """What the tree does, where that is not the best of a feature."""
    feature = tree.feature[nodes[place]]
    rows = _rows(found, place, feature)
    here = nodes[place]
    n_words = found.left_sets.shape[2]
    by_set = tree.category_set[here] >= 0
    goes_left = tree.left_categories[tree.category_set[here[by_set]], :n_words]
    present = rows["left_set"][by_set] | rows["right_set"][by_set]
    present[~present.any(axis=1)] = ~np.uint64(0)  # no cut was admissible: all there are
    rows["left_set"][by_set], rows["right_set"][by_set] = present & goes_left, present & ~goes_left
    return {
        **rows,
        "threshold": tree.threshold[here],
        "missing_left": tree.missing_go_to_left[here] != 0,
        "chosen": np.ones(len(place), dtype=bool),
        "left": found.chosen[place],
        "right": found.node[place] - found.chosen[place],
    }


def _with_ranks(rows: Columns, valued: dict[str, Criterion]) -> Columns:
    """Add what each row is worth, and bring the rows of a node in the order of the tree's rule."""
    left, right = rows["left_weights"], rows["right_weights"]
    entropy = registry.get("entropy")
    rows["gain"] = values_of(entropy, left, right)[1]
    for name, criterion in valued.items():
        costs, rows[f"value {name}"] = values_of(criterion, left, right)
        rows[f"rank {name}"], order = _ranks(rows["place"], costs, rows["feature"])
        if criterion is next(iter(valued.values())):
            first_order, own = order, name
    rank = rows[f"rank {own}"]
    # So many others of the node have the rank of a row.
    key = rows["place"] * (rank.max(initial=0) + 1) + rank
    rows["ties"] = np.bincount(key)[key] - 1 if len(key) else rank
    rows["margin"] = _margins(rows["place"], rows["feature"], rows[f"value {own}"])
    return {name: column[first_order] for name, column in rows.items()}


def _ranks(
    place: npt.NDArray[np.int64], costs: npt.NDArray[np.float64], feature: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The rank of each row at its node, ties having the same, and the order of the rows."""
    order = np.lexsort((costs, place))
    sorted_place, cost = place[order], costs[order]
    before = np.concatenate(([-np.inf], cost[:-1]))
    starts_node = np.concatenate(([True], sorted_place[1:] != sorted_place[:-1]))[: len(order)]
    with np.errstate(invalid="ignore"):
        starts_rank = starts_node | (cost > before + TIE * np.abs(before))
    numbers = np.arange(len(order))
    first_of_node = np.maximum.accumulate(np.where(starts_node, numbers, 0))
    first_of_rank = np.maximum.accumulate(np.where(starts_rank, numbers, 0))
    ranks = np.empty(len(order), dtype=np.int64)
    ranks[order] = first_of_rank - first_of_node + 1
    return ranks, np.lexsort((feature, ranks, place))


def _margins(
    place: npt.NDArray[np.int64], feature: npt.NDArray[np.int64], values: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """What each row is worth above the best row of all other features of its node."""
    if len(place) == 0:
        return values
    n_nodes = int(place.max()) + 1
    best = np.full((n_nodes, int(feature.max()) + 1), -np.inf)
    np.maximum.at(best, (place, feature), values)
    first = best.argmax(axis=1)
    most = best[np.arange(n_nodes), first]
    best[np.arange(n_nodes), first] = -np.inf
    second = best.max(axis=1)
    rival = np.where(feature == first[place], second[place], most[place])
    return np.where(np.isfinite(rival), values - rival, np.nan)


def _with_permutations(
    ledger: SplitLedger, reading: Reading, n_permutations: int, rng: np.random.RandomState
) -> SplitLedger:
    noise = permuted_gains(reading, reading.criterion, n_permutations, rng).max(axis=1)
    values = ledger.values[ledger.criterion]
    reached = noise[None, :] >= values[:, None] - TIE * np.abs(values[:, None])
    return ledger.replace(p_permutation=(1 + reached.sum(axis=1)) / (1 + n_permutations))


def _with_bootstrap(
    ledger: SplitLedger, reading: Reading, n_bootstrap: int, rng: np.random.RandomState
) -> SplitLedger:
    of_feature, of_split = np.zeros((2, len(ledger.feature)))
    for _ in range(n_bootstrap):
        drawn = reading.take(rng.randint(len(reading.X), size=len(reading.X)))
        found = search_root(drawn, reading.criterion)
        winner = winner_of(found)
        same = ledger.feature == winner
        of_feature += same
        for i in np.flatnonzero(same):
            of_split[i] += _parts_alike(ledger, int(i), found, winner, reading)
    return ledger.replace(
        returns_feature=of_feature / n_bootstrap, returns_split=of_split / n_bootstrap
    )


def _parts_alike(ledger: SplitLedger, i: int, found: Found, feature: int, reading: Reading) -> bool:
    """Whether the best cut of drawn samples parts the samples of the node as row `i` does."""
    values = reading.X[:, feature]
    has_missing = bool(np.isnan(values).any())
    if has_missing and ledger.missing_left[i] != bool(found.missing_left[0, feature]):
        return False
    place = found.place[feature]
    if place == NO_SET:
        low, high = sorted((ledger.threshold[i], found.threshold[0, feature]))
        return not ((values > low) & (values <= high)).any()
    # Categories that were not drawn may be on either side.
    left, right = ledger.sets[i]
    return not (
        (left & found.right_sets[0, place]).any() or (right & found.left_sets[0, place]).any()
    )
