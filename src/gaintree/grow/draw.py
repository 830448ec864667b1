"""Random draws keyed by where they are made.

A draw is a hash of (seed, path from the root to the node, counter): the same node draws the same
numbers whichever order the nodes are visited in, and whoever visits them.
The hash is SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators",
OOPSLA 2014).
"""

import numpy as np

from gaintree._jit import kernel, subkernel

# Numbers under the key of a node: of its children, of a side for missing values, of its draws.
LEFT_CHILD, RIGHT_CHILD, SIDE_DRAW, FIRST_DRAW = 0, 1, 2, 3

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_UNIT = 2.0**-53


@subkernel
def mix(key):
    """Scramble 64 bits so that neighbouring keys have nothing in common."""
    key = (key ^ (key >> np.uint64(30))) * _MIX_1
    key = (key ^ (key >> np.uint64(27))) * _MIX_2
    return key ^ (key >> np.uint64(31))


@kernel
def derive(key, number):
    """Key number `number` under `key`: of a child, or of a draw."""
    return mix(key + _GOLDEN * np.uint64(number + 1))


@kernel
def uniform(key):
    """A number in [0, 1) from `key`."""
    return (key >> np.uint64(11)) * _UNIT


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
