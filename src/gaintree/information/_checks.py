"""Argument checks: what comes in as array-like or labels goes on as an array or a list.

`name` is the parameter's name, for the message. Tables and weights come back divided by a power of
two, which rounds nothing, so that no sum of them can overflow.
"""

import contextlib
import reprlib
from collections.abc import Iterable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats: TypeAlias = NDArray[np.float64]


def real_numbers(values: ArrayLike, name: str) -> NDArray[Any]:
    """Finite non-negative numbers, in the float dtype they came in."""
    try:
        array = np.asarray(values)
    except ValueError:
        raise ValueError(f"{name} must be rectangular, got rows of unequal length") from None
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{name} must hold real numbers, got dtype {array.dtype}")
    wrong = array[~((array >= 0) & (array < np.inf))]
    if wrong.size:
        raise ValueError(f"{name} must be finite and non-negative, got {wrong[0]}")
    return array if array.dtype.kind == "f" else array.astype(np.float64)


def probabilities(values: ArrayLike, name: str) -> Floats:
    """Numbers from 0 to 1."""
    p = real_numbers(values, name).astype(np.float64)
    if p.size and p.max() > 1:
        raise ValueError(f"{name} must lie between 0 and 1, got {p.max()}")
    return p


def outcomes_last(values: ArrayLike, name: str, axis: int) -> NDArray[Any]:
    """Finite non-negative numbers with the outcomes, at least one, on the last axis."""
    array = real_numbers(values, name)
    if not -array.ndim <= axis < array.ndim or array.shape[axis] == 0:
        raise ValueError(f"{name} must have outcomes along axis {axis}, got shape {array.shape}")
    return np.moveaxis(array, axis, -1)


def distribution(values: ArrayLike, name: str, axis: int) -> Floats:
    """Probabilities of the outcomes on the last axis, whose sum is 1 but for rounding."""
    given = outcomes_last(values, name, axis)
    p = given.astype(np.float64)
    with np.errstate(over="ignore"):
        total = p.sum(axis=-1, keepdims=True)
    wrong = total[np.abs(total - 1) > np.sqrt(np.finfo(given.dtype).eps)]
    if wrong.size:
        raise ValueError(
            f"{name} must sum to 1 along axis {axis}, got a sum of {wrong[0]}; "
            "entropy_from_counts takes counts, elsewhere divide them by their sum"
        )
    return p / total


def distribution_pair(p: ArrayLike, q: ArrayLike, axis: int) -> tuple[Floats, Floats]:
    """Two distributions over the same outcomes, in the same shape."""
    one, other = distribution(p, "p", axis), distribution(q, "q", axis)
    if one.shape[-1] == other.shape[-1]:
        with contextlib.suppress(ValueError):
            one, other = np.broadcast_arrays(one, other)
            return one, other
    raise ValueError(
        f"p and q must have equally many outcomes along axis {axis} and other axes that broadcast, "
        f"got shapes {np.shape(p)} and {np.shape(q)}"
    )


def contingency_table(values: ArrayLike, name: str) -> Floats:
    """A table of two axes with something in it."""
    counts = real_numbers(values, name).astype(np.float64)
    if counts.ndim != 2:
        raise ValueError(f"{name} must have shape (r, K), got shape {counts.shape}")
    if not counts.any():
        raise ValueError(f"{name} must hold a positive count, got shape {counts.shape} of zeros")
    return _scaled(counts)


def family(parent: ArrayLike, children: ArrayLike) -> Floats:
    """The table of the children, who add up to the parent."""
    before = real_numbers(parent, "parent").astype(np.float64)
    given = real_numbers(children, "children").astype(np.float64)
    table = contingency_table(children, "children")
    if before.shape != given.shape[1:]:
        raise ValueError(
            f"parent must have a count per class, as children of shape {given.shape} have; got"
            f" shape {before.shape}"
        )
    with np.errstate(over="ignore"):
        after = given.sum(axis=0)
    if not np.allclose(before, after, rtol=1e-8, atol=1e-8 * before.max()):
        raise ValueError(f"children must add up to parent {before}, got a sum of {after}")
    return table


def weights_of(values: ArrayLike | None, name: str, n: int) -> Floats:
    """One weight for each of n things, all alike for None."""
    weights = np.ones(n) if values is None else real_numbers(values, name).astype(np.float64)
    if weights.shape != (n,):
        raise ValueError(f"{name} must have shape ({n},), got {weights.shape}")
    if not weights.any():
        raise ValueError(f"{name} must hold a positive weight, got {n} zeros")
    return _scaled(weights)


def _scaled(values: Floats) -> Floats:
    return np.ldexp(values, -np.frexp(values.max())[1])


def label_list(labels: Iterable[Any], name: str) -> list[Any]:
    """At least one label, with one NaN object for all NaN."""
    try:
        values = labels.tolist() if hasattr(labels, "tolist") else list(labels)
        set(values)
    except TypeError:
        raise TypeError(
            f"{name} must be a sequence of hashable labels, got {reprlib.repr(labels)}"
        ) from None
    if not values:
        raise ValueError(f"{name} must hold at least one label, got none")
    return [np.nan if isinstance(v, float) and v != v else v for v in values]


def label_codes(labels: Iterable[Any], name: str) -> NDArray[np.intp]:
    """Labels as numbers from 0, in the order of their first appearance."""
    codes: dict[Any, int] = {}
    return np.array([codes.setdefault(label, len(codes)) for label in label_list(labels, name)])


def sums(codes: NDArray[np.intp], weights: Floats) -> Floats:
    """Total weight of each code."""
    return np.asarray(np.bincount(codes, weights), dtype=np.float64)
