"""One column of a table: whether it holds categories, and its values as floats."""

from collections.abc import Callable, Hashable
from contextlib import suppress
from datetime import date, time, timedelta
from functools import cached_property
from numbers import Number
from reprlib import repr as shorten
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
import numpy.typing as npt

from gaintree.frames.factors import Factors, Values, factorise, kind_of

MAX_CATEGORIES = 65_535

_NUMBERS = (Number, np.bool_)
_DATES = (date, time, timedelta, np.datetime64, np.timedelta64)


class Column:
    """The values of a column, and its name in a frame or its place in an array."""

    def __init__(self, values: Values, name: Hashable) -> None:
        self._kind = kind_of(values)
        if self._kind == "objects" and not isinstance(values, np.ndarray):
            values = _to_objects(values)
        self._values: Any = values
        self._called = f"Column {name!r} of X" if isinstance(name, str) else f"Column {name} of X"

    @property
    def is_float32(self) -> bool:
        single: Any = np.float32 if isinstance(self._values, np.ndarray) else nw.Float32
        return bool(self._values.dtype == single)

    @property
    def holds_categories(self) -> bool:
        """Whether it holds text, or a dtype of categories, or objects that are no numbers.

        Objects that are all missing count as categories: whatever comes later is unseen then.
        """
        if self._kind != "objects":
            return self._kind == "text"
        if self._plain_numbers is not None:
            return bool(np.isnan(self._plain_numbers).all())
        self._refuse_dates()
        self._refuse_mixture()
        return _first(self._labels, _NUMBERS) is None

    def number_categories(self) -> dict[Hashable, int]:
        """Return the code of each label that occurs, in the order of the dtype, or else sorted.

        Labels that cannot be sorted stand in the order in which they occur.
        """
        self._refuse_mixture()
        labels = self._labels
        if len(labels) > MAX_CATEGORIES:
            raise ValueError(
                f"{self._called} has {len(labels):,} categories; at most {MAX_CATEGORIES:,} are"
                " supported. Leave the column out, or join rare categories."
            )
        if any(isinstance(label, float) and np.isinf(label) for label in labels):
            raise ValueError(f"{self._called} contains infinity.")
        if not self._factors.in_order:
            with suppress(TypeError):
                labels = sorted(labels)
        return {label: code for code, label in enumerate(dict.fromkeys(labels))}

    def as_codes(self, code_of: dict[Hashable, int]) -> npt.NDArray[np.float64]:
        """Return the code of each value; NaN if it is missing or has none."""
        return self._look_up(lambda label: code_of.get(label, np.nan))

    def as_numbers(self) -> npt.NDArray[Any]:
        """Return the values as numbers; NaN if missing."""
        if self._kind == "numbers":
            return _to_numpy(self._values)
        if self._plain_numbers is not None:
            return self._plain_numbers
        self._refuse_dates()
        return self._look_up(self._as_number)

    def _look_up(self, number_of: Callable[[Any], float]) -> npt.NDArray[np.float64]:
        numbers = [number_of(label) for label in self._factors.labels]
        return np.array([*numbers, np.nan]).take(self._factors.places)  # of place -1 the last

    def _as_number(self, label: Any) -> float:
        if _is_missing(label):
            return np.nan
        try:
            return float(label)
        except (TypeError, ValueError, OverflowError):
            raise ValueError(
                f"{self._called} holds {shorten(label)} where a number is expected: the column is"
                " not among those that categorical_features chose in fit."
            ) from None

    @cached_property
    def _factors(self) -> Factors:
        try:
            return factorise(self._values)
        except TypeError:
            self._refuse_unhashable()
            raise

    @property
    def _labels(self) -> list[Any]:
        return [label for label in self._factors.labels if not _is_missing(label)]

    @cached_property
    def _plain_numbers(self) -> npt.NDArray[np.float64] | None:
        """Objects as floats if all are numbers or None, which is quicker than to hash them."""
        if self._kind != "objects":
            return None
        types = set(map(type, self._values)) - {type(None)}
        if all(issubclass(each, _NUMBERS) for each in types):
            with suppress(TypeError, OverflowError):  # complex or huge: `_as_number` says which
                return self._values.astype(np.float64)
        return None

    def _refuse_unhashable(self) -> None:
        for value in self._values:
            try:
                hash(value)
            except TypeError:
                raise TypeError(
                    f"{self._called} holds {shorten(value)}, which cannot be hashed; a value of"
                    " this argument must be hashable, such as a string or a number."
                ) from None

    def _refuse_mixture(self) -> None:
        if self._kind != "objects":
            return
        number, text = _first(self._labels, _NUMBERS), _first(self._labels, str)
        if number is not None and text is not None:
            raise TypeError(
                f"{self._called} mixes numbers and text, {shorten(number)} and {shorten(text)};"
                " turn all of it into text, if these are categories, or into numbers."
            )

    def _refuse_dates(self) -> None:
        example = _first(self._labels, _DATES)
        if self._kind == "dates" or example is not None:
            raise TypeError(
                f"{self._called} holds dates or times, such as {example!r}; turn them into numbers,"
                " such as year, month and weekday, or days since one of them."
            )


def _to_numpy(values: Any) -> npt.NDArray[Any]:
    if isinstance(values, np.ndarray):
        return values
    return (values if values.dtype.is_float() else values.cast(nw.Float64)).to_numpy()


def _to_objects(values: Any) -> npt.NDArray[np.object_]:
    if values.implementation.is_pandas_like():  # as they are, without a copy
        return values.to_native().to_numpy(dtype=object)
    return np.fromiter(values.to_list(), dtype=object, count=len(values))


def _is_missing(label: Any) -> bool:
    """Whether a label is None, NaN, NaT or pandas' NA, which is not even unequal to itself."""
    return label is None or type(label).__name__ == "NAType" or bool(label != label)


def _first(labels: list[Any], types: Any) -> Any:
    return next((label for label in labels if isinstance(label, types)), None)
