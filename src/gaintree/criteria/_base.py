"""What every split criterion publishes, whatever its formula."""

import functools
import math
from abc import ABC
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np
import numpy.typing as npt

from gaintree._jit import IMPURITY, SCORE, TERM, pointer
from gaintree._memory import FEWER, require_memory

FloatArray = npt.NDArray[np.float64]

# Sums of phi over disjoint groups of the samples stay below 2 ** 62, so they fit an int64.
_PHI_BITS = 62
# Nodes of up to so many samples have tables of their own, in finer fixed point.
_SIZES = (2**8, 2**12, 2**16)
_N_FEW = 2  # tables of few samples
_CHUNK = 2**16


class Formulas(NamedTuple):
    """A criterion on class weights: compiled function pointers, and the parameter they take."""

    impurity: Any
    score: Any
    phi: Any
    factor: Any
    parameter: float


class Tables(NamedTuple):
    """A criterion on class counts: m * I = factor[m] * (phi[m] - sum of phi[c_k]).

    `phi` is in fixed point; its unit is divided out by `factor`. The tables of several sizes stand
    one after the other, each in the finest fixed point that its size allows: table i, at
    ``[starts[i]:starts[i + 1]]``, is for counts of up to ``starts[i + 1] - starts[i] - 1``.
    """

    phi: npt.NDArray[np.int64]
    factor: npt.NDArray[np.float64]  # one a table where it is the same for all m
    starts: npt.NDArray[np.int64]  # (n_tables + 1,)
    factor_starts: npt.NDArray[np.int64]  # (n_tables + 1,)
    steps: npt.NDArray[np.int64]  # from each of `phi` to the next, of the tables of few samples
    is_strict: int  # whether the impurity is strictly concave


@dataclass(frozen=True)
class Criterion(ABC):
    """A split criterion: a formula on the class weights of a node and of its two children.

    Attributes
    ----------
    name : str
        The name that ``criterion=`` takes.
    aliases : tuple of str
        Other names of the same formula.
    unit : str
        The unit of the impurity and of the gain, in the plural; empty if they have none.
    impurity : callable ``(weights, total, parameter) -> float``
        Impurity of a node from its class weights and their sum.
    score : callable ``(left, right, weight_left, weight_right, parameter) -> float``
        Ranks the candidates of one node: higher is better. Constants of the node are left out.
    phi : callable ``(weight, parameter) -> float``
        What a class of that weight adds to the sum in `factor`; convex, zero for nothing.
    factor : callable ``(total, parameter) -> float``
        ``total * impurity = factor(total) * (phi(total) - sum of phi(weight))``.
    parameter : float
        The dial of a one-parameter family; 0.0 for those without one.
    """

    name: ClassVar[str]
    aliases: ClassVar[tuple[str, ...]] = ()
    unit: ClassVar[str]
    concave: ClassVar[bool] = False
    strict: ClassVar[bool] = False
    impurity: ClassVar[Callable[..., float]]
    score: ClassVar[Callable[..., float]]
    phi: ClassVar[Callable[..., Any]]
    factor: ClassVar[Callable[..., Any]]

    @property
    def parameter(self) -> float:
        return 0.0

    def formulas(self) -> Formulas:
        """Return the criterion as kernels take it for weighted samples."""
        impurity, score, phi, factor = _pointers(type(self))
        return Formulas(impurity, score, phi, factor, self.parameter)

    def tables(self, n_samples: int) -> Tables:
        """Return the criterion as kernels take it for `n_samples` samples of weight 1."""
        n_smaller = sum(size < n_samples for size in _SIZES)
        if n_smaller < len(_SIZES):
            return _kept_tables(self, _SIZES[: n_smaller + 1])
        require_memory(self.tables_nbytes(n_samples), FEWER, "A table for {:,} samples", n_samples)
        return _tables(self, (*_SIZES, n_samples))

    def tables_nbytes(self, n_samples: int) -> int:
        """Return how many bytes it takes to make the tables for many samples."""
        n_entries = n_samples + sum(_SIZES) + 3 * _CHUNK
        return 8 * n_entries * (3 if _factor_varies(self) else 1)

    def impurity_of(self, weights: npt.ArrayLike) -> float:
        """Impurity of a node.

        Parameters
        ----------
        weights : array-like of shape (n_classes,)
            Number of samples of each class, or their weight. Not negative, not all zero.

        Returns
        -------
        impurity : float
            In the criterion's `unit`.

        Raises
        ------
        ValueError
            If a weight is negative or not finite, or none is positive.
        """
        weights = np.asarray(weights, dtype=np.float64)
        if not (weights >= 0.0).all() or not 0.0 < weights.sum() < np.inf:
            raise ValueError(
                f"weights={weights} must not be negative, and their sum positive and finite."
            )
        return float(self.impurity(weights, weights.sum(), self.parameter))


@functools.cache
def _pointers(criterion_class: type[Criterion]) -> tuple[Any, ...]:
    return (
        pointer(IMPURITY, criterion_class.impurity),
        pointer(SCORE, criterion_class.score),
        pointer(TERM, criterion_class.phi),
        pointer(TERM, criterion_class.factor),
    )


def _tables(criterion: Criterion, sizes: tuple[int, ...]) -> Tables:
    largest = np.array([float(size) for size in sizes])
    bits = [math.frexp(phi)[1] for phi in criterion.phi(largest, criterion.parameter)]
    scales = [2.0 ** (_PHI_BITS - used) for used in bits]
    factors = [_factors(criterion, size) / scale for size, scale in zip(sizes, scales, strict=True)]
    starts = np.cumsum([0, *(size + 1 for size in sizes)])
    phi = np.empty(starts[-1], dtype=np.int64)
    for start, size, scale in zip(starts, sizes, scales, strict=False):
        for first in range(0, size + 1, _CHUNK):
            counts = np.arange(first, min(first + _CHUNK, size + 1), dtype=np.float64)
            fixed = np.rint(criterion.phi(counts, criterion.parameter) * scale)
            phi[start + first : start + first + len(counts)] = fixed
    factor_starts = np.cumsum([0, *(len(factor) for factor in factors)])
    steps = np.diff(phi[: starts[: _N_FEW + 1][-1]], append=0)
    return Tables(phi, np.concatenate(factors), starts, factor_starts, steps, int(criterion.strict))


def _factors(criterion: Criterion, size: int) -> FloatArray:
    """The factor of each number of samples up to `size`, or of all if they have the same."""
    few = criterion.factor(np.arange(1.0, 65.0), criterion.parameter)
    if (few == few[0]).all():
        return few[:1]
    return criterion.factor(np.arange(size + 1.0), criterion.parameter)


@functools.cache
def _factor_varies(criterion: Criterion) -> bool:
    return len(_factors(criterion, 64)) > 1


# For the many small fits of a search or an ensemble.
_kept_tables = functools.lru_cache(maxsize=32)(_tables)
