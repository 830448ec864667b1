"""Argument checks: what comes in as array-like or labels goes on as an array or a list.

`name` is the parameter's name, for the message. Tables and weights come back divided by a power of
two, which rounds nothing, so that no sum of them can overflow, unless an estimator needs to know
how many samples they count.
"""

import contextlib
import numbers
import reprlib
from collections.abc import Iterable
from typing import Any, Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats: TypeAlias = NDArray[np.float64]
Estimator: TypeAlias = Literal[
    "plugin",
    "miller_madow",
    "grassberger",
    "grassberger88",
    "chao_shen",
    "james_stein",
    "laplace",
    "kt",
    "nsb",
]
REAL_WEIGHTS = {"plugin", "laplace", "kt"}
LARGEST = 2**53  # up to here float64 tells whole numbers apart


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
    if isinstance(axis, bool) or not isinstance(axis, numbers.Integral):
        raise TypeError(f"axis must be an int, got {axis!r}")
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


def contingency_table(values: ArrayLike, name: str, estimator: Estimator = "plugin") -> Floats:
    """A table of two axes with something in it."""
    return _for_estimator(_table(values, name), name, estimator)


def whole_table(values: ArrayLike, name: str, purpose: str) -> Floats:
    """The same of numbers of samples."""
    return _whole(_table(values, name), name, purpose)


def whole_counts(values: ArrayLike, name: str, purpose: str) -> Floats:
    """The same with any number of axes."""
    return _whole(_something(values, name), name, purpose)


def _table(values: ArrayLike, name: str) -> Floats:
    counts = _something(values, name)
    if counts.ndim != 2:
        raise ValueError(f"{name} must have shape (r, K), got shape {counts.shape}")
    return counts


def _something(values: ArrayLike, name: str) -> Floats:
    counts = real_numbers(values, name).astype(np.float64)
    if not counts.any():
        raise ValueError(f"{name} must hold a positive count, got shape {counts.shape} of zeros")
    return counts


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


def weights_of(
    values: ArrayLike | None, name: str, n: int, estimator: Estimator = "plugin"
) -> Floats:
    """One weight for each of n things, all alike for None."""
    weights = np.ones(n) if values is None else real_numbers(values, name).astype(np.float64)
    if weights.shape != (n,):
        raise ValueError(f"{name} must have shape ({n},), got {weights.shape}")
    if not weights.any():
        raise ValueError(f"{name} must hold a positive weight, got {n} zeros")
    return _for_estimator(weights, name, estimator)


def check_counts(counts: Floats, name: str, estimator: Estimator) -> None:
    """Whether the estimator is known and can take these counts."""
    if estimator not in get_args(Estimator):
        known = ", ".join(get_args(Estimator))
        raise ValueError(f"estimator must be one of {known}, got {estimator!r}")
    if estimator not in REAL_WEIGHTS:
        _whole(counts, name, f"{estimator=}; plugin, laplace and kt take weights")
    elif estimator != "plugin" and counts.max(initial=0) > LARGEST:
        raise ValueError(f"{name} must be at most 2**53 for {estimator=}, got {counts.max()}")


def _whole(counts: Floats, name: str, purpose: str) -> Floats:
    wrong = counts[(counts != np.floor(counts)) | (counts > LARGEST)]
    if wrong.size:
        raise ValueError(
            f"{name} must hold whole numbers of at most 2**53, got {wrong[0]}, for {purpose}"
        )
    return counts


def _for_estimator(counts: Floats, name: str, estimator: Estimator) -> Floats:
    check_counts(counts, name, estimator)
    return np.ldexp(counts, -np.frexp(counts.max())[1]) if estimator == "plugin" else counts


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
