"""What every split criterion publishes, whatever its formula."""

import functools
import numbers
from abc import ABC
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np
import numpy.typing as npt

from gaintree._jit import IMPURITY, RANK, SCORE, TERM, VALUE, pointer
from gaintree.criteria import _terms as terms
from gaintree.criteria._tables import CostTables, Tables

FloatArray = npt.NDArray[np.float64]


class Measure(NamedTuple):
    """How exhaustive search scores cuts: compiled function pointers, and when to call them."""

    value: Any
    cost: Any
    before: Any
    charge: Any
    rank: Any
    floor: float  # a split is made only if its value is greater
    has_costs: bool
    is_charged: bool
    is_ranked: bool
    is_guarded: bool
    guard_binds: bool  # True without a guard, too
    is_random: bool
    skips: bool  # cuts inside runs of one class


class Formulas(NamedTuple):
    """A criterion on class weights: compiled function pointers, and the parameter they take.

    With a `measure` the criterion is searched exhaustively and by that alone, and what the bounds
    of the other search call for is None.
    """

    impurity: Any
    score: Any
    phi: Any
    factor: Any
    parameter: float
    measure: Measure | None


@dataclass(frozen=True)
class Criterion(ABC):
    """A split criterion: a formula on the class weights of a node and of its two children.

    Splits are ranked by their value, the higher the better. What trees report is an impurity, so
    that `tree_.impurity`, the gain of a split (impurity of the node less the weighted impurity of
    its children), `feature_importances_`, `min_impurity_decrease`, `ccp_alpha` and the order in
    which `max_leaf_nodes` splits nodes mean the same whatever the criterion. A criterion that is an
    impurity (`is_impurity`) reports itself, and the value of a split is its gain. Every other one
    reports the entropy in bits, so that gains are information gains: they need not be greatest for
    the splits that it prefers.

    A cut is scored in up to four steps, the last three of which most criteria do without:

    1. The `cost` of the node before it is split and of either side, from all of which and the class
       weights comes the `value`.
    2. A `charge` is taken off the value of a cut that would lead, where it takes long to compute.
    3. Columns are ranked by the best cut of each (`rank`), where what one is worth depends on the
       others or on how many cuts it was the best of; or they are searched by information gain
       first, and `rank` says from which gain on cuts are scored by value.
    4. If the best is not above the `floor`, the node stays a leaf.

    Attributes
    ----------
    name : str
        The name that ``criterion=`` takes.
    aliases : tuple of str
        Other names of the same formula.
    formula : str
        The value of a split; for an impurity, that of a node.
    unit : str
        Of the value, in the plural; empty if it has none.
    range : str
        From the least to the greatest value, for an impurity that of a node.
    source : str
        Who published it, and when.
    is_impurity : bool
        Whether the value of a split is the decrease of an impurity that trees report.
    concave : bool
        Whether it is a concave impurity, so that no split increases it. That of classes can be
        bounded, and large tables are searched by histograms where that pays.
    boundary_exact : bool
        Whether a best cut, and the lowest of tied ones, is always one between two values not all of
        whose samples are of one and the same class (Fayyad and Irani 1992). Other cuts are then not
        scored, unless constraints or `min_samples_leaf` forbid some.
    weights : {"real", "integer"}
        ``"integer"`` if it counts samples: weights have to be whole numbers of them.
    classes : {"any", "two"}
        Numbers of classes that it is defined for.
    self_stopping : bool
        Whether there are nodes that it splits no more although their classes are mixed.
    impurity : callable ``(weights, total, parameter) -> float``
        Impurity of a node from its class weights and their sum.
    value : callable ``(left, right, weight_left, weight_right, cost_left, cost_right, cost_node, \
            parameter) -> float``
        Ranks the cuts of a column: higher is better. Weights by class and their sums.
    cost : callable ``(weights, total, parameter) -> float``
        Of a side; the weighted entropy in bits unless it says otherwise.
    before : callable ``(weights, total, parameter) -> float``
        Of a node that is not split, if that differs from `cost`.
    charge : callable ``(left, right, weight_left, weight_right, parameter) -> float``
        What is taken off the value; not negative. None for nothing.
    rank : callable ``(left, right, log2_cuts, draws, values, parameter) -> float``
        Writes what the best cuts of all columns are worth. None if that is their value.
    parameter : float
        The dial of a one-parameter family; 0.0 for those without one.
    """

    name: ClassVar[str]
    aliases: ClassVar[tuple[str, ...]] = ()
    formula: ClassVar[str]
    unit: ClassVar[str]
    range: ClassVar[str]
    source: ClassVar[str]

    is_impurity: ClassVar[bool] = False
    boundary_exact: ClassVar[bool] = False
    weights: ClassVar[str] = "real"
    classes: ClassVar[str] = "any"
    # Columns are searched by entropy first, `rank` chooses those to be searched by `value` again,
    # and returns the least gain that a cut is to have. Among cuts of equal cost and of a range of
    # sizes, none has a greater value than the first or the last.
    is_guarded: ClassVar[bool] = False
    guard_binds: ClassVar[bool] = True  # False if what it leaves out would not win anyway
    is_random: ClassVar[bool] = False

    impurity: ClassVar[Callable[..., float]] = staticmethod(terms.entropy)
    value: ClassVar[Callable[..., float]]
    cost: ClassVar[Callable[..., float] | None] = staticmethod(terms.entropy_cost)
    before: ClassVar[Callable[..., float] | None] = None
    charge: ClassVar[Callable[..., float] | None] = None
    rank: ClassVar[Callable[..., float] | None] = None

    @property
    def parameter(self) -> float:
        return 0.0

    @property
    def concave(self) -> bool:
        return False

    @property
    def self_stopping(self) -> bool:
        return self.floor > -np.inf

    @property
    def floor(self) -> float:
        """The value that a split has to be above."""
        return -np.inf

    @property
    def impurity_unit(self) -> str:
        """The unit of the impurity that trees report, in the plural."""
        return self.unit if self.is_impurity else "bits"

    def is_bounded(self, n_classes: int) -> bool:
        """Whether the fast engine can bound the cost of cuts among so many classes."""
        return False

    def formulas(self, n_classes: int) -> Formulas:
        """Return the criterion as kernels take it for weighted samples of so many classes."""
        impurity = pointer(IMPURITY, type(self).impurity)
        return Formulas(impurity, None, None, None, self.parameter, self._measure())

    def _measure(self) -> Measure:
        own = type(self)
        cost = own.cost or terms.no_cost
        return Measure(
            value=self._value_pointer(),
            cost=pointer(IMPURITY, cost),
            before=pointer(IMPURITY, own.before or cost),
            charge=pointer(SCORE, own.charge or terms.no_charge),
            rank=pointer(RANK, own.rank or terms.no_rank),
            floor=self.floor,
            has_costs=own.cost is not None,
            is_charged=own.charge is not None,
            is_ranked=own.rank is not None,
            is_guarded=own.is_guarded,
            guard_binds=own.guard_binds,
            is_random=own.is_random,
            skips=self.boundary_exact,
        )

    def _value_pointer(self) -> Any:
        return pointer(VALUE, type(self).value)

    def tables(self, n_samples: int) -> Tables | None:
        """Return an impurity as kernels take it for samples of weight 1; None if it is no sum."""
        return None

    def tables_nbytes(self, n_samples: int) -> int:
        """Return how many bytes it takes to make the tables for many samples."""
        return 0

    def cost_tables(self, n_samples: int, n_classes: int) -> CostTables | None:
        """Return the `cost` of a side of as many samples of weight 1; None if it is no sum."""
        return CostTables(*terms.entropy_terms(n_samples)) if self.cost is not None else None

    def impurity_of(self, weights: npt.ArrayLike) -> float:
        """Impurity of a node, as trees report it.

        Parameters
        ----------
        weights : array-like of shape (n_classes,)
            Number of samples of each class, or their weight. Not negative, not all zero.

        Returns
        -------
        impurity : float
            In the criterion's `impurity_unit`.

        Raises
        ------
        ValueError
            If a weight is negative or not finite, or none is positive.
        """
        weights = _as_weights("weights", weights)
        return float(self.impurity(weights, weights.sum(), self.parameter))

    def value_of(self, left: npt.ArrayLike, right: npt.ArrayLike) -> float:
        """Value of a split, as if it were the only one to choose from.

        Parameters
        ----------
        left, right : array-like of shape (n_classes,)
            Number of samples of each class on either side, or their weight. Not negative, not all
            zero on a side.

        Returns
        -------
        value : float
            In the criterion's `unit`. The higher the better; minus infinity if the split must not
            be made.

        Raises
        ------
        ValueError
            If a weight is negative or not finite, a side has none that is positive, or the sides
            differ in their number of classes.
        """
        left, right = _as_weights("left", left), _as_weights("right", right)
        if left.shape != right.shape:
            raise ValueError(
                f"left has {len(left)} classes and right {len(right)}; they must be the same."
            )
        return self._value_of(left, right)

    def _value_of(self, left: FloatArray, right: FloatArray) -> float:
        own, parameter = type(self), self.parameter
        if own.rank is not None and not own.is_guarded:
            values = np.empty(1)
            own.rank(left[None], right[None], np.zeros(1), np.full(1, 0.5), values, parameter)
            return float(values[0])
        sums, node = (left.sum(), right.sum()), left + right
        costs = (0.0, 0.0, 0.0)
        if own.cost is not None:
            before = own.before or own.cost
            of_node = before(node, node.sum(), parameter)
            costs = (
                own.cost(left, sums[0], parameter),
                own.cost(right, sums[1], parameter),
                of_node,
            )
        value = own.value(left, right, *sums, *costs, parameter)
        if own.charge is not None:
            value -= own.charge(left, right, *sums, parameter)
        return float(value)


