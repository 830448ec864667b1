"""The table of nodes while the tree grows: one record a node, in the order of their creation."""

import numpy as np

from gaintree._jit import kernel

NODE = np.dtype(
    [
        ("start", np.int64),  # its samples are words[:, start:end]
        ("end", np.int64),
        ("depth", np.int64),
        ("key", np.uint64),  # of its random draws
        ("impurity", np.float64),
        ("weight", np.float64),
        ("feature", np.int64),  # of the split
        ("threshold", np.float64),
        ("position", np.int64),  # words[feature, start:position] go left ...
        ("stop", np.int64),  # ... [position:stop] right, and [stop:end] are missing
        ("missing_left", np.bool_),
        ("left", np.int64),  # record of the left child; the right one is next
        ("is_split", np.bool_),
    ]
)


@kernel
def enlarged_nodes(nodes, n_used):
    """A copy of the table with room for twice the nodes."""
    larger = np.empty(2 * len(nodes), dtype=NODE)
    for i in range(n_used):
        larger[i] = nodes[i]
    return larger


@kernel
def enlarged_weights(class_weights, n_used):
    """A copy of the class weights with room for twice the nodes."""
    n_nodes, n_classes = class_weights.shape
    larger = np.empty((2 * n_nodes, n_classes))
    for i in range(n_used):
        for k in range(n_classes):
            larger[i, k] = class_weights[i, k]
    return larger
