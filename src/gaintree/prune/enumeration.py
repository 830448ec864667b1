"""Exact p-values of tables of two sides and several classes: all with the same margins.

Classes are dealt out one by one, the rarest first, until two are left, which `tails` does at once:

    class 3:        0             1            2      samples of it on the side
                  / | \\         / | \\        / | \\
    class 2:     0  1  2       0  1  2      0  1  2
                 |  |  |       |  |  |      |  |  |
    0 and 1:       all tables with as many on the side, their two ends

A branch is cut where all that is below it gains as much as the table seen, or nothing does: however
the rest is dealt out, it gains no less than in equal shares, and no more than with each class on a
side of its own.
"""

import math

from gaintree._jit import subkernel
from gaintree.prune.tails import log_binomial, log_ways_of_ends, x_log_x

_MOST_WAYS = 64.0  # to deal out all classes but two: of more it is cheaper to draw


@subkernel
def can_enumerate(n_side, whole, n_classes):
    """Whether all tables are few. `whole` holds the samples of each class, the greatest first."""
    by_class, by_sum = 1.0, 1.0
    for k in range(2, n_classes):
        by_class *= min(whole[k], n_side) + 1.0
        by_sum *= (n_side + k - 1.0) / (k - 1.0)
    return min(by_class, by_sum) <= _MOST_WAYS


@subkernel
def _concentration(here, n, logs):
    return x_log_x(here, logs) + x_log_x(n - here, logs)


@subkernel
def enumerated_log_p(least, log_seen, n_side, whole, n_classes, logs, rest, taken, needed, ways):
    """Log of the chance of at least so great a concentration, with `n_side` samples on a side.

    `log_seen` is the log of the ways to make the table seen, which is the measure of all others;
    what stands behind `logs` is room for a number a class.
    """
    first_of_all = n_classes - 1
    size, pure = 0, 0.0  # of the classes that are left, with the present one
    for k in range(n_classes):
        size += whole[k]
        pure += x_log_x(whole[k], logs)
    n = size
    k = first_of_all
    rest[k], needed[k], ways[k] = n_side, least, -log_seen
    taken[k] = max(0, n_side - (n - whole[k]))
    total = 0.0
    if n_classes == 2:
        ends = log_ways_of_ends(least, n_side, whole[0], n, True, logs)
        return min(ends - log_binomial(n, n_side, logs), 0.0)
    while True:
        if taken[k] > min(whole[k], rest[k]):
            if k == first_of_all:
                break
            k += 1
            size += whole[k]
            pure += x_log_x(whole[k], logs)
            continue
        here = taken[k]
        taken[k] += 1
        left_over, left_size = rest[k] - here, size - whole[k]
        left_pure = pure - x_log_x(whole[k], logs)
        still_needed = needed[k] - _concentration(here, whole[k], logs)
        if still_needed > left_pure:
            continue
        so_far = ways[k] + log_binomial(whole[k], here, logs)
        in_equal_shares = _concentration(left_over, left_size, logs) - x_log_x(left_size, logs)
        if still_needed <= left_pure + in_equal_shares:
            total += math.exp(so_far + log_binomial(left_size, left_over, logs))
        elif k == 2:
            ends = log_ways_of_ends(still_needed, left_over, whole[1], left_size, True, logs)
            total += math.exp(so_far + ends)
        else:
            k -= 1
            rest[k], needed[k], ways[k] = left_over, still_needed, so_far
            size, pure = left_size, left_pure
            taken[k] = max(0, left_over - (left_size - whole[k]))
    return min(math.log(total) + log_seen - log_binomial(n, n_side, logs), 0.0)
