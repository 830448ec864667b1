"""The gain of every cut of a column at a node."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from gaintree.criteria import Criterion
from gaintree.inspection._reading import Reading
from gaintree.inspection._values import values_of

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class GainCurve:
    """The gain of every cut of one feature at one node.

    Attributes
    ----------
    feature : int
    thresholds : ndarray of float64 of shape (n_cuts,)
        Ascending. Of a column of categories, 1, 2, ...: the first so many of `categories` go left.
    gains : ndarray of float64 of shape (n_cuts,)
        In the unit of the criterion, with missing values on the side where that is more.
    is_admissible : ndarray of bool of shape (n_cuts,)
        Whether both sides have `min_samples_leaf` samples, and the least weight.
    categories : list of str or None
        In the order of their share of the class that differs most between them.
    """

    feature: int
    thresholds: Floats
    gains: Floats
    is_admissible: npt.NDArray[np.bool_]
    categories: list[str] | None


def gain_curve(reading: Reading, feature: int, criterion: Criterion) -> GainCurve:
    """Return the gain of every cut of a column, of all samples of a reading."""
    values = reading.X[:, feature].astype(np.float64)
    missing = np.isnan(values)
    keys: Any = values
    names: list[str] | None = None
    labels = None if reading.categories is None else reading.categories[feature]
    if labels is not None:
        keys, names = _in_order(values, missing, labels, reading)
    distinct, group = np.unique(keys[~missing], return_inverse=True)
    one_hot = np.zeros((len(keys), len(reading.classes)))
    one_hot[np.arange(len(keys)), reading.codes] = _weights(reading)
    by_value = np.zeros((len(distinct), one_hot.shape[1]))
    np.add.at(by_value, group, one_hot[~missing])
    counts = np.bincount(group, minlength=len(distinct))
    absent, n_absent = one_hot[missing].sum(axis=0), int(missing.sum())
    n_cuts = max(len(distinct) - 1, 0)
    left = by_value.cumsum(axis=0)[:n_cuts]
    right = np.maximum(by_value[::-1].cumsum(axis=0)[::-1][1:], 0.0)
    n_left = counts.cumsum()[:n_cuts]
    n_right = counts.sum() - n_left
    gains, admissible = np.full((2, n_cuts), -np.inf), np.zeros((2, n_cuts), dtype=bool)
    for side in range(2 if n_absent else 1):
        more_left, more_right = (absent, 0.0) if side else (0.0, absent)
        one, other = left + more_left, right + more_right
        gains[side] = values_of(criterion, one, other)[1]
        fewest = np.minimum(n_left + side * n_absent, n_right + (1 - side) * n_absent)
        lightest = np.minimum(one.sum(axis=1), other.sum(axis=1))
        rules = reading.rules
        admissible[side] = (fewest >= rules.min_samples_leaf) & (lightest >= rules.min_weight_leaf)
    # An admissible side before one that is not.
    better = np.where(admissible, gains, gains - 1e9).argmax(axis=0)
    cut = np.arange(n_cuts)
    thresholds: Any = distinct[:-1] / 2.0 + distinct[1:] / 2.0
    if names is not None:
        thresholds = cut + 1.0
    return GainCurve(feature, thresholds, gains[better, cut], admissible[better, cut], names)


def _weights(reading: Reading) -> Floats:
    if reading.sample_weight is not None:
        return reading.sample_weight
    if reading.class_weight is not None:
        return reading.class_weight[reading.codes]
    return np.ones(len(reading.codes))


def _in_order(
    values: Floats, missing: npt.NDArray[np.bool_], labels: npt.NDArray[Any], reading: Reading
) -> tuple[Floats, list[str]]:
    """The place of each category, by its share of the class whose share varies most."""
    present, group = np.unique(values[~missing], return_inverse=True)
    table = np.zeros((len(present), len(reading.classes)))
    np.add.at(table, (group, reading.codes[~missing]), _weights(reading)[~missing])
    shares = table / table.sum(axis=1, keepdims=True)
    k = shares.shape[1] - 1
    if np.count_nonzero(table.sum(axis=0)) > 2:
        spread = shares - table.sum(axis=0) / table.sum()
        k = int((table.sum(axis=1)[:, None] * spread**2).sum(axis=0).argmax())
    order = np.argsort(shares[:, k], kind="stable")
    place = np.empty(len(order))
    place[order] = np.arange(len(order))
    keys = np.full(len(values), np.nan)
    keys[~missing] = place[group]
    return keys, [str(labels[int(present[at])]) for at in order]
