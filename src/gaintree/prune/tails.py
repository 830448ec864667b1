"""Exact p-values of two-by-two tables: the chance of tables with the same margins.

A table is known by the samples x that are of a class and on the left; the margins leave it a range:

    chance |        __           How extreme a table is falls and then rises along the range. So
           |      _/  \\_          tables at least as extreme as the one seen are the two ends of
           |    _/      \\_        it, whose edges are found by bisection. From an edge outwards
           | __/          \\__     each chance follows from the one before.
           +------------------ x
             end |      | end
"""

import math

import numpy as np

from gaintree._jit import kernel, subkernel

_TIE = 1e-13  # of the largest term that tables are compared by
_NEGLIGIBLE = 1e-17  # share of a sum


@subkernel
def _log_binomial(n, k):
    return math.lgamma(n + 1.0) - math.lgamma(k + 1.0) - math.lgamma(n - k + 1.0)


@subkernel
def _log_chance(x, n_left, n_class, n):
    of_class, of_others = _log_binomial(n_class, x), _log_binomial(n - n_class, n_left - x)
    return of_class + of_others - _log_binomial(n, n_left)


@subkernel
def _x_log_x(x):
    return x * math.log(x) if x > 0 else 0.0


@subkernel
def _extremity(x, n_left, n_class, n, by_gain):
    """The information gain, but for a constant and a factor; or how improbable the table is."""
    if by_gain:
        on_left = _x_log_x(x) + _x_log_x(n_left - x)
        return on_left + _x_log_x(n_class - x) + _x_log_x(n - n_left - n_class + x)
    return -_log_chance(x, n_left, n_class, n)


@subkernel
def _log_end(edge, last, n_left, n_class, n):
    """Log of the chance of the tables from `edge` outwards to `last`."""
    chance, total, x = 1.0, 1.0, edge
    while x != last and chance > _NEGLIGIBLE * total:
        if last > edge:
            x += 1
            chance *= (n_class - x + 1) / x * ((n_left - x + 1) / (n - n_left - n_class + x))
        else:
            chance *= x / (n_class - x + 1) * ((n - n_left - n_class + x) / (n_left - x + 1))
            x -= 1
        total += chance
    return _log_chance(edge, n_left, n_class, n) + math.log(total)


@kernel
def exact_log_p(seen, n_lefts, n_classes, sizes, by_gain, log_p):
    """Write the log of the chance of a table at least as extreme as each of those `seen`."""
    for i in range(len(seen)):
        n_left, n_class, n = n_lefts[i], n_classes[i], sizes[i]
        first, last = max(0, n_left + n_class - n), min(n_left, n_class)
        least = _extremity(seen[i], n_left, n_class, n, by_gain) - _TIE * (1.0 + _x_log_x(n))
        if by_gain:
            centre = int(n_left * (n_class / n))
        else:
            centre = int((n_left + 1.0) * ((n_class + 1.0) / (n + 2.0)))
        centre = min(max(centre, first), last)

        low, high = first - 1, centre  # what is extreme ends between them
        while low < high:
            middle = (low + high + 1) // 2
            if _extremity(middle, n_left, n_class, n, by_gain) >= least:
                low = middle
            else:
                high = middle - 1
        total = -np.inf
        if low >= first:
            total = _log_end(low, first, n_left, n_class, n)

        low, high = centre + 1, last + 1  # what is extreme begins between them
        while low < high:
            middle = (low + high) // 2
            if _extremity(middle, n_left, n_class, n, by_gain) >= least:
                high = middle
            else:
                low = middle + 1
        if high <= last:
            end = _log_end(high, last, n_left, n_class, n)
            greater = max(total, end)
            total = greater + math.log(math.exp(total - greater) + math.exp(end - greater))
        log_p[i] = min(total, 0.0)
