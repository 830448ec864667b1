"""The best split so far, and the rule by which one takes the lead.

Splits are ranked by cost, the weighted impurity of the two children: lower is better. Of the splits
that come within a relative TIE of the lowest cost the first wins: the first column, then the lowest
threshold, then missing values on the right. "Within a tie" has to be told from the lowest cost, not
from the lowest so far. So a search looks for the lowest cost and notes if another cost came near
it. Only then, which is rare, it is repeated with a `limit`: all that reach the limit are equal.
"""

import numpy as np

from gaintree._jit import inlined, subkernel

TIE = 1e-12
NOWHERE = -1
NO_FINE = -1

SPLIT = np.dtype(
    [
        ("cost", np.float64),
        ("limit", np.float64),  # lower costs count as this one
        ("near_tie", np.bool_),
        ("feature", np.int64),  # NOWHERE as long as no split is admissible
        ("n_before", np.int64),  # samples with values that go left
        ("missing_left", np.bool_),
        ("threshold", np.float64),
        ("code", np.int64),  # bins up to this one go left ...
        ("is_inside", np.bool_),  # ... but of this one only what is not above the threshold
        (
            "fine",
            np.int64,
        ),  # the fine bins up to this one go left; NO_FINE if the threshold is known
        ("log2_cuts", np.float64),  # log2 of how many cuts the column searched last has
        ("lightest", np.float64),  # weight of the lighter side of the cut that was scored last
    ]
)


@inlined
def tie_with(cost):
    """The greatest cost that is tied with `cost`."""
    return cost + TIE * abs(cost)


@subkernel
def start_search(best, limit):
    best.cost, best.limit, best.near_tie = np.inf, limit, False
    best.feature, best.is_inside = NOWHERE, False


@inlined
def takes_lead(best, cost, feature, n_before):
    """Whether a split takes the lead; its cost is then noted, the rest is up to the caller."""
    cost = max(cost, best.limit)
    if cost < best.cost:
        best.near_tie = best.cost <= tie_with(cost)
        best.cost = cost
        return True
    if cost > best.cost:
        best.near_tie = best.near_tie or cost <= tie_with(best.cost)
        return False
    return feature < best.feature or (feature == best.feature and n_before < best.n_before)


@subkernel
def midpoint(low, high):
    """Halfway between two values, without overflow, never rounded up to `high`."""
    middle = low / 2.0 + high / 2.0
    return middle if low <= middle < high else low
