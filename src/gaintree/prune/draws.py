"""p-values of tables of many samples: classes are dealt out to the sides at random, time and again.

The order is that of Besag and Clifford: it ends where enough tables have gained as much as the one
seen, so that a great p, which is told by few draws, takes few.
"""

import math

import numpy as np

from gaintree._jit import subkernel
from gaintree.keys import derive, uniform
from gaintree.prune.tails import log_factorial, x_log_x

ENOUGH = 50  # tables that gain as much as the one seen, to tell p by

_FEW = 24  # samples on the side: drawn one by one
# Of the ratio of uniforms (Stadlober 1990): 2 sqrt(2 / e), and 3 - 2 sqrt(3 / e)
_WIDTH, _OFFSET = 1.7155277699214135, 0.8989161620588988


@subkernel
def _deal_one_by_one(n_side, whole, n, n_classes, dealt, key, counter):
    for k in range(n_classes):
        dealt[k] = 0
    for i in range(n_side):
        place = uniform(derive(key, counter + i)) * (n - i)
        k = 0
        rest = whole[0] - dealt[0]
        while place >= rest:
            k += 1
            rest += whole[k] - dealt[k]
        dealt[k] += 1
    return counter + n_side


@subkernel
def _log_shape(x, n_class, n_others, n_side, logs):
    """Minus the log of the chance of x samples of a class on the side, but for a constant."""
    of_class = log_factorial(x, logs) + log_factorial(n_class - x, logs)
    on_side = log_factorial(n_side - x, logs)
    return of_class + on_side + log_factorial(n_others - n_side + x, logs)


@subkernel
def _draw_number(n_class, n_others, n_side, key, counter, logs):
    """Samples of a class among `n_side` of all, by ratios of uniform numbers; the next counter."""
    n = n_class + n_others
    first, last = max(0, n_side - n_others), min(n_class, n_side)
    if first == last:
        return first, counter
    share = n_side / n
    mean = n_class * share
    variance = mean * (1.0 - share) * (n_others / (n - 1.0))
    deviation = math.sqrt(variance + 0.5)
    width = _WIDTH * deviation + _OFFSET
    mode = int((n_side + 1.0) * ((n_class + 1.0) / (n + 2.0)))
    top = _log_shape(mode, n_class, n_others, n_side, logs)
    while True:
        u = uniform(derive(key, counter))
        v = uniform(derive(key, counter + 1))
        counter += 2
        if u == 0.0:
            continue
        at = mean + 0.5 + width * (v - 0.5) / u
        if at < first or at >= last + 1.0:
            continue
        x = int(at)
        log_chance = top - _log_shape(x, n_class, n_others, n_side, logs)
        if u * (4.0 - u) - 3.0 <= log_chance or 2.0 * math.log(u) <= log_chance:
            return x, counter


@subkernel
def _deal_class_by_class(n_side, whole, n, n_classes, dealt, key, counter, logs):
    n_others = n
    for k in range(n_classes - 1):
        n_others -= whole[k]
        dealt[k], counter = _draw_number(whole[k], n_others, n_side, key, counter, logs)
        n_side -= dealt[k]
    dealt[n_classes - 1] = n_side
    return counter


@subkernel
def drawn_p(least, n_side, whole, n_classes, key, n_permutations, from_p, to_p, dealt, logs):
    """p of at least so great a concentration, as far as it is between `from_p` and `to_p`."""
    n = 0
    for k in range(n_classes):
        n += whole[k]
    n_reached, n_drawn, counter = 0, 0, 0
    while n_drawn < n_permutations:
        if n_drawn * from_p >= ENOUGH:
            break
        if 1.0 + n_reached >= to_p * (1.0 + n_permutations):
            return (1.0 + n_reached) / (1.0 + n_permutations)
        if n_side <= _FEW:
            counter = _deal_one_by_one(n_side, whole, n, n_classes, dealt, key, counter)
        else:
            counter = _deal_class_by_class(
                n_side, whole, n, n_classes, dealt, key, counter, logs
            )
        concentration = 0.0
        for k in range(n_classes):
            concentration += x_log_x(dealt[k], logs) + x_log_x(whole[k] - dealt[k], logs)
        n_drawn += 1
        if concentration >= least:
            n_reached += 1
            if n_reached == ENOUGH:
                return ENOUGH / n_drawn
    return (1.0 + n_reached) / (1.0 + n_drawn)
