"""Columns and nodes as a page takes them.

Values become their ranks among those shown, one or two bytes each, and samples stand in the order
of their leaves, so that those of a node are neighbours.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from gaintree.explorer._samples import Samples
from gaintree.explorer._wire import pack, short
from gaintree.tree import Tree

Ints = npt.NDArray[np.int64]

_MAX_LABELS = 3_000  # names of categories of a column
_MAX_FLOAT32 = float(np.finfo(np.float32).max)


def ranks(values: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], Ints]:
    """Return the distinct values, ascending, and the rank of each; of NaN, how many there are."""
    missing = np.isnan(values)
    distinct, inverse = np.unique(values[~missing], return_inverse=True)
    of_each = np.full(len(values), len(distinct), dtype=np.int64)
    of_each[~missing] = inverse
    return distinct, of_each


def pack_column(name: str, values: npt.NDArray[Any], categories: Any) -> dict[str, Any]:
    """Return a column of the samples shown.

    Parameters
    ----------
    name : str
    values : ndarray of float of shape (n_shown,)
    categories : ndarray of object or None
        As in the estimator's `categories_`.

    Returns
    -------
    column : dict
        `codes` are ranks among `values`, or among `labels` if it holds categories.
    """
    distinct, codes = ranks(values)
    column: dict[str, Any] = {"name": name, "n_distinct": len(distinct)}
    column["codes"] = pack(codes, "u1" if len(distinct) <= 255 else "u2")
    if categories is None:
        return {**column, "values": pack(distinct, _dtype(distinct))}
    counts = np.bincount(codes, minlength=len(distinct) + 1)[: len(distinct)]
    is_named = np.zeros(len(distinct), dtype=bool)
    is_named[np.argsort(-counts, kind="stable")[:_MAX_LABELS]] = True
    places = distinct.astype(np.int64)
    labels = [
        short(categories[place]) if named else f"#{place}"
        for place, named in zip(places, is_named, strict=True)
    ]
    return {**column, "labels": labels, "n_categories": len(categories)}


def _dtype(distinct: npt.NDArray[Any]) -> str:
    """Four bytes a value where that tells them apart; ranks are exact anyway."""
    if len(distinct) <= 255 or np.abs(distinct).max(initial=0.0) > _MAX_FLOAT32:
        return "f8"
    return "f4" if (np.diff(distinct.astype(np.float32)) > 0).all() else "f8"


def pack_nodes(tree: Tree, nodes: Ints, leaves: Ints) -> dict[str, Any]:
    """Return some nodes of a tree and where their samples stand.

    Parameters
    ----------
    tree : Tree
    nodes : ndarray of int64
        As `choose_nodes` returns them.
    leaves : ndarray of int64 of shape (n_shown,)
        The leaf of each sample shown, ascending.

    Returns
    -------
    packed : dict
        `left` and `right` are places among these nodes, -1 where there are none. `below` is how
        many nodes of the tree are under each. The samples from `first` up to `last` are in it.
    """
    place = np.full(tree.node_count + 1, -1)
    place[nodes] = np.arange(len(nodes))
    left, right = tree.children_left[nodes], tree.children_right[nodes]
    ends = _ends(tree, nodes, place)
    weights = tree.weighted_n_node_samples[nodes, None]
    return {
        "number": pack(nodes, "i4"),
        "left": pack(np.where(left < 0, -1, place[left]), "i4"),
        "right": pack(np.where(right < 0, -1, place[right]), "i4"),
        "feature": pack(tree.feature[nodes], "i4"),
        "threshold": pack(tree.threshold[nodes], "f8"),
        "missing_left": pack(tree.missing_go_to_left[nodes], "u1"),
        "samples": pack(tree.n_node_samples[nodes], "i4"),
        "impurity": pack(tree.impurity[nodes], "f8"),
        "gain": pack(tree.gains()[nodes], "f8"),
        "counts": pack(tree.value[nodes, 0] * weights, "f8"),
        "below": pack(ends - nodes - 1, "i4"),
        "first": pack(np.searchsorted(leaves, nodes), "i4"),
        "last": pack(np.searchsorted(leaves, ends), "i4"),
    }


def _ends(tree: Tree, nodes: Ints, place: Ints) -> Ints:
    """The number after the last node under each: nodes are numbered depth first."""
    ends = np.empty(len(nodes), dtype=np.int64)
    ends[0] = tree.node_count
    for i, node in enumerate(nodes):
        left, right = tree.children_left[node], tree.children_right[node]
        if left >= 0 and place[left] >= 0:
            ends[place[left]], ends[place[right]] = right, ends[i]
    return ends


def pack_cuts(
    tree: Tree, nodes: Ints, values: npt.NDArray[Any], feature: int, is_categorical: bool
) -> dict[str, Any]:
    """Return what the nodes that split on a column do with the ranks of its values shown.

    A cut is how many of them go left; a set of categories, a string of 0 and 1 for each.
    """
    distinct, _ = ranks(values)
    on_it = np.flatnonzero(tree.feature[nodes] == feature)
    if not is_categorical:
        cuts = np.searchsorted(distinct, tree.threshold[nodes[on_it]], side="right")
        return {str(place): int(cut) for place, cut in zip(on_it, cuts, strict=True)}
    sets = {}
    for place in on_it:
        goes_left = tree.goes_left(nodes[place])[distinct.astype(np.int64)]
        sets[str(place)] = "".join("1" if side else "0" for side in goes_left)
    return sets


def in_order_of_leaves(tree: Tree, samples: Samples) -> tuple[Samples, Ints]:
    """Return the samples, those of each node together, and their leaves."""
    leaves = samples.leaves(tree)
    order = np.argsort(leaves, kind="stable")
    return samples.take(order), leaves[order]