def require_number(name: str, value: Any) -> None:
    """Raise where a parameter of a criterion is no number."""
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise TypeError(f"{name}={value!r} must be a number, not {type(value).__name__}.")


def _as_weights(name: str, given: npt.ArrayLike) -> FloatArray:
    weights = np.asarray(given, dtype=np.float64)
    if not (weights >= 0.0).all() or not 0.0 < weights.sum() < np.inf:
        raise ValueError(
            f"{name}={weights} must not be negative, and their sum positive and finite."
        )
    return weights


class Impurity(Criterion):
    """A criterion whose value is the decrease of an impurity, which is zero for a single class.

    An impurity that is a sum over the classes has `phi` and `factor`, and tables of both.

    Attributes
    ----------
    strict : bool
        Whether it is strictly concave, and so boundary-exact.
    score : callable ``(left, right, weight_left, weight_right, parameter) -> float``
        Ranks the candidates of one node as the value does, the constants of the node left out.
    phi : callable ``(weight, parameter) -> float``
        What a class of that weight adds to the sum in `factor`; convex, zero for nothing. None if
        the impurity is no such sum.
    factor : callable ``(total, parameter) -> float``
        ``total * impurity = factor(total) * (phi(total) - sum of phi(weight))``.
    """

    is_impurity = True
    strict: ClassVar[bool] = False
    score: ClassVar[Callable[..., float]]
    phi: ClassVar[Callable[..., Any] | None] = None
    factor: ClassVar[Callable[..., Any] | None] = None
    value = staticmethod(terms.least_cost)

    @property
    def concave(self) -> bool:
        return True

    @property
    def boundary_exact(self) -> bool:  # type: ignore[override]
        return self.strict

    def is_bounded(self, n_classes: int) -> bool:
        # Without terms to sum up, only the corners of a box of two classes are known. An impurity
        # that is not strictly concave ties so many cuts that bounds rule none of them out.
        return self.strict and (self.phi is not None or n_classes <= 2)

    def formulas(self, n_classes: int) -> Formulas:
        if not self.is_bounded(n_classes):
            return super().formulas(n_classes)
        impurity, score, phi, factor = _pointers(type(self))
        return Formulas(impurity, score, phi, factor, self.parameter, None)

    def tables(self, n_samples: int) -> Tables | None:
        if self.phi is None or self.factor is None:
            return None
        return Tables.of(self, n_samples)

    def tables_nbytes(self, n_samples: int) -> int:
        return 0 if self.phi is None else Tables.nbytes_of(self, n_samples)

    def cost_tables(self, n_samples: int, n_classes: int) -> CostTables | None:
        return None

    def _value_of(self, left: FloatArray, right: FloatArray) -> float:
        node = left + right
        total = node.sum()
        of_sides = sum(
            side.sum() / total * self.impurity(side, side.sum(), self.parameter)
            for side in (left, right)
        )
        return float(self.impurity(node, total, self.parameter) - of_sides)


@functools.cache
def _pointers(own: type[Impurity]) -> tuple[Any, ...]:
    return (
        pointer(IMPURITY, own.impurity),
        pointer(SCORE, own.score),
        pointer(TERM, own.phi or terms.entropy_phi),
        pointer(TERM, own.factor or terms.entropy_factor),
    )
