"""The price of predicted probabilities."""

import reprlib
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gaintree.information._checks import (
    Floats,
    distribution,
    label_list,
    probabilities,
    real_numbers,
    weights_of,
)
from gaintree.information._nats import Base, in_units


def log_loss(
    y_true: Iterable[Any],
    y_proba: ArrayLike,
    *,
    labels: Iterable[Any] | None = None,
    sample_weight: ArrayLike | None = None,
    base: Base = 2,
) -> float:
    """Mean surprise at the true classes under predicted probabilities: -mean log p(true class).

    It is `sklearn.metrics.log_loss` divided by ln 2, but for labels in an order of their own, which
    are followed here, and rows that do not sum to 1, which are an error.

    Parameters
    ----------
    y_true : sequence of n hashable values
    y_proba : array-like of float of shape (n, K) or (n,)
        Rows sum to 1; a column belongs to a class. One-dimensional: probability of the second of
        two classes. Clipped from below to the precision (eps) of its dtype.
    labels : sequence of K hashable values, default=None
        Classes in the order of the columns, e.g. ``classes_``. None: those of `y_true`, sorted.
    sample_weight : array-like of shape (n,), default=None
    base : 2 (bits), "e" (nats) or float > 0 other than 1, default=2

    Returns
    -------
    float
        From 0, every true class foretold with certainty, to log(1 / eps).

    Raises
    ------
    ValueError
        If a row of `y_proba` does not sum to 1, rows or columns do not match the labels, a class is
        named twice or not at all, or no weight is positive.

    References
    ----------
    Good (1952), Rational Decisions. Journal of the Royal Statistical Society B 14.

    Examples
    --------
    >>> round(log_loss([1], [0.01], labels=[0, 1]), 3)
    6.644
    """
    truth = label_list(y_true, "y_true")
    classes = sorted(set(truth)) if labels is None else label_list(labels, "labels")
    given = real_numbers(y_proba, "y_proba")
    proba = _by_class(given)
    if proba.shape != (len(truth), len(classes)):
        raise ValueError(
            "y_proba must have a row per label of y_true and a column per class, here shape "
            f"{(len(truth), len(classes))}, got {given.shape}; the classes are "
            f"{reprlib.repr(classes)}, pass labels where y_true does not hold each of them"
        )
    of_truth = proba[np.arange(len(truth)), _columns(truth, classes)]
    surprise = -np.log(np.maximum(of_truth, np.finfo(given.dtype).eps))
    weights = weights_of(sample_weight, "sample_weight", len(truth))
    return in_units(np.average(surprise, weights=weights), base)


def _by_class(y_proba: NDArray[Any]) -> Floats:
    """Probabilities with a column per class."""
    if y_proba.ndim == 1:
        p = probabilities(y_proba, "y_proba")
        return np.column_stack([1 - p, p])
    return distribution(y_proba, "y_proba", -1)


def _columns(truth: list[Any], classes: list[Any]) -> list[int]:
    """Column of each true label."""
    column = {label: k for k, label in enumerate(classes)}
    if len(column) < len(classes):
        raise ValueError(f"labels must name each class once, got {reprlib.repr(classes)}")
    unknown = [label for label in truth if label not in column]
    if unknown:
        raise ValueError(
            f"y_true must hold only labels of {reprlib.repr(classes)}, got {unknown[0]!r}"
        )
    return [column[label] for label in truth]
