"""Random draws keyed by where they are made.

A draw's key is (seed, path from the root to the node, counter): the same node draws the same
numbers whichever order the nodes are visited in, and whoever visits them.
"""

import numpy as np

from gaintree._jit import kernel, subkernel
from gaintree.keys import derive, uniform

# Numbers under the key of a node: of its children, of a side for missing values, of its draws.
LEFT_CHILD, RIGHT_CHILD, SIDE_DRAW, FIRST_DRAW = 0, 1, 2, 3


@kernel
def draw_next(items, n_drawn, key):
    """Draw one of `items[n_drawn:]` and swap it to `items[n_drawn]` (Fisher and Yates)."""
    n_left = len(items) - n_drawn
    chosen = n_drawn + np.int64(uniform(derive(key, FIRST_DRAW + n_drawn)) * n_left)
    items[n_drawn], items[chosen] = items[chosen], items[n_drawn]
    return items[n_drawn]


@subkernel
def draw_all(items, key):
    """Bring the numbers from 0 on into a drawn order."""
    for i in range(len(items)):
        items[i] = i
    for n_drawn in range(len(items)):
        draw_next(items, n_drawn, key)
