"""What every split criterion publishes, whatever its formula."""

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


class Formulas(NamedTuple):
    """A criterion on class weights: compiled function pointers, and the parameter they take."""

    impurity: Any
    score: Any
    parameter: float


class Tables(NamedTuple):
    """A criterion on class counts: m * I = factor[m] * (phi[m] - sum of phi[c_k]).

    `phi` is in fixed point; its unit is divided out by `factor`.
    """

    phi: npt.NDArray[np.int64]  # (n_samples + 1,)
    step: npt.NDArray[np.int64]  # (n_samples,), phi[c + 1] - phi[c]
    factor: npt.NDArray[np.float64]  # (n_samples + 1,)


NO_TABLES = Tables(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.float64))


@dataclass(frozen=True)
class Criterion(ABC):
    """A split criterion: a formula on the class weights of a node and of its two children.

    Attributes
    ----------
    name : str
        What ``criterion=`` takes.
    aliases : tuple of str
        Other names of the same formula.
    unit : str
        The unit of the impurity and of the gain.
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
        return Formulas(
            pointer(IMPURITY, type(self).impurity),
            pointer(SCORE, type(self).score),
            self.parameter,
        )

    def tables(self, n_samples: int) -> Tables:
        """Return the criterion as kernels take it for `n_samples` samples of weight 1."""
        counts = np.arange(n_samples + 1, dtype=np.float64)
        phi = self.phi(counts)
        scale = 2.0 ** (_PHI_BITS - math.frexp(float(phi[-1]))[1])
        fixed = np.rint(phi * scale).astype(np.int64)
        return Tables(fixed, np.diff(fixed), self.factor(counts) / scale)

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
        """
        weights = np.asarray(weights, dtype=np.float64)
        return float(self.impurity(weights, weights.sum(), self.parameter))
