"""The permutation test of every split, from the root down or from the leaves up.

With a split all below it is given up, so below a split of a great p a smaller one does not matter;
or if a split is kept for one below it, what matters is a p smaller than those below. In that order
each p is told only as far as it matters. To compare what was chosen from many with what was chosen
from few, p is taken as the log of the chance that none of the n splits to choose from gains as
much, n log(1 - p): the less, the greater p.
"""

import math

import numpy as np

from gaintree._jit import allocating_kernel, subkernel
from gaintree.keys import derive
from gaintree.prune.draws import MOST_LABELS, drawn_p
from gaintree.prune.enumeration import can_enumerate, enumerated_log_p
from gaintree.prune.tails import log_binomial, x_log_x
from gaintree.tree import LEAF

_TIE = 1e-13  # of the terms that tables are compared by


@subkernel
def _insert(count, whole, n_classes):
    """Put the samples of a class among those of others, the greatest first."""
    k = n_classes
    while k > 0 and whole[k - 1] < count:
        whole[k] = whole[k - 1]
        k -= 1
    whole[k] = count


@allocating_kernel
def permutation_log_p(
    children_left,
    children_right,
    counts,
    n_tests,
    stop,
    seed,
    n_permutations,
    logs,
    log_p,
    is_drawn,
):
    """Write the log p of each split, and whether it is drawn."""
    n_nodes, n_all = counts.shape
    whole, dealt = np.empty(n_all, dtype=np.int64), np.empty(n_all, dtype=np.int64)
    rest, taken = np.empty(n_all, dtype=np.int64), np.empty(n_all, dtype=np.int64)
    needed, ways = np.empty(n_all), np.empty(n_all)
    labels = np.empty(MOST_LABELS, dtype=np.int32)
    log_none = np.empty(n_nodes)  # the least of n log(1 - p) above each node, or the greatest below
    log_none[:] = 0.0 if stop else -np.inf
    split = 0 if stop else len(log_p) - 1
    for step in range(n_nodes):
        node = step if stop else n_nodes - 1 - step
        left, right = children_left[node], children_right[node]
        if left == LEAF:
            continue
        n_classes, n_left, n = 0, 0, 0
        least, log_seen = 0.0, 0.0
        for k in range(n_all):
            on_left, on_right = int(counts[left, k]), int(counts[right, k])
            if on_left + on_right > 0:
                _insert(on_left + on_right, whole, n_classes)
                n_classes += 1
                n_left += on_left
                n += on_left + on_right
                least += x_log_x(on_left, logs) + x_log_x(on_right, logs)
                log_seen += log_binomial(on_left + on_right, on_left, logs)
        least -= _TIE * (1.0 + least)
        n_side = min(n_left, n - n_left)
        known = log_none[node] if stop else max(log_none[left], log_none[right])
        bound = -math.expm1(known / n_tests[split])
        from_p, to_p = (bound, np.inf) if stop else (0.0, bound)

        is_drawn[split] = False
        if n_classes < 2:
            log_p[split] = 0.0
        elif can_enumerate(n_side, whole, n_classes):
            log_p[split] = enumerated_log_p(
                least, log_seen, n_side, whole, n_classes, logs, rest, taken, needed, ways
            )
        else:
            is_drawn[split] = True
            key = derive(seed, n_side)
            for k in range(n_classes):
                key = derive(key, whole[k])
            log_p[split] = math.log(
                drawn_p(
                    least,
                    n_side,
                    whole,
                    n_classes,
                    key,
                    n_permutations,
                    from_p,
                    to_p,
                    dealt,
                    labels,
                    logs,
                )
            )

        own = n_tests[split] * math.log1p(-math.exp(log_p[split]))
        if stop:
            log_none[left] = log_none[right] = min(known, own)
            split += 1
        else:
            log_none[node] = max(known, own)
            split -= 1
