"""What every split criterion publishes, whatever its formula."""

import functools
import math
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np
import numpy.typing as npt

from gaintree._jit import IMPURITY, SCORE, pointer

FloatArray = npt.NDArray[np.float64]

# Sums of phi over disjoint groups of the samples stay below 2 ** 62, so they fit an int64.
_PHI_BITS = 62
# Nodes of up to so many samples have tables of their own, in finer fixed point.
_SIZES = tuple(2**power for power in range(8, 33, 4))
_KEPT = 2**12  # tables for up to so many samples are kept for the next fit


class Formulas(NamedTuple):
    """A criterion on class weights: compiled function pointers, and the parameter they take."""

    impurity: Any
    score: Any
    parameter: float


class Tables(NamedTuple):
    """A criterion on class counts: m * I = factor[m] * (phi[m] - sum of phi[c_k]).

    `phi` is in fixed point; its unit is divided out by `factor`. The tables of several sizes stand
    one after the other, each in the finest fixed point that its size allows: table i, at
    ``[starts[i]:starts[i + 1]]``, is for counts of up to ``starts[i + 1] - starts[i] - 1``.
    """

    phi: npt.NDArray[np.int64]
    step: npt.NDArray[np.int64]  # phi[c + 1] - phi[c], 0 at the end of a table
    factor: npt.NDArray[np.float64]
    starts: npt.NDArray[np.int64]  # (n_tables + 1,)


NO_TABLES = Tables(
    np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.float64), np.zeros(1, np.int64)
)


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
    parameter : float
        The dial of a one-parameter family; 0.0 for those without one.
    """

    name: ClassVar[str]
    aliases: ClassVar[tuple[str, ...]] = ()
    unit: ClassVar[str]
    impurity: ClassVar[Callable[..., float]]
    score: ClassVar[Callable[..., float]]

    @property
    def parameter(self) -> float:
        return 0.0

    @staticmethod
    @abstractmethod
    def phi(count: FloatArray) -> FloatArray:
        """What a group of `count` samples of one class adds to the sum in `tables`."""

    @staticmethod
    @abstractmethod
    def factor(n_samples: FloatArray) -> FloatArray:
        """What the sum in `tables` is multiplied by in a node of `n_samples`."""

    def formulas(self) -> Formulas:
        """Return the criterion as kernels take it for weighted samples."""
        return Formulas(*_pointers(type(self)), self.parameter)

    def tables(self, n_samples: int) -> Tables:
        """Return the criterion as kernels take it for `n_samples` samples of weight 1."""
        return _kept_tables(self, n_samples) if n_samples <= _KEPT else _tables(self, n_samples)

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
def _pointers(criterion_class: type[Criterion]) -> tuple[Any, Any]:
    return pointer(IMPURITY, criterion_class.impurity), pointer(SCORE, criterion_class.score)


def _tables(criterion: Criterion, n_samples: int) -> Tables:
    sizes = [*(size for size in _SIZES if size < n_samples), n_samples]
    starts = np.cumsum([0, *(size + 1 for size in sizes)])
    counts = np.arange(n_samples + 1, dtype=np.float64)
    phi, factor = criterion.phi(counts), criterion.factor(counts)
    parts = []
    for size in sizes:
        scale = 2.0 ** (_PHI_BITS - math.frexp(float(phi[size]))[1])
        fixed = np.rint(phi[: size + 1] * scale).astype(np.int64)
        parts.append((fixed, np.diff(fixed, append=fixed[-1]), factor[: size + 1] / scale))
    return Tables(
        phi=np.concatenate([part[0] for part in parts]),
        step=np.concatenate([part[1] for part in parts]),
        factor=np.concatenate([part[2] for part in parts]),
        starts=starts,
    )


# For the many small fits of a search or an ensemble.
_kept_tables = functools.lru_cache(maxsize=32)(_tables)
