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
from scipy.special import gammaln, xlogy

from gaintree._jit import kernel, subkernel
from gaintree.tree import LEAF

_FACTORIAL, _X_LOG_X = 0, 1  # rows of the tables of logarithms
_MOST_TABLED = 2**14

_TIE = 1e-13  # of the largest term that tables are compared by
_NEGLIGIBLE = 1e-17  # share of a sum


def tables_of_logs(largest):
    """Return log x! and x log x for x up to `largest`, or as far as they are used much."""
    x = np.arange(min(largest, _MOST_TABLED) + 1.0)
    return np.stack([gammaln(x + 1.0), xlogy(x, x)])


@subkernel
def log_factorial(x, logs):
    if x < logs.shape[1]:
        return logs[_FACTORIAL, np.uint64(x)]
    return math.lgamma(x + 1.0)


@subkernel
def x_log_x(x, logs):
    if x < logs.shape[1]:
        return logs[_X_LOG_X, np.uint64(x)]
    return x * math.log(x)


@subkernel
def log_binomial(n, k, logs):
    return log_factorial(n, logs) - log_factorial(k, logs) - log_factorial(n - k, logs)


@subkernel
def _log_ways(x, n_left, n_class, n, logs):
    return log_binomial(n_class, x, logs) + log_binomial(n - n_class, n_left - x, logs)


@subkernel
def _extremity(x, n_left, n_class, n, by_gain, logs):
    """The information gain, but for a constant and a factor; or how improbable the table is."""
    if by_gain:
        on_left = x_log_x(x, logs) + x_log_x(n_left - x, logs)
        return on_left + x_log_x(n_class - x, logs) + x_log_x(n - n_left - n_class + x, logs)
    return -_log_ways(x, n_left, n_class, n, logs)


@subkernel
def _log_end(edge, last, n_left, n_class, n, logs):
    """Log of the ways to make the tables from `edge` outwards to `last`."""
    chance, total, x = 1.0, 1.0, edge
    while x != last and chance > _NEGLIGIBLE * total:
        if last > edge:
            x += 1
            chance *= (n_class - x + 1) / x * ((n_left - x + 1) / (n - n_left - n_class + x))
        else:
            chance *= x / (n_class - x + 1) * ((n - n_left - n_class + x) / (n_left - x + 1))
            x -= 1
        total += chance
    return _log_ways(edge, n_left, n_class, n, logs) + math.log(total)


@subkernel
def log_ways_of_ends(least, n_left, n_class, n, by_gain, logs):
    """Log of the ways to deal out samples to a table that is at least as extreme as `least`."""
    first, last = max(0, n_left + n_class - n), min(n_left, n_class)
    if by_gain:
        centre = int(n_left * (n_class / n))
    else:
        centre = int((n_left + 1.0) * ((n_class + 1.0) / (n + 2.0)))
    centre = min(max(centre, first), last)

    low, high = first - 1, centre  # what is extreme ends between them
    while low < high:
        middle = (low + high + 1) // 2
        if _extremity(middle, n_left, n_class, n, by_gain, logs) >= least:
            low = middle
        else:
            high = middle - 1
    total = -np.inf
    if low >= first:
        total = _log_end(low, first, n_left, n_class, n, logs)

    low, high = centre + 1, last + 1  # what is extreme begins between them
    while low < high:
        middle = (low + high) // 2
        if _extremity(middle, n_left, n_class, n, by_gain, logs) >= least:
            high = middle
        else:
            low = middle + 1
    if high <= last:
        end = _log_end(high, last, n_left, n_class, n, logs)
        greater = max(total, end)
        total = greater + math.log(math.exp(total - greater) + math.exp(end - greater))
    return total


@subkernel
def _log_p_of_class(seen, n_left, n_class, n, logs):
    """Log of the chance of a table that is no more probable than the one seen."""
    least = _extremity(seen, n_left, n_class, n, False, logs) - _TIE * (1.0 + x_log_x(n, logs))
    ways = log_ways_of_ends(least, n_left, n_class, n, False, logs)
    return min(ways - log_binomial(n, n_left, logs), 0.0)


@kernel
def fisher_log_p(children_left, children_right, counts, logs, log_p):
    """Write the log p of each split: the least of its classes, times the number of them."""
    split = 0
    for node in range(len(counts)):
        if children_left[node] == LEAF:
            continue
        left, right = counts[children_left[node]], counts[children_right[node]]
        n_left, n, n_present = int(left.sum()), int(left.sum() + right.sum()), 0
        for k in range(len(left)):
            n_present += left[k] + right[k] > 0
        least = 0.0
        for k in range(len(left)):
            n_class = int(left[k] + right[k])
            if n_class > 0:
                least = min(least, _log_p_of_class(int(left[k]), n_left, n_class, n, logs))
                if n_present == 2:  # of the other class it is the same
                    break
        if n_present > 2:
            least += math.log(n_present)
        log_p[split] = min(least, 0.0)
        split += 1
