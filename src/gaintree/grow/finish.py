"""Turn the table of a grown tree into a `Tree`: number the nodes depth first, drop the rest."""

import numpy as np
import numpy.typing as npt

from gaintree._jit import kernel
from gaintree.grow.constraints import clip_shares
from gaintree.grow.growth import Grown
from gaintree.grow.split import NOWHERE
from gaintree.tree import LEAF, UNDEFINED, Tree


@kernel
def _depth_first(nodes, records, integers, reals, missing_left, sets, waiting):
    """Write the records of the tree in depth-first order, and what they say; count the sets.

    What waits is a right child each: its record and its parent's number.
    """
    children_left, children_right, feature, n_samples, category_set = integers
    threshold, impurity, weight = reals
    record, n_waiting, n_sets = 0, 0, 0
    for number in range(len(records)):
        node = nodes[record]
        records[number] = record
        n_samples[number] = node.end - node.start
        impurity[number], weight[number] = node.impurity, node.weight
        children_left[number] = children_right[number] = LEAF
        feature[number], threshold[number] = UNDEFINED, UNDEFINED
        category_set[number], missing_left[number] = NOWHERE, 0
        if node.is_split:
            feature[number], threshold[number] = node.feature, node.threshold
            missing_left[number] = 2 * node.n_left > n_samples[number]
            if node.n_missing > 0:
                missing_left[number] = node.missing_left
            if node.set >= 0:
                sets[n_sets], category_set[number] = node.set, n_sets
                n_sets += 1
            waiting[n_waiting, 0], waiting[n_waiting, 1] = node.left + 1, number
            n_waiting += 1
            record = node.left
            children_left[number] = number + 1
        elif n_waiting > 0:
            n_waiting -= 1
            record = waiting[n_waiting, 0]
            children_right[waiting[n_waiting, 1]] = number + 1
    return n_sets


def to_tree(grown: Grown, class_weights: npt.NDArray[np.float64], n_features: int) -> Tree:
    """Return the tree that is grown, given the weights of the classes in its nodes."""
    n_split = np.count_nonzero(grown.nodes["is_split"])
    n_nodes = 2 * n_split + 1
    records, sets = np.empty(n_nodes, dtype=np.int64), np.empty(n_split, dtype=np.int64)
    integers, reals = np.empty((5, n_nodes), dtype=np.int64), np.empty((3, n_nodes))
    missing_left = np.empty(n_nodes, dtype=np.uint8)
    waiting = np.empty((n_split, 2), dtype=np.int64)
    n_sets = _depth_first(grown.nodes, records, integers, reals, missing_left, sets, waiting)
    children_left, children_right, feature, n_node_samples, category_set = integers
    threshold, impurity, weight = reals
    value = class_weights[records] / weight[:, None]
    return Tree(
        n_features=n_features,
        children_left=children_left,
        children_right=children_right,
        feature=feature,
        threshold=threshold,
        missing_go_to_left=missing_left,
        impurity=impurity,
        n_node_samples=n_node_samples,
        weighted_n_node_samples=weight,
        value=clip_shares(value, grown.bounds[records])[:, None, :],
        category_set=category_set,
        left_categories=grown.sets[sets[:n_sets]],
    )
