"""What many splits are worth under one criterion."""

import numpy as np
import numpy.typing as npt

from gaintree.criteria import Criterion
from gaintree.inspection._search_nodes import score_splits

Floats = npt.NDArray[np.float64]


def values_of(criterion: Criterion, left: Floats, right: Floats) -> tuple[Floats, Floats]:
    """Return the cost of splits, by which they are ranked, and their gain.

    Parameters
    ----------
    criterion : Criterion
    left, right : ndarray of shape (n_splits, n_classes)
        Class weights of both sides.

    Returns
    -------
    costs : ndarray of shape (n_splits,)
        Lower is better; infinite where a side is empty.
    values : ndarray of shape (n_splits,)
        Gain in impurity, or, of a criterion that is none, what it ranks by, each split taken by
        itself. 0 where a side is empty.
    """
    costs, gains = np.full(len(left), np.inf), np.zeros(len(left))
    node = np.empty(left.shape[1])
    left, right = np.ascontiguousarray(left), np.ascontiguousarray(right)
    formulas = criterion.formulas(left.shape[1])
    score_splits(left, right, formulas, node, np.zeros(3), costs, gains)
    if criterion.is_impurity:
        return costs, gains
    if type(criterion).rank is not None:
        costs = np.array([-criterion.value_of(*sides) for sides in zip(left, right, strict=True)])
    return costs, np.where(np.isfinite(costs), -costs, 0.0)
