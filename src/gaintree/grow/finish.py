"""Turn the table of a grown tree into a `Tree`: number the nodes depth first, drop the rest."""

import numpy as np
import numpy.typing as npt

from gaintree._jit import allocating_kernel
from gaintree.grow.constraints import clip_shares
from gaintree.grow.growth import Grown
from gaintree.tree import LEAF, UNDEFINED, Tree


@allocating_kernel
def _depth_first(nodes):
    """Records of the tree in depth-first order, and the numbers of their children in it."""
    n_nodes = 1 + 2 * nodes.is_split.sum()
    records = np.empty(n_nodes, dtype=np.int64)
    children = np.full((2, n_nodes), LEAF)
    stack = [(0, 0, 0)]  # record, parent's number, side
    for number in range(n_nodes):
        record, parent, side = stack.pop()
        records[number] = record
        if number > 0:
            children[side, parent] = number
        if nodes[record].is_split:
            stack.append((nodes[record].left + 1, number, 1))
            stack.append((nodes[record].left, number, 0))
    return records, children


def to_tree(grown: Grown, class_weights: npt.NDArray[np.float64], n_features: int) -> Tree:
    """Return the tree that is grown, given the weights of the classes in its nodes."""
    records, (children_left, children_right) = _depth_first(grown.nodes)
    nodes, value = grown.nodes[records], class_weights[records]
    value = clip_shares(value / nodes["weight"][:, None], grown.bounds[records])
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
        value=value[:, None, :],
        category_set=category_set,
        left_categories=grown.sets[nodes["set"][on_set]],
    )
