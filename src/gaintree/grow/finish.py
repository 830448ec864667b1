"""Turn the table of a grown tree into a `Tree`: number the nodes depth first, drop the rest."""

import numpy as np
import numpy.typing as npt

from gaintree._jit import kernel
from gaintree.grow.constraints import clip_shares
from gaintree.grow.growth import Grown
from gaintree.tree import LEAF, UNDEFINED, Tree


@kernel
def _depth_first(nodes, records, children, waiting):
    """Write the records of the tree in depth-first order, and the numbers of their children in it.

    What waits is a right child each: its record and its parent's number.
    """
    record, n_waiting = 0, 0
    for number in range(len(records)):
        records[number] = record
        if nodes[record].is_split:
            waiting[n_waiting, 0], waiting[n_waiting, 1] = nodes[record].left + 1, number
            n_waiting += 1
            record = nodes[record].left
            children[0, number] = number + 1
        elif n_waiting > 0:
            n_waiting -= 1
            record = waiting[n_waiting, 0]
            children[1, waiting[n_waiting, 1]] = number + 1


def to_tree(grown: Grown, class_weights: npt.NDArray[np.float64], n_features: int) -> Tree:
    """Return the tree that is grown, given the weights of the classes in its nodes."""
    n_split = np.count_nonzero(grown.nodes["is_split"])
    records = np.empty(2 * n_split + 1, dtype=np.int64)
    children_left, children_right = children = np.full((2, len(records)), LEAF, dtype=np.int64)
    _depth_first(grown.nodes, records, children, np.empty((n_split, 2), dtype=np.int64))
    nodes, value = grown.nodes[records], class_weights[records]
    is_split = nodes["is_split"]
    n_samples = nodes["end"] - nodes["start"]
    missing_left = np.where(
        nodes["n_missing"] > 0, nodes["missing_left"], 2 * nodes["n_left"] > n_samples
    )
    on_set = np.flatnonzero(is_split & (nodes["set"] >= 0))
    category_set = np.full(len(nodes), -1)
    category_set[on_set] = np.arange(len(on_set))
    return Tree(
        n_features=n_features,
        children_left=children_left,
        children_right=children_right,
        feature=np.where(is_split, nodes["feature"], UNDEFINED),
        threshold=np.where(is_split, nodes["threshold"], UNDEFINED),
        missing_go_to_left=(is_split & missing_left).astype(np.uint8),
        impurity=nodes["impurity"].copy(),
        n_node_samples=n_samples,
        weighted_n_node_samples=nodes["weight"].copy(),
        value=clip_shares(value / nodes["weight"][:, None], grown.bounds[records])[:, None, :],
        category_set=category_set,
        left_categories=grown.sets[nodes["set"][on_set]],
    )
