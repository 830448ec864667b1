"""Sets of categories: what goes left at a split, one bit a category."""

import numpy as np

from gaintree._jit import inlined, subkernel


@inlined
def is_in_set(words, category):
    """Whether a category is in the set that goes left."""
    return words[category >> 6] >> np.uint64(category & 63) & np.uint64(1) != 0


@subkernel
def write_set(record, state, best, sets, c):
    """Note which categories go left; those not in the node go where missing values go."""
    record.set, record.threshold = state.n_sets, np.nan
    state.n_sets += 1
    goes_left = best.missing_left
    if record.n_missing == 0:
        goes_left = 2 * record.n_left > record.end - record.start
    words = sets[record.set]
    for i in range(len(words)):
        words[i] = ~np.uint64(0) if goes_left else np.uint64(0)
    for j in range(best.code):
        category = c.best_codes[j]
        bit = np.uint64(1) << np.uint64(category & 63)
        if c.best_sides[j] == 1:
            words[category >> 6] |= bit
        else:
            words[category >> 6] &= ~bit
