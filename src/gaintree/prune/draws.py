"""p-values of tables of many samples: classes are dealt out to the sides at random, time and again.

The order is that of Besag and Clifford: it ends where enough tables have gained as much as the one
seen, so that a great p, which is told by few draws, takes few.
"""

import math

import numpy as np

from gaintree._jit import subkernel
from gaintree.keys import derive, uniform
from gaintree.prune.tails import log_factorial, x_log_x

ENOUGH = 20  # tables that gain as much as the one seen, to tell p by

_FEW_A_CLASS = 20  # samples on the side: so many a class are drawn one by one
MOST_LABELS = 2**16  # of as many samples at most
# Of the ratio of uniforms (Stadlober 1990): 2 sqrt(2 / e), and 3 - 2 sqrt(3 / e)
_WIDTH, _OFFSET = 1.7155277699214135, 0.8989161620588988


@subkernel
def _label(whole, n_classes, labels):
    """Write the class of each sample."""
    first = 0
    for k in range(n_classes):
        labels[first : first + whole[k]] = k
        first += whole[k]


@subkernel
def _deal_one_by_one(n_side, n, n_classes, labels, dealt, key, counter):
    """Draw `n_side` of n samples (Fisher and Yates), two by each word of random bits."""
    for k in range(n_classes):
        dealt[k] = 0
    word = np.uint64(0)
    for i in range(n_side):
        if i % 2 == 0:
            word = derive(key, counter + i // 2)
        half = word >> np.uint64(32)
        word = word << np.uint64(32)
        chosen = np.uint64(i) + ((half * np.uint64(n - i)) >> np.uint64(32))
        label = labels[chosen]
        labels[chosen] = labels[np.uint64(i)]
        labels[np.uint64(i)] = label
        dealt[np.uint64(label)] += 1
    return counter + (n_side + 1) // 2


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
def drawn_p(
    least, n_side, whole, n_classes, key, n_permutations, from_p, to_p, dealt, labels, logs
):
    """p of at least so great a concentration, as far as it is between `from_p` and `to_p`."""
    n = 0
    for k in range(n_classes):
        n += whole[k]
    one_by_one = n_side <= _FEW_A_CLASS * n_classes and n <= MOST_LABELS
    if one_by_one:
        _label(whole, n_classes, labels)
    n_reached, n_drawn, counter = 0, 0, 0
    while n_drawn < n_permutations:
        if n_drawn * from_p >= ENOUGH:
            break
        if 1.0 + n_reached >= to_p * (1.0 + n_permutations):
            return (1.0 + n_reached) / (1.0 + n_permutations)
        if one_by_one:
            counter = _deal_one_by_one(n_side, n, n_classes, labels, dealt, key, counter)
        else:
            counter = _deal_class_by_class(n_side, whole, n, n_classes, dealt, key, counter, logs)
        concentration = 0.0
        for k in range(n_classes):
            concentration += x_log_x(dealt[k], logs) + x_log_x(whole[k] - dealt[k], logs)
        n_drawn += 1
        if concentration >= least:
            n_reached += 1
            if n_reached == ENOUGH:
                return ENOUGH / n_drawn
    return (1.0 + n_reached) / (1.0 + n_drawn)
