"""A column as a table of counts: a row for each of its values, sides or bins, a class a column."""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from gaintree import criteria
from gaintree.chance import Cuts, cuts_of
from gaintree.feature_selection.mdlp import cut_column
from gaintree.grow import Rules, grow_tree

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int32]
Column = npt.NDArray[np.floating[Any]]  # of shape (n_samples, 1)

_ONE_SPLIT = Rules(
    max_depth=1,
    max_leaf_nodes=0,
    min_samples_split=2,
    min_samples_leaf=1,
    min_weight_leaf=0.0,
    min_impurity_decrease=0.0,
    max_features=1,
    random_thresholds=False,
    max_bins=0,
)


class ColumnTable(NamedTuple):
    """What a column and the classes have in common."""

    counts: Floats  # (r, n_classes), samples; no row is empty
    cuts: Cuts | None  # which the two rows were chosen from; None if they were not


def tabulate(
    column: Column, n_categories: int, codes: Codes, n_classes: int, discretize: str
) -> ColumnTable:
    """Return the table of a column of numbers or, if it has any, of categories."""
    if n_categories > 0:
        return _count(column[:, 0], codes, n_classes)
    if discretize == "mdlp":
        values = column[:, 0]
        bins = np.searchsorted(cut_column(values, codes, n_classes), values).astype(np.float64)
        return _count(np.where(np.isnan(values), np.nan, bins), codes, n_classes)
    return _split(column, codes, n_classes)


def _count(rows: npt.NDArray[Any], codes: Codes, n_classes: int) -> ColumnTable:
    """The table of rows by number; NaN is a row of its own, the last."""
    _, places = np.unique(rows, return_inverse=True)
    cells = np.bincount(places * n_classes + codes, minlength=(places.max() + 1) * n_classes)
    return ColumnTable(cells.reshape(-1, n_classes).astype(np.float64), None)


def _split(column: Column, codes: Codes, n_classes: int) -> ColumnTable:
    """The two sides of the best binary split, or one row if there is none."""
    tree = grow_tree(
        column, codes, n_classes, None, None, criteria.Entropy(), _ONE_SPLIT, seed=0, n_threads=1
    )
    counts = np.rint(tree.value[:, 0] * tree.n_node_samples[:, None])
    return ColumnTable(counts[1:] if tree.node_count > 1 else counts, cuts_of(column[:, 0]))
