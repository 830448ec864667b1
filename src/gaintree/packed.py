"""The nodes of a tree as prediction walks them: one step reads one record of 16 bytes.

     0               8       12      16
    +---------------+-------+-------+    `child` is the place of the left child, and the right
    |   threshold   | column| child |    child stands next to it: going right adds 1.
    +---------------+-------+-------+

A step is then an addition, where a choice between two numbers would be a jump that the processor
has to guess, wrongly every other time. A leaf leads to itself, so that a sample that has arrived
stays while others walk on. Pairs of children stand in the order of their parents, depth first.
"""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

# 2**32 places are enough for any tree that fits into memory.
_NODE = np.dtype([("threshold", np.float64), ("column", np.uint32), ("child", np.uint32)])


class PackedNodes(NamedTuple):
    """Arrays with an entry a place; place 0 is the root."""

    nodes: npt.NDArray[Any]
    missing_right: npt.NDArray[np.uint8]  # 1 where a missing value goes right
    number: npt.NDArray[np.int64]  # the node's number in the tree
    majority: npt.NDArray[np.int64]  # the node's most frequent class
    category_set: npt.NDArray[np.int64]  # row of the tree's sets of categories, or -1


def pack_nodes(
    children_left: npt.NDArray[np.int64],
    children_right: npt.NDArray[np.int64],
    feature: npt.NDArray[np.int64],
    threshold: npt.NDArray[np.float64],
    missing_go_to_left: npt.NDArray[np.uint8],
    majority: npt.NDArray[np.int64],
    category_set: npt.NDArray[np.int64],
) -> PackedNodes:
    """Return the nodes of a tree, given by the arrays of the same names in `Tree`, packed."""
    is_inner = children_left >= 0
    inner = np.flatnonzero(is_inner)
    places = np.arange(len(feature))
    number = np.zeros(len(feature), dtype=np.int64)
    number[1::2], number[2::2] = children_left[inner], children_right[inner]
    place_of = np.empty_like(number)
    place_of[number] = places

    nodes = np.empty(len(feature), dtype=_NODE)
    nodes["threshold"] = np.where(is_inner, threshold, np.inf)[number]
    nodes["column"] = np.where(is_inner, feature, 0)[number]
    nodes["child"] = places
    nodes["child"][place_of[inner]] = places[1::2]
    missing_right = (is_inner & (missing_go_to_left == 0))[number].astype(np.uint8)
    packed = PackedNodes(nodes, missing_right, number, majority[number], category_set[number])
    for array in packed:
        array.flags.writeable = False
    return packed
