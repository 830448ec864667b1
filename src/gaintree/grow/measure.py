"""The value of a cut by a criterion that exhaustive search alone knows (`criteria.Criterion`)."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from gaintree._jit import inlined, subkernel
from gaintree.criteria import CostTables
from gaintree.grow.draw import derive, uniform

# What `facts` hold: the cost of the node before it is split, the parameter that values are asked
# for with, and how many cuts have drawn theirs.
NODE_COST, PARAMETER, N_DRAWN = range(3)
BLOCK = 64  # samples, and those of the same value as the last
_UNIT = 2.0**53  # numbers that a draw may be


class Columns(NamedTuple):
    """Tables of costs, and the best cuts of the columns of a node, of which one is chosen."""

    whole: npt.NDArray[np.float64]  # CostTables; nothing where there are none
    factor: npt.NDArray[np.float64]
    phi: npt.NDArray[np.float64]
    left: npt.NDArray[np.float64]  # (n_features, n_classes), class weights
    right: npt.NDArray[np.float64]  # (n_features, n_classes)
    log2_cuts: npt.NDArray[np.float64]  # (n_features,), of the cuts that a column has
    draws: npt.NDArray[np.float64]  # (n_features,), between 0 and 1
    values: npt.NDArray[np.float64]  # (n_features,), what each is worth
    places: npt.NDArray[np.int64]  # (n_features,), among the features in the order of the search
    ends: npt.NDArray[np.int64]  # (n_blocks,), of the blocks of a column
    edges: npt.NDArray[np.int64]  # (n_blocks + 1, n_classes), what is left of them
    is_counted: int  # whether each sample counts one
    draws_cuts: int  # one a column


def new_columns(
    n_samples: int, n_features: int, n_classes: int, is_counted: bool, draws_cuts: bool,
    tables: CostTables | None,
) -> Columns:  # fmt: skip
    """Return the room for the columns of a node, with the tables or without."""
    n_blocks = n_samples // BLOCK + 1
    whole, factor, phi = tables or CostTables(np.empty(0), np.empty(0), np.empty(0))
    return Columns(
        whole=whole,
        factor=factor,
        phi=phi,
        left=np.empty((n_features, n_classes)),
        right=np.empty((n_features, n_classes)),
        log2_cuts=np.empty(n_features),
        draws=np.empty(n_features),
        values=np.empty(n_features),
        places=np.empty(n_features, dtype=np.int64),
        ends=np.empty(n_blocks, dtype=np.int64),
        edges=np.empty((n_blocks + 1, n_classes), dtype=np.int64),
        is_counted=int(is_counted),
        draws_cuts=int(draws_cuts),
    )


@inlined
def is_first_look(measure, facts):
    """Whether it is for the gain from which on cuts may be made."""
    return measure.is_guarded and np.isnan(facts[PARAMETER])


@inlined
def value_of_costs(left, right, weight_left, weight_right, cost_left, cost_right, measure, facts):
    """The value of a cut, given the costs of its sides; what is charged is not taken off yet.

    Where a guard says from which gain on cuts may be made, the value is first the gain alone.
    """
    if measure.is_guarded:
        gain = (facts[NODE_COST] - (cost_left + cost_right)) / (weight_left + weight_right)
        if is_first_look(measure, facts):
            return gain
        if gain < facts[PARAMETER]:
            return -np.inf
    if measure.is_random:
        facts[N_DRAWN] += 1.0
        key = derive(np.uint64(facts[PARAMETER] * _UNIT), np.int64(facts[N_DRAWN]))
        return uniform(key)
    return measure.value(
        left, right, weight_left, weight_right, cost_left, cost_right, facts[NODE_COST],
        facts[PARAMETER],
    )  # fmt: skip


@subkernel
def value_of_weights(left, right, weight_left, weight_right, measure, parameter, facts):
    """The value of a cut."""
    cost_left, cost_right = 0.0, 0.0
    if measure.has_costs:
        cost_left = measure.cost(left, weight_left, parameter)
        cost_right = measure.cost(right, weight_right, parameter)
    value = value_of_costs(
        left, right, weight_left, weight_right, cost_left, cost_right, measure, facts
    )
    if measure.is_charged and not is_first_look(measure, facts):
        value -= measure.charge(left, right, weight_left, weight_right, parameter)
    return value
