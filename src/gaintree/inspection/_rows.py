"""The candidates of nodes as rows: gathered from what was found, valued, ranked and in order."""

from typing import Any

import numpy as np
import numpy.typing as npt

from gaintree import criteria as registry
from gaintree.criteria import Criterion
from gaintree.grow.split import TIE
from gaintree.inspection._search import NO_SET, Found, Samples, weights_of
from gaintree.inspection._values import values_of
from gaintree.tree import Tree

Columns = dict[str, npt.NDArray[Any]]


def gather(
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
        if i > 0:  # what they cost by the criterion of the tree is another matter
            parts[-1]["cost"][:] = np.nan
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
        "cost": found.cost[place, feature],
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
        "cost": np.full(len(place), np.nan),
        "threshold": tree.threshold[here],
        "missing_left": tree.missing_go_to_left[here] != 0,
        "chosen": np.ones(len(place), dtype=bool),
        "left": found.chosen[place],
        "right": found.node[place] - found.chosen[place],
    }


def with_ranks(rows: Columns, valued: dict[str, Criterion], top: int | None) -> Columns:
    """Add what each row is worth; keep the first rows of a node by the tree's rule, in order."""
    left, right = rows["left_weights"], rows["right_weights"]
    own_criterion = next(iter(valued.values()))
    for name, criterion in valued.items():
        costs, rows[f"value {name}"] = values_of(criterion, left, right)
        if criterion is own_criterion:
            # As the search has them, which may rank columns beside each other.
            found = rows.pop("cost")
            costs = np.where(np.isnan(found) | criterion.is_impurity, costs, found)
        rows[f"rank {name}"], order = _ranks(rows["place"], costs, rows["feature"])
        if criterion is own_criterion:
            first_order, own = order, name
    rows["gain"] = rows.get("value entropy", np.empty(0))
    if "entropy" not in valued:
        rows["gain"] = values_of(registry.get("entropy"), left, right)[1]
    rank = rows[f"rank {own}"]
    # So many others of the node have the rank of a row.
    key = rows["place"] * (rank.max(initial=0) + 1) + rank
    rows["ties"] = np.bincount(key)[key] - 1 if len(key) else rank
    rows["margin"] = _margins(rows["place"], rows["feature"], rows[f"value {own}"])
    kept = first_order
    if top is not None:
        is_first = numbers_in_node(rows["place"][first_order]) < top
        kept = first_order[is_first | rows["chosen"][first_order]]
    return {name: column[kept] for name, column in rows.items()}


def numbers_in_node(place: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The number of each row among those of its node, which stand together."""
    starts = np.flatnonzero(place[1:] != place[:-1]) + 1
    starts = np.concatenate(([0], starts))
    return np.arange(len(place)) - np.repeat(starts, np.diff(starts, append=len(place)))


def _ranks(
    place: npt.NDArray[np.int64], costs: npt.NDArray[np.float64], feature: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The rank of each row at its node, ties having the same, and the order of the rows."""
    by_cost = np.argsort(costs)
    order = by_cost[_stable_order(place[by_cost])]
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
    # Those that tie stand together, and have yet to be brought in the order of their features.
    is_tied = ~starts_rank | ~np.append(starts_rank[1:], True)[: len(order)]
    tied = order[is_tied]
    order[is_tied] = tied[np.lexsort((tied, feature[tied], first_of_rank[is_tied]))]
    return ranks, order


def _stable_order(numbers: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The order of numbers that are not negative; the fewer bytes they take, the sooner."""
    return np.argsort(numbers.astype(np.min_scalar_type(numbers.max(initial=0))), kind="stable")


def _margins(
    place: npt.NDArray[np.int64], feature: npt.NDArray[np.int64], values: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """What each row is worth above the best row of all other features of its node."""
    if len(place) == 0:
        return values
    n_nodes, n_features = int(place.max()) + 1, int(feature.max()) + 1
    best = np.full((n_nodes, n_features), -np.inf)
    np.maximum.at(best.ravel(), place * n_features + feature, values)  # a view
    first = best.argmax(axis=1)
    most = best[np.arange(n_nodes), first]
    best[np.arange(n_nodes), first] = -np.inf
    second = best.max(axis=1)
    rival = np.where(feature == first[place], second[place], most[place])
    return np.where(np.isfinite(rival), values - rival, np.nan)
