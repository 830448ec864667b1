"""The formulas in nats, on arrays that have been checked, and the way from nats to other units."""

import math
import numbers
from collections.abc import Callable
from typing import Any, Literal, TypeAlias

import numpy as np
from scipy.special import entr, xlog1py

from gaintree.information._checks import Floats

Base: TypeAlias = float | Literal["e"]


def in_units(nats: Any, base: Base) -> Any:
    """Nats in units of `base`, as `plain` gives them."""
    if not isinstance(base, numbers.Real) and base != "e":
        raise TypeError(f'base must be a number or "e", got {base!r}')
    if base != "e" and not (0 < base < np.inf and base != 1):
        raise ValueError(f"base must be finite, greater than 0 and not 1, got {base!r}")
    return plain(nats if base == "e" else nats / math.log(base))


def plain(values: Any) -> Any:
    """A float for one number, an array for several; 0 for -0."""
    array = np.asarray(values) + 0.0
    return array if array.ndim else float(array)


def binary_entropy_nats(p: Floats) -> Floats:
    """Entropy of an event of probability p."""
    return np.asarray(entr(p) - xlog1py(1 - p, -p))


def entropy_nats(counts: Floats) -> Floats:
    """Entropy of the counts on the last axis, 0 where there are none."""
    others, rest = _others(counts)
    return np.asarray(np.log1p(rest) + entr(others).sum(axis=-1) / (1 + rest))


def gini(counts: Floats) -> Floats:
    """Gini impurity of the counts on the last axis, 0 where there are none."""
    others, rest = _others(counts)
    return np.asarray((2 * rest + rest**2 - (others**2).sum(axis=-1)) / (1 + rest) ** 2)


def _others(counts: Floats) -> tuple[Floats, Floats]:
    """All counts but the largest, in units of the largest, and their sum.

    The distribution is then 1 / (1 + sum) and others / (1 + sum). Its impurity is a sum of positive
    terms in these: no count is too large or too small, and a nearly pure node loses no digits.
    """
    ascending = np.sort(counts, axis=-1)
    largest = ascending[..., -1:]
    others = ascending[..., :-1] / np.where(largest > 0, largest, 1.0)
    return others, others.sum(axis=-1)


def gain(children: Floats, impurity: Callable[[Floats], Floats]) -> Floats:
    """Impurity of the sum of the children, one per entry of the first axis, minus their mean."""
    weights = children.sum(axis=-1)
    # Summed as differences, which are exactly 0 where a child has its parent's distribution.
    lost = weights * (impurity(children.sum(axis=0)) - impurity(children))
    return np.maximum(lost.sum(axis=0) / weights.sum(axis=0), 0.0)


def conditional_nats(table: Floats) -> Floats:
    """Entropy of the columns of a table once the row is known."""
    return np.asarray(table.sum(axis=1) @ entropy_nats(table) / table.sum())


def pointwise_nats(cells: Floats, rows: Floats, columns: Floats) -> Floats:
    """Log of the share that a cell has in its row over the share its column has in the table."""
    # Equal quotients round alike, so independent counts give exactly 0; products could underflow.
    return np.asarray(np.log(cells / rows) - np.log(columns))
