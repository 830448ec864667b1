"""Tables of criteria for counts: what would take a logarithm a class is looked up."""

import functools
import math
from typing import Any, NamedTuple, Self

import numpy as np
import numpy.typing as npt

from gaintree._memory import FEWER, require_memory

# Sums of phi over disjoint groups of the samples stay below 2 ** 62, so they fit an int64.
_PHI_BITS = 62
# Nodes of up to so many samples have tables of their own, in finer fixed point.
_SIZES = (2**8, 2**12, 2**16)
_N_FEW = 2  # tables of few samples
_CHUNK = 2**16


class CostTables(NamedTuple):
    """A cost by counts: the cost of a side of n samples is whole[n] - factor[n] * sum of phi[c_k].

    Floats, which are summed anew for each cut, so that a cost depends on nothing but the counts.
    """

    whole: npt.NDArray[np.float64]  # (n_samples + 1,)
    factor: npt.NDArray[np.float64]  # (n_samples + 1,), or (1,) if it is the same for all n
    phi: npt.NDArray[np.float64]  # (n_samples + 1,)


class Tables(NamedTuple):
    """An impurity by counts: m * I = factor[m] * (phi[m] - sum of phi[c_k]).

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

    @classmethod
    def of(cls, criterion: Any, n_samples: int) -> Self:
        """Return the tables of an impurity for so many samples."""
        n_smaller = sum(size < n_samples for size in _SIZES)
        if n_smaller < len(_SIZES):
            return _kept_tables(criterion, _SIZES[: n_smaller + 1])
        nbytes = cls.nbytes_of(criterion, n_samples)
        require_memory(nbytes, FEWER, "A table for {:,} samples", n_samples)
        return _tables(criterion, (*_SIZES, n_samples))

    @staticmethod
    def nbytes_of(criterion: Any, n_samples: int) -> int:
        """Return how many bytes it takes to make the tables for many samples."""
        n_entries = n_samples + sum(_SIZES) + 3 * _CHUNK
        return 8 * n_entries * (3 if _factor_varies(criterion) else 1)


def _tables(criterion: Any, sizes: tuple[int, ...]) -> Any:
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


def _factors(criterion: Any, size: int) -> npt.NDArray[np.float64]:
    """The factor of each number of samples up to `size`, or of all if they have the same."""
    few = criterion.factor(np.arange(1.0, 65.0), criterion.parameter)
    if (few == few[0]).all():
        return few[:1]
    return criterion.factor(np.arange(size + 1.0), criterion.parameter)


@functools.cache
def _factor_varies(criterion: Any) -> bool:
    return len(_factors(criterion, 64)) > 1


# For the many small fits of a search or an ensemble.
_kept_tables = functools.lru_cache(maxsize=32)(_tables)
