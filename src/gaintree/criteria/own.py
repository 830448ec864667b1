"""A criterion of a user's own: a function of the class counts of both sides."""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from gaintree._jit import VALUE, compiled_function, own_pointer
from gaintree.criteria._base import Criterion

_N_CHECKS = 32
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Own(Criterion):
    """A criterion that is a function of the class counts of the left and of the right side.

    ``criterion=function`` of an estimator stands for ``criterion=Own(function)``. Trees report the
    entropy.

    Parameters
    ----------
    function : callable ``(left, right) -> float``
        Takes two ndarrays of float64 of shape (n_classes,), the samples of each class on either
        side or their weight, neither of which it changes. What it returns is the better the higher
        it is, is the same with the sides exchanged, and is finite; a cut for which it is NaN, or
        for which it raises, is not made. It is compiled by numba, once in a process, unless it is
        compiled already. For trees to be pickled it has to be a function of a module.

    Raises
    ------
    TypeError
        If `function` cannot be called.

    Examples
    --------
    >>> import numpy as np
    >>> from gaintree import GainTreeClassifier
    >>> def errors_avoided(left, right):
    ...     return left.max() + right.max() - (left + right).max()
    >>> X, y = [[0, 5], [1, 4], [2, 6], [3, 7]], [0, 0, 1, 0]
    >>> tree = GainTreeClassifier(criterion=errors_avoided).fit(X, y)
    >>> tree.get_n_leaves()
    4
    >>> Own(errors_avoided).value_of([2, 0], [1, 1])
    0.0
    """

    unit = ""
    formula = "the user's own"
    range = ""
    source = ""
    cost = None

    function: Callable[..., Any]

    def __post_init__(self) -> None:
        if not callable(self.function):
            raise TypeError(f"function={self.function!r} must be a function of two arrays.")

    @property
    def name(self) -> str:  # type: ignore[override]
        return getattr(self.function, "__name__", repr(self.function))

    def __repr__(self) -> str:
        return f"Own({self.name})"

    def _value_pointer(self) -> Any:
        return _compile(self.function)[1]

    def _value_of(self, left, right):
        return float(self.function(left, right))

    def check(self, n_classes: int) -> None:
        """Raise if the function is none of two arrays, or not finite, or knows left from right.

        Parameters
        ----------
        n_classes : int
            It is called with random counts of so many classes.

        Raises
        ------
        TypeError
            If numba cannot compile it, or it does not return a number.
        ValueError
            If what it returns is not finite or not symmetric, or it changes its arguments.
        """
        compiled = _compile(self.function)[0]
        rng = np.random.default_rng(0)
        for i in range(_N_CHECKS):
            left, right = rng.integers(0, 2 + i * i, (2, n_classes)).astype(np.float64)
            left[rng.integers(n_classes)] += 1.0
            right[rng.integers(n_classes)] += 1.0
            given = (left.copy(), right.copy())
            try:
                value: Any = compiled(left, right)
                mirrored = compiled(right, left)
            except Exception as error:
                raise ValueError(
                    f"criterion={self.name} raises {type(error).__name__} for"
                    f" left={given[0]} and right={given[1]}: {error}"
                ) from error
            if not (np.array_equal(left, given[0]) and np.array_equal(right, given[1])):
                raise ValueError(f"criterion={self.name} must not change its arguments.")
            if not np.isfinite(value):
                raise ValueError(
                    f"criterion={self.name} must be finite, but is {value} for left={left} and"
                    f" right={right}."
                )
            if abs(value - mirrored) > _ROUNDING * max(abs(value), abs(mirrored), 1e-300):
                raise ValueError(
                    f"criterion={self.name} must be the same with left and right exchanged, but is"
                    f" {value} for left={left} and right={right}, and {mirrored} for left={right}"
                    f" and right={left}."
                )


@functools.lru_cache(maxsize=256)
def _compile(function: Callable[..., Any]) -> tuple[Any, Any]:
    """The function, compiled, and a pointer to it as kernels call it."""

    def value(left, right, weight_left, weight_right, cost_left, cost_right, cost_node, parameter):
        found = np.nan
        try:
            found = float(compiled(left, right))
        except Exception:  # who calls a pointer hears of none
            found = np.nan
        return found if found == found else -np.inf

    try:
        compiled: Any = compiled_function(function)
        return compiled, own_pointer(VALUE, value)
    except TypeError as error:
        name = getattr(function, "__name__", repr(function))
        raise TypeError(
            f"criterion={name} must be a function of two arrays of float64 that numba can compile"
            f" and that returns a number. numba says: {error}"
        ) from error
