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
    gains : ndarray of shape (n_splits,)
        In the unit of the criterion; 0 where a side is empty.
    """
    costs, gains = np.full(len(left), np.inf), np.zeros(len(left))
    node = np.empty(left.shape[1])
    left, right = np.ascontiguousarray(left), np.ascontiguousarray(right)
    score_splits(left, right, criterion.formulas(), node, costs, gains)
    return costs, gains
